// What an answer holds for the items that asked: values of child calls over several pages, and the
// shares of a batch. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "catalogue/path.h"

namespace patrol::inventory {

// The value at `path`: itself where it is one match, else the matches as one list (lists are joined).
// nullopt: no match, or null.
std::optional<json::value> value_at(const catalogue::Path& path, const json::value& output);

// A further page of the same value: lists are joined, objects merged, others replaced.
void append_page(json::value& so_far, json::value&& page);

// The elements of a batch's answer by the item that asked for them: element i of the result belongs to
// keys[i] (the text that named the item in the request). An element is recognised by the one of its
// members that names most of the items.
struct BatchShare {
    std::vector<json::value*> elements;
};
std::vector<BatchShare> share_batch(const catalogue::Path& result, json::value& output,
                                    std::span<const std::string> keys);
// The path of `result` from an element of its first list on: "TagDescriptions[].Tags" gives "Tags".
catalogue::Path below_elements(const catalogue::Path& result);

}  // namespace patrol::inventory
