// How what waits gets into the database: in batches, each one transaction. A batch is written by a thread
// of its own while the scan gathers the next one; there is never more than one on its way.
#include <utility>

#include "store/insert_rows.h"
#include "store/scan_writer_impl.h"

namespace patrol::store {
namespace {

// One transaction for many pages keeps the files small and fast.
constexpr std::size_t batch_rows = 16'000;
constexpr std::size_t batch_bytes = 16 * 1024 * 1024;

}  // namespace

bool ScanWriter::Impl::is_batch_full() const {
    return pending_.rows.size() >= batch_rows || pending_.bytes >= batch_bytes;
}

Result<void> ScanWriter::Impl::write_batch(Transaction& transaction, const Batch& batch) const {
    TRY(check_lease(transaction));
    TRY(transaction.run("UPDATE inventory SET staging_scan = ?2, staging_since = ?3 WHERE account = ?1",
                        account_, ticket_.scan, now()));
    TRY(insert_rows(transaction, "INSERT INTO slice (account, id, type, scope, service, category) VALUES ", 6,
                    "", batch.made, [&](Statement& s, int at, const SliceState& state) {
                        s.bind(at + 1, account_).bind(at + 2, state.id).bind(at + 3, state.type);
                        s.bind(at + 4, state.scope).bind(at + 5, state.service).bind(at + 6, state.category);
                    }));
    TRY(stage_rows(transaction, place(), batch.rows));
    return insert_rows(
        transaction,
        "INSERT INTO staged_slice (account, slice, finished_at, added, modified, removed, coverage) VALUES ",
        7, "", batch.finished, [&](Statement& s, int at, const SliceState& state) {
            s.bind(at + 1, account_).bind(at + 2, state.id).bind(at + 3, now());
            s.bind(at + 4, state.counts.added).bind(at + 5, state.counts.modified);
            s.bind(at + 6, state.counts.removed).bind(at + 7, coverage_to_text(state.coverage));
        });
}

ScanWriter::Impl::Batch ScanWriter::Impl::take_batch() {
    Batch batch{.rows = std::exchange(pending_, {})};
    for (const auto& [key, state] : slices_) {
        if (!state.stored) batch.made.push_back(state);
        if (state.finished && !state.recorded) batch.finished.push_back(state);
    }
    recorded_at_ = now();
    return batch;
}

void ScanWriter::Impl::batch_written(Batch batch, const Result<void>& written) {
    if (!written) return take_back(std::move(batch.rows));
    for (const auto& state : batch.made) slices_.at(state.key).stored = true;
    for (const auto& state : batch.finished) slices_.at(state.key).recorded = true;
}

// After an error the rows wait again. None of them can have come anew: such a page waits for the batch.
void ScanWriter::Impl::take_back(Pending rows) {
    pending_.texts.join(std::move(rows.texts));
    for (const auto& row : rows.rows) {
        pending_.by_resource.emplace(row.res, pending_.rows.size());
        pending_.rows.push_back(row);
    }
    pending_.new_keys.merge(rows.new_keys);
    pending_.unstage.merge(rows.unstage);
    pending_.removals.insert(pending_.removals.end(), rows.removals.begin(), rows.removals.end());
    pending_.bytes += rows.bytes;
}

bool ScanWriter::Impl::is_being_written(const KeyHash& key, const Found* found) const {
    if (!writing_) return false;
    const auto& rows = writing_->rows;
    if (found != nullptr && (rows.by_resource.contains(found->res) || rows.unstage.contains(found->res)))
        return true;
    return rows.new_keys.contains(key);
}

// Answers the error of the batch, once.
Result<void> ScanWriter::Impl::wait_until_written(std::unique_lock<std::mutex>& lock) {
    written_.wait(lock, [&] { return !writing_; });
    if (!write_error_) return {};
    return Failure(*std::exchange(write_error_, std::nullopt));
}

Result<void> ScanWriter::Impl::flush(std::unique_lock<std::mutex>& lock) {
    TRY(wait_until_written(lock));
    auto batch = take_batch();
    auto written = database_.write(ticket_.tenant,
                                   [&](Transaction& transaction) { return write_batch(transaction, batch); });
    batch_written(std::move(batch), written);
    return written;
}

Result<void> ScanWriter::Impl::flush_behind(std::unique_lock<std::mutex>& lock) {
    TRY(wait_until_written(lock));
    if (!is_batch_full()) return {};  // another thread was faster
    writing_ = take_batch();
    // The thread before has let go of the lock for good: it ends without this one.
    flusher_ = std::jthread([this] {
        auto written = database_.write(
            ticket_.tenant, [&](Transaction& transaction) { return write_batch(transaction, *writing_); });
        std::lock_guard relock(mutex_);
        batch_written(*std::exchange(writing_, std::nullopt), written);
        if (!written) write_error_ = std::move(written).error();
        written_.notify_all();
    });
    return {};
}

Result<void> ScanWriter::Impl::abandon() {
    std::unique_lock lock(mutex_);
    if (spent_) return {};
    spent_ = true;
    std::ignore = wait_until_written(lock);
    pending_ = {};
    // The scan may have been ended already, so the lease is not asked for; but another scan's staging
    // is not ours to sweep.
    auto ours = [&](Transaction& transaction) -> Result<bool> {
        auto held =
            TRY(transaction.integer("SELECT 1 FROM inventory WHERE account = ?1 AND staging_scan = ?2 "
                                    "AND newest_seq < ?3 {for_update}",
                                    account_, ticket_.scan, seq_));
        return held.has_value();
    };
    for (bool more = true; more;)
        more = TRY(database_.write(ticket_.tenant, [&](Transaction& transaction) -> Result<bool> {
            if (!TRY(ours(transaction))) return false;
            TRY(transaction.run("DELETE FROM staged_slice WHERE account = ?1", account_));
            return unstage_some(transaction, place(), 0, sweep_step);
        }));
    return {};
}

}  // namespace patrol::store
