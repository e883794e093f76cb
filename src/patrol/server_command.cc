// `patrol server`, `patrol server setup-token`, `patrol server password-reset` and `patrol worker`.
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "patrol/commands.h"
#include "server/server.h"
#include "worker/child.h"

namespace patrol::program {
namespace {

// Secrets pass through this process: no core files, no reading of its memory by others.
void harden() {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    ::umask(077);
}

// Blocked before any thread exists, so that only wait() below receives them.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

bool wants_help(Arguments arguments) {
    return std::ranges::any_of(arguments,
                               [](const std::string& each) { return each == "--help" || each == "-h"; });
}

void announce(const server::Server& server) {
    if (server.local_url().empty()) {
        fmt::print("Patrol works on scans.\n");
    } else {
        fmt::print("Patrol listens on {}\n", server.local_url());
        if (server.public_url() != server.local_url())
            fmt::print("Its public address is {}\n", server.public_url());
    }
    if (!server.first_start_url().empty())
        fmt::print("Nobody is set up yet. Open this within 24 hours:\n  {}\n", server.first_start_url());
    std::fflush(stdout);
}

int print_setup_token(Arguments arguments) {
    const auto configuration = server::load_configuration(arguments, server::process_variables());
    if (!configuration) return report(configuration.error());
    log::configure(log::Level::warn, configuration->log_format);
    const auto url = server::new_setup_url(*configuration);
    if (!url) return report(url.error());
    fmt::print("{}\n", *url);
    return 0;
}

int print_password_reset(Arguments arguments) {
    server::Recovery recovery;
    std::vector<std::string> settings;
    for (const std::string& each : arguments) {
        if (each == "--remove-second-factor")
            recovery.second_factor = server::SecondFactor::remove;
        else if (recovery.email.empty() && !each.starts_with("-") && settings.empty())
            recovery.email = each;
        else
            settings.push_back(each);
    }
    if (recovery.email.empty())
        return wrong_usage("usage: patrol server password-reset EMAIL [--remove-second-factor] [--data DIR]");
    const auto configuration = server::load_configuration(settings, server::process_variables());
    if (!configuration) return report(configuration.error());
    log::configure(log::Level::warn, configuration->log_format);
    const auto url = server::new_recovery_url(*configuration, recovery);
    if (!url) return report(url.error());
    fmt::print("{}\n", *url);
    return 0;
}

// Pages of megabytes come and go on many threads: few arenas, and large blocks that return to the system
// at once, halve a scan's peak memory (bench/scan_bench.py).
void keep_memory_small() {
    constexpr int large_block_bytes = 128 * 1024;
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, large_block_bytes);
    mallopt(M_TRIM_THRESHOLD, large_block_bytes);
}

int run(Arguments arguments, server::Part part) {
    const auto configuration = server::load_configuration(arguments, server::process_variables());
    if (!configuration) return report(configuration.error());
    if (part == server::Part::worker && !configuration->database_url.starts_with("postgres"))
        return wrong_usage(
            "`patrol worker` needs --database postgresql://…: on SQLite the server works itself.");
    harden();
    keep_memory_small();
    log::configure(configuration->log_level, configuration->log_format);
    const sigset_t signals = block_stop_signals();
    auto started = server::Server::start(*configuration, part);
    if (!started) return report(started.error());
    announce(**started);
    int received = 0;
    sigwait(&signals, &received);
    log::info("stopping");
    (*started)->stop();
    return 0;
}

}  // namespace

int run_server(Arguments arguments) {
    if (!arguments.empty() && arguments.front() == "setup-token")
        return print_setup_token(arguments.subspan(1));
    if (!arguments.empty() && arguments.front() == "password-reset")
        return print_password_reset(arguments.subspan(1));
    if (wants_help(arguments)) {
        fmt::print("{}\n`patrol server setup-token` prints a new address for the first sign-in; `patrol server "
                   "password-reset EMAIL [--remove-second-factor]` one for a new password.\n",
                   server::configuration_help("server"));
        return 0;
    }
    return run(arguments, server::Part::server);
}

int run_scan_worker() {
    keep_memory_small();
    return worker::run_worker_process();
}

int run_worker(Arguments arguments) {
    if (wants_help(arguments)) {
        fmt::print("{}", server::configuration_help("worker"));
        return 0;
    }
    return run(arguments, server::Part::worker);
}

}  // namespace patrol::program
