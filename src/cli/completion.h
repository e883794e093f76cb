// Completion for shells: a script made from the parser of the command line itself, so that it never lags
// behind. It completes command words and options; values are left to the shell.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace patrol::cli {

enum class Shell { bash, zsh, fish };
std::optional<Shell> parse_shell(std::string_view text);

// `app` is the client's command line; `operations` are the program's other first words ("server", …).
std::string completion_script(Shell shell, const CLI::App& app, std::span<const std::string_view> operations);

}  // namespace patrol::cli
