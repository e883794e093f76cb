// `patrol server`, `patrol server setup-token`, `patrol server password-reset` and `patrol worker`.
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <vector>

#include "base/log.h"
#include "crypto/secret.h"
#include "patrol/commands.h"
#include "patrol/stop_signals.h"
#include "server/master_key.h"
#include "server/server.h"
#include "worker/child.h"

namespace patrol::program {
namespace {

// Secrets are kept in locked memory: as much of it as this process may have.
void lock_secrets() {
    rlimit locked{};
    if (::getrlimit(RLIMIT_MEMLOCK, &locked) == 0) {
        locked.rlim_cur = locked.rlim_max;
        ::setrlimit(RLIMIT_MEMLOCK, &locked);
    }
    if (!crypto::can_lock_memory())
        log::warn("memory cannot be locked: secrets in use may be written to swap",
                  {{"hint", "raise the limit on locked memory (LimitMEMLOCK=) or encrypt the swap"}});
}

// Secrets pass through this process: no core files, no reading of its memory by others.
void harden(const server::Configuration& configuration) {
    ::umask(077);
    lock_secrets();
    if (configuration.allow_core_dumps == server::Switch::on) {
        log::warn("core dumps are allowed: they hold secrets", {{"setting", "--allow-core-dumps"}});
        return;
    }
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
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
    const auto configuration = server::load_process_configuration(arguments);
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
    const auto configuration = server::load_process_configuration(settings);
    if (!configuration) return report(configuration.error());
    log::configure(log::Level::warn, configuration->log_format);
    const auto url = server::new_recovery_url(*configuration, recovery);
    if (!url) return report(url.error());
    fmt::print("{}\n", *url);
    return 0;
}

// Takes `--new-key-file FILE` out of the arguments; the rest are settings.
std::string take_new_key_file(std::vector<std::string>& arguments) {
    constexpr std::string_view flag = "--new-key-file";
    for (auto at = arguments.begin(); at != arguments.end(); ++at) {
        const bool joined = at->starts_with(std::string(flag) + "=");
        if (!joined && (*at != flag || at + 1 == arguments.end())) continue;
        std::string file = joined ? at->substr(flag.size() + 1) : *(at + 1);
        arguments.erase(at, at + (joined ? 1 : 2));
        return file;
    }
    return {};
}

int rotate_master_key(Arguments given) {
    std::vector<std::string> arguments(given.begin(), given.end());
    const std::string new_key_file = take_new_key_file(arguments);
    const auto configuration = server::load_process_configuration(arguments);
    if (!configuration) return report(configuration.error());
    log::configure(log::Level::warn, configuration->log_format);
    harden(*configuration);
    const auto done = server::rotate_master_key(*configuration, new_key_file);
    if (!done) return report(done.error());
    fmt::print("The master key is now {} (it was {}); {} data keys were wrapped anew.\n", done->to,
               done->from, done->rewrapped.values);
    if (!done->old_file.empty())
        fmt::print("Save a copy of the new key, restart every server, then delete {}\n",
                   done->old_file.string());
    else
        fmt::print("Put the key of {} where the old one is, and restart the server.\n", new_key_file);
    if (done->rewrapped.unreadable == 0) return 0;
    fmt::print(stderr, "{} values could not be opened and stay under their old key: keep that one.\n",
               done->rewrapped.unreadable);
    return 1;
}

// Pages of megabytes come and go on many threads: few arenas, and large blocks that return to the system
// at once, halve a scan's peak memory. Smaller ones are used again instead: a system gives memory back
// wiped, page by page, which is a tenth of a scan's time (bench/scan_bench.py).
void keep_memory_small() {
    constexpr int large_block_bytes = 1024 * 1024;
    constexpr int kept_bytes = 8 * 1024 * 1024;
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, large_block_bytes);
    mallopt(M_TRIM_THRESHOLD, kept_bytes);
}

int run(Arguments arguments, server::Part part) {
    const auto configuration = server::load_process_configuration(arguments);
    if (!configuration) return report(configuration.error());
    if (part == server::Part::worker && !configuration->database_url.starts_with("postgres"))
        return wrong_usage(
            "`patrol worker` needs --database postgresql://…: on SQLite the server works itself.");
    log::configure(configuration->log_level, configuration->log_format);
    harden(*configuration);
    keep_memory_small();
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
    if (!arguments.empty() && arguments.front() == "rotate-master-key" && !wants_help(arguments))
        return rotate_master_key(arguments.subspan(1));
    if (wants_help(arguments)) {
        fmt::print(
            "{}\n`patrol server setup-token` prints a new address for the first sign-in; `patrol server "
            "password-reset EMAIL [--remove-second-factor]` one for a new password.\n"
            "`patrol server rotate-master-key` makes a new master key and wraps the data keys anew; it may "
            "run\n"
            "beside the server and be repeated after an interruption (docs/operate/keys.md).\n",
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
