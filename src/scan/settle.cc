#include "scan/settle.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace patrol::scan {
namespace {

using model::SliceStatus;

bool is_gap(const model::SliceCoverage& slice, const std::set<model::SliceKey>& complete_before,
            const catalogue::Catalogue& catalogue) {
    switch (slice.status) {
        case SliceStatus::partial:
        case SliceStatus::denied:
        case SliceStatus::throttled:
        case SliceStatus::failed:
            return true;
        case SliceStatus::not_granted:
            return complete_before.contains(slice.key);
        case SliceStatus::not_enabled:
        case SliceStatus::not_read:
            return false;
        case SliceStatus::complete:
            break;
    }
    if (slice.unknown_paths.empty()) return false;
    // A child call that the policies never grant is no surprise.
    const auto* type = catalogue.type(slice.key.type);
    return type == nullptr || type->granted == catalogue::Granted::full;
}

}  // namespace

Verdict judge(const std::vector<model::SliceCoverage>& coverage,
              const std::set<model::SliceKey>& complete_before, const catalogue::Catalogue& catalogue) {
    std::size_t gaps = 0;
    const model::SliceCoverage* first = nullptr;
    std::set<std::string> missing;
    for (const auto& slice : coverage) {
        if (!is_gap(slice, complete_before, catalogue)) continue;
        ++gaps;
        if (first == nullptr) first = &slice;
        if (!slice.missing_action.empty()) missing.insert(slice.missing_action);
    }
    if (gaps == 0) return {};
    Verdict verdict{.state = model::ScanState::partial, .account_status = model::AccountStatus::degraded};
    verdict.reason = fmt::format("{} of {} slices were not read completely, first {} in {}.", gaps,
                                 coverage.size(), first->key.type, first->key.scope);
    if (!missing.empty())
        verdict.hint = fmt::format("Add {} to the role's policies.", fmt::join(missing, ", "));
    return verdict;
}

}  // namespace patrol::scan
