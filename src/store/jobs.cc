#include "store/jobs.h"

#include <array>

#include <fmt/core.h>

#include "base/json.h"
#include "base/limits.h"
#include "crypto/random.h"

namespace patrol::store {

namespace {

constexpr std::array<std::string_view, 5> kind_names{"scan", "test", "trial", "sweep", "attribute"};
constexpr std::array<std::string_view, 2> lane_names{"interactive", "background"};
constexpr int claim_attempts = 8;

JobKind parse_kind(std::string_view text) {
    for (std::size_t at = 0; at < kind_names.size(); ++at)
        if (kind_names[at] == text) return static_cast<JobKind>(at);
    return JobKind::sweep;
}

// Names of the program, so they may stand in the text.
std::string kind_list(std::span<const JobKind> kinds) {
    std::string list;
    for (const auto kind : kinds) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", to_string(kind));
    return list.empty() ? "''" : list;
}

constexpr std::string_view job_columns =
    "j.id, j.kind, j.lane, j.place, j.tenant, j.account, j.payload, j.attempts, j.fence, j.run_at, "
    "j.lease_until";

Job read_job(const Statement& row) {
    return {.id = row.id<JobId>(0),
            .kind = parse_kind(row.view(1)),
            .lane = static_cast<JobLane>(row.integer(2)),
            .place = row.text(3),
            .tenant = row.id<TenantId>(4),
            .account = row.id<AccountId>(5),
            .payload = row.text(6),
            .attempts = static_cast<int>(row.integer(7)),
            .fence = row.integer(8),
            .run_at = row.time(9),
            .lease_until = row.time(10)};
}

Failure lease_lost() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "Another worker has taken this job over.",
                      .code = "lease_lost"});
}

// A scan waits while another scan of its account runs, also one whose own job is between two attempts.
constexpr std::string_view may_start =
    "(j.kind <> 'scan' OR NOT EXISTS (SELECT 1 FROM scan s WHERE s.account = j.account AND s.state = "
    "'running' AND s.id <> j.scan_id)) AND (j.kind <> 'attribute' OR NOT EXISTS (SELECT 1 FROM job r WHERE "
    "r.account = j.account AND r.kind = 'attribute' AND r.state = 'running'))";

// The scan of a dead job cannot go on.
Result<void> bury(Transaction& tx, std::string_view condition, Timestamp now) {
    TRY(tx.run(
        fmt::format(
            "UPDATE scan SET state = 'failed', finished_at = ?1, error_message = "
            "'The scan was given up after {} attempts.', error_hint = 'Look into the log of the server.' "
            "WHERE state IN ('queued', 'running') AND id IN (SELECT j.scan_id FROM job j WHERE {})",
            limits::job_attempts, condition),
        now));
    return {};
}

Result<void> take_back_expired(Transaction& tx, Timestamp now) {
    const auto expired =
        TRY(tx.integer("SELECT COUNT(*) FROM job WHERE state = 'running' AND lease_until < ?1", now));
    if (expired.value_or(0) == 0) return {};
    TRY(bury(
        tx,
        fmt::format("j.state = 'running' AND j.lease_until < ?1 AND j.attempts >= {}", limits::job_attempts),
        now));
    TRY(
        tx.run("UPDATE job SET state = CASE WHEN attempts >= ?2 THEN 'dead' ELSE 'ready' END, worker = '', "
               "error = 'the lease ran out' WHERE state = 'running' AND lease_until < ?1",
               now, limits::job_attempts));
    return {};
}

// The tenant that was served least recently, and its oldest job that may start.
Result<std::optional<Job>> candidate(Transaction& tx, JobLane lane, const std::string& kinds, Timestamp now,
                                     std::string_view place) {
    static const auto sql = [](const std::string& kind_texts) {
        return fmt::format(
            "SELECT {} FROM tenant t JOIN job j ON j.number = (SELECT j.number FROM job j "
            "WHERE j.tenant = t.id AND j.place = ?1 AND j.lane = ?2 AND j.state = 'ready' "
            "AND j.run_at <= ?3 AND j.kind IN ({}) AND {} ORDER BY j.run_at, j.number LIMIT 1) "
            "ORDER BY t.served_at, j.run_at, j.number LIMIT 1",
            job_columns, kind_texts, may_start);
    };
    auto row = TRY(tx.query(sql(kinds), place, static_cast<int>(lane), now));
    if (!TRY(row.step())) return std::nullopt;
    return read_job(row);
}

enum class Took { nothing, job, other_was_faster };
struct Attempt {
    Took took = Took::nothing;
    Job job;
};

Result<Attempt> try_claim(Transaction& tx, std::string_view worker, const std::string& kinds, Timestamp now,
                          std::string_view place) {
    TRY(take_back_expired(tx, now));
    auto found = TRY(candidate(tx, JobLane::interactive, kinds, now, place));
    if (!found) found = TRY(candidate(tx, JobLane::background, kinds, now, place));
    if (!found) return Attempt{};
    auto& job = *found;
    const auto until = now + limits::job_lease;
    const auto mine =
        TRY(tx.run("UPDATE job SET state = 'running', worker = ?3, lease_until = ?4, fence = fence + 1, "
                   "attempts = attempts + 1 WHERE id = ?1 AND fence = ?2 AND state = 'ready'",
                   job.id, job.fence, worker, until));
    if (mine == 0) return Attempt{Took::other_was_faster, {}};
    TRY(
        tx.run("UPDATE tenant SET served_at = CASE WHEN served_at >= ?2 THEN served_at + 1 ELSE ?2 END WHERE "
               "id = ?1",
               job.tenant, now));
    ++job.fence;
    ++job.attempts;
    job.lease_until = until;
    return Attempt{Took::job, std::move(job)};
}

// Changes the one row of a claim that still holds.
Result<void> change_claimed(Database& database,
                            const std::function<Result<std::int64_t>(Transaction&)>& work) {
    return database.platform().write([&](Transaction& tx) -> Result<void> {
        if (TRY(work(tx)) == 0) return lease_lost();
        return {};
    });
}

}  // namespace

std::string_view to_string(JobKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view to_string(JobLane lane) { return lane_names[static_cast<std::size_t>(lane)]; }

Result<Job> Jobs::enqueue(Transaction& tx, const TenantId& tenant, Job job, Timestamp now) {
    if (job.id.empty()) job.id = crypto::new_id<JobId>();
    job.tenant = tenant;
    if (!job.run_at.is_set()) job.run_at = now;
    if (job.place == server_place) {
        const auto collector =
            TRY(tx.text("SELECT collector_id FROM cloud_account WHERE tenant = ?1 AND id = ?2 AND mode = "
                        "'collector' AND collector_id IS NOT NULL",
                        tenant, job.account));
        if (collector) job.place = *collector;
    }
    if (job.payload.empty()) job.payload = "{}";
    std::optional<std::string> scan_id;
    if (job.kind == JobKind::scan) scan_id = std::string(string_or(TRY(parse_json(job.payload)), "scan_id"));
    TRY(tx.run(
        "INSERT INTO job(id, tenant, account, scan_id, kind, lane, place, payload, state, attempts, fence, "
        "worker, run_at, lease_until, error, created_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'ready', 0, 0, '', ?9, 0, '', ?10)",
        job.id, tenant, job.account, scan_id, to_string(job.kind), static_cast<int>(job.lane), job.place,
        job.payload, job.run_at, now));
    return job;
}

Result<Job> Jobs::enqueue(const TenantId& tenant, Job job, Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) { return enqueue(tx, tenant, job, now); });
}

Result<void> Jobs::enqueue_once(const TenantId& tenant, const Job& job, Timestamp now) {
    const auto run_at = job.run_at.is_set() ? job.run_at : now;
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        // The account's row is locked so that of two at once on PostgreSQL the second finds the first one's.
        TRY(tx.text("SELECT id FROM cloud_account WHERE tenant = ?1 AND id = ?2 {for_update}", tenant,
                    job.account));
        const auto sooner =
            TRY(tx.run("UPDATE job SET run_at = CASE WHEN run_at > ?4 THEN ?4 ELSE run_at END, "
                       "payload = CASE WHEN ?5 = '' THEN payload ELSE ?5 END "
                       "WHERE tenant = ?1 AND account = ?2 AND kind = ?3 AND state = 'ready'",
                       tenant, job.account, to_string(job.kind), run_at, job.payload));
        if (sooner == 0) TRY(enqueue(tx, tenant, job, now));
        return {};
    });
}

Result<std::vector<std::string>> Jobs::places_with_work(std::span<const JobKind> kinds, Timestamp now) {
    const auto list = kind_list(kinds);
    return database_.platform().read([&](Transaction& tx) -> Result<std::vector<std::string>> {
        std::vector<std::string> places;
        auto row = TRY(tx.query(
            fmt::format("SELECT DISTINCT place FROM job WHERE place <> 'server' AND state = 'ready' AND "
                        "run_at <= ?1 AND kind IN ({})",
                        list),
            now));
        while (TRY(row.step())) places.push_back(row.text(0));
        return places;
    });
}

Result<std::optional<Job>> Jobs::claim(std::string_view worker, std::span<const JobKind> kinds, Timestamp now,
                                       std::string_view place) {
    const auto list = kind_list(kinds);
    // A worker that finds nothing looks without taking the writer's place.
    const auto waiting = TRY(database_.platform().read([&](Transaction& tx) {
        return tx.integer(
            fmt::format(
                "SELECT 1 FROM job WHERE (state = 'ready' AND run_at <= ?1 AND place = ?2 AND kind IN ({})) "
                "OR (state = 'running' AND lease_until < ?1) LIMIT 1",
                list),
            now, place);
    }));
    if (!waiting) return std::nullopt;
    for (int turn = 0; turn < claim_attempts; ++turn) {
        auto attempt = database_.platform().write(
            [&](Transaction& tx) { return try_claim(tx, worker, list, now, place); });
        if (!attempt) {
            // On PostgreSQL another scan of the same account began between the look and the claim.
            if (is_unique_violation(attempt.error())) continue;
            return Failure(std::move(attempt).error());
        }
        if (attempt->took == Took::job) return std::move(attempt->job);
        if (attempt->took == Took::nothing) return std::nullopt;
    }
    return std::nullopt;
}

Result<Timestamp> Jobs::heartbeat(const Job& job, Timestamp now) {
    const auto until = now + limits::job_lease;
    TRY(change_claimed(database_, [&](Transaction& tx) {
        return tx.run("UPDATE job SET lease_until = ?3 WHERE id = ?1 AND fence = ?2 AND state = 'running'",
                      job.id, job.fence, until);
    }));
    return until;
}

Result<void> Jobs::complete(const Job& job) {
    return change_claimed(database_, [&](Transaction& tx) -> Result<std::int64_t> {
        TRY(tx.run(
            "UPDATE scan SET state = 'failed', finished_at = ?3, error_message = "
            "'The scan ended without a result.', error_hint = 'Look into the log of the server.' "
            "WHERE state IN ('queued', 'running') AND id = (SELECT j.scan_id FROM job j WHERE j.id = ?1 "
            "AND j.fence = ?2 AND j.state = 'running')",
            job.id, job.fence, job.lease_until - limits::job_lease));
        return tx.run("DELETE FROM job WHERE id = ?1 AND fence = ?2 AND state = 'running'", job.id,
                      job.fence);
    });
}

Result<void> Jobs::retry(const Job& job, Timestamp run_at, std::string_view error) {
    return change_claimed(database_, [&](Transaction& tx) -> Result<std::int64_t> {
        const auto changed =
            TRY(tx.run("UPDATE job SET state = CASE WHEN attempts >= ?5 THEN 'dead' ELSE 'ready' END, "
                       "worker = '', run_at = ?3, error = ?4 WHERE id = ?1 AND fence = ?2 "
                       "AND state = 'running'",
                       job.id, job.fence, run_at, error, limits::job_attempts));
        if (changed > 0 && job.attempts >= limits::job_attempts)
            TRY(bury(tx, fmt::format("j.state = 'dead' AND j.id = '{}'", job.id.str()), run_at));
        return changed;
    });
}

Result<void> Jobs::release(const Job& job, Timestamp now) {
    return change_claimed(database_, [&](Transaction& tx) {
        return tx.run(
            "UPDATE job SET state = 'ready', worker = '', attempts = attempts - 1, "
            "run_at = CASE WHEN run_at > ?3 THEN ?3 ELSE run_at END "
            "WHERE id = ?1 AND fence = ?2 AND state = 'running'",
            job.id, job.fence, now);
    });
}

Result<std::int64_t> Jobs::release_owned_by(std::string_view worker, Timestamp now) {
    return database_.platform().write([&](Transaction& tx) -> Result<std::int64_t> {
        TRY(
            tx.run("UPDATE job SET lease_until = ?2 - 1 WHERE state = 'running' AND worker = ?1 AND "
                   "lease_until >= ?2",
                   worker, now));
        const auto owned =
            TRY(tx.integer("SELECT COUNT(*) FROM job WHERE state = 'running' AND worker = ?1", worker));
        TRY(take_back_expired(tx, now));
        return owned.value_or(0);
    });
}

Result<std::optional<Timestamp>> Jobs::next_run_at(std::span<const JobKind> kinds, std::string_view place) {
    const auto list = kind_list(kinds);
    return database_.platform().read([&](Transaction& tx) -> Result<std::optional<Timestamp>> {
        const auto next = TRY(tx.integer(
            fmt::format(
                "SELECT MIN(CASE WHEN j.state = 'ready' THEN j.run_at ELSE j.lease_until + 1 END) FROM job j "
                "WHERE j.place = ?1 AND j.kind IN ({}) AND (j.state = 'running' OR (j.state = 'ready' AND "
                "{}))",
                list, may_start),
            place));
        if (!next) return std::nullopt;
        return Timestamp{*next};
    });
}

Result<Jobs::Depth> Jobs::depth() {
    return database_.platform().read([](Transaction& tx) -> Result<Depth> {
        auto row = TRY(tx.query("SELECT state, COUNT(*) FROM job GROUP BY state"));
        Depth depth;
        while (TRY(row.step())) {
            auto& count = row.view(0) == "ready"     ? depth.ready
                          : row.view(0) == "running" ? depth.running
                                                     : depth.dead;
            count = row.integer(1);
        }
        return depth;
    });
}

}  // namespace patrol::store
