#include "scan/reconsider.h"

#include <map>

#include "scan/explanations.h"
#include "store/change_sets.h"
#include "store/changes.h"
#include "store/resources.h"

namespace patrol::scan {
namespace {

// A live change, as far as its explanation goes.
struct Candidate {
    ChangeId id;
    ChangeSetId set;
    model::ChangeOp op = model::ChangeOp::modified;
    std::string type, category, region, native_id, name, arn;
    ResourceId resource;
    std::optional<model::Actor> actor;
    drift::ChangeInterval when;
};

Result<std::vector<Candidate>> candidates(store::Store& store, const TenantId& tenant,
                                          const AccountId& account) {
    std::vector<Candidate> found;
    TRY(store.changes().each_live(tenant, account, [&](store::Changes::Judged&& each) {
        auto& change = each.change;
        // What somebody rejected stays where he saw it.
        if (change.state == model::ChangeState::rejected || !each.hidden_by.empty()) return true;
        found.push_back({.id = change.id,
                         .set = change.set,
                         .op = change.op,
                         .type = std::move(change.type),
                         .category = std::move(change.category),
                         .region = std::move(change.region),
                         .native_id = std::move(change.native_id),
                         .name = std::move(change.name),
                         .arn = std::move(change.arn),
                         .resource = change.resource,
                         .actor = std::move(change.actor),
                         .when = {each.seen_after, each.value_at}});
        return true;
    }));
    return found;
}

class Mover {
public:
    Mover(store::Store& store, const TenantId& tenant, const model::CloudAccount& account, Timestamp now)
        : store_(store), tenant_(tenant), account_(account), now_(now) {}

    Result<std::int64_t> run(const std::vector<Candidate>& all) {
        if (all.empty()) return 0;
        auto when = all.front().when;
        for (const auto& each : all) {
            when.after = std::min(when.after, each.when.after);
            when.until = std::max(when.until, each.when.until);
            if (each.actor) when.until = std::max(when.until, each.actor->event_time);
        }
        auto explanations = TRY(Explanations::in(store_, tenant_, account_.id, when));
        for (const auto& each : all) TRY(sort(each, explanations));
        return move();
    }

private:
    Result<void> sort(const Candidate& change, Explanations& explanations) {
        const auto wanted = explanations.empty() ? std::nullopt : TRY(explanation(change, explanations));
        const auto present = TRY(deployment_of(change.set));
        if (wanted == present) return {};
        (wanted ? to_deployments_[*wanted] : to_unexplained_).push_back(change.id);
        return {};
    }

    Result<std::optional<DeploymentId>> explanation(const Candidate& change, Explanations& explanations) {
        model::Labels tags;
        if (auto resource = store_.resources().get(tenant_, change.resource))
            tags = std::move(resource->tags);
        const drift::Subject subject{.op = change.op,
                                     .type = change.type,
                                     .category = change.category,
                                     .region = change.region,
                                     .resource = change.resource,
                                     .native_id = change.native_id,
                                     .name = change.name,
                                     .arn = change.arn,
                                     .tags = &tags,
                                     .account = account_.id,
                                     .customer = account_.customer_id};
        return explanations.of(subject, change.when, change.actor ? &*change.actor : nullptr);
    }

    Result<std::optional<DeploymentId>> deployment_of(const ChangeSetId& set) {
        auto known = sets_.find(set);
        if (known == sets_.end())
            known = sets_.emplace(set, TRY(store_.change_sets().get(tenant_, set)).deployment).first;
        return known->second;
    }

    Result<std::int64_t> move() {
        std::int64_t moved = 0;
        for (const auto& [deployment, changes] : to_deployments_)
            moved += TRY(store_.changes().move_to_deployment(tenant_, changes, deployment, now_));
        if (!to_unexplained_.empty())
            moved += TRY(store_.changes().move_to_unexplained(tenant_, to_unexplained_, now_));
        return moved;
    }

    store::Store& store_;
    const TenantId& tenant_;
    const model::CloudAccount& account_;
    Timestamp now_;
    std::map<ChangeSetId, std::optional<DeploymentId>> sets_;
    std::map<DeploymentId, std::vector<ChangeId>> to_deployments_;
    std::vector<ChangeId> to_unexplained_;
};

}  // namespace

Result<std::int64_t> reconsider(store::Store& store, const TenantId& tenant, const AccountId& account,
                                Timestamp now) {
    const auto found = TRY(store.accounts().get(tenant, account));
    const auto all = TRY(candidates(store, tenant, account));
    return Mover(store, tenant, found, now).run(all);
}

}  // namespace patrol::scan
