#include "cli/completion.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <CLI/CLI.hpp>

namespace patrol::cli {
namespace {

constexpr std::array<std::string_view, 3> shell_names{"bash", "zsh", "fish"};

using Words = std::vector<std::string>;
// What may follow the words typed so far ("", "account", "account list").
using Followers = std::map<std::string, Words>;

void follow(const CLI::App& app, const std::string& typed, Followers& out) {
    auto& words = out[typed];
    for (const auto* below : app.get_subcommands({})) {
        words.push_back(below->get_name());
        follow(*below, typed + (typed.empty() ? "" : " ") + below->get_name(), out);
    }
    if (app.get_parent() == nullptr || !app.get_subcommands({}).empty()) return;
    // What is written before the verb is accepted after it as well.
    for (const auto* level = &app; level != nullptr; level = level->get_parent())
        for (const auto* option : level->get_options())
            for (const auto& name : option->get_lnames())
                if (name != "help" || level == &app) words.push_back("--" + name);
}

Followers followers(const CLI::App& app, std::span<const std::string_view> operations) {
    Followers out;
    follow(app, "", out);
    for (const auto operation : operations)  // one of them is a noun as well
        if (std::ranges::find(out[""], operation) == out[""].end()) out[""].emplace_back(operation);
    out["completion"].assign(shell_names.begin(), shell_names.end());
    return out;
}

// One `case` that bash and zsh both read: it puts what may follow into `found`.
std::string case_of(const Followers& all) {
    std::string text = "  case $typed in\n";
    for (const auto& [typed, words] : all) {
        const bool has_options = typed.find(' ') != std::string::npos;
        text +=
            fmt::format("    '{}'{}) found='{}' ;;\n", typed, has_options ? "*" : "", fmt::join(words, " "));
    }
    return text + "  esac\n";
}

std::string bash_script(const Followers& all) {
    return "# patrol: completion for bash. Use it with: source <(patrol completion bash)\n"
           "_patrol() {\n"
           "  local found='' typed=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\"\n" +
           case_of(all) +
           "  COMPREPLY=($(compgen -W \"$found\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
           "}\n"
           "complete -o default -F _patrol patrol\n";
}

std::string zsh_script(const Followers& all) {
    return "#compdef patrol\n"
           "# patrol: completion for zsh. Use it with: source <(patrol completion zsh), after compinit\n"
           "_patrol() {\n"
           "  local found='' typed=\"${(j: :)words[2,CURRENT-1]}\"\n" +
           case_of(all) +
           "  compadd -- ${=found} || _files\n"
           "}\n"
           "compdef _patrol patrol\n";
}

std::string fish_script(const Followers& all) {
    std::string text =
        "# patrol: completion for fish. Use it with: patrol completion fish | source\n"
        "function __patrol_typed\n"
        "  set -l typed (string join ' ' (commandline -opc)[2..])\n"
        "  string match -q -- $argv[1] \"$typed\"\n"
        "end\n";
    for (const auto& [typed, words] : all) {
        const bool has_options = typed.find(' ') != std::string::npos;
        text += fmt::format("complete -c patrol {}-n \"__patrol_typed '{}{}'\" -a '{}'\n",
                            has_options ? "" : "-f ", typed, has_options ? "*" : "", fmt::join(words, " "));
    }
    return text;
}

}  // namespace

std::optional<Shell> parse_shell(std::string_view text) {
    for (std::size_t at = 0; at < shell_names.size(); ++at)
        if (shell_names[at] == text) return static_cast<Shell>(at);
    return std::nullopt;
}

std::string completion_script(Shell shell, const CLI::App& app,
                              std::span<const std::string_view> operations) {
    const auto all = followers(app, operations);
    switch (shell) {
        case Shell::bash:
            return bash_script(all);
        case Shell::zsh:
            return zsh_script(all);
        case Shell::fish:
            break;
    }
    return fish_script(all);
}

}  // namespace patrol::cli
