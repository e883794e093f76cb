// Inside ScanWriter. scan_writer.cc: begin and the slices; scan_compare.cc: what of a page is new;
// scan_flush.cc: how it is written; scan_publish.cc: the end. One mutex guards everything but the packing
// of documents and the batch on its way to the database, which nobody changes.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/fingerprints.h"
#include "store/scan_staging.h"
#include "store/scan_writer.h"
#include "store/words.h"

namespace patrol::store {

// One bit per resource number, as many as the account ever had resources.
class ResourceBits {
public:
    [[nodiscard]] bool test(std::int64_t res) const {
        const auto word = static_cast<std::size_t>(res >> 6);
        return word < words_.size() && (words_[word] >> (res & 63) & 1) != 0;
    }
    void set(std::int64_t res) {
        const auto word = static_cast<std::size_t>(res >> 6);
        if (word >= words_.size()) words_.resize(word + word / 2 + 16);
        words_[word] |= std::uint64_t{1} << (res & 63);
    }
    void clear(std::int64_t res) {
        const auto word = static_cast<std::size_t>(res >> 6);
        if (word < words_.size()) words_[word] &= ~(std::uint64_t{1} << (res & 63));
    }

private:
    std::vector<std::uint64_t> words_;
};

// A version found in the database.
struct FoundVersion {
    std::int64_t first = 0, content = 0, rules = 0, document = 0, attributes = 0;
    std::string hash;
    AttributeValues values;
};
struct Found {
    std::int64_t res = 0, first_seq = 0;
    std::optional<FoundVersion> live;    // of the newest snapshot
    std::optional<FoundVersion> staged;  // by this scan
};
using FoundMap = std::unordered_map<KeyHash, Found, KeyHashBytes>;

class ScanWriter::Impl {
public:
    Impl(Database& database, ScanTicket ticket, ScanWriterOptions options)
        : database_(database), ticket_(std::move(ticket)), options_(std::move(options)) {}

    Result<void> begin();
    Result<void> expect(std::span<const model::SliceKey> slices);
    Result<void> start_slice(const model::SliceKey& slice);
    Result<void> put(const model::SliceKey& slice, std::span<const model::ScannedResource> page);
    Result<std::vector<std::optional<std::string>>> previous(const model::SliceKey& slice,
                                                             std::span<const std::string> native_ids);
    Result<std::int64_t> live_count(const model::SliceKey& slice);
    Result<void> finish_slice(const model::SliceCoverage& coverage);
    std::vector<model::SliceCoverage> finished_slices();
    StagedCounts staged();
    Result<model::Snapshot> publish(const Publish& publish);
    Result<void> abandon();

private:
    static constexpr std::int64_t sweep_step = 1'000;
    struct Item;  // one scanned resource on its way through put()
    struct Settled;

    [[nodiscard]] Timestamp now() const;
    [[nodiscard]] StagingPlace place() const { return {account_, seq_}; }

    // begin
    enum class Leftovers { none, ours, foreign };
    Result<Leftovers> take_over();
    Result<void> load_slices(Transaction& transaction);
    Result<void> load_coverage(Transaction& transaction);
    Result<void> load_finished(Transaction& transaction);
    Result<void> sweep(std::int64_t slice);
    Result<SliceState*> state_of(const model::SliceKey& slice);
    Result<void> forget_attempt(SliceState& state);

    // put
    bool is_all_new(const SliceState& state, std::span<const Item> items);
    Result<FoundMap> look_up(std::span<const Item> items);
    Result<FoundMap> look_up_settled(std::span<const Item> items, std::unique_lock<std::mutex>& lock);
    Result<void> judge(SliceState& state, Item& item, const Found* found);
    Result<void> judge_known(SliceState& state, Item& item, const Found& found);
    Result<void> judge_again(SliceState& state, Item& item, const Found& found);
    Result<bool> same_content(const SliceState& state, const Item& item, const FoundVersion& version);
    Result<std::string> stored_document(std::int64_t document);
    void keep(SliceState& state, Item& item);

    Result<void> stage_removed(SliceState& state);

    // flush
    struct Batch {
        Pending rows;
        std::vector<SliceState> made, finished;  // to be noted in `slice` and `staged_slice`
    };
    [[nodiscard]] bool is_batch_full() const;
    Batch take_batch();
    Result<void> write_batch(Transaction& transaction, const Batch& batch) const;
    void batch_written(Batch batch, const Result<void>& written);
    void take_back(Pending rows);
    [[nodiscard]] bool is_being_written(const KeyHash& key, const Found* found) const;
    Result<void> wait_until_written(std::unique_lock<std::mutex>& lock);
    Result<void> flush(std::unique_lock<std::mutex>& lock);         // written when it returns
    Result<void> flush_behind(std::unique_lock<std::mutex>& lock);  // an error is answered by the next call
    Result<void> check_lease(Transaction& transaction) const;

    // publish
    Result<Settled> settle(const Publish& publish);
    Result<void> learn_coverage();
    Result<CoverageRow> coverage_row(const SliceState& state);
    Result<void> write_snapshot(Transaction& transaction, const Publish& publish, const Settled& settled);
    Result<void> write_coverage(Transaction& transaction, const Settled& settled);
    Result<void> end_scan(Transaction& transaction, const Publish& publish, const Settled& settled);

    Database& database_;
    const ScanTicket ticket_;
    const ScanWriterOptions options_;
    Words words_;

    std::mutex mutex_;
    std::int64_t account_ = 0, seq_ = 0, next_resource_ = 1, next_slice_ = 1, rules_ = 0;
    bool spent_ = false;
    std::map<model::SliceKey, SliceState> slices_;
    ResourceBits seen_;
    Fingerprints brought_;  // keys that this scan brought for slices which are new to the account
    Pending pending_;
    Timestamp recorded_at_;
    std::optional<Batch> writing_;  // on its way: only read until it is written
    std::optional<Error> write_error_;
    std::condition_variable written_;
    std::jthread flusher_;  // last: it uses the rest
};

}  // namespace patrol::store
