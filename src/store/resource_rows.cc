#include "store/resource_rows.h"

#include <array>
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
// The rows of a page: as resource_row_columns, but for what all rows of a slice have in common (0 here).
std::string page_columns(ResourceReader::Terms terms) {
    return fmt::format(
        "v.account, r.res, r.slice, r.first_seq, v.first, v.last, v.content, v.document, "
        "a.region, 0, 0, 0, 0, r.key_hash, r.native_id, a.name, a.arn, a.tags, {}",
        terms == ResourceReader::Terms::read ? "a.terms" : "''");
}
// SQLite walks the versions in their order and stops at the limit: nothing is sorted.
std::string next_sqlite(ResourceReader::Terms terms) {
    return fmt::format(
        "SELECT {} FROM version v CROSS JOIN resource r CROSS JOIN attributes a WHERE v.account = ?1 AND "
        "v.res > ?2 AND +v.first <= ?3 AND +v.last >= ?3 AND r.account = ?1 AND r.res = v.res AND a.account "
        "= "
        "?1 AND a.res = v.res AND a.first = v.attributes ORDER BY v.res LIMIT ?4",
        page_columns(terms));
}
// The page is cut before it is joined; the bounds are repeated for PostgreSQL's merge joins.
std::string next_postgres(ResourceReader::Terms terms) {
    return fmt::format(
        "SELECT {} FROM (SELECT account, res, first, last, content, document, attributes FROM version WHERE "
        "account = ?1 AND res > ?2 AND first <= ?3 AND last >= ?3 ORDER BY res LIMIT ?4) v CROSS JOIN "
        "resource "
        "r CROSS JOIN attributes a WHERE r.account = v.account AND r.res = v.res AND a.account = v.account "
        "AND "
        "a.res = v.res AND a.first = v.attributes AND r.account = ?1 AND r.res > ?2 AND a.account = ?1 AND "
        "a.res > ?2 ORDER BY v.res",
        page_columns(terms));
}
const std::string& next_sql(Dialect dialect, ResourceReader::Terms terms) {
    using enum ResourceReader::Terms;
    static const std::array<std::string, 4> texts{next_sqlite(leave_out), next_sqlite(read),
                                                  next_postgres(leave_out), next_postgres(read)};
    return texts[(dialect == Dialect::sqlite ? 0 : 2) + (terms == read ? 1 : 0)];
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
    static const auto sql = fmt::format(
        "SELECT {}, s.seq FROM snapshot s JOIN cloud_account c ON c.number = s.account "
        "LEFT JOIN customer u ON u.id = c.customer_id WHERE s.id = ?2 AND c.tenant = ?1 AND "
        "s.dropped = 0",
        account_columns);
    auto row = TRY(transaction.query(sql, tenant, snapshot));
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

Result<LiveSlices> ResourceReader::slices(const AccountView& view) {
    if (!slices_ || slices_account_ != view.account || slices_seq_ != view.seq) {
        slices_ = TRY(remembered_.of(transaction_, view.account, view.seq));
        slices_account_ = view.account;
        slices_seq_ = view.seq;
    }
    return slices_;
}

// A row of the snapshot whose slices were asked for last.
Result<void> ResourceReader::add_slice(ResourceRow& row) {
    if (const auto* slice = find_slice(*slices_, row.slice)) {
        row.type = slice->type;
        row.scope = slice->scope;
        row.category = slice->category;
        row.service = slice->service;
        return {};
    }
    // A slice without live resources in its line: the row is there all the same.
    auto found =
        TRY(transaction_.query("SELECT type, scope, category, service FROM slice WHERE account = ?1 AND "
                               "id = ?2",
                               row.account, row.slice));
    if (!TRY(found.step())) return fail(Error::Kind::internal, "A stored slice is missing.");
    row.type = found.integer(0);
    row.scope = found.integer(1);
    row.category = found.integer(2);
    row.service = found.integer(3);
    return {};
}

Result<std::vector<ResourceRow>> ResourceReader::next(const AccountView& view, std::int64_t after,
                                                      std::int64_t limit, Terms terms) {
    TRY(slices(view));
    std::vector<ResourceRow> page;
    page.reserve(static_cast<std::size_t>(limit));
    {
        auto rows = TRY(transaction_.query(next_sql(transaction_.dialect(), terms), view.account, after,
                                           view.seq, limit));
        while (TRY(rows.step())) page.push_back(read_resource_row(rows));
    }
    for (auto& row : page) TRY(add_slice(row));
    return page;
}

Result<std::string> ResourceReader::document(std::int64_t id) {
    auto row = TRY(transaction_.query("SELECT packed, dictionary FROM document WHERE id = ?1", id));
    if (!TRY(row.step())) return fail(Error::Kind::internal, "A stored document is missing.");
    return unpack_document(row.view(0), row.integer(1));
}

Result<bool> ResourceReader::is_complete(const ResourceRow& row, const AccountView& view) {
    if (slices_ && slices_account_ == view.account && slices_seq_ == view.seq)
        if (const auto* slice = find_slice(*slices_, row.slice)) return slice->complete;
    return lines_.complete(view.account, row.slice, view.seq);
}

Result<model::Resource> ResourceReader::resource(ResourceRow row, const AccountView& view) {
    model::Resource resource;
    resource.id = resource_id(row.key_hash);
    resource.account = view.id;
    resource.type = TRY(word(row.type));
    resource.scope = TRY(word(row.scope));
    resource.native_id = std::move(row.native_id);
    resource.arn = std::move(row.arn);
    resource.name = std::move(row.name);
    resource.region = TRY(word(row.region));
    resource.category = TRY(word(row.category));
    resource.tags = tags_from_text(row.tags);
    resource.first_seen = TRY(lines_.time(view.account, row.first_seq));
    resource.last_changed = TRY(lines_.time(view.account, row.content));
    // A version that ended before the view's snapshot: the next one read its slice without finding it.
    if (row.last < view.seq)
        resource.removed_at = TRY(lines_.time(view.account, row.last + 1));
    else if (!TRY(is_complete(row, view)))
        resource.stale_since = TRY(lines_.stale_since(view.account, row.slice, view.seq, row.first_seq));
    return resource;
}

}  // namespace patrol::store
