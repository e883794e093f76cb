#include "drift/explain.h"

#include <algorithm>

#include "base/limits.h"
#include "drift/subject.h"

namespace patrol::drift {
namespace {

using model::Deployment;

bool names(const std::vector<std::string>& list, std::string_view text) {
    return list.empty() || std::ranges::find(list, text) != list.end();
}

bool carries(const Subject& subject, const model::Labels& wanted) {
    if (wanted.empty()) return true;
    return subject.tags != nullptr && std::ranges::all_of(wanted, [&](const auto& tag) {
               const auto found = subject.tags->find(tag.first);
               return found != subject.tags->end() && found->second == tag.second;
           });
}

bool covers(const model::DeploymentScope& scope, const Subject& subject) {
    const bool account =
        scope.accounts.empty() || std::ranges::find(scope.accounts, subject.account) != scope.accounts.end();
    const bool customer = !scope.customer || scope.customer == subject.customer;
    return account && customer && names(scope.regions, subject.region) && carries(subject, scope.tags);
}

bool is_known(const model::Actor* actor) {
    return actor != nullptr && actor->certainty != model::ActorCertainty::not_found;
}

// The role or user behind an ARN: "arn:aws:sts::1:assumed-role/deploy/ci-42" and
// "arn:aws:iam::1:role/teams/deploy" are both "1:deploy".
std::string identity_of(std::string_view arn) {
    std::string_view rest = arn;
    for (int colon = 0; colon < 4 && !rest.empty(); ++colon)
        rest.remove_prefix(std::min(rest.find(':'), rest.size() - 1) + 1);
    const auto account = rest.substr(0, rest.find(':'));
    auto resource = rest.substr(std::min(account.size() + 1, rest.size()));
    if (resource.starts_with("assumed-role/")) {
        resource.remove_prefix(std::string_view("assumed-role/").size());
        resource = resource.substr(0, resource.find('/'));
    } else if (const auto slash = resource.rfind('/'); slash != std::string_view::npos) {
        resource.remove_prefix(slash + 1);
    }
    return std::string(account) + ":" + std::string(resource);
}

bool is_arn(std::string_view text) { return text.starts_with("arn:"); }

// The principal of a deployment is an ARN, or a name as the actor shows it or as its role is called.
bool is_principal(std::string_view wanted, const model::Actor& actor) {
    if (wanted == actor.principal || wanted == actor.name) return true;
    if (!is_arn(actor.principal)) return false;
    const auto identity = identity_of(actor.principal);
    if (is_arn(wanted)) return identity_of(wanted) == identity;
    return identity.substr(identity.find(':') + 1) == wanted;
}

bool meets(const Deployment& deployment, const ChangeInterval& when, const model::Actor* actor) {
    // The time of a guess is one, too.
    const bool exact = actor != nullptr && actor->certainty == model::ActorCertainty::certain;
    if (exact && actor->event_time.is_set()) {
        const auto window = window_of(deployment);
        return actor->event_time >= window.after && actor->event_time <= window.until;
    }
    const auto time = time_of(deployment);
    return when.until >= time.after && when.after <= time.until;
}

// How much a scope leaves out: a narrower one explains better.
int narrowness(const model::DeploymentScope& scope) {
    return (scope.principal.empty() ? 0 : 16) + (scope.tags.empty() ? 0 : 8) +
           (scope.accounts.empty() ? 0 : 4) + (scope.regions.empty() ? 0 : 2) + (scope.customer ? 1 : 0);
}

}  // namespace

ChangeInterval time_of(const Deployment& deployment) {
    auto end = deployment.ended_at;
    if (!end.is_set()) end = deployment.until;
    if (!end.is_set()) end = deployment.started_at + limits::deployment_longest;
    return {deployment.started_at, end};
}

ChangeInterval window_of(const Deployment& deployment) {
    const auto time = time_of(deployment);
    return {time.after - limits::deployment_clock_skew, time.until + limits::deployment_grace};
}

bool explains(const Deployment& deployment, const Subject& subject, const ChangeInterval& when,
              const model::Actor* actor) {
    if (!covers(deployment.scope, subject) || !meets(deployment, when, actor)) return false;
    return deployment.scope.principal.empty() || !is_known(actor) ||
           is_principal(deployment.scope.principal, *actor);
}

const Deployment* explanation(std::span<const Deployment> deployments, const Subject& subject,
                              const ChangeInterval& when, const model::Actor* actor) {
    const Deployment* best = nullptr;
    const auto rank = [](const Deployment& each) {
        return std::tuple(narrowness(each.scope), each.started_at, each.id);
    };
    for (const auto& each : deployments)
        if (explains(each, subject, when, actor) && (best == nullptr || rank(each) > rank(*best)))
            best = &each;
    return best;
}

}  // namespace patrol::drift
