#include "api/routes.h"

#include <doctest/doctest.h>

#include "model/audit.h"

namespace patrol::api {
namespace {

// Writes that change nothing. Whoever adds one says here why it needs no entry in the audit log.
bool changes_nothing(std::string_view path) {
    return path == "/api/v1/rules/preview";  // counts what a rule would have done
}

// The browser comes back from the identity provider with a GET.
bool begins_session(std::string_view path) { return path == "/api/v1/session/oidc/callback"; }

// What a collector uploads belongs to a scan or test, and those are recorded.
bool does_recorded_work(const Route& route) { return route.access == Access::collector; }

}  // namespace

TEST_CASE("every route that writes has an action of the audit log's closed list") {
    for (const Route& route : routes()) {
        const std::string name = std::string(net::to_string(route.method)) + " " + std::string(route.path);
        INFO(name);
        if (route.method == net::Method::get) {
            CHECK((route.action.empty() || route.action.ends_with(".export") || begins_session(route.path)));
        } else if (changes_nothing(route.path) || does_recorded_work(route)) {
            CHECK(route.action == not_recorded);
        } else {
            CHECK_MESSAGE(model::is_audit_action(route.action),
                          "give it an action in routes.cc, and add that to model/audit.cc where it is new");
        }
    }
}

}  // namespace patrol::api
