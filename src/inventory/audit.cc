#include "inventory/audit.h"

#include "inventory/provider.h"

namespace patrol::inventory {

Result<std::vector<AuditAnswer>> Provider::audit_events(const AuditRequest&) {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = "This provider has no audit log that Patrol can read.",
                      .code = "no_audit_log"});
}

}  // namespace patrol::inventory
