// The input of a call: its arguments evaluated with the item, the parent and the slice at hand.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/json.h"
#include "catalogue/resource_type.h"

namespace patrol::inventory {

struct Arguments {
    json::object input;
    std::string missing;  // an argument whose path has no match: the call makes no sense then
};

Arguments arguments_of(const catalogue::Call& call, const catalogue::Bindings& bindings);
// One call for several items; the batch argument holds one element of each.
Arguments batch_arguments(const catalogue::Call& call, std::span<const catalogue::Bindings> items);
// What names the item in a batch: the text of its element. Empty: it has none.
std::string batch_key(const catalogue::Call& call, const catalogue::Bindings& item);

}  // namespace patrol::inventory
