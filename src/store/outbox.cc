#include "store/outbox.h"

#include "base/limits.h"
#include "crypto/random.h"

namespace patrol::store {

namespace {

Result<std::optional<std::string>> customer_of(Transaction& tx, const TenantId& tenant,
                                               const Notice& notice) {
    if (notice.customer) return notice.customer->str();
    if (!notice.account) return std::nullopt;
    return tx.text("SELECT customer_id FROM cloud_account WHERE tenant = ?1 AND id = ?2", tenant,
                   *notice.account);
}

}  // namespace

Result<bool> Outbox::put(Transaction& tx, const TenantId& tenant, const Notice& notice, Timestamp now) {
    if (notice.title.empty()) return invalid("title", "A notice needs a title.");
    const auto facts = to_text(notice.facts);
    if (facts.size() + notice.title.size() > limits::notice_bytes)
        return invalid("facts", "The facts of a notice are too large.");
    const auto id = notice.id.empty() ? crypto::new_id<NoticeId>() : notice.id;
    const auto customer = TRY(customer_of(tx, tenant, notice));
    const auto written = TRY(tx.run(
        "INSERT INTO notice(id, tenant, kind, severity, account, customer, change_set, channel, title, "
        "facts, dedupe, created_at, routed_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0) "
        "ON CONFLICT (tenant, dedupe) DO NOTHING",
        id, tenant, model::to_string(notice.kind), static_cast<int>(notice.severity), notice.account,
        customer, notice.change_set, notice.channel, notice.title, facts,
        notice.dedupe.empty() ? id.str() : notice.dedupe, now));
    return written > 0;
}

}  // namespace patrol::store
