// What proves that a worker still owns a running scan: the scan row holds the fence of the claim that
// runs it, and every write that counts says "WHERE id = scan AND fence = fence AND state = 'running'".
#pragma once

#include <cstdint>

#include "model/ids.h"

namespace patrol::store {

struct ScanTicket {
    TenantId tenant;
    AccountId account;
    ScanId scan;
    std::int64_t fence = 0;  // Job::fence
};

}  // namespace patrol::store
