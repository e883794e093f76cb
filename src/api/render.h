// How scans, snapshots and resources look in answers: used by more than one noun.
#pragma once

#include "api/call.h"
#include "model/resource.h"
#include "model/scan.h"
#include "store/coverage.h"

namespace patrol::api {

json::object render_counts(const model::ScanCounts& counts);
json::object render_resource(const model::Resource& resource);  // with `document` where it was loaded
// The same as text, for pages of them, and about how long it is without a document.
inline constexpr std::size_t resource_text_bytes = 480;
void append_resource(std::string& out, const model::Resource& resource);
// The stored text as JSON; as text where it cannot be read.
json::value document_of(std::string_view text);
json::array render_paths(const std::vector<drift::PathChange>& changes);

json::object render_summary(store::CoverageSummary summary);
// null where there is no snapshot.
json::value coverage_summary(Call& call, const std::optional<SnapshotId>& snapshot);

// True for ?fields=document; Kind::invalid for other names.
Result<bool> wants_documents(const Call& call);

}  // namespace patrol::api
