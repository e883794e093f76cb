#include "cli/deployment_record.h"

#include <algorithm>
#include <array>

#include "cli/exit.h"
#include "net/http_client.h"

namespace patrol::cli {
namespace {

// Nobody should wait long for a server that is away before his command starts.
constexpr auto answer_time = Millis(10'000);
constexpr int end_attempts = 3;
constexpr auto between_attempts = Millis(1'000);
constexpr auto git_time = std::chrono::seconds(5);
constexpr std::size_t name_chars = 100;

// GitHub Actions, GitLab CI, Jenkins, Azure Pipelines, CircleCI, Bitbucket, Buildkite, CodeBuild.
constexpr std::array<std::string_view, 8> commit_variables{
    "GITHUB_SHA",  "CI_COMMIT_SHA",    "GIT_COMMIT",       "BUILD_SOURCEVERSION",
    "CIRCLE_SHA1", "BITBUCKET_COMMIT", "BUILDKITE_COMMIT", "CODEBUILD_RESOLVED_SOURCE_VERSION"};
constexpr std::array<std::string_view, 4> url_variables{"CI_JOB_URL", "BUILD_URL", "CIRCLE_BUILD_URL",
                                                        "BUILDKITE_BUILD_URL"};

bool is_commit(std::string_view text) {
    constexpr std::size_t least = 7, most = 64;
    return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

std::string_view state_of(const ChildEnd& end) {
    if (end.exit_code == exit_done) return "succeeded";
    const bool stopped = end.signal == SIGINT || end.signal == SIGTERM || end.signal == SIGHUP;
    return stopped ? "cancelled" : "failed";
}

bool may_pass(const Error& error) {
    using Kind = Error::Kind;
    return error.kind == Kind::unavailable || error.kind == Kind::timeout || error.kind == Kind::throttled ||
           error.kind == Kind::internal;
}

void merge(json::object& into, const json::object& more) {
    for (const auto& each : more) into[each.key()] = each.value();
}

}  // namespace

std::string commit_here(const aws::Environment& environment) {
    const auto git = environment.run({.arguments = {"git", "rev-parse", "HEAD"}, .time = git_time}, {});
    if (git && git->exit_code == 0) {
        const auto text = std::string_view(git->out).substr(0, git->out.find_first_of("\r\n"));
        if (is_commit(text)) return std::string(text);
    }
    for (const auto name : commit_variables)
        if (const auto value = environment.variable(name); value && is_commit(*value)) return *value;
    return "";
}

std::string run_url(const aws::Environment& environment) {
    const auto server = environment.variable("GITHUB_SERVER_URL"),
               repository = environment.variable("GITHUB_REPOSITORY"),
               run = environment.variable("GITHUB_RUN_ID");
    if (server && repository && run) return fmt::format("{}/{}/actions/runs/{}", *server, *repository, *run);
    for (const auto name : url_variables)
        if (const auto value = environment.variable(name); value && value->starts_with("http")) return *value;
    return "";
}

std::string default_name(const std::vector<std::string>& command) {
    const auto& program = command.front();
    auto name = program.substr(program.rfind('/') + 1);
    if (command.size() > 1) {
        const auto& verb = command[1];
        const bool word = !verb.empty() && std::ranges::all_of(verb, [](char c) {
            return (c >= 'a' && c <= 'z') || c == '-';
        });
        if (word && verb.front() != '-') name += " " + verb;
    }
    return name.substr(0, name_chars);
}

Result<json::object> RecordedCommand::description() {
    json::object body = TRY(scope_body(api_, options_.scope));
    body["name"] = options_.name;
    body["source"] = "cli";
    body["started_at"] = to_rfc3339(started_);
    if (!options_.reason.empty()) body["reason"] = options_.reason;
    if (!options_.url.empty()) body["url"] = options_.url;
    if (!options_.commit.empty()) body["commit"] = options_.commit;
    return body;
}

Result<void> RecordedCommand::begin() {
    const auto body = TRY(description());
    const auto made = TRY(api_.post("/deployments", body));
    id_ = string_or(made, "id");
    return {};
}

// Late, where the beginning could not be told.
Result<void> RecordedCommand::end(const json::object& ending) {
    if (!id_.empty()) {
        TRY(api_.patch("/deployments/" + id_, ending));
        return {};
    }
    auto whole = TRY(description());
    merge(whole, ending);
    TRY(api_.post("/deployments", whole));
    return {};
}

void RecordedCommand::warn(const Error& error, std::string_view what) {
    terminal_.say(fmt::format("patrol: {}: {}", what, error.message));
    if (!error.hint.empty()) terminal_.say("patrol: " + error.hint);
}

int RecordedCommand::run(const HeldSignals& signals) {
    started_ = clock_.now();
    if (auto begun = begin(); !begun)
        warn(begun.error(), "the deployment is not recorded yet, the command runs all the same");
    auto end_of_command = run_child(options_.command, signals);
    json::object ending{{"ended_at", to_rfc3339(clock_.now())}};
    int code = exit_command_not_found;
    if (end_of_command) {
        code = end_of_command->exit_code;
        ending["state"] = state_of(*end_of_command);
        if (options_.scan) ending["scan"] = true;
    } else {
        terminal_.report(end_of_command.error());
        if (end_of_command.error().kind != Error::Kind::not_found) code = exit_not_executable;
        ending["state"] = "cancelled";
    }
    ending["exit_code"] = code;
    for (int attempt = 1;; ++attempt) {
        auto told = end(ending);
        if (told) return code;
        if (attempt == end_attempts || !may_pass(told.error())) {
            warn(told.error(), "the end of the deployment could not be recorded");
            return code;
        }
        clock_.sleep_for(between_attempts);
    }
}

int run_record(RecordOptions options, const std::string& server, const std::string& token,
               Terminal& terminal) {
    if (auto fine = check_scope(options.scope); !fine) {
        terminal.report(fine.error());
        return exit_usage;
    }
    const aws::SystemEnvironment environment;
    if (options.name.empty()) options.name = default_name(options.command);
    if (options.commit.empty()) options.commit = commit_here(environment);
    if (options.url.empty()) options.url = run_url(environment);
    const HeldSignals signals;  // before the client has threads
    net::HttpClientOptions network;
    net::proxies_from_environment(network);
    net::HttpClient transport(network);
    ApiClient api(transport, server, token, answer_time);
    SystemClock clock;
    return RecordedCommand(api, clock, terminal, std::move(options)).run(signals);
}

}  // namespace patrol::cli
