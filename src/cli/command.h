// The client commands as data: one line of the table is one command (`patrol <noun> <verb>`), its API
// call, its arguments and what its table output shows. run.cc turns the table into a command line.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace patrol::cli {

// What an option's text becomes in the request.
enum class Value {
    query,        // a query parameter
    text,         // a string of the body; "-" reads it from stdin
    number,       // an integer of the body
    truth,        // a flag: true
    off,          // a flag: false (--no-…)
    list,         // repeated: a list of strings
    labels,       // repeated k=v: an object of strings
    secret_ref,   // manager:ref
};

struct Option {
    std::string_view flag;   // "--name"
    std::string_view field;  // dotted path in the body, or the query parameter
    Value value = Value::text;
    std::string_view help;
    bool required = false;
};

// What happens after the answer besides showing it.
enum class After { nothing, wait_for_scan, test_report, show_command };

struct Command {
    std::string_view noun, verb, help;
    std::string_view method, path;             // "/cloud-accounts/{id}": {names} are positional arguments
    std::vector<Option> options;
    std::vector<std::string_view> columns;     // of the table and CSV output, dotted
    After after = After::nothing;
    std::string_view fixed_body = {};          // JSON merged below the options
};

std::span<const Command> commands();

}  // namespace patrol::cli
