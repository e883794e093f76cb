#include "drift/judge.h"

#include <algorithm>
#include <map>
#include <set>

#include "document/rules.h"
#include "drift/noise.h"
#include "drift/rule_scope.h"
#include "drift/severity.h"

namespace patrol::drift {

using catalogue::NoiseRule;
using catalogue::SeverityRule;
using model::ChangeOp;
using model::Severity;

namespace {

// A whole object of a controller is hidden all the same, unless a severity rule finds at least this.
constexpr auto never_hidden = Severity::high;

struct TypeRules {
    std::vector<const SeverityRule*> severity;
    document::Rules document;
};

}  // namespace

struct Rulebook::Compiled {
    // Keeps the rules alive that the pointers below name.
    std::shared_ptr<const catalogue::SeverityBook> book;
    std::map<std::string, TypeRules, std::less<>> types;
    std::vector<const NoiseRule*> noise;
    bool hide_reordering = true;
    std::vector<ScopedRule> ignore;
    std::vector<ScopedRule> regrade;  // the narrowest first, of these the newest

    [[nodiscard]] const TypeRules& of(std::string_view type) const {
        static const TypeRules none;
        const auto at = types.find(type);
        return at == types.end() ? none : at->second;
    }
};

Rulebook::Rulebook(const catalogue::Catalogue& catalogue, const std::vector<model::Rule>& rules,
                   Timestamp now) {
    auto out = std::make_unique<Compiled>();
    out->book = catalogue.shared_severity();
    for (const auto& rule : out->book->rules)
        for (const auto& type : rule.types) out->types[type].severity.push_back(&rule);
    for (const auto& rule : out->book->noise)
        for (const auto& type : rule.types) out->types[type];
    for (auto& [name, type] : out->types)
        if (const auto* known = catalogue.type(name))
            type.document = document::Rules::compile(*known, catalogue.member_rules());
    std::set<std::string, std::less<>> off;
    for (const auto& rule : rules) {
        if (rule.builtin && !rule.enabled) off.insert(rule.id.str());
        if (rule.builtin || !rule.enabled || (rule.expires_at.is_set() && rule.expires_at <= now)) continue;
        if (auto scoped = ScopedRule::compile(rule))
            (rule.action == model::RuleAction::ignore ? out->ignore : out->regrade)
                .push_back(std::move(*scoped));
    }
    std::ranges::sort(out->regrade, std::greater<>{}, [](const auto& each) {
        return std::tuple(each.narrowness(), each.rule().created_at, each.rule().id.str());
    });
    for (const auto& rule : out->book->noise)
        if (!off.contains(rule.id)) out->noise.push_back(&rule);
    out->hide_reordering = !off.contains(reordered_class);
    compiled_ = std::move(out);
}
Rulebook::~Rulebook() = default;
Rulebook::Rulebook(Rulebook&&) noexcept = default;
Rulebook& Rulebook::operator=(Rulebook&&) noexcept = default;

namespace {

class Court {
public:
    Court(const Rulebook::Compiled& rules, const Subject& subject)
        : rules_(rules), type_(rules.of(subject.type)), subject_(subject) {
        for (const auto& rule : rules.ignore)
            if (rule.fits(subject)) ignore_.push_back(&rule);
        for (const auto& rule : rules.regrade)
            if (rule.fits(subject)) regrade_.push_back(&rule);
    }

    Judgement judge() && {
        if (subject_.op == ChangeOp::modified && !subject_.changes.empty()) {
            for (const auto& change : subject_.changes) out_.paths.push_back(judge_path(change));
            sum_up();
        } else {
            const auto verdict = judge_whole();
            out_.severity = verdict.severity;
            out_.why = verdict.why;
            out_.hidden_by = verdict.hidden_by;
        }
        hide_owned();
        return std::move(out_);
    }

private:
    void hit(const std::string& id) {
        if (std::ranges::find(out_.hits, id) == out_.hits.end()) out_.hits.push_back(id);
    }

    // What the catalogue says, then the account's environment, then the tenant's own rules.
    PathJudgement graded(const Trail& trail, Severity otherwise, std::string why,
                         std::optional<std::string_view> path) {
        PathJudgement out{.severity = otherwise, .why = std::move(why)};
        if (const auto found =
                trail.values.back() == Pair{} ? std::nullopt : worst_hit(type_.severity, trail, subject_)) {
            out.severity = found->rule->severity;
            out.why = found->why;
            worst_rule_ = std::max(worst_rule_, out.severity);
        }
        out.severity = shifted(rules_.book->defaults, out.severity, subject_);
        for (const auto* rule : regrade_) {
            if (rule->has_path() && !(path && rule->fits_path(*path))) continue;
            out.severity = rule->rule().severity;
            if (!rule->rule().reason.empty()) out.why = rule->rule().reason;
            hit(rule->rule().id.str());
            break;
        }
        return out;
    }

    PathJudgement judge_path(const PathChange& change) {
        // Nothing of the document lies at a tag that is joined from elsewhere.
        const auto trail =
            is_outside(change) ? Trail{.values = {{}}} : trail_to(change, subject_, type_.document);
        auto otherwise = default_severity(rules_.book->defaults, ChangeOp::modified, subject_.category);
        std::string why;
        const bool is_tag = !tag_keys(change).empty();
        if (is_tag) otherwise = rules_.book->defaults.tags;
        if (!is_tag && !change.steps.empty())
            for (const auto& each : rules_.book->defaults.by_name)
                if (std::ranges::find(each.members, change.steps.back().name) != each.members.end()) {
                    otherwise = each.severity;
                    why = each.title;
                }
        auto out = graded(trail, otherwise, std::move(why), change.path);
        if (rules_.hide_reordering && is_reordered(change))
            out = {.severity = Severity::info,
                   .why = "The order changed",
                   .hidden_by = std::string(reordered_class)};
        else if (const auto* noise = hides(rules_.noise, change, trail, subject_))
            out.hidden_by = noise->id;
        if (!out.hidden_by.empty()) hit(out.hidden_by);
        for (const auto* rule : ignore_) {
            if (!rule->fits_path(change.path)) continue;
            out.hidden_by = rule->rule().id.str();
            hit(rule->rule().id.str());
            break;
        }
        return out;
    }

    PathJudgement judge_whole() {
        const auto otherwise = default_severity(rules_.book->defaults, subject_.op, subject_.category);
        auto out = graded(whole(subject_), otherwise, {}, {});
        for (const auto* rule : ignore_) {
            if (rule->has_path()) continue;
            out.hidden_by = rule->rule().id.str();
            hit(rule->rule().id.str());
            break;
        }
        return out;
    }

    // The worst of what is shown decides; without anything shown the change is hidden.
    void sum_up() {
        const PathJudgement* worst = nullptr;
        const PathJudgement* hidden = nullptr;
        for (const auto& path : out_.paths) {
            auto& best = path.hidden_by.empty() ? worst : hidden;
            if (best == nullptr || path.severity > best->severity ||
                (path.severity == best->severity && best->why.empty() && !path.why.empty()))
                best = &path;
        }
        const auto* decides = worst != nullptr ? worst : hidden;
        out_.severity = decides->severity;
        out_.why = decides->why;
        if (worst == nullptr) out_.hidden_by = hidden->hidden_by;
    }

    void hide_owned() {
        auto owned = owner_of(rules_.noise, subject_);
        if (!owned) return;
        out_.owner = std::move(owned->owner);
        if (!out_.hidden_by.empty() || worst_rule_ >= never_hidden) return;
        out_.hidden_by = owned->rule->id;
        hit(out_.hidden_by);
    }

    const Rulebook::Compiled& rules_;
    const TypeRules& type_;
    const Subject& subject_;
    std::vector<const ScopedRule*> ignore_;
    std::vector<const ScopedRule*> regrade_;
    Severity worst_rule_ = Severity::info;
    Judgement out_;
};

}  // namespace

Judgement judge(const Rulebook& rules, const Subject& subject) {
    return Court(rules.compiled(), subject).judge();
}

}  // namespace patrol::drift
