#include "cli/run.h"

#include <algorithm>
#include <array>
#include <list>
#include <set>

#include <CLI/CLI.hpp>

#include "base/encoding.h"
#include "catalogue/catalogue.h"
#include "cli/call.h"
#include "cli/catalogue_command.h"
#include "cli/completion.h"
#include "cli/connect_aws.h"
#include "cli/deployment_record.h"
#include "cli/deployment_window.h"
#include "cli/exit.h"
#include "net/http_client.h"

namespace patrol::cli {
namespace {

struct Globals {
    std::string server, token, format = "table";
};

// What the command line said for one command of the table.
struct Entered {
    const Command* command = nullptr;
    CLI::App* app = nullptr;
    std::list<std::string> positional;  // stable addresses: CLI11 writes into them
    std::list<std::vector<std::string>> options;
    std::list<bool> flags;
    bool wait = false, exit_code = false, all = false;
};

std::vector<std::string> placeholders(std::string_view path) {
    std::vector<std::string> names;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1))
        names.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
    return names;
}

bool is_flag(const Option& option) {
    return option.value == Value::truth || option.value == Value::off || option.value == Value::null;
}

void add_command(CLI::App& noun, const Command& command, Entered& entered) {
    entered.command = &command;
    // A noun without verbs is the command itself.
    const auto word = command.verb.empty() ? command.noun : command.verb;
    entered.app = noun.add_subcommand(std::string(word), std::string(command.help));
    for (const auto& name : placeholders(command.path))
        entered.app->add_option(name, entered.positional.emplace_back())->required();
    for (const auto& option : command.options) {
        auto& texts = entered.options.emplace_back();
        auto& flag = entered.flags.emplace_back(false);
        std::string help(option.help);
        if (is_flag(option))
            entered.app->add_flag(std::string(option.flag), flag, help);
        else {
            auto* made = entered.app->add_option(std::string(option.flag), texts, help);
            if (option.value != Value::list && option.value != Value::labels) made->expected(1);
            if (option.required) made->required();
        }
    }
    if (command.after == After::wait_for_scan) {
        entered.app->add_flag("--wait", entered.wait, "wait until the scan has ended");
        entered.app->add_flag("--exit-code", entered.exit_code, "exit 11 when the scan is partial");
    }
    if (command.after == After::drift_exit)
        entered.app->add_flag("--exit-code", entered.exit_code, "exit 10 when there is open drift");
    if (command.method == "GET") entered.app->add_flag("--all", entered.all, "follow all pages");
}

Request request_of(const Entered& entered, Terminal& terminal) {
    Request request{
        .command = entered.command, .wait = entered.wait, .exit_code = entered.exit_code, .all = entered.all};
    request.positional.assign(entered.positional.begin(), entered.positional.end());
    auto text = entered.options.begin();
    auto flag = entered.flags.begin();
    for (const auto& option : entered.command->options) {
        if (is_flag(option) && *flag) request.given.push_back({&option, {}});
        if (!text->empty()) {
            auto values = *text;
            if (option.value == Value::text && values.front() == "-") values.front() = terminal.read_line();
            request.given.push_back({&option, std::move(values)});
        }
        ++text;
        ++flag;
    }
    return request;
}

std::string from_environment(std::string given, const char* variable) {
    if (!given.empty()) return given;
    const char* value = std::getenv(variable);
    return value == nullptr ? "" : value;
}

int refuse_format(Terminal& terminal) {
    terminal.say("--output is table, json, ndjson or csv.");
    return exit_usage;
}

std::string server_of(const Globals& globals) {
    auto server = from_environment(globals.server, "PATROL_SERVER");
    return server.empty() ? std::string(default_server) : server;
}

std::string token_of(const Globals& globals) { return from_environment(globals.token, "PATROL_TOKEN"); }

int run_open_window(const WindowOptions& options, const Globals& globals, net::Transport& transport,
                    Terminal& terminal) {
    constexpr std::array<std::string_view, 5> columns{"id", "name", "state", "started_at", "until"};
    const auto format = parse_format(globals.format);
    if (!format) return refuse_format(terminal);
    ApiClient api(transport, server_of(globals), token_of(globals));
    const auto opened = open_window(api, SystemClock(), options);
    if (opened) {
        show(terminal, *format, *opened, columns);
        return exit_done;
    }
    terminal.report(opened.error());
    return opened.error().kind == Error::Kind::invalid && opened.error().code.empty()
               ? exit_usage
               : exit_of(opened.error());
}

int run_table_command(const Entered& entered, const Globals& globals, net::Transport& transport,
                      Terminal& terminal) {
    auto format = parse_format(globals.format);
    if (!format) return refuse_format(terminal);
    ApiClient api(transport, server_of(globals), token_of(globals));
    SystemClock clock;
    auto done = call(api, clock, terminal, *format, request_of(entered, terminal));
    if (done) return *done;
    terminal.report(done.error());
    return exit_of(done.error());
}

int run_catalogue(const CatalogueQuery& query, const Globals& globals, Terminal& terminal) {
    const auto format = parse_format(globals.format);
    if (!format) return refuse_format(terminal);
    auto catalogue = catalogue::Catalogue::load_embedded();
    auto done = catalogue ? show_catalogue(*catalogue, query, *format, terminal)
                          : Result<void>(Failure(std::move(catalogue).error()));
    if (done) return exit_done;
    terminal.report(done.error());
    return exit_of(done.error());
}

int run_connect(ConnectAwsOptions options, net::Transport& transport, Terminal& terminal) {
    auto catalogue = catalogue::Catalogue::load_embedded();
    if (!catalogue) {
        terminal.report(catalogue.error());
        return exit_failed;
    }
    SystemClock clock;
    aws::SystemEnvironment environment;
    return ConnectAws(transport, clock, environment, *catalogue, terminal, std::move(options)).run();
}

void add_connect(CLI::App& app, ConnectAwsOptions& options) {
    auto* connect = app.add_subcommand("connect", "give Patrol read-only access to a cloud account")
                        ->require_subcommand(1);
    auto* aws = connect->add_subcommand("aws", "create or update the read-only IAM role");
    aws->add_option("--token", options.token, "the one-time setup token; - reads it from stdin");
    aws->add_option("--profile", options.profile, "AWS profile with the administrator's credentials");
    aws->add_option("--role-name", options.role_name, "name of the role (PatrolReadOnly)");
    aws->add_option("--region", options.region, "region for STS");
    aws->add_option("--server", options.server, "URL of the Patrol server");
    aws->add_flag("--extended", options.extended,
                  "allow the further read-only actions of PatrolReadOnlyExtra");
    aws->add_flag("--dry-run", options.dry_run, "print the calls, change nothing");
    aws->add_flag("--yes", options.yes, "do not ask");
    aws->add_flag("--force", options.force, "take over a role that Patrol did not make");
    aws->add_flag("--verify", options.verify, "say what is wrong with the role, change nothing");
}

void add_catalogue(CLI::App& app, CatalogueQuery& query) {
    auto* noun = app.add_subcommand("catalogue", "what this version can read; no server is asked")
                     ->require_subcommand(1)
                     ->fallthrough();
    const auto verb = [&](const std::string& name, const std::string& help) {
        return noun->add_subcommand(name, help)->fallthrough()->callback([&query, name] {
            query.verb = name;
        });
    };
    verb("list", "resource types")->add_option("--service", query.service, "only of this service");
    verb("show", "one resource type: its calls and what they need")
        ->add_option("type", query.type)
        ->required();
    verb("services", "services and how many of their types");
}

void add_scope(CLI::App& verb, ScopeOptions& options) {
    verb.add_option("--customer", options.customer, "name or id of the customer that it deploys to");
    verb.add_option("--account", options.accounts, "name or id of an account that it deploys to, repeatable")
        ->expected(1);
    verb.add_option("--region", options.regions, "only in this region, repeatable")->expected(1);
    verb.add_option("--tag", options.tags, "only what carries k=v, repeatable")->expected(1);
    verb.add_option("--principal", options.principal, "ARN or name of who deploys");
}

// The verbs of a deployment that are more than one call.
void add_deployment_verbs(CLI::App& noun, RecordOptions& record, WindowOptions& window) {
    auto* run = noun.add_subcommand("record", "run a command and record it: record [options] -- COMMAND…")
                    ->fallthrough();
    run->add_option("--name", record.name, "what it is called; else the command's first words");
    run->add_option("--reason", record.reason, "why");
    run->add_option("--url", record.url, "of the run; else as the build system's variables say");
    run->add_option("--commit", record.commit, "what is deployed; else git's HEAD or the build system's");
    run->add_flag("--scan", record.scan, "scan the named accounts at the end");
    add_scope(*run, record.scope);
    auto* open =
        noun.add_subcommand("open", "a planned window, in which changes are expected")->fallthrough();
    open->add_option("--until", window.until, "22:00 in local time, \"2026-11-22 22:00\" or RFC 3339")
        ->required();
    open->add_option("--reason", window.reason, "why");
    open->add_option("--name", window.name, "what it is called");
    add_scope(*open, window.scope);
}

void add_globals(CLI::App& app, Globals& globals) {
    app.add_option("--server", globals.server, "URL of the Patrol server (PATROL_SERVER)");
    app.add_option("--api-token", globals.token, "API token (PATROL_TOKEN)");
    app.add_option("--output", globals.format, "table, json, ndjson or csv");
    app.require_subcommand(1);
    app.fallthrough();
}

// The parser and what it writes into.
struct CommandLine {
    CLI::App app{"Patrol: read-only inventory and drift of customers' clouds", "patrol"};
    Globals globals;
    ConnectAwsOptions connect;
    CatalogueQuery catalogue;
    RecordOptions record;
    WindowOptions window;
    std::list<Entered> entered;

    CommandLine() {
        add_globals(app, globals);
        add_connect(app, connect);
        add_catalogue(app, catalogue);
        std::map<std::string_view, CLI::App*> nouns;
        for (const auto& command : commands()) {
            if (command.verb.empty()) {
                add_command(app, command, entered.emplace_back());
                entered.back().app->fallthrough();
                continue;
            }
            auto& noun = nouns[command.noun];
            if (noun == nullptr)
                noun = app.add_subcommand(std::string(command.noun))->require_subcommand(1)->fallthrough();
            add_command(*noun, command, entered.emplace_back());
            entered.back().app->fallthrough();
        }
        add_deployment_verbs(*nouns.at("deployment"), record, window);
    }
    [[nodiscard]] bool has(const std::string& noun, const std::string& verb) const {
        return app.got_subcommand(noun) && app.get_subcommand(noun)->got_subcommand(verb);
    }
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;
};

// What follows "--" is somebody else's command line.
std::vector<std::string> take_command(std::vector<std::string>& arguments) {
    const auto mark = std::ranges::find(arguments, "--");
    if (mark == arguments.end()) return {};
    std::vector<std::string> command(mark + 1, arguments.end());
    arguments.erase(mark, arguments.end());
    return command;
}

int run_recorded(CommandLine& line, std::vector<std::string> command, Terminal& terminal) {
    if (command.empty()) {
        terminal.say("usage: patrol deployment record [options] -- COMMAND…");
        return exit_usage;
    }
    line.record.command = std::move(command);
    return run_record(std::move(line.record), server_of(line.globals), token_of(line.globals), terminal);
}

}  // namespace

bool is_command(std::string_view noun) {
    if (noun == "connect" || noun == "catalogue") return true;
    for (const auto& command : commands())
        if (command.noun == noun) return true;
    return false;
}

int run(const std::vector<std::string>& arguments) {
    SystemTerminal terminal;
    CommandLine line;
    auto own = arguments;
    auto command = take_command(own);
    try {
        std::vector<std::string> reversed(own.rbegin(), own.rend());  // as CLI11 wants them
        line.app.parse(reversed);
    } catch (const CLI::ParseError& problem) {
        return line.app.exit(problem) == 0 ? exit_done : exit_usage;
    }
    if (line.app.got_subcommand("catalogue")) return run_catalogue(line.catalogue, line.globals, terminal);
    if (line.has("deployment", "record")) return run_recorded(line, std::move(command), terminal);
    if (!command.empty()) {
        terminal.say("Only `patrol deployment record` takes a command after --.");
        return exit_usage;
    }
    net::HttpClientOptions options;
    net::proxies_from_environment(options);
    net::HttpClient transport(options);
    if (line.has("deployment", "open"))
        return run_open_window(line.window, line.globals, transport, terminal);
    if (line.app.got_subcommand("connect")) return run_connect(std::move(line.connect), transport, terminal);
    for (const auto& each : line.entered)
        if (each.app->parsed()) return run_table_command(each, line.globals, transport, terminal);
    return exit_usage;
}

int print_completion(std::span<const std::string> arguments, std::span<const std::string_view> operations) {
    SystemTerminal terminal;
    const auto shell = arguments.size() == 1 ? parse_shell(arguments.front()) : std::nullopt;
    if (!shell) {
        terminal.say("usage: patrol completion bash|zsh|fish");
        return exit_usage;
    }
    terminal.result(completion_script(*shell, CommandLine().app, operations));
    return exit_done;
}

}  // namespace patrol::cli
