#include "collector/assignment.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "cloud/aws/endpoints.h"
#include "collector/scrub.h"
#include "collector/upload_sink.h"
#include "worker/fields.h"

namespace patrol::collector {
namespace {

using worker::Message;

bool is_for(const Bench& bench, const relay::Operation& operation, const Credential& credential) {
    const auto& last = bench.last;
    return bench.provider && last.account == operation.account && last.purpose == operation.purpose &&
           last.endpoint_url == operation.endpoint_url && last.redaction_key == operation.redaction_key &&
           last.regions == operation.regions && last.insecure_trust == operation.insecure_trust &&
           bench.credential == credential;
}

Failure shut_down() {
    // As if a worker had ended: the scan is read again when the collector is back.
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = "The collector was stopped.",
                      .hint = "The scan goes on when the collector is back.",
                      .code = "worker_ended"});
}

class Assignment {
public:
    Assignment(const AssignmentTools& tools, const relay::Operation& operation, Bench& bench,
               const StopWishes& wishes)
        : site_(tools.site),
          operation_(operation),
          bench_(bench),
          wishes_(wishes),
          uplink_(tools.server, operation.id.str(), stop_, tools.pace),
          desk_(uplink_),
          on_shutdown_(wishes.soon, [this] { stop_.request_stop(); }) {
        uplink_.answers_to([this](std::string_view body) { desk_.take_answer(body); });
    }

    void carry_out() {
        switch (operation_.kind) {
            case Message::identity:
                return conclude(ready());
            case Message::verify_trust:
                return conclude(verify_trust());
            case Message::test:
                return conclude(test());
            case Message::regions:
                return conclude(regions());
            case Message::run:
                return conclude(run());
            case Message::audit:
                return conclude(audit());
            default:
                return conclude(Result<bool>(worker::malformed_message()));
        }
    }

private:
    template <class T>
    void conclude(Result<T> result) {
        if (wishes_.soon.stop_requested()) result = shut_down();
        if (!result) {
            log::warn("an operation failed", {{"operation", operation_.id.str()},
                                              {"account", operation_.account_name},
                                              {"kind", std::string(relay::operation_name(operation_.kind))},
                                              {"why", describe(result.error())}});
            result = fail(scrubbed(std::move(result).error()));
        }
        (void)uplink_.send(Message::result, worker::encode(worker::reply_of(std::move(result))));
        (void)uplink_.finish(wishes_.now);
    }

    // Where nothing was asked of the cloud yet.
    Result<void> prepare() {
        auto credential = TRY(site_.allowed(operation_));
        if (is_for(bench_, operation_, credential)) return {};
        bench_.provider.reset();
        bench_.provider = TRY(site_.provider_for(operation_));
        bench_.last = operation_;
        bench_.last.order.clear();
        bench_.credential = std::move(credential);
        return {};
    }

    // The keys are those of the account that the credential is for, whatever the server believes.
    Result<void> check(const inventory::Identity& who) {
        const auto& credential = bench_.credential;
        if (who.account_id == credential.account) return {};
        bench_.provider.reset();
        return fail(Error{
            .kind = Error::Kind::denied,
            .message = fmt::format("The keys of the credential {} belong to account {}, but collector.yaml "
                                   "allows it account {} only.",
                                   credential.name, who.account_id, credential.account),
            .hint = "Correct the credential on the collector's machine.",
            .code = "collector_refused"});
    }

    Result<inventory::Identity> ready() {
        TRY(prepare());
        auto who = TRY(bench_.provider->identity(stop_.get_token()));
        TRY(check(who));
        return who;
    }

    Result<bool> verify_trust() {
        TRY(ready());
        TRY(bench_.provider->verify_trust(stop_.get_token()));
        return true;
    }

    Result<model::TestReport> test() {
        TRY(prepare());
        // Keys that say nothing of themselves are what the test reports; keys of another account are not
        // used.
        if (const auto who = bench_.provider->identity(stop_.get_token())) TRY(check(*who));
        return scrubbed(bench_.provider->test(stop_.get_token()));
    }

    Result<std::vector<inventory::RegionState>> regions() {
        TRY(ready());
        return bench_.provider->regions(stop_.get_token());
    }

    // What this version does not know is said to be not read: a newer server may plan it.
    Result<std::vector<model::SliceCoverage>> take_unknown(std::vector<inventory::PlannedSlice>& slices) {
        std::vector<model::SliceCoverage> unknown;
        std::set<std::string, std::less<>> types;
        for (const auto& type : site_.catalogue().types()) types.insert(type.name);
        for (const auto& each : slices) {
            if (!aws::is_region_name(each.region)) return worker::malformed_message();
            if (!types.contains(each.key.type))
                unknown.push_back(
                    {.key = each.key,
                     .service = each.service,
                     .status = model::SliceStatus::not_read,
                     .reason = "The collector's version does not know this type.",
                     .hint = "Install the server's version of Patrol on the collector's machine."});
        }
        std::erase_if(slices, [&](const auto& each) { return !types.contains(each.key.type); });
        return unknown;
    }

    void report(Message kind, worker::Encoder&& message) { (void)uplink_.send(kind, std::move(message)); }
    void report_call(const inventory::ApiCall& call) { report(Message::call, worker::encode(call)); }
    void report_progress(inventory::Progress progress) {
        if (progress.ended) progress.ended = scrubbed(std::move(*progress.ended));
        report(Message::progress, worker::encode(progress));
    }

    Result<inventory::RunOutcome> run() {
        auto order = TRY(worker::decode<worker::RunOrder>(operation_.order));
        const auto unknown = TRY(take_unknown(order.slices));
        TRY(ready());
        const std::set<model::SliceKey> done(order.already_done.begin(), order.already_done.end());
        const inventory::Plan plan{.slices = std::move(order.slices), .not_planned = {}, .regions = {}};
        UploadSink sink(desk_);
        auto outcome = bench_.provider->run(
            {.plan = plan,
             .sink = sink,
             .stop = stop_.get_token(),
             .on_progress = [this](const inventory::Progress& each) { report_progress(each); },
             .on_call = [this](const inventory::ApiCall& each) { report_call(each); },
             .already_done = [&](const model::SliceKey& key) { return done.contains(key); },
             .rotation = order.rotation});
        for (auto& each : outcome.coverage) each = scrubbed(std::move(each));
        for (const auto& each : unknown)
            if (!done.contains(each.key)) outcome.coverage.push_back(each);
        if (outcome.fatal) outcome.fatal = scrubbed(std::move(*outcome.fatal));
        return outcome;
    }

    Result<std::vector<inventory::AuditAnswer>> audit() {
        const auto questions = TRY(worker::decode<std::vector<inventory::AuditQuestion>>(operation_.order));
        for (const auto& each : questions)
            if (!each.region.empty() && each.region != inventory::global_scope &&
                !aws::is_region_name(each.region))
                return worker::malformed_message();
        TRY(ready());
        auto answers = TRY(bench_.provider->audit_events(
            {.questions = questions,
             .stop = stop_.get_token(),
             .on_call = [this](const inventory::ApiCall& each) { report_call(each); }}));
        for (auto& each : answers)
            if (each.problem) each.problem = scrubbed(std::move(*each.problem));
        return answers;
    }

    const Site& site_;
    const relay::Operation& operation_;
    Bench& bench_;
    const StopWishes& wishes_;
    std::stop_source stop_;
    Uplink uplink_;
    worker::DeskClient desk_;
    std::stop_callback<std::function<void()>> on_shutdown_;
};

}  // namespace

void carry_out(const AssignmentTools& tools, const relay::Operation& operation, Bench& bench,
               const StopWishes& wishes) {
    Assignment(tools, operation, bench, wishes).carry_out();
}

}  // namespace patrol::collector
