#include "scan/stored_neighbours.h"

#include "base/limits.h"
#include "base/log.h"
#include "store/newest_document.h"

namespace patrol::scan {

const json::value* StoredNeighbours::document(std::string_view type, std::string_view native_id) const {
    if (native_id.empty()) return nullptr;
    const auto* known_type = catalogue_.type(type);
    const bool regional = known_type == nullptr || known_type->scope == catalogue::Scope::regional;
    const model::SliceKey slice{std::string(type), regional ? region_ : "global"};
    auto name = slice.type + "\n" + slice.scope + "\n" + std::string(native_id);
    if (const auto at = known_.find(name); at != known_.end()) return at->second ? &*at->second : nullptr;
    if (known_.size() >= kept_max) known_.clear();
    std::optional<json::value> value;
    auto text = store::newest_document(store_.database(), tenant_, account_, slice, native_id);
    if (!text)
        log::warn("a neighbour could not be read", {{"type", slice.type}, {"why", text.error().message}});
    if (text && *text)
        if (auto parsed = parse_json(**text, {.depth = limits::document_json_depth}))
            value = std::move(*parsed);
    const auto& kept = known_.emplace(std::move(name), std::move(value)).first->second;
    return kept ? &*kept : nullptr;
}

}  // namespace patrol::scan
