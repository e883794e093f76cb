// `patrol collector enrol|run`: the on-site collector. Its other verbs are the API's client.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <thread>

#include "base/log.h"
#include "cli/run.h"
#include "collector/agent.h"
#include "collector/private_file.h"
#include "net/http_client.h"
#include "patrol/commands.h"
#include "patrol/stop_signals.h"
#include "relay/signature.h"

namespace patrol::program {
namespace {

constexpr std::string_view default_file = "/etc/patrol-collector/collector.yaml";
constexpr std::string_view root_state = "/var/lib/patrol-collector";

constexpr std::string_view enrol_usage =
    "usage: patrol collector enrol --server URL [--token pce_…|-] [--state DIR] [--ca-bundle FILE]\n"
    "Without --token: PATROL_ENROL_TOKEN, else a line of stdin.";
constexpr std::string_view run_usage =
    "usage: patrol collector run [--state DIR] [--config FILE] [--log-format text|json]";

struct Options {
    std::string server, token, ca_bundle, log_format = "text";
    std::filesystem::path state, config = std::string(default_file);
    bool help = false;
};

std::filesystem::path default_state(const aws::Environment& environment) {
    if (::geteuid() == 0) return root_state;
    if (const auto folder = environment.variable("STATE_DIRECTORY")) return *folder;  // systemd's
    return std::filesystem::path(environment.home()) / ".local/state/patrol-collector";
}

// False: the arguments are wrong.
bool parse(Arguments arguments, std::span<const std::string_view> allowed, Options& out) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string_view flag = arguments[i];
        if (flag == "--help" || flag == "-h") {
            out.help = true;
            return true;
        }
        const auto equals = flag.find('=');
        std::string value;
        if (equals != flag.npos) {
            value = flag.substr(equals + 1);
            flag = flag.substr(0, equals);
        } else if (++i < arguments.size()) {
            value = arguments[i];
        } else {
            return false;
        }
        if (std::ranges::find(allowed, flag) == allowed.end()) return false;
        if (flag == "--server") out.server = value;
        if (flag == "--token") out.token = value;
        if (flag == "--ca-bundle") out.ca_bundle = value;
        if (flag == "--log-format") out.log_format = value;
        if (flag == "--state") out.state = value;
        if (flag == "--config") out.config = value;
    }
    return out.log_format == "text" || out.log_format == "json";
}

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string token_of(const Options& options, const aws::Environment& environment) {
    std::string token = options.token;
    if (token.empty()) token = environment.variable("PATROL_ENROL_TOKEN").value_or("");
    if (token.empty() || token == "-") std::getline(std::cin, token);
    return token;
}

net::HttpClientOptions network(const net::EgressPolicy& egress) {
    net::HttpClientOptions options{.egress = egress};
    net::proxies_from_environment(options);
    return options;
}

Result<collector::Enrolment> enrol(const Options& options, const aws::Environment& environment) {
    utsname system{};
    ::uname(&system);
    const auto server = TRY(collector::check_server(options.server));
    // Before the token is used up: a place to keep what it is changed for.
    TRY(collector::make_private_folder(options.state));
    net::HttpClient client(network({}));
    auto enrolment = TRY(collector::enrol(client, {.server = server,
                                                   .ca_bundle = options.ca_bundle,
                                                   .token = token_of(options, environment),
                                                   .host = host_name(),
                                                   .os = system.sysname,
                                                   .arch = system.machine}));
    TRY(collector::save(options.state, enrolment));
    return enrolment;
}

int run_enrol(Arguments arguments) {
    constexpr std::array<std::string_view, 4> allowed{"--server", "--token", "--state", "--ca-bundle"};
    log::configure(log::Level::warn, log::Format::text);
    ::umask(077);
    const aws::SystemEnvironment environment;
    Options options{.state = default_state(environment)};
    if (!parse(arguments, allowed, options)) return wrong_usage(enrol_usage);
    if (options.help) {
        fmt::print("{}\n", enrol_usage);
        return 0;
    }
    if (options.server.empty()) return wrong_usage(enrol_usage);
    const auto done = enrol(options, environment);
    if (!done) return report(done.error());
    fmt::print("Enrolled as {} ({}) of {}.\nFingerprint of its key: {}\n", done->name, done->id.str(),
               done->server, relay::fingerprint(done->key.public_key()));
    fmt::print(
        "Next: compare the fingerprint with the one that Patrol shows, name the accounts that it may read "
        "in\n{} and start it: patrol collector run\n",
        options.config.string());
    return 0;
}

// Keys pass through this process: no core files, no reading of its memory by others.
void harden() {
    ::umask(077);
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Result<void> work(const Options& options, const aws::Environment& environment) {
    const auto signals = block_stop_signals();
    const auto enrolment = TRY(collector::load_enrolment(options.state));
    const auto file = TRY(collector::load_site_file(options.config));
    const auto catalogue = TRY(catalogue::Catalogue::load_embedded());
    const auto settings = network(file.endpoints);
    net::HttpClient client(settings);
    SystemClock clock;
    collector::ServerClient server(client, clock, enrolment);
    const collector::Site site({.file = options.config,
                                .environment = environment,
                                .transport = client,
                                .clock = clock,
                                .catalogue = catalogue,
                                .https_proxy = settings.https_proxy,
                                .no_proxy = settings.no_proxy});
    log::info("the collector works", {{"name", enrolment.name},
                                      {"id", enrolment.id.str()},
                                      {"server", enrolment.server},
                                      {"credentials", std::to_string(file.credentials.size())}});
    collector::Agent agent(site, server, file.max_parallel);
    std::jthread working([&](std::stop_token stop) { agent.run(std::move(stop)); });
    int signal = 0;
    sigwait(&signals, &signal);
    log::info("the collector stops");
    return {};
}

int run_agent(Arguments arguments) {
    constexpr std::array<std::string_view, 3> allowed{"--state", "--config", "--log-format"};
    const aws::SystemEnvironment environment;
    Options options{.state = default_state(environment)};
    if (!parse(arguments, allowed, options)) return wrong_usage(run_usage);
    if (options.help) {
        fmt::print("{}\n", run_usage);
        return 0;
    }
    log::configure(log::Level::info, options.log_format == "json" ? log::Format::json : log::Format::text);
    harden();
    const auto done = work(options, environment);
    return done ? 0 : report(done.error());
}

}  // namespace

int run_collector(Arguments arguments) {
    if (!arguments.empty() && arguments[0] == "enrol") return run_enrol(arguments.subspan(1));
    if (!arguments.empty() && arguments[0] == "run") return run_agent(arguments.subspan(1));
    std::vector<std::string> all{"collector"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const int code = cli::run(all);
    if (arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h"))
        fmt::print("\nOn the collector's own machine: patrol collector enrol, patrol collector run.\n");
    return code;
}

}  // namespace patrol::program
