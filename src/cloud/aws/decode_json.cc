#include "cloud/aws/decode_json.h"

#include "cloud/aws/wire_values.h"

namespace patrol::aws::wire {
namespace {

using model::Shape;
using model::ShapeKind;

void shape_timestamp(json::value& value) {
    std::optional<std::string> text;
    if (value.is_int64()) text = normal_timestamp(static_cast<double>(value.get_int64()));
    if (value.is_double()) text = normal_timestamp(value.get_double());
    if (value.is_string()) text = normal_timestamp(text_of(value));
    if (text) value = json::value(json::string_view(*text), value.storage());
}

// Absent and null are the same fact; XML can only say the former.
void drop_nulls(json::object& object) {
    for (auto at = object.begin(); at != object.end();)
        at = at->value().is_null() ? object.stable_erase(at) : std::next(at);
}

void rename(const Shape& shape, json::object& object) {
    if (std::ranges::all_of(shape.members, [](const auto& member) { return member.wire_name.empty(); }))
        return;
    json::object renamed(object.storage());
    renamed.reserve(object.size());
    for (auto& entry : object) {
        std::string_view key(entry.key().data(), entry.key().size());
        auto member =
            std::ranges::find_if(shape.members, [&](const auto& each) { return wire_name(each) == key; });
        auto name = member == shape.members.end() ? key : std::string_view(member->name);
        renamed.insert_or_assign(json::string_view(name.data(), name.size()), std::move(entry.value()));
    }
    object = std::move(renamed);
}

void shape_structure(const model::Service& service, const Shape& shape, json::value& value) {
    if (!value.is_object()) return;
    auto& object = value.get_object();
    drop_nulls(object);
    rename(shape, object);
    for (const auto& member : shape.members) {
        const auto& of_member = service.shape(member.shape);
        if (is_scalar(of_member.kind) && of_member.kind != ShapeKind::timestamp) continue;
        if (auto* field = object.if_contains(member.name)) shape_json(service, of_member, *field);
    }
}

}  // namespace

void shape_json(const model::Service& service, const Shape& shape, json::value& value) {
    switch (shape.kind) {
        case ShapeKind::structure:
            shape_structure(service, shape, value);
            return;
        case ShapeKind::list: {
            const auto& element = service.shape(shape.element);
            if (!value.is_array() || (is_scalar(element.kind) && element.kind != ShapeKind::timestamp))
                return;
            for (auto& item : value.get_array()) shape_json(service, element, item);
            return;
        }
        case ShapeKind::map: {
            const auto& element = service.shape(shape.element);
            if (!value.is_object() || (is_scalar(element.kind) && element.kind != ShapeKind::timestamp))
                return;
            for (auto& entry : value.get_object()) shape_json(service, element, entry.value());
            return;
        }
        case ShapeKind::timestamp:
            shape_timestamp(value);
            return;
        default:
            return;
    }
}

}  // namespace patrol::aws::wire
