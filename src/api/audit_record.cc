#include "api/audit_record.h"

#include <array>

#include "api/browser.h"
#include "api/limits.h"
#include "api/problem.h"
#include "base/log.h"
#include "store/audit.h"

namespace patrol::api {
namespace {

using model::ActorKind;

// Answers are looked into for a name only: a large one has none.
constexpr std::size_t answer_bytes_max = 64 * 1024;

struct Noun {
    std::string_view prefix, name;
};
constexpr std::array nouns{Noun{TenantId::prefix, "tenant"},
                           Noun{UserId::prefix, "user"},
                           Noun{SessionId::prefix, "session"},
                           Noun{ApiTokenId::prefix, "token"},
                           Noun{CustomerId::prefix, "customer"},
                           Noun{AccountId::prefix, "cloud-account"},
                           Noun{CollectorId::prefix, "collector"},
                           Noun{SecretId::prefix, "secret"},
                           Noun{ScanId::prefix, "scan"},
                           Noun{SnapshotId::prefix, "snapshot"},
                           Noun{ChangeSetId::prefix, "change-set"},
                           Noun{ChangeId::prefix, "change"},
                           Noun{DeploymentId::prefix, "deployment"},
                           Noun{DeploymentHookId::prefix, "deployment-hook"},
                           Noun{ChannelId::prefix, "channel"},
                           Noun{RouteId::prefix, "route"},
                           Noun{DeliveryId::prefix, "delivery"},
                           Noun{RuleId::prefix, "rule"}};

std::string noun_of(std::string_view id, std::string_view action) {
    for (const Noun& noun : nouns)
        if (id.starts_with(noun.prefix)) return std::string(noun.name);
    return std::string(action.substr(0, action.find('.')));
}

bool has_action(const Route& route) { return !route.action.empty() && route.action != not_recorded; }

model::AuditActor actor_of(const Call& call, const Route& route) {
    const Caller& caller = call.caller;
    if (call.audited.actor()) return *call.audited.actor();
    if (caller.api_token)
        return {ActorKind::token, caller.api_token->id.str(),
                fmt::format("{} of {}", caller.api_token->name, caller.user.email)};
    if (caller.kind == Caller::Kind::session)
        return {ActorKind::user, caller.user.id.str(), caller.user.email};
    if (caller.collector)
        return {ActorKind::collector, caller.collector->collector.id.str(), caller.collector->collector.name};
    if (caller.connect_token) return {ActorKind::connect_token, caller.connect_token->id.str(), ""};
    return {.kind = route.access == Access::connect_token ? ActorKind::connect_token : ActorKind::user};
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string id_of(const Call& call, const Answer* answer) {
    for (const std::string_view name : {"id", "key"})
        if (const auto id = call.request.path_parameter(name); !id.empty()) return std::string(id);
    if (call.caller.connect_token) return call.caller.connect_token->account.str();
    const auto* location = answer == nullptr ? nullptr : net::find_header(answer->headers, "Location");
    return location == nullptr ? std::string() : std::string(last_part(*location));
}

std::string name_in(const Answer* answer) {
    const auto* text = answer == nullptr ? nullptr : std::get_if<std::string>(&answer->body);
    if (text == nullptr || text->empty() || text->size() > answer_bytes_max) return {};
    const auto body = parse_json(*text);
    if (!body) return {};
    for (const std::string_view name : {"name", "email", "account_name"})
        if (const auto found = string_or(*body, name); !found.empty()) return std::string(found);
    const auto* resource = find(*body, "resource");
    return resource == nullptr ? std::string() : std::string(string_or(*resource, "name"));
}

model::AuditObject object_of(const Call& call, const Route& route, const Answer* answer) {
    model::AuditObject object = call.audited.object();
    if (object.id.empty()) object.id = id_of(call, answer);
    if (object.kind.empty() && has_action(route)) object.kind = noun_of(object.id, route.action);
    if (object.name.empty()) object.name = name_in(answer);
    return object;
}

model::AuditEntry entry_of(const Call& call, const Route& route, const Answer* answer) {
    return {.at = call.now(),
            .actor = actor_of(call, route),
            .address = arrival_of(call.request, call.services.settings).address,
            .action = std::string(route.action),
            .object = object_of(call, route, answer),
            .note = call.audited.note(),
            .before = call.audited.before(),
            .after = call.audited.after(),
            .trace_id = call.trace_id};
}

bool is_known(const Call& call) {
    return call.caller.kind != Caller::Kind::nobody || call.audited.actor().has_value();
}

Result<std::optional<TenantId>> tenant_of(const Call& call) {
    if (call.audited.tenant()) return call.audited.tenant();
    if (call.caller.kind != Caller::Kind::nobody) return std::optional(call.viewer().tenant);
    return call.store().audit().platform_tenant();
}

// What the refused call would have been; a read has no action, its address is named instead.
void name_refusal(model::AuditEntry& entry, const Route& route, int status) {
    const bool is_sign_in = route.action == "session.create";
    if (status == 429)
        entry.action = is_sign_in ? "session.lock-out" : "request.throttled";
    else if (!has_action(route))
        entry.action = "request.refused";
    if (!is_sign_in && entry.object.id.empty())
        entry.object = {"request", "", fmt::format("{} {}", net::to_string(route.method), route.path)};
}

bool is_worth_an_entry(const Call& call, int status) {
    if (status == 401) return call.audited.actor().has_value();  // a sign-in
    if (status == 403) return is_known(call);
    return status == 429;
}

// Whether this minute has room for one more of this caller.
bool has_room(const Call& call, const model::AuditEntry& entry, int status) {
    Limits& limits = call.shared.limits;
    const std::string key = entry.address + " " + entry.actor.id;
    return status == 429 ? limits.recorded_throttles.attempt(key).has_value()
                         : limits.recorded_refusals.attempt(key).has_value();
}

Result<void> withdraw(const Call& call) {
    const auto& tenant = call.audited.announced_in();
    if (!tenant) return {};
    return call.store().audit().withdraw(*tenant, call.trace_id);
}

}  // namespace

Result<void> announce(Call& call) {
    if (call.route == nullptr || !has_action(*call.route) || call.audited.announced_in()) return {};
    const auto tenant = TRY(tenant_of(call));
    if (!tenant) return {};
    TRY(call.store().audit().announce(*tenant, entry_of(call, *call.route, nullptr)));
    call.audited.announced(*tenant);
    return {};
}

Result<void> record_done(const Call& call, const Route& route, const Answer& answer) {
    if (!has_action(route)) return {};
    if (call.audited.is_skipped()) return withdraw(call);
    const auto tenant = TRY(tenant_of(call));
    if (!tenant) return {};
    auto entry = entry_of(call, route, &answer);
    if (const std::string& refusal = call.audited.refusal(); !refusal.empty()) {
        entry.outcome = model::AuditOutcome::refused;
        entry.reason = refusal;
        if (!has_room(call, entry, 401)) return withdraw(call);
    }
    auto written = call.audited.announced_in() == tenant
                       ? call.store().audit().append_announced(*tenant, entry)
                       : call.store().audit().append(*tenant, entry);
    if (written) return {};
    log::error("an audit entry could not be written",
               {{"action", std::string(route.action)}, {"trace_id", call.trace_id}});
    return Failure(std::move(written).error());
}

void record_refused(const Call& call, const Route& route, const Error& error) {
    const int status = status_of(error.kind);
    if (status < 500)
        if (const auto gone = withdraw(call); !gone)
            log::error("an announced act could not be withdrawn",
                       {{"trace_id", call.trace_id}, {"why", describe(gone.error())}});
    if (!is_worth_an_entry(call, status)) return;
    auto entry = entry_of(call, route, nullptr);
    entry.outcome = model::AuditOutcome::refused;
    entry.reason = type_of(error);
    name_refusal(entry, route, status);
    if (!has_room(call, entry, status)) return;
    const auto written = [&]() -> Result<void> {
        const auto tenant = TRY(tenant_of(call));
        if (tenant) TRY(call.store().audit().append(*tenant, entry));
        return {};
    }();
    if (!written)
        log::error(
            "an audit entry could not be written",
            {{"action", entry.action}, {"trace_id", call.trace_id}, {"why", describe(written.error())}});
}

}  // namespace patrol::api
