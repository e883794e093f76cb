// `patrol demo`: the whole flow with no credentials. A simulated cloud inside the process, a server
// beside it, a customer's account connected by a real `patrol connect aws` process, scanned, accepted as
// the baseline, changed and scanned again: unexplained drift. Then it stays up for looking around.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/log.h"
#include "catalogue/catalogue.h"
#include "cli/api_client.h"
#include "cloudsim/cloud_simulator.h"
#include "cloudsim/scenario.h"
#include "crypto/random.h"
#include "net/http_client.h"
#include "patrol/commands.h"
#include "server/server.h"

extern char** environ;

namespace patrol::program {
namespace {

constexpr std::string_view owner_email = "demo@patrol.example";
constexpr std::string_view step_name = "open-database";
constexpr auto poll_every = Millis(100);
constexpr auto scan_time_max = std::chrono::seconds(120);

struct DemoOptions {
    std::string listen = "127.0.0.1:8080";
    bool once = false;  // play the flow and end
};

void say(std::string_view line) { std::cout << line << '\n' << std::flush; }

// The server's and the customer's AWS settings: nothing of this machine's own may be found.
using Variables = std::vector<std::pair<std::string, std::string>>;
Variables aws_variables(const std::string& endpoint, std::string_view key, std::string_view secret) {
    return {{"AWS_ENDPOINT_URL", endpoint},
            {"AWS_ACCESS_KEY_ID", std::string(key)},
            {"AWS_SECRET_ACCESS_KEY", std::string(secret)},
            {"AWS_REGION", "us-east-1"},
            {"AWS_EC2_METADATA_DISABLED", "true"},
            {"AWS_CONFIG_FILE", "/dev/null"},
            {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"}};
}

void become_server(const std::string& endpoint) {
    for (const char* name : {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_ROLE_ARN",
                             "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CA_BUNDLE"})
        unsetenv(name);
    for (const auto& [name, value] :
         aws_variables(endpoint, "AKIAPATROLDEMOSERVER", "simulated-patrol-server-key"))
        setenv(name.c_str(), value.c_str(), 1);
}

// Runs this program again, as the customer's administrator would.
Result<void> run_connect(const std::string& endpoint, const std::string& server, const std::string& token) {
    std::vector<std::string> words{"patrol", "connect", "aws", "--server", server, "--yes"};
    std::vector<std::string> settings;
    for (const auto& [name, value] :
         aws_variables(endpoint, "AKIAACMEPRODUCTADMIN", "simulated-acme-admin-key"))
        settings.push_back(fmt::format("{}={}", name, value));
    settings.push_back("PATROL_CONNECT_TOKEN=" + token);
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::vector<char*> variables;
    variables.reserve(settings.size() + 1);
    for (auto& setting : settings) variables.push_back(setting.data());
    variables.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments.data(), variables.data()) != 0)
        return fail(Error::Kind::internal, "The command `patrol connect aws` could not be started.");
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail(Error::Kind::internal, "`patrol connect aws` failed.");
    return {};
}

class Folder {
public:
    static Result<Folder> create() {
        std::string path = "/tmp/patrol-demo-XXXXXX";
        if (mkdtemp(path.data()) == nullptr)
            return fail(Error::Kind::internal, "No folder for the demo could be made.");
        return Folder(path);
    }
    Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    Folder& operator=(Folder&&) = delete;
    ~Folder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

class Demo {
public:
    Demo(cloudsim::CloudSimulator& cloud, std::string endpoint, std::string server, cli::ApiClient api)
        : cloud_(cloud), endpoint_(std::move(endpoint)), server_(std::move(server)), api_(std::move(api)) {}

    Result<void> play() {
        auto account = TRY(connect());
        TRY(test(account));
        auto first = TRY(scan(account));
        TRY(accept(first));
        for (const auto& [name, says] : cloud_.steps())
            if (name == step_name) say("\nMeanwhile in the simulated cloud: " + says);
        TRY(cloud_.play(step_name));
        TRY(scan(account));
        return show_drift(account);
    }

private:
    static std::string text(const json::value& value, std::string_view key) {
        return std::string(string_or(value, key));
    }

    Result<std::string> connect() {
        auto customer = TRY(api_.post("/customers", json::object{{"name", "Acme"}}));
        auto account = TRY(api_.post("/cloud-accounts", json::object{{"name", "Acme production"},
                                                                     {"provider", "aws"},
                                                                     {"customer_id", text(customer, "id")},
                                                                     {"environment", "production"}}));
        auto id = text(account, "id");
        auto setup = TRY(api_.post("/cloud-accounts/" + id + "/setup-command", json::object{}));
        say("\nThe customer's administrator runs:\n  patrol connect aws --token pct_…\n");
        TRY(run_connect(endpoint_, server_, text(setup, "token")));
        return id;
    }

    Result<void> test(const std::string& account) {
        auto report = TRY(api_.post("/cloud-accounts/" + account + "/test", json::object{}));
        say(fmt::format("\nTest connection: {}", bool_or(report, "ok") ? "passed" : "failed"));
        if (const auto* checks = find(report, "checks"))
            for (const auto& check : checks->as_array())
                say(fmt::format("  {:<8} {}", string_or(check, "status"), string_or(check, "title")));
        return {};
    }

    // Answers the snapshot's id.
    Result<std::string> scan(const std::string& account) {
        auto scan = TRY(api_.post("/cloud-accounts/" + account + "/scans", json::object{}));
        SystemClock clock;
        auto end = clock.steady() + scan_time_max;
        while ((text(scan, "state") == "queued" || text(scan, "state") == "running") &&
               clock.steady() < end) {
            clock.sleep_for(poll_every);
            scan = TRY(api_.get("/scans/" + text(scan, "id")));
        }
        const auto* counts = find(scan, "counts");
        say(fmt::format("\nScan {}: {} resources, {} added, {} modified, {} removed", text(scan, "state"),
                        counts ? int_or(*counts, "resources") : 0, counts ? int_or(*counts, "added") : 0,
                        counts ? int_or(*counts, "modified") : 0, counts ? int_or(*counts, "removed") : 0));
        if (text(scan, "snapshot_id").empty())
            return fail(Error::Kind::internal, "The scan made no snapshot: " + json::serialize(scan));
        return text(scan, "snapshot_id");
    }

    Result<void> accept(const std::string& snapshot) {
        TRY(api_.post("/snapshots/" + snapshot + "/accept-as-baseline", json::object{{"note", "As built."}}));
        say("\nThis snapshot is accepted as the baseline.");
        return {};
    }

    Result<void> show_drift(const std::string& account) {
        auto drift = TRY(api_.get("/changes?q=account=" + account));
        const auto* changes = find(drift, "items");
        if (changes == nullptr) return {};
        say(fmt::format("Unexplained drift: {} changes", changes->as_array().size()));
        for (const auto& change : changes->as_array())
            if (const auto* resource = find(change, "resource")) {
                const auto why = text(change, "why");
                say(fmt::format("  {:<8} {:<8} {} in {}: {}", string_or(change, "severity"),
                                string_or(change, "op"), string_or(*resource, "native_id"),
                                string_or(*resource, "region"), why.empty() ? text(*resource, "type") : why));
            }
        return {};
    }

    cloudsim::CloudSimulator& cloud_;
    std::string endpoint_, server_;
    cli::ApiClient api_;
};

Result<std::string> read_token(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string token;
    std::getline(file, token);
    if (token.empty()) return fail(Error::Kind::internal, "The server made no API token.");
    return token;
}

void wait_for_signal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    int received = 0;
    sigwait(&signals, &received);
}

Result<void> run(const DemoOptions& options) {
    auto catalogue = TRY(catalogue::Catalogue::load_embedded());
    SystemClock clock;
    cloudsim::CloudSimulator cloud(catalogue, clock,
                                   TRY(cloudsim::load_scenario(cloudsim::demo_scenario(), catalogue)));
    auto endpoint = TRY(cloud.start());
    become_server(endpoint);

    auto folder = TRY(Folder::create());
    auto password = crypto::random_base32(20);
    std::ofstream(folder.path() / "password") << password;
    std::vector<std::string> arguments{"--listen",    options.listen, "--data", folder.path().string(),
                                       "--log-level", "warn"};
    auto configuration = TRY(
        server::load_configuration(arguments, [](std::string_view) { return std::optional<std::string>(); }));
    log::configure(configuration.log_level, configuration.log_format);
    configuration.bootstrap_owner = owner_email;
    configuration.bootstrap_password_file = folder.path() / "password";
    configuration.bootstrap_token_file = folder.path() / "token";
    auto server = TRY(server::Server::start(configuration));
    auto token = TRY(read_token(folder.path() / "token"));

    say(fmt::format("Patrol runs at {} with a simulated cloud: nothing here is real.", server->local_url()));
    net::HttpClient transport;
    TRY(Demo(cloud, endpoint, server->local_url(), cli::ApiClient(transport, server->local_url(), token))
            .play());
    if (!options.once) {
        say(fmt::format(
            "\nPatrol stays up at {} (simulated). Sign in as {} with the password {}, or look around with:\n"
            "  export PATROL_SERVER={} PATROL_TOKEN={}\n"
            "  patrol account list\n  patrol drift list --account \"Acme production\"\n"
            "Another change: curl -X POST {}/_cloudsim/steps/close-database\nCtrl-C ends it and forgets "
            "everything.",
            server->local_url(), owner_email, password, server->local_url(), token, endpoint));
        wait_for_signal();
    }
    server->stop();
    return {};
}

}  // namespace

int run_demo(Arguments arguments) {
    DemoOptions options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--once")
            options.once = true;
        else if (arguments[i] == "--listen" && i + 1 < arguments.size())
            options.listen = arguments[++i];
        else if (arguments[i] == "--help") {
            say("Usage: patrol demo [--listen 127.0.0.1:8080] [--once]\n\n"
                "Starts a server with a simulated cloud, plays the whole flow and stays up; --once ends "
                "after it.");
            return 0;
        } else
            return wrong_usage("unknown argument " + arguments[i]);
    }
    // Every thread inherits the block, so that the wait below is the only one to see these signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    auto done = run(options);
    return done ? 0 : report(done.error());
}

}  // namespace patrol::program
