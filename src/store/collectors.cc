#include "store/collectors.h"

#include <array>

#include "base/limits.h"
#include "crypto/random.h"
#include "store/customers.h"
#include "store/list_page.h"

namespace patrol::store {

namespace {

constexpr std::string_view collector_columns =
    "l.id, l.name, l.customer_id, l.public_key, l.version, l.protocol, l.host, l.os, l.arch, l.created_at, "
    "l.enrolled_at, l.last_seen_at, l.revoked_at, l.clock_skew_ms, "
    "(SELECT COUNT(*) FROM cloud_account a WHERE a.collector_id = l.id AND a.tenant = l.tenant), l.revision";
constexpr int collector_column_count = 16;

constexpr std::array collector_sorts{SortColumn{"name", "l.name"},
                                     SortColumn{"created_at", "l.created_at", SortKind::integer},
                                     SortColumn{"last_seen_at", "l.last_seen_at", SortKind::integer}};
constexpr std::string_view customer_name = "(SELECT c.name FROM customer c WHERE c.id = l.customer_id)";
constexpr std::array collector_fields{
    FilterField{"id", FieldKind::text, "l.id"}, FilterField{"name", FieldKind::text, "l.name"},
    FilterField{"customer", FieldKind::text, "l.customer_id", customer_name},
    FilterField{"host", FieldKind::text, "l.host"}, FilterField{"version", FieldKind::text, "l.version"}};
constexpr std::array<std::string_view, 2> collector_words{"l.name", "l.host"};

Result<model::Collector> read_collector(const Statement& row) {
    return model::Collector{.id = row.id<CollectorId>(0),
                            .name = row.text(1),
                            .customer_id = row.optional_id<CustomerId>(2),
                            .public_key = row.text(3),
                            .version = row.text(4),
                            .protocol = row.integer(5),
                            .host = row.text(6),
                            .os = row.text(7),
                            .arch = row.text(8),
                            .created_at = row.time(9),
                            .enrolled_at = row.time(10),
                            .last_seen_at = row.time(11),
                            .revoked_at = row.time(12),
                            .clock_skew_ms = row.integer(13),
                            .accounts = row.integer(14),
                            .revision = row.integer(15)};
}

Failure no_collector() { return fail(Error::Kind::not_found, "There is no such collector."); }

Failure name_taken(Error error) {
    if (!is_unique_violation(error)) return Failure(std::move(error));
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is a collector with this name already.",
                      .field = "name",
                      .code = "collector_exists"});
}

Failure has_accounts() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "Cloud accounts are still read by this collector.",
                      .hint = "Remove them, or give them to another collector, first.",
                      .code = "collector_has_accounts"});
}

Failure revoked() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "This collector is revoked.",
                      .hint = "Add a new collector, and give its accounts to that one.",
                      .code = "collector_revoked"});
}

Failure bad_token() {
    return fail(Error{.kind = Error::Kind::unauthenticated,
                      .message = "The enrolment token is not valid.",
                      .hint = "Make a new one on the collector's page.",
                      .code = "bad_enrolment_token"});
}

const std::string select_collector = "SELECT " + std::string(collector_columns) + " FROM collector l WHERE ";
const std::string select_with_tenant =
    "SELECT " + std::string(collector_columns) + ", l.tenant FROM collector l WHERE ";

Result<model::Collector> select(Transaction& tx, const TenantId& tenant, const CollectorId& collector) {
    auto row = TRY(tx.query(select_collector + "l.tenant = ?1 AND l.id = ?2", tenant, collector));
    if (!TRY(row.step())) return no_collector();
    return read_collector(row);
}

Result<void> check_room(Transaction& tx, const TenantId& tenant) {
    const auto count = TRY(tx.integer("SELECT COUNT(*) FROM collector WHERE tenant = ?1", tenant));
    if (count.value_or(0) < static_cast<std::int64_t>(limits::collectors_per_tenant)) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There are too many collectors.",
                      .hint = "Delete those that are not used any more.",
                      .code = "too_many_collectors"});
}

// Why a token was not taken.
Failure token_refused(Transaction& tx, std::string_view token_hash) {
    const auto used = tx.integer(
        "SELECT token_used_at FROM collector WHERE token_hash = ?1 AND revoked_at = 0", Blob{token_hash});
    if (!used) return Failure(used.error());
    if (used->value_or(0) == 0) return bad_token();
    return fail(Error{.kind = Error::Kind::gone,
                      .message = "The enrolment token was used already.",
                      .hint = "Make a new one on the collector's page.",
                      .code = "enrolment_token_used"});
}

}  // namespace

Result<model::Collector> Collectors::create(const Viewer& viewer, model::Collector collector,
                                            const EnrolmentToken& token, Timestamp now) {
    if (collector.id.empty()) collector.id = crypto::new_id<CollectorId>();
    auto done = database_.write(viewer, [&](Transaction& tx) -> Result<model::Collector> {
        TRY(check_customer(tx, viewer, collector.customer_id));
        TRY(check_room(tx, viewer.tenant));
        TRY(tx.run(
            "INSERT INTO collector(id, tenant, name, customer_id, public_key, version, protocol, host, os, "
            "arch, created_at, enrolled_at, last_seen_at, revoked_at, clock_skew_ms, revision, token_hash, "
            "token_expires_at, token_used_at) VALUES (?1, ?2, ?3, ?4, ?5, '', 0, '', '', '', ?6, 0, 0, 0, 0, "
            "1, ?7, ?8, 0)",
            collector.id, viewer.tenant, collector.name, collector.customer_id, Blob{""}, now,
            Blob{token.hash}, token.expires_at));
        return select(tx, viewer.tenant, collector.id);
    });
    if (!done) return name_taken(std::move(done).error());
    return done;
}

Result<model::Collector> Collectors::get(const Viewer& viewer, const CollectorId& collector) {
    return database_.read(viewer, [&](Transaction& tx) { return select(tx, viewer.tenant, collector); });
}

Result<Page<model::Collector>> Collectors::list(const Viewer& viewer, const PageRequest& request) {
    const ListShape shape{.name = "collectors",
                          .columns = collector_columns,
                          .from = "collector l",
                          .where = "l.tenant = ?1",
                          .values = {viewer.tenant.str()},
                          .id_column = "l.id",
                          .sorts = collector_sorts,
                          .fields = collector_fields,
                          .words = collector_words};
    return list_page<model::Collector>(database_, cursors_, viewer, shape, request, read_collector);
}

Result<model::Collector> Collectors::rename(const Viewer& viewer, const CollectorId& collector,
                                            std::string_view name,
                                            std::optional<std::int64_t> expected_revision) {
    auto done = database_.write(viewer, [&](Transaction& tx) -> Result<model::Collector> {
        const auto revision =
            TRY(tx.integer("SELECT revision FROM collector WHERE tenant = ?1 AND id = ?2 {for_update}",
                           viewer.tenant, collector));
        if (!revision) return no_collector();
        if (expected_revision && *expected_revision != *revision)
            return fail(Error::Kind::stale, "The collector was changed by somebody else in the meantime.");
        TRY(
            tx.run("UPDATE collector SET name = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2 "
                   "{visible}",
                   viewer.tenant, collector, name));
        return select(tx, viewer.tenant, collector);
    });
    if (!done) return name_taken(std::move(done).error());
    return done;
}

Result<void> Collectors::remove(const Viewer& viewer, const CollectorId& collector) {
    return database_.write(viewer, [&](Transaction& tx) -> Result<void> {
        // The row is locked against an account that comes at the same time (store/accounts.cc locks it too).
        const auto found = TRY(tx.text("SELECT id FROM collector WHERE tenant = ?1 AND id = ?2 {for_update}",
                                       viewer.tenant, collector));
        if (!found) return no_collector();
        if (TRY(select(tx, viewer.tenant, collector)).accounts > 0) return has_accounts();
        TRY(tx.run("DELETE FROM collector WHERE tenant = ?1 AND id = ?2 {visible}", viewer.tenant,
                   collector));
        return {};
    });
}

Result<void> Collectors::renew_token(const Viewer& viewer, const CollectorId& collector,
                                     const EnrolmentToken& token) {
    return database_.write(viewer, [&](Transaction& tx) -> Result<void> {
        if (TRY(select(tx, viewer.tenant, collector)).revoked_at.is_set()) return revoked();
        TRY(
            tx.run("UPDATE collector SET token_hash = ?3, token_expires_at = ?4, token_used_at = 0 WHERE "
                   "tenant = ?1 AND id = ?2 {visible}",
                   viewer.tenant, collector, Blob{token.hash}, token.expires_at));
        return {};
    });
}

Result<model::Collector> Collectors::revoke(const Viewer& viewer, const CollectorId& collector,
                                            Timestamp now) {
    return database_.write(viewer, [&](Transaction& tx) -> Result<model::Collector> {
        TRY(select(tx, viewer.tenant, collector));
        TRY(
            tx.run("UPDATE collector SET revoked_at = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = "
                   "?2 AND revoked_at = 0 {visible}",
                   viewer.tenant, collector, now));
        return select(tx, viewer.tenant, collector);
    });
}

Result<Collectors::Found> Collectors::by_token_hash(std::string_view token_hash, Timestamp now) {
    return database_.platform().read([&](Transaction& tx) -> Result<Found> {
        auto row = TRY(tx.query(select_with_tenant + "l.token_hash = ?1 AND l.token_used_at = 0 AND "
                                                     "l.revoked_at = 0 AND l.token_expires_at > ?2",
                                Blob{token_hash}, now));
        if (!TRY(row.step())) return token_refused(tx, token_hash);
        return Found{row.id<TenantId>(collector_column_count), TRY(read_collector(row))};
    });
}

Result<Collectors::Found> Collectors::enrol(std::string_view token_hash, std::string_view public_key,
                                            const model::CollectorFacts& facts, Timestamp now) {
    return database_.platform().write([&](Transaction& tx) -> Result<Found> {
        const auto taken = TRY(
            tx.run("UPDATE collector SET public_key = ?2, host = ?3, version = ?4, os = ?5, arch = ?6, "
                   "protocol = ?7, enrolled_at = ?8, token_used_at = ?8, last_seen_at = 0, "
                   "revision = revision + 1 WHERE token_hash = ?1 AND token_used_at = 0 AND revoked_at = 0 "
                   "AND token_expires_at > ?8",
                   Blob{token_hash}, Blob{public_key}, facts.host, facts.version, facts.os, facts.arch,
                   facts.protocol, now));
        if (taken == 0) return token_refused(tx, token_hash);
        auto row = TRY(tx.query(select_with_tenant + "l.token_hash = ?1", Blob{token_hash}));
        if (!TRY(row.step())) return bad_token();
        return Found{row.id<TenantId>(collector_column_count), TRY(read_collector(row))};
    });
}

Result<Collectors::Found> Collectors::by_id(const CollectorId& collector) {
    return database_.platform().read([&](Transaction& tx) -> Result<Found> {
        auto row = TRY(
            tx.query(select_with_tenant + "l.id = ?1 AND l.enrolled_at > 0 AND l.revoked_at = 0", collector));
        if (!TRY(row.step())) return fail(Error::Kind::unauthenticated, "There is no such collector.");
        return Found{row.id<TenantId>(collector_column_count), TRY(read_collector(row))};
    });
}

Result<void> Collectors::note_seen(const TenantId& tenant, const CollectorId& collector,
                                   const Sighting& sighting) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(tx.run(
            "UPDATE collector SET last_seen_at = ?3, clock_skew_ms = ?4, version = ?5, protocol = ?6 "
            "WHERE tenant = ?1 AND id = ?2",
            tenant, collector, sighting.at, sighting.clock_skew_ms, sighting.version, sighting.protocol));
        return {};
    });
}

}  // namespace patrol::store
