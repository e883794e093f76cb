#include "cloudsim/inventory_services.h"

#include <algorithm>

#include "base/encoding.h"
#include "cloudsim/identity_services.h"
#include "cloudsim/placement.h"
#include "cloudsim/scenario.h"

namespace patrol::cloudsim {
namespace {

using catalogue::Argument;
using catalogue::Bindings;
using catalogue::Expression;
using catalogue::ResourceType;
using Kind = Expression::Kind;

const json::value& listed(const Item& item) { return item.listed.is_null() ? item.document : item.listed; }

// "42" and 42 are the same argument: query strings know only text.
bool same(const json::value& given, const json::value& wanted) {
    if (given == wanted) return true;
    auto text = [](const json::value& value) {
        return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
    };
    return !given.is_structured() && !wanted.is_structured() && text(given) == text(wanted);
}

// Does `given` (a value or, for batches and lists, one of its elements) equal the value at hand?
bool names(const json::value& given, const json::value& wanted) {
    if (given.is_array() && !wanted.is_array())
        return std::ranges::any_of(given.get_array(), [&](const auto& each) { return same(each, wanted); });
    return same(given, wanted);
}

bool is_item_path(const Expression& expression) {
    return expression.kind == Kind::item ||
           ((expression.kind == Kind::batch || expression.kind == Kind::list) && expression.elements.size() == 1 &&
            expression.elements[0].kind == Kind::item);
}

const Expression& item_expression(const Expression& expression) {
    return expression.kind == Kind::item ? expression : expression.elements[0];
}

// Literal arguments tell calls of one operation apart: Attribute='userData'.
bool literals_match(const catalogue::Call& call, const json::object& input) {
    for (const auto& argument : call.arguments) {
        if (argument.value.kind != Kind::literal && argument.value.kind != Kind::list) continue;
        auto wanted = evaluate(argument.value, {});
        const auto* given = input.if_contains(argument.name);
        if (wanted && given != nullptr && argument.value.kind == Kind::literal && !same(*given, *wanted)) return false;
        if (wanted && given != nullptr && argument.value.kind == Kind::list && *given != *wanted) return false;
    }
    return true;
}

const Item* parent_of(const CallContext& call, const ResourceType& type, const Item& item) {
    const auto* parent_type = call.catalogue.type(type.parent);
    if (parent_type == nullptr) return nullptr;
    for (const auto& each : call.account().items)
        if (each.type == type.parent && (each.region == item.region || each.region == "global") &&
            item_id(*parent_type, each) == item.parent)
            return &each;
    return nullptr;
}

bool in_region(const CallContext& call, const ResourceType& type, const Item& item) {
    if (type.scope == catalogue::Scope::regional) return item.region == call.region;
    return true;
}

// Is this item in the list that the request asks for?
bool is_listed(const CallContext& call, const ResourceType& type, const Item& item) {
    if (item.type != type.name || !in_region(call, type, item)) return false;
    const auto& input = call.request.input;
    for (const auto& argument : type.list.arguments) {
        const auto* given = input.if_contains(argument.name);
        if (given == nullptr) continue;
        if (argument.value.kind == Kind::each) {
            auto scope = item.scope.empty() && !argument.value.each.empty() ? argument.value.each[0].value : item.scope;
            if (!same(*given, json::value(scope))) return false;
        }
        if (argument.value.kind == Kind::parent) {
            const auto* parent = parent_of(call, type, item);
            if (parent == nullptr) return false;
            auto wanted = evaluate(argument.value, {.parent = &parent->document});
            auto short_form = evaluate(argument.value, {.parent = &listed(*parent)});
            if (!(wanted && names(*given, *wanted)) && !(short_form && names(*given, *short_form))) return false;
        }
    }
    return true;
}

// Items of a type named by a detail or child call's arguments.
std::vector<const Item*> named_items(const CallContext& call, const ResourceType& type, const catalogue::Call& spec) {
    std::vector<const Item*> found;
    for (const auto& item : call.account().items) {
        if (item.type != type.name || !in_region(call, type, item)) continue;
        bool all = true;
        bool any = false;
        for (const auto& argument : spec.arguments) {
            const auto* given = call.request.input.if_contains(argument.name);
            if (given == nullptr || !is_item_path(argument.value)) continue;
            auto wanted = evaluate(item_expression(argument.value), {.item = &item.document, .listed = &listed(item)});
            auto short_form = evaluate(item_expression(argument.value), {.item = &listed(item), .listed = &listed(item)});
            any = true;
            all = all && ((wanted && names(*given, *wanted)) || (short_form && names(*given, *short_form)));
        }
        if (all && (any || type.singleton)) found.push_back(&item);
    }
    return found;
}

// A token is the offset of the next page; clients must hand it back as it came.
std::size_t offset_of(const catalogue::Pagination& pagination, const json::object& input) {
    if (!pagination.paged()) return 0;
    const auto* token = input.if_contains(pagination.in.front());
    if (token == nullptr || !token->is_string()) return 0;
    auto decoded = from_base64(std::string_view(token->get_string()));
    if (!decoded || !decoded->starts_with("page:")) return std::size_t(-1);
    return static_cast<std::size_t>(std::strtoull(decoded->c_str() + 5, nullptr, 10));
}

std::size_t page_size(const CallContext& call, const catalogue::Pagination& pagination) {
    if (!pagination.paged()) return std::size_t(-1);
    auto wanted = pagination.limit.empty() ? 0 : int_or(json::value(call.request.input), pagination.limit);
    auto limit = call.world.page_size;
    return wanted > 0 ? std::min(static_cast<std::size_t>(wanted), limit) : limit;
}

void set_page(json::object& output, const catalogue::Pagination& pagination, std::size_t next) {
    if (!pagination.paged()) return;
    json::value whole(std::move(output));
    if (pagination.more) pagination.more->set(whole, next != 0);
    if (next != 0) {
        auto token = to_base64(as_bytes(fmt::format("page:{}", next)));
        for (const auto& out : pagination.out) out.set(whole, json::value(token));
    }
    output = std::move(whole.get_object());
}

// IAM's roles live in the account, not among the items.
std::vector<json::value> items_of(const CallContext& call, const ResourceType& type) {
    std::vector<json::value> out;
    for (const auto& item : call.account().items)
        if (is_listed(call, type, item)) out.push_back(type.detail ? listed(item) : item.document);
    if (type.name == "AWS::IAM::Role")
        for (const auto& [name, role] : call.account().roles) out.push_back(role_document(call.account(), role));
    return out;
}

json::value batch_element(const CallContext& call, const catalogue::Call& spec, const Item& item, const json::value& value) {
    // "TagDescriptions[].Tags": the element also names its resource, as the services do.
    json::object element;
    catalogue::Path path = spec.result;
    const auto& steps = path.steps();
    element[steps.back().name] = value;
    const auto* argument = spec.batch();
    auto name = evaluate(argument->value.elements[0], {.item = &item.document, .listed = &listed(item)});
    const auto* service = call.request.service;
    const model::Shape* shape = &service->shape(call.request.operation->output);
    for (const auto& step : steps) {
        if (step.kind == catalogue::Step::Kind::each) shape = &service->shape(shape->element);
        else if (const auto* member = shape->member(step.name)) shape = &service->shape(member->shape);
        if (step.kind == catalogue::Step::Kind::each) break;
    }
    for (const auto& member : shape->members)
        if (name && service->shape(member.shape).kind == model::ShapeKind::string) {
            element[member.name] = *name;
            break;
        }
    return element;
}

}  // namespace

InventoryServices::InventoryServices(const catalogue::Catalogue& catalogue) {
    for (const auto& type : catalogue.types()) {
        auto key = [&](const catalogue::Call& call) { return type.service + "." + call.operation; };
        lists_[key(type.list)].push_back({&type, &type.list, nullptr});
        if (type.detail) details_[key(*type.detail)].push_back({&type, &*type.detail, nullptr});
        for (const auto& child : type.children) children_[key(child.call)].push_back({&type, &child.call, &child});
    }
}

Answer InventoryServices::answer(const CallContext& call) const {
    auto key = call.request.service->id + "." + call.request.operation->name;
    if (auto uses = lists_.find(key); uses != lists_.end()) return list(call, uses->second);
    if (auto uses = details_.find(key); uses != details_.end()) return detail(call, uses->second);
    if (auto uses = children_.find(key); uses != children_.end()) return child(call, uses->second);
    return fault(400, "UnknownOperationException", "The simulated cloud does not know " + key + ".");
}

Answer InventoryServices::list(const CallContext& call, const std::vector<Use>& uses) const {
    json::object output;
    // Several types may share a call (users, groups and roles in one answer): a page is a page of all.
    const auto& pagination = uses.front().call->pagination;
    auto begin = offset_of(pagination, call.request.input);
    if (begin == std::size_t(-1)) return fault(400, "InvalidNextToken", "The pagination token is not valid.");
    auto size = page_size(call, pagination);
    std::size_t position = 0;
    bool more = false;
    for (const auto& use : uses) {
        if (!literals_match(*use.call, call.request.input)) continue;
        std::vector<json::value> page;
        for (auto& value : items_of(call, *use.type)) {
            auto at = position++;
            if (at < begin) continue;
            if (at - begin >= size) {
                more = true;
                break;
            }
            page.push_back(std::move(value));
        }
        if (!page.empty() || use.call->result.is_plural()) place(output, use.call->result, std::move(page));
    }
    set_page(output, pagination, more ? begin + size : 0);
    return output;
}

Answer InventoryServices::detail(const CallContext& call, const std::vector<Use>& uses) const {
    json::object output;
    bool batch = false;
    bool found = false;
    for (const auto& use : uses) {
        std::vector<json::value> values;
        for (const auto* item : named_items(call, *use.type, *use.call)) values.push_back(item->document);
        found = found || !values.empty();
        batch = batch || use.call->batch_size > 0;
        if (!values.empty()) place(output, use.call->result, std::move(values));
    }
    if (!found && !batch) return fault(404, "ResourceNotFoundException", "The requested resource does not exist.");
    return output;
}

Answer InventoryServices::child(const CallContext& call, const std::vector<Use>& uses) const {
    json::object output;
    for (const auto& use : uses) {
        if (!literals_match(*use.call, call.request.input)) continue;
        auto items = named_items(call, *use.type, *use.call);
        std::vector<json::value> values;
        for (const auto* item : items) {
            auto value = item->document.is_object() ? item->document.as_object().if_contains(use.child->key) : nullptr;
            if (value == nullptr) continue;
            if (use.call->batch_size > 0) {
                catalogue::Path holder = *catalogue::Path::parse(use.call->result.steps().front().name + "[]");
                place(output, holder, {batch_element(call, *use.call, *item, *value)});
            } else {
                values.push_back(*value);
            }
        }
        if (values.empty() && !items.empty() && !use.child->absent.empty() && use.call->batch_size == 0)
            return fault(404, use.child->absent.front(), "It is not set.");
        // The key's value stands for all that the path would find: a list is the list itself.
        if (!values.empty()) {
            json::value whole(std::move(output));
            if (use.call->result.is_whole() && values[0].is_object()) whole = values[0];
            else use.call->result.set(whole, values[0]);
            output = std::move(whole.get_object());
        }
    }
    return output;
}

}  // namespace patrol::cloudsim
