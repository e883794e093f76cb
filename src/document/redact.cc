#include "document/redact.h"

#include <array>

#include "base/encoding.h"
#include "document/canonical.h"
#include "document/canonical_json.h"

namespace patrol::document {
namespace {

// What a member's name alone says, kept in Scratch::names.
enum NameFact : std::uint8_t {
    known = 1,
    secret_name = 2,
    environment_list = 4,  // Environment: a list of pairs, or a map below Variables
    variables = 8,         // EnvironmentVariables: a list of pairs or a map
    user_data = 16,
    access_key_id = 32,
    pair_name = 64,  // Name, ParameterKey: what the other half of a pair is called
    pair_value = 128,
};

std::string flat(std::string_view name) {
    std::string out;
    for (char c : name) {
        if (c >= 'A' && c <= 'Z') out.push_back(static_cast<char>(c - 'A' + 'a'));
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out.push_back(c);
    }
    return out;
}

bool is_any(std::string_view text, std::initializer_list<std::string_view> list) {
    return std::ranges::find(list, text) != list.end();
}

std::uint8_t facts_of(std::string_view name) {
    unsigned facts = known;
    if (is_secret_name(name)) facts |= secret_name;
    const auto plain = flat(name.substr(0, 64));
    if (plain == "environment") facts |= environment_list;
    if (is_any(plain, {"environmentvariables", "environmentvars", "envvars", "environmentoverrides"}))
        facts |= variables;
    if (plain == "userdata") facts |= user_data;
    if (plain == "accesskeyid") facts |= access_key_id;
    if (is_any(plain,
               {"name", "key", "parameterkey", "parametername", "optionname", "outputkey", "variablename"}))
        facts |= pair_name;
    if (is_any(plain, {"value", "parametervalue", "optionvalue", "outputvalue", "stringvalue", "defaultvalue",
                       "resolvedvalue"}))
        facts |= pair_value;
    return static_cast<std::uint8_t>(facts);
}

// Settings and references that stand under a secret's name.
bool is_harmless(std::string_view text) {
    if (text.size() <= 16 &&
        is_any(flat(text),
               {"",          "true",     "false",       "enabled",  "disabled",  "enable",      "disable",
                "required",  "optional", "none",        "null",     "default",   "yes",         "no",
                "on",        "off",      "auto",        "hours",    "minutes",   "days",        "seconds",
                "active",    "inactive", "aws",         "customer", "supported", "unsupported", "managed",
                "plaintext", "string",   "securestring"}))
        return true;
    if (text.starts_with("alias/") || text.starts_with("{{resolve:")) return true;
    return text.starts_with("arn:") && text.find_first_of(" \t\r\n") == std::string_view::npos &&
           std::ranges::count(text, ':') >= 5;
}

class Walk {
public:
    Walk(const Redactor& redactor, const Rules& rules, Scratch& scratch)
        : redactor_(redactor), rules_(rules), scratch_(scratch) {}

    // `name` is what the nearest member's name says of the texts here.
    void visit(json::value& value, const Place& place, std::uint8_t name, std::size_t depth) {
        switch (value.kind()) {
            case json::kind::object:
                return members(value.get_object(), place, depth, Inside::object);
            case json::kind::array:
                return elements(value.get_array(), place, name, depth);
            case json::kind::string:
                return text(value, place, name, depth);
            case json::kind::int64:
            case json::kind::uint64:
            case json::kind::double_:
                if (place.is(treat_secret)) cover(value, canonical_json(value));
                return;
            default:
                return;
        }
    }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    enum class Inside { object, list };

    void text(json::value& value, const Place& place, std::uint8_t name, std::size_t depth) {
        const auto text = view(value.get_string());
        if (text.empty() || is_mark(text)) return;
        if (place.is(treat_secret)) return cover(value, std::string(text));
        if (place.is(treat_identity)) return;
        if ((name & secret_name) != 0 && !is_harmless(text)) return cover(value, std::string(text));
        if (depth < embedded_json_depth && embedded(value, place, name, depth)) return;
        if (holds_credential(text) && !((name & access_key_id) != 0 && text.size() == 20))
            cover(value, std::string(text));
    }

    // True if the text is JSON; what is secret in it is then a mark in the text.
    bool embedded(json::value& value, const Place& place, std::uint8_t name, std::size_t depth) {
        auto inner = parse_embedded(view(value.get_string()));
        if (!inner) return false;
        const auto before = count_;
        visit(*inner, place, name, depth);
        if (count_ == before) return true;
        std::string changed;
        append_compact(changed, *inner);
        value.emplace_string() = changed;
        return true;
    }

    void elements(json::array& list, const Place& place, std::uint8_t name, std::size_t depth) {
        const auto element = rules_.element(place);
        scratch_.trail.push_back("[]");
        for (auto& each : list) {
            if (auto* object = each.if_object())
                members(*object, element, depth + 1, Inside::list);
            else
                visit(each, element, name, depth + 1);
        }
        scratch_.trail.pop_back();
    }

    void members(json::object& object, const Place& place, std::size_t depth, Inside inside) {
        NameFacts known{};
        const bool is_small = object.size() <= known.size();
        const auto pair = is_small ? pair_of(object, known) : Pair{};
        const bool listed_pair = pair.complete() && inside == Inside::list;
        // The name lives in the document; a copy outlives a change of the document.
        const std::string called = pair.complete() ? std::string(pair.name) : std::string();
        const bool secret_pair = pair.complete() && ((this->facts(called) & secret_name) != 0 ||
                                                     rules_.member({}, called).is(treat_secret));
        if (pair.complete()) scratch_.trail.push_back(called);
        auto next_known = known.begin();
        for (auto& member : object) {
            const auto name = view(member.key());
            auto facts = is_small ? *next_known++ : this->facts(name);
            auto inner = rules_.member(place, name);
            // In a list of secret pairs the names and types stay readable.
            if (listed_pair && ((facts & pair_name) != 0 || name == "type" || name == "Type") &&
                rules_.member({.node = place.node}, name).treatment == 0)
                inner.treatment = static_cast<std::uint16_t>(inner.treatment & ~treat_secret);
            if (secret_pair && (facts & pair_value) != 0) facts |= secret_name;
            if (holds_variables(facts, member.value()))
                inner.treatment = static_cast<std::uint16_t>(inner.treatment | treat_secret);
            scratch_.trail.push_back(name);
            if ((facts & environment_list) != 0) environment(member.value(), depth);
            visit(member.value(), inner, facts, depth + 1);
            scratch_.trail.pop_back();
        }
        if (pair.complete()) scratch_.trail.pop_back();
    }

    struct Pair {
        std::string_view name;
        bool value = false;
        [[nodiscard]] bool complete() const { return value && !name.empty(); }
    };
    // Of the members of a small object, in their order.
    using NameFacts = std::array<std::uint8_t, 8>;
    Pair pair_of(const json::object& object, NameFacts& known) {
        Pair out;
        std::string_view member_name;
        auto next_known = known.begin();
        for (const auto& member : object) {
            const auto facts = *next_known++ = this->facts(view(member.key()));
            // Of two names the first in the alphabet: the order of members must not matter.
            const auto text =
                member.value().is_string() ? view(member.value().get_string()) : std::string_view();
            if ((facts & pair_name) != 0 && !text.empty() &&
                (out.name.empty() || view(member.key()) < member_name)) {
                member_name = view(member.key());
                out.name = text;
            }
            if ((facts & pair_value) != 0) out.value = true;
        }
        return out;
    }

    // Variables of a process: their values are secret whatever they are called.
    static bool holds_variables(std::uint8_t facts, const json::value& value) {
        if ((facts & user_data) != 0) return true;
        if ((facts & variables) != 0) return value.is_structured();
        return (facts & environment_list) != 0 && value.is_array();
    }
    // Environment { Variables { A: … } }
    void environment(json::value& value, std::size_t depth) {
        auto* object = value.if_object();
        if (object == nullptr) return;
        for (std::string_view name : {"Variables", "variables"}) {
            auto* inner = object->if_contains(name);
            if (inner == nullptr) continue;
            scratch_.trail.push_back(name);
            visit(*inner, {.treatment = treat_secret}, 0, depth + 2);
            scratch_.trail.pop_back();
        }
    }

    std::uint8_t facts(std::string_view name) {
        auto& names = scratch_.names;
        if (const auto at = names.find(name); at != names.end()) return at->second;
        const auto facts = facts_of(name);
        if (names.size() >= Scratch::names_max) names.clear();
        if (name.size() <= 128) names.emplace(name, facts);
        return facts;
    }

    void cover(json::value& value, const std::string& secret) {
        std::string path;
        for (const auto& step : scratch_.trail) {
            if (step != "[]" && !path.empty()) path.push_back('.');
            path.append(step);
        }
        value.emplace_string() = redactor_.mark(rules_.type(), path, secret);
        ++count_;
    }

    const Redactor& redactor_;
    const Rules& rules_;
    Scratch& scratch_;
    std::size_t count_ = 0;
};

}  // namespace

Redactor::Redactor(const crypto::Key& account_key) : key_(account_key) {
    const auto name = crypto::keyed_mark(key_, "name of the redaction key");
    prefix_ = fmt::format("{}{}:", mark_prefix, to_hex(Bytes(name).first(4)));
}

crypto::Key Redactor::account_key(const crypto::Key& tenant_key, std::string_view account) {
    return crypto::derive_key(tenant_key, fmt::format("redaction|{}", account));
}

Redactor Redactor::for_account(const crypto::Key& tenant_key, std::string_view account) {
    return Redactor(account_key(tenant_key, account));
}

std::string Redactor::mark(std::string_view type, std::string_view path, std::string_view value) const {
    std::string text;
    text.reserve(type.size() + path.size() + value.size() + 2);
    text.append(type).append("|").append(path).append("|").append(value);
    auto out = prefix_ + to_hex(crypto::keyed_mark(key_, text));
    crypto::wipe(text.data(), text.size());
    return out;
}

std::size_t Redactor::redact(json::value& document, const Rules& rules, Scratch& scratch) const {
    scratch.trail.clear();
    Walk walk(*this, rules, scratch);
    walk.visit(document, rules.root(), 0, 0);
    return walk.count();
}

bool is_mark(std::string_view text) {
    constexpr std::size_t key_name = 8;
    constexpr std::size_t digits = 32;
    if (text.size() != mark_prefix.size() + key_name + 1 + digits || !text.starts_with(mark_prefix))
        return false;
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const auto rest = text.substr(mark_prefix.size());
    return rest[key_name] == ':' && std::ranges::all_of(rest.substr(0, key_name), is_hex) &&
           std::ranges::all_of(rest.substr(key_name + 1), is_hex);
}

}  // namespace patrol::document
