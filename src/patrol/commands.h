// The commands of the program, one function each: arguments after the command's name in, exit code out
// (0 done, 1 failed, 2 wrong usage). main.cc holds the table.
#pragma once

#include <span>
#include <string>

#include "base/error.h"

namespace patrol::program {

using Arguments = std::span<const std::string>;

int run_server(Arguments arguments);
int run_worker(Arguments arguments);
int run_backup(Arguments arguments);
int run_restore(Arguments arguments);
int run_migrate(Arguments arguments);
int run_doctor(Arguments arguments);
int run_aws_identity(Arguments arguments);
int run_collector(Arguments arguments);  // enrol and run; other verbs go to the API's client
int run_demo(Arguments arguments);
int run_cloudsim(Arguments arguments);
int print_version(Arguments arguments);
// Not in the table: a server starts it (worker/process.h).
int run_scan_worker();

// One sentence, and the hint on a second line, on stderr. Answers the exit code.
int report(const Error& error);
int wrong_usage(std::string_view message);

}  // namespace patrol::program
