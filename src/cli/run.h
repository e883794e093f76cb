// The client side of the program: `patrol connect …` and `patrol <noun> <verb> …`.
#pragma once

#include <string>
#include <vector>

namespace patrol::cli {

// `arguments` without the program's name. Answers the exit code (cli/exit.h).
int run(const std::vector<std::string>& arguments);

// Is this the first word of a client command?
bool is_command(std::string_view noun);

}  // namespace patrol::cli
