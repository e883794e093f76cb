// One entry of the audit log: who did what to which object, from where, and whether it was done. Entries are
// written once and never changed; store/audit.h chains them. An entry holds settings before and after a
// change, never a secret's value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace patrol::model {

enum class ActorKind { user, token, connect_token, hook, collector, system };
std::string_view to_string(ActorKind);
std::optional<ActorKind> parse_actor_kind(std::string_view);

struct AuditActor {
    ActorKind kind = ActorKind::system;
    std::string id;    // empty for the system
    std::string name;  // e-mail address of a user, name of a token, hook or collector
};

struct AuditObject {
    std::string kind;  // "cloud-account": the noun of the action, or of the id
    std::string id;
    std::string name;
};

// unknown: begun, and the server ended before it could tell.
enum class AuditOutcome { done, refused, unknown };
std::string_view to_string(AuditOutcome);
std::optional<AuditOutcome> parse_audit_outcome(std::string_view);

struct AuditEntry {
    std::int64_t seq = 0;  // 1, 2, 3 … in each tenant; given by the store
    Timestamp at;
    AuditActor actor;
    std::string address;  // of the caller; empty for the system
    std::string action;   // noun.verb, one of is_audit_action()
    AuditObject object;
    AuditOutcome outcome = AuditOutcome::done;
    std::string reason;          // of a refusal: the problem's type
    std::string note;            // what the actor wrote beside a decision
    json::object before, after;  // only the members that differ
    std::string trace_id;
};

// The closed list of actions.
bool is_audit_action(std::string_view action);

}  // namespace patrol::model
