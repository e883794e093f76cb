#include "cloudsim/matching.h"

#include <algorithm>
#include <array>

#include "cloudsim/identity_services.h"
#include "cloudsim/scenario.h"

namespace patrol::cloudsim {
namespace {

using catalogue::Expression;
using catalogue::ResourceType;
using Kind = Expression::Kind;

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// Route 53 shows its ids as "/hostedzone/Z1" and takes "Z1" as well.
std::string_view plain_id(std::string_view text) {
    for (std::string_view start : {"/hostedzone/", "/healthcheck/", "/change/", "/delegationset/"})
        if (text.starts_with(start)) text.remove_prefix(start.size());
    return text;
}

// "42" and 42 are the same argument: query strings know only text.
bool same(const json::value& given, const json::value& wanted) {
    if (given.is_array() && wanted.is_array())
        return std::ranges::equal(given.get_array(), wanted.get_array(), same);
    if (given.is_object() && wanted.is_object()) {
        const auto& sent = given.get_object();
        return std::ranges::all_of(wanted.get_object(), [&](const auto& member) {
            const auto* other = sent.if_contains(member.key());
            return other != nullptr && same(*other, member.value());
        });
    }
    if (given.is_structured() || wanted.is_structured()) return false;
    return plain_id(text_of(given)) == plain_id(text_of(wanted));
}

bool holds_item(const Expression& expression) {
    if (expression.kind == Kind::item) return true;
    return std::ranges::any_of(expression.elements, holds_item) ||
           std::ranges::any_of(expression.members,
                               [](const auto& member) { return holds_item(member.value); });
}

bool is_literal(const Expression& expression) {
    if (expression.kind == Kind::literal) return true;
    if (expression.kind == Kind::list) return std::ranges::all_of(expression.elements, is_literal);
    return expression.kind == Kind::object && std::ranges::all_of(expression.members, [](const auto& member) {
               return is_literal(member.value);
           });
}

// The `$each` value that an item without one is listed under: the first that is asked in its region.
std::string first_scope(const Expression& expression, std::string_view region) {
    for (const auto& each : expression.each)
        if (each.region.empty() || each.region == region) return each.value;
    return "";
}

}  // namespace

const json::value& listed(const Item& item) { return item.listed.is_null() ? item.document : item.listed; }

json::value without_children(const ResourceType& type, const json::value& document) {
    auto out = document;
    if (auto* object = out.if_object())
        for (const auto& child : type.children) object->erase(child.key);
    return out;
}

LiteralMatch match_literals(const catalogue::Call& call, const json::object& input) {
    auto result = LiteralMatch::none_sent;
    for (const auto& argument : call.arguments) {
        const auto* given = input.if_contains(argument.name);
        if (given == nullptr || !is_literal(argument.value)) continue;
        auto wanted = evaluate(argument.value, {});
        if (!wanted || !same(*given, *wanted)) return LiteralMatch::differ;
        result = LiteralMatch::agree;
    }
    return result;
}

Stock::Stock(const CallContext& call, const ResourceType& type) : call_(call), type_(type) {
    add_made_by_calls();
    const auto of_type = call.account().items.find(type.name);
    if (of_type == call.account().items.end()) return;
    for (const auto& item : of_type->second)
        if (type.scope != catalogue::Scope::regional || item.region == call.region) items_.push_back(&item);
}

void Stock::add_made_by_calls() {
    const auto& account = call_.account();
    if (type_.name == "AWS::IAM::Role")
        for (const auto& [name, role] : account.roles)
            made_.push_back(
                {.type = type_.name, .region = "global", .document = role_document(account, role)});
    if (type_.name == "AWS::IAM::ManagedPolicy")
        for (const auto& [arn, policy] : account.policies)
            made_.push_back({.type = type_.name, .region = "global", .document = policy_document(policy)});
    for (const auto& item : made_) items_.push_back(&item);
}

const Item* Stock::parent_of(const Item& item) const {
    std::array kinds{call_.catalogue.type(type_.parent), type_.recurse ? &type_ : nullptr};
    for (const auto* kind : kinds) {
        if (kind == nullptr) continue;
        const auto of_kind = call_.account().items.find(kind->name);
        if (of_kind == call_.account().items.end()) continue;
        for (const auto& each : of_kind->second)
            if ((each.region == item.region || each.region == "global") &&
                item_id(*kind, each) == item.parent)
                return &each;
    }
    return nullptr;
}

// A client may know an item from its list alone: both forms name it.
std::vector<json::value> Stock::names_of(const catalogue::Expression& expression, const Item& item) const {
    const auto* parent = type_.parent.empty() ? nullptr : parent_of(item);
    const auto* parent_document = parent == nullptr ? nullptr : &parent->document;
    const auto* parent_listed = parent == nullptr ? nullptr : &listed(*parent);
    std::vector<json::value> out;
    for (const auto* document : {&item.document, &listed(item)})
        for (const auto* above : {parent_document, parent_listed}) {
            auto wanted = evaluate(expression, {.item = document,
                                                .listed = &listed(item),
                                                .parent = above,
                                                .parent_listed = parent_listed,
                                                .account = call_.caller.account_id,
                                                .scope = item.scope});
            if (wanted && std::ranges::find(out, *wanted) == out.end()) out.push_back(std::move(*wanted));
        }
    return out;
}

bool Stock::fits(const catalogue::Expression& expression, const json::value& given, const Item& item) const {
    if (expression.kind == Kind::each)
        return same(given,
                    json::value(item.scope.empty() ? first_scope(expression, call_.region) : item.scope));
    const bool batch = expression.kind == Kind::batch;
    const auto names = names_of(batch ? expression.elements.at(0) : expression, item);
    const auto is_named = [&](const json::value& one) {
        return std::ranges::any_of(names, [&](const auto& name) { return same(one, name); });
    };
    return batch && given.is_array() ? std::ranges::any_of(given.get_array(), is_named) : is_named(given);
}

std::vector<const Item*> Stock::in_list() const {
    std::vector<const Item*> out;
    for (const auto* item : items_)
        if (std::ranges::all_of(type_.list.arguments, [&](const auto& argument) {
                const auto* given = call_.request.input.if_contains(argument.name);
                return given == nullptr || is_literal(argument.value) || fits(argument.value, *given, *item);
            }))
            out.push_back(item);
    return out;
}

std::vector<const Item*> Stock::named(const catalogue::Call& spec) const {
    std::vector<const Item*> out;
    for (const auto* item : items_) {
        bool all = true;
        bool by_item = type_.singleton;
        for (const auto& argument : spec.arguments) {
            const auto* given = call_.request.input.if_contains(argument.name);
            if (given == nullptr || is_literal(argument.value) || argument.value.kind == Kind::scope)
                continue;
            all = all && fits(argument.value, *given, *item);
            by_item = by_item || holds_item(argument.value);
        }
        if (all && by_item) out.push_back(item);
    }
    return out;
}

}  // namespace patrol::cloudsim
