#include "store/scans.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/json.h"
#include "crypto/random.h"
#include "store/jobs.h"
#include "store/json_columns.h"
#include "store/list_page.h"

namespace patrol::store {

namespace {

using model::ScanState;

constexpr std::string_view scan_columns =
    "s.id, s.account, s.state, s.cause, s.deployment_id, s.scope, s.counts, s.error_message, s.error_hint, "
    "s.snapshot_id, s.requested_by, s.created_at, s.started_at, s.finished_at, s.cancel_requested";
const std::string select_scan = "SELECT " + std::string(scan_columns) + " FROM scan s WHERE ";

constexpr std::array scan_sorts{SortColumn{"created_at", "s.created_at", SortKind::integer},
                                SortColumn{"started_at", "s.started_at", SortKind::integer},
                                SortColumn{"finished_at", "s.finished_at", SortKind::integer},
                                SortColumn{"state", "s.state"}};
constexpr std::string_view account_name = "(SELECT a.name FROM cloud_account a WHERE a.id = s.account)";
constexpr std::array scan_fields{FilterField{"id", FieldKind::text, "s.id"},
                                 FilterField{"account", FieldKind::text, "s.account", account_name},
                                 FilterField{"state", FieldKind::text, "s.state"},
                                 FilterField{"trigger", FieldKind::text, "s.cause"},
                                 FilterField{"requested_by", FieldKind::text, "s.requested_by"},
                                 FilterField{"created_at", FieldKind::time, "s.created_at"},
                                 FilterField{"started_at", FieldKind::time, "s.started_at"},
                                 FilterField{"finished_at", FieldKind::time, "s.finished_at"}};
constexpr std::array<std::string_view, 2> scan_words{account_name, "s.requested_by"};

Result<model::Scan> read_scan(const Statement& row) {
    return model::Scan{.id = row.id<ScanId>(0),
                       .account = row.id<AccountId>(1),
                       .state = model::parse_scan_state(row.view(2)).value_or(ScanState::failed),
                       .trigger = model::parse_scan_trigger(row.view(3)).value_or(model::ScanTrigger::manual),
                       .deployment_id = row.optional_id<DeploymentId>(4),
                       .scope = TRY(parse_scope(row.view(5))),
                       .counts = TRY(parse_counts(row.view(6))),
                       .error_message = row.text(7),
                       .error_hint = row.text(8),
                       .snapshot_id = row.optional_id<SnapshotId>(9),
                       .requested_by = row.text(10),
                       .created_at = row.time(11),
                       .started_at = row.time(12),
                       .finished_at = row.time(13),
                       .cancel_requested = row.truth(14)};
}

Failure no_scan() { return fail(Error::Kind::not_found, "There is no such scan."); }
Failure lease_lost() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "Another worker has taken this scan over, or it has ended.",
                      .code = "lease_lost"});
}
Failure scan_ended() {
    return fail(
        Error{.kind = Error::Kind::conflict, .message = "The scan has ended already.", .code = "scan_ended"});
}

Result<model::Scan> select(Transaction& tx, const TenantId& tenant, const ScanId& scan) {
    auto row = TRY(tx.query(select_scan + "s.tenant = ?1 AND s.id = ?2", tenant, scan));
    if (!TRY(row.step())) return no_scan();
    return read_scan(row);
}

JobLane lane_of(model::ScanTrigger trigger) {
    const bool waited_for = trigger == model::ScanTrigger::manual || trigger == model::ScanTrigger::api;
    return waited_for ? JobLane::interactive : JobLane::background;
}

// What covers both; an empty list is everything.
std::vector<std::string> unite(std::vector<std::string> left, const std::vector<std::string>& right) {
    if (left.empty() || right.empty()) return {};
    left.insert(left.end(), right.begin(), right.end());
    std::ranges::sort(left);
    const auto rest = std::ranges::unique(left);
    left.erase(rest.begin(), rest.end());
    return left;
}

// A request that meets a queued scan is answered by it, so that scan must read what was asked for, and
// somebody may be waiting for it now.
Result<model::Scan> join_queued(Transaction& tx, const TenantId& tenant, model::Scan queued,
                                const ScanRequest& request) {
    const model::ScanScope wider{unite(queued.scope.types, request.scope.types),
                                 unite(queued.scope.regions, request.scope.regions)};
    if (wider != queued.scope) {
        TRY(tx.run("UPDATE scan SET scope = ?3 WHERE tenant = ?1 AND id = ?2 {visible}", tenant, queued.id,
                   scope_text(wider)));
        queued.scope = wider;
    }
    if (lane_of(request.trigger) == JobLane::interactive)
        TRY(tx.run("UPDATE job SET lane = ?2 WHERE scan_id = ?1 AND state = 'ready' AND lane <> ?2 {visible}",
                   queued.id, static_cast<int>(JobLane::interactive)));
    return queued;
}

Result<std::optional<model::Scan>> queued_of(Transaction& tx, const TenantId& tenant,
                                             const AccountId& account) {
    using Found = std::optional<model::Scan>;
    auto row =
        TRY(tx.query(select_scan + "s.tenant = ?1 AND s.account = ?2 AND s.state = 'queued' {for_update}",
                     tenant, account));
    if (!TRY(row.step())) return Found{};
    return Found{TRY(read_scan(row))};
}

Result<model::Scan> insert(Transaction& tx, const TenantId& tenant, const ScanRequest& request,
                           Timestamp now) {
    const auto id = crypto::new_id<ScanId>();
    TRY(tx.run(
        "INSERT INTO scan(id, tenant, account, state, cause, deployment_id, scope, counts, error_message, "
        "error_hint, requested_by, fence, cancel_requested, created_at, started_at, finished_at) "
        "VALUES (?1, ?2, ?3, 'queued', ?4, ?5, ?6, ?7, '', '', ?8, 0, 0, ?9, 0, 0)",
        id, tenant, request.account, model::to_string(request.trigger), request.deployment_id,
        scope_text(request.scope), counts_text({}), request.requested_by, now));
    TRY(Jobs::enqueue(tx, tenant,
                      {.kind = JobKind::scan,
                       .lane = lane_of(request.trigger),
                       .account = request.account,
                       .payload = to_text(json::object{{"scan_id", id.str()}})},
                      now));
    return select(tx, tenant, id);
}

// The claim's fence must still be the job's, so that an older claim cannot take the scan back.
Result<void> check_claim(Transaction& tx, const ScanTicket& ticket) {
    const auto fence =
        TRY(tx.integer("SELECT fence FROM job WHERE tenant = ?1 AND scan_id = ?2 AND state = 'running' "
                       "{for_update}",
                       ticket.tenant, ticket.scan));
    if (!fence || *fence != ticket.fence) return lease_lost();
    return {};
}

}  // namespace

Result<Scans::Enqueued> Scans::enqueue(const Viewer& viewer, const ScanRequest& request, Timestamp now) {
    const auto work = [&](Transaction& tx) -> Result<Enqueued> {
        // The account's row is the lock under which an account's scans are counted.
        const auto account =
            TRY(tx.text("SELECT id FROM cloud_account WHERE tenant = ?1 AND id = ?2 {for_update}",
                        viewer.tenant, request.account));
        if (!account) return fail(Error::Kind::not_found, "There is no such cloud account.");
        if (auto queued = TRY(queued_of(tx, viewer.tenant, request.account)))
            return Enqueued{TRY(join_queued(tx, viewer.tenant, std::move(*queued), request)), true};
        return Enqueued{TRY(insert(tx, viewer.tenant, request, now)), false};
    };
    auto done = database_.write(viewer, work);
    // A limited viewer's look locks nothing on PostgreSQL: of two at once the second finds the first's.
    if (!done && is_unique_violation(done.error())) return database_.write(viewer, work);
    return done;
}

Result<model::Scan> Scans::get(const Viewer& viewer, const ScanId& scan) {
    return database_.read(viewer, [&](Transaction& tx) { return select(tx, viewer.tenant, scan); });
}

Result<Page<model::Scan>> Scans::list(const Viewer& viewer, const std::optional<AccountId>& account,
                                      const PageRequest& request) {
    ListShape shape{.name = "scans",
                    .columns = scan_columns,
                    .from = "scan s",
                    .where = "s.tenant = ?1",
                    .values = {viewer.tenant.str()},
                    .id_column = "s.id",
                    .sorts = scan_sorts,
                    .newest_first = true,
                    .fields = scan_fields,
                    .words = scan_words};
    std::string name;
    if (account) {
        name = "scans|" + account->str();
        shape.name = name;
        shape.where = "s.tenant = ?1 AND s.account = ?2";
        shape.values.emplace_back(account->str());
    }
    return list_page<model::Scan>(database_, cursors_, viewer, shape, request, read_scan);
}

Result<model::Scan> Scans::mark_running(const ScanTicket& ticket, Timestamp now) {
    return database_.write(ticket.tenant, [&](Transaction& tx) -> Result<model::Scan> {
        TRY(check_claim(tx, ticket));
        const auto changed =
            TRY(tx.run("UPDATE scan SET state = 'running', fence = ?3, started_at = "
                       "CASE WHEN started_at = 0 THEN ?4 ELSE started_at END "
                       "WHERE tenant = ?1 AND id = ?2 AND state IN ('queued', 'running')",
                       ticket.tenant, ticket.scan, ticket.fence, now));
        if (changed == 0) return scan_ended();
        return select(tx, ticket.tenant, ticket.scan);
    });
}

Result<void> Scans::end(Transaction& tx, const ScanTicket& ticket, const ScanEnd& end, Timestamp now) {
    const auto changed =
        TRY(tx.run("UPDATE scan SET state = ?5, counts = ?6, snapshot_id = ?7, error_message = ?8, "
                   "error_hint = ?9, finished_at = ?10 WHERE tenant = ?1 AND account = ?2 AND id = ?3 "
                   "AND fence = ?4 AND state = 'running'",
                   ticket.tenant, ticket.account, ticket.scan, ticket.fence, model::to_string(end.state),
                   counts_text(end.counts), end.snapshot, end.error_message, end.error_hint, now));
    if (changed == 0) return lease_lost();
    TRY(tx.run("UPDATE cloud_account SET last_scan_id = ?3, last_scan_at = ?4 WHERE tenant = ?1 AND id = ?2",
               ticket.tenant, ticket.account, ticket.scan, now));
    if (end.snapshot)
        TRY(tx.run("UPDATE cloud_account SET resources = ?3 WHERE tenant = ?1 AND id = ?2", ticket.tenant,
                   ticket.account, end.counts.resources));
    return {};
}

Result<void> Scans::note_published(Transaction& tx, const ScanTicket& ticket, const ScanEnd& end) {
    const auto changed =
        TRY(tx.run("UPDATE scan SET counts = ?5, snapshot_id = ?6, error_message = ?7, error_hint = ?8 WHERE "
                   "tenant = ?1 AND account = ?2 AND id = ?3 AND fence = ?4 AND state = 'running'",
                   ticket.tenant, ticket.account, ticket.scan, ticket.fence, counts_text(end.counts),
                   end.snapshot, end.error_message, end.error_hint));
    if (changed == 0) return lease_lost();
    TRY(tx.run("UPDATE cloud_account SET resources = ?3 WHERE tenant = ?1 AND id = ?2", ticket.tenant,
               ticket.account, end.counts.resources));
    return {};
}

Result<model::ScanState> Scans::finish_published(const ScanTicket& ticket, Timestamp now) {
    return database_.write(ticket.tenant, [&](Transaction& tx) -> Result<model::ScanState> {
        const auto scan = TRY(select(tx, ticket.tenant, ticket.scan));
        const auto text = TRY(tx.text("SELECT state FROM snapshot WHERE id = ?1", scan.snapshot_id));
        const auto state = model::parse_scan_state(text.value_or(""));
        if (!state) return fail(Error::Kind::internal, "A scan without a snapshot cannot end with one.");
        TRY(end(tx, ticket,
                {.state = *state,
                 .counts = scan.counts,
                 .snapshot = scan.snapshot_id,
                 .error_message = scan.error_message,
                 .error_hint = scan.error_hint},
                now));
        return *state;
    });
}

Result<void> Scans::finish_without_snapshot(const ScanTicket& ticket, ScanState state, const Error& error,
                                            const model::ScanCounts& counts, Timestamp now) {
    return database_.write(ticket.tenant, [&](Transaction& tx) {
        return end(
            tx, ticket,
            {.state = state, .counts = counts, .error_message = error.message, .error_hint = error.hint},
            now);
    });
}

Result<model::Scan> Scans::request_cancel(const Viewer& viewer, const ScanId& scan, Timestamp now) {
    return database_.write(viewer, [&](Transaction& tx) -> Result<model::Scan> {
        const auto queued =
            TRY(tx.run("UPDATE scan SET state = 'cancelled', cancel_requested = 1, finished_at = ?3 "
                       "WHERE tenant = ?1 AND id = ?2 AND state = 'queued' {visible}",
                       viewer.tenant, scan, now));
        if (queued > 0) {
            TRY(tx.run("DELETE FROM job WHERE tenant = ?1 AND scan_id = ?2 AND state = 'ready' {visible}",
                       viewer.tenant, scan));
            return select(tx, viewer.tenant, scan);
        }
        const auto running =
            TRY(tx.run("UPDATE scan SET cancel_requested = 1 WHERE tenant = ?1 AND id = ?2 "
                       "AND state = 'running' {visible}",
                       viewer.tenant, scan));
        auto found = TRY(select(tx, viewer.tenant, scan));
        if (running == 0) return scan_ended();
        return found;
    });
}

Result<bool> Scans::cancel_requested(const ScanTicket& ticket) {
    return database_.read(ticket.tenant, [&](Transaction& tx) -> Result<bool> {
        return TRY(tx.integer("SELECT cancel_requested FROM scan WHERE tenant = ?1 AND id = ?2",
                              ticket.tenant, ticket.scan))
                   .value_or(1) != 0;
    });
}

Result<std::int64_t> Scans::sweep(Timestamp before) {
    return database_.platform().write([&](Transaction& tx) {
        return tx.run(
            "DELETE FROM scan WHERE state IN ('failed', 'cancelled') AND snapshot_id IS NULL "
            "AND finished_at <> 0 AND finished_at < ?1",
            before);
    });
}

}  // namespace patrol::store
