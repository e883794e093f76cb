// A cloud account that is read elsewhere: by a worker process (worker/remote_aws.h) or by a collector on a
// customer's site (relay/provider.h). What both have in common stays here: one operation at a time, the plan
// made by the server, and no report believed that was not inspected (worker/inspect.h). How an operation gets
// there and back is the implementation's.
#pragma once

#include <mutex>
#include <optional>
#include <string_view>

#include "catalogue/catalogue.h"
#include "inventory/planner.h"
#include "worker/fields.h"
#include "worker/reports.h"

namespace patrol::worker {

class DistantProvider : public inventory::Provider {
public:
    Result<inventory::Identity> identity(std::stop_token stop) override;
    model::TestReport test(std::stop_token stop) override;
    // What a plan starts from.
    Result<std::vector<inventory::RegionState>> regions(std::stop_token stop);
    Result<inventory::Plan> plan(const inventory::PlanRequest& request, std::stop_token stop) override;
    inventory::RunOutcome run(const inventory::RunRequest& request) override;
    Result<std::vector<inventory::AuditAnswer>> audit_events(const inventory::AuditRequest& request) override;

protected:
    DistantProvider(const catalogue::Catalogue& catalogue, const Clock& clock)
        : catalogue_(catalogue), clock_(clock) {}

    // One operation to its end: the body of its result, until the next one.
    virtual Result<std::string_view> converse(Message operation, Encoder&& order, const std::stop_token& stop,
                                              Reports& reports) = 0;
    // The other side is not believed any more: it is done with. Answers what to tell.
    virtual Error ended(Error error) = 0;
    // What else must hold before these are believed.
    virtual Result<void> check(const inventory::Identity&) { return {}; }
    virtual Result<void> check(const model::TestReport&) { return {}; }

    // Called with the mutex held.
    template <class T>
    Result<T> ask(Message operation, Encoder&& order, std::stop_token stop, Reports& reports);

    std::mutex mutex_;  // one operation at a time

private:
    template <class T>
    Result<T> believed(Result<T> found);

    const catalogue::Catalogue& catalogue_;
    const Clock& clock_;
    std::optional<inventory::Identity> identity_;
};

template <class T>
Result<T> DistantProvider::ask(Message operation, Encoder&& order, std::stop_token stop, Reports& reports) {
    const auto body = TRY(converse(operation, std::move(order), stop, reports));
    auto reply = decode<Reply<T>>(body);
    if (!reply) return fail(ended(std::move(reply).error()));
    if (reply->error)
        if (auto fits = inspect(*reply->error); !fits) return fail(ended(std::move(fits).error()));
    return result_of(std::move(*reply));
}

}  // namespace patrol::worker
