#include "api/reach.h"

#include <algorithm>
#include <array>

namespace patrol::api {
namespace {

// Everything below these paths, but for what `whole` names.
constexpr std::array<std::string_view, 13> by_customers{
    "/api/v1/customers",   "/api/v1/cloud-accounts", "/api/v1/scans", "/api/v1/snapshots",
    "/api/v1/change-sets", "/api/v1/changes",        "/api/v1/drift", "/api/v1/rules",
    "/api/v1/resources",   "/api/v1/deployments",    "/api/v1/today", "/api/v1/events",
    "/api/v1/collectors"};
constexpr std::array<std::string_view, 2> own{"/api/v1/session", "/api/v1/me"};
constexpr std::array<std::string_view, 1> whole{"/api/v1/deployments/hooks"};

bool below(std::string_view path, std::string_view root) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

template <class Roots>
bool below_any(std::string_view path, const Roots& roots) {
    return std::ranges::any_of(roots, [path](std::string_view root) { return below(path, root); });
}

}  // namespace

Reach reach_of(net::Method method, std::string_view path) {
    if (below_any(path, own)) return Reach::own;
    // Whoever makes or changes a person or a token reaches none above himself (api/authorize.h); the lists
    // name customers of others.
    const bool writes = method != net::Method::get;
    if (writes && below(path, "/api/v1/users")) return Reach::own;
    if (method == net::Method::post && path == "/api/v1/tokens") return Reach::own;
    if (below_any(path, whole)) return Reach::whole;
    // A new customer is nobody's yet.
    if (method == net::Method::post && path == "/api/v1/customers") return Reach::whole;
    return below_any(path, by_customers) ? Reach::customers : Reach::whole;
}

}  // namespace patrol::api
