// `patrol cloudsim`: the simulated AWS as a process of its own, for tests, benches and looking around.
#pragma once

#include <span>
#include <string>

namespace patrol::program {

// The URL is the first line of stdout; runs until SIGTERM or SIGINT. 0 done, 1 failed, 2 wrong usage.
int run_cloudsim(std::span<const std::string> arguments);

}  // namespace patrol::program
