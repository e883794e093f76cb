#include "worker/distant_provider.h"

namespace patrol::worker {

// What was found, after it was inspected; what is not believed ends the other side.
template <class T>
Result<T> DistantProvider::believed(Result<T> found) {
    if (!found) return found;
    for (const auto& checked : {inspect(*found), check(*found)})
        if (!checked) return fail(ended(checked.error()));
    return found;
}

Result<inventory::Identity> DistantProvider::identity(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    if (identity_) return *identity_;
    Reports reports;
    identity_ =
        TRY(believed(ask<inventory::Identity>(Message::identity, Encoder(), std::move(stop), reports)));
    return *identity_;
}

model::TestReport DistantProvider::test(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    Reports reports;
    auto report = believed(ask<model::TestReport>(Message::test, Encoder(), std::move(stop), reports));
    if (report) return std::move(*report);
    return {.ok = false,
            .checks = {{.id = "connection",
                        .title = "Connection",
                        .status = model::CheckStatus::fail,
                        .detail = report.error().message,
                        .hint = report.error().hint}},
            .tested_at = clock_.now()};
}

Result<std::vector<inventory::RegionState>> DistantProvider::regions(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    Reports reports;
    auto found =
        TRY(ask<std::vector<inventory::RegionState>>(Message::regions, Encoder(), std::move(stop), reports));
    if (auto fits = inspect(found); !fits) return fail(ended(std::move(fits).error()));
    return found;
}

// Made here from what the account says of its regions: nobody elsewhere chooses slices.
Result<inventory::Plan> DistantProvider::plan(const inventory::PlanRequest& request, std::stop_token stop) {
    const auto who = TRY(identity(stop));
    const auto* partition = TRY(inventory::known_partition(catalogue_, who.partition));
    return inventory::make_plan({.catalogue = catalogue_,
                                 .request = request,
                                 .partition = *partition,
                                 .regions = TRY(regions(std::move(stop)))});
}

inventory::RunOutcome DistantProvider::run(const inventory::RunRequest& request) {
    std::lock_guard lock(mutex_);
    RunOrder order{.slices = request.plan.slices, .already_done = {}, .rotation = request.rotation};
    if (request.already_done)
        for (const auto& slice : order.slices)
            if (request.already_done(slice.key)) order.already_done.push_back(slice.key);
    Reports reports(request, order);
    auto outcome = ask<inventory::RunOutcome>(Message::run, encode(order), request.stop, reports);
    if (reports.sink_problem()) return {.coverage = {}, .fatal = reports.sink_problem()};
    if (!outcome) return {.coverage = {}, .fatal = std::move(outcome).error()};
    std::optional<Error> doubt;
    for (const auto& each : outcome->coverage)
        for (const auto& checked : {reports.ledger().planned(each.key), inspect(each)})
            if (!checked && !doubt) doubt = checked.error();
    if (outcome->fatal)
        if (auto fits = inspect(*outcome->fatal); !fits) doubt = std::move(fits).error();
    if (doubt) return {.coverage = {}, .fatal = ended(std::move(*doubt))};
    return std::move(*outcome);
}

Result<std::vector<inventory::AuditAnswer>> DistantProvider::audit_events(
    const inventory::AuditRequest& request) {
    std::lock_guard lock(mutex_);
    Reports reports(request.on_call);
    auto answers = TRY(ask<std::vector<inventory::AuditAnswer>>(Message::audit, encode(request.questions),
                                                                request.stop, reports));
    if (auto fits = inspect(answers, request.questions.size()); !fits)
        return fail(ended(std::move(fits).error()));
    return answers;
}

}  // namespace patrol::worker
