#include "scan/journaled_call.h"

namespace patrol::scan {

store::JournalEntry journaled(const inventory::ApiCall& call) {
    return {.time = call.time,
            .service = call.service,
            .operation = call.operation,
            .region = call.region,
            .http_status = call.http_status,
            .error_code = call.error_code,
            .request_id = call.request_id,
            .attempts = call.attempts,
            .bytes = call.bytes,
            .duration_ms = call.duration_ms};
}

}  // namespace patrol::scan
