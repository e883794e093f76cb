// The program. Everything it can do is one line of this table.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "cli/run.h"
#include "patrol/commands.h"
#include "worker/process.h"

namespace {

using patrol::program::Arguments;

struct Command {
    std::string_view name;
    int (*run)(Arguments);
    std::string_view help;
};

int run_completion(Arguments arguments);

constexpr std::array commands{
    Command{"server", patrol::program::run_server, "API, scheduler and workers in one process"},
    Command{"worker", patrol::program::run_worker, "workers only, beside a server on PostgreSQL"},
    Command{"collector", patrol::program::run_collector,
            "the on-site agent (enrol, run), and the server's list of them"},
    Command{"aws-identity", patrol::program::run_aws_identity,
            "who this server is on AWS, and what it needs"},
    Command{"backup", patrol::program::run_backup, "save the database to a file, while the server runs"},
    Command{"restore", patrol::program::run_restore, "put a saved database back"},
    Command{"migrate", patrol::program::run_migrate, "bring the database to this version's schema"},
    Command{"doctor", patrol::program::run_doctor, "what keeps a server from working here"},
    Command{"demo", patrol::program::run_demo, "the whole flow on a simulated cloud, no credentials needed"},
    Command{"cloudsim", patrol::program::run_cloudsim, "only the simulated cloud, for tests and benches"},
    Command{"completion", run_completion, "completion for bash, zsh or fish: print its script"},
    Command{"version", patrol::program::print_version, "print the version"},
};

int run_completion(Arguments arguments) {
    std::array<std::string_view, commands.size()> names;
    std::ranges::transform(commands, names.begin(), &Command::name);
    return patrol::cli::print_completion(arguments, names);
}

int help(std::FILE* to) {
    fmt::print(to, "Usage: patrol COMMAND [arguments]\n\n");
    for (const Command& command : commands) fmt::print(to, "  {:<14} {}\n", command.name, command.help);
    fmt::print(
        to,
        "\nConnect a cloud: patrol connect aws --token …\nWhat can be read: patrol catalogue list\n"
        "The API's client: patrol NOUN VERB, for account, customer, scan, snapshot, resource, secret and "
        "token.\n`patrol COMMAND --help` tells more.\n");
    return to == stderr ? 2 : 0;
}

}  // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (arguments.empty()) return help(stderr);
    const std::string& name = arguments.front();
    if (name == "--help" || name == "-h" || name == "help") return help(stdout);
    if (name == "--version") return patrol::program::print_version({});
    if (name == patrol::worker::hidden_command) return patrol::program::run_scan_worker();
    for (const Command& command : commands)
        if (command.name == name) return command.run(std::span(arguments).subspan(1));
    if (patrol::cli::is_command(name)) return patrol::cli::run(arguments);
    fmt::print(stderr, "patrol: there is no command \"{}\".\n\n", name);
    return help(stderr);
}
