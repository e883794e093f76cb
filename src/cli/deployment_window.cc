#include "cli/deployment_window.h"

#include "cli/local_time.h"

namespace patrol::cli {

Result<json::value> open_window(ApiClient& api, const Clock& clock, const WindowOptions& options) {
    const auto until = parse_local_time(options.until, clock.now());
    if (!until)
        return fail({.kind = Error::Kind::invalid,
                     .message = fmt::format("--until: \"{}\" is not a time.", options.until),
                     .hint = "Write 22:00, \"2026-11-22 22:00\" or 2026-11-22T22:00:00+01:00."});
    json::object body = TRY(scope_body(api, options.scope));
    body["name"] = options.name.empty() ? "planned window" : options.name;
    body["source"] = "window";
    body["until"] = to_rfc3339(*until);
    if (!options.reason.empty()) body["reason"] = options.reason;
    return api.post("/deployments", body);
}

}  // namespace patrol::cli
