// The end of a scan: one short transaction that closes what ended, writes the snapshot with its
// coverage, ends the scan and brings the account up to date. It holds only while the lease does.
#include <algorithm>

#include "crypto/random.h"
#include "store/insert_rows.h"
#include "store/scan_writer_impl.h"
#include "store/scans.h"

namespace patrol::store {
namespace {

std::string paths_text(const std::vector<std::string>& paths) {
    std::string out;
    for (const auto& path : paths) {
        if (!out.empty()) out += '\n';
        out += path;
    }
    return out;
}

// A slice that ended so was not lost: nothing there was promised.
bool counts_as_failed(model::SliceStatus status) {
    using enum model::SliceStatus;
    return status == partial || status == denied || status == throttled || status == failed;
}

constexpr std::string_view not_read_reason = "This slice was not read in this scan.";

}  // namespace

struct ScanWriter::Impl::Settled {
    model::Snapshot snapshot;
    std::map<std::int64_t, CoverageRow> changed;  // by slice: lines that differ from the newest snapshot's
    std::map<std::int64_t, std::int64_t>
        forgotten;  // slice → first: empty slices that no plan names any more
    std::int64_t catalogue = 0, canonical = 0;
};

Result<CoverageRow> ScanWriter::Impl::coverage_row(const SliceState& state) {
    CoverageRow row;
    row.live = state.live_before() + state.counts.added - state.counts.removed;
    if (!state.finished) {
        row.status = model::SliceStatus::not_read;
        row.reason = TRY(words_.number(database_, not_read_reason));
        return row;
    }
    const auto& coverage = state.coverage;
    row.status = coverage.status;
    row.count = coverage.count;
    row.calls = coverage.calls;
    row.reason = TRY(words_.number(database_, coverage.reason));
    row.missing_action = TRY(words_.number(database_, coverage.missing_action));
    row.hint = TRY(words_.number(database_, coverage.hint));
    row.unknown_paths = TRY(words_.number(database_, paths_text(coverage.unknown_paths)));
    return row;
}

// All that the lines of coverage say, stored at once.
Result<void> ScanWriter::Impl::learn_coverage() {
    std::set<std::string> words{options_.rules.catalogue, options_.rules.canonical};
    for (const auto& [key, state] : slices_) {
        if (!state.finished) continue;
        const auto& coverage = state.coverage;
        words.insert(
            {coverage.reason, coverage.missing_action, coverage.hint, paths_text(coverage.unknown_paths)});
    }
    return words_.learn(database_, std::move(words));
}

Result<ScanWriter::Impl::Settled> ScanWriter::Impl::settle(const Publish& publish) {
    TRY(learn_coverage());
    Settled settled;
    auto& snapshot = settled.snapshot;
    snapshot.id = crypto::new_id<SnapshotId>();
    snapshot.account = ticket_.account;
    snapshot.scan = ticket_.scan;
    snapshot.seq = seq_;
    snapshot.taken_at = publish.taken_at.is_set() ? publish.taken_at : now();
    snapshot.state = publish.state;
    snapshot.catalogue_revision = options_.rules.catalogue;
    snapshot.canonical_version = options_.rules.canonical;
    settled.catalogue = TRY(words_.number(database_, options_.rules.catalogue));
    settled.canonical = TRY(words_.number(database_, options_.rules.canonical));
    auto& counts = snapshot.counts;
    counts.calls = publish.calls;
    for (const auto& [key, state] : slices_) {
        if (!state.finished && state.live_before() == 0) {
            if (state.before) settled.forgotten.emplace(state.id, state.before->first);
            continue;
        }
        auto row = TRY(coverage_row(state));
        counts.resources += row.live;
        counts.added += state.counts.added;
        counts.modified += state.counts.modified;
        counts.removed += state.counts.removed;
        if (row.status != model::SliceStatus::complete) counts.stale += row.live;
        ++counts.slices;
        if (state.finished) ++counts.slices_done;
        if (counts_as_failed(row.status)) ++counts.slices_failed;
        // A slice that is not granted and was asked again says so: it is asked at most once a week.
        const bool asked_again = row.status == model::SliceStatus::not_granted && row.calls > 0;
        if (state.before && state.before->says_the_same(row) && !asked_again) continue;
        row.first = state.before ? state.before->first : 0;
        settled.changed.emplace(state.id, row);
    }
    return settled;
}

Result<void> ScanWriter::Impl::write_coverage(Transaction& transaction, const Settled& settled) {
    using Entry = std::pair<const std::int64_t, CoverageRow>;
    const auto close = [&](std::int64_t slice, std::int64_t first) {
        return transaction.run(
            "UPDATE coverage SET last = ?4 WHERE account = ?1 AND slice = ?2 AND first = ?3", account_, slice,
            first, seq_ - 1);
    };
    for (const auto& [slice, row] : settled.changed)
        if (row.first != 0) TRY(close(slice, row.first));
    for (const auto& [slice, first] : settled.forgotten) TRY(close(slice, first));
    return insert_rows(
        transaction,
        "INSERT INTO coverage (account, slice, first, last, status, count, live, calls, reason, "
        "missing_action, hint, unknown_paths) VALUES ",
        12, "", settled.changed, [&](Statement& s, int at, const Entry& entry) {
            const auto& [slice, row] = entry;
            s.bind(at + 1, account_).bind(at + 2, slice).bind(at + 3, seq_).bind(at + 4, still);
            s.bind(at + 5, static_cast<std::int64_t>(row.status)).bind(at + 6, row.count);
            s.bind(at + 7, row.live).bind(at + 8, row.calls).bind(at + 9, row.reason);
            s.bind(at + 10, row.missing_action).bind(at + 11, row.hint).bind(at + 12, row.unknown_paths);
        });
}

Result<void> ScanWriter::Impl::write_snapshot(Transaction& transaction, const Publish& publish,
                                              const Settled& settled) {
    // The old versions of what was changed, and what is gone: they were last seen in the snapshot before.
    TRY(
        transaction.run("UPDATE version SET last = ?2 FROM staged_close c WHERE c.account = ?1 "
                        "AND version.account = c.account AND version.res = c.res AND version.first = c.first",
                        account_, seq_ - 1));
    TRY(transaction.run("DELETE FROM staged_close WHERE account = ?1", account_));
    TRY(transaction.run("DELETE FROM staged_slice WHERE account = ?1", account_));
    TRY(write_coverage(transaction, settled));
    const auto& snapshot = settled.snapshot;
    const auto& counts = snapshot.counts;
    TRY(transaction.run(
        "INSERT INTO snapshot (account, seq, id, scan, taken_at, state, resources, added, modified, removed, "
        "stale, "
        "slices, slices_done, slices_failed, calls, catalogue, canonical, dropped) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0)",
        account_, seq_, snapshot.id, snapshot.scan, snapshot.taken_at, model::to_string(publish.state),
        counts.resources, counts.added, counts.modified, counts.removed, counts.stale, counts.slices,
        counts.slices_done, counts.slices_failed, counts.calls, settled.catalogue, settled.canonical));
    const auto moved = TRY(transaction.run(
        "UPDATE inventory SET newest_seq = ?2, next_resource = ?3, staging_scan = '', staging_since = 0 "
        "WHERE account = ?1 AND newest_seq = ?2 - 1",
        account_, seq_, next_resource_));
    if (moved == 1) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "Another scan of this account was published meanwhile.",
                      .code = "lease_lost"});
}

Result<void> ScanWriter::Impl::end_scan(Transaction& transaction, const Publish& publish,
                                        const Settled& settled) {
    const auto& snapshot = settled.snapshot;
    const ScanEnd end{.state = publish.state,
                      .counts = snapshot.counts,
                      .snapshot = snapshot.id,
                      .error_message = publish.error_message,
                      .error_hint = publish.error_hint};
    if (publish.then == AfterPublish::end)
        TRY(Scans::end(transaction, ticket_, end, now()));
    else
        TRY(Scans::note_published(transaction, ticket_, end));
    if (!publish.next_scan_at) return {};
    TRY(transaction.run("UPDATE cloud_account SET next_scan_at = ?2 WHERE number = ?1", account_,
                        *publish.next_scan_at));
    return {};
}

Result<model::Snapshot> ScanWriter::Impl::publish(const Publish& publish) {
    std::unique_lock lock(mutex_);
    if (spent_) return fail(Error::Kind::internal, "The scan was published or abandoned already.");
    TRY(wait_until_written(lock));
    // Unfinished slices may hold additions: their rows count, and nothing of them is closed.
    const bool new_slices =
        std::ranges::any_of(slices_, [](const auto& entry) { return !entry.second.stored; });
    if (!pending_.empty() || new_slices) TRY(flush(lock));
    const auto settled = TRY(settle(publish));
    TRY(database_.write(ticket_.tenant, [&](Transaction& transaction) -> Result<void> {
        TRY(check_lease(transaction));
        TRY(write_snapshot(transaction, publish, settled));
        return end_scan(transaction, publish, settled);
    }));
    spent_ = true;
    return settled.snapshot;
}

}  // namespace patrol::store
