// From a complete document to what a scan hands on: id, ARN, name, region, tags; redacted and hashed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "catalogue/resource_type.h"
#include "document/prepare.h"
#include "model/resource.h"

namespace patrol::inventory {

// An item of a parent type, as far as its children's calls need it.
struct ParentItem {
    json::value fields;  // the members named by `^path`, or the item itself where it is a text
    json::value listed;  // of `^$item`, in the same way; null where nothing asks for it
    std::string native_id;
};

struct ItemPlace {
    const catalogue::ResourceType& type;
    std::string_view partition;
    std::string_view account;
    std::string_view region;  // of the resource: "eu-west-1", "global"
    const ParentItem* parent = nullptr;
};

// `listed` may be null where no detail call replaced the item.
std::string text_of(const catalogue::Path& path, const json::value& document, const json::value* listed);
// Empty: it has none yet (Identity::hash), or none at all.
std::string native_id_of(const catalogue::ResourceType& type, const json::value& document,
                         const json::value* listed);
std::string arn_of(const ItemPlace& place, const json::value& document, const json::value* listed,
                   std::string_view id, std::string_view name);
// `given` is the text at the type's name path; where there is none the Name tag serves, else the id.
std::string name_of(std::string given, const model::Labels& tags, std::string_view id);
// A text of a resource as it is stored: see storable(), limits::resource_text_bytes.
std::string kept(std::string text);
// Every form AWS has: lists of {Key, Value} in any case, {TagKey, TagValue}, and maps.
model::Labels labels_of(const json::value& tags);

// What is kept of a parent. `paths` are those that its children's calls name.
ParentItem parent_of(const std::vector<catalogue::Path>& paths, const json::value& document,
                     const json::value* listed);
void bind_parent(catalogue::Bindings& bindings, const ParentItem* parent);
// The paths that `child`'s calls and ARN take from its parent.
std::vector<catalogue::Path> parent_paths(const catalogue::ResourceType& child);

}  // namespace patrol::inventory
