#include "store/customers.h"

#include <array>

#include "crypto/random.h"
#include "store/json_columns.h"
#include "store/list_page.h"

namespace patrol::store {

namespace {

constexpr std::string_view customer_columns =
    "c.id, c.name, c.labels, c.notes, "
    "(SELECT COUNT(*) FROM cloud_account a WHERE a.customer_id = c.id AND a.tenant = c.tenant), "
    "c.created_at, c.updated_at, c.revision";

constexpr std::array customer_sorts{SortColumn{"name", "c.name"},
                                    SortColumn{"created_at", "c.created_at", SortKind::integer},
                                    SortColumn{"updated_at", "c.updated_at", SortKind::integer}};
constexpr std::array customer_fields{FilterField{"id", FieldKind::text, "c.id"},
                                     FilterField{"name", FieldKind::text, "c.name"},
                                     FilterField{"notes", FieldKind::text, "c.notes"},
                                     FilterField{"label.", FieldKind::labels, "c.labels"},
                                     FilterField{"tag.", FieldKind::labels, "c.labels"},
                                     FilterField{"created_at", FieldKind::time, "c.created_at"}};
constexpr std::array<std::string_view, 2> customer_words{"c.name", "c.notes"};

Result<model::Customer> read_customer(const Statement& row) {
    return model::Customer{.id = row.id<CustomerId>(0),
                           .name = row.text(1),
                           .labels = TRY(parse_labels(row.view(2))),
                           .notes = row.text(3),
                           .accounts = row.integer(4),
                           .created_at = row.time(5),
                           .updated_at = row.time(6),
                           .revision = row.integer(7)};
}

Failure no_customer() { return fail(Error::Kind::not_found, "There is no such customer."); }

Failure name_taken(Error error) {
    if (!is_unique_violation(error)) return Failure(std::move(error));
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is a customer with this name already.",
                      .field = "name",
                      .code = "customer_exists"});
}

Result<model::Customer> select(Transaction& tx, const TenantId& tenant, const CustomerId& customer) {
    static const std::string sql =
        "SELECT " + std::string(customer_columns) + " FROM customer c WHERE c.tenant = ?1 AND c.id = ?2";
    auto row = TRY(tx.query(sql, tenant, customer));
    if (!TRY(row.step())) return no_customer();
    return read_customer(row);
}

}  // namespace

Result<void> check_customer(Transaction& tx, const Viewer& viewer,
                            const std::optional<CustomerId>& customer) {
    if (!customer && viewer.is_limited())
        return invalid("customer_id", "You see only some customers: name one of them.");
    if (!customer) return {};
    const auto found =
        TRY(tx.text("SELECT id FROM customer WHERE tenant = ?1 AND id = ?2", viewer.tenant, *customer));
    if (!found) return invalid("customer_id", "There is no such customer.");
    return {};
}

Result<model::Customer> Customers::create(const TenantId& tenant, model::Customer customer, Timestamp now) {
    if (customer.id.empty()) customer.id = crypto::new_id<CustomerId>();
    customer.created_at = customer.updated_at = now;
    customer.revision = 1;
    customer.accounts = 0;
    auto done = database_.write(tenant, [&](Transaction& tx) {
        return tx.run(
            "INSERT INTO customer(id, tenant, name, labels, notes, created_at, updated_at, revision) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 1)",
            customer.id, tenant, customer.name, labels_text(customer.labels), customer.notes, now);
    });
    if (!done) return name_taken(std::move(done).error());
    return customer;
}

Result<model::Customer> Customers::get(const Viewer& viewer, const CustomerId& customer) {
    return database_.read(viewer, [&](Transaction& tx) { return select(tx, viewer.tenant, customer); });
}

Result<Page<model::Customer>> Customers::list(const Viewer& viewer, const PageRequest& request) {
    const ListShape shape{.name = "customers",
                          .columns = customer_columns,
                          .from = "customer c",
                          .where = "c.tenant = ?1",
                          .values = {viewer.tenant.str()},
                          .id_column = "c.id",
                          .sorts = customer_sorts,
                          .fields = customer_fields,
                          .words = customer_words};
    return list_page<model::Customer>(database_, cursors_, viewer, shape, request, read_customer);
}

Result<model::Customer> Customers::update(const Viewer& viewer, const model::Customer& customer,
                                          std::optional<std::int64_t> expected_revision, Timestamp now) {
    auto done = database_.write(viewer, [&](Transaction& tx) -> Result<model::Customer> {
        const auto revision =
            TRY(tx.integer("SELECT revision FROM customer WHERE tenant = ?1 AND id = ?2 {for_update}",
                           viewer.tenant, customer.id));
        if (!revision) return no_customer();
        if (expected_revision && *expected_revision != *revision)
            return fail(Error::Kind::stale, "The customer was changed by somebody else in the meantime.");
        TRY(tx.run(
            "UPDATE customer SET name = ?3, labels = ?4, notes = ?5, updated_at = ?6, revision = "
            "revision + 1 "
            "WHERE tenant = ?1 AND id = ?2 {visible}",
            viewer.tenant, customer.id, customer.name, labels_text(customer.labels), customer.notes, now));
        return select(tx, viewer.tenant, customer.id);
    });
    if (!done) return name_taken(std::move(done).error());
    return done;
}

Result<void> Customers::remove(const Viewer& viewer, const CustomerId& customer) {
    const auto has_accounts = [] {
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "The customer still has cloud accounts.",
                          .hint = "Remove them or give them to another customer first.",
                          .code = "customer_has_accounts"});
    };
    auto done = database_.write(viewer, [&](Transaction& tx) -> Result<void> {
        const auto found = TRY(select(tx, viewer.tenant, customer));
        if (found.accounts > 0) return has_accounts();
        const auto collectors =
            TRY(tx.integer("SELECT COUNT(*) FROM collector WHERE tenant = ?1 AND customer_id = ?2",
                           viewer.tenant, customer));
        if (collectors.value_or(0) > 0)
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "The customer still has collectors.",
                              .hint = "Delete them first.",
                              .code = "customer_has_collectors"});
        TRY(tx.run("DELETE FROM customer WHERE tenant = ?1 AND id = ?2 {visible}", viewer.tenant, customer));
        return {};
    });
    // An account that came in between, or one whose removal is not through.
    if (!done && done.error().code == "foreign_key") return has_accounts();
    return done;
}

}  // namespace patrol::store
