#include "store/scan_writer.h"

#include <algorithm>

#include "store/accounts.h"
#include "store/document_codec.h"
#include "store/scan_writer_impl.h"
#include "store/store.h"

namespace patrol::store {
namespace {

constexpr auto resume_age = std::chrono::minutes(30);
// Slices without any difference are noted for a resumed attempt only this often, so that an unchanged
// scan writes next to nothing.
constexpr auto record_interval = std::chrono::seconds(60);

}  // namespace

Timestamp ScanWriter::Impl::now() const {
    return options_.clock != nullptr ? options_.clock->now() : SystemClock().now();
}

Result<void> ScanWriter::Impl::check_lease(Transaction& transaction) const {
    auto held = TRY(transaction.integer(
        "SELECT 1 FROM scan WHERE id = ?1 AND tenant = ?2 AND fence = ?3 AND state = 'running' {for_update}",
        ticket_.scan, ticket_.tenant, ticket_.fence));
    if (held) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "This scan was ended or taken over by another worker.",
                      .code = "lease_lost"});
}

// Looks at what was staged for the account. Slices that an earlier attempt of this scan finished stay;
// nothing is written where nothing was staged.
Result<ScanWriter::Impl::Leftovers> ScanWriter::Impl::take_over() {
    return database_.write(ticket_.tenant, [&](Transaction& transaction) -> Result<Leftovers> {
        TRY(check_lease(transaction));
        account_ = TRY(Accounts::number(transaction, ticket_.tenant, ticket_.account));
        std::string scan;
        Timestamp since;
        {
            auto row =
                TRY(transaction.query("SELECT newest_seq, next_resource, staging_scan, staging_since "
                                      "FROM inventory WHERE account = ?1",
                                      account_));
            if (!TRY(row.step())) {
                seq_ = 1;
                TRY(transaction.run(
                    "INSERT INTO inventory (account, newest_seq, next_resource, staging_scan, "
                    "staging_since) VALUES (?1, 0, 1, '', 0)",
                    account_));
                return Leftovers::none;
            }
            seq_ = row.integer(0) + 1;
            next_resource_ = row.integer(1);
            scan = row.text(2);
            since = row.time(3);
        }
        if (scan.empty()) return Leftovers::none;
        if (scan == ticket_.scan.str() && now() - since < resume_age) return Leftovers::ours;
        TRY(transaction.run("DELETE FROM staged_slice WHERE account = ?1", account_));
        return Leftovers::foreign;
    });
}

Result<void> ScanWriter::Impl::sweep(std::int64_t slice) {
    for (bool more = true; more;)
        more = TRY(database_.write(ticket_.tenant, [&](Transaction& transaction) -> Result<bool> {
            TRY(check_lease(transaction));
            return unstage_some(transaction, place(), slice, sweep_step);
        }));
    return {};
}

Result<void> ScanWriter::Impl::load_slices(Transaction& transaction) {
    auto rows = TRY(transaction.query(
        "SELECT s.id, s.type, s.scope, s.service, s.category, t.text, p.text FROM slice s "
        "LEFT JOIN word t ON t.id = s.type LEFT JOIN word p ON p.id = s.scope WHERE s.account = ?1",
        account_));
    while (TRY(rows.step())) {
        SliceState state;
        state.key = {rows.text(5), rows.text(6)};
        state.id = rows.integer(0);
        state.type = rows.integer(1);
        state.scope = rows.integer(2);
        state.service = rows.integer(3);
        state.category = rows.integer(4);
        state.stored = true;
        next_slice_ = std::max(next_slice_, state.id + 1);
        auto key = state.key;
        slices_.emplace(std::move(key), std::move(state));
    }
    return {};
}

Result<void> ScanWriter::Impl::load_coverage(Transaction& transaction) {
    std::unordered_map<std::int64_t, SliceState*> by_id;
    for (auto& [key, state] : slices_) by_id.emplace(state.id, &state);
    auto rows = TRY(transaction.query(
        "SELECT slice, first, status, count, live, calls, reason, missing_action, hint, unknown_paths "
        "FROM coverage WHERE account = ?1 AND last = 9000000000",
        account_));
    while (TRY(rows.step())) {
        auto at = by_id.find(rows.integer(0));
        if (at == by_id.end()) continue;
        at->second->before = CoverageRow{.first = rows.integer(1),
                                         .status = static_cast<model::SliceStatus>(rows.integer(2)),
                                         .count = rows.integer(3),
                                         .live = rows.integer(4),
                                         .calls = rows.integer(5),
                                         .reason = rows.integer(6),
                                         .missing_action = rows.integer(7),
                                         .hint = rows.integer(8),
                                         .unknown_paths = rows.integer(9)};
    }
    return {};
}

Result<void> ScanWriter::Impl::load_finished(Transaction& transaction) {
    std::unordered_map<std::int64_t, SliceState*> by_id;
    for (auto& [key, state] : slices_) by_id.emplace(state.id, &state);
    auto rows = TRY(transaction.query(
        "SELECT slice, added, modified, removed, coverage FROM staged_slice WHERE account = ?1", account_));
    while (TRY(rows.step())) {
        auto at = by_id.find(rows.integer(0));
        if (at == by_id.end()) continue;
        auto& state = *at->second;
        state.started = state.finished = state.recorded = true;
        state.leftovers = true;
        state.coverage = coverage_from_text(rows.view(4), state.key);
        state.counts.added = rows.integer(1);
        state.counts.modified = rows.integer(2);
        state.counts.removed = rows.integer(3);
        state.counts.seen = state.coverage.count;
    }
    return {};
}

Result<void> ScanWriter::Impl::begin() {
    const auto leftovers = TRY(take_over());
    if (leftovers != Leftovers::none) TRY(sweep(0));
    TRY(database_.read(ticket_.tenant, [&](Transaction& transaction) -> Result<void> {
        slices_.clear();
        TRY(load_slices(transaction));
        TRY(load_coverage(transaction));
        if (leftovers == Leftovers::ours) TRY(load_finished(transaction));
        auto top = TRY(transaction.integer("SELECT MAX(res) FROM resource WHERE account = ?1", account_));
        next_resource_ = std::max(next_resource_, top.value_or(0) + 1);
        return {};
    }));
    const auto& rules = options_.rules;
    rules_ = TRY(words_.number(database_, rules.catalogue + "\n" + rules.canonical + "\n" + rules.shapes));
    recorded_at_ = now();
    return {};
}

// The slice's state, made when it is new to the account.
Result<SliceState*> ScanWriter::Impl::state_of(const model::SliceKey& slice) {
    if (spent_) return fail(Error::Kind::internal, "The scan was published or abandoned already.");
    auto [at, made] = slices_.try_emplace(slice);
    auto& state = at->second;
    if (!made) return &state;
    const auto facts = options_.type_facts ? options_.type_facts(slice.type) : TypeFacts{};
    state.key = slice;
    state.fresh = true;
    state.id = next_slice_++;
    state.type = TRY(words_.number(database_, slice.type));
    state.scope = TRY(words_.number(database_, slice.scope));
    state.service = TRY(words_.number(database_, facts.service));
    state.category = TRY(words_.number(database_, facts.category));
    return &state;
}

Result<void> ScanWriter::Impl::expect(std::span<const model::SliceKey> slices) {
    std::lock_guard lock(mutex_);
    std::set<std::string> words;
    for (const auto& slice : slices) {
        if (slices_.contains(slice)) continue;
        const auto facts = options_.type_facts ? options_.type_facts(slice.type) : TypeFacts{};
        words.insert({slice.type, slice.scope, facts.service, facts.category});
    }
    return words_.learn(database_, std::move(words));
}

// A slice that begins again: what was staged for it is void.
Result<void> ScanWriter::Impl::forget_attempt(SliceState& state) {
    std::erase_if(pending_.removals, [&](const StagedClose& close) { return close.slice == state.id; });
    std::erase_if(pending_.rows, [&](const StagedRow& row) { return row.slice == state.id; });
    pending_.by_resource.clear();
    pending_.new_keys.clear();
    for (std::size_t i = 0; i < pending_.rows.size(); ++i) {
        const auto& row = pending_.rows[i];
        pending_.by_resource.emplace(row.res, i);
        if (row.new_resource) pending_.new_keys.emplace(*row.new_resource, row.res);
    }
    if (state.recorded)
        TRY(database_.write(ticket_.tenant, [&](Transaction& transaction) {
            return transaction.run("DELETE FROM staged_slice WHERE account = ?1 AND slice = ?2", account_,
                                   state.id);
        }));
    if (state.leftovers || state.holds_rows) TRY(sweep(state.id));
    TRY(database_.read(ticket_.tenant, [&](Transaction& transaction) -> Result<void> {
        auto rows = TRY(transaction.query("SELECT res FROM resource WHERE account = ?1 AND slice = ?2",
                                          account_, state.id));
        while (TRY(rows.step())) seen_.clear(rows.integer(0));
        return {};
    }));
    state.counts = {};
    state.matched = 0;
    state.finished = state.recorded = state.leftovers = state.holds_rows = false;
    return {};
}

Result<void> ScanWriter::Impl::start_slice(const model::SliceKey& slice) {
    std::unique_lock lock(mutex_);
    auto* state = TRY(state_of(slice));
    if (state->started) {
        TRY(wait_until_written(lock));
        TRY(forget_attempt(*state));
    }
    state->started = true;
    return {};
}

Result<std::vector<std::optional<std::string>>> ScanWriter::Impl::previous(
    const model::SliceKey& slice, std::span<const std::string> native_ids) {
    std::vector<std::optional<std::string>> out(native_ids.size());
    if (seq_ == 1) return out;
    TRY(database_.read(ticket_.tenant, [&](Transaction& transaction) -> Result<void> {
        auto row = TRY(transaction.prepare(
            "SELECT d.packed, d.dictionary FROM resource r "
            "JOIN version v ON v.account = r.account AND v.res = r.res JOIN document d ON d.id = v.document "
            "WHERE r.account = ?1 AND r.key_hash = ?2 AND v.first < ?3 AND v.last = 9000000000"));
        for (std::size_t i = 0; i < native_ids.size(); ++i) {
            const auto key = resource_key(ticket_.account, slice, native_ids[i]);
            row.bind(1, account_).bind(2, Blob{bytes_of(key)}).bind(3, seq_);
            if (TRY(row.step())) out[i] = TRY(unpack_document(row.view(0), row.integer(1)));
            row.reset();
        }
        return {};
    }));
    return out;
}

Result<std::int64_t> ScanWriter::Impl::live_count(const model::SliceKey& slice) {
    std::lock_guard lock(mutex_);
    auto at = slices_.find(slice);
    return at == slices_.end() ? 0 : at->second.live_before();
}

// What the newest snapshot shows of this slice and this scan did not see. Nothing to look for when as
// many were seen as there were.
Result<void> ScanWriter::Impl::stage_removed(SliceState& state) {
    if (!state.stored || state.matched == state.live_before()) return {};
    return database_.read(ticket_.tenant, [&](Transaction& transaction) -> Result<void> {
        auto rows = TRY(transaction.query(
            "SELECT r.res, v.first FROM resource r JOIN version v ON v.account = r.account AND v.res = r.res "
            "WHERE r.account = ?1 AND r.slice = ?2 AND v.first < ?3 AND v.last = 9000000000",
            account_, state.id, seq_));
        std::vector<StagedClose> removals;
        while (TRY(rows.step()))
            if (!seen_.test(rows.integer(0)))
                removals.push_back({rows.integer(0), rows.integer(1), state.id});
        state.counts.removed = static_cast<std::int64_t>(removals.size());
        state.holds_rows = state.holds_rows || !removals.empty();
        pending_.removals.insert(pending_.removals.end(), removals.begin(), removals.end());
        return {};
    });
}

Result<void> ScanWriter::Impl::finish_slice(const model::SliceCoverage& coverage) {
    std::unique_lock lock(mutex_);
    auto* state = TRY(state_of(coverage.key));
    state->counts.removed = 0;
    if (coverage.status == model::SliceStatus::complete) TRY(stage_removed(*state));
    state->coverage = coverage;
    state->started = state->finished = true;
    const bool time_to_record = now() - recorded_at_ >= record_interval;
    return time_to_record ? flush(lock) : Result<void>();
}

std::vector<model::SliceCoverage> ScanWriter::Impl::finished_slices() {
    std::lock_guard lock(mutex_);
    std::vector<model::SliceCoverage> finished;
    for (const auto& [key, state] : slices_)
        if (state.finished && state.leftovers) finished.push_back(state.coverage);
    return finished;
}

StagedCounts ScanWriter::Impl::staged() {
    std::lock_guard lock(mutex_);
    StagedCounts sum;
    for (const auto& [key, state] : slices_) {
        sum.seen += state.counts.seen;
        sum.added += state.counts.added;
        sum.modified += state.counts.modified;
        sum.removed += state.counts.removed;
        sum.duplicates += state.counts.duplicates;
    }
    return sum;
}

ScanWriter::ScanWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ScanWriter::~ScanWriter() = default;

Result<std::unique_ptr<ScanWriter>> ScanWriter::begin(Database& database, ScanTicket ticket,
                                                      ScanWriterOptions options) {
    auto impl = std::make_unique<Impl>(database, std::move(ticket), std::move(options));
    TRY(impl->begin());
    return std::unique_ptr<ScanWriter>(new ScanWriter(std::move(impl)));
}
Result<std::unique_ptr<ScanWriter>> ScanWriter::begin(Store& store, ScanTicket ticket,
                                                      ScanWriterOptions options) {
    return begin(store.database(), std::move(ticket), std::move(options));
}
Result<void> ScanWriter::start_slice(const model::SliceKey& slice) { return impl_->start_slice(slice); }
Result<void> ScanWriter::expect(std::span<const model::SliceKey> slices) { return impl_->expect(slices); }
Result<void> ScanWriter::put(const model::SliceKey& slice, std::span<const model::ScannedResource> page) {
    return impl_->put(slice, page);
}
Result<std::vector<std::optional<std::string>>> ScanWriter::previous(
    const model::SliceKey& slice, std::span<const std::string> native_ids) {
    return impl_->previous(slice, native_ids);
}
Result<std::int64_t> ScanWriter::live_count(const model::SliceKey& slice) { return impl_->live_count(slice); }
Result<void> ScanWriter::finish_slice(const model::SliceCoverage& coverage) {
    return impl_->finish_slice(coverage);
}
std::vector<model::SliceCoverage> ScanWriter::finished_slices() const { return impl_->finished_slices(); }
StagedCounts ScanWriter::staged() const { return impl_->staged(); }
Result<model::Snapshot> ScanWriter::publish(const Publish& publish) { return impl_->publish(publish); }
Result<void> ScanWriter::abandon() { return impl_->abandon(); }

}  // namespace patrol::store
