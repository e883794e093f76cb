#include "catalogue/validator.h"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "catalogue/item_shape.h"

namespace patrol::catalogue {
namespace {

using model::no_shape;
using model::Operation;
using model::Service;
using model::Shape;
using model::ShapeIndex;
using model::ShapeKind;

using Place = ShapePlace;

class Check {
public:
    Check(const ReadType& read, const Service& service, const FindType& find_type, const model::ApiModel& api,
          std::vector<Problem>& problems)
        : read_(read),
          type_(read.type),
          service_(service),
          find_type_(find_type),
          api_(api),
          problems_(problems),
          item_(read.type, service) {}

    void run() {
        check_parent();
        check_call(type_.list, "list", Role::list);
        if (type_.detail) check_call(*type_.detail, "detail", Role::detail);
        for (const auto& child : type_.children) check_call(child.call, "children." + child.key, Role::child);
        if (!item_.known()) return;
        check_guards();
        check_names();
        check_rules();
    }

private:
    enum class Role { list, detail, child };

    void report(std::string_view field, std::string text) {
        problems_.push_back({read_.file, read_.line(field), fmt::format("{}: {}", type_.name, text)});
    }

    void check_parent() {
        if (!type_.duplicate_of.empty() && !find_type_(type_.duplicate_of))
            report("duplicate_of", fmt::format("there is no type {}.", type_.duplicate_of));
        if (type_.parent.empty()) return;
        parent_type_ = find_type_(type_.parent);
        if (!parent_type_) return report("parent", fmt::format("there is no type {}.", type_.parent));
        const auto* service = api_.service(parent_type_->service);
        if (service) parent_.emplace(*parent_type_, *service);
    }

    void check_call(const Call& call, std::string_view field, Role role) {
        const auto* operation = service_.operation(call.operation);
        if (!operation)
            return report(field, fmt::format("{} has no operation {}.", type_.service, call.operation));
        bool paths_known = operation->output != no_shape;
        if (!paths_known || !follow(service_, operation->output, call.result.steps()).found)
            return report(field,
                          fmt::format("{} answers with no \"{}\".", call.operation, call.result.text()));
        if (role == Role::list && !type_.singleton && !call.result.is_plural())
            report(field, fmt::format("the result \"{}\" is no list.", call.result.text()));
        check_arguments(call, *operation, field, role);
        check_paging(call, *operation, field);
        if (call.iam_actions.empty()) report(field, "no IAM action is named.");
        for (const auto& action : call.iam_actions)
            if (action.find(':') == std::string::npos || action.ends_with(':'))
                report(field, fmt::format("\"{}\" is no IAM action.", action));
    }

    void check_arguments(const Call& call, const Operation& operation, std::string_view field, Role role) {
        const Shape* input = operation.input == no_shape ? nullptr : &service_.shape(operation.input);
        for (const auto& argument : call.arguments) {
            const auto* member = input ? input->member(argument.name) : nullptr;
            if (!member) {
                report(field, fmt::format("{} takes no argument {}.", call.operation, argument.name));
                continue;
            }
            check_expression(argument.value, member->shape, field, role);
        }
        if (!input) return;
        for (const auto& member : input->members) {
            bool given =
                std::ranges::any_of(call.arguments, [&](const auto& a) { return a.name == member.name; });
            if (member.required && !given && call.pagination.limit != member.name)
                report(field, fmt::format("{} needs the argument {}.", call.operation, member.name));
        }
    }

    void check_expression(const Expression& expression, ShapeIndex target, std::string_view field,
                          Role role) {
        const auto& shape = service_.shape(target);
        switch (expression.kind) {
            case Expression::Kind::item: {
                if (role == Role::list)
                    return report(field, "a list call has no item yet; use ^ for the parent.");
                if (!item_.known()) return;  // its list is already complained about
                // The detail call sees the listed item; children see the item after it.
                auto path =
                    role == Role::detail ? item_.at(listed(expression.path)) : item_.at(expression.path);
                check_value(path, shape, expression.path, field);
                break;
            }
            case Expression::Kind::parent:
                if (!parent_)
                    return report(field, fmt::format("\"^{}\" needs a parent.", expression.path.text()));
                check_value(parent_->at(expression.path), shape, expression.path, field, parent_type_);
                break;
            case Expression::Kind::list:
            case Expression::Kind::batch:
                if (shape.kind != ShapeKind::list)
                    return report(field, "a list is given where none is taken.");
                for (const auto& element : expression.elements)
                    check_expression(element, shape.element, field, role);
                break;
            case Expression::Kind::object:
                for (const auto& [name, value] : expression.members) {
                    const auto* member = shape.kind == ShapeKind::structure ? shape.member(name) : nullptr;
                    if (member)
                        check_expression(value, member->shape, field, role);
                    else
                        report(field, fmt::format("there is no \"{}\" in {}.", name, shape.name));
                }
                break;
            case Expression::Kind::each:
                if (expression.each.empty())
                    report(field,
                           fmt::format("{} has no enumeration {}.", type_.service, expression.enumeration));
                break;
            case Expression::Kind::literal:
                check_literal(expression.literal, shape, field);
                break;
            case Expression::Kind::account:
            case Expression::Kind::scope:
                break;
        }
    }
    // What a path gives must be text or a number where the argument is one.
    void check_value(Place place, const Shape& target, const Path& path, std::string_view field,
                     const ResourceType* of = nullptr) {
        if (!place.found)
            return report(field, fmt::format("{} has no \"{}\".", of ? of->name : "the item", path.text()));
        if (place.shape == no_shape) return;
        const auto& service = of ? *api_.service(of->service) : service_;
        bool scalar = !is_structured(service.shape(place.shape));
        if (scalar == is_structured(target))
            report(field, fmt::format("\"{}\" is of the wrong kind for its argument.", path.text()));
    }
    static bool is_structured(const Shape& shape) {
        return shape.kind == ShapeKind::structure || shape.kind == ShapeKind::list ||
               shape.kind == ShapeKind::map;
    }
    void check_literal(const json::value& literal, const Shape& shape, std::string_view field) {
        bool fits =
            shape.kind == ShapeKind::document ||
            (literal.is_string() && (shape.kind == ShapeKind::string || shape.kind == ShapeKind::blob)) ||
            (literal.is_int64() && (shape.kind == ShapeKind::number || shape.kind == ShapeKind::integer ||
                                    shape.kind == ShapeKind::string)) ||
            (literal.is_bool() && shape.kind == ShapeKind::boolean);
        if (!fits) report(field, fmt::format("the value {} is of the wrong kind.", to_text(literal)));
    }
    static Path listed(const Path& path) {
        auto text = path.is_whole() ? std::string("$item") : "$item." + path.text();
        if (path.root() == Path::Root::listed) return path;
        return Path::parse(text).value_or(path);
    }

    void check_paging(const Call& call, const Operation& operation, std::string_view field) {
        const auto& page = call.pagination;
        const Shape* input = operation.input == no_shape ? nullptr : &service_.shape(operation.input);
        auto where = field == "list" ? std::string_view("page") : field;
        auto takes = [&](const std::string& name) {
            if (!input || !input->member(name))
                report(where, fmt::format("{} takes no argument {}.", call.operation, name));
        };
        auto gives = [&](const Path& path) {
            if (!follow(service_, operation.output, path.steps()).found)
                report(where, fmt::format("{} answers with no \"{}\".", call.operation, path.text()));
        };
        for (const auto& name : page.in) takes(name);
        if (!page.limit.empty()) takes(page.limit);
        for (const auto& path : page.out) gives(path);
        if (page.more) gives(*page.more);
    }

    void check_path(const Path& path, std::string_view field) {
        if (!item_.at(path).found) report(field, fmt::format("there is no \"{}\" in the item.", path.text()));
    }
    // A type's guard sees the item as it is listed, a child's as it is then.
    void check_guards() {
        if (type_.only && !item_.at(listed(type_.only->path)).found)
            report("only", fmt::format("there is no \"{}\" in the listed item.", type_.only->path.text()));
        for (const auto& child : type_.children)
            if (child.only) check_path(child.only->path, "children." + child.key);
    }
    void check_names() {
        for (const auto& path : type_.id.paths) check_path(path, "id");
        if (type_.arn.path) check_path(*type_.arn.path, "arn");
        if (!type_.arn.arn_template.empty()) check_template(type_.arn.arn_template);
        if (type_.item_name) check_path(*type_.item_name, "name");
        if (type_.tags.kind != TagRule::Kind::joined) check_path(type_.tags.path, "tags");
    }
    void check_template(std::string_view text) {
        while (true) {
            auto open = text.find('{');
            if (open == std::string_view::npos) return;
            auto close = text.find('}', open);
            if (close == std::string_view::npos) return report("arn", "a \"{\" is open.");
            check_slot(text.substr(open + 1, close - open - 1));
            text.remove_prefix(close + 1);
        }
    }
    void check_slot(std::string_view slot) {
        constexpr std::string_view known[] = {"partition", "region", "account", "id", "name"};
        if (slot == "name" && !type_.item_name) return report("arn", "{name} needs a \"name\".");
        if (std::ranges::find(known, slot) != std::end(known)) return;
        bool of_parent = slot.starts_with("parent.");
        if (of_parent && parent_ && (slot == "parent.id" || slot == "parent.name")) return;
        auto path = Path::parse(of_parent ? slot.substr(7) : slot);
        if (path && of_parent && parent_ && parent_->at(*path).found) return;
        if (path && !of_parent && item_.at(*path).found) return;
        report("arn", fmt::format("there is no \"{}\" in the item.", slot));
    }

    void check_rules() {
        auto all = [&](const std::vector<Path>& paths, std::string_view field) {
            for (const auto& path : paths) check_path(path, field);
        };
        all(type_.volatiles, "volatile");
        all(type_.state, "state");
        all(type_.state_important, "state_important");
        all(type_.created, "created");
        all(type_.secrets, "secrets");
        all(type_.json, "json");
        all(type_.policies, "policies");
        for (const auto& each : type_.defaults) check_path(each.path, "defaults");
        for (const auto& path : type_.ordered) check_list(path, "ordered", {});
        for (const auto& path : type_.sets) check_list(path, "sets", {});
        for (const auto& list : type_.keyed) check_list(list.path, "keyed", list.keys);
        for (const auto& action : type_.missing)
            if (std::ranges::find(actions(), action) == actions().end())
                report("missing", fmt::format("no call of the type needs {}.", action));
    }
    void check_list(const Path& path, std::string_view field, const std::vector<std::string>& keys) {
        auto place = item_.at(path);
        if (!place.found) return check_path(path, field);
        if (place.shape == no_shape) return;
        const auto& shape = service_.shape(place.shape);
        if (shape.kind != ShapeKind::list)
            return report(field, fmt::format("\"{}\" is no list.", path.text()));
        for (const auto& key : keys)
            if (!service_.shape(shape.element).member(key))
                report(field, fmt::format("the elements of \"{}\" have no {}.", path.text(), key));
    }
    const std::vector<std::string>& actions() {
        if (actions_.empty()) actions_ = type_.iam_actions();
        return actions_;
    }

    const ReadType& read_;
    const ResourceType& type_;
    const Service& service_;
    const FindType& find_type_;
    const model::ApiModel& api_;
    std::vector<Problem>& problems_;
    ItemShape item_;
    const ResourceType* parent_type_ = nullptr;
    std::optional<ItemShape> parent_;
    std::vector<std::string> actions_;
};

bool fill(Expression& expression, const Service& service) {
    if (expression.kind != Expression::Kind::each || expression.enumeration.empty()) return true;
    for (const auto& shape : service.shapes) {
        if (shape.name != expression.enumeration || shape.values.empty()) continue;
        expression.each.clear();
        for (const auto& value : shape.values) expression.each.push_back({value, {}});
        return true;
    }
    return false;
}

}  // namespace

void validate(const ReadType& read, const model::ApiModel& api, const FindType& find_type,
              std::vector<Problem>& problems) {
    const auto* service = api.service(read.type.service);
    if (!service) {
        problems.push_back({read.file, read.line("service"),
                            fmt::format("{}: there is no service {}.", read.type.name, read.type.service)});
        return;
    }
    Check(read, *service, find_type, api, problems).run();
}

bool fill_enumerations(ResourceType& type, const model::ApiModel& api) {
    const auto* service = api.service(type.service);
    if (!service) return false;
    bool all = true;
    for (auto& argument : type.list.arguments) all = fill(argument.value, *service) && all;
    for (auto& child : type.children)
        for (auto& argument : child.call.arguments) all = fill(argument.value, *service) && all;
    return all;
}

}  // namespace patrol::catalogue
