// Paths and past decisions as JSON columns.
#include "base/json.h"
#include "base/limits.h"
#include "store/drift_rows.h"
#include "store/json_columns.h"

namespace patrol::store {
namespace {

json::object to_json(const model::PathChange& path) {
    return {{"path", path.path},
            {"before", path.before},
            {"after", path.after},
            {"severity", static_cast<int>(path.severity)},
            {"why", path.why}};
}

Failure damaged() { return fail(Error::Kind::internal, "A stored change is damaged."); }

}  // namespace

PathColumns path_columns(const std::vector<model::PathChange>& paths) {
    PathColumns out;
    json::array head, rest;
    std::size_t bytes = 0;
    bool whole = true;
    for (const auto& path : paths) {
        bytes += path.path.size() + path.before.size() + path.after.size() + path.why.size();
        whole = whole && head.size() < head_paths_max && bytes <= head_paths_bytes;
        if (whole) head.push_back(to_json(path));
        if (out.names.size() + path.path.size() < path_names_bytes) out.names += path.path + "\n";
    }
    if (!whole) {
        for (const auto& path : paths) rest.push_back(to_json(path));
        out.rest = to_text(rest);
    }
    out.head = to_text(head);
    return out;
}

Result<std::vector<model::PathChange>> parse_paths(std::string_view text) {
    const auto value = TRY(parse_json(text, {.depth = limits::document_json_depth}));
    std::vector<model::PathChange> out;
    const auto* list = value.if_array();
    if (list == nullptr) return damaged();
    for (const auto& each : *list)
        out.push_back({.path = std::string(string_or(each, "path")),
                       .before = std::string(string_or(each, "before")),
                       .after = std::string(string_or(each, "after")),
                       .severity = static_cast<model::Severity>(int_or(each, "severity")),
                       .why = std::string(string_or(each, "why"))});
    return out;
}

std::string past_text(const std::vector<model::PastDecision>& past) {
    json::array list;
    for (const auto& each : past)
        list.push_back(json::object{{"state", model::to_string(each.state)},
                                    {"by", each.by},
                                    {"at", each.at.ms},
                                    {"note", each.note},
                                    {"paths", strings_text(each.paths)}});
    return to_text(list);
}

Result<std::vector<model::PastDecision>> parse_past(std::string_view text) {
    const auto value = TRY(parse_json(text));
    std::vector<model::PastDecision> out;
    const auto* list = value.if_array();
    if (list == nullptr) return damaged();
    for (const auto& each : *list)
        out.push_back(
            {.state =
                 model::parse_change_state(string_or(each, "state")).value_or(model::ChangeState::accepted),
             .by = std::string(string_or(each, "by")),
             .at = {int_or(each, "at")},
             .note = std::string(string_or(each, "note")),
             .paths = TRY(parse_strings(string_or(each, "paths")))});
    return out;
}

}  // namespace patrol::store
