// For tests of the inventory: scans as a few lines.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crypto/hash.h"
#include "store/coverage.h"
#include "store/resources.h"
#include "store/scan_writer.h"
#include "store/snapshots.h"
#include "store/store_fixture.h"

namespace patrol::store {

inline const model::SliceKey instances{"AWS::EC2::Instance", "us-east-1"};
inline const model::SliceKey volumes{"AWS::EC2::Volume", "us-east-1"};
inline const model::SliceKey roles{"AWS::IAM::Role", "global"};

class FixtureClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return now_; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return {}; }
    void sleep_for(Millis duration) override { now_ = now_ + duration; }

private:
    Timestamp now_ = noon;
};

inline model::ScannedResource item(std::string native_id, std::string state = "running",
                                   model::Labels tags = {}) {
    model::ScannedResource resource;
    resource.native_id = native_id;
    resource.arn = "arn:aws:ec2:us-east-1:111122223333:thing/" + native_id;
    resource.name = "web-" + native_id;
    resource.region = "us-east-1";
    resource.tags = std::move(tags);
    resource.document = R"({"Id":")" + native_id + R"(","State":")" + state + R"("})";
    resource.hash = std::string(crypto::as_text(crypto::sha256(resource.document)));
    return resource;
}

struct SliceRead {
    std::vector<model::ScannedResource> items;
    model::SliceStatus status = model::SliceStatus::complete;
    std::string reason;
};
using Reading = std::map<model::SliceKey, SliceRead>;

// One account with its scans.
class Scanned {
public:
    explicit Scanned(Store& store, const std::string& name = "one")
        : store_(store), seed_(seed(store, name)) {}

    // A running scan; the job stays claimed.
    ScanTicket start() {
        clock.sleep_for(std::chrono::seconds(1));
        need(store_.scans().enqueue(seed_.tenant, {.account = seed_.account.id, .requested_by = "test"},
                                    clock.now()));
        return claim();
    }
    ScanTicket claim() {
        static constexpr std::array kinds{JobKind::scan};
        const auto job = need(store_.jobs().claim("worker", kinds, clock.now()));
        REQUIRE(job);
        const auto scan = need(store_.scans().list(seed_.tenant, seed_.account.id, {})).items.front().id;
        const ScanTicket ticket{job->tenant, job->account, scan, job->fence};
        need(store_.scans().mark_running(ticket, clock.now()));
        job_ = *job;
        return ticket;
    }
    void complete_job() { need(store_.jobs().complete(job_)); }

    std::unique_ptr<ScanWriter> writer(const ScanTicket& ticket) {
        return need(ScanWriter::begin(store_, ticket, options()));
    }
    ScanWriterOptions options() {
        return {.rules = rules,
                .type_facts =
                    [](std::string_view type) {
                        return type.contains("IAM") ? TypeFacts{"Security & Identity", "iam"}
                                                    : TypeFacts{"Compute", "ec2"};
                    },
                .rehash = rehash,
                .clock = &clock};
    }
    static void feed(ScanWriter& writer, const model::SliceKey& key, const SliceRead& read) {
        need(writer.start_slice(key));
        need(writer.put(key, read.items));
        need(writer.finish_slice({.key = key,
                                  .service = "ec2",
                                  .status = read.status,
                                  .count = static_cast<std::int64_t>(read.items.size()),
                                  .calls = 1,
                                  .reason = read.reason}));
    }
    model::Snapshot scan(const Reading& reading) {
        clock.sleep_for(std::chrono::hours(6));
        const auto ticket = start();
        auto run = writer(ticket);
        bool partial = false;
        for (const auto& [key, read] : reading) {
            feed(*run, key, read);
            partial = partial || read.status != model::SliceStatus::complete;
        }
        auto snapshot = need(run->publish(
            {.state = partial ? model::ScanState::partial : model::ScanState::succeeded, .calls = 7}));
        complete_job();
        return snapshot;
    }

    // native_id=document of everything the snapshot shows.
    std::map<std::string, std::string> shown(const SnapshotId& snapshot) {
        std::map<std::string, std::string> found;
        ResourceList list{.page = {.limit = 7}, .documents = Documents::include};
        do {
            auto page = need(store_.resources().in_snapshot(tenant(), snapshot, list));
            for (auto& resource : page.items) {
                CHECK_FALSE(found.contains(resource.type + resource.native_id));
                found[resource.type + resource.native_id] = resource.document;
            }
            list.page.cursor = page.next_cursor.value_or("");
            CHECK(page.total >= static_cast<std::int64_t>(page.items.size()));
        } while (!list.page.cursor.empty());
        return found;
    }
    model::Resource find(const std::string& native_id, const std::string& at_snapshot = {}) {
        const auto filter = need(filter::parse("native_id=" + native_id));
        const ResourceList list{.page = {.filter = &filter}};
        auto page = at_snapshot.empty()
                        ? need(store_.resources().across(tenant(), {}, list))
                        : need(store_.resources().in_snapshot(tenant(), SnapshotId(at_snapshot), list));
        REQUIRE(page.items.size() == 1);
        return page.items[0];
    }
    std::int64_t count(const std::string& sql) {
        return need(store_.database().platform().read(
                        [&](Transaction& transaction) { return transaction.integer(sql); }))
            .value_or(-1);
    }

    [[nodiscard]] const TenantId& tenant() const { return seed_.tenant; }
    [[nodiscard]] const AccountId& account() const { return seed_.account.id; }
    Store& store() { return store_; }

    FixtureClock clock;
    RuleVersions rules{"catalogue-1", "patrol-canonical/1", "shapes-1"};
    std::function<std::string(std::string_view, std::string_view)> rehash;

private:
    Store& store_;
    Seed seed_;
    Job job_;
};

inline std::string changes_text(const Page<model::SnapshotChange>& page) {
    std::string text;
    for (const auto& change : page.items)
        text +=
            (text.empty() ? "" : " ") + std::string(to_string(change.op)) + ":" + change.resource.native_id;
    return text;
}

}  // namespace patrol::store
