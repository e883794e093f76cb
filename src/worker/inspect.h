// What the server checks of a worker's reports before it believes them: the worker parses foreign bytes, so
// it may be in foreign hands. It can then lie about its own account, but it can neither write where its plan
// does not reach, nor store what is no document, nor fill the memory. A report that fails is Kind::malformed
// with code "worker_protocol": the scan ends with it.
#pragma once

#include <map>
#include <string_view>

#include "base/limits.h"
#include "inventory/provider.h"
#include "worker/messages.h"

namespace patrol::worker {

inline constexpr std::size_t identifier_bytes_max =
    limits::resource_text_bytes;                              // ids, ARNs, names, terms, references
inline constexpr std::size_t sentence_bytes_max = 16 * 1024;  // reasons, errors, check details
inline constexpr std::size_t page_resources_max = 20'000;
inline constexpr std::size_t regions_max = 200;
inline constexpr std::size_t checks_max = 500;

Failure unbelievable(std::string_view what);

Result<void> inspect(const model::ScannedResource& resource);
Result<void> inspect(const model::SliceCoverage& coverage);
Result<void> inspect(const inventory::ApiCall& call);
Result<void> inspect(const Error& error);
Result<void> inspect(const model::TestReport& report);
Result<void> inspect(const inventory::Identity& identity);
Result<void> inspect(const std::vector<inventory::RegionState>& regions);
Result<void> inspect(const std::vector<inventory::AuditAnswer>& answers, std::size_t questions);

// One complete JSON object of UTF-8, nested no deeper than limits::document_json_depth. Allocates nothing.
bool is_document(std::string_view text);

// Which slice may be reported when: only planned ones; pages between their start and their end.
class SliceLedger {
public:
    explicit SliceLedger(const RunOrder& order);
    Result<void> start(const model::SliceKey& slice);
    Result<void> put(const model::SliceKey& slice) const;
    Result<void> finish(const model::SliceKey& slice);
    Result<void> planned(const model::SliceKey& slice) const;

private:
    enum class State { planned, open, finished };
    std::map<model::SliceKey, State> states_;
};

}  // namespace patrol::worker
