// The queue: work that outlives a request and a process. A worker claims a job for limits::job_lease,
// renews the lease every limits::job_heartbeat, and names the job's fence with everything it writes:
// each claim makes a new fence, so a worker that lost its lease cannot write any more.
// Finished jobs are deleted. After limits::job_attempts claims without an end a job is dead: kept,
// never claimed again, and its scan fails.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/ids.h"
#include "store/sql.h"

namespace patrol::store {

enum class JobKind { scan, test, trial, sweep, attribute };
enum class JobLane { interactive, background };  // interactive first: somebody is waiting

std::string_view to_string(JobKind);
std::string_view to_string(JobLane);

inline constexpr std::string_view server_place = "server";

struct Job {
    JobId id;
    JobKind kind = JobKind::scan;
    JobLane lane = JobLane::background;
    // Who may claim it: the server's pool or a collector's id. Filled in with the collector of its account
    // when it is put into the queue.
    std::string place = std::string(server_place);
    TenantId tenant;
    AccountId account;
    std::string payload;  // JSON; a scan's is {"scan_id": …}
    int attempts = 0;     // claims so far, this one included
    std::int64_t fence = 0;
    Timestamp run_at;
    Timestamp lease_until;
};

class Jobs {
public:
    explicit Jobs(Database& database) : database_(database) {}

    // `id` is filled in when empty; `run_at` unset means now.
    Result<Job> enqueue(const TenantId& tenant, Job job, Timestamp now);
    static Result<Job> enqueue(Transaction& transaction, const TenantId& tenant, Job job, Timestamp now);

    // At most one ready job of this kind for the account: one that waits already takes the earlier time,
    // and the payload unless that is empty.
    Result<void> enqueue_once(const TenantId& tenant, const Job& job, Timestamp now);

    // The next job of these kinds at `place`, leased to `worker`; nullopt when there is none. The
    // interactive lane first; within a lane the tenant that was served least recently, and its oldest
    // job. Expired leases are taken back first. Never two scans, or
    // two attributions, of one account at a time.
    Result<std::optional<Job>> claim(std::string_view worker, std::span<const JobKind> kinds, Timestamp now,
                                     std::string_view place = "server");

    // The places beside the server's with a job of these kinds that is due.
    Result<std::vector<std::string>> places_with_work(std::span<const JobKind> kinds, Timestamp now);

    // Renews the lease: answers until when it holds. Kind::conflict "lease_lost" when the job is not
    // this claim's any more: stop working on it.
    Result<Timestamp> heartbeat(const Job& job, Timestamp now);

    // The end of a job. "lease_lost" as above. A scan that its worker left without an end fails here, so
    // that it does not keep its account busy for ever.
    Result<void> complete(const Job& job);
    // Again at `run_at`; the attempt counts. After the last attempt the job is dead instead.
    Result<void> retry(const Job& job, Timestamp run_at, std::string_view error);
    // Given back at once without counting the attempt: a graceful stop.
    Result<void> release(const Job& job, Timestamp now);

    // At start: what this worker held when its process was killed is ready again at once. How many.
    Result<std::int64_t> release_owned_by(std::string_view worker, Timestamp now);

    // When there is something to claim next (a job's time, or the end of a lease); nullopt: nothing.
    Result<std::optional<Timestamp>> next_run_at(std::span<const JobKind> kinds,
                                                 std::string_view place = "server");

    // For metrics: jobs by state.
    struct Depth {
        std::int64_t ready = 0, running = 0, dead = 0;
    };
    Result<Depth> depth();

private:
    Database& database_;
};

}  // namespace patrol::store
