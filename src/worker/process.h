// A worker process: this program again (/proc/self/exe) with a hidden command, no environment but an
// allow-list, and only these descriptors: 0 nothing, 1 and 2 a pipe whose lines go into the server's log,
// 3 the channel, from 4 on the dial lines. It dies with the thread that started it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.h"
#include "worker/channel.h"

namespace patrol::worker {

inline constexpr std::string_view hidden_command = "internal-scan-worker";
inline constexpr int channel_descriptor = 3;
inline constexpr int first_dial_descriptor = 4;
inline constexpr std::size_t dial_lines = 4;  // the first is for opening, the others look up names
inline constexpr auto time_to_end = std::chrono::seconds(2);

class Process {
public:
    static Result<std::unique_ptr<Process>> start(const std::string& program);
    ~Process();  // waits time_to_end, then kills
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] Channel& channel() { return channel_; }
    [[nodiscard]] std::array<Descriptor, dial_lines>& lines() { return lines_; }
    void kill();
    // After its end was seen: how it ended, as a sentence for the user.
    std::string end();

private:
    Process(int pid, Descriptor channel, std::array<Descriptor, dial_lines> lines, Descriptor log);
    void reap();
    void copy_log(const Descriptor& log);

    int pid_;
    Channel channel_;
    std::array<Descriptor, dial_lines> lines_;
    bool reaped_ = false;
    int status_ = 0;
    std::thread log_;
};

}  // namespace patrol::worker
