#include "net/router.h"

#include <algorithm>

#include "base/encoding.h"

namespace patrol::net {

namespace {

std::optional<Method> parse_method(std::string_view text) {
    for (Method method : {Method::get, Method::post, Method::put, Method::patch, Method::delete_,
                          Method::head, Method::options})
        if (to_string(method) == text) return method;
    return std::nullopt;
}

std::vector<std::string> split_pattern(std::string_view pattern) {
    std::vector<std::string> segments;
    while (!pattern.empty()) {
        pattern.remove_prefix(1);  // the slash
        const auto end = std::min(pattern.find('/'), pattern.size());
        if (end > 0) segments.emplace_back(pattern.substr(0, end));
        pattern.remove_prefix(end);
    }
    return segments;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    return std::ranges::equal(pattern, path, [](const std::string& wanted, const std::string& given) {
        return is_parameter(wanted) || wanted == given;
    });
}

// True where `a` has a literal at the first place in which the two differ in kind.
bool is_more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (is_parameter(a[i]) != is_parameter(b[i])) return is_parameter(b[i]);
    return false;
}

std::string allowed_methods(const std::vector<std::pair<Method, RouteHandler>>& handlers) {
    std::string text;
    for (const auto& [method, handler] : handlers) {
        text += (text.empty() ? "" : ", ") + std::string(to_string(method));
        if (method == Method::get) text += ", HEAD";
    }
    return text;
}

const RouteHandler* handler_for(const std::vector<std::pair<Method, RouteHandler>>& handlers,
                                std::optional<Method> method) {
    if (!method) return nullptr;
    for (const auto& entry : handlers)
        if (entry.first == *method) return &entry.second;
    return method == Method::head ? handler_for(handlers, Method::get) : nullptr;
}

ServerResponse plain_refusal(const ServerRequest&, int status) {
    const std::string_view title = status == 405   ? "Method Not Allowed"
                                   : status == 400 ? "Bad Request"
                                                   : "Not Found";
    return {.status = status,
            .headers = {{"Content-Type", "application/problem+json"}},
            .body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{}}})", title, status)};
}

}  // namespace

std::string_view to_string(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::delete_:
            return "DELETE";
        case Method::head:
            return "HEAD";
        case Method::options:
            return "OPTIONS";
    }
    return "GET";
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
    std::vector<std::string> segments;
    if (!path.starts_with('/')) return std::nullopt;
    if (path == "/") return segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        auto segment = percent_decode(path.substr(0, end));
        path.remove_prefix(end);
        if (!segment || segment->empty() || *segment == "." || *segment == ".." || !is_utf8(*segment) ||
            std::ranges::any_of(
                *segment, [](char c) { return c == '/' || c == '\\' || c == 0x7f || (c >= 0 && c < ' '); }))
            return std::nullopt;
        segments.push_back(std::move(*segment));
    }
    return segments;
}

Router::Router(Fallback fallback) : fallback_(fallback ? std::move(fallback) : plain_refusal) {}

void Router::add(Method method, std::string_view pattern, RouteHandler handler) {
    for (Route& route : routes_)
        if (route.pattern == pattern) {
            route.handlers.emplace_back(method, std::move(handler));
            return;
        }
    Route route{.pattern = std::string(pattern), .segments = split_pattern(pattern), .handlers = {}};
    route.handlers.emplace_back(method, std::move(handler));
    const std::size_t length = route.segments.size();
    by_length_.resize(std::max(by_length_.size(), length + 1));
    by_length_[length].push_back(routes_.size());
    routes_.push_back(std::move(route));
}

void Router::add_prefix(std::string_view prefix, RouteHandler handler) {
    // Longest first.
    const auto place = std::ranges::find_if(
        prefixes_, [&](const Prefix& other) { return other.text.size() < prefix.size(); });
    prefixes_.insert(place, {.text = std::string(prefix), .handler = std::move(handler)});
}

const Router::Route* Router::find(const std::vector<std::string>& segments) const {
    const Route* best = nullptr;
    if (segments.size() >= by_length_.size()) return nullptr;
    for (const std::size_t place : by_length_[segments.size()]) {
        const Route& route = routes_[place];
        if (!fits(route.segments, segments)) continue;
        if (!best || is_more_literal(route.segments, best->segments)) best = &route;
    }
    return best;
}

ServerResponse Router::refuse(const ServerRequest& request, int status) const {
    return fallback_(request, status);
}

ServerResponse Router::handle(ServerRequest& request) const {
    const auto segments = split_path(request.path);
    if (!segments) {
        // A final slash alone hides nothing: it is a path that does not exist.
        std::string_view path = request.path;
        if (path.ends_with('/')) path.remove_suffix(1);
        return refuse(request, split_path(path) && path != "/" ? 404 : 400);
    }
    const auto method = parse_method(request.method);
    if (const Route* route = find(*segments)) {
        const RouteHandler* handler = handler_for(route->handlers, method);
        if (!handler) {
            ServerResponse response = refuse(request, 405);
            response.headers.push_back({"Allow", allowed_methods(route->handlers)});
            return response;
        }
        for (std::size_t i = 0; i < segments->size(); ++i) {
            const std::string& name = route->segments[i];
            if (is_parameter(name))
                request.path_parameters.emplace_back(name.substr(1, name.size() - 2), (*segments)[i]);
        }
        return (*handler)(request);
    }
    for (const Prefix& prefix : prefixes_) {
        if (!request.path.starts_with(prefix.text)) continue;
        if (method == Method::get || method == Method::head) return prefix.handler(request);
        ServerResponse response = refuse(request, 405);
        response.headers.push_back({"Allow", "GET, HEAD"});
        return response;
    }
    return refuse(request, 404);
}

std::string_view Router::pattern_of(std::string_view path) const {
    const auto segments = split_path(path);
    const Route* route = segments ? find(*segments) : nullptr;
    return route ? std::string_view(route->pattern) : std::string_view();
}

}  // namespace patrol::net
