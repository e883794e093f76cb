#include "drift/severity.h"

#include <doctest/doctest.h>

#include <fstream>
#include <set>

#include <fmt/format.h>

#include "catalogue/folder.h"
#include "catalogue/severity_reader.h"
#include "document/canonical.h"
#include "drift/judge_fixture.h"

using namespace patrol;
using namespace patrol::drift;
using catalogue::SeverityExample;
using catalogue::SeverityRule;

namespace {

// What one rule alone says about an example; nullopt: it does not fire.
std::optional<std::string> said(const SeverityRule& rule, const SeverityExample& example) {
    const auto type_name = example.type.empty() ? rule.types.front() : example.type;
    Documents documents(type_name, example.before, example.after);
    const auto subject = documents.subject();
    const std::vector<const SeverityRule*> rules = {&rule};
    if (subject.op != model::ChangeOp::modified) {
        const auto hit = worst_hit(rules, whole(subject), subject);
        return hit ? std::optional(hit->why) : std::nullopt;
    }
    for (const auto& change : subject.changes)
        if (const auto hit = worst_hit(rules, trail_to(change, subject, documents.rules()), subject))
            return hit->why;
    return {};
}

struct Source {
    std::vector<SeverityExample> examples;
    std::map<std::string, std::string> files;  // by rule
};

const Source& source() {
    static const Source out = [] {
        Source made;
        for (const auto& entry : std::filesystem::directory_iterator("catalogue/severity/aws")) {
            std::ifstream in(entry.path());
            const std::string text((std::istreambuf_iterator<char>(in)), {});
            const auto node = catalogue::node_from_yaml(text);
            REQUIRE_MESSAGE(node, entry.path().string());
            for (auto& example : catalogue::examples_of(*node)) {
                made.files[example.rule] = fmt::format("{}:{}", entry.path().string(), example.line);
                made.examples.push_back(std::move(example));
            }
        }
        return made;
    }();
    return out;
}

const SeverityRule& rule_of(std::string_view id) {
    const auto& rules = the_catalogue().severity().rules;
    const auto at = std::ranges::find(rules, id, &SeverityRule::id);
    REQUIRE_MESSAGE(at != rules.end(), id);
    return *at;
}

}  // namespace

TEST_CASE("every severity rule fires on its example and is silent on the other one") {
    std::map<std::string, int> positive, negative;
    std::string wrong;
    for (const auto& example : source().examples) {
        const auto& rule = rule_of(example.rule);
        ++(example.fires ? positive : negative)[example.rule];
        const auto title = said(rule, example);
        const auto& place = source().files.at(example.rule);
        if (title.has_value() != example.fires)
            wrong += fmt::format("{}: {} {}\n", place, example.rule, example.fires ? "is silent" : "fires");
        else if (example.fires && !example.says.empty() && *title != example.says)
            wrong += fmt::format("{}: {} says \"{}\"\n", place, example.rule, *title);
        else if (example.fires && title->find('{') != std::string::npos)
            wrong += fmt::format("{}: {} leaves a slot open: \"{}\"\n", place, example.rule, *title);
    }
    CHECK_MESSAGE(wrong.empty(), wrong);
    const auto& rules = the_catalogue().severity().rules;
    for (const auto& rule : rules) {
        CHECK_MESSAGE(positive[rule.id] > 0, rule.source);
        CHECK_MESSAGE(negative[rule.id] > 0, rule.source);
    }
    std::size_t tier_one = 0;
    std::set<std::string> types;
    for (const auto& rule : rules) {
        const auto* type = the_catalogue().type(rule.types.front());
        REQUIRE(type != nullptr);
        tier_one += type->tier == 1 ? 1 : 0;
        types.insert(rule.types.begin(), rule.types.end());
    }
    MESSAGE(rules.size() << " rules over " << types.size() << " types, " << tier_one << " of tier 1");
    CHECK(tier_one >= 120);
}

TEST_CASE("what is the same on both sides fires nothing") {
    for (const auto& example : source().examples) {
        if (!example.before.is_object()) continue;
        auto same = example;
        same.after = same.before;
        const auto& rule = rule_of(example.rule);
        CHECK_MESSAGE(!said(rule, same), example.rule);
    }
}

TEST_CASE("the documentation names every service with its rules") {
    std::ifstream in("docs/reference/severity.md");
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    for (const auto& rule : the_catalogue().severity().rules)
        CHECK_MESSAGE(text.contains("`" + rule.id + "`"), rule.id);
    for (const auto& rule : the_catalogue().severity().noise)
        CHECK_MESSAGE(text.contains("`" + rule.id + "`"), rule.id);
}

TEST_CASE("defaults by category, environment and label") {
    const auto& defaults = the_catalogue().severity().defaults;
    using model::ChangeOp;
    using model::Severity;
    CHECK(default_severity(defaults, ChangeOp::removed, "database") == Severity::high);
    CHECK(default_severity(defaults, ChangeOp::modified, "iam") == Severity::medium);
    CHECK(default_severity(defaults, ChangeOp::added, "ml") == Severity::low);

    Subject subject;
    CHECK(shifted(defaults, Severity::high, subject) == Severity::high);
    subject.environment = model::EnvironmentKind::development;
    CHECK(shifted(defaults, Severity::high, subject) == Severity::medium);
    CHECK(shifted(defaults, Severity::info, subject) == Severity::info);
    CHECK(shifted(defaults, Severity::critical, subject) == Severity::critical);
    const model::Labels important = {{"criticality", "high"}};
    subject.account_labels = &important;
    CHECK(shifted(defaults, Severity::high, subject) == Severity::high);
    subject.environment = model::EnvironmentKind::production;
    CHECK(shifted(defaults, Severity::high, subject) == Severity::critical);
    CHECK(shifted(defaults, Severity::critical, subject) == Severity::critical);
}

TEST_CASE("cloud text in titles is printable and bounded") {
    CHECK(shown("a\nb\x1b[31m") == "ab[31m");
    CHECK(shown(std::string(500, 'x')).size() == slot_bytes_max + 3);
    CHECK(shown(std::string(79, 'x') + "é").size() == 79 + 3);
}
