#include "model/audit.h"

#include <algorithm>
#include <array>

namespace patrol::model {
namespace {

struct ActorName {
    ActorKind kind;
    std::string_view name;
};
constexpr std::array actor_names{ActorName{ActorKind::user, "user"},
                                 ActorName{ActorKind::token, "token"},
                                 ActorName{ActorKind::connect_token, "connect_token"},
                                 ActorName{ActorKind::hook, "hook"},
                                 ActorName{ActorKind::collector, "collector"},
                                 ActorName{ActorKind::system, "system"}};

constexpr std::string_view actions[] = {
    // the platform
    "platform.set-up", "setup-token.create", "tenant.create", "tenant.update", "tenant.delete",
    // people and what they sign in with
    "session.create", "session.delete", "session.revoke", "session.lock-out", "user.create", "user.update",
    "user.delete", "invitation.create", "invitation.accept", "invitation.delete", "password.change",
    "password.reset", "password-reset.create", "second-factor.enrol", "second-factor.confirm",
    "second-factor.remove", "recovery-codes.create", "identity.link", "identity.unlink", "token.create",
    "token.revoke",
    // what is refused without an action of its own
    "request.refused", "request.throttled",
    // customers and their accounts
    "customer.create", "customer.update", "customer.delete", "cloud-account.create", "cloud-account.update",
    "cloud-account.delete", "cloud-account.test", "connect-token.create", "connect-token.exchange",
    "connect-token.complete", "collector.create", "collector.update", "collector.delete", "collector.revoke",
    "collector.enrol", "enrolment-token.create", "scan.start", "scan.cancel", "snapshot.prune",
    // drift
    "baseline.accept", "baseline.accept-newly-visible", "settling.start", "settling.skip",
    "change-set.update", "change-set.accept", "change-set.reject", "change-set.reopen", "change.update",
    "change.accept", "change.reject", "change.snooze", "change.reopen", "drift-group.accept",
    "drift-group.reject", "drift-group.reopen", "rule.create", "rule.update", "rule.delete",
    "deployment.create", "deployment.update", "deployment.report", "deployment-hook.create",
    "deployment-hook.delete",
    // secrets, notifications, exports
    "secret.create", "secret.update", "secret.delete", "secret.test", "secret.open", "channel.create",
    "channel.update", "channel.delete", "channel.test", "route.create", "route.update", "route.delete",
    "delivery.retry", "audit.export", "journal.export", "inventory.export"};

}  // namespace

std::string_view to_string(ActorKind kind) {
    return std::ranges::find(actor_names, kind, &ActorName::kind)->name;
}

std::optional<ActorKind> parse_actor_kind(std::string_view text) {
    const auto* found = std::ranges::find(actor_names, text, &ActorName::name);
    if (found == actor_names.end()) return {};
    return found->kind;
}

std::string_view to_string(AuditOutcome outcome) {
    switch (outcome) {
        case AuditOutcome::done:
            return "done";
        case AuditOutcome::refused:
            return "refused";
        case AuditOutcome::unknown:
            return "unknown";
    }
    return {};
}

std::optional<AuditOutcome> parse_audit_outcome(std::string_view text) {
    for (const auto outcome : {AuditOutcome::done, AuditOutcome::refused, AuditOutcome::unknown})
        if (text == to_string(outcome)) return outcome;
    return {};
}

bool is_audit_action(std::string_view action) {
    return std::ranges::find(actions, action) != std::end(actions);
}

}  // namespace patrol::model
