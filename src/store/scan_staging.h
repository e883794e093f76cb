// Inside ScanWriter: what one scan knows of its slices, and the rows that wait to be staged.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/scan.h"
#include "store/inventory_key.h"
#include "store/row_texts.h"
#include "store/scan_writer.h"
#include "store/sql.h"

namespace patrol::store {

// A line of coverage with its texts as words.
struct CoverageRow {
    std::int64_t first = 0;
    model::SliceStatus status = model::SliceStatus::not_read;
    std::int64_t count = 0, live = 0, calls = 0;
    std::int64_t reason = 0, missing_action = 0, hint = 0, unknown_paths = 0;
    [[nodiscard]] bool says_the_same(const CoverageRow& other) const {
        return status == other.status && count == other.count && live == other.live &&
               reason == other.reason && missing_action == other.missing_action && hint == other.hint &&
               unknown_paths == other.unknown_paths;
    }
};

struct SliceState {
    model::SliceKey key;
    std::int64_t id = 0;
    std::int64_t type = 0, scope = 0, service = 0, category = 0;  // words
    bool fresh = false;                 // no scan before this one brought anything of it
    bool stored = false;                // its row is in the table `slice`
    std::optional<CoverageRow> before;  // as the newest snapshot has it
    bool started = false, finished = false;
    bool recorded = false;          // its row is in the table `staged_slice`
    bool leftovers = false;         // an interrupted attempt staged rows of it
    bool holds_rows = false;        // this attempt staged rows of it
    model::SliceCoverage coverage;  // once finished
    StagedCounts counts;
    std::int64_t matched = 0;  // live resources of the newest snapshot that were seen
    [[nodiscard]] std::int64_t live_before() const { return before ? before->live : 0; }
};

struct AttributeValues {
    std::int64_t region = 0;
    std::string name, arn, tags, terms;
};

// The same, kept elsewhere.
struct AttributeTexts {
    std::int64_t region = 0;
    std::string_view name, arn, tags, terms;
    bool operator==(const AttributeValues& other) const {
        return region == other.region && name == other.name && arn == other.arn && tags == other.tags &&
               terms == other.terms;
    }
};

// One version to be written. Its texts are kept in Pending::texts.
struct StagedRow {
    std::int64_t slice = 0, res = 0;
    std::optional<KeyHash> new_resource;  // the row in `resource` is new
    std::string_view native_id;
    std::int64_t close_first = 0;  // the version that ends: its `first`; 0 = none
    std::int64_t content = 0, rules = 0;
    std::string_view hash;
    std::int64_t document = 0;  // an existing one, or 0: `packed`
    std::string_view packed;
    std::int64_t attributes = 0;  // existing ones, or 0: `values`
    AttributeTexts values;
    std::string_view terms;                  // of new attributes, a zero byte behind each
    std::span<const std::int64_t> mentions;  // of a new document
    bool replaces_staged = false;            // the same resource was staged before in this scan
};

struct StagedClose {
    std::int64_t res = 0, first = 0, slice = 0;
};

struct Pending {
    RowTexts texts;
    std::vector<StagedRow> rows;
    std::unordered_map<std::int64_t, std::size_t> by_resource;         // index into rows
    std::unordered_map<KeyHash, std::int64_t, KeyHashBytes> new_keys;  // → res, of rows not yet written
    std::vector<StagedClose> removals;
    std::unordered_set<std::int64_t> unstage;  // resources whose staged version is void
    std::size_t bytes = 0;
    [[nodiscard]] bool empty() const { return rows.empty() && removals.empty() && unstage.empty(); }
};

struct StagingPlace {
    std::int64_t account = 0;  // number
    std::int64_t seq = 0;      // of the snapshot to come
};

// Writes the rows in the running transaction; may be called again for the same rows after a rollback.
Result<void> stage_rows(Transaction& transaction, const StagingPlace& place, const Pending& pending);

std::string coverage_to_text(const model::SliceCoverage& coverage);
model::SliceCoverage coverage_from_text(std::string_view text, const model::SliceKey& key);

// Removes what is staged under `place.seq` for one slice or, with slice 0, for all slices without a row
// in staged_slice; at most `limit` versions. False when nothing is left.
Result<bool> unstage_some(Transaction& transaction, const StagingPlace& place, std::int64_t slice,
                          std::int64_t limit);
// Removes the staged versions of these resources, and the resources that have no other.
Result<void> unstage(Transaction& transaction, const StagingPlace& place,
                     const std::vector<std::int64_t>& resources);

}  // namespace patrol::store
