#include "inventory/planner.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace patrol::inventory {
namespace {

using catalogue::ResourceType;
using catalogue::Scope;
using model::SliceCoverage;
using model::SliceStatus;

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

bool wanted(const std::vector<std::string>& list, std::string_view text) {
    return list.empty() || contains(list, text);
}

SliceCoverage left_out(const ResourceType& type, std::string scope, SliceStatus status, std::string reason) {
    return {.key = {type.name, std::move(scope)},
            .service = type.service,
            .status = status,
            .count = 0,
            .calls = 0,
            .reason = std::move(reason),
            .missing_action = {},
            .hint = {},
            .unknown_paths = {}};
}

class Planner {
public:
    explicit Planner(const PlanInput& input) : input_(input) {}

    Plan make() {
        for (const auto& region : input_.regions)
            if (region.enabled) plan_.regions.push_back(region.name);
        std::ranges::sort(plan_.regions);
        for (const auto& type : input_.catalogue.types()) add(type);
        sort();
        return std::move(plan_);
    }

private:
    void add(const ResourceType& type) {
        auto home = home_of(type);
        if (type.scope != Scope::regional) {
            if (!home.empty()) decide(type, std::string(global_scope), home);
            return;
        }
        if (!type.home_region.empty()) {
            if (!home.empty()) decide(type, home, home);
            return;
        }
        for (const auto& region : input_.regions) {
            if (region.enabled)
                decide(type, region.name, region.name);
            else if (asked_for(type, region.name))
                plan_.not_planned.push_back(left_out(type, region.name, SliceStatus::not_enabled,
                                                     "The account has not enabled this region."));
        }
    }

    // Where a type that is asked for once is asked; empty where the partition has no such service.
    [[nodiscard]] std::string home_of(const ResourceType& type) const {
        const auto& partition = input_.partition;
        if (type.home_region.empty()) return partition.default_region;
        const auto* its_own = input_.catalogue.partition_of(type.home_region);
        if (its_own != nullptr && its_own->id == partition.id) return type.home_region;
        bool known = input_.catalogue.availability(type.service, partition.default_region) ==
                     catalogue::Availability::available;
        return known ? partition.default_region : std::string();
    }

    [[nodiscard]] bool asked_for(const ResourceType& type, const std::string& scope) const {
        const auto& request = input_.request;
        return wanted(request.scope.types, type.name) && wanted(request.scope.regions, scope) &&
               (scope == global_scope || wanted(request.account_regions, scope));
    }

    void decide(const ResourceType& type, std::string scope, const std::string& region) {
        // Regions outside the account's own choice are no gap: the store keeps what it knew of them.
        if (scope != global_scope && !wanted(input_.request.account_regions, scope)) return;
        if (!asked_for(type, scope)) {
            plan_.not_planned.push_back(
                left_out(type, std::move(scope), SliceStatus::not_read, "Not part of what was asked for."));
            return;
        }
        if (input_.catalogue.availability(type.service, region) == catalogue::Availability::absent) {
            plan_.not_planned.push_back(left_out(type, std::move(scope), SliceStatus::not_enabled,
                                                 "The service is not offered in this region."));
            return;
        }
        model::SliceKey key{type.name, std::move(scope)};
        if (input_.request.recently_not_granted && input_.request.recently_not_granted(key)) {
            plan_.not_planned.push_back(not_granted(type, key.scope));
            return;
        }
        plan_.slices.push_back({.key = std::move(key), .service = type.service, .region = region});
    }

    static SliceCoverage not_granted(const ResourceType& type, const std::string& scope) {
        auto out =
            left_out(type, scope, SliceStatus::not_granted,
                     "The role did not grant this when it was last tried; it is tried again once a week.");
        if (!type.missing.empty()) out.missing_action = type.missing.front();
        out.hint = "`patrol connect aws --extended` adds what SecurityAudit and ViewOnlyAccess leave out.";
        return out;
    }

    [[nodiscard]] int depth(const ResourceType& type) const {
        int out = 0;
        for (const auto* at = &type; at != nullptr && !at->parent.empty() && out < 8; ++out)
            at = input_.catalogue.type(at->parent);
        return out;
    }

    void sort() {
        std::map<std::string, std::pair<int, int>, std::less<>> rank;
        for (const auto& type : input_.catalogue.types()) rank[type.name] = {depth(type), type.tier};
        std::ranges::sort(plan_.slices, [&](const auto& a, const auto& b) {
            return std::tie(rank[a.key.type], a.key) < std::tie(rank[b.key.type], b.key);
        });
    }

    const PlanInput& input_;
    Plan plan_;
};

}  // namespace

Result<const catalogue::Partition*> known_partition(const catalogue::Catalogue& catalogue,
                                                    std::string_view name) {
    if (const auto* known = catalogue.partition(name)) return known;
    return fail(Error::Kind::invalid,
                fmt::format("This version of Patrol does not know the AWS partition {}.", name));
}

Plan make_plan(const PlanInput& input) { return Planner(input).make(); }

}  // namespace patrol::inventory
