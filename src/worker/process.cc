#include "worker/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/log.h"

namespace patrol::worker {
namespace {

// Where the libraries find their own settings, never a secret.
constexpr std::array environment_kept{"LANG", "OPENSSL_CONF", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                      "TSAN_OPTIONS"};
// Above every descriptor that the worker gets, so that none is overwritten while they are put in place.
constexpr int staging_descriptor = 64;
constexpr int socket_bytes = 1024 * 1024;
constexpr int seconds_to_take_a_message = 10;
constexpr auto look_at_end = Millis(5);
constexpr std::size_t log_line_bytes = 500;
constexpr std::size_t log_lines_max = 200;

struct Pair {
    Descriptor ours, theirs;
};

Failure no_process(int reason) {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = "No worker process could be started.",
                      .hint = "See the server's log; a limit of processes or memory may be reached.",
                      .detail = std::strerror(reason),
                      .code = "worker_not_started"});
}

Result<Descriptor> moved_up(int number) {
    Descriptor low(number);
    Descriptor high(::fcntl(number, F_DUPFD_CLOEXEC, staging_descriptor));
    if (high.get() < 0) return no_process(errno);
    return high;
}

Result<Pair> socket_pair(int type) {
    int both[2];
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, both) != 0) return no_process(errno);
    Pair out;
    out.ours = Descriptor(both[0]);
    out.theirs = TRY(moved_up(both[1]));
    return out;
}

Result<Pair> log_pipe() {
    int both[2];
    if (::pipe2(both, O_CLOEXEC) != 0) return no_process(errno);
    Pair out;
    out.ours = Descriptor(both[0]);
    out.theirs = TRY(moved_up(both[1]));
    return out;
}

std::vector<std::string> kept_environment() {
    std::vector<std::string> out;
    for (const char* name : environment_kept)
        if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
    return out;
}

// What posix_spawn is told, freed with it.
struct SpawnPlan {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    SpawnPlan() {
        posix_spawn_file_actions_init(&files);
        posix_spawnattr_init(&attributes);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
};

// Signals as a fresh program has them; stopping is told over the channel, so that a signal for the whole
// group does not look like a crash.
void plan_signals(SpawnPlan& plan) {
    sigset_t all, blocked;
    sigfillset(&all);
    sigemptyset(&blocked);
    for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&blocked, each);
    posix_spawnattr_setsigdefault(&plan.attributes, &all);
    posix_spawnattr_setsigmask(&plan.attributes, &blocked);
    posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

}  // namespace

Process::Process(int pid, Descriptor channel, std::array<Descriptor, dial_lines> lines, Descriptor log)
    : pid_(pid),
      channel_(std::move(channel)),
      lines_(std::move(lines)),
      log_([this, from = std::move(log)] { copy_log(from); }) {}

Result<std::unique_ptr<Process>> Process::start(const std::string& program) {
    auto channel = TRY(socket_pair(SOCK_STREAM));
    const timeval patience{.tv_sec = seconds_to_take_a_message, .tv_usec = 0};
    ::setsockopt(channel.ours.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    ::setsockopt(channel.theirs.get(), SOL_SOCKET, SO_SNDBUF, &socket_bytes, sizeof socket_bytes);
    auto log = TRY(log_pipe());
    SpawnPlan plan;
    posix_spawn_file_actions_addopen(&plan.files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&plan.files, log.theirs.get(), 1);
    posix_spawn_file_actions_adddup2(&plan.files, log.theirs.get(), 2);
    posix_spawn_file_actions_adddup2(&plan.files, channel.theirs.get(), channel_descriptor);
    std::array<Descriptor, dial_lines> ours, theirs;
    for (std::size_t i = 0; i < dial_lines; ++i) {
        auto line = TRY(socket_pair(SOCK_SEQPACKET));
        ours[i] = std::move(line.ours);
        theirs[i] = std::move(line.theirs);
        posix_spawn_file_actions_adddup2(&plan.files, theirs[i].get(),
                                         first_dial_descriptor + static_cast<int>(i));
    }
    posix_spawn_file_actions_addclosefrom_np(&plan.files,
                                             first_dial_descriptor + static_cast<int>(dial_lines));
    plan_signals(plan);

    std::string name = "patrol", command(hidden_command);
    std::array<char*, 3> arguments{name.data(), command.data(), nullptr};
    auto settings = kept_environment();
    std::vector<char*> variables;
    for (auto& each : settings) variables.push_back(each.data());
    variables.push_back(nullptr);
    int pid = 0;
    const int failed = ::posix_spawn(&pid, program.c_str(), &plan.files, &plan.attributes, arguments.data(),
                                     variables.data());
    if (failed != 0) return no_process(failed);
    return std::unique_ptr<Process>(
        new Process(pid, std::move(channel.ours), std::move(ours), std::move(log.ours)));
}

Process::~Process() {
    channel_.shut();
    reap();
    if (log_.joinable()) log_.join();
}

void Process::kill() {
    if (!reaped_) ::kill(pid_, SIGKILL);
}

void Process::reap() {
    if (reaped_) return;
    const auto until = std::chrono::steady_clock::now() + time_to_end;
    for (;;) {
        const auto found = ::waitpid(pid_, &status_, WNOHANG);
        if (found == pid_ || (found < 0 && errno != EINTR)) break;
        if (std::chrono::steady_clock::now() >= until) kill();
        std::this_thread::sleep_for(look_at_end);
    }
    reaped_ = true;
}

std::string Process::end() {
    channel_.shut();
    reap();
    if (WIFSIGNALED(status_)) {
        const int signal = WTERMSIG(status_);
        if (signal == SIGSYS) return "The worker process was ended because it made a forbidden system call.";
        return fmt::format("The worker process was ended by signal {} ({}).", signal, ::strsignal(signal));
    }
    return fmt::format("The worker process ended by itself with code {}.", WEXITSTATUS(status_));
}

// Lines of a process that may be in foreign hands: few, short, and marked as its own.
void Process::copy_log(const Descriptor& log) {
    std::string line;
    std::size_t lines = 0;
    std::array<char, 4096> bytes;
    const auto say = [&] {
        if (!line.empty() && ++lines <= log_lines_max)
            log::warn("a worker says", {{"pid", std::to_string(pid_)}, {"line", line}});
        line.clear();
    };
    for (;;) {
        const auto count = ::read(log.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        for (const char c : std::string_view(bytes.data(), static_cast<std::size_t>(count))) {
            if (c == '\n')
                say();
            else if (line.size() < log_line_bytes)
                line.push_back(c);
        }
    }
    say();
}

}  // namespace patrol::worker
