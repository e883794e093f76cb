// `patrol deployment record [options] -- COMMAND…`: runs the command as if it had been called alone and
// records its start, end, exit code and commit. The command comes first: where the server cannot be
// reached it runs all the same, a warning goes to stderr, and the run is recorded afterwards if that works.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "cli/child_process.h"
#include "cli/deployment_scope.h"
#include "cli/terminal.h"
#include "cloud/aws/environment.h"
#include "net/transport.h"

namespace patrol::cli {

struct RecordOptions {
    std::string name, reason, url, commit;  // what is left out is found out
    ScopeOptions scope;
    bool scan = false;  // of the accounts that the scope names, at the end
    std::vector<std::string> command;
};

// The commit of the working folder, or of the build system's variables; likewise the address of the run.
// Nothing of the command line but its program and subcommand: values may be secrets.
std::string commit_here(const aws::Environment& environment);
std::string run_url(const aws::Environment& environment);
std::string default_name(const std::vector<std::string>& command);

// The command's own exit code. `server` and `token` as in ApiClient.
class RecordedCommand {
public:
    RecordedCommand(ApiClient& api, Clock& clock, Terminal& terminal, RecordOptions options)
        : api_(api), clock_(clock), terminal_(terminal), options_(std::move(options)) {}

    int run(const HeldSignals& signals);

private:
    Result<void> begin();
    Result<void> end(const json::object& ending);
    [[nodiscard]] Result<json::object> description();
    void warn(const Error& error, std::string_view what);

    ApiClient& api_;
    Clock& clock_;
    Terminal& terminal_;
    RecordOptions options_;
    Timestamp started_;
    std::string id_;  // of the deployment, once the server has told it
};

// With the machine's own environment and network.
int run_record(RecordOptions options, const std::string& server, const std::string& token,
               Terminal& terminal);

}  // namespace patrol::cli
