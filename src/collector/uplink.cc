#include "collector/uplink.h"

#include <algorithm>
#include <random>

#include "base/log.h"
#include "worker/fields.h"

namespace patrol::collector {
namespace {

using worker::Message;
using Steady = std::chrono::steady_clock;

bool is_question(Message kind) { return kind == Message::previous || kind == Message::live_count; }

// Full jitter, so that collectors do not come back all at once.
Millis jitter(Millis longest) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return Millis(std::uniform_int_distribution<std::int64_t>(0, longest.count())(random));
}

}  // namespace

Uplink::Uplink(ServerClient& server, std::string operation, std::stop_source stop, Pace pace)
    : server_(server), operation_(std::move(operation)), stop_(std::move(stop)), pace_(pace) {
    thread_ = std::thread([this] { work(); });
}

Uplink::~Uplink() {
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
    }
    hurry_.request_stop();
    changed_.notify_all();
    thread_.join();
}

void Uplink::answers_to(std::function<void(std::string_view)> taker) {
    std::lock_guard lock(mutex_);
    taker_ = std::move(taker);
}

Result<void> Uplink::send(Message kind, worker::Encoder&& message) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || waiting_.size() < pace_.part_bytes; });
    std::map<std::int64_t, Message> question;
    if (is_question(kind)) {
        std::int64_t number = 0;
        worker::Decoder(message.body().substr(0, sizeof number))(number);
        question.emplace(number, kind);
    }
    if (ended_) {
        lock.unlock();
        answer_with_error(question);
        return {};
    }
    if (waiting_.empty()) since_ = Steady::now();
    if (auto added = waiting_.add(kind, std::move(message)); !added) {
        lock.unlock();
        end(added.error());
        return {};
    }
    urgent_ = urgent_ || !question.empty();
    questions_.merge(question);
    changed_.notify_all();
    return {};
}

bool Uplink::finish(std::stop_token give_up) {
    const std::stop_callback hurry(give_up, [this] {
        hurry_.request_stop();
        changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    urgent_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return ended_ || (waiting_.empty() && !sending_); });
    return !ended_;
}

// ------------------------------------------------------------------ the thread

// False: nothing is to be sent any more.
bool Uplink::wait_for_work(std::unique_lock<std::mutex>& lock) {
    const auto idle = Steady::now();
    for (;;) {
        if (closing_ || ended_) return false;
        const auto now = Steady::now();
        const bool large = waiting_.size() >= pace_.part_bytes;
        const bool old = !waiting_.empty() && now - since_ >= pace_.part_age;
        if (large || old || (urgent_ && !waiting_.empty()) || now - idle >= pace_.sign_of_life) return true;
        urgent_ = false;
        const auto until = waiting_.empty() ? idle + pace_.sign_of_life : since_ + pace_.part_age;
        changed_.wait_until(lock, until);
    }
}

void Uplink::work() {
    std::unique_lock lock(mutex_);
    while (wait_for_work(lock)) {
        const auto part = waiting_.pack();
        urgent_ = false;
        sending_ = true;
        changed_.notify_all();
        lock.unlock();
        const bool taken = deliver(part);
        lock.lock();
        sending_ = false;
        if (taken) ++next_part_;
        changed_.notify_all();
        if (!taken) break;
    }
    lock.unlock();
    end(Error{.kind = Error::Kind::cancelled, .message = "The operation is over.", .code = "cancelled"});
}

Result<net::HttpResponse> Uplink::offer(const std::string& part) {
    return server_.send({.method = "PUT",
                         .path = fmt::format("/collector/operations/{}/parts/{}", operation_, next_part_),
                         .content_type = relay::frames_media_type,
                         .body = part,
                         .time = pace_.part_time,
                         .answer_bytes = answer_bytes_max,
                         .stop = hurry_.get_token()});
}

// Whether no further attempt can change it.
bool Uplink::is_final(const Error& error) {
    switch (error.kind) {
        case Error::Kind::unavailable:
        case Error::Kind::timeout:
        case Error::Kind::throttled:
        case Error::Kind::internal:
            return false;
        default:
            return error.code != "replayed";
    }
}

bool Uplink::deliver(const std::string& part) {
    const auto begun = Steady::now();
    auto wait = pace_.retry_min;
    for (;;) {
        const auto answer = offer(part);
        if (answer) {
            const auto taken = take(answer->body);
            if (!taken) end(taken.error());
            return taken.has_value();
        }
        const auto& error = answer.error();
        if (hurry_.stop_requested() || is_final(error) || Steady::now() - begun >= pace_.give_up) {
            end(error);
            return false;
        }
        log::warn("a part was not taken and is sent again",
                  {{"operation", operation_}, {"why", describe(error)}});
        std::unique_lock lock(mutex_);
        const auto pause = std::max(jitter(wait), Millis(error.retry_after_ms));
        changed_.wait_for(lock, pause, [&] { return closing_ || hurry_.stop_requested(); });
        wait = std::min(wait * 2, pace_.retry_max);
    }
}

Result<void> Uplink::take(const std::string& answer) {
    const auto frames = TRY(relay::unpack_part(answer, answer_bytes_max));
    relay::FrameReader reader(frames);
    for (;;) {
        const auto frame = TRY(reader.next());
        if (!frame) return {};
        if (frame->kind == Message::stop)
            stop_.request_stop();
        else if (frame->kind == Message::answer)
            take_answer(frame->body);
        else
            return worker::malformed_message();
    }
}

void Uplink::take_answer(std::string_view body) {
    std::int64_t number = 0;
    if (body.size() < sizeof number) return;
    worker::Decoder(body.substr(0, sizeof number))(number);
    std::function<void(std::string_view)> taker;
    {
        std::lock_guard lock(mutex_);
        if (questions_.erase(number) == 0) return;
        taker = taker_;
    }
    if (taker) taker(body);
}

// ------------------------------------------------------------------ the end

void Uplink::end(const Error& why) {
    stop_.request_stop();  // first: whoever sees the end finds it asked for
    std::map<std::int64_t, Message> questions;
    {
        std::lock_guard lock(mutex_);
        if (!ended_ && !closing_)
            log::warn("an operation was given up", {{"operation", operation_}, {"why", describe(why)}});
        ended_ = true;
        questions.swap(questions_);
    }
    changed_.notify_all();
    answer_with_error(questions);
}

// Who asked does not wait for ever.
void Uplink::answer_with_error(const std::map<std::int64_t, Message>& questions) {
    std::function<void(std::string_view)> taker;
    {
        std::lock_guard lock(mutex_);
        taker = taker_;
    }
    const Error error{
        .kind = Error::Kind::unavailable, .message = "The server does not answer.", .code = "uplink_ended"};
    for (const auto& [number, kind] : questions) {
        worker::Encoder out;
        out(number);
        if (kind == Message::previous)
            out(worker::Reply<std::vector<std::optional<std::string>>>{.error = error, .value = {}});
        else
            out(worker::Reply<std::int64_t>{.error = error, .value = 0});
        if (taker) taker(out.body());
    }
}

}  // namespace patrol::collector
