#include "cli/child_process.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace patrol::cli {
namespace {

constexpr std::array passed_on{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH};
constexpr std::array stopping{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr int signal_exit = 128;

// The command sees the signals as they were before this program held them back.
Result<pid_t> spawn(const std::vector<std::string>& command, const HeldSignals& signals) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const auto& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &signals.before());
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, arguments[0], nullptr, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    if (failed == 0) return child;
    return fail({.kind = failed == ENOENT ? Error::Kind::not_found : Error::Kind::denied,
                 .message = fmt::format("The command {} could not be started: {}.", command.front(),
                                        std::strerror(failed))});
}

std::optional<ChildEnd> ended(pid_t child) {
    int status = 0;
    const auto found = waitpid(child, &status, WNOHANG);
    if (found == 0 || (found < 0 && errno == EINTR)) return {};
    if (found < 0) return ChildEnd{.exit_code = 1};
    if (WIFSIGNALED(status)) return ChildEnd{signal_exit + WTERMSIG(status), WTERMSIG(status)};
    return ChildEnd{.exit_code = WEXITSTATUS(status)};
}

}  // namespace

HeldSignals::HeldSignals() {
    // An inherited "ignore" would make the kernel forget how the child ended.
    std::signal(SIGCHLD, SIG_DFL);
    sigemptyset(&held_);
    for (const int each : passed_on) sigaddset(&held_, each);
    sigaddset(&held_, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &held_, &before_);
}

HeldSignals::~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

std::optional<int> HeldSignals::waiting_stop() const {
    sigset_t waiting;
    sigpending(&waiting);
    for (const int each : stopping)
        if (sigismember(&waiting, each) == 1) return each;
    return {};
}

Result<ChildEnd> run_child(const std::vector<std::string>& command, const HeldSignals& signals) {
    if (const auto stop = signals.waiting_stop()) return ChildEnd{signal_exit + *stop, stop};
    const auto child = TRY(spawn(command, signals));
    for (;;) {
        siginfo_t info{};
        const int got = sigwaitinfo(&signals.held(), &info);
        if (const auto end = ended(child)) return *end;
        // A positive code is the kernel's: the terminal has told the whole group already.
        if (got > 0 && got != SIGCHLD && info.si_code <= 0) kill(child, got);
    }
}

}  // namespace patrol::cli
