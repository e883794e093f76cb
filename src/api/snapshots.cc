#include "store/snapshots.h"

#include <algorithm>
#include <array>

#include "api/body.h"
#include "api/drift_render.h"
#include "api/facets.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/render.h"
#include "store/resources.h"

namespace patrol::api::snapshots {
namespace {

json::object render(Call& call, const model::Snapshot& snapshot) {
    return {{"id", snapshot.id.str()},
            {"account_id", snapshot.account.str()},
            {"scan_id", snapshot.scan.str()},
            {"seq", snapshot.seq},
            {"taken_at", time_or_null(snapshot.taken_at)},
            {"state", model::to_string(snapshot.state)},
            {"counts", render_counts(snapshot.counts)},
            {"coverage", coverage_summary(call, snapshot.id)},
            {"catalogue_revision", snapshot.catalogue_revision},
            {"canonical_version", snapshot.canonical_version}};
}

json::object identity_of(const model::Resource& resource) {
    json::object object{{"id", resource.id.str()},         {"type", resource.type},
                        {"native_id", resource.native_id}, {"name", resource.name},
                        {"region", resource.region},       {"account_id", resource.account.str()}};
    if (!resource.arn.empty()) object["arn"] = resource.arn;
    return object;
}

json::object render_change(Call& call, const model::SnapshotChange& change, bool documents) {
    json::object object{{"op", model::to_string(change.op)},
                        {"category", change.resource.category},
                        {"resource", identity_of(change.resource)},
                        {"paths", json::array()}};
    if (change.op == model::ChangeOp::modified)
        object["paths"] =
            render_paths(call.services.compare(change.resource.type, change.before, change.after));
    if (documents) {
        object["before"] = change.before.empty() ? json::value(nullptr) : document_of(change.before);
        object["after"] = change.after.empty() ? json::value(nullptr) : document_of(change.after);
    }
    return object;
}

}  // namespace

Result<Answer> get(Call& call) {
    const SnapshotId id = TRY(call.id<SnapshotId>());
    return answer(render(call, TRY(call.store().snapshots().get(call.viewer(), id))));
}

Result<Answer> resources(Call& call) {
    const SnapshotId id = TRY(call.id<SnapshotId>());
    const ListQuery query = TRY(ListQuery::of(call, store::resource_vocabulary()));
    const bool documents = TRY(wants_documents(call));
    const auto page = TRY(call.store().resources().in_snapshot(
        call.viewer(), id,
        {.page = query.request(),
         .documents = documents ? store::Documents::include : store::Documents::leave_out}));
    return answer_text(list_text(page, resource_text_bytes, append_resource));
}

Result<Answer> facets(Call& call) {
    const SnapshotId id = TRY(call.id<SnapshotId>());
    const FacetQuery query = TRY(FacetQuery::of(call));
    return answer(
        render_facets(TRY(call.store().resources().facets(call.viewer(), id, query.by(), query.filter))));
}

Result<Answer> diff(Call& call) {
    const SnapshotId from = TRY(call.id<SnapshotId>());
    const SnapshotId to = TRY(call.id<SnapshotId>("other"));
    const ListQuery query = TRY(ListQuery::of(call));
    const bool documents = TRY(wants_documents(call));
    const auto page = TRY(call.store().snapshots().diff(
        call.viewer(),
        {.from = from, .to = to, .documents = store::Documents::include, .page = query.request()}));
    json::object body = list_of(page.changes, [&](const model::SnapshotChange& change) {
        return render_change(call, change, documents);
    });
    body["counts"] = json::object{{"added", page.counts.added},
                                  {"modified", page.counts.modified},
                                  {"removed", page.counts.removed},
                                  {"newly_visible", page.counts.newly_visible},
                                  {"unknown", page.counts.unknown}};
    return answer(std::move(body));
}

namespace {

std::optional<Timestamp> past_time(Call& call, Body& body, std::string_view name) {
    const auto text = body.required_text(name);
    const auto time = parse_rfc3339(text);
    if (!text.empty() && !time) body.wrong(name, "This must be a time such as 2026-01-31T09:00:00Z.");
    if (time && *time > call.now()) body.wrong(name, "This time has not come yet.");
    return time;
}

// Every account, or the one that was named.
Result<std::vector<AccountId>> accounts_to_prune(Call& call, const std::optional<AccountId>& account) {
    std::vector<AccountId> ids;
    if (account) ids.push_back(TRY(call.store().accounts().get(call.tenant(), *account)).id);
    store::PageRequest request{.limit = limits::page_items_max};
    for (bool more = !account; more;) {
        const auto page = TRY(call.store().accounts().list(call.tenant(), request));
        for (const auto& each : page.items) ids.push_back(each.id);
        more = page.next_cursor.has_value();
        request.cursor = page.next_cursor.value_or("");
    }
    return ids;
}

}  // namespace

Result<Answer> prune(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    const auto before = past_time(call, body, "before");
    const auto account = body.id<AccountId>("account_id");
    TRY(body.done());
    auto& snapshots = call.store().snapshots();
    std::int64_t versions = 0, accounts = 0;
    for (const auto& id : TRY(accounts_to_prune(call, account))) {
        const auto last = TRY(snapshots.newest(call.tenant(), id, *before - Millis(1)));
        if (!last) continue;
        versions += TRY(snapshots.drop_before(call.tenant(), id, last->seq + 1));
        ++accounts;
        log_decision(call, "prune", "account", id.str(), last->seq);
    }
    return answer({{"accounts", accounts}, {"versions", versions}});
}

}  // namespace patrol::api::snapshots
