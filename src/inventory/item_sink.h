// Where a provider puts what it reads: one message stream for pull, collector, push and file import.
// The scan room wires it to store::ScanWriter. Every function may be called from many threads at
// once, but one slice is only ever fed by one thread at a time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/resource.h"
#include "model/scan.h"

namespace patrol::inventory {

class ItemSink {
public:
    virtual ~ItemSink() = default;

    // Before the first item of a slice; forgets what an interrupted earlier attempt staged for it.
    virtual Result<void> start_slice(const model::SliceKey& slice) = 0;
    // A page of items, already redacted and hashed.
    virtual Result<void> put(const model::SliceKey& slice, std::span<const model::ScannedResource> page) = 0;
    // The documents of these resources in the newest snapshot, in their order, for subtrees whose child call
    // failed in this scan: they are carried forward and marked unknown, never shown as removed. At most
    // previous_at_once of them.
    using Documents = std::vector<std::optional<std::string>>;
    virtual Result<Documents> previous(const model::SliceKey& slice,
                                       std::span<const std::string> native_ids) = 0;
    static constexpr std::size_t previous_at_once = 64;
    // How many live resources the newest snapshot holds for this slice (the shrink guard's question).
    virtual Result<std::int64_t> live_count(const model::SliceKey& slice) = 0;
    // After the last item. Only SliceStatus::complete lets the scan close what was not seen.
    virtual Result<void> finish_slice(const model::SliceCoverage& coverage) = 0;
};

}  // namespace patrol::inventory
