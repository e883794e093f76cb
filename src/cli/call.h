// Runs one command of the table: builds the request, follows pages, waits for scans, shows the answer.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/terminal.h"

namespace patrol::cli {

struct Given {
    const Option* option;
    std::vector<std::string> texts;
};

struct Request {
    const Command* command = nullptr;
    std::vector<std::string> positional;  // for the {names} of the path, in order
    std::vector<Given> given;
    bool wait = false, exit_code = false, all = false;
};

// Kind::invalid for an option whose text does not fit.
Result<json::object> body_of(const Request& request);
std::string path_of(const Request& request);

// Answers the exit code.
Result<int> call(ApiClient& api, Clock& clock, Terminal& terminal, Format format, const Request& request);

}  // namespace patrol::cli
