// `patrol backup FILE`, `patrol restore FILE [--force]`, `patrol migrate`: the database as a whole.
#include <algorithm>

#include "patrol/commands.h"
#include "server/configuration.h"
#include "store/backup.h"

namespace patrol::program {
namespace {

struct FileCommand {
    std::string file;
    bool force = false;
    store::StoreOptions options;
};

// The one argument that is no setting is the file.
Result<FileCommand> parse(Arguments arguments) {
    FileCommand command;
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--force") {
            command.force = true;
        } else if (!arguments[i].starts_with("--") && command.file.empty()) {
            command.file = arguments[i];
        } else {
            rest.push_back(arguments[i]);
            const bool has_value =
                arguments[i].starts_with("--") && arguments[i].find('=') == std::string::npos;
            if (has_value && i + 1 < arguments.size()) rest.push_back(arguments[++i]);
        }
    }
    const auto configuration = TRY(server::load_process_configuration(rest));
    command.options = {.url = configuration.database_url, .data_dir = configuration.data_dir};
    return command;
}

int with_file(Arguments arguments, std::string_view name, Result<void> (*work)(const FileCommand&),
              std::string_view done) {
    const auto command = parse(arguments);
    if (!command) return report(command.error());
    if (command->file.empty()) return wrong_usage(fmt::format("usage: patrol {} FILE [--data DIR]", name));
    const auto outcome = work(*command);
    if (!outcome) return report(outcome.error());
    fmt::print("{} {}\n", done, command->file);
    return 0;
}

}  // namespace

int run_backup(Arguments arguments) {
    return with_file(
        arguments, "backup",
        [](const FileCommand& command) { return store::backup(command.options, command.file); },
        "Saved and checked (the master key is not part of it: keep a copy of that apart):");
}

int run_restore(Arguments arguments) {
    return with_file(
        arguments, "restore",
        [](const FileCommand& command) {
            return store::restore(command.options, command.file,
                                  command.force ? store::Replace::yes : store::Replace::no);
        },
        "Restored from");
}

int run_migrate(Arguments arguments) {
    const auto command = parse(arguments);
    if (!command) return report(command.error());
    const auto store = store::Store::open(command->options);
    if (!store) return report(store.error());
    fmt::print("The database is at this version's schema.\n");
    return 0;
}

}  // namespace patrol::program
