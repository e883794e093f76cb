// What one running scan writes: the difference between the newest snapshot and what it reads now. A
// scan stages its rows under the next sequence number, where no reader looks, and publish() makes them
// visible in one short transaction guarded by the job's fence. Nothing is ever closed by a slice that was
// not read completely: its resources are carried forward as they were and are stale.
// Thread-safe; one slice is fed by one thread at a time. The writer must not outlive its Store.
// Errors: Kind::conflict with code "lease_lost" when another worker has taken the scan over or it was
// ended (everything staged by this writer is then dead and swept by the next begin()).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/resource.h"
#include "model/scan.h"
#include "store/scan_ticket.h"

namespace patrol::store {

class Database;
class Store;

// What the catalogue says of a type; the store asks once per slice.
struct TypeFacts {
    std::string category;
    std::string service;
};

// The rules that made the hashes. Stored with every version, so that a change of them is never drift.
struct RuleVersions {
    std::string catalogue;  // revision of the catalogue
    std::string canonical;  // of the canonical form
    std::string shapes;     // of the shape tables
};

struct ScanWriterOptions {
    RuleVersions rules;
    std::function<TypeFacts(std::string_view type)> type_facts;
    // The hash (32 bytes) that today's rules give to a stored document. Asked only for documents whose
    // stored hash was made by other rules and differs: if it equals the new hash, nothing has changed.
    // Without it such a document is compared as text.
    std::function<std::string(std::string_view type, std::string_view document)> rehash;
    const Clock* clock = nullptr;  // null: the system's
};

// Whether publish() ends the scan too. A scan that goes on is ended by Scans::finish_published: until then
// it is running and has its snapshot.
enum class AfterPublish { end, go_on };

// What the scan knows in the end. Counts of resources and slices are the writer's own.
struct Publish {
    model::ScanState state = model::ScanState::succeeded;  // or partial
    Timestamp taken_at;                                    // unset: now
    std::int64_t calls = 0;
    std::string error_message, error_hint;  // shown with a partial scan; may be empty
    std::optional<Timestamp> next_scan_at;  // set on the account when given
    AfterPublish then = AfterPublish::end;
};

struct StagedCounts {
    std::int64_t seen = 0, added = 0, modified = 0, removed = 0;
    std::int64_t duplicates = 0;  // the same key twice in one slice: the last one wins
};

class ScanWriter {
public:
    // Sequence number = newest published + 1. Keeps what an interrupted attempt of the same scan
    // staged less than 30 minutes ago and sweeps everything else that was staged for the account.
    static Result<std::unique_ptr<ScanWriter>> begin(Store& store, ScanTicket ticket,
                                                     ScanWriterOptions options);
    static Result<std::unique_ptr<ScanWriter>> begin(Database& database, ScanTicket ticket,
                                                     ScanWriterOptions options);
    ~ScanWriter();
    ScanWriter(const ScanWriter&) = delete;
    ScanWriter& operator=(const ScanWriter&) = delete;

    // The slices that will come, as far as they are known: what they are called is stored at once.
    Result<void> expect(std::span<const model::SliceKey> slices);
    // Before the first item of a slice: forgets what an interrupted attempt staged for it.
    Result<void> start_slice(const model::SliceKey& slice);
    Result<void> put(const model::SliceKey& slice, std::span<const model::ScannedResource> page);
    // The document of a resource in the newest snapshot.
    Result<std::vector<std::optional<std::string>>> previous(const model::SliceKey& slice,
                                                             std::span<const std::string> native_ids);
    // Live resources of the slice in the newest snapshot.
    Result<std::int64_t> live_count(const model::SliceKey& slice);
    // After the last item, or at once for a slice that is not read at all. complete: what was live and
    // not seen is staged as removed. Everything else: it is carried forward.
    Result<void> finish_slice(const model::SliceCoverage& coverage);
    // Slices that an interrupted attempt of this scan finished, as stored: they need not be read again.
    [[nodiscard]] std::vector<model::SliceCoverage> finished_slices() const;
    [[nodiscard]] StagedCounts staged() const;

    // Slices known from before that were not finished in this scan become not_read. After it the
    // writer is spent.
    Result<model::Snapshot> publish(const Publish& publish);
    // Sweeps what was staged, in batches. For scans that failed or were cancelled.
    Result<void> abandon();

private:
    class Impl;
    explicit ScanWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace patrol::store
