// From method and path to a handler. A table of patterns such as "/api/v1/cloud-accounts/{id}"; a parameter
// is one whole segment, decoded. Literal segments win over parameters. GET routes answer HEAD too.
// 404 where no pattern fits, 405 with Allow where only the method does not, 400 for paths that hide
// something: empty or dot segments (also encoded), backslashes, encoded slashes and NULs, bad escapes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"

namespace patrol::net {

enum class Method { get, post, put, patch, delete_, head, options };
std::string_view to_string(Method method);

using RouteHandler = std::function<ServerResponse(const ServerRequest&)>;

class Router {
public:
    // Renders 400, 404 and 405; for 405 the router adds Allow itself.
    using Fallback = std::function<ServerResponse(const ServerRequest&, int status)>;

    explicit Router(Fallback fallback = {});

    void add(Method method, std::string_view pattern, RouteHandler handler);
    // Everything below `prefix` ("/" for all) that no pattern fits: static files of the console. GET and
    // HEAD.
    void add_prefix(std::string_view prefix, RouteHandler handler);

    // Fills request.path_parameters. Const and safe from many threads once the table is complete.
    ServerResponse handle(ServerRequest& request) const;

    // The pattern that a path matches ("" for none): for metrics and logs without ids.
    [[nodiscard]] std::string_view pattern_of(std::string_view path) const;

private:
    struct Route {
        std::string pattern;
        std::vector<std::string> segments;  // "{id}" for a parameter
        std::vector<std::pair<Method, RouteHandler>> handlers;
    };
    struct Prefix {
        std::string text;
        RouteHandler handler;
    };
    [[nodiscard]] const Route* find(const std::vector<std::string>& segments) const;
    [[nodiscard]] ServerResponse refuse(const ServerRequest& request, int status) const;

    std::vector<Route> routes_;
    std::vector<std::vector<std::size_t>> by_length_;  // places in routes_, by their number of segments
    std::vector<Prefix> prefixes_;
    Fallback fallback_;
};

// The decoded segments of a path, or nullopt for a path that hides something (see above). "/" has none;
// one trailing slash is refused too.
std::optional<std::vector<std::string>> split_path(std::string_view path);

}  // namespace patrol::net
