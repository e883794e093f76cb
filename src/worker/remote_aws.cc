#include "worker/remote_aws.h"

#include <optional>

#include "base/limits.h"
#include "base/log.h"
#include "cloud/aws/arn.h"
#include "inventory/aws/connection_checks.h"
#include "inventory/planner.h"
#include "worker/fields.h"
#include "worker/reports.h"

namespace patrol::worker {
namespace {

constexpr auto look_at_stop = Millis(100);
constexpr auto time_to_begin = std::chrono::seconds(60);  // a machine may be busy

using Steady = std::chrono::steady_clock;

Session session_of(const aws::Credentials& credentials) {
    return {.access_key_id = credentials.access_key_id,
            .secret_access_key = crypto::Secret(credentials.secret_access_key.expose()),
            .session_token = crypto::Secret(credentials.session_token.expose()),
            .expires = credentials.expires};
}

Failure stopped() {
    return fail(
        Error{.kind = Error::Kind::cancelled, .message = "The worker was stopped.", .code = "cancelled"});
}

const inventory::AwsRole* role_of(const inventory::AwsConnection& connection) {
    return std::get_if<inventory::AwsRole>(&connection.auth);
}

}  // namespace

// In the order of their ends: the desk serves the process's lines.
struct RemoteProvider::Live {
    std::unique_ptr<Process> process;
    std::unique_ptr<DialDesk> desk;
};

RemoteProvider::RemoteProvider(RemoteAws account)
    : account_(std::move(account)), door_(open_role_door(account_.outside, account_.connection)) {}

RemoteProvider::~RemoteProvider() {
    crypto::wipe(account_.redaction_key.data(), account_.redaction_key.size());
}

// ------------------------------------------------------------------ the process

Result<Start> RemoteProvider::introduction() {
    const auto& connection = account_.connection;
    Start start{.account_id = connection.account_id,
                .partition = connection.partition,
                .session_name = connection.session_name,
                .user_agent = connection.user_agent,
                .endpoints = connection.endpoints,
                .ca_bundle = connection.trust.ca_bundle,
                .https_proxy = account_.https_proxy,
                .no_proxy = account_.no_proxy,
                .proxy = connection.trust.destination == net::Destination::user_supplied
                             ? net::ProxyUse::none
                             : connection.trust.proxy,
                .redaction_key = account_.redaction_key,
                .threads = connection.threads,
                .rate_scale = connection.rate_scale,
                .catalogue_dir = account_.catalogue_dir};
    if (const auto* role = role_of(connection)) {
        start.role_arn = role->role_arn;
        start.insecure_trust = role->insecure_trust;
        start.own_account = role->own_account;
        start.patrol_account_id = role->patrol_account_id;
    } else {
        // Keys that expire are asked for, again and again, as a role's sessions are.
        const auto keys = TRY(std::get<inventory::AwsKeys>(connection.auth).keys->credentials({}));
        if (!keys->expires.is_set()) start.keys = session_of(*keys);
    }
    return start;
}

Result<void> RemoteProvider::begin() {
    if (live_) return {};
    auto start = TRY(introduction());
    auto live = std::make_unique<Live>();
    live->process = TRY(Process::start(account_.program));
    live->desk =
        std::make_unique<DialDesk>(DialPolicy(account_.connection.endpoints, account_.connection.trust,
                                              account_.https_proxy, account_.egress),
                                   live->process->lines());
    live_ = std::move(live);
    auto& channel = live_->process->channel();
    auto sent = channel.send(Message::start, encode(start));
    crypto::wipe(start.redaction_key.data(), start.redaction_key.size());
    if (!sent) return fail(ended(std::move(sent).error()));
    const auto first = channel.receive(time_to_begin);
    if (!first) return fail(ended(first.error()));
    if (!*first) {
        live_->process->kill();
        return fail(ended(
            {.kind = Error::Kind::timeout, .message = "The worker did not start.", .code = "worker_ended"}));
    }
    const auto reply = decode<Reply<bool>>((*first)->body);
    if ((*first)->kind != Message::ready || !reply)
        return fail(ended(unbelievable("it did not begin").error()));
    if (reply->error) return fail(ended(*reply->error));
    return {};
}

// The process is done with; says how it ended where that is the news.
Error RemoteProvider::ended(Error error) {
    if (!live_) return error;
    if (error.code != "worker_ended") live_->process->kill();
    const auto how = live_->process->end();
    live_.reset();
    if (error.code == "worker_ended") {
        error.message = how;
        error.hint =
            "The server is not affected, and a scan is read again once. If it happens again, look for a "
            "shortage of memory in the machine's log.";
    }
    log::warn("a worker ended", {{"why", describe(error)}, {"end", how}});
    return error;
}

// ------------------------------------------------------------------ one operation

Result<std::string_view> RemoteProvider::converse(Message operation, Encoder&& order,
                                                  const std::stop_token& stop, Reports& reports) {
    TRY(begin());
    auto& channel = live_->process->channel();
    if (auto sent = channel.send(operation, std::move(order)); !sent)
        return fail(ended(std::move(sent).error()));
    std::optional<Steady::time_point> give_up;
    for (;;) {
        auto frame = channel.receive(look_at_stop);
        if (!frame) return fail(ended(std::move(frame).error()));
        if (*frame && (*frame)->kind == Message::result) return (*frame)->body;
        if (*frame) {
            auto taken = reports.take(channel, **frame);
            if (taken && !*taken) {
                auto answered = answer_door(**frame, stop);
                if (!answered) taken = fail(std::move(answered).error());
            }
            if (!taken) return fail(ended(std::move(taken).error()));
        }
        const bool over = stop.stop_requested() || reports.sink_problem();
        if (over && !give_up) {
            give_up = Steady::now() + time_to_end;
            (void)channel.send(Message::stop);
        } else if (give_up && Steady::now() >= *give_up) {
            live_->process->kill();
            (void)live_->process->end();
            live_.reset();
            return stopped();
        }
    }
}

template <class T>
Result<T> RemoteProvider::ask(Message operation, Encoder&& order, std::stop_token stop, Reports& reports) {
    const auto body = TRY(converse(operation, std::move(order), stop, reports));
    auto reply = decode<Reply<T>>(body);
    if (!reply) return fail(ended(std::move(reply).error()));
    if (reply->error)
        if (auto believed = inspect(*reply->error); !believed)
            return fail(ended(std::move(believed).error()));
    return result_of(std::move(*reply));
}

// Of the role, or the keys of the account as they are now.
Result<aws::Credentials> RemoteProvider::session(const inventory::DoorCall& call) {
    if (door_ != nullptr) return door_->assume(call);
    const auto keys =
        TRY(std::get<inventory::AwsKeys>(account_.connection.auth).keys->credentials(call.stop));
    return aws::Credentials{.access_key_id = keys->access_key_id,
                            .secret_access_key = crypto::Secret(keys->secret_access_key.expose()),
                            .session_token = crypto::Secret(keys->session_token.expose()),
                            .expires = keys->expires};
}

// What needs Patrol's own credentials.
Result<void> RemoteProvider::answer_door(const Frame& frame, const std::stop_token& stop) {
    struct Question {
        std::int64_t number = 0;
        bool wrong_external_id = false;
    } question;
    Decoder decoder(frame.body);
    decoder(question.number, question.wrong_external_id);
    const bool may_ask = door_ != nullptr || frame.kind == Message::assume;
    if (!decoder.done() || !may_ask) return unbelievable("it asks for what it may not");
    if (++assumptions_ > assumptions_per_worker) return unbelievable("it asks for too many sessions");
    const inventory::DoorCall call{.stop = stop,
                                   .deadline = account_.outside.clock.steady() + limits::test_time};
    Encoder out;
    out(question.number);
    switch (frame.kind) {
        case Message::patrol_arn:
            out(reply_of(door_->patrol_arn(call)));
            break;
        case Message::assume: {
            const auto credentials = session(call);
            out(credentials ? Reply<Session>{.error = {}, .value = session_of(*credentials)}
                            : Reply<Session>{.error = credentials.error(), .value = {}});
            break;
        }
        case Message::try_lock: {
            const auto answer = question.wrong_external_id ? door_->try_wrong_external_id(call)
                                                           : door_->try_without_external_id(call);
            ++locks_tried_;
            if (answer.probe == inventory::TrustProbe::refused) ++locks_held_;
            out(answer);
            break;
        }
        default:
            return unbelievable("it sent a message that nobody knows");
    }
    return live_->process->channel().send(Message::answer, std::move(out));
}

// ------------------------------------------------------------------ the provider

Result<inventory::Identity> RemoteProvider::identity(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    if (identity_) return *identity_;
    Reports reports;
    auto found = TRY(ask<inventory::Identity>(Message::identity, Encoder(), std::move(stop), reports));
    if (auto believed = inspect(found); !believed) return fail(ended(std::move(believed).error()));
    // A role's ARN says whose it is: a worker cannot speak for another account.
    if (const auto* role = role_of(account_.connection))
        if (const auto arn = aws::parse_role_arn(role->role_arn); arn && arn->account != found.account_id)
            return fail(ended(unbelievable("the role is in another account").error()));
    identity_ = found;
    return found;
}

model::TestReport RemoteProvider::test(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    locks_tried_ = locks_held_ = 0;
    Reports reports;
    auto report = ask<model::TestReport>(Message::test, Encoder(), std::move(stop), reports);
    if (report)
        if (auto believed = inspect(*report); !believed) report = fail(ended(std::move(believed).error()));
    // The lock was tried here: no report says otherwise.
    const auto* role = role_of(account_.connection);
    const bool must_hold = role != nullptr && role->insecure_trust == inventory::InsecureTrust::refused;
    if (report && report->ok && must_hold && (locks_tried_ < 2 || locks_held_ < locks_tried_))
        report = fail(ended(unbelievable("the test passed without its trust checks").error()));
    if (report) return std::move(*report);
    return {.ok = false,
            .checks = {{.id = "connection",
                        .title = "Connection",
                        .status = model::CheckStatus::fail,
                        .detail = report.error().message,
                        .hint = report.error().hint}},
            .tested_at = account_.outside.clock.now()};
}

Result<void> RemoteProvider::verify_trust(std::stop_token stop) {
    const auto who = TRY(identity(stop));
    TRY(inventory::check_account(account_.connection, who));
    const auto* role = role_of(account_.connection);
    if (role == nullptr || role->insecure_trust == inventory::InsecureTrust::allowed) return {};
    return inventory::check_lock(
        *door_, {.stop = stop, .deadline = account_.outside.clock.steady() + limits::test_time});
}

Result<std::vector<inventory::RegionState>> RemoteProvider::regions(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    Reports reports;
    auto regions =
        TRY(ask<std::vector<inventory::RegionState>>(Message::regions, Encoder(), std::move(stop), reports));
    if (auto believed = inspect(regions); !believed) return fail(ended(std::move(believed).error()));
    return regions;
}

// Made here from what the account says of its regions: no worker chooses its slices.
Result<inventory::Plan> RemoteProvider::plan(const inventory::PlanRequest& request, std::stop_token stop) {
    const auto who = TRY(identity(stop));
    const auto& catalogue = account_.outside.catalogue;
    const auto* partition = TRY(inventory::known_partition(catalogue, who.partition));
    return inventory::make_plan({.catalogue = catalogue,
                                 .request = request,
                                 .partition = *partition,
                                 .regions = TRY(regions(std::move(stop)))});
}

inventory::RunOutcome RemoteProvider::run(const inventory::RunRequest& request) {
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
        if (auto believed = inspect(*outcome->fatal); !believed) doubt = std::move(believed).error();
    if (doubt) return {.coverage = {}, .fatal = ended(std::move(*doubt))};
    return std::move(*outcome);
}

Result<std::vector<inventory::AuditAnswer>> RemoteProvider::audit_events(
    const inventory::AuditRequest& request) {
    std::lock_guard lock(mutex_);
    Reports reports(request.on_call);
    auto answers = TRY(ask<std::vector<inventory::AuditAnswer>>(Message::audit, encode(request.questions),
                                                                request.stop, reports));
    if (auto believed = inspect(answers, request.questions.size()); !believed)
        return fail(ended(std::move(believed).error()));
    return answers;
}

}  // namespace patrol::worker
