#include "cloudsim/control.h"

#include "base/json.h"
#include "cloudsim/scenario.h"

namespace patrol::cloudsim {
namespace {

net::ServerResponse reply(int status, const json::value& body) {
    return {.status = status, .headers = {{"content-type", "application/json"}}, .body = json::serialize(body)};
}
net::ServerResponse refuse(std::string_view why) { return reply(400, json::object{{"detail", why}}); }

Fault read_fault(const json::value& value) {
    auto text = [&](std::string_view key) { return std::string(string_or(value, key)); };
    Fault fault{.account_id = text("account"), .service = text("service"), .operation = text("operation"),
                .region = text("region"), .status = static_cast<int>(int_or(value, "status", 403)),
                .code = std::string(string_or(value, "code", "AccessDenied")), .message = text("message"),
                .skip = int_or(value, "skip"), .times = int_or(value, "times", -1),
                .retry_after_s = static_cast<int>(int_or(value, "retry_after_s"))};
    auto kind = text("kind");
    if (kind == "html") fault.kind = Fault::Kind::html;
    if (kind == "cut") fault.kind = Fault::Kind::cut;
    return fault;
}

net::ServerResponse set_faults(const json::value& body, World& world) {
    if (!body.is_array()) return refuse("a list of faults is expected");
    world.faults.clear();
    for (const auto& each : body.get_array()) world.faults.push_back(read_fault(each));
    return reply(200, json::object{{"faults", world.faults.size()}});
}

net::ServerResponse set_settings(const json::value& body, World& world) {
    world.page_size = static_cast<std::size_t>(int_or(body, "page_size", static_cast<std::int64_t>(world.page_size)));
    world.latency_ms = static_cast<int>(int_or(body, "latency_ms", world.latency_ms));
    // Ends every session at once: what the next call of each gets is ExpiredToken.
    if (bool_or(body, "expire_sessions"))
        for (auto& [key, principal] : world.principals)
            if (principal.expires.is_set()) principal.expires = Timestamp{1};
    return reply(200, json::object{{"page_size", world.page_size}, {"latency_ms", world.latency_ms}});
}

net::ServerResponse counts(const World& world) {
    json::object calls;
    for (const auto& [name, count] : world.calls) calls[name] = count;
    return reply(200, calls);
}

}  // namespace

net::ServerResponse answer_control(const net::ServerRequest& request, World& world, const catalogue::Catalogue& catalogue) {
    auto path = std::string_view(request.path).substr(control_path.size());
    if (path == "calls" && request.method == "GET") return counts(world);
    if (request.method != "POST") return reply(405, json::object{});
    if (path.starts_with("steps/")) {
        auto played = play_step(world, path.substr(6), catalogue);
        return played ? reply(200, json::object{{"played", path.substr(6)}}) : refuse(played.error().message);
    }
    auto body = parse_json(request.body.empty() ? "{}" : request.body);
    if (!body) return refuse(body.error().message);
    if (path == "faults") return set_faults(*body, world);
    if (path == "settings") return set_settings(*body, world);
    return reply(404, json::object{});
}

}  // namespace patrol::cloudsim
