#include "store/accounts.h"

#include <array>

#include <fmt/core.h>

#include "crypto/random.h"
#include "store/customers.h"
#include "store/jobs.h"
#include "store/json_columns.h"
#include "store/list_page.h"
#include "store/migrations.h"

namespace patrol::store {

namespace {

constexpr std::string_view account_columns =
    "a.id, a.name, a.provider, a.customer_id, a.environment, a.labels, a.owner, a.mode, a.collector_id, "
    "a.auth, a.external_id, a.regions, a.auto_scan, a.auto_scan_wanted, a.auto_scan_hours, a.endpoint_url, "
    "a.native_account_id, a.status, a.status_reason, a.last_scan_id, a.last_scan_at, a.next_scan_at, "
    "a.resources, a.created_at, a.updated_at, a.revision";

constexpr std::array account_sorts{SortColumn{"name", "a.name"},
                                   SortColumn{"created_at", "a.created_at", SortKind::integer},
                                   SortColumn{"updated_at", "a.updated_at", SortKind::integer},
                                   SortColumn{"status", "a.status"},
                                   SortColumn{"provider", "a.provider"},
                                   SortColumn{"last_scan_at", "a.last_scan_at", SortKind::integer},
                                   SortColumn{"next_scan_at", "a.next_scan_at", SortKind::integer},
                                   SortColumn{"resources", "a.resources", SortKind::integer}};
constexpr std::string_view customer_name = "(SELECT c.name FROM customer c WHERE c.id = a.customer_id)";
constexpr std::string_view collector_name = "(SELECT l.name FROM collector l WHERE l.id = a.collector_id)";
constexpr std::array account_fields{
    FilterField{"id", FieldKind::text, "a.id"},
    FilterField{"name", FieldKind::text, "a.name"},
    FilterField{"provider", FieldKind::text, "a.provider"},
    FilterField{"status", FieldKind::text, "a.status"},
    FilterField{"environment", FieldKind::text, "a.environment"},
    FilterField{"mode", FieldKind::text, "a.mode"},
    FilterField{"owner", FieldKind::text, "a.owner"},
    FilterField{"customer", FieldKind::text, "a.customer_id", customer_name},
    FilterField{"collector", FieldKind::text, "a.collector_id", collector_name},
    FilterField{"native_account_id", FieldKind::text, "a.native_account_id"},
    FilterField{"label.", FieldKind::labels, "a.labels"},
    FilterField{"tag.", FieldKind::labels, "a.labels"},
    FilterField{"auto_scan", FieldKind::truth, "a.auto_scan"},
    FilterField{"resources", FieldKind::integer, "a.resources"},
    FilterField{"created_at", FieldKind::time, "a.created_at"},
    FilterField{"last_scan_at", FieldKind::time, "a.last_scan_at"}};
constexpr std::array<std::string_view, 4> account_words{"a.name", "a.native_account_id", "a.owner",
                                                        customer_name};

Result<model::CloudAccount> read_account(const Statement& row) {
    return model::CloudAccount{
        .id = row.id<AccountId>(0),
        .name = row.text(1),
        .provider = model::parse_provider(row.view(2)).value_or(model::ProviderKind::custom),
        .customer_id = row.optional_id<CustomerId>(3),
        .environment = model::parse_environment(row.view(4)),
        .labels = TRY(parse_labels(row.view(5))),
        .owner = row.text(6),
        .mode = model::parse_mode(row.view(7)).value_or(model::ConnectionMode::pull),
        .collector_id = row.optional_id<CollectorId>(8),
        .auth = TRY(parse_auth(row.view(9))),
        .external_id = row.text(10),
        .regions = TRY(parse_strings(row.view(11))),
        .auto_scan = row.truth(12),
        .auto_scan_wanted = row.truth(13),
        .auto_scan_hours = static_cast<int>(row.integer(14)),
        .endpoint_url = row.text(15),
        .native_account_id = row.text(16),
        .status = model::parse_account_status(row.view(17)).value_or(model::AccountStatus::pending),
        .status_reason = row.text(18),
        .last_scan_id = row.optional_id<ScanId>(19),
        .last_scan_at = row.time(20),
        .next_scan_at = row.time(21),
        .resources = row.integer(22),
        .created_at = row.time(23),
        .updated_at = row.time(24),
        .revision = row.integer(25)};
}

Failure no_account() { return fail(Error::Kind::not_found, "There is no such cloud account."); }

const std::string select_account = "SELECT " + std::string(account_columns) + " FROM cloud_account a WHERE ";

Result<model::CloudAccount> select(Transaction& tx, const TenantId& tenant, const AccountId& account) {
    auto row = TRY(tx.query(select_account + "a.tenant = ?1 AND a.id = ?2", tenant, account));
    if (!TRY(row.step())) return no_account();
    return read_account(row);
}

std::string_view environment_text(const model::CloudAccount& account) {
    return account.environment ? model::to_string(*account.environment) : std::string_view{};
}

// Kind::conflict naming the account that has this number already.
Result<void> check_native_id(Transaction& tx, const TenantId& tenant, const AccountId& account,
                             std::string_view provider, std::string_view native_id) {
    auto other =
        TRY(tx.query("SELECT id, name FROM cloud_account WHERE tenant = ?1 AND provider = ?2 "
                     "AND native_account_id = ?3 AND native_account_id <> '' AND id <> ?4",
                     tenant, provider, native_id, account));
    if (!TRY(other.step())) return {};
    return fail(Error{
        .kind = Error::Kind::conflict,
        .message = fmt::format("The cloud account \"{}\" is account {} already.", other.view(1), native_id),
        .hint = "Use that one, or remove it first.",
        .detail = other.text(0),
        .code = "account_exists"});
}

Result<void> insert(Transaction& tx, const TenantId& tenant, const model::CloudAccount& account) {
    TRY(tx.run(
        "INSERT INTO cloud_account(id, tenant, name, provider, customer_id, environment, labels, owner, "
        "mode, collector_id, auth, external_id, regions, auto_scan, auto_scan_wanted, auto_scan_hours, "
        "endpoint_url, native_account_id, status, status_reason, last_scan_id, last_scan_at, next_scan_at, "
        "resources, created_at, updated_at, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
        "?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, NULL, 0, ?21, 0, ?22, ?22, 1)",
        account.id, tenant, account.name, model::to_string(account.provider), account.customer_id,
        environment_text(account), labels_text(account.labels), account.owner, model::to_string(account.mode),
        account.collector_id, auth_text(account.auth), account.external_id, strings_text(account.regions),
        account.auto_scan, account.auto_scan_wanted, account.auto_scan_hours, account.endpoint_url,
        account.native_account_id, model::to_string(account.status), account.status_reason,
        account.next_scan_at, account.created_at));
    return {};
}

Result<void> write_editable(Transaction& tx, const TenantId& tenant, const model::CloudAccount& account,
                            Timestamp now) {
    TRY(tx.run(
        "UPDATE cloud_account SET name = ?3, customer_id = ?4, environment = ?5, labels = ?6, owner = ?7, "
        "mode = ?8, collector_id = ?9, auth = ?10, regions = ?11, auto_scan = ?12, auto_scan_wanted = ?13, "
        "auto_scan_hours = ?14, endpoint_url = ?15, next_scan_at = ?16, updated_at = ?17, "
        "revision = revision + 1 WHERE tenant = ?1 AND id = ?2 {visible}",
        tenant, account.id, account.name, account.customer_id, environment_text(account),
        labels_text(account.labels), account.owner, model::to_string(account.mode), account.collector_id,
        auth_text(account.auth), strings_text(account.regions), account.auto_scan, account.auto_scan_wanted,
        account.auto_scan_hours, account.endpoint_url, account.next_scan_at, now));
    return {};
}

// The row is locked, so that the collector is not deleted at the same time.
Result<void> check_collector(Transaction& tx, const TenantId& tenant, const model::CloudAccount& account) {
    auto row = TRY(tx.query(
        "SELECT customer_id FROM collector WHERE tenant = ?1 AND id = ?2 AND revoked_at = 0 {for_update}",
        tenant, account.collector_id));
    if (!TRY(row.step())) return invalid("collector_id", "There is no such collector, or it is revoked.");
    const auto customer = row.optional_id<CustomerId>(0);
    if (!customer || customer == account.customer_id) return {};
    return invalid("collector_id", "This collector serves the accounts of another customer.");
}

// One that the account has already may stay, also after it was revoked.
Result<void> check_new_collector(Transaction& tx, const TenantId& tenant,
                                 const model::CloudAccount& account) {
    if (!account.collector_id) return {};
    const auto before = TRY(select(tx, tenant, account.id));
    if (before.collector_id == account.collector_id && before.customer_id == account.customer_id) return {};
    return check_collector(tx, tenant, account);
}

// What waits is done where the account is read from now on.
Result<void> move_jobs(Transaction& tx, const TenantId& tenant, const model::CloudAccount& account) {
    TRY(tx.run("UPDATE job SET place = ?3 WHERE tenant = ?1 AND account = ?2 AND place <> ?3 {visible}",
               tenant, account.id,
               account.collector_id ? account.collector_id->str() : std::string(server_place)));
    return {};
}

// One row must have changed, else the account is not there.
Result<void> changed_one(Result<std::int64_t> changed) {
    if (TRY(std::move(changed)) == 0) return no_account();
    return {};
}

}  // namespace

Result<model::CloudAccount> Accounts::create(const Viewer& viewer, model::CloudAccount account,
                                             Timestamp now) {
    if (account.id.empty()) account.id = crypto::new_id<AccountId>();
    account.external_id = crypto::new_external_id();
    account.created_at = account.updated_at = now;
    const auto work = [&](Transaction& tx) -> Result<model::CloudAccount> {
        TRY(check_customer(tx, viewer, account.customer_id));
        if (account.collector_id) TRY(check_collector(tx, viewer.tenant, account));
        TRY(check_native_id(tx, viewer.tenant, account.id, model::to_string(account.provider),
                            account.native_account_id));
        TRY(insert(tx, viewer.tenant, account));
        return select(tx, viewer.tenant, account.id);
    };
    auto done = database_.write(viewer, work);
    // Two at once on PostgreSQL: the second look names the other account.
    if (!done && is_unique_violation(done.error())) return database_.write(viewer, work);
    return done;
}

Result<model::CloudAccount> Accounts::get(const Viewer& viewer, const AccountId& account) {
    return database_.read(viewer, [&](Transaction& tx) { return select(tx, viewer.tenant, account); });
}

Result<std::set<AccountId>> Accounts::ids(const Viewer& viewer) {
    return database_.read(viewer, [&](Transaction& tx) -> Result<std::set<AccountId>> {
        std::set<AccountId> found;
        auto row = TRY(tx.query("SELECT id FROM cloud_account WHERE tenant = ?1", viewer.tenant));
        while (TRY(row.step())) found.insert(row.id<AccountId>(0));
        return found;
    });
}

Result<Page<model::CloudAccount>> Accounts::list(const Viewer& viewer, const PageRequest& request) {
    const ListShape shape{.name = "accounts",
                          .columns = account_columns,
                          .from = "cloud_account a",
                          .where = "a.tenant = ?1",
                          .values = {viewer.tenant.str()},
                          .id_column = "a.id",
                          .sorts = account_sorts,
                          .fields = account_fields,
                          .words = account_words};
    return list_page<model::CloudAccount>(database_, cursors_, viewer, shape, request, read_account);
}

Result<model::CloudAccount> Accounts::update(const Viewer& viewer, const model::CloudAccount& account,
                                             std::optional<std::int64_t> expected_revision, Timestamp now) {
    return database_.write(viewer, [&](Transaction& tx) -> Result<model::CloudAccount> {
        const auto revision =
            TRY(tx.integer("SELECT revision FROM cloud_account WHERE tenant = ?1 AND id = ?2 {for_update}",
                           viewer.tenant, account.id));
        if (!revision) return no_account();
        if (expected_revision && *expected_revision != *revision)
            return fail(Error::Kind::stale,
                        "The cloud account was changed by somebody else in the meantime.");
        TRY(check_customer(tx, viewer, account.customer_id));
        TRY(check_new_collector(tx, viewer.tenant, account));
        TRY(write_editable(tx, viewer.tenant, account, now));
        TRY(move_jobs(tx, viewer.tenant, account));
        return select(tx, viewer.tenant, account.id);
    });
}

Result<void> Accounts::bind_native_id(const TenantId& tenant, const AccountId& account,
                                      std::string_view native_id, Timestamp now) {
    const auto work = [&](Transaction& tx) -> Result<void> {
        auto row = TRY(
            tx.query("SELECT native_account_id, provider FROM cloud_account WHERE tenant = ?1 AND id = ?2 "
                     "{for_update}",
                     tenant, account));
        if (!TRY(row.step())) return no_account();
        if (row.view(0) == native_id) return {};
        if (!row.view(0).empty())
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = fmt::format("This cloud account is bound to account {}, not {}.",
                                                     row.view(0), native_id),
                              .hint = "Register the other account as a cloud account of its own.",
                              .code = "account_bound"});
        TRY(check_native_id(tx, tenant, account, row.text(1), native_id));
        return changed_one(
            tx.run("UPDATE cloud_account SET native_account_id = ?3, updated_at = ?4 "
                   "WHERE tenant = ?1 AND id = ?2",
                   tenant, account, native_id, now));
    };
    auto done = database_.write(tenant, work);
    if (!done && is_unique_violation(done.error())) return database_.write(tenant, work);
    return done;
}

Result<std::optional<model::CloudAccount>> Accounts::by_native_id(const Viewer& viewer,
                                                                  model::ProviderKind provider,
                                                                  std::string_view native_id) {
    using Found = std::optional<model::CloudAccount>;
    if (native_id.empty()) return Found{};
    return database_.read(viewer, [&](Transaction& tx) -> Result<Found> {
        auto row =
            TRY(tx.query(select_account + "a.tenant = ?1 AND a.provider = ?2 AND a.native_account_id = ?3 "
                                          "AND a.native_account_id <> ''",
                         viewer.tenant, model::to_string(provider), native_id));
        if (!TRY(row.step())) return Found{};
        return Found{TRY(read_account(row))};
    });
}

Result<void> Accounts::set_status(const Viewer& viewer, const AccountId& account, model::AccountStatus status,
                                  std::string_view reason, Timestamp now) {
    return database_.write(viewer, [&](Transaction& tx) {
        return changed_one(
            tx.run("UPDATE cloud_account SET status = ?3, status_reason = ?4, updated_at = ?5 "
                   "WHERE tenant = ?1 AND id = ?2 {visible}",
                   viewer.tenant, account, model::to_string(status), reason, now));
    });
}

Result<void> Accounts::set_auth(const TenantId& tenant, const AccountId& account, const model::Auth& auth,
                                Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) {
        return changed_one(
            tx.run("UPDATE cloud_account SET auth = ?3, updated_at = ?4 WHERE tenant = ?1 AND id = ?2",
                   tenant, account, auth_text(auth), now));
    });
}

Result<void> Accounts::set_next_scan(const TenantId& tenant, const AccountId& account,
                                     Timestamp next_scan_at) {
    return database_.write(tenant, [&](Transaction& tx) {
        return changed_one(tx.run("UPDATE cloud_account SET next_scan_at = ?3 WHERE tenant = ?1 AND id = ?2",
                                  tenant, account, next_scan_at));
    });
}

Result<bool> Accounts::switch_on_auto_scan(const TenantId& tenant, const AccountId& account,
                                           Timestamp next_scan_at, Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<bool> {
        return TRY(tx.run(
                   "UPDATE cloud_account SET auto_scan = 1, auto_scan_wanted = 0, next_scan_at = ?3, "
                   "updated_at = ?4 WHERE tenant = ?1 AND id = ?2 AND auto_scan = 0 AND auto_scan_wanted = 1",
                   tenant, account, next_scan_at, now)) > 0;
    });
}

Result<std::int64_t> Accounts::number(Transaction& transaction, const TenantId& tenant,
                                      const AccountId& account) {
    const auto found = TRY(transaction.integer(
        "SELECT number FROM cloud_account WHERE tenant = ?1 AND id = ?2", tenant, account));
    if (!found) return no_account();
    return *found;
}

}  // namespace patrol::store
