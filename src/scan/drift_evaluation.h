// What one difference is: documents in canonical form, paths, severity, and whether it is shown. Pure but
// for the catalogue that it asks; used by one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "document/rules.h"
#include "drift/diff.h"
#include "drift/judge.h"
#include "model/cloud_account.h"
#include "scan/stored_neighbours.h"
#include "store/drift.h"

namespace patrol::scan {

// The two documents of a difference and what lies between them.
struct Difference {
    json::value before, after;                     // canonical
    std::vector<drift::PathChange> changes;        // shown and judged
    std::vector<drift::PathChange> newly_visible;  // paths that the baseline could not read
    bool unparsed = false;                         // a document is not readable as JSON
    bool tags_only = false;  // the documents are equal: the changes are of tags that are no part of them
};

class DriftEvaluation {
public:
    DriftEvaluation(const catalogue::Catalogue& catalogue, const model::CloudAccount& account,
                    const drift::Rulebook& rulebook)
        : catalogue_(catalogue), account_(account), rulebook_(rulebook) {}

    // What may explain a change; without any all changes are unexplained.
    void set_deployments(std::vector<model::Deployment> deployments) {
        deployments_ = std::move(deployments);
    }

    // Whom noise rules may ask for; without, nothing is known of other resources.
    void set_neighbours(StoredNeighbours* neighbours) { neighbours_ = neighbours; }
    // How often each rule or built-in class decided something in evaluate().
    [[nodiscard]] const std::map<std::string, std::int64_t>& hits() const { return hits_; }

    Difference difference(const store::DriftItem& item, const store::DriftFacts& facts);
    store::EvaluatedChange evaluate(const store::DriftItem& item, const store::DriftFacts& facts);
    // The same for what two snapshots show; the answer's item and facts are not set.
    store::EvaluatedChange evaluate(const model::SnapshotChange& change);
    // The same for a part of the changes, where the others are accepted already.
    store::EvaluatedChange judge(const store::DriftItem& item, const store::DriftFacts& facts,
                                 const Difference& difference);

    const document::Rules& rules_of(const std::string& type);

private:
    drift::Subject subject_of(const store::DriftItem& item, const store::DriftFacts& facts,
                              const Difference& difference, const model::Labels& tags) const;

    const catalogue::Catalogue& catalogue_;
    const model::CloudAccount& account_;
    const drift::Rulebook& rulebook_;
    std::vector<model::Deployment> deployments_;
    StoredNeighbours* neighbours_ = nullptr;
    std::map<std::string, document::Rules> rules_;
    std::map<std::string, std::int64_t> hits_;
    std::vector<std::string> last_hits_;
};

// The tags (a JSON object) after changes of Difference::tags_only.
std::string tags_with(std::string_view tags, const std::vector<drift::PathChange>& changes);

// Names a value of a resource: hex, "absent" where there is none.
std::string value_name(const store::DriftSide& side, std::string_view tags);

}  // namespace patrol::scan
