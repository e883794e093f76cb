#include "catalogue/severity_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace patrol::catalogue {
namespace {

using model::ChangeOp;

constexpr std::array<std::string_view, 15> rule_keys = {"types",    "path",  "on",    "change", "becomes",
                                                        "was",      "is",    "where", "ports",  "not_ports",
                                                        "severity", "title", "yes",   "no",     "says"};
constexpr std::array<std::string_view, 10> noise_keys = {"types", "path",  "tags", "within", "bounds_of",
                                                         "where", "owner", "via",  "on",     "title"};

constexpr std::array<std::pair<std::string_view, ChangeTest>, 9> change_tests = {{
    {"any", ChangeTest::any},
    {"added", ChangeTest::added},
    {"removed", ChangeTest::removed},
    {"lowered", ChangeTest::lowered},
    {"raised", ChangeTest::raised},
    {"principals_widened", ChangeTest::principals_widened},
    {"actions_widened", ChangeTest::actions_widened},
    {"deny_removed", ChangeTest::deny_removed},
    {"condition_removed", ChangeTest::condition_removed},
}};
constexpr std::array<std::pair<std::string_view, Predicate::Kind>, 9> plain_predicates = {{
    {"absent", Predicate::Kind::absent},
    {"present", Predicate::Kind::present},
    {"empty", Predicate::Kind::empty},
    {"filled", Predicate::Kind::filled},
    {"world", Predicate::Kind::world},
    {"policy_public", Predicate::Kind::policy_public},
    {"policy_admin", Predicate::Kind::policy_admin},
    {"policy_wide", Predicate::Kind::policy_wide},
    {"policy_foreign", Predicate::Kind::policy_foreign},
}};
constexpr std::array<std::pair<std::string_view, Predicate::Kind>, 6> word_predicates = {{
    {"below", Predicate::Kind::below},
    {"above", Predicate::Kind::above},
    {"one_of", Predicate::Kind::text},
    {"none_of", Predicate::Kind::none_of},
    {"like", Predicate::Kind::like},
    {"holds", Predicate::Kind::holds},
}};

template <class Table>
auto look_up(const Table& table, std::string_view text) {
    const auto at = std::ranges::find(table, text, [](const auto& each) { return each.first; });
    return at == table.end() ? std::nullopt : std::optional(at->second);
}

std::optional<ChangeOp> op_from(std::string_view text) {
    for (auto op : {ChangeOp::added, ChangeOp::removed, ChangeOp::modified})
        if (model::to_string(op) == text) return op;
    return {};
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
    Number out{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return out;
}

class Reader {
public:
    Reader(std::string_view file, SeverityBook& book, std::vector<Problem>& problems)
        : file_(file), book_(book), problems_(problems) {}

    void read(const Node& root) {
        for (const auto& [key, value] : root.members) {
            if (key == "rules") {
                for (const auto& [id, rule] : value.members) read_rule(id, rule);
            } else if (key == "noise") {
                for (const auto& [id, rule] : value.members) read_noise(id, rule);
            } else if (key == "defaults") {
                read_defaults(value);
            } else {
                report(value, fmt::format("The field \"{}\" is unknown.", key));
            }
        }
    }

private:
    void report(const Node& node, std::string text) {
        problems_.push_back({file_, node.line, std::move(text)});
    }
    [[nodiscard]] std::string place(const Node& node) const { return fmt::format("{}:{}", file_, node.line); }

    template <class Keys>
    void check_keys(const Node& node, const Keys& keys) {
        for (const auto& [key, value] : node.members)
            if (std::ranges::find(keys, key) == keys.end())
                report(value, fmt::format("The field \"{}\" is unknown.", key));
    }

    std::vector<Path> paths(const Node* node) {
        std::vector<Path> out;
        if (node == nullptr) return out;
        for (const auto& word : node->words()) {
            auto path = Path::parse(word);
            if (path)
                out.push_back(std::move(*path));
            else
                report(*node, path.error().message);
        }
        return out;
    }

    Condition condition(const Node& node) {
        Condition out;
        const auto add = [&](const std::string& text) {
            auto predicate = predicate_from(text);
            if (predicate)
                out.push_back(std::move(*predicate));
            else
                report(node, fmt::format("\"{}\" is no test of a value.", text));
        };
        if (node.kind == Node::Kind::list)
            for (const auto& item : node.items) add(item.text);
        else
            add(node.text);
        return out;
    }

    std::vector<Guard> guards(const Node* node) {
        std::vector<Guard> out;
        if (node == nullptr) return out;
        for (const auto& [text, test] : node->members) {
            auto path = Path::parse(text);
            if (path)
                out.push_back({.path = std::move(*path), .condition = condition(test)});
            else
                report(test, path.error().message);
        }
        return out;
    }

    std::vector<ChangeOp> ops(const Node* node, std::vector<ChangeOp> otherwise) {
        if (node == nullptr) return otherwise;
        std::vector<ChangeOp> out;
        for (const auto& word : node->words()) {
            if (auto op = op_from(word))
                out.push_back(*op);
            else
                report(*node, fmt::format("\"{}\" must be added, removed or modified.", word));
        }
        return out;
    }

    std::vector<int> ports(const Node* node) {
        std::vector<int> out;
        if (node == nullptr) return out;
        for (const auto& word : node->words()) {
            auto number = word == "all" ? std::optional(-1) : number_from<int>(word);
            if (number)
                out.push_back(*number);
            else
                report(*node, fmt::format("\"{}\" is no port.", word));
        }
        return out;
    }

    model::Severity severity(const Node* node, const Node& holder) {
        auto out = node == nullptr ? std::nullopt : model::parse_severity(node->text);
        if (!out)
            report(node == nullptr ? holder : *node,
                   "The severity must be info, low, medium, high or critical.");
        return out.value_or(model::Severity::info);
    }

    void read_rule(const std::string& id, const Node& node) {
        check_keys(node, rule_keys);
        SeverityRule out{.id = id, .source = place(node)};
        if (std::ranges::find(book_.rules, id, &SeverityRule::id) != book_.rules.end())
            report(node, fmt::format("The rule {} is there twice.", id));
        if (const auto* types = node.find("types")) out.types = types->words();
        if (out.types.empty()) report(node, "The rule lacks its types.");
        out.paths = paths(node.find("path"));
        if (out.paths.empty()) report(node, "The rule lacks its path.");
        out.on = ops(node.find("on"), {ChangeOp::modified});
        if (const auto* change = node.find("change")) {
            out.change = look_up(change_tests, change->text);
            if (!out.change) report(*change, fmt::format("\"{}\" is no kind of change.", change->text));
        }
        for (auto [key, into] : {std::pair("becomes", &out.becomes), {"was", &out.was}, {"is", &out.is}})
            if (const auto* test = node.find(key)) *into = condition(*test);
        out.where = guards(node.find("where"));
        out.ports = ports(node.find("ports"));
        out.not_ports = ports(node.find("not_ports"));
        out.severity = severity(node.find("severity"), node);
        if (const auto* title = node.find("title")) out.title = title->text;
        if (out.title.empty()) report(node, "The rule lacks its title.");
        if (!out.change && !out.becomes && !out.was && !out.is) out.change = ChangeTest::any;
        book_.rules.push_back(std::move(out));
    }

    void read_noise(const std::string& id, const Node& node) {
        check_keys(node, noise_keys);
        NoiseRule out{.id = id, .source = place(node)};
        if (const auto* types = node.find("types")) out.types = types->words();
        out.paths = paths(node.find("path"));
        if (const auto* tags = node.find("tags")) out.tags = tags->words();
        if (const auto* within = node.find("within")) {
            auto both = paths(within);
            if (both.size() == 2)
                out.within = {both[0], both[1]};
            else
                report(*within, "This must name two paths: the least and the greatest.");
        }
        two_words(node.find("bounds_of"), out.bounds_type, out.bounds_id);
        out.where = guards(node.find("where"));
        if (const auto* owner = node.find("owner")) {
            out.owner.emplace();
            if (owner->text != "cloud") two_words(owner, out.owner->type, out.owner->id);
        }
        if (const auto* via = node.find("via")) {
            std::string text;
            two_words(via, out.via_type, text);
            if (auto path = Path::parse(text))
                out.via = std::move(*path);
            else
                report(*via, path.error().message);
        }
        out.on = ops(node.find("on"), {ChangeOp::added, ChangeOp::removed, ChangeOp::modified});
        if (const auto* title = node.find("title")) out.title = title->text;
        if (out.title.empty()) report(node, "The class lacks its title.");
        const auto ways = int(!out.paths.empty()) + int(!out.tags.empty()) + int(out.whole_objects());
        if (ways != 1) report(node, "A class hides paths, tags or objects: exactly one of them.");
        book_.noise.push_back(std::move(out));
    }

    // "AWS::EC2::Instance Attachments[].InstanceId": a type, and the rest of the line.
    void two_words(const Node* node, std::string& first, std::string& rest) {
        if (node == nullptr) return;
        const auto space = node->text.find(' ');
        if (space == std::string::npos)
            return report(*node, "This must be a type and what names its resource.");
        first = node->text.substr(0, space);
        rest = node->text.substr(space + 1);
    }

    void read_defaults(const Node& node) {
        auto& out = book_.defaults;
        for (const auto& [key, value] : node.members) {
            if (key == "categories") {
                for (const auto& [category, row] : value.members) read_category(category, row);
            } else if (key == "members") {
                for (const auto& [title, row] : value.members) {
                    SeverityDefaults::ByName by_name{.severity = severity(row.find("severity"), row),
                                                     .title = title};
                    if (const auto* names = row.find("names")) by_name.members = names->words();
                    out.by_name.push_back(std::move(by_name));
                }
            } else if (key == "tags") {
                out.tags = severity(&value, node);
            } else if (key == "environments" || key == "labels") {
                for (const auto& [name, steps] : value.members) read_shift(key == "labels", name, steps);
            } else {
                report(value, fmt::format("The field \"{}\" is unknown.", key));
            }
        }
    }

    void read_category(const std::string& category, const Node& row) {
        const auto words = row.words();
        if (words.size() != 3) return report(row, "This must be three severities: added, removed, modified.");
        const std::array ops = {ChangeOp::added, ChangeOp::removed, ChangeOp::modified};
        for (std::size_t at = 0; at < ops.size(); ++at) {
            auto found = model::parse_severity(words[at]);
            if (!found) report(row, fmt::format("\"{}\" is no severity.", words[at]));
            const auto name = category == "other" ? std::string() : category;
            book_.defaults.by_category[{name, ops[at]}] = found.value_or(model::Severity::info);
        }
    }

    void read_shift(bool of_label, const std::string& name, const Node& steps) {
        SeverityDefaults::Shift out{.steps = number_from<int>(steps.text).value_or(0)};
        if (out.steps < -4 || out.steps > 4 || out.steps == 0)
            report(steps, "This must be a number of -4 to 4.");
        if (of_label)
            out.label = name;
        else
            out.environment = model::parse_environment(name);
        if (!of_label && !out.environment) report(steps, fmt::format("There is no environment {}.", name));
        book_.defaults.shifts.push_back(std::move(out));
    }

    std::string file_;
    SeverityBook& book_;
    std::vector<Problem>& problems_;
};

// A scalar as it is meant: what is not quoted may be a number or a truth value.
json::value typed(const Node& node) {
    if (node.kind == Node::Kind::list) {
        json::array out;
        for (const auto& item : node.items) out.push_back(typed(item));
        return out;
    }
    if (node.kind == Node::Kind::map) {
        json::object out;
        for (const auto& [key, value] : node.members) out[key] = typed(value);
        return out;
    }
    if (!node.plain) return json::value(node.text);
    if (node.text == "true" || node.text == "false") return json::value(node.text == "true");
    if (node.text == "null" || node.text == "~" || node.text.empty()) return {};
    if (auto number = number_from<std::int64_t>(node.text)) return json::value(*number);
    return json::value(node.text);
}

}  // namespace

std::optional<Predicate> predicate_from(std::string_view text) {
    Node node;
    node.text = text;
    auto words = node.words();
    if (words.empty()) return {};
    if (words.size() == 1) {
        if (auto kind = look_up(plain_predicates, words[0])) return Predicate{.kind = *kind};
        return Predicate{.kind = Predicate::Kind::text, .words = std::move(words)};
    }
    auto kind = look_up(word_predicates, words[0]);
    if (!kind) return Predicate{.kind = Predicate::Kind::text, .words = {std::string(text)}};
    words.erase(words.begin());
    Predicate out{.kind = *kind, .words = std::move(words)};
    if (*kind != Predicate::Kind::below && *kind != Predicate::Kind::above) return out;
    auto number = number_from<double>(out.words[0]);
    if (!number || out.words.size() != 1) return {};
    out.number = *number;
    return out;
}

std::vector<std::string> slots_of(std::string_view text) {
    std::vector<std::string> out;
    for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) break;
        out.emplace_back(text.substr(open + 1, close - open - 1));
    }
    return out;
}

void read_severity(std::string_view file, const Node& root, SeverityBook& book,
                   std::vector<Problem>& problems) {
    Reader(file, book, problems).read(root);
}

std::vector<SeverityExample> examples_of(const Node& root) {
    std::vector<SeverityExample> out;
    const auto* rules = root.find("rules");
    if (rules == nullptr) return out;
    for (const auto& [id, rule] : rules->members) {
        for (const auto* key : {"yes", "no"}) {
            const auto* pair = rule.find(key);
            if (pair == nullptr || pair->items.size() < 2) continue;
            SeverityExample example{.rule = id, .line = pair->line, .fires = std::string_view(key) == "yes"};
            example.before = typed(pair->items[0]);
            example.after = typed(pair->items[1]);
            if (const auto* says = rule.find("says"); says != nullptr && example.fires)
                example.says = says->text;
            if (pair->items.size() > 2) example.type = pair->items[2].text;
            out.push_back(std::move(example));
        }
    }
    return out;
}

}  // namespace patrol::catalogue
