// Scans: one run over an account each, from its place in the queue to its end. An account has at most
// one running and one queued scan (partial unique indexes). A scan that ends well is ended by
// ScanWriter::publish together with its snapshot; every other end is here.
// Kind::not_found for everything of another tenant.
#pragma once

#include <optional>
#include <string>

#include "model/scan.h"
#include "store/page.h"
#include "store/scan_ticket.h"
#include "store/sql.h"

namespace patrol::store {

struct ScanRequest {
    AccountId account;
    model::ScanTrigger trigger = model::ScanTrigger::manual;
    model::ScanScope scope;
    std::optional<DeploymentId> deployment_id;
    std::string requested_by;
};

// How a running scan ended.
struct ScanEnd {
    model::ScanState state = model::ScanState::succeeded;
    model::ScanCounts counts;
    std::optional<SnapshotId> snapshot;  // with one, the account's number of resources is set too
    std::string error_message, error_hint;
};

class Scans {
public:
    Scans(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    struct Enqueued {
        model::Scan scan;
        bool already_queued = false;  // the scan is the one that waited already: nothing was added
    };
    // Queues a scan and its job (interactive lane for manual and api, else background). While one is
    // running a single follow-up is queued; with one queued, that one is answered.
    Result<Enqueued> enqueue(const Viewer& viewer, const ScanRequest& request, Timestamp now);

    Result<model::Scan> get(const Viewer& viewer, const ScanId& scan);
    // Of one account or of all. Sort: created_at (own order, newest first), started_at, finished_at,
    // state. Filter fields: id, account (its id or name), state, trigger, requested_by, created_at,
    // started_at, finished_at.
    Result<Page<model::Scan>> list(const Viewer& viewer, const std::optional<AccountId>& account,
                                   const PageRequest& request);

    // The claim of the scan's job begins or resumes it: state running, and the scan takes the ticket's
    // fence. Kind::conflict "lease_lost" when the job was claimed anew since, "scan_ended" when the
    // scan has ended (cancelled while queued): complete the job then.
    Result<model::Scan> mark_running(const ScanTicket& ticket, Timestamp now);
    // Ends a running scan as failed or cancelled, without a snapshot; message and hint of `error` are
    // kept for the user. Kind::conflict "lease_lost" when the ticket does not hold any more.
    Result<void> finish_without_snapshot(const ScanTicket& ticket, model::ScanState state, const Error& error,
                                         const model::ScanCounts& counts, Timestamp now);

    // A running scan has its snapshot now and goes on (ScanWriter::publish); finish_published() ends it in
    // the state of its snapshot. "lease_lost" when the ticket does not hold.
    static Result<void> note_published(Transaction& transaction, const ScanTicket& ticket,
                                       const ScanEnd& end);
    Result<model::ScanState> finish_published(const ScanTicket& ticket, Timestamp now);

    // The end of a running scan inside a transaction of the caller (ScanWriter::publish): writes the
    // scan row and the account's last scan. "lease_lost" when the ticket does not hold: roll back.
    static Result<void> end(Transaction& transaction, const ScanTicket& ticket, const ScanEnd& end,
                            Timestamp now);

    // A queued scan is cancelled at once with its job; a running one is asked to stop. Kind::conflict
    // "scan_ended" when it has ended. Answers the scan as it is now.
    Result<model::Scan> request_cancel(const Viewer& viewer, const ScanId& scan, Timestamp now);
    // What a running scan asks from time to time.
    Result<bool> cancel_requested(const ScanTicket& ticket);

    // Old scans without a snapshot are forgotten: failed and cancelled ones that ended before `before`.
    Result<std::int64_t> sweep(Timestamp before);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store
