// The client commands as data: one line of the table is one command (`patrol <noun> <verb>`), its API
// call, its arguments and what its table output shows. run.cc turns the table into a command line.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace patrol::cli {

// What an option's text becomes in the request.
enum class Value {
    query,       // a query parameter
    filter,      // a term field=value of the filter `q`
    text,        // a string of the body; "-" reads it from stdin
    number,      // an integer of the body
    truth,       // a flag: true
    off,         // a flag: false (--no-…)
    null,        // a flag: null, which takes a setting back
    list,        // repeated: a list of strings
    labels,      // repeated k=v: an object of strings
    secret_ref,  // manager:ref
};

struct Option {
    std::string_view flag;   // "--name"
    std::string_view field;  // dotted path in the body, or the query parameter
    Value value = Value::text;
    std::string_view help;
    bool required = false;
};

// What happens after the answer besides showing it. whole_list: all pages, a line of JSON for each item
// unless another output is asked for.
enum class After { nothing, wait_for_scan, test_report, show_command, drift_exit, audit_report, whole_list };

struct Command {
    std::string_view noun, verb, help;
    std::string_view method, path;  // "/cloud-accounts/{id}": {names} are positional arguments;
                                    // {account} also takes a name, {snapshot} an account's newest
    std::vector<Option> options;
    std::vector<std::string_view> columns;  // of the table and CSV output, dotted
    After after = After::nothing;
    std::string_view fixed_body = {};    // JSON merged below the options
    std::string_view fixed_filter = {};  // first term of the filter `q`
};

std::span<const Command> commands();
void add_drift(std::vector<Command>& table);  // drift_commands.cc

}  // namespace patrol::cli
