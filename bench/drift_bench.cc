// What drift costs, on SQLite in a scratch folder:
//   drift_bench [--resources N] [--changes C]   a change set of C changes in N resources: from the end of
//                                               the scan to the end of the comparison, and its first page
//   drift_bench --year 1 [--resources N] [--scans S]
//                                               S (1,460) scans with 1 % of N resources changing a day: size
//                                               of the database, difference of neighbours and of any two
// Resources are those of store_bench. Scans of the year hand over only what changed (as partial slices,
// which carry the rest forward): the rows are the same as if everything had been read.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <fmt/core.h>

#include "crypto/random.h"
#include "document/canonical.h"
#include "drift/diff.h"
#include "drift/judge.h"
#include "drift/rule_scope.h"
#include "filter/filter.h"
#include "scan/drift_update.h"
#include "scan/history_update.h"
#include "scan/rehash.h"
#include "scan/rule_reach.h"
#include "store/baselines.h"
#include "store/change_history.h"
#include "store/change_sets.h"
#include "store/changes.h"
#include "store/scan_writer.h"
#include "store/snapshots.h"
#include "store_documents.h"

using namespace patrol;
using namespace patrol::store;
using patrol::bench::make;

namespace {

template <class T>
T need(Result<T> result) {
    if (!result) {
        fmt::print(stderr, "{}\n", describe(result.error()));
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

const model::SliceKey slices[] = {{"AWS::EC2::Instance", "us-east-1"},
                                  {"AWS::EC2::Volume", "us-east-1"},
                                  {"AWS::EC2::NetworkInterface", "us-east-1"}};

struct World {
    Store& store;
    catalogue::Catalogue catalogue = need(catalogue::Catalogue::load_embedded());
    SystemClock clock;
    scan::EventHub events;
    TenantId tenant;
    AccountId account;
    Timestamp taken_at;  // of the next snapshot; unset: now

    // In the tenant that was given, or in one of its own.
    World(Store& opened, std::string_view given) : store(opened), tenant(std::string(given)) {
        if (given.empty()) {
            tenant = crypto::new_id<TenantId>();
            need(store.database().write([&](Transaction& transaction) {
                return transaction.run(
                    "INSERT INTO tenant(id, name, sealed_key, created_at) VALUES (?1, 'bench', ?2, 1)",
                    tenant, Blob{"x"});
            }));
        }
        account =
            need(store.accounts().create(tenant, {.name = "bench", .auth = model::RoleAuth{}}, clock.now()))
                .id;
    }

    // numbers[kind]: which resources are handed over, in which version.
    struct Item {
        int number = 0, version = 0;
    };
    model::Snapshot scan(const std::vector<Item> (&items)[3], model::SliceStatus status) {
        static constexpr std::array kinds{JobKind::scan};
        const auto queued =
            need(store.scans().enqueue(tenant, {.account = account, .requested_by = "bench"}, clock.now()));
        const auto job = need(store.jobs().claim("bench", kinds, clock.now()));
        const ScanTicket ticket{tenant, account, queued.scan.id, job->fence};
        need(store.scans().mark_running(ticket, clock.now()));
        auto writer = need(ScanWriter::begin(
            store, ticket, {.rules = scan::rule_versions(catalogue), .type_facts = [](std::string_view) {
                                return TypeFacts{"compute", "ec2"};
                            }}));
        for (int kind = 0; kind < 3; ++kind) {
            need(writer->start_slice(slices[kind]));
            for (std::size_t at = 0; at < items[kind].size(); at += 1'000) {
                std::vector<model::ScannedResource> page;
                for (auto i = at; i < std::min(items[kind].size(), at + 1'000); ++i)
                    page.push_back(make(0, kind, items[kind][i].number, items[kind][i].version));
                need(writer->put(slices[kind], page));
            }
            need(writer->finish_slice({.key = slices[kind],
                                       .service = "ec2",
                                       .status = status,
                                       .count = static_cast<std::int64_t>(items[kind].size()),
                                       .calls = 1}));
        }
        auto snapshot = need(writer->publish({.taken_at = taken_at}));
        need(store.jobs().complete(*job));
        return snapshot;
    }
    SnapshotId at(std::int64_t seq) {
        return SnapshotId(*need(store.database().read([&](Transaction& transaction) {
            return transaction.text("SELECT s.id FROM snapshot s WHERE s.seq = ?1", seq);
        })));
    }
};

double milliseconds(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

template <class Work>
void timed(std::string_view name, int rounds, double limit_ms, Work work) {
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work(i);
        times.push_back(milliseconds(begin));
    }
    std::ranges::sort(times);
    fmt::print("{:<58} p50 {:9.2f} ms   worst {:9.2f} ms   (limit {:.0f} ms)\n", name,
               times[times.size() / 2], times.back(), limit_ms);
    std::fflush(stdout);
}

void change_set(World& world, int resources, int changes) {
    const int per_slice = std::max(1, resources / 3);
    std::vector<World::Item> all[3], changed[3];
    for (auto& list : all)
        for (int i = 0; i < per_slice; ++i) list.push_back({i, 0});
    const auto first = world.scan(all, model::SliceStatus::complete);
    need(world.store.baselines().accept(world.tenant, first.id, "bench", "", world.clock.now()));
    for (int i = 0; i < changes; ++i)
        changed[i % 3].push_back({static_cast<int>((static_cast<std::int64_t>(i) * 7919) % per_slice), 1});
    world.scan(changed, model::SliceStatus::partial);
    const scan::DriftRoom room{world.store, world.catalogue, world.events, world.clock};
    timed(fmt::format("change set of {} changes in {} resources", changes, per_slice * 3), 1, 1'000,
          [&](int) { need(scan::update_drift(room, world.tenant, world.account)); });
    timed("the same again, nothing new", 5, 1'000,
          [&](int) { need(scan::update_drift(room, world.tenant, world.account)); });
    const auto sets = need(world.store.change_sets().list(world.tenant, {}));
    fmt::print("{:<58} {} open\n", "change set", sets.items.at(0).counts.open);
    timed("its first page of 100", 20, 50,
          [&](int) { need(world.store.changes().list(world.tenant, sets.items[0].id, {})); });
    timed("open changes of all accounts, first page", 20, 50, [&](int) {
        const auto open = need(filter::parse("state=open"));
        need(world.store.changes().list(world.tenant, {}, {.filter = &open}));
    });
}

// The judge alone: a security group whose port was opened to the internet, with all rules of the catalogue.
void judge_changes(const World& world) {
    constexpr int changes = 1'000;
    const auto* type = world.catalogue.type("AWS::EC2::SecurityGroup");
    const auto rules = document::Rules::compile(*type, world.catalogue.member_rules());
    const auto group = [&](std::string_view range) {
        const auto text =
            fmt::format(R"({{"GroupId":"sg-1","IpPermissions":[{{"IpProtocol":"tcp","FromPort":22,
            "ToPort":22,"IpRanges":[{{"CidrIp":"{}"}}]}}]}})",
                        range);
        return need(parse_json(document::canonical_text(need(parse_json(text)), rules)));
    };
    const auto before = group("10.0.0.0/8"), after = group("0.0.0.0/0");
    const auto paths = drift::diff(before, after, rules);
    const drift::Rulebook rulebook(world.catalogue, {}, world.clock.now());
    const drift::Subject subject{.type = type->name,
                                 .category = "network",
                                 .region = "us-east-1",
                                 .native_id = "sg-1",
                                 .before = &before,
                                 .after = &after,
                                 .changes = paths};
    timed(fmt::format("{} changes judged", changes), 5, 1'000, [&](int) {
        for (int i = 0; i < changes; ++i)
            if (drift::judge(rulebook, subject).severity != model::Severity::critical) std::exit(1);
    });
}

// A rule tried on the last 90 days.
void preview(World& world, model::RuleScope scope) {
    const auto rule = drift::ScopedRule::compile({.scope = scope});
    const auto since = world.clock.now() - std::chrono::hours(24 * 90);
    std::int64_t seen = 0;
    timed(fmt::format("preview of a rule ({}{}{}{})", scope.type, scope.path, scope.native_id, scope.tag), 5,
          1'000, [&](int) {
              seen = need(world.store.change_history().preview(
                              world.tenant, scope, since,
                              [&](const SeenChange& each) { return scan::reach_of(*rule, each); }))
                         .seen;
          });
    fmt::print("{:<58} {}\n", "changes it was compared with", seen);
}

constexpr int scans_a_year = 1'460;

void year(World& world, const std::filesystem::path& folder, int resources, int scans) {
    constexpr int scans_a_day = 4;
    const int per_slice = std::max(1, resources / 3),
              changes = std::max(1, per_slice * 3 / 100 / scans_a_day);
    std::mt19937 random(1);
    std::vector<World::Item> all[3];
    for (auto& list : all)
        for (int i = 0; i < per_slice; ++i) list.push_back({i, 0});
    const auto begin = std::chrono::steady_clock::now();
    world.taken_at = world.clock.now() - Millis(std::chrono::hours(24 / scans_a_day) * (scans - 1));
    const scan::DriftRoom room{world.store, world.catalogue, world.events, world.clock};
    std::size_t noted = 0;
    auto newest = world.scan(all, model::SliceStatus::complete);
    for (int scan = 1; scan < scans; ++scan) {
        std::vector<World::Item> changed[3];
        for (int i = 0; i < changes; ++i)
            changed[i % 3].push_back({static_cast<int>(random() % static_cast<unsigned>(per_slice)), scan});
        world.taken_at = world.taken_at + Millis(std::chrono::hours(24 / scans_a_day));
        newest = world.scan(changed, model::SliceStatus::partial);
        noted += need(scan::update_history(room, world.tenant, world.account));
    }
    fmt::print("{:<58} {:9.0f} s\n", fmt::format("{} scans, {} changes written", scans, noted),
               milliseconds(begin) / 1e3);
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) bytes += file.file_size();
    fmt::print("{:<58} {:9.0f} MB   (limit 500 MB)\n", fmt::format("database after {} scans", scans),
               static_cast<double>(bytes) / 1e6);
    auto& snapshots = world.store.snapshots();
    timed("difference of neighbours", 50, 10, [&](int) {
        const auto seq = 1 + static_cast<std::int64_t>(random() % static_cast<unsigned>(scans - 1));
        need(snapshots.diff(world.tenant, {.from = world.at(seq), .to = world.at(seq + 1)}));
    });
    timed("difference of any two", 20, 500, [&](int) {
        const auto from = 1 + static_cast<std::int64_t>(random() % static_cast<unsigned>(scans)),
                   to = 1 + static_cast<std::int64_t>(random() % static_cast<unsigned>(scans));
        need(snapshots.diff(world.tenant, {.from = world.at(from), .to = world.at(to)}));
    });
    timed("difference of the first and the newest", 3, 500,
          [&](int) { need(snapshots.diff(world.tenant, {.from = world.at(1), .to = newest.id})); });
    preview(world, {.path = "Version"});
    preview(world, {.type = "AWS::EC2::Instance"});
    preview(world, {.native_id = "i-*"});
    preview(world, {.tag = "team=*"});
}

}  // namespace

int main(int argc, char** argv) {
    int resources = 100'000, changes = 1'000, whole_year = 0, scans = scans_a_year;
    std::string_view tenant;
    auto folder = std::filesystem::temp_directory_path() / ("patrol-bench-" + crypto::random_base32(10));
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--resources") resources = std::atoi(argv[i + 1]);
        if (name == "--changes") changes = std::atoi(argv[i + 1]);
        if (name == "--year") whole_year = std::atoi(argv[i + 1]);
        if (name == "--scans") scans = std::max(2, std::atoi(argv[i + 1]));
        if (name == "--folder") folder = argv[i + 1];
        if (name == "--tenant") tenant = argv[i + 1];
    }
    {
        auto store = need(Store::open({.data_dir = folder}));
        World world(*store, tenant);
        if (whole_year != 0)
            year(world, folder, resources, scans);
        else {
            judge_changes(world);
            change_set(world, resources, changes);
        }
    }
    if (std::getenv("KEEP") == nullptr) std::filesystem::remove_all(folder);
}
