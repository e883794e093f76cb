#include "relay/provider.h"

#include "base/limits.h"
#include "base/log.h"
#include "relay/parts.h"

namespace patrol::relay {
namespace {

using worker::Message;

constexpr auto look_at_stop = Millis(100);
constexpr auto reading_time = limits::scan_time + std::chrono::minutes(10);
constexpr auto short_time = std::chrono::minutes(3);  // with the collector's way to work

Failure stopped() {
    return fail(
        Error{.kind = Error::Kind::cancelled, .message = "The collector was stopped.", .code = "cancelled"});
}

Failure too_late() {
    return fail(Error{.kind = Error::Kind::timeout,
                      .message = "The collector did not end in time.",
                      .hint = "See its log.",
                      .code = "collector_silent"});
}

bool reads_much(Message operation) { return operation == Message::run || operation == Message::audit; }

// To the questions of one part.
class Answers final : public worker::Outlet {
public:
    Result<void> send(Message kind, worker::Encoder&& message) override {
        TRY(frames_.add(kind, std::move(message)));
        if (frames_.size() > part_unpacked_bytes_max)
            return worker::unbelievable("it asks for too much at once");
        return {};
    }
    std::string pack() { return frames_.pack(); }

private:
    FrameWriter frames_;
};

// Ends the conversation whatever happens.
struct Ending {
    CollectorDesk& desk;
    const std::shared_ptr<Conversation>& conversation;
    ~Ending() { desk.end(conversation); }
};

}  // namespace

CollectorProvider::CollectorProvider(CollectedAccount account)
    : DistantProvider(account.catalogue, account.clock), account_(std::move(account)) {}

CollectorProvider::~CollectorProvider() {
    crypto::wipe(account_.account.redaction_key.data(), account_.account.redaction_key.size());
}

Result<void> CollectorProvider::verify_trust(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    worker::Reports reports;
    TRY(ask<bool>(Message::verify_trust, worker::Encoder(), std::move(stop), reports));
    return {};
}

Error CollectorProvider::ended(Error error) {
    log::warn("an operation of a collector ended", {{"collector", account_.collector.str()},
                                                    {"account", account_.account.account.str()},
                                                    {"why", describe(error)}});
    return error;
}

Result<bool> CollectorProvider::take(Conversation& conversation, const std::string& frames,
                                     worker::Reports& reports) {
    FrameReader reader(frames);
    Answers answers;
    bool has_result = false;
    while (const auto frame = TRY(reader.next())) {
        if (has_result) return worker::unbelievable("something follows the result");
        has_result = frame->kind == Message::result;
        if (has_result)
            result_ = frame->body;
        else if (!TRY(reports.take(answers, *frame)))
            return worker::unbelievable("it sent a message that nobody knows");
    }
    conversation.answer(answers.pack());
    return has_result;
}

Result<std::string_view> CollectorProvider::converse(Message operation, worker::Encoder&& order,
                                                     const std::stop_token& stop, worker::Reports& reports) {
    Operation asked = account_.account;
    asked.kind = operation;
    asked.order = order.body();
    const auto conversation = TRY(account_.desk.begin(account_.collector, std::move(asked)));
    const Ending ending{account_.desk, conversation};
    const auto deadline =
        account_.clock.steady() + (reads_much(operation) ? Millis(reading_time) : Millis(short_time));
    for (;;) {
        const auto part = conversation->receive(look_at_stop);
        if (!part) return fail(ended(part.error()));
        if (*part) {
            const auto taken = take(*conversation, **part, reports);
            if (!taken) {
                conversation->answer(Failure(taken.error()));
                return fail(ended(taken.error()));
            }
            if (*taken) return std::string_view(result_);
        }
        // Its next part is told that the operation has ended.
        if (stop.stop_requested() || reports.sink_problem()) return stopped();
        if (account_.clock.steady() >= deadline) return too_late();
    }
}

}  // namespace patrol::relay
