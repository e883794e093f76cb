#include <cstdio>

#include "patrol/commands.h"

namespace patrol::program {

int report(const Error& error) {
    fmt::print(stderr, "patrol: {}\n", error.message);
    if (!error.hint.empty()) fmt::print(stderr, "        {}\n", error.hint);
    if (!error.detail.empty()) fmt::print(stderr, "        ({})\n", error.detail);
    return error.field.starts_with("--") ? 2 : 1;
}

int wrong_usage(std::string_view message) {
    fmt::print(stderr, "patrol: {}\n", message);
    return 2;
}

int print_version(Arguments) {
    fmt::print("patrol {}\n", PATROL_VERSION);
    return 0;
}

}  // namespace patrol::program
