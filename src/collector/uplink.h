// One operation's way to the server: messages are gathered into parts, which a thread of its own signs,
// sends and sends again until the server has them; in their answers come the answers to questions, and the
// wish that the operation stops. A part leaves when it is large or old enough, or when somebody waits.
// Without messages an empty part says that the collector lives.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "collector/server_client.h"
#include "relay/parts.h"
#include "worker/channel.h"

namespace patrol::collector {

struct Pace {
    std::size_t part_bytes = 1024 * 1024;  // before packing
    Millis part_age{2'000};
    Millis sign_of_life{15'000};
    Millis retry_min{500}, retry_max{15'000};
    Millis give_up{300'000};  // this long without the server: the operation is lost there anyway
    Millis part_time{60'000};
};

class Uplink final : public worker::Outlet {
public:
    // `stop` is asked to stop when the server wants it, or has given the operation up.
    Uplink(ServerClient& server, std::string operation, std::stop_source stop, Pace pace = {});
    ~Uplink() override;  // what was not sent is lost
    Uplink(const Uplink&) = delete;
    Uplink& operator=(const Uplink&) = delete;

    // Where answers go, from now on: the answer's body (its number first).
    void answers_to(std::function<void(std::string_view)> taker);
    // Waits while a whole part is waiting already. Never fails: what is sent after the end is dropped, and a
    // question then is answered by an error.
    Result<void> send(worker::Message kind, worker::Encoder&& message) override;
    // After `result`: until the server has everything, or the uplink has ended. False: it has not.
    bool finish(std::stop_token give_up);

private:
    void work();
    bool wait_for_work(std::unique_lock<std::mutex>& lock);
    bool deliver(const std::string& part);
    Result<net::HttpResponse> offer(const std::string& part);
    [[nodiscard]] static bool is_final(const Error& error);
    Result<void> take(const std::string& answer);
    void take_answer(std::string_view body);
    void end(const Error& why);
    void answer_with_error(const std::map<std::int64_t, worker::Message>& questions);

    ServerClient& server_;
    const std::string operation_;
    std::stop_source stop_;
    const Pace pace_;

    std::mutex mutex_;
    std::condition_variable changed_;
    relay::FrameWriter waiting_;
    std::chrono::steady_clock::time_point since_{};      // of the oldest message that waits
    std::map<std::int64_t, worker::Message> questions_;  // without an answer
    std::function<void(std::string_view)> taker_;
    bool urgent_ = false, sending_ = false, ended_ = false, closing_ = false;
    std::int64_t next_part_ = 0;
    std::stop_source hurry_;  // gives up the request under way
    std::thread thread_;
};

}  // namespace patrol::collector
