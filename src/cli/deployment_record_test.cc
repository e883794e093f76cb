#include "cli/deployment_record.h"

#include <map>

#include <doctest/doctest.h>

#include "cli/deployment_window.h"

using namespace patrol;
using namespace patrol::cli;

namespace {

class NoTerminal final : public Terminal {
public:
    void result(std::string_view line) override { results.emplace_back(line); }
    void say(std::string_view line) override { said += std::string(line) + "\n"; }
    [[nodiscard]] bool interactive() const override { return false; }
    bool confirm(std::string_view) override { return false; }
    std::string read_line() override { return ""; }
    std::vector<std::string> results;
    std::string said;
};

class FixedClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return time; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return {}; }
    void sleep_for(Millis duration) override { time = time + duration; }
    Timestamp time = *parse_rfc3339("2026-11-22T12:00:00Z");
};

// A Patrol server that remembers what it was asked; down for the first `away` calls.
class FakeServer final : public net::Transport {
public:
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        const auto path = request.url.substr(request.url.find("/api/v1") + 7);
        if (away > 0) {
            --away;
            return fail(Error::Kind::unavailable, "nobody answers");
        }
        asked.push_back(request.method + " " + path.substr(0, path.find('?')));
        if (!request.body.empty()) bodies.push_back(*parse_json(request.body));
        net::HttpResponse response{.status = refuse_with == 0 ? 201 : refuse_with};
        response.body = refuse_with != 0          ? R"({"title":"Wrong value","detail":"No."})"
                        : request.method == "GET" ? answer_to_lists
                                                  : R"({"id":"dep_1","state":"open"})";
        return response;
    }
    std::vector<std::string> asked;
    std::vector<json::value> bodies;
    std::string answer_to_lists = R"({"items":[{"id":"acc_1"}]})";
    int away = 0;
    int refuse_with = 0;
};

class Machine final : public aws::Environment {
public:
    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const override {
        const auto found = variables.find(std::string(name));
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] Result<std::string> read_file(const std::string&) const override { return ""; }
    [[nodiscard]] Result<aws::ProcessOutput> run(const aws::Process&, std::stop_token) const override {
        return git;
    }
    [[nodiscard]] bool has_program(std::string_view) const override { return true; }
    [[nodiscard]] std::string home() const override { return "/"; }
    std::map<std::string, std::string> variables;
    Result<aws::ProcessOutput> git = fail(Error::Kind::not_found, "no git");
};

struct Scene {
    FakeServer server;
    FixedClock clock;
    NoTerminal terminal;
    int run(RecordOptions options) {
        ApiClient api(server, "http://patrol", "pat_x");
        const HeldSignals signals;
        if (options.name.empty()) options.name = default_name(options.command);
        return RecordedCommand(api, clock, terminal, std::move(options)).run(signals);
    }
};

const std::string commit = "0123456789abcdef0123456789abcdef01234567";

}  // namespace

TEST_CASE("a command's start, end and exit code are recorded") {
    Scene scene;
    CHECK(scene.run({.commit = commit,
                     .scope = {.accounts = {"prod"}},
                     .scan = true,
                     .command = {"sh", "-c", "exit 3"}}) == 3);
    CHECK(scene.server.asked ==
          std::vector<std::string>{"GET /cloud-accounts", "POST /deployments", "PATCH /deployments/dep_1"});
    const auto& begin = scene.server.bodies.at(0);
    CHECK(string_or(begin, "source") == "cli");
    CHECK(string_or(begin, "commit") == commit);
    CHECK(string_or(begin, "name") == "sh");
    CHECK(to_text(*find(begin, "account_ids")) == R"(["acc_1"])");
    const auto& end = scene.server.bodies.at(1);
    CHECK(string_or(end, "state") == "failed");
    CHECK(int_or(end, "exit_code") == 3);
    CHECK(bool_or(end, "scan"));
    CHECK(scene.terminal.said.empty());
    CHECK(scene.terminal.results.empty());
}

TEST_CASE("the command runs although the server is away, and is recorded afterwards") {
    Scene scene;
    scene.server.away = 1;
    CHECK(scene.run({.command = {"true"}}) == 0);
    CHECK(scene.server.asked == std::vector<std::string>{"POST /deployments"});
    CHECK(string_or(scene.server.bodies.at(0), "state") == "succeeded");
    CHECK(string_or(scene.server.bodies.at(0), "started_at") == "2026-11-22T12:00:00.000Z");
    CHECK(scene.terminal.said.find("not recorded yet") != std::string::npos);

    Scene gone;
    gone.server.away = 100;
    CHECK(gone.run({.command = {"sh", "-c", "exit 5"}}) == 5);
    CHECK(gone.server.asked.empty());
    CHECK(gone.terminal.said.find("could not be recorded") != std::string::npos);
}

TEST_CASE("an end that did not get through is told again; a refusal is not") {
    Scene scene;
    RecordOptions options{.command = {"sh", "-c", "exit 0"}};
    ApiClient api(scene.server, "http://patrol", "t");
    scene.server.refuse_with = 422;
    CHECK(scene.run(options) == 0);
    CHECK(scene.server.asked.size() == 2);  // the beginning, and the whole once
    Scene slow;
    slow.server.away = 3;  // the beginning and two attempts at the end
    CHECK(slow.run(options) == 0);
    CHECK(slow.server.asked.size() == 1);
}

TEST_CASE("a stopped command is cancelled, one that cannot start too") {
    Scene scene;
    CHECK(scene.run({.command = {"sh", "-c", "kill -TERM $$; sleep 9"}}) == 143);
    CHECK(string_or(scene.server.bodies.at(1), "state") == "cancelled");
    Scene missing;
    CHECK(missing.run({.command = {"/no/such/program"}}) == exit_command_not_found);
    CHECK(string_or(missing.server.bodies.at(1), "state") == "cancelled");
    CHECK(missing.terminal.said.find("could not be started") != std::string::npos);
}

TEST_CASE("the commit is git's, or the build system's") {
    Machine machine;
    CHECK(commit_here(machine).empty());
    machine.variables["CI_COMMIT_SHA"] = "not a commit";
    CHECK(commit_here(machine).empty());
    machine.variables["CI_COMMIT_SHA"] = "89abcdef";
    CHECK(commit_here(machine) == "89abcdef");
    machine.git = aws::ProcessOutput{.exit_code = 128, .out = commit};
    CHECK(commit_here(machine) == "89abcdef");
    machine.git = aws::ProcessOutput{.exit_code = 0, .out = commit + "\n"};
    CHECK(commit_here(machine) == commit);
    CHECK(run_url(machine).empty());
    machine.variables["CI_JOB_URL"] = "https://gitlab/j/1";
    CHECK(run_url(machine) == "https://gitlab/j/1");
    machine.variables.insert(
        {{"GITHUB_SERVER_URL", "https://github.com"}, {"GITHUB_REPOSITORY", "a/b"}, {"GITHUB_RUN_ID", "7"}});
    CHECK(run_url(machine) == "https://github.com/a/b/actions/runs/7");
}

TEST_CASE("a name shows nothing of the command's values") {
    CHECK(default_name({"/usr/bin/terraform", "apply", "-var", "password=x"}) == "terraform apply");
    CHECK(default_name({"terraform", "-chdir=x", "apply"}) == "terraform");
    CHECK(default_name({"deploy", "S3cret"}) == "deploy");
    CHECK(default_name({"deploy"}) == "deploy");
}

TEST_CASE("a planned window: local time, names for ids, and what is wrong with them") {
    Scene scene;
    ApiClient api(scene.server, "http://patrol", "t");
    scene.server.answer_to_lists = R"({"items":[{"id":"cus_1"}]})";
    WindowOptions options{
        .reason = "patch day", .until = "2026-11-22T21:00:00Z", .scope = {.customer = "Acme \"Ltd\""}};
    CHECK(open_window(api, scene.clock, options));
    CHECK(
        to_text(scene.server.bodies.at(0)) ==
        R"({"tags":{},"regions":[],"customer_id":"cus_1","account_ids":[],"name":"planned window","source":"window",)"
        R"("until":"2026-11-22T21:00:00.000Z","reason":"patch day"})");
    scene.server.answer_to_lists = R"({"items":[]})";
    CHECK(open_window(api, scene.clock, options).error().kind == Error::Kind::not_found);
    scene.server.answer_to_lists = R"({"items":[{"id":"cus_1"},{"id":"cus_2"}]})";
    CHECK(open_window(api, scene.clock, options).error().kind == Error::Kind::conflict);
    options.until = "soon";
    CHECK(open_window(api, scene.clock, options).error().kind == Error::Kind::invalid);
    CHECK_FALSE(check_scope({.tags = {"no sign"}}));
    CHECK(check_scope({.tags = {"k="}}));
}
