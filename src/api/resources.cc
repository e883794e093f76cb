#include "store/resources.h"

#include <charconv>

#include "api/facets.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/render.h"
#include "base/encoding.h"

namespace patrol::api::resources {
namespace {

constexpr std::size_t history_default = 100;

// The explorer's box: a filter that is nothing but one word or phrase is looked up in the search index.
std::optional<std::string> search_text(const filter::Filter& filter) {
    if (!filter.root) return {};
    const auto* compare = std::get_if<filter::Compare>(&filter.root->as);
    if (compare == nullptr || compare->field != "text" || compare->values.size() != 1) return {};
    return compare->values.front().text;
}

Result<std::size_t> history_limit(const Call& call) {
    const auto text = call.query("limit");
    if (!text) return history_default;
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (error != std::errc() || end != text->data() + text->size() || limit < 1 ||
        limit > limits::page_items_max)
        return invalid("limit", "The limit is a whole number from 1 to 500.");
    return limit;
}

json::object render_version(const model::ResourceVersion& version) {
    return {{"from", time_or_null(version.from)},
            {"until", time_or_null(version.until)},
            {"live", version.live},
            {"first_seq", version.first_seq},
            {"last_seq", version.last_seq},
            {"hash", to_hex(as_bytes(version.hash))}};
}

json::array render_relations(const std::vector<store::Relation>& relations) {
    json::array array;
    for (const store::Relation& relation : relations)
        array.push_back(json::object{{"resource", render_resource(relation.resource)},
                                     {"identifier", relation.identifier}});
    return array;
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call, store::resource_vocabulary()));
    const auto at = TRY(time_parameter(call, "at"));
    const bool documents = TRY(wants_documents(call));
    const auto text = search_text(query.filter());
    const bool plain = !at && query.request().sort.empty() && query.request().cursor.empty();
    if (text && plain && !documents) {
        const auto found = TRY(call.store().resources().search(call.viewer(), *text, query.request().limit));
        return answer(whole_list_of(found, render_resource));
    }
    const auto page = TRY(call.store().resources().across(
        call.viewer(), at,
        {.page = query.request(),
         .documents = documents ? store::Documents::include : store::Documents::leave_out}));
    return answer_text(list_text(page, resource_text_bytes, append_resource));
}

Result<Answer> facets(Call& call) {
    const auto at = TRY(time_parameter(call, "at"));
    const FacetQuery query = TRY(FacetQuery::of(call));
    return answer(render_facets(
        TRY(call.store().resources().facets_across(call.viewer(), at, query.by(), query.filter))));
}

Result<Answer> get(Call& call) {
    const ResourceId id = TRY(call.id<ResourceId>());
    const auto at = TRY(time_parameter(call, "at"));
    if (const auto snapshot = call.query("snapshot")) {
        const auto parsed = SnapshotId::parse(*snapshot);
        if (!parsed) return fail(Call::not_found());
        return answer(render_resource(TRY(call.store().resources().get_in(call.viewer(), *parsed, id))));
    }
    return answer(render_resource(TRY(call.store().resources().get(call.viewer(), id, at))));
}

// Newest first; each version says what changed from the one before it.
Result<Answer> history(Call& call) {
    const ResourceId id = TRY(call.id<ResourceId>());
    const std::size_t limit = TRY(history_limit(call));
    const bool documents = TRY(wants_documents(call));
    const model::Resource resource = TRY(call.store().resources().get(call.viewer(), id));
    const auto versions =
        TRY(call.store().resources().history(call.viewer(), id, store::Documents::include, limit));
    json::array items;
    for (std::size_t i = 0; i < versions.size(); ++i) {
        json::object item = render_version(versions[i]);
        item["paths"] = i + 1 < versions.size()
                            ? render_paths(call.services.compare(resource.type, versions[i + 1].document,
                                                                 versions[i].document))
                            : json::array();
        if (documents) item["document"] = document_of(versions[i].document);
        items.push_back(std::move(item));
    }
    const std::size_t total = items.size();
    return answer({{"items", std::move(items)}, {"next_cursor", nullptr}, {"total", total}});
}

Result<Answer> relations(Call& call) {
    const ResourceId id = TRY(call.id<ResourceId>());
    const auto relations = TRY(call.store().resources().relations(call.viewer(), id));
    return answer({{"outgoing", render_relations(relations.outgoing)},
                   {"incoming", render_relations(relations.incoming)},
                   {"more", relations.more}});
}

}  // namespace patrol::api::resources
