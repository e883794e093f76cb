// One call made in the customer's account: kept in the journal.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace patrol::inventory {

struct ApiCall {
    Timestamp time;
    std::string service, operation, region;
    int http_status = 0;
    std::string error_code, request_id;
    int attempts = 1;
    std::int64_t bytes = 0;
    std::int64_t duration_ms = 0;
};

}  // namespace patrol::inventory
