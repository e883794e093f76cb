// The transactional outbox: a notice is written in the transaction of the change that it tells about, so
// that it exists exactly when the change does. The sender (notify/) finds it within a second, fans it out
// over the routes and sends it at least once. One notice for what belongs together (all new changes of
// one scan of one account), not one for each change.
#pragma once

#include "model/notification.h"
#include "store/sql.h"

namespace patrol::store {

using model::Notice;

class Outbox {
public:
    // False when the tenant had a notice with this dedupe key before: nothing is written then. Kind::invalid
    // for an empty title or facts of more than limits::notice_bytes.
    static Result<bool> put(Transaction& transaction, const TenantId& tenant, const Notice& notice,
                            Timestamp now);
};

}  // namespace patrol::store
