#include "catalogue/type_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "catalogue/call_text.h"

namespace patrol::catalogue {
namespace {

constexpr std::array<std::string_view, 33> type_keys = {
    "title",          "kind",         "scope",    "home_region", "singleton",
    "recurse",        "list",         "page",     "iam",         "detail",
    "children",       "id",           "arn",      "name",        "tags",
    "parent",         "duplicate_of", "volatile", "state",       "state_important",
    "created",        "json",         "policies", "sets",        "ordered",
    "keyed",          "defaults",     "secrets",  "granted",     "missing",
    "twice_observed", "service",      "only"};
constexpr std::array<std::string_view, 5> call_keys = {"call", "page", "iam", "absent", "only"};

// Reads the fields of one type; each problem names the field's line.
class TypeReader {
public:
    TypeReader(ReadType& out, std::vector<Problem>& problems)
        : out_(out), type_(out.type), problems_(problems) {}

    // The fields that say how a document is read, and no others.
    void read_document(const Node& node) {
        read_paths(node);
        read_keyed(node);
        read_defaults(node);
    }

    void read(const Node& node) {
        if (node.kind != Node::Kind::map) return report(node.line, "A type must be a map of fields.");
        for (const auto& [key, value] : node.members) {
            out_.lines[key] = value.line;
            if (std::ranges::find(type_keys, key) == type_keys.end())
                report(value.line, fmt::format("The field \"{}\" is unknown.", key));
        }
        read_kind(node);
        read_calls(node);
        read_names(node);
        read_tags(node);
        read_document(node);
        read_grants(node);
    }

private:
    void report(int line, std::string text) { problems_.push_back({out_.file, line, std::move(text)}); }

    // The value, or a report at the node's line.
    template <class T>
    std::optional<T> take(const Node& node, Result<T> result) {
        if (result) return std::move(*result);
        report(node.line, result.error().message);
        return {};
    }
    static std::string_view text(const Node* node) {
        return node ? std::string_view(node->text) : std::string_view();
    }
    bool flag(const Node* node) {
        if (!node) return false;
        if (node->text != "true" && node->text != "false") report(node->line, "This must be true or false.");
        return node->text == "true";
    }

    void read_kind(const Node& node) {
        type_.title = text(node.find("title"));
        if (type_.title.empty()) report(node.line, "The type lacks a title.");
        const auto* kind = node.find("kind");
        auto words = kind ? kind->words() : std::vector<std::string>();
        auto category = words.size() == 2 ? category_from(words[0]) : std::nullopt;
        if (!category || words[1].size() != 1 || words[1] < "1" || words[1] > "3")
            report(kind ? kind->line : node.line, "The kind must be a category and a tier of 1 to 3.");
        else {
            type_.category = *category;
            type_.tier = words[1][0] - '0';
        }
        if (const auto* scope = node.find("scope")) {
            if (auto known = scope_from(scope->text))
                type_.scope = *known;
            else
                report(scope->line, fmt::format("The scope \"{}\" is unknown.", scope->text));
        }
        type_.home_region = text(node.find("home_region"));
        type_.singleton = flag(node.find("singleton"));
        type_.recurse = flag(node.find("recurse"));
        type_.twice_observed = flag(node.find("twice_observed"));
        type_.parent = text(node.find("parent"));
        type_.duplicate_of = text(node.find("duplicate_of"));
    }

    // `holder` has page and iam beside the call itself.
    std::optional<Call> read_call(const Node& written, const Node& holder) {
        auto call = take(written, call_from(written.text));
        if (!call) return {};
        if (const auto* page = holder.find("page"))
            if (auto pagination = take(*page, pagination_from(page->text))) call->pagination = *pagination;
        if (const auto* iam = holder.find("iam"))
            call->iam_actions = iam->words();
        else
            call->iam_actions = {fmt::format("{}:{}", out_.iam_prefix, call->operation)};
        return call;
    }
    std::optional<Call> read_inner_call(const Node& node) {
        static const Node nothing;
        if (node.kind == Node::Kind::scalar) return read_call(node, nothing);
        for (const auto& [key, value] : node.members)
            if (std::ranges::find(call_keys, key) == call_keys.end())
                report(value.line, fmt::format("The field \"{}\" is unknown.", key));
        if (const auto* call = node.find("call")) return read_call(*call, node);
        report(node.line, "This lacks its \"call\".");
        return {};
    }
    // "Path=value" or "Path!=value".
    std::optional<ItemGuard> read_only(const Node& holder) {
        const auto* only = holder.find("only");
        if (!only) return {};
        const std::string_view text = only->text;
        const auto at = text.find('=');
        const bool unequal = at != std::string_view::npos && at > 0 && text[at - 1] == '!';
        if (at == std::string_view::npos || at + 1 == text.size()) {
            report(only->line, "This must be Path=value or Path!=value.");
            return {};
        }
        auto path = take(*only, Path::parse(text.substr(0, at - (unequal ? 1 : 0))));
        if (!path) return {};
        return ItemGuard{std::move(*path), std::string(text.substr(at + 1)), !unequal};
    }
    void read_calls(const Node& node) {
        if (const auto* list = node.find("list")) {
            if (auto call = read_call(*list, node)) type_.list = std::move(*call);
        } else {
            report(node.line, "The type lacks its \"list\".");
        }
        type_.only = read_only(node);
        if (const auto* detail = node.find("detail")) type_.detail = read_inner_call(*detail);
        const auto* children = node.find("children");
        if (!children) return;
        for (const auto& [key, child] : children->members) {
            out_.lines["children." + key] = child.line;
            auto call = read_inner_call(child);
            if (!call) continue;
            auto absent = child.find("absent") ? child.find("absent")->words() : std::vector<std::string>();
            type_.children.push_back({key, std::move(*call), std::move(absent), read_only(child)});
        }
    }

    void read_names(const Node& node) {
        if (const auto* id = node.find("id"))
            read_id(*id);
        else if (type_.singleton)
            type_.id = {.kind = Identity::Kind::constant, .constant = "account"};
        else
            report(node.line, "The type lacks its \"id\".");
        if (const auto* arn = node.find("arn")) {
            if (arn->text.starts_with("arn:"))
                type_.arn.arn_template = arn->text;
            else
                type_.arn.path = take(*arn, Path::parse(arn->text));
        }
        if (const auto* name = node.find("name")) type_.item_name = take(*name, Path::parse(name->text));
    }
    void read_id(const Node& id) {
        if (id.text == "#hash") {
            type_.id.kind = Identity::Kind::hash;
            return;
        }
        for (const auto& word : id.words()) {
            if (word == "+") continue;
            if (auto path = take(id, Path::parse(word))) type_.id.paths.push_back(std::move(*path));
        }
        if (type_.id.paths.empty()) report(id.line, "The id is empty.");
    }
    void read_tags(const Node& node) {
        const auto* tags = node.find("tags");
        if (!tags) return;
        auto path = take(*tags, Path::parse(tags->text));
        if (!path) return;
        type_.tags = {.kind = TagRule::Kind::path, .path = *path, .key = {}};
        if (path->is_whole() || !type_.child(path->steps().front().name)) return;
        type_.tags.kind = TagRule::Kind::child;
        type_.tags.key = path->steps().front().name;
    }

    void read_paths(const Node& node) {
        const std::pair<std::string_view, std::vector<Path>*> fields[] = {
            {"volatile", &type_.volatiles},
            {"state", &type_.state},
            {"state_important", &type_.state_important},
            {"created", &type_.created},
            {"json", &type_.json},
            {"policies", &type_.policies},
            {"sets", &type_.sets},
            {"ordered", &type_.ordered},
            {"secrets", &type_.secrets}};
        for (const auto& [key, into] : fields) {
            const auto* field = node.find(key);
            if (!field) continue;
            for (const auto& word : field->words())
                if (auto path = take(*field, Path::parse(word))) into->push_back(std::move(*path));
        }
        type_.json.insert(type_.json.end(), type_.policies.begin(), type_.policies.end());
    }
    void read_keyed(const Node& node) {
        const auto* keyed = node.find("keyed");
        if (!keyed) return;
        for (const auto& [where, keys] : keyed->members)
            if (auto path = take(keys, Path::parse(where)))
                type_.keyed.push_back({std::move(*path), keys.words()});
    }
    // A value is JSON where it can be read as such, else a text.
    void read_defaults(const Node& node) {
        const auto* defaults = node.find("defaults");
        if (!defaults) return;
        for (const auto& [where, value] : defaults->members) {
            auto path = take(value, Path::parse(where));
            if (!path) continue;
            auto parsed = value.kind == Node::Kind::scalar
                              ? parse_json(value.text).value_or(json::value(value.text))
                              : to_json(value);
            type_.defaults.push_back({std::move(*path), std::move(parsed)});
        }
    }
    void read_grants(const Node& node) {
        if (const auto* granted = node.find("granted")) {
            if (auto known = granted_from(granted->text))
                type_.granted = *known;
            else
                report(granted->line, fmt::format("\"{}\" must be full, list or none.", granted->text));
        }
        if (const auto* missing = node.find("missing")) type_.missing = missing->words();
        if ((type_.granted == Granted::full) != type_.missing.empty())
            report(node.line, "\"granted\" other than full and \"missing\" belong together.");
    }

    ReadType& out_;
    ResourceType& type_;
    std::vector<Problem>& problems_;
};

}  // namespace

std::string Problem::str() const { return fmt::format("{}:{}: {}", file, line, text); }

int ReadType::line(std::string_view field) const {
    auto at = lines.find(field);
    return at == lines.end() ? node.line : at->second;
}

ReadType read_type(std::string_view name, std::string_view service, std::string_view iam_prefix,
                   std::string_view file, Node node, std::vector<Problem>& problems) {
    ReadType out;
    out.file = file;
    out.iam_prefix = iam_prefix;
    out.type.name = name;
    out.type.service = service;
    if (const auto* own = node.find("service")) out.type.service = own->text;
    out.type.source = fmt::format("{}:{}", file, node.line);
    TypeReader(out, problems).read(node);
    out.node = std::move(node);
    return out;
}

MemberRules read_rules(std::string_view file, const Node& root, std::vector<Problem>& problems) {
    MemberRules out;
    for (const auto& [key, value] : root.members) {
        if (key == "keyed") {
            for (const auto& [member, keys] : value.members) out.keyed.push_back({member, keys.words()});
        } else if (key == "sets") {
            out.sets = value.words();
        } else if (key == "ordered") {
            out.ordered = value.words();
        } else if (key == "volatile") {
            out.volatiles = value.words();
        } else if (key == "policies") {
            out.policies = value.words();
        } else if (key == "json") {
            out.json = value.words();
        } else if (key == "secrets") {
            out.secrets = value.words();
        } else {
            problems.push_back(
                {std::string(file), value.line, fmt::format("The field \"{}\" is unknown.", key)});
        }
    }
    return out;
}

ResourceType read_document_rules(std::string_view name, std::string_view file, const Node& node,
                                 std::vector<Problem>& problems) {
    ReadType out;
    out.file = file;
    out.type.name = name;
    TypeReader(out, problems).read_document(node);
    return std::move(out.type);
}

ReadFile read_file(std::string_view name, const Node& root, std::vector<Problem>& problems) {
    ReadFile out;
    const auto* types = root.find("types");
    auto report = [&](int line, std::string text) {
        problems.push_back({std::string(name), line, std::move(text)});
    };
    if (!types) {
        out.has_rules = true;
        out.rules = read_rules(name, root, problems);
        return out;
    }
    const auto* service = root.find("service");
    const auto* iam = root.find("iam");
    for (const auto& [key, value] : root.members)
        if (key != "service" && key != "iam" && key != "types")
            report(value.line, fmt::format("The field \"{}\" is unknown.", key));
    if (!service || service->text.empty()) {
        report(root.line, "The file lacks its \"service\".");
        return out;
    }
    for (const auto& [key, value] : types->members)
        out.types.push_back(
            read_type(key, service->text, iam ? iam->text : service->text, name, value, problems));
    return out;
}

}  // namespace patrol::catalogue
