#include "catalogue/item_shape.h"

namespace patrol::catalogue {

using model::no_shape;
using model::Service;
using model::ShapeIndex;
using model::ShapeKind;

ShapePlace follow(const Service& service, ShapeIndex from, std::span<const Step> steps) {
    ShapeIndex at = from;
    for (const auto& step : steps) {
        if (at == no_shape) return {};
        const auto& shape = service.shape(at);
        if (shape.kind == ShapeKind::document) return {true, no_shape};
        switch (step.kind) {
            case Step::Kind::each:
                if (shape.kind != ShapeKind::list) return {};
                at = shape.element;
                break;
            case Step::Kind::key:
                if (shape.kind != ShapeKind::map) return {};
                at = shape.element;
                break;
            case Step::Kind::member: {
                const auto* member = shape.kind == ShapeKind::structure ? shape.member(step.name) : nullptr;
                if (!member) return {};
                at = member->shape;
                break;
            }
        }
    }
    return {at != no_shape, at};
}

ItemShape::ItemShape(const ResourceType& type, const Service& service) : type_(type), service_(service) {
    listed_ = place_of(type.list);
    current_ = type.detail ? place_of(*type.detail) : listed_;
}

ShapePlace ItemShape::at(const Path& path) const {
    if (path.root() == Path::Root::listed) return from(listed_, path.steps());
    if (!path.is_whole() && path.steps().front().kind == Step::Kind::member)
        if (const auto* child = type_.child(path.steps().front().name))
            return from(place_of(child->call), std::span(path.steps()).subspan(1));
    return from(current_, path.steps());
}

ShapePlace ItemShape::from(ShapePlace start, std::span<const Step> steps) const {
    if (!start.found || start.shape == no_shape) return start;
    return follow(service_, start.shape, steps);
}

ShapePlace ItemShape::place_of(const Call& call) const {
    const auto* operation = service_.operation(call.operation);
    if (!operation || operation->output == no_shape) return {};
    return follow(service_, operation->output, call.result.steps());
}

}  // namespace patrol::catalogue
