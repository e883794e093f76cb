// What the items of a resource type look like, seen from the API table: whether a path leads somewhere.
#pragma once

#include <span>

#include "catalogue/resource_type.h"
#include "model/api_model.h"

namespace patrol::catalogue {

// Where a path leads: a shape, or nothing known (below a free-form document).
struct ShapePlace {
    bool found = false;
    model::ShapeIndex shape = model::no_shape;  // no_shape while found: anything may be below
};

ShapePlace follow(const model::Service& service, model::ShapeIndex from, std::span<const Step> steps);

class ItemShape {
public:
    ItemShape(const ResourceType& type, const model::Service& service);

    [[nodiscard]] bool known() const { return listed_.found && current_.found; }
    // Child calls count as members of the item; "$item" paths start at the listed item.
    [[nodiscard]] ShapePlace at(const Path& path) const;

private:
    [[nodiscard]] ShapePlace from(ShapePlace start, std::span<const Step> steps) const;
    [[nodiscard]] ShapePlace place_of(const Call& call) const;

    const ResourceType& type_;
    const model::Service& service_;
    ShapePlace listed_;
    ShapePlace current_;
};

}  // namespace patrol::catalogue
