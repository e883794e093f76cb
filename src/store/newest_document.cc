#include "store/newest_document.h"

#include "store/document_codec.h"
#include "store/inventory_key.h"

namespace patrol::store {

Result<std::optional<std::string>> newest_document(Database& database, const TenantId& tenant,
                                                   const AccountId& account, const model::SliceKey& slice,
                                                   std::string_view native_id) {
    const auto key = resource_key(account, slice, native_id);
    return database.read(tenant, [&](Transaction& tx) -> Result<std::optional<std::string>> {
        // Versions beyond the newest snapshot belong to a running scan.
        auto row = TRY(tx.query(
            "SELECT d.packed, d.dictionary FROM cloud_account c JOIN inventory i ON i.account = c.number "
            "JOIN resource r ON r.account = c.number AND r.key_hash = ?3 "
            "JOIN version v ON v.account = c.number AND v.res = r.res AND v.first <= i.newest_seq "
            "JOIN document d ON d.id = v.document WHERE c.tenant = ?1 AND c.id = ?2 ORDER BY v.first DESC "
            "LIMIT 1",
            tenant, account, Blob{bytes_of(key)}));
        if (!TRY(row.step())) return std::nullopt;
        return TRY(unpack_document(row.view(0), row.integer(1)));
    });
}

}  // namespace patrol::store
