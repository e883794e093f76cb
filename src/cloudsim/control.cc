#include "cloudsim/control.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "cloudsim/scenario.h"

namespace patrol::cloudsim {
namespace {

constexpr std::int64_t page_size_max = 1'000;
constexpr std::int64_t delay_ms_max = 600'000;

net::ServerResponse reply(int status, const json::value& body) {
    return {
        .status = status, .headers = {{"content-type", "application/json"}}, .body = json::serialize(body)};
}
net::ServerResponse refuse(std::string_view why) { return reply(400, json::object{{"detail", why}}); }

// A misspelt field would make a test pass that tests nothing.
template <std::size_t N>
Result<void> check_fields(const json::value& value, const std::array<std::string_view, N>& known) {
    if (!value.is_object()) return invalid("", "An object is expected.");
    for (const auto& member : value.get_object())
        if (std::ranges::find(known, std::string_view(member.key())) == known.end())
            return invalid(std::string(member.key()),
                           fmt::format("There is no field {}.", std::string_view(member.key())));
    return {};
}

Result<Fault::Kind> fault_kind(std::string_view text) {
    if (text.empty() || text == "error") return Fault::Kind::error;
    if (text == "html") return Fault::Kind::html;
    if (text == "cut") return Fault::Kind::cut;
    if (text == "hang") return Fault::Kind::hang;
    return invalid("kind", fmt::format("There is no kind of fault {}.", text));
}

Result<Fault> read_fault(const json::value& value) {
    constexpr std::array<std::string_view, 12> fields{"kind",   "account", "service",       "operation",
                                                      "region", "status",  "code",          "message",
                                                      "skip",   "times",   "retry_after_s", "hang_ms"};
    TRY(check_fields(value, fields));
    auto text = [&](std::string_view key) { return std::string(string_or(value, key)); };
    auto status = std::clamp<std::int64_t>(int_or(value, "status", 403), 200, 599);
    return Fault{
        .kind = TRY(fault_kind(text("kind"))),
        .account_id = text("account"),
        .service = text("service"),
        .operation = text("operation"),
        .region = text("region"),
        .status = static_cast<int>(status),
        .code = text("code"),
        .message = text("message"),
        .skip = int_or(value, "skip"),
        .times = int_or(value, "times", -1),
        .retry_after_s = static_cast<int>(int_or(value, "retry_after_s")),
        .hang_ms = static_cast<int>(std::clamp<std::int64_t>(int_or(value, "hang_ms"), 0, delay_ms_max))};
}

net::ServerResponse set_faults(const json::value& body, World& world) {
    if (!body.is_array()) return refuse("A list of faults is expected.");
    std::vector<Fault> faults;
    for (const auto& each : body.get_array()) {
        auto fault = read_fault(each);
        if (!fault) return refuse(fault.error().message);
        faults.push_back(std::move(*fault));
    }
    world.faults = std::move(faults);
    return reply(200, json::object{{"faults", world.faults.size()}});
}

net::ServerResponse set_settings(const json::value& body, World& world) {
    constexpr std::array<std::string_view, 3> fields{"page_size", "latency_ms", "expire_sessions"};
    if (auto fine = check_fields(body, fields); !fine) return refuse(fine.error().message);
    auto size = int_or(body, "page_size", static_cast<std::int64_t>(world.page_size));
    auto latency = int_or(body, "latency_ms", world.latency_ms);
    if (size < 1 || size > page_size_max) return refuse("page_size is between 1 and 1000.");
    if (latency < 0 || latency > delay_ms_max) return refuse("latency_ms is between 0 and 600000.");
    world.page_size = static_cast<std::size_t>(size);
    world.latency_ms = static_cast<int>(latency);
    // Ends every session at once: what the next call of each gets is "expired".
    if (bool_or(body, "expire_sessions"))
        for (auto& [key, principal] : world.principals)
            if (principal.expires.is_set()) principal.expires = Timestamp{1};
    return reply(200, json::object{{"page_size", world.page_size}, {"latency_ms", world.latency_ms}});
}

// Somebody in the customer's account rewrites a role's trust policy.
net::ServerResponse set_trust(const json::value& body, World& world) {
    constexpr std::array<std::string_view, 4> fields{"account", "role", "policy", "untag"};
    if (auto fine = check_fields(body, fields); !fine) return refuse(fine.error().message);
    auto* account = world.account(string_or(body, "account"));
    const auto* policy = find(body, "policy");
    if (account == nullptr || policy == nullptr)
        return refuse("An account of the scenario and a policy are needed.");
    for (auto& [key, role] : account->roles)
        if (role.name == string_or(body, "role")) {
            role.trust = *policy;
            if (bool_or(body, "untag")) role.tags.clear();
            return reply(200, json::object{{"role", role.name}});
        }
    return refuse("The account has no such role.");
}

// Somebody in the customer's account changes resources.
net::ServerResponse set_changes(const json::value& body, World& world, const catalogue::Catalogue& catalogue,
                                Timestamp now) {
    constexpr std::array<std::string_view, 11> fields{"account", "op",       "type",   "region", "id",  "set",
                                                      "by",      "document", "listed", "parent", "tags"};
    if (!body.is_array()) return refuse("A list of changes is expected.");
    for (const auto& each : body.get_array()) {
        if (auto fine = check_fields(each, fields); !fine) return refuse(fine.error().message);
        if (auto played = play_change(world, each, catalogue, now); !played)
            return refuse(played.error().message);
    }
    return reply(200, json::object{{"changes", body.get_array().size()}});
}

// The account lives on: steps of six hours.
net::ServerResponse live_on(const json::value& body, World& world, const catalogue::Catalogue& catalogue) {
    constexpr std::array<std::string_view, 1> fields{"steps"};
    if (auto fine = check_fields(body, fields); !fine) return refuse(fine.error().message);
    const auto steps = int_or(body, "steps", 1);
    if (steps < 1 || steps > life_steps_max)
        return refuse(fmt::format("steps is between 1 and {}.", life_steps_max));
    if (auto lived = live(world, steps, catalogue); !lived) return refuse(lived.error().message);
    return reply(200, json::object{{"steps", world.life.steps}, {"time", to_rfc3339(world.life.now())}});
}

net::ServerResponse counts(const World& world) {
    json::object calls;
    for (const auto& [name, count] : world.calls) calls[name] = count;
    return reply(200, calls);
}

net::ServerResponse step_list(const World& world) {
    json::array steps;
    for (const auto& step : world.steps)
        steps.push_back(json::object{{"name", step.name}, {"says", step.says}});
    return reply(200, steps);
}

}  // namespace

net::ServerResponse answer_control(const net::ServerRequest& request, World& world,
                                   const catalogue::Catalogue& catalogue, Timestamp now) {
    auto path = std::string_view(request.path).substr(control_path.size());
    if (path == "calls" && request.method == "GET") return counts(world);
    if (path == "steps" && request.method == "GET") return step_list(world);
    if (path == "calls" && request.method == "DELETE") {
        world.calls.clear();
        return counts(world);
    }
    bool is_step = path.starts_with("steps/");
    if (!is_step && path != "faults" && path != "settings" && path != "trust" && path != "changes" &&
        path != "life")
        return reply(404, json::object{});
    if (request.method != "POST") return reply(405, json::object{});
    if (is_step) {
        auto played = play_step(world, path.substr(6), catalogue, now);
        return played ? reply(200, json::object{{"played", path.substr(6)}}) : refuse(played.error().message);
    }
    auto body = parse_json(request.body.empty() ? "{}" : request.body);
    if (!body) return refuse(body.error().message);
    if (path == "trust") return set_trust(*body, world);
    if (path == "life") return live_on(*body, world, catalogue);
    if (path == "changes") return set_changes(*body, world, catalogue, now);
    return path == "faults" ? set_faults(*body, world) : set_settings(*body, world);
}

}  // namespace patrol::cloudsim
