// What drift tells through the outbox: one notice for all that one comparison or one decision did. Changes
// that a deployment explains are not told.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/decisions.h"
#include "store/drift.h"
#include "store/sql.h"

namespace patrol::store {

inline constexpr std::int64_t notice_examples_max = 10;

// Everything that was opened or changed since the last notice, and marks it as told.
Result<void> tell_opened(Transaction& transaction, const DriftComparison& comparison, Timestamp now);
Result<void> tell_reverted(Transaction& transaction, const DriftComparison& comparison, std::int64_t changes,
                           Timestamp now);
// `set`: number of the change set.
Result<void> tell_decided(Transaction& transaction, const TenantId& tenant, std::int64_t account,
                          std::int64_t set, const Decision& decision, std::int64_t changes, Timestamp now);
// Some paths of one change were accepted.
Result<void> tell_part_accepted(Transaction& transaction, const TenantId& tenant, std::int64_t account,
                                std::int64_t set, const Decision& decision, std::int64_t paths,
                                Timestamp now);

}  // namespace patrol::store
