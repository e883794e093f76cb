// Everything that an evaluation of one account's drift needs, read once: the account, the rules.
#pragma once

#include "drift/judge.h"
#include "scan/drift_evaluation.h"
#include "scan/drift_update.h"
#include "store/changes.h"

namespace patrol::scan {

class DriftEvaluator {
public:
    static Result<DriftEvaluator> of(const DriftRoom& room, const TenantId& tenant, const AccountId& account);

    [[nodiscard]] store::CompareOptions options() const;
    [[nodiscard]] std::int64_t rules() const { return rules_; }
    // Borrows from this object.
    [[nodiscard]] DriftEvaluation evaluation() const {
        DriftEvaluation out(room_.catalogue, account_, rulebook_);
        out.set_neighbours(neighbours_.get());
        return out;
    }

private:
    DriftEvaluator(const DriftRoom& room, const TenantId& tenant, model::CloudAccount account,
                   drift::Rulebook rulebook, std::int64_t rules)
        : room_(room),
          account_(std::move(account)),
          rulebook_(std::move(rulebook)),
          neighbours_(std::make_unique<StoredNeighbours>(room.store, room.catalogue, tenant, account_.id)),
          rules_(rules) {}

    DriftRoom room_;
    model::CloudAccount account_;
    drift::Rulebook rulebook_;
    std::unique_ptr<StoredNeighbours> neighbours_;
    std::int64_t rules_;
};

}  // namespace patrol::scan
