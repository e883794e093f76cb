#include "store/resource_rows.h"

#include <charconv>

#include <fmt/core.h>

#include "store/document_codec.h"
#include "store/inventory_key.h"
#include "store/search_terms.h"

namespace patrol::store {

const std::string_view resource_row_columns =
    "v.account, r.res, r.slice, r.first_seq, v.first, v.last, v.content, v.document, a.region, s.type, "
    "s.scope, "
    "s.category, s.service, r.key_hash, r.native_id, a.name, a.arn, a.tags, a.terms";
const std::string_view resource_row_joins =
    "CROSS JOIN resource r CROSS JOIN attributes a CROSS JOIN slice s WHERE r.account = v.account AND r.res "
    "= v.res "
    "AND a.account = v.account AND a.res = v.res AND a.first = v.attributes AND s.account = v.account AND "
    "s.id = r.slice";

ResourceRow read_resource_row(const Statement& row) {
    return {.account = row.integer(0),
            .res = row.integer(1),
            .slice = row.integer(2),
            .first_seq = row.integer(3),
            .first = row.integer(4),
            .last = row.integer(5),
            .content = row.integer(6),
            .document = row.integer(7),
            .region = row.integer(8),
            .type = row.integer(9),
            .scope = row.integer(10),
            .category = row.integer(11),
            .service = row.integer(12),
            .key_hash = row.text(13),
            .native_id = row.text(14),
            .name = row.text(15),
            .arn = row.text(16),
            .tags = row.text(17),
            .terms = row.text(18)};
}

namespace {

// SQLite keeps the order of the tables as written (CROSS JOIN), so a listing starts from the versions.
const std::string& version_sql() {
    static const auto sql =
        fmt::format("SELECT {} FROM version v {} AND v.account = ?1 AND v.res = ?2 AND v.first = ?3",
                    resource_row_columns, resource_row_joins);
    return sql;
}
const std::string& at_sql() {
    static const auto sql = fmt::format(
        "SELECT {} FROM version v {} AND v.account = ?1 AND v.res = ?2 AND v.first <= ?3 AND v.last >= ?3",
        resource_row_columns, resource_row_joins);
    return sql;
}
// The page is cut before it is joined; the bounds are repeated for PostgreSQL's merge joins.
const std::string& next_sql() {
    static const auto sql = fmt::format(
        "SELECT {} FROM (SELECT account, res, first, last, content, document, attributes FROM version "
        "WHERE account = ?1 AND res > ?2 AND {{plus}}first <= ?3 AND {{plus}}last >= ?3 ORDER BY res LIMIT "
        "?4) v {} "
        "AND r.account = ?1 AND r.res > ?2 AND a.account = ?1 AND a.res > ?2 ORDER BY v.res",
        resource_row_columns, resource_row_joins);
    return sql;
}

constexpr std::string_view account_columns =
    "c.number, c.id, c.name, COALESCE(c.customer_id, ''), COALESCE(u.name, '')";

AccountView read_view(const Statement& row) {
    return {.account = row.integer(0),
            .id = row.id<AccountId>(1),
            .name = row.text(2),
            .customer_id = row.text(3),
            .customer_name = row.text(4),
            .seq = row.integer(5)};
}

}  // namespace

Result<std::size_t> page_limit(const PageRequest& request) {
    if (request.limit >= 1 && request.limit <= limits::page_items_max) return request.limit;
    return invalid("limit", fmt::format("The limit is between 1 and {}.", limits::page_items_max));
}

std::int64_t to_number(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Result<AccountView> view_of_snapshot(Transaction& transaction, const TenantId& tenant,
                                     const SnapshotId& snapshot) {
    auto row = TRY(transaction.query(
        fmt::format("SELECT {}, s.seq FROM snapshot s JOIN cloud_account c ON c.number = s.account "
                    "LEFT JOIN customer u ON u.id = c.customer_id WHERE s.id = ?2 AND c.tenant = ?1 AND "
                    "s.dropped = 0",
                    account_columns),
        tenant, snapshot));
    if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such snapshot.");
    return read_view(row);
}

Result<std::vector<AccountView>> views_of_tenant(Transaction& transaction, const TenantId& tenant,
                                                 std::optional<Timestamp> at) {
    std::vector<AccountView> views;
    const auto seq =
        at ? "COALESCE((SELECT MAX(s.seq) FROM snapshot s WHERE s.account = c.number AND s.taken_at <= ?2 "
             "AND s.dropped = 0), 0)"
           : "i.newest_seq + 0 * ?2";
    auto rows = TRY(transaction.query(
        fmt::format("SELECT {}, {} FROM cloud_account c JOIN inventory i ON i.account = c.number "
                    "LEFT JOIN customer u ON u.id = c.customer_id WHERE c.tenant = ?1 ORDER BY c.number",
                    account_columns, seq),
        tenant, at ? at->ms : 0));
    while (TRY(rows.step()))
        if (auto view = read_view(rows); view.seq > 0) views.push_back(std::move(view));
    return views;
}

Result<std::optional<ResourceRow>> ResourceReader::first_row(Result<Statement> statement) {
    if (!statement) return Failure(std::move(statement).error());
    if (!TRY(statement->step())) return std::nullopt;
    return read_resource_row(*statement);
}

Result<std::optional<ResourceRow>> ResourceReader::version(std::int64_t account, std::int64_t res,
                                                           std::int64_t first) {
    return first_row(transaction_.query(version_sql(), account, res, first));
}

Result<std::optional<ResourceRow>> ResourceReader::at(std::int64_t account, std::int64_t res,
                                                      std::int64_t seq) {
    return first_row(transaction_.query(at_sql(), account, res, seq));
}

Result<std::vector<ResourceRow>> ResourceReader::next(const AccountView& view, std::int64_t after,
                                                      std::int64_t limit) {
    std::vector<ResourceRow> page;
    page.reserve(static_cast<std::size_t>(limit));
    auto rows = TRY(transaction_.query(next_sql(), view.account, after, view.seq, limit));
    while (TRY(rows.step())) page.push_back(read_resource_row(rows));
    return page;
}

Result<std::string> ResourceReader::document(std::int64_t id) {
    auto row = TRY(transaction_.query("SELECT packed, dictionary FROM document WHERE id = ?1", id));
    if (!TRY(row.step())) return fail(Error::Kind::internal, "A stored document is missing.");
    return unpack_document(row.view(0), row.integer(1));
}

Result<model::Resource> ResourceReader::resource(const ResourceRow& row, const AccountView& view) {
    model::Resource resource;
    resource.id = resource_id(row.key_hash);
    resource.account = view.id;
    resource.type = TRY(word(row.type));
    resource.scope = TRY(word(row.scope));
    resource.native_id = row.native_id;
    resource.arn = row.arn;
    resource.name = row.name;
    resource.region = TRY(word(row.region));
    resource.category = TRY(word(row.category));
    resource.tags = tags_from_text(row.tags);
    resource.first_seen = TRY(lines_.time(view.account, row.first_seq));
    resource.last_changed = TRY(lines_.time(view.account, row.content));
    // A version that ended before the view's snapshot: the next one read its slice without finding it.
    if (row.last < view.seq)
        resource.removed_at = TRY(lines_.time(view.account, row.last + 1));
    else
        resource.stale_since = TRY(lines_.stale_since(view.account, row.slice, view.seq, row.first_seq));
    return resource;
}

}  // namespace patrol::store
