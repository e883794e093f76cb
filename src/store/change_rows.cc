#include "store/change_rows.h"

#include <algorithm>

#include <fmt/core.h>

#include "store/actor_column.h"
#include "store/document_codec.h"
#include "store/drift_rows.h"

namespace patrol::store {
namespace {

constexpr std::size_t all_paths_bytes_max = 64 * 1024 * 1024;
constexpr std::string_view group_prefix = "grp_";

Failure no_change() { return fail(Error::Kind::not_found, "There is no such change."); }

std::optional<Timestamp> time_or_none(Timestamp time) {
    return time.is_set() ? std::optional(time) : std::nullopt;
}

}  // namespace

const std::string_view change_columns =
    "d.id, s.id, c.id, d.op, d.severity, d.why, d.category, d.resource, d.type, d.native_id, d.arn, d.name, "
    "d.region, d.paths, d.paths_total, d.state, d.value, d.actor, d.first_seen, CASE WHEN d.live = 1 AND "
    "d.unknown_since = 0 THEN b.evaluated_at ELSE d.last_seen END, d.unknown_since, d.snoozed_until, "
    "d.assignee, d.note, d.decided_by, d.decided_at, d.previously, d.cause, d.actor_class, d.account, "
    "d.number, d.hidden_by";
const std::string_view change_tables =
    "drift_change d JOIN cloud_account c ON c.number = d.account LEFT JOIN change_set s ON s.account = "
    "d.account AND s.number = d.change_set LEFT JOIN baseline b ON b.account = d.account AND b.number = "
    "s.baseline";

Result<model::Change> read_change(const Statement& row) {
    model::Change change{.id = row.id<ChangeId>(0),
                         .set = row.id<ChangeSetId>(1),
                         .account = row.id<AccountId>(2),
                         .op = model::parse_change_op(row.view(3)).value_or(model::ChangeOp::modified),
                         .severity = static_cast<model::Severity>(row.integer(4)),
                         .why = row.text(5),
                         .category = row.text(6),
                         .resource = row.id<ResourceId>(7),
                         .type = row.text(8),
                         .native_id = row.text(9),
                         .arn = row.text(10),
                         .name = row.text(11),
                         .region = row.text(12),
                         .paths = TRY(parse_paths(row.view(13))),
                         .paths_total = row.integer(14),
                         .state = model::parse_change_state(row.view(15)).value_or(model::ChangeState::open),
                         .value = row.text(16),
                         .actor = TRY(parse_actor(row.view(17))),
                         .first_seen = row.time(18),
                         .last_seen = row.time(19),
                         .unknown_since = time_or_none(row.time(20)),
                         .snoozed_until = time_or_none(row.time(21)),
                         .assignee = row.text(22),
                         .note = row.text(23),
                         .decided_by = row.text(24),
                         .decided_at = time_or_none(row.time(25)),
                         .previously = TRY(parse_past(row.view(26))),
                         .group = group_key(row.view(27), row.view(28))};
    change.last_seen = std::max(change.last_seen, change.first_seen);
    return change;
}

Result<ChangeKey> find_change(Transaction& transaction, const TenantId& tenant, const ChangeId& change) {
    auto row = TRY(
        transaction.query("SELECT d.account, d.number, d.change_set FROM drift_change d JOIN cloud_account "
                          "c ON c.number = d.account WHERE d.id = ?2 AND c.tenant = ?1",
                          tenant, change));
    if (!TRY(row.step())) return no_change();
    return ChangeKey{row.integer(0), row.integer(1), row.integer(2)};
}

Result<model::Change> change_at(Transaction& transaction, const ChangeKey& key) {
    std::optional<model::Change> change;
    {
        auto row =
            TRY(transaction.query(fmt::format("SELECT {} FROM {} WHERE d.account = ?1 AND d.number = ?2",
                                              change_columns, change_tables),
                                  key.account, key.number));
        if (!TRY(row.step())) return no_change();
        change = TRY(read_change(row));
    }
    if (change->paths_total == static_cast<std::int64_t>(change->paths.size())) return std::move(*change);
    auto rest = TRY(transaction.query(
        "SELECT packed FROM drift_change_paths WHERE account = ?1 AND number = ?2", key.account, key.number));
    if (!TRY(rest.step())) return std::move(*change);
    const auto text = TRY(unpack_bytes(rest.view(0), all_paths_bytes_max));
    change->paths = TRY(parse_paths(text));
    return std::move(*change);
}

std::string group_key(std::string_view cause, std::string_view actor_class) {
    return fmt::format("{}{}{}{}", group_prefix, cause, actor_class.empty() ? "" : ".", actor_class);
}

std::optional<GroupKey> parse_group_key(std::string_view key) {
    if (!key.starts_with(group_prefix)) return {};
    key.remove_prefix(group_prefix.size());
    const auto dot = std::min(key.find('.'), key.size());
    GroupKey out{std::string(key.substr(0, dot)), std::string(key.substr(std::min(dot + 1, key.size())))};
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (out.cause.empty() || !std::ranges::all_of(out.cause, plain) ||
        !std::ranges::all_of(out.actor_class, plain))
        return {};
    return out;
}

std::string group_request(std::string_view key, std::string_view request) {
    return fmt::format("{}:{}", key, request);
}

}  // namespace patrol::store
