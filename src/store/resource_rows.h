// Resources as they are read: one row joins version, resource, attributes and slice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/resource.h"
#include "store/page.h"
#include "store/snapshot_rows.h"
#include "store/snapshot_slices.h"
#include "store/sql.h"
#include "store/words.h"

namespace patrol::store {

// The limit of a page, checked; and a number out of a cursor's place.
Result<std::size_t> page_limit(const PageRequest& request);
std::int64_t to_number(std::string_view text);

struct ResourceRow {
    std::int64_t account = 0, res = 0, slice = 0, first_seq = 0;
    std::int64_t first = 0, last = 0, content = 0, document = 0;
    std::int64_t region = 0, type = 0, scope = 0, category = 0, service = 0;  // words
    std::string key_hash, native_id, name, arn, tags, terms;
};

// Columns and joins behind "SELECT … FROM version v …": see read_resource_row.
extern const std::string_view resource_row_columns;
extern const std::string_view resource_row_joins;
ResourceRow read_resource_row(const Statement& row);

// One account in one snapshot.
struct AccountView {
    std::int64_t account = 0;  // number
    AccountId id;
    std::string name, customer_id, customer_name;
    std::int64_t seq = 0;
};
Result<AccountView> view_of_snapshot(Transaction& transaction, const TenantId& tenant,
                                     const SnapshotId& snapshot);
// Every account that has a snapshot (at or before `at`), in the order of their numbers.
Result<std::vector<AccountView>> views_of_tenant(Transaction& transaction, const TenantId& tenant,
                                                 std::optional<Timestamp> at);

// Makes model structs of rows; for the life of one transaction.
class ResourceReader {
public:
    enum class Terms { leave_out, read };

    ResourceReader(Transaction& transaction, Words& words, SnapshotSlices& slices)
        : transaction_(transaction), words_(words), remembered_(slices), lines_(transaction) {}

    Result<model::Resource> resource(ResourceRow row, const AccountView& view);
    Result<std::string> document(std::int64_t id);
    Result<std::string> word(std::int64_t number) { return words_.text(transaction_, number); }
    SliceLines& lines() { return lines_; }
    Transaction& transaction() { return transaction_; }

    // The version with this `first`.
    Result<std::optional<ResourceRow>> version(std::int64_t account, std::int64_t res, std::int64_t first);
    // The version that snapshot `seq` shows.
    Result<std::optional<ResourceRow>> at(std::int64_t account, std::int64_t res, std::int64_t seq);
    // The slices that hold resources in the view's snapshot.
    Result<LiveSlices> slices(const AccountView& view);
    // The next `limit` rows of a snapshot behind `after`, in the order of their numbers. Terms are long:
    // ResourceRow::terms is empty where they are left out.
    Result<std::vector<ResourceRow>> next(const AccountView& view, std::int64_t after, std::int64_t limit,
                                          Terms terms);

private:
    Result<std::optional<ResourceRow>> first_row(Result<Statement> statement);
    Result<void> add_slice(ResourceRow& row);
    Result<bool> is_complete(const ResourceRow& row, const AccountView& view);

    Transaction& transaction_;
    Words& words_;
    SnapshotSlices& remembered_;
    SliceLines lines_;
    // What slices() answered last: rows of one listing ask for the same.
    LiveSlices slices_;
    std::int64_t slices_account_ = 0, slices_seq_ = 0;
};

}  // namespace patrol::store
