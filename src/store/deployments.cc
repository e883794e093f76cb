#include "store/deployments.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/limits.h"
#include "crypto/random.h"
#include "store/deployment_scope.h"
#include "store/json_columns.h"
#include "store/list_page.h"

namespace patrol::store {

namespace {

using model::Deployment;
using model::DeploymentSource;
using model::DeploymentState;

constexpr std::string_view deployment_columns =
    "d.id, d.name, d.source, d.state, d.customer_id, d.accounts, d.regions, d.tags, d.principal, "
    "d.commit_id, d.url, d.reason, d.started_at, d.ended_at, d.planned_end, d.exit_code, d.created_by, "
    "d.created_at, d.updated_at, "
    "(SELECT COUNT(*) FROM change_set s JOIN drift_change x ON x.account = s.account AND x.change_set = "
    "s.number "
    "WHERE s.deployment = d.id AND x.hidden = 0)";
const std::string select_deployment =
    "SELECT " + std::string(deployment_columns) + " FROM deployment d WHERE d.tenant = ?1 AND ";

constexpr std::array deployment_sorts{SortColumn{"started_at", "d.started_at", SortKind::integer},
                                      SortColumn{"ended_at", "d.ended_at", SortKind::integer},
                                      SortColumn{"name", "d.name"}, SortColumn{"state", "d.state"}};
constexpr std::string_view customer_name = "(SELECT c.name FROM customer c WHERE c.id = d.customer_id)";
constexpr std::array deployment_fields{
    FilterField{"id", FieldKind::text, "d.id"},
    FilterField{"name", FieldKind::text, "d.name"},
    FilterField{"source", FieldKind::text, "d.source"},
    FilterField{"state", FieldKind::text, "d.state"},
    FilterField{"customer", FieldKind::text, "COALESCE(d.customer_id, '')", customer_name},
    FilterField{"commit", FieldKind::text, "d.commit_id"},
    FilterField{"created_by", FieldKind::text, "d.created_by"},
    FilterField{"started_at", FieldKind::time, "d.started_at"},
    FilterField{"ended_at", FieldKind::time, "d.ended_at"}};
constexpr std::array<std::string_view, 3> deployment_words{"d.name", "d.commit_id", "d.reason"};

Failure no_deployment() { return fail(Error::Kind::not_found, "There is no such deployment."); }

Result<Deployment> read_deployment(const Statement& row) {
    Deployment found{.id = row.id<DeploymentId>(0),
                     .name = row.text(1),
                     .source = model::parse_deployment_source(row.view(2)).value_or(DeploymentSource::api),
                     .state = model::parse_deployment_state(row.view(3)).value_or(DeploymentState::failed),
                     .scope = TRY(read_scope(row, 4)),
                     .commit = row.text(9),
                     .url = row.text(10),
                     .reason = row.text(11),
                     .started_at = row.time(12),
                     .ended_at = row.time(13),
                     .until = row.time(14),
                     .changes = row.integer(19),
                     .created_by = row.text(16),
                     .created_at = row.time(17),
                     .updated_at = row.time(18)};
    if (!row.is_null(15)) found.exit_code = row.integer(15);
    return found;
}

Result<Deployment> select(Transaction& tx, const TenantId& tenant, const DeploymentId& deployment) {
    auto row = TRY(tx.query(select_deployment + "d.id = ?2", tenant, deployment));
    if (!TRY(row.step())) return no_deployment();
    return read_deployment(row);
}

Result<void> insert(Transaction& tx, const TenantId& tenant, const Deployment& made, const std::string& hook,
                    const std::string& run_key) {
    TRY(tx.run(
        "INSERT INTO deployment(id, tenant, name, source, state, customer_id, accounts, regions, tags, "
        "principal, commit_id, url, reason, started_at, ended_at, planned_end, exit_code, hook, run_key, "
        "created_by, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
        "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?21)",
        made.id, tenant, made.name, model::to_string(made.source), model::to_string(made.state),
        made.scope.customer, accounts_text(made.scope.accounts), strings_text(made.scope.regions),
        labels_text(made.scope.tags), made.scope.principal, made.commit, made.url, made.reason,
        made.started_at, made.ended_at, made.until, made.exit_code, hook, run_key, made.created_by,
        made.created_at));
    return {};
}

Result<void> write(Transaction& tx, const TenantId& tenant, const Deployment& changed, Timestamp now) {
    TRY(
        tx.run("UPDATE deployment SET name = ?3, state = ?4, customer_id = ?5, accounts = ?6, regions = ?7, "
               "tags = ?8, principal = ?9, commit_id = ?10, url = ?11, reason = ?12, started_at = ?13, "
               "ended_at = ?14, planned_end = ?15, exit_code = ?16, updated_at = ?17 "
               "WHERE tenant = ?1 AND id = ?2 {visible}",
               tenant, changed.id, changed.name, model::to_string(changed.state), changed.scope.customer,
               accounts_text(changed.scope.accounts), strings_text(changed.scope.regions),
               labels_text(changed.scope.tags), changed.scope.principal, changed.commit, changed.url,
               changed.reason, changed.started_at, changed.ended_at, changed.until, changed.exit_code, now));
    return {};
}

// When a deployment is over at the latest.
Timestamp end_of(const Deployment& deployment) {
    if (deployment.ended_at.is_set()) return deployment.ended_at;
    if (deployment.until.is_set()) return deployment.until;
    return deployment.started_at + limits::deployment_longest;
}

bool names_account(const model::DeploymentScope& scope, const AccountId& account,
                   const std::optional<CustomerId>& customer) {
    const bool named =
        scope.accounts.empty() || std::ranges::find(scope.accounts, account) != scope.accounts.end();
    return named && (!scope.customer || scope.customer == customer);
}

// The run's deployment as it is after this event.
Deployment continued(Deployment before, const ReportedRun& run, Timestamp now) {
    const bool was_open = before.state == DeploymentState::open;
    if (!run.name.empty()) before.name = run.name;
    if (!run.commit.empty()) before.commit = run.commit;
    if (!run.url.empty()) before.url = run.url;
    if (!run.reason.empty()) before.reason = run.reason;
    if (run.started_at.is_set()) before.started_at = std::min(before.started_at, run.started_at);
    if (was_open && run.state != DeploymentState::open) {
        before.state = run.state;
        before.ended_at = std::max(run.ended_at.is_set() ? run.ended_at : now, before.started_at);
    }
    return before;
}

Deployment begun(const model::DeploymentHook& hook, const ReportedRun& run, Timestamp now) {
    Deployment made{.id = crypto::new_id<DeploymentId>(),
                    .name = run.name.empty() ? hook.name : run.name,
                    .source = hook.kind,
                    .scope = hook.scope,
                    .started_at = run.started_at.is_set() ? run.started_at : now,
                    .created_by = "hook " + hook.name,
                    .created_at = now,
                    .updated_at = now};
    return continued(std::move(made), run, now);
}

// False when this hook had this delivery before; `deployment` is then what it was about.
Result<bool> take_delivery(Transaction& tx, const model::DeploymentHook& hook, const ReportedRun& run,
                           const DeploymentId& deployment, Timestamp now) {
    return TRY(tx.run("INSERT INTO deployment_delivery(hook, delivery, deployment, received_at) "
                      "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hook, delivery) DO NOTHING",
                      hook.id, run.delivery, deployment, now)) > 0;
}

Result<std::optional<Deployment>> of_run(Transaction& tx, const TenantId& tenant,
                                         const model::DeploymentHook& hook, const ReportedRun& run) {
    using Found = std::optional<Deployment>;
    auto row = TRY(tx.query(select_deployment + "d.hook = ?2 AND d.run_key = ?3 {for_update}", tenant,
                            hook.id, run.run_key));
    if (!TRY(row.step())) return Found{};
    return Found{TRY(read_deployment(row))};
}

}  // namespace

Result<Deployment> Deployments::create(const Viewer& viewer, Deployment deployment, Timestamp now) {
    if (deployment.id.empty()) deployment.id = crypto::new_id<DeploymentId>();
    deployment.created_at = deployment.updated_at = now;
    return database_.write(viewer, [&](Transaction& tx) -> Result<Deployment> {
        TRY(check_scope(tx, viewer, deployment.scope));
        TRY(insert(tx, viewer.tenant, deployment, "", ""));
        return select(tx, viewer.tenant, deployment.id);
    });
}

Result<Deployment> Deployments::get(const Viewer& viewer, const DeploymentId& deployment) {
    return database_.read(viewer, [&](Transaction& tx) { return select(tx, viewer.tenant, deployment); });
}

Result<Page<Deployment>> Deployments::list(const Viewer& viewer, const PageRequest& request) {
    const ListShape shape{.name = "deployments",
                          .columns = deployment_columns,
                          .from = "deployment d",
                          .where = "d.tenant = ?1",
                          .values = {viewer.tenant.str()},
                          .id_column = "d.id",
                          .sorts = deployment_sorts,
                          .newest_first = true,
                          .fields = deployment_fields,
                          .words = deployment_words};
    return list_page<Deployment>(database_, cursors_, viewer, shape, request, read_deployment);
}

Result<Deployment> Deployments::update(const Viewer& viewer, const Deployment& deployment, Timestamp now) {
    return database_.write(viewer, [&](Transaction& tx) -> Result<Deployment> {
        const auto state =
            TRY(tx.text("SELECT state FROM deployment WHERE tenant = ?1 AND id = ?2 {for_update}",
                        viewer.tenant, deployment.id));
        if (!state) return no_deployment();
        if (*state != model::to_string(DeploymentState::open) && deployment.state == DeploymentState::open)
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "The deployment has ended; it cannot be opened again.",
                              .hint = "Record a new one.",
                              .code = "deployment_ended"});
        TRY(check_scope(tx, viewer, deployment.scope));
        TRY(write(tx, viewer.tenant, deployment, now));
        return select(tx, viewer.tenant, deployment.id);
    });
}

Result<std::vector<Deployment>> Deployments::overlapping(const TenantId& tenant, const AccountId& account,
                                                         Timestamp from, Timestamp until) {
    // Nothing lasts longer than a planned window, so that older rows need not be looked at.
    const auto earliest = from - std::max<Millis>(limits::planned_window_longest, limits::deployment_longest);
    return database_.read(tenant, [&](Transaction& tx) -> Result<std::vector<Deployment>> {
        const auto owner =
            TRY(tx.text("SELECT COALESCE(customer_id, '') FROM cloud_account WHERE tenant = ?1 AND id = ?2",
                        tenant, account));
        if (!owner) return fail(Error::Kind::not_found, "There is no such cloud account.");
        const auto customer = owner->empty() ? std::nullopt : std::optional(CustomerId(*owner));
        auto row = TRY(tx.query(select_deployment + "d.started_at >= ?2 AND d.started_at <= ?3 "
                                                    "AND (d.customer_id IS NULL OR d.customer_id = ?4) "
                                                    "ORDER BY d.started_at DESC, d.id DESC LIMIT ?5",
                                tenant, earliest, until, *owner, overlapping_max));
        std::vector<Deployment> found;
        while (TRY(row.step())) {
            auto each = TRY(read_deployment(row));
            if (end_of(each) >= from && names_account(each.scope, account, customer))
                found.push_back(std::move(each));
        }
        return found;
    });
}

Result<Timestamp> Deployments::reading_began(const TenantId& tenant, const AccountId& account,
                                             Timestamp taken_at) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<Timestamp> {
        const auto began = TRY(tx.integer(
            "SELECT MIN(s.started_at) FROM snapshot n JOIN cloud_account c ON c.number = n.account "
            "JOIN scan s ON s.id = n.scan WHERE c.tenant = ?1 AND c.id = ?2 AND n.taken_at = ?3 "
            "AND s.started_at > 0",
            tenant, account, taken_at));
        return began ? Timestamp{*began} : taken_at;
    });
}

Result<std::optional<Deployments::Reported>> Deployments::report(const TenantId& tenant,
                                                                 const model::DeploymentHook& hook,
                                                                 const ReportedRun& run, Timestamp now) {
    const auto record = [&](Transaction& tx) -> Result<std::optional<Reported>> {
        auto before = TRY(of_run(tx, tenant, hook, run));
        if (!before && run.only_if_known) return std::nullopt;
        const auto after = before ? continued(*before, run, now) : begun(hook, run, now);
        if (!TRY(take_delivery(tx, hook, run, after.id, now))) {
            if (before) return Reported{.deployment = std::move(*before), .repeated = true};
            return fail(Error::Kind::conflict, "This delivery was taken for another run.");
        }
        if (before)
            TRY(write(tx, tenant, after, now));
        else
            TRY(insert(tx, tenant, after, hook.id.str(), run.run_key));
        const bool was_open = !before || before->state == DeploymentState::open;
        return Reported{.deployment = TRY(select(tx, tenant, after.id)),
                        .ended_now = was_open && after.state != DeploymentState::open};
    };
    auto reported = database_.write(tenant, record);
    // Two first events of one run at once on PostgreSQL: the second finds the first one's row now.
    if (!reported && is_unique_violation(reported.error())) reported = database_.write(tenant, record);
    return reported;
}

Result<std::vector<AccountId>> Deployments::accounts_of(const TenantId& tenant,
                                                        const Deployment& deployment) {
    const auto& scope = deployment.scope;
    if (!scope.customer) return scope.accounts;
    return database_.read(tenant, [&](Transaction& tx) -> Result<std::vector<AccountId>> {
        std::vector<AccountId> found;
        auto row =
            TRY(tx.query("SELECT id FROM cloud_account WHERE tenant = ?1 AND customer_id = ?2 ORDER BY id",
                         tenant, *scope.customer));
        while (TRY(row.step()))
            if (auto id = row.id<AccountId>(0); names_account(scope, id, scope.customer))
                found.push_back(std::move(id));
        return found;
    });
}

Result<std::vector<AccountId>> Deployments::accounts_with_drift(const TenantId& tenant,
                                                                const Deployment& deployment) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<std::vector<AccountId>> {
        std::vector<AccountId> found;
        auto row = TRY(
            tx.query("SELECT c.id, c.customer_id FROM cloud_account c WHERE c.tenant = ?1 AND EXISTS "
                     "(SELECT 1 FROM drift_change x WHERE x.account = c.number AND x.live = 1) ORDER BY c.id",
                     tenant));
        while (TRY(row.step()))
            if (auto id = row.id<AccountId>(0);
                names_account(deployment.scope, id, row.optional_id<CustomerId>(1)))
                found.push_back(std::move(id));
        return found;
    });
}

Result<std::int64_t> Deployments::close_overdue(Timestamp now) {
    return database_.platform().write([&](Transaction& tx) -> Result<std::int64_t> {
        const auto windows =
            TRY(tx.run("UPDATE deployment SET state = 'succeeded', ended_at = planned_end, updated_at = ?1 "
                       "WHERE state = 'open' AND planned_end <> 0 AND planned_end <= ?1",
                       now));
        const Timestamp oldest = now - limits::deployment_longest;
        const auto runs =
            TRY(tx.run("UPDATE deployment SET state = 'failed', ended_at = started_at + ?3, updated_at = ?1 "
                       "WHERE state = 'open' AND planned_end = 0 AND started_at <= ?2",
                       now, oldest, Millis(limits::deployment_longest).count()));
        TRY(tx.run("DELETE FROM deployment_delivery WHERE received_at < ?1",
                   now - limits::hook_delivery_age));
        return windows + runs;
    });
}

}  // namespace patrol::store
