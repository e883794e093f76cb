// What the store costs: staging, unchanged scans, differences, pages and search, on SQLite in a scratch
// folder.
//   store_bench [--resources N] [--accounts A --per-account M] [--snapshots S] [--folder DIR]
//     [--tenant ID]
// Documents are invented: instances of about 2.3 kB with volumes and interfaces. Pages are made by a
// second thread, as a scan parses while it stores.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include <fmt/core.h>

#include "crypto/random.h"
#include "store/document_codec.h"
#include "store/drivers.h"
#include "store/jobs.h"
#include "store/resources.h"
#include "store/scan_writer.h"
#include "store/snapshots.h"
#include "store/store.h"
#include "store/today.h"
#include "store_documents.h"

using namespace patrol;
using namespace patrol::store;
using patrol::bench::make;

namespace {

constexpr int changes_a_scan = 1'000;

template <class T>
T need(Result<T> result) {
    if (!result) {
        fmt::print(stderr, "{}\n", describe(result.error()));
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Processor time of this thread: other load on the machine does not count.
double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::int64_t from_proc(const char* file, std::string_view name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(name)) return std::stoll(line.substr(name.size() + 1));
    return 0;
}
std::int64_t written_bytes() { return from_proc("/proc/self/io", "wchar:"); }
double peak_mb() { return static_cast<double>(from_proc("/proc/self/status", "VmHWM:")) / 1024; }

const model::SliceKey slices[] = {{"AWS::EC2::Instance", "us-east-1"},
                                  {"AWS::EC2::Volume", "us-east-1"},
                                  {"AWS::EC2::NetworkInterface", "us-east-1"}};

using Pageful = std::vector<model::ScannedResource>;

// One thread makes pages, another stores them.
class Pipe {
public:
    void push(Pageful page) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return pages_.size() < 4; });
        pages_.push_back(std::move(page));
        changed_.notify_all();
    }
    Pageful pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !pages_.empty(); });
        auto page = std::move(pages_.front());
        pages_.pop_front();
        changed_.notify_all();
        return page;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Pageful> pages_;
};

struct Account {
    TenantId tenant;
    AccountId account;
    int number = 0;
};

struct ScanCost {
    model::Snapshot snapshot;
    double wall = 0, storing = 0, publishing = 0, cpu = 0;
    std::int64_t written = 0;
};

// Exactly `changes` resources, evenly spread, are in their `version`.
ScanCost scan(Store& store, const Account& account, int per_slice, int version, int changes) {
    static constexpr std::array kinds{JobKind::scan};
    const SystemClock clock;
    const auto queued = need(store.scans().enqueue(
        account.tenant, {.account = account.account, .requested_by = "bench"}, clock.now()));
    const auto job = need(store.jobs().claim("bench", kinds, clock.now()));
    const ScanTicket ticket{account.tenant, account.account, queued.scan.id, job->fence};
    need(store.scans().mark_running(ticket, clock.now()));
    const auto before = written_bytes();
    const auto cpu = cpu_seconds();
    const auto begin = std::chrono::steady_clock::now();
    auto writer =
        need(ScanWriter::begin(store, ticket, {.rules = {"c", "1", "s"}, .type_facts = [](std::string_view) {
                                                   return TypeFacts{"Compute", "ec2"};
                                               }}));
    ScanCost cost;
    const int step = changes > 0 ? std::max(1, per_slice * 3 / changes) : 0;
    const auto version_of = [&](int index) {
        return step > 0 && index % step == 0 && index / step < changes ? version : 0;
    };
    for (int kind = 0; kind < 3; ++kind) {
        Pipe pipe;
        std::jthread maker([&] {
            for (int at = 0; at < per_slice; at += 1'000) {
                Pageful page;
                for (int i = at; i < std::min(per_slice, at + 1'000); ++i)
                    page.push_back(make(account.number, kind, i, version_of(kind * per_slice + i)));
                pipe.push(std::move(page));
            }
        });
        need(writer->start_slice(slices[kind]));
        for (int at = 0; at < per_slice; at += 1'000) {
            const auto page = pipe.pop();
            const auto put = std::chrono::steady_clock::now();
            need(writer->put(slices[kind], page));
            cost.storing += seconds_since(put);
        }
        const auto finish = std::chrono::steady_clock::now();
        need(writer->finish_slice({.key = slices[kind],
                                   .service = "ec2",
                                   .status = model::SliceStatus::complete,
                                   .count = per_slice,
                                   .calls = 1}));
        cost.storing += seconds_since(finish);
    }
    const auto publish = std::chrono::steady_clock::now();
    cost.snapshot = need(writer->publish({}));
    cost.publishing = seconds_since(publish);
    cost.storing += cost.publishing;
    cost.wall = seconds_since(begin);
    cost.cpu = cpu_seconds() - cpu;
    cost.written = written_bytes() - before;
    need(store.jobs().complete(*job));
    return cost;
}

Account add_account(Store& store, const TenantId& tenant, int number) {
    const auto account = need(store.accounts().create(
        tenant, {.name = fmt::format("account {}", number), .auth = model::RoleAuth{}}, SystemClock().now()));
    return {tenant, account.id, number};
}

// The tenant that was given, or one of its own: a server's own tenant can be looked at in its console.
TenantId tenant_for(Store& store, std::string_view given) {
    if (!given.empty()) return TenantId(std::string(given));
    auto tenant = crypto::new_id<TenantId>();
    need(store.database().write([&](Transaction& transaction) {
        return transaction.run(
            "INSERT INTO tenant(id, name, sealed_key, created_at) VALUES (?1, 'bench', ?2, 1)", tenant,
            Blob{"x"});
    }));
    return tenant;
}

template <class Work>
void timed(std::string_view name, int rounds, Work work) {
    std::vector<double> times;
    const auto cpu = cpu_seconds();
    for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work(i);
        times.push_back(seconds_since(begin) * 1'000);
    }
    const auto each = (cpu_seconds() - cpu) * 1'000 / rounds;
    std::ranges::sort(times);
    fmt::print("{:<46} p50 {:9.3f} ms   p95 {:9.3f} ms   processor {:9.3f} ms\n", name,
               times[times.size() / 2], times[times.size() * 95 / 100], each);
    std::fflush(stdout);
}

void print_scan(std::string_view name, const ScanCost& cost, int resources) {
    fmt::print(
        "{:<46} {:9.0f} resources/s (store alone {:.0f}/s, by processor time {:.0f}/s), publish {:.1f} ms, "
        "written {:.1f} KB\n",
        name, resources / cost.wall, resources / cost.storing, resources / cost.cpu, cost.publishing * 1'000,
        static_cast<double>(cost.written) / 1024);
    std::fflush(stdout);
}

void measure_compression() {
    std::size_t plain = 0, packed = 0, without = 0;
    const auto begin = std::chrono::steady_clock::now();
    std::string out;
    for (int i = 0; i < 3'000; ++i) {
        const auto document = make(1, i % 3, i, 0).document;
        plain += document.size();
        pack_document(document, out);
        packed += out.size();
        without += pack_bytes(document).size();
    }
    fmt::print(
        "documents: {} B mean; {:.1f}x with the built-in dictionary, {:.1f}x without ({:.0f} ms for all)\n",
        plain / 3'000, static_cast<double>(plain) / static_cast<double>(packed),
        static_cast<double>(plain) / static_cast<double>(without), seconds_since(begin) * 1'000);
}

void search_rounds(Store& store, const TenantId& tenant, int accounts, int per_slice, std::string_view what) {
    std::mt19937 random(1);
    auto pick = [&] {
        return make(static_cast<int>(random() % static_cast<unsigned>(accounts)),
                    static_cast<int>(random() % 3),
                    static_cast<int>(random() % static_cast<unsigned>(per_slice)), 0);
    };
    auto& resources = store.resources();
    timed(fmt::format("search {}: id", what), 60,
          [&](int) { need(resources.search(tenant, pick().native_id, 20)); });
    timed(fmt::format("search {}: beginning of an id", what), 60,
          [&](int) { need(resources.search(tenant, pick().native_id.substr(0, 9), 20)); });
    timed(fmt::format("search {}: ARN", what), 60,
          [&](int) { need(resources.search(tenant, pick().arn, 20)); });
    timed(fmt::format("search {}: name", what), 60,
          [&](int) { need(resources.search(tenant, pick().name, 20)); });
    timed(fmt::format("search {}: IP", what), 60, [&](int) {
        need(resources.search(tenant, fmt::format("10.{}.{}.", random() % 256, random() % 256), 20));
    });
    timed(fmt::format("search {}: tag", what), 60,
          [&](int) { need(resources.search(tenant, fmt::format("team=team-{}", random() % 40), 20)); });
}

void one_account(Store& store, const TenantId& tenant, const std::filesystem::path& file, int total,
                 int snapshots) {
    const int per_slice = std::max(1, total / 3), count = per_slice * 3;
    const auto account = add_account(store, tenant, 0);
    const auto first = scan(store, account, per_slice, 0, 0);
    print_scan(fmt::format("first scan of {}", count), first, count);
    fmt::print("{:<46} {:9.0f} B a resource, peak memory {:.0f} MB\n", "database",
               static_cast<double>(std::filesystem::file_size(file)) / count, peak_mb());
    print_scan("second scan, unchanged", scan(store, account, per_slice, 0, 0), count);
    print_scan("third scan, unchanged", scan(store, account, per_slice, 0, 0), count);
    auto before = scan(store, account, per_slice, 1, count / 100).snapshot;
    for (int i = 0; i < snapshots; ++i) {
        const auto cost = scan(store, account, per_slice, i + 2, changes_a_scan);
        if (i == 0) print_scan("scan with changes", cost, count);
        before = cost.snapshot;
    }
    auto& snapshot_table = store.snapshots();
    auto at = [&](std::int64_t seq) {
        return SnapshotId(*need(store.database().read([&](Transaction& transaction) {
            return transaction.text(
                "SELECT s.id FROM snapshot s JOIN cloud_account c ON c.number = s.account WHERE c.id = ?1 "
                "AND s.seq = ?2",
                account.account, seq);
        })));
    };
    const auto newest = before.seq;
    const auto changes =
        need(snapshot_table.diff(account.tenant,
                                 {.from = at(newest - 1), .to = at(newest), .page = {.limit = 500}}))
            .counts.modified;
    timed(fmt::format("difference of neighbours, {} changes", changes), 20, [&](int) {
        need(snapshot_table.diff(account.tenant,
                                 {.from = at(newest - 1), .to = at(newest), .page = {.limit = 500}}));
    });
    timed("difference of the first and the newest", 3,
          [&](int) { need(snapshot_table.diff(account.tenant, {.from = at(1), .to = at(newest)})); });
    auto& resources = store.resources();
    const auto middle = at((newest + 1) / 2);
    timed("page of 50 in the middle of time", 50,
          [&](int) { need(resources.in_snapshot(account.tenant, middle, {.page = {.limit = 50}})); });
    const auto filter = need(filter::parse("type=AWS::EC2::Volume"));
    timed("page of 50 by type", 20, [&](int) {
        need(resources.in_snapshot(account.tenant, middle, {.page = {.limit = 50, .filter = &filter}}));
    });
    const auto tagged = need(filter::parse("tag.Team=team-7"));
    timed("page of 50 by tag, counted", 5, [&](int) {
        need(resources.in_snapshot(account.tenant, middle, {.page = {.limit = 50, .filter = &tagged}}));
    });
    const std::array fields{std::string_view("category"), std::string_view("type"),
                            std::string_view("region")};
    timed("facets by category, type, region", 3,
          [&](int) { need(resources.facets(account.tenant, middle, fields, {})); });
    search_rounds(store, account.tenant, 1, per_slice, "one account");
    const auto found = need(resources.search(account.tenant, make(0, 0, 5, 0).native_id, 1));
    timed("relations of an instance", 20,
          [&](int) { need(resources.relations(account.tenant, found.at(0).id)); });
    fmt::print("{:<46} {:9.0f} MB\n", "peak memory", peak_mb());
}

// Two weeks of scans, four a day and account.
void add_scan_history(Store& store, const TenantId& tenant) {
    need(store.database().write([&](Transaction& transaction) -> Result<std::int64_t> {
        const auto now = SystemClock().now();
        std::int64_t scans = 0;
        for (int i = 0; i < 56; ++i)
            scans +=
                TRY(transaction.run("INSERT INTO scan(id, tenant, account, state, cause, scope, counts, "
                                    "error_message, error_hint, "
                                    "requested_by, fence, cancel_requested, created_at, started_at, "
                                    "finished_at) SELECT 'scn_' || ?1 || "
                                    "a.id, a.tenant, a.id, 'succeeded', 'schedule', '{}', '{}', '', '', '', "
                                    "0, 0, ?2, ?2, ?2 FROM "
                                    "cloud_account a WHERE a.tenant = ?3",
                                    std::to_string(i), now - std::chrono::hours(6 * i), tenant));
        return scans;
    }));
}

void many_accounts(Store& store, const TenantId& tenant, int accounts, int per_account) {
    const int per_slice = std::max(1, per_account / 3);
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < accounts; ++i) scan(store, add_account(store, tenant, i), per_slice, 0, 0);
    fmt::print("{} accounts with {} resources: {:.0f} resources/s\n", accounts, accounts * per_slice * 3,
               accounts * per_slice * 3 / seconds_since(begin));
    search_rounds(store, tenant, accounts, per_slice, fmt::format("{} accounts", accounts));
    add_scan_history(store, tenant);
    timed("today", 50, [&](int) { need(store.today().read(tenant, {}, SystemClock().now())); });
    timed("list of everything, first 100, counted", 5,
          [&](int) { need(store.resources().across(tenant, {}, {})); });
    fmt::print("{:<46} {:9.0f} MB\n", "peak memory", peak_mb());
}

}  // namespace

int main(int argc, char** argv) {
    int resources = 100'000, accounts = 0, per_account = 10'000, snapshots = 2;
    std::string_view tenant;
    auto folder = std::filesystem::temp_directory_path() / ("patrol-bench-" + crypto::random_base32(10));
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--resources") resources = std::atoi(argv[i + 1]);
        if (name == "--accounts") accounts = std::atoi(argv[i + 1]);
        if (name == "--per-account") per_account = std::atoi(argv[i + 1]);
        if (name == "--snapshots") snapshots = std::atoi(argv[i + 1]);
        if (name == "--folder") folder = argv[i + 1];
        if (name == "--tenant") tenant = argv[i + 1];
    }
    measure_compression();
    {
        auto store = need(Store::open({.data_dir = folder}));
        if (resources > 0)
            one_account(*store, tenant_for(*store, tenant), folder / "patrol.db", resources, snapshots);
        if (accounts > 0) many_accounts(*store, tenant_for(*store, tenant), accounts, per_account);
    }
    if (std::getenv("KEEP") == nullptr) std::filesystem::remove_all(folder);
}
