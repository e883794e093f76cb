// Resources as a snapshot shows them, or as all accounts of a tenant stand now or stood at any past
// time. Filters are evaluated by filter::matches on every row, SQL only narrows down what it looks at,
// so both agree. Order without a sort is that of first appearance, account by account.
// Errors: Kind::not_found for anything of another tenant; Kind::invalid with field "cursor", "sort" or "q".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "filter/filter.h"
#include "model/ids.h"
#include "model/resource.h"
#include "store/page.h"
#include "store/snapshot_slices.h"
#include "store/snapshots.h"
#include "store/words.h"

namespace patrol::store {

// Fields of a resource filter, beside tag.<key>, doc.<path> and text: type category service region
// scope name id native_id arn account customer first_seen last_changed stale (true or false).
const filter::Vocabulary& resource_vocabulary();

enum class Total { leave_out, count };

// `page.sort`: name, type, region, first_seen, last_changed, "-" before it for descending.
struct ResourceList {
    PageRequest page;
    Documents documents = Documents::leave_out;
    Total total = Total::count;  // leave_out: Page::total is 0
};

struct FacetValue {
    std::string value;
    std::int64_t count = 0;
};
struct Facet {
    std::string field;               // category, type, region, service, account
    std::vector<FacetValue> values;  // largest first
};

// Another resource that a document names, or whose document names this one.
struct Relation {
    model::Resource resource;
    std::string identifier;  // the text that was found
};
struct Relations {
    std::vector<Relation> outgoing, incoming;
    bool more = false;  // cut at max_relations in one of the directions
};
inline constexpr std::size_t max_relations = 200;

class Resources {
public:
    Resources(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    Result<Page<model::Resource>> in_snapshot(const Viewer& viewer, const SnapshotId& snapshot,
                                              const ResourceList& list);
    // All accounts, each in its newest snapshot, or in the newest taken at or before `at`.
    Result<Page<model::Resource>> across(const Viewer& viewer, std::optional<Timestamp> at,
                                         const ResourceList& list);
    Result<std::vector<Facet>> facets(const Viewer& viewer, const SnapshotId& snapshot,
                                      std::span<const std::string_view> fields, const filter::Filter& filter);
    // Over all accounts, each as in across().
    Result<std::vector<Facet>> facets_across(const Viewer& viewer, std::optional<Timestamp> at,
                                             std::span<const std::string_view> fields,
                                             const filter::Filter& filter);

    // With its document, as it is now or was at `at`. A removed one is shown in its last state.
    Result<model::Resource> get(const Viewer& viewer, const ResourceId& id, std::optional<Timestamp> at = {});
    Result<model::Resource> get_in(const Viewer& viewer, const SnapshotId& snapshot, const ResourceId& id);
    // Newest first, at most `limit`; documents where asked for.
    Result<std::vector<model::ResourceVersion>> history(const Viewer& viewer, const ResourceId& id,
                                                        Documents documents, std::size_t limit = 100);
    Result<Relations> relations(const Viewer& viewer, const ResourceId& id);

    // The explorer's box: an ARN, id, name, IP or DNS name (whole or its beginning), a word of a name,
    // key=value of a tag. Exact hits first. Current resources only.
    Result<std::vector<model::Resource>> search(const Viewer& viewer, std::string_view text,
                                                std::size_t limit);

private:
    Database& database_;
    const Cursors& cursors_;
    Words words_;
    SnapshotSlices slices_;
};

}  // namespace patrol::store
