// One resource: as it is, as it was, and what became of it.
#include <algorithm>

#include "store/inventory_key.h"
#include "store/resource_filter.h"
#include "store/resources.h"

namespace patrol::store {
namespace {

Failure no_resource() { return fail(Error::Kind::not_found, "There is no such resource."); }

struct Located {
    AccountView view;
    std::int64_t res = 0;
};

// The id holds no account: every account of the tenant is asked, and nothing of another tenant is.
Result<Located> locate(Transaction& transaction, const TenantId& tenant, const ResourceId& id,
                       std::optional<Timestamp> at) {
    const auto key = parse_resource_id(id);
    if (!key) return no_resource();
    const auto account =
        TRY(transaction.integer("SELECT r.account FROM cloud_account c CROSS JOIN resource r WHERE c.tenant "
                                "= ?1 AND r.account = c.number "
                                "AND r.key_hash = ?2 LIMIT 1",
                                tenant, Blob{bytes_of(*key)}));
    if (!account) return no_resource();
    for (auto& view : TRY(views_of_tenant(transaction, tenant, at)))
        if (view.account == *account) {
            const auto res = TRY(find_key(transaction, view.account, bytes_of(*key)));
            if (res) return Located{std::move(view), *res};
        }
    return no_resource();
}

Result<std::optional<ResourceRow>> latest(ResourceReader& reader, const Located& found) {
    const auto first = TRY(reader.transaction().integer(
        "SELECT MAX(first) FROM version WHERE account = ?1 AND res = ?2 AND first <= ?3", found.view.account,
        found.res, found.view.seq));
    if (!first) return std::nullopt;
    return reader.version(found.view.account, found.res, *first);
}

Result<model::Resource> with_document(ResourceReader& reader, const ResourceRow& row,
                                      const AccountView& view) {
    auto resource = TRY(reader.resource(row, view));
    resource.document = TRY(reader.document(row.document));
    return resource;
}

}  // namespace

Result<model::Resource> Resources::get(const Viewer& viewer, const ResourceId& id,
                                       std::optional<Timestamp> at) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<model::Resource> {
        const auto found = TRY(locate(transaction, viewer.tenant, id, at));
        ResourceReader reader(transaction, words_, slices_);
        const auto row = TRY(latest(reader, found));
        if (!row) return no_resource();
        return with_document(reader, *row, found.view);
    });
}

Result<model::Resource> Resources::get_in(const Viewer& viewer, const SnapshotId& snapshot,
                                          const ResourceId& id) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<model::Resource> {
        const auto view = TRY(view_of_snapshot(transaction, viewer.tenant, snapshot));
        const auto key = parse_resource_id(id);
        if (!key) return no_resource();
        const auto res = TRY(find_key(transaction, view.account, bytes_of(*key)));
        if (!res) return no_resource();
        ResourceReader reader(transaction, words_, slices_);
        const auto row = TRY(reader.at(view.account, *res, view.seq));
        if (!row) return no_resource();
        return with_document(reader, *row, view);
    });
}

Result<std::vector<model::ResourceVersion>> Resources::history(const Viewer& viewer, const ResourceId& id,
                                                               Documents documents, std::size_t limit) {
    return database_.read(
        viewer, [&](Transaction& transaction) -> Result<std::vector<model::ResourceVersion>> {
            const auto found = TRY(locate(transaction, viewer.tenant, id, std::nullopt));
            std::vector<model::ResourceVersion> versions;
            std::vector<std::int64_t> stored;
            {
                auto rows = TRY(
                    transaction.query("SELECT first, last, hash, document FROM version WHERE account = ?1 "
                                      "AND res = ?2 AND first <= ?3 "
                                      "ORDER BY first DESC LIMIT ?4",
                                      found.view.account, found.res, found.view.seq, limit));
                while (TRY(rows.step())) {
                    model::ResourceVersion version{.first_seq = rows.integer(0), .last_seq = rows.integer(1)};
                    version.live = version.last_seq == still;
                    if (version.live) version.last_seq = found.view.seq;
                    version.hash = rows.text(2);
                    versions.push_back(std::move(version));
                    stored.push_back(rows.integer(3));
                }
            }
            ResourceReader reader(transaction, words_, slices_);
            for (std::size_t i = 0; i < versions.size(); ++i) {
                auto& version = versions[i];
                version.from = TRY(reader.lines().time(found.view.account, version.first_seq));
                // The next snapshot is the first that showed it differently or not at all.
                if (!version.live)
                    version.until = TRY(reader.lines().time(found.view.account, version.last_seq + 1));
                if (documents == Documents::include) version.document = TRY(reader.document(stored[i]));
            }
            return versions;
        });
}

}  // namespace patrol::store
