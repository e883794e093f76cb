#include "scan/drift_evaluation.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "document/canonical.h"
#include "document/canonical_json.h"
#include "drift/explain.h"
#include "store/search_terms.h"

namespace patrol::scan {
namespace {

constexpr std::size_t cause_bytes = 16;
constexpr std::string_view unparsed_why = "The document is not readable as JSON: it is compared as text.";
constexpr std::string_view unparsed_policy_why =
    "The policy is not readable as JSON: it is compared as text.";
constexpr std::string_view unparsed_value_why = "The value is not readable as JSON: it is compared as text.";

std::string text_of(const std::optional<json::value>& value) {
    return value ? document::canonical_json(*value) : std::string();
}

// "Acl" covers Acl, Acl.Grants and Acl[0].
bool covers(std::string_view unknown, std::string_view path) {
    return path.starts_with(unknown) &&
           (path.size() == unknown.size() || path[unknown.size()] == '.' || path[unknown.size()] == '[');
}
bool covered(const std::vector<std::string>& unknown, std::string_view path) {
    return std::ranges::any_of(unknown, [&](const auto& each) { return covers(each, path); });
}

std::string tag_path(std::string_view key) { return fmt::format("Tags[Key={}].Value", key); }

// Tags that are no part of the document.
std::vector<drift::PathChange> tag_changes(std::string_view before, std::string_view after) {
    const auto old_tags = store::tags_from_text(before), new_tags = store::tags_from_text(after);
    std::vector<drift::PathChange> out;
    for (const auto& [key, value] : old_tags) {
        const auto other = new_tags.find(key);
        if (other == new_tags.end())
            out.push_back({.path = tag_path(key), .steps = {}, .before = json::value(value), .after = {}});
        else if (other->second != value)
            out.push_back({.path = tag_path(key),
                           .steps = {},
                           .before = json::value(value),
                           .after = json::value(other->second)});
    }
    for (const auto& [key, value] : new_tags)
        if (!old_tags.contains(key))
            out.push_back({.path = tag_path(key), .steps = {}, .before = {}, .after = json::value(value)});
    return out;
}

// A document that cannot be read as JSON is compared as the text that it is.
json::value canonical(std::string_view text, const document::Rules& rules, bool& unparsed) {
    auto parsed = parse_json(text, {.depth = limits::document_json_depth});
    auto value =
        parsed ? parse_json(document::canonical_text(*parsed, rules), {.depth = limits::document_json_depth})
               : std::move(parsed);
    if (value) return std::move(*value);
    unparsed = true;
    return json::value(text);
}

// What to say of a policy, or of JSON in a string, that stayed a text because it cannot be parsed.
std::string_view unparsed_note(const drift::PathChange& change, const document::Rules& rules) {
    const auto& newest = change.after ? change.after : change.before;
    if (!newest || !newest->is_string() || newest->get_string().empty()) return {};
    auto place = rules.root();
    for (const auto& step : change.steps)
        place =
            step.kind == drift::Step::Kind::member ? rules.member(place, step.name) : rules.element(place);
    if (place.is(document::treat_policy)) return unparsed_policy_why;
    return place.is(document::treat_json) ? unparsed_value_why : std::string_view();
}

std::string cause_of(const store::DriftItem& item, const store::DriftFacts& facts,
                     const std::vector<model::PathChange>& paths) {
    crypto::Sha256 hash;
    const auto add = [&hash](std::string_view text) {
        hash.update(std::to_string(text.size()));
        hash.update(":");
        hash.update(text);
    };
    add(facts.type);
    add(model::to_string(item.op()));
    if (item.op() != model::ChangeOp::modified) add(facts.name.empty() ? facts.native_id : facts.name);
    for (const auto& path : paths) {
        add(path.path);
        add(path.before);
        add(path.after);
    }
    const auto digest = hash.finish();
    return to_hex(std::span(digest).first(cause_bytes));
}

// Names what people see of a modification: what moves by itself beside it makes no other value. Empty where
// nothing is seen.
std::string shown_value(const store::DriftItem& item, const Difference& difference,
                        const drift::Judgement& judgement) {
    if (item.op() != model::ChangeOp::modified) return {};
    crypto::Sha256 hash;
    bool any = false;
    for (std::size_t i = 0; i < difference.changes.size(); ++i) {
        if (i < judgement.paths.size() && !judgement.paths[i].hidden_by.empty()) continue;
        const auto& change = difference.changes[i];
        const auto after = text_of(change.after);
        hash.update(fmt::format("{}:{}{}:{}", change.path.size(), change.path, after.size(), after));
        any = true;
    }
    if (!any || judgement.hidden()) return {};
    const auto digest = hash.finish();
    return to_hex(std::span(digest).first(cause_bytes));
}

}  // namespace

std::string tags_with(std::string_view tags, const std::vector<drift::PathChange>& changes) {
    auto labels = store::tags_from_text(tags);
    std::map<std::string, const drift::PathChange*> by_path;
    for (const auto& change : changes) by_path.emplace(change.path, &change);
    for (auto at = labels.begin(); at != labels.end();) {
        const auto change = by_path.find(tag_path(at->first));
        const bool removed = change != by_path.end() && !change->second->after;
        at = removed ? labels.erase(at) : std::next(at);
    }
    for (const auto& change : changes) {
        if (!change.after) continue;
        constexpr std::string_view head = "Tags[Key=", tail = "].Value";
        labels[change.path.substr(head.size(), change.path.size() - head.size() - tail.size())] =
            change.after->as_string();
    }
    return store::tags_to_text(labels);
}

std::string value_name(const store::DriftSide& side, std::string_view tags) {
    if (!side.there()) return "absent";
    const auto digest = crypto::sha256(side.hash + std::string(tags));
    return to_hex(std::span(digest).first(cause_bytes));
}

const document::Rules& DriftEvaluation::rules_of(const std::string& type) {
    const auto known = rules_.find(type);
    if (known != rules_.end()) return known->second;
    const auto* found = catalogue_.type(type);
    auto rules =
        found == nullptr ? document::Rules() : document::Rules::compile(*found, catalogue_.member_rules());
    return rules_.emplace(type, std::move(rules)).first->second;
}

Difference DriftEvaluation::difference(const store::DriftItem& item, const store::DriftFacts& facts) {
    const auto& rules = rules_of(facts.type);
    Difference out;
    if (item.before.there()) out.before = canonical(facts.before, rules, out.unparsed);
    if (item.after.there()) out.after = canonical(facts.after, rules, out.unparsed);
    if (item.op() != model::ChangeOp::modified) return out;
    auto changes = drift::diff(out.before, out.after, rules);
    if (changes.empty()) {
        changes = tag_changes(facts.before_tags, facts.after_tags);
        out.tags_only = !changes.empty();
    }
    for (auto& change : changes) {
        if (!change.before && covered(item.unknown_before, change.path))
            out.newly_visible.push_back(std::move(change));
        else if (change.after || !covered(item.unknown_after, change.path))
            out.changes.push_back(std::move(change));
    }
    return out;
}

drift::Subject DriftEvaluation::subject_of(const store::DriftItem& item, const store::DriftFacts& facts,
                                           const Difference& difference, const model::Labels& tags) const {
    return {.op = item.op(),
            .type = facts.type,
            .category = facts.category,
            .region = facts.region,
            .resource = facts.resource,
            .native_id = facts.native_id,
            .name = facts.name,
            .arn = facts.arn,
            .tags = &tags,
            .account = account_.id,
            .account_number = account_.native_account_id,
            .customer = account_.customer_id,
            .environment = account_.environment,
            .account_labels = &account_.labels,
            .before = item.before.there() ? &difference.before : nullptr,
            .after = item.after.there() ? &difference.after : nullptr,
            .changes = difference.changes,
            .actor_class = {},
            .neighbours = neighbours_};
}

store::EvaluatedChange DriftEvaluation::judge(const store::DriftItem& item, const store::DriftFacts& facts,
                                              const Difference& difference) {
    store::EvaluatedChange out{.item = &item, .facts = &facts};
    const auto tags = store::tags_from_text(item.after.there() ? facts.after_tags : facts.before_tags);
    if (neighbours_ != nullptr) neighbours_->set_region(facts.region);
    auto subject = subject_of(item, facts, difference, tags);
    auto judgement = drift::judge(rulebook_, subject);
    out.value = shown_value(item, difference, judgement);
    if (out.value.empty()) out.value = value_name(item.after, facts.after_tags);
    // The actor is known after the drift, and only of the value that he made.
    const auto* live = item.live ? &*item.live : nullptr;
    if (live != nullptr && !live->actor_class.empty() &&
        (live->after_key == item.after.key || live->value == out.value)) {
        subject.actor_class = live->actor_class;
        judgement = drift::judge(rulebook_, subject);
    }
    const drift::ChangeInterval when{.after = item.seen_after, .until = item.seen_at};
    if (const auto* by = drift::explanation(deployments_, subject, when, nullptr)) out.deployment = by->id;
    last_hits_ = judgement.hits;
    out.severity = judgement.severity;
    out.why = judgement.why;
    out.hidden_by = judgement.hidden_by;
    if (judgement.owner) out.hidden_owner = judgement.owner->type + "|" + judgement.owner->id;
    std::string path_hidden_by;
    for (std::size_t i = 0; i < difference.changes.size(); ++i) {
        const auto& change = difference.changes[i];
        const auto& judged = i < judgement.paths.size() ? judgement.paths[i] : drift::PathJudgement{};
        if (!judged.hidden_by.empty()) {
            path_hidden_by = judged.hidden_by;
            continue;
        }
        const auto note =
            judged.why.empty() ? unparsed_note(change, rules_of(facts.type)) : std::string_view();
        if (out.why.empty()) out.why = note;
        out.paths.push_back({.path = change.path,
                             .before = text_of(change.before),
                             .after = text_of(change.after),
                             .severity = judged.severity,
                             .why = judged.why.empty() ? std::string(note) : judged.why,
                             .hidden_by = {}});
    }
    if (difference.unparsed && out.why.empty()) out.why = unparsed_why;
    if (out.hidden_by.empty() && out.paths.empty() && !difference.changes.empty())
        out.hidden_by = path_hidden_by;
    out.cause = cause_of(item, facts, out.paths);
    return out;
}

store::EvaluatedChange DriftEvaluation::evaluate(const store::DriftItem& item,
                                                 const store::DriftFacts& facts) {
    const auto found = difference(item, facts);
    auto out = judge(item, facts, found);
    for (const auto& rule : last_hits_) ++hits_[rule];
    if (item.op() != model::ChangeOp::modified || !found.changes.empty()) return out;
    if (found.newly_visible.empty())
        out.none = true;
    else
        out.hidden_by = store::hidden_newly_visible;
    return out;
}

store::EvaluatedChange DriftEvaluation::evaluate(const model::SnapshotChange& change) {
    const auto& resource = change.resource;
    store::DriftItem item;
    item.before.key = change.op == model::ChangeOp::added ? 0 : 1;
    item.after.key = change.op == model::ChangeOp::removed ? 0 : 1;
    item.unknown_before = change.unknown_before;
    item.unknown_after = change.unknown_after;
    const store::DriftFacts facts{.type = resource.type,
                                  .category = resource.category,
                                  .region = resource.region,
                                  .native_id = resource.native_id,
                                  .name = resource.name,
                                  .arn = resource.arn,
                                  .resource = resource.id,
                                  .before = change.before,
                                  .after = change.after,
                                  .before_tags = change.tags_before,
                                  .after_tags = change.tags_after};
    auto out = evaluate(item, facts);
    out.item = nullptr;
    out.facts = nullptr;
    return out;
}

}  // namespace patrol::scan
