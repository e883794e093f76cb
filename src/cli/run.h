// The client side of the program: `patrol connect …` and `patrol <noun> <verb> …`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patrol::cli {

// `arguments` without the program's name. Answers the exit code (cli/exit.h).
int run(const std::vector<std::string>& arguments);

// `patrol completion SHELL`. `operations` are the program's first words that are no client command.
int print_completion(std::span<const std::string> arguments, std::span<const std::string_view> operations);

// Is this the first word of a client command?
bool is_command(std::string_view noun);

}  // namespace patrol::cli
