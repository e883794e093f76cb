#include "cloudsim/inventory_services.h"

#include <algorithm>

#include "cloudsim/matching.h"
#include "cloudsim/paging.h"
#include "cloudsim/placement.h"
#include "cloudsim/refusal.h"

namespace patrol::cloudsim {
namespace {

using catalogue::Path;
using StepKind = catalogue::Step::Kind;

std::string key_of(const model::Service& service, std::string_view operation) {
    const auto& name = service.endpoint.signing_name;
    return fmt::format("{}.{}", name.empty() ? service.id : name, operation);
}

Answer bad_token() { return fault(400, "InvalidNextToken", "The pagination token is not valid."); }

Answer not_there(const CallContext& call) {
    const auto& id = call.request.service->id;
    auto code = id == "s3"    ? "NoSuchBucket"
                : id == "iam" ? "NoSuchEntity"
                : id == "ec2" ? "InvalidParameterValue"
                              : "ResourceNotFoundException";
    return fault(id == "ec2" ? 400 : 404, code, "The requested resource does not exist.");
}

// The path up to its first list, with it, and what is below: "A.B[].C" → "A.B[]", "C".
std::pair<Path, Path> split_at_list(const Path& path) {
    const auto& text = path.text();
    auto at = text.find("[]");
    auto list = Path::parse((at == std::string::npos ? text : text.substr(0, at)) + "[]");
    auto rest = at == std::string::npos ? "" : text.substr(at + 2);
    if (rest.starts_with('.')) rest.erase(0, 1);
    return {list ? *list : Path(), rest.empty() ? Path() : Path::parse(rest).value_or(Path())};
}

// The member of a batch's answer that says whom an element is about: the argument's own name, else
// the first text.
std::string naming_member(const CallContext& call, const Path& list, const catalogue::Expression& argument) {
    const auto& service = *call.request.service;
    const auto* shape = &service.shape(call.request.operation->output);
    for (const auto& step : list.steps()) {
        if (step.kind == StepKind::each) {
            shape = &service.shape(shape->element);
        } else {
            const auto* member = shape->member(step.name);
            if (member == nullptr) return "";
            shape = &service.shape(member->shape);
        }
    }
    const auto& steps = argument.path.steps();
    if (!steps.empty() && shape->member(steps.back().name) != nullptr) return steps.back().name;
    for (const auto& member : shape->members)
        if (service.shape(member.shape).kind == model::ShapeKind::string) return member.name;
    return "";
}

// An argument that was not sent restricts nothing, but FunctionVersion=ALL adds to what Lambda lists.
bool widens(const catalogue::Call& call) {
    return call.operation == "ListFunctions" && !call.arguments.empty();
}

}  // namespace

InventoryServices::InventoryServices(const catalogue::Catalogue& catalogue) {
    for (const auto& type : catalogue.types()) {
        const auto* service = catalogue.api().service(type.service);
        if (service == nullptr) continue;
        auto key = [&](const catalogue::Call& call) { return key_of(*service, call.operation); };
        lists_[key(type.list)].push_back({&type, &type.list, nullptr});
        if (type.detail) details_[key(*type.detail)].push_back({&type, &*type.detail, nullptr});
        for (const auto& child : type.children)
            children_[key(child.call)].push_back({&type, &child.call, &child});
    }
}

Answer InventoryServices::answer(const CallContext& call) const {
    auto key = key_of(*call.request.service, call.request.operation->name);
    // One operation may play several roles; a child or detail call names its item, a list does not.
    for (const auto& [uses, play] : {std::pair(&details_, &detail), {&children_, &child}, {&lists_, &list}}) {
        auto found = uses->find(key);
        if (found == uses->end()) continue;
        auto answer = play(call, meant(call, found->second));
        bool is_last = uses == &lists_ || !lists_.contains(key);
        if (answer || is_last) return answer;
    }
    return std::unexpected(refusal(*call.request.service, Refusal::unknown_operation,
                                   "The simulated cloud does not know " + key + "."));
}

// Uses whose literal arguments were sent go before those that have none: a list with the filter
// engine=docdb is DocumentDB's alone.
std::vector<InventoryServices::Use> InventoryServices::meant(const CallContext& call,
                                                             const std::vector<Use>& uses) {
    std::vector<Use> agreeing, others;
    for (const auto& use : uses) {
        auto match = match_literals(*use.call, call.request.input);
        if (match == LiteralMatch::agree) agreeing.push_back(use);
        if (match == LiteralMatch::none_sent && !widens(*use.call)) others.push_back(use);
    }
    return agreeing.empty() ? others : agreeing;
}

Answer InventoryServices::list(const CallContext& call, const std::vector<Use>& uses) {
    json::object output;
    if (uses.empty()) return output;
    // Several types may share a call (users, groups and roles in one answer): a page is a page of all.
    Pages pages(uses.front().call->pagination, call.request.input, call.world.page_size);
    if (!pages.token_is_valid()) return bad_token();
    std::size_t position = 0;
    for (const auto& use : uses) {
        Stock stock(call, *use.type);
        std::vector<json::value> page;
        for (const auto* item : stock.in_list())
            if (pages.takes(position++))
                page.push_back(
                    without_children(*use.type, use.type->detail ? listed(*item) : item->document));
        if (!page.empty() || use.call->result.is_plural()) place(output, use.call->result, std::move(page));
    }
    pages.finish(output);
    return output;
}

Answer InventoryServices::detail(const CallContext& call, const std::vector<Use>& uses) {
    json::object output;
    bool may_be_empty = false;
    for (const auto& use : uses) {
        Stock stock(call, *use.type);
        std::vector<json::value> values;
        for (const auto* item : stock.named(*use.call))
            values.push_back(without_children(*use.type, item->document));
        may_be_empty = may_be_empty || !values.empty() || use.call->batch_size > 0;
        if (!values.empty()) place(output, use.call->result, std::move(values));
    }
    if (!may_be_empty) return not_there(call);
    return output;
}

Answer InventoryServices::child(const CallContext& call, const std::vector<Use>& uses) {
    bool known = false;
    std::string absent;
    for (const auto& use : uses) {
        Stock stock(call, *use.type);
        auto items = stock.named(*use.call);
        if (items.empty()) continue;
        if (use.call->batch_size > 0) return child_batch(call, use, items);
        known = true;
        if (!use.child->absent.empty()) absent = use.child->absent.front();
        for (const auto* item : items) {
            const auto* value = find(item->document, use.child->key);
            if (value != nullptr) return child_value(call, use, *value);
        }
    }
    if (!known) return not_there(call);
    if (!absent.empty()) return fault(404, absent, "It is not set.");
    return json::object{};
}

// The key's value stands for all that the path finds: a list is the list itself, page by page.
Answer InventoryServices::child_value(const CallContext& call, const Use& use, const json::value& value) {
    Pages pages(use.call->pagination, call.request.input, call.world.page_size);
    if (!pages.token_is_valid()) return bad_token();
    auto page = value;
    if (value.is_array()) {
        page.emplace_array();
        std::size_t position = 0;
        for (const auto& element : value.get_array())
            if (pages.takes(position++)) page.get_array().push_back(element);
    }
    json::object output;
    const auto& result = use.call->result;
    bool by_element = page.is_array() && !result.is_whole() && result.steps().back().kind == StepKind::each;
    if (by_element)
        place(output, result, {page.get_array().begin(), page.get_array().end()});
    else
        place(output, result, {std::move(page)});
    pages.finish(output);
    return output;
}

// "TagDescriptions[].Tags": each element also names its item, as the services do.
Answer InventoryServices::child_batch(const CallContext& call, const Use& use,
                                      const std::vector<const Item*>& items) {
    const auto [list, below] = split_at_list(use.call->result);
    const auto& argument = use.call->batch()->value.elements.at(0);
    const auto member = naming_member(call, list, argument);
    std::vector<json::value> elements;
    for (const auto* item : items) {
        const auto* value = find(item->document, use.child->key);
        auto name = evaluate(argument, {.item = &item->document, .listed = &listed(*item)});
        if (value == nullptr || !name) continue;
        std::vector<json::value> parts{*value};
        if (below.is_whole() && value->is_array())
            parts.assign(value->get_array().begin(), value->get_array().end());
        for (auto& part : parts) {
            json::object element;
            place(element, below, {std::move(part)});
            if (!member.empty()) element[member] = *name;
            elements.push_back(std::move(element));
        }
    }
    json::object output;
    place(output, list, std::move(elements));
    return output;
}

}  // namespace patrol::cloudsim
