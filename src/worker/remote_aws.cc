#include "worker/remote_aws.h"

#include <optional>

#include "base/limits.h"
#include "base/log.h"
#include "cloud/aws/arn.h"
#include "inventory/aws/connection_checks.h"
#include "worker/fields.h"

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
    : DistantProvider(account.outside.catalogue, account.outside.clock),
      account_(std::move(account)),
      door_(open_role_door(account_.outside, account_.connection)) {}

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
    if (operation == Message::test) locks_tried_ = locks_held_ = 0;
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

// A role's ARN says whose it is: a worker cannot speak for another account.
Result<void> RemoteProvider::check(const inventory::Identity& found) {
    const auto* role = role_of(account_.connection);
    if (role == nullptr) return {};
    const auto arn = aws::parse_role_arn(role->role_arn);
    if (arn && arn->account != found.account_id) return unbelievable("the role is in another account");
    return {};
}

// The lock was tried here: no report says otherwise.
Result<void> RemoteProvider::check(const model::TestReport& report) {
    const auto* role = role_of(account_.connection);
    const bool must_hold = role != nullptr && role->insecure_trust == inventory::InsecureTrust::refused;
    if (report.ok && must_hold && (locks_tried_ < 2 || locks_held_ < locks_tried_))
        return unbelievable("the test passed without its trust checks");
    return {};
}

Result<void> RemoteProvider::verify_trust(std::stop_token stop) {
    const auto who = TRY(identity(stop));
    TRY(inventory::check_account(account_.connection, who));
    const auto* role = role_of(account_.connection);
    if (role == nullptr || role->insecure_trust == inventory::InsecureTrust::allowed) return {};
    return inventory::check_lock(
        *door_, {.stop = stop, .deadline = account_.outside.clock.steady() + limits::test_time});
}

}  // namespace patrol::worker
