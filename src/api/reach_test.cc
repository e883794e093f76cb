#include "api/reach.h"

#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "api/routes.h"

namespace patrol::api {

namespace {

std::string name_of(const Route& route) {
    return std::string(net::to_string(route.method)) + " " + std::string(route.path);
}

std::set<std::string> routes_of(Reach reach) {
    std::set<std::string> names;
    for (const Route& route : routes())
        if (route.access >= Access::viewer && reach_of(route.method, route.path) == reach)
            names.insert(name_of(route));
    return names;
}

}  // namespace

TEST_CASE("what has no customers is not for callers who see only some") {
    const auto whole = routes_of(Reach::whole);
    for (const auto* path : {"secrets", "notification-channels", "notification-routes",
                             "notification-deliveries", "deployments/hooks"})
        CHECK(whole.contains(std::string("GET /api/v1/") + path));
    CHECK(whole.contains("POST /api/v1/prune"));
    CHECK(whole.contains("POST /api/v1/customers"));
    CHECK(whole.contains("DELETE /api/v1/deployments/hooks/{id}"));
}

TEST_CASE("what has customers is for everybody, as far as theirs go") {
    const auto by_customers = routes_of(Reach::customers);
    CHECK(by_customers.size() > 50);
    for (const auto* name :
         {"GET /api/v1/customers", "PATCH /api/v1/customers/{id}", "POST /api/v1/cloud-accounts",
          "GET /api/v1/snapshots/{id}/diff/{other}", "POST /api/v1/drift/groups/{key}/accept",
          "GET /api/v1/deployments/{id}", "GET /api/v1/events", "GET /api/v1/today"})
        CHECK(by_customers.contains(name));
    CHECK(routes_of(Reach::own).contains("GET /api/v1/me"));
    CHECK(routes_of(Reach::own).contains("PATCH /api/v1/users/{id}"));
    CHECK(routes_of(Reach::whole).contains("GET /api/v1/users"));
    CHECK(routes_of(Reach::whole).contains("DELETE /api/v1/tokens/{id}"));
}

TEST_CASE("a route that nobody has thought about is not for limited callers") {
    for (const auto* path : {"/api/v1/new", "/api/v1/customersx", "/api/v1/scan", "/api/v1", "/", ""})
        CHECK(reach_of(net::Method::get, path) == Reach::whole);
    CHECK(reach_of(net::Method::get, "/api/v1/customers/{id}/new") == Reach::customers);
}

}  // namespace patrol::api
