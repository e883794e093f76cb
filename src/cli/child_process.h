// A command run in this one's place: it has the same stdin, stdout and stderr, and signals that are sent
// to this process reach it. Those of the terminal (Ctrl-C) reach the whole group by themselves and are not
// sent twice. Nothing here reads or writes what the command reads or writes.
#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace patrol::cli {

// Holds back the signals that are to be passed on, for its life. Must be made before any thread is.
class HeldSignals {
public:
    HeldSignals();
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    [[nodiscard]] const sigset_t& before() const { return before_; }
    [[nodiscard]] const sigset_t& held() const { return held_; }
    // One that asks to stop and came already.
    [[nodiscard]] std::optional<int> waiting_stop() const;

private:
    sigset_t before_{}, held_{};
};

struct ChildEnd {
    int exit_code = 0;  // 128 + signal where a signal ended it, as shells say it
    std::optional<int> signal;
};

inline constexpr int exit_not_executable = 126;
inline constexpr int exit_command_not_found = 127;

// Waits for its end. Kind::not_found or Kind::denied where it could not be started.
Result<ChildEnd> run_child(const std::vector<std::string>& command, const HeldSignals& signals);

}  // namespace patrol::cli
