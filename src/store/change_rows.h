// A change as it is read: columns and joins behind every SELECT of changes.
#pragma once

#include <string_view>

#include "model/drift.h"
#include "store/sql.h"

namespace patrol::store {

extern const std::string_view change_columns;
// "drift_change d JOIN …": d change, c account, s set, b baseline.
extern const std::string_view change_tables;

Result<model::Change> read_change(const Statement& row);

// Number and account's number of a change of the tenant, hidden or not.
struct ChangeKey {
    std::int64_t account = 0, number = 0, set = 0;
};
Result<ChangeKey> find_change(Transaction& transaction, const TenantId& tenant, const ChangeId& change);
Result<model::Change> change_at(Transaction& transaction, const ChangeKey& key);

// "grp_…": the cause and who did it, as GET /drift/groups names it.
std::string group_key(std::string_view cause, std::string_view actor_class);
struct GroupKey {
    std::string cause, actor_class;
};
std::optional<GroupKey> parse_group_key(std::string_view key);
// change_decision.request of a decision on a group: all of one group begin alike, "grp_…:".
std::string group_request(std::string_view key, std::string_view request);

}  // namespace patrol::store
