#include "api/render.h"

#include <array>

#include "api/json_text.h"

namespace patrol::api {
namespace {

constexpr std::size_t paths_shown_max = 500;

constexpr std::array statuses{model::SliceStatus::complete,    model::SliceStatus::partial,
                              model::SliceStatus::denied,      model::SliceStatus::not_granted,
                              model::SliceStatus::not_enabled, model::SliceStatus::throttled,
                              model::SliceStatus::failed,      model::SliceStatus::not_read};

}  // namespace

json::object render_counts(const model::ScanCounts& counts) {
    json::object object;
    model::each_count(counts, [&](std::string_view name, std::int64_t count) { object[name] = count; });
    return object;
}

json::value document_of(std::string_view text) {
    auto value = parse_json(text, {.depth = limits::document_json_depth});
    return value ? std::move(*value) : json::value(text);
}

json::object render_resource(const model::Resource& resource) {
    json::object object{{"id", resource.id.str()},
                        {"type", resource.type},
                        {"native_id", resource.native_id},
                        {"name", resource.name},
                        {"region", resource.region},
                        {"scope", resource.scope},
                        {"category", resource.category},
                        {"tags", labels_of(resource.tags)},
                        {"account_id", resource.account.str()},
                        {"first_seen", time_or_null(resource.first_seen)},
                        {"last_changed", time_or_null(resource.last_changed)}};
    if (!resource.arn.empty()) object["arn"] = resource.arn;
    if (resource.stale_since) object["stale_since"] = time_or_null(*resource.stale_since);
    if (resource.removed_at) object["removed_at"] = time_or_null(*resource.removed_at);
    if (!resource.document.empty()) object["document"] = document_of(resource.document);
    return object;
}

void append_resource(std::string& out, const model::Resource& resource) {
    ObjectText object(out);
    object.text("id", resource.id.str());
    object.text("type", resource.type);
    object.text("native_id", resource.native_id);
    object.text("name", resource.name);
    object.text("region", resource.region);
    object.text("scope", resource.scope);
    object.text("category", resource.category);
    object.labels("tags", resource.tags);
    object.text("account_id", resource.account.str());
    object.time("first_seen", resource.first_seen);
    object.time("last_changed", resource.last_changed);
    if (!resource.arn.empty()) object.text("arn", resource.arn);
    if (resource.stale_since) object.time("stale_since", *resource.stale_since);
    if (resource.removed_at) object.time("removed_at", *resource.removed_at);
    if (!resource.document.empty()) object.json("document", to_text(document_of(resource.document)));
}

json::array render_paths(const std::vector<drift::PathChange>& changes) {
    json::array paths;
    for (const drift::PathChange& change : changes) {
        if (paths.size() == paths_shown_max) break;
        paths.push_back(json::object{{"path", change.path},
                                     {"before", change.before ? *change.before : json::value(nullptr)},
                                     {"after", change.after ? *change.after : json::value(nullptr)}});
    }
    return paths;
}

json::object render_summary(store::CoverageSummary summary) {
    json::object object;
    for (const model::SliceStatus status : statuses) object[model::to_string(status)] = summary[status];
    object["total"] = summary.total();
    return object;
}

json::value coverage_summary(Call& call, const std::optional<SnapshotId>& snapshot) {
    if (!snapshot) return nullptr;
    const auto summary = call.store().coverage().summary(call.viewer(), *snapshot);
    return summary ? json::value(render_summary(*summary)) : json::value(nullptr);
}

Result<bool> wants_documents(const Call& call) {
    const auto fields = call.query("fields");
    if (!fields) return false;
    if (*fields == "document") return true;
    return invalid("fields", "The only extra field is document.");
}

}  // namespace patrol::api
