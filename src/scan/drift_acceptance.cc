// Accepting less than a change and more than one: single paths, and what became visible.
#include <algorithm>
#include <set>

#include "crypto/hash.h"
#include "document/canonical.h"
#include "scan/drift_evaluation.h"
#include "scan/drift_evaluator.h"
#include "scan/drift_update.h"

namespace patrol::scan {
namespace {

constexpr std::size_t resources_at_once = 250;

Failure newer_value() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "The resource has another value by now.",
                      .hint = "Look at the change again.",
                      .code = "newer_value"});
}

std::string hash_of(std::string_view text) {
    const auto hash = crypto::sha256(text);
    return std::string(crypto::as_text(hash));
}

struct Parts {
    std::vector<drift::PathChange> accepted, left;
};
Result<Parts> split(const std::vector<drift::PathChange>& changes, const std::vector<std::string>& paths) {
    std::set<std::string_view> wanted(paths.begin(), paths.end());
    Parts parts;
    for (const auto& change : changes)
        (wanted.contains(change.path) ? parts.accepted : parts.left).push_back(change);
    for (const auto& change : parts.accepted) wanted.erase(change.path);
    if (wanted.empty()) return parts;
    return invalid("paths", "The change has no path \"" + std::string(*wanted.begin()) + "\".",
                   "Use paths as GET /changes/{id} shows them.");
}

// The accepted state after some of the changes: its document, and its tags where these are apart.
struct Made {
    json::value document;
    std::string text, tags;
};
Made make(const Difference& difference, const std::vector<drift::PathChange>& accepted,
          const store::DriftFacts& facts, const document::Rules& rules) {
    Made made{.document = difference.before, .text = {}, .tags = facts.after_tags};
    if (difference.tags_only)
        made.tags = tags_with(facts.before_tags, accepted);
    else
        made.document = drift::apply(accepted, difference.before, rules);
    made.text = document::canonical_text(made.document, rules);
    return made;
}

}  // namespace

Result<void> accept_paths(const DriftRoom& room, const TenantId& tenant, const ChangeId& change,
                          const std::vector<std::string>& paths, const store::Decision& decision) {
    const auto shown = TRY(room.store.changes().get(tenant, change));
    if (shown.op != model::ChangeOp::modified)
        return invalid("paths", "Only a modified resource has paths to accept.", "Accept the whole change.");
    const auto evaluator = TRY(DriftEvaluator::of(room, tenant, shown.account));
    const auto found = TRY(room.store.drift().item_of(tenant, change, evaluator.options()));
    // A change that is closed says so itself.
    if (!found && !model::is_live(shown.state))
        return room.store.decisions().decide(tenant, change, decision, room.clock.now());
    if (!found) return newer_value();
    const auto facts = TRY(room.store.drift().load(found->comparison, {&found->item, 1}));
    auto evaluation = evaluator.evaluation();
    auto difference = evaluation.difference(found->item, facts.front());
    auto parts = TRY(split(difference.changes, paths));
    const auto made =
        make(difference, parts.accepted, facts.front(), evaluation.rules_of(facts.front().type));
    difference.before = made.document;
    difference.changes = std::move(parts.left);
    auto left = evaluation.judge(found->item, facts.front(), difference);
    if (left.paths.empty()) return room.store.decisions().decide(tenant, change, decision, room.clock.now());
    return room.store.decisions().accept_part(tenant, change,
                                              {.before_key = found->item.before.key,
                                               .after_key = found->item.after.key,
                                               .paths = paths,
                                               .document = made.text,
                                               .hash = hash_of(made.text),
                                               .tags = made.tags,
                                               .left = std::move(left.paths),
                                               .severity = left.severity,
                                               .why = left.why,
                                               .cause = left.cause},
                                              decision, room.clock.now());
}

Result<std::int64_t> accept_newly_visible(const DriftRoom& room, const TenantId& tenant,
                                          const AccountId& account) {
    const auto evaluator = TRY(DriftEvaluator::of(room, tenant, account));
    auto options = evaluator.options();
    options.rules = store::judge_all;
    auto comparison = TRY(room.store.drift().compare(tenant, account, options));
    if (!comparison) return fail(Error::Kind::not_found, "This account has no baseline.");
    std::vector<store::Drift::Gained> gained;
    for (const auto& item : comparison->newly_visible)
        gained.push_back({.item = &item, .document = {}, .hash = {}});
    auto evaluation = evaluator.evaluation();
    const std::span items(comparison->differs);
    for (std::size_t from = 0; from < items.size(); from += resources_at_once) {
        const auto batch = items.subspan(from, std::min(resources_at_once, items.size() - from));
        const auto facts = TRY(room.store.drift().load(*comparison, batch));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto difference = evaluation.difference(batch[i], facts[i]);
            if (difference.newly_visible.empty()) continue;
            gained.push_back({.item = &batch[i], .document = {}, .hash = {}});
            if (difference.changes.empty()) continue;
            auto made =
                make(difference, difference.newly_visible, facts[i], evaluation.rules_of(facts[i].type));
            gained.back().hash = hash_of(made.text);
            gained.back().document = std::move(made.text);
        }
    }
    TRY(room.store.drift().accept_newly_visible(*comparison, gained));
    TRY(room.store.drift().accept_slices(*comparison));
    TRY(update_drift(room, tenant, account));
    return static_cast<std::int64_t>(gained.size());
}

}  // namespace patrol::scan
