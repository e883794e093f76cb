// Cloud accounts. `auth` is kept as JSON of its kind and its secret references, never a secret. The
// external ID is made here with the row and no function changes it; the native account number is
// bound once. Everything that is not found or of another tenant is Kind::not_found.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "model/cloud_account.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class Accounts {
public:
    Accounts(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // Fills in id (when empty), external_id (always), times and revision 1; a given native_account_id
    // is bound as by bind_native_id. Kind::invalid "customer_id" for a customer that the tenant does
    // not have; Kind::conflict "account_exists" naming the other account.
    Result<model::CloudAccount> create(const Viewer& viewer, model::CloudAccount account, Timestamp now);
    Result<model::CloudAccount> get(const Viewer& viewer, const AccountId& account);

    // Of all that the viewer sees.
    Result<std::set<AccountId>> ids(const Viewer& viewer);

    // Sort: name (own order), created_at, updated_at, status, provider, last_scan_at, next_scan_at,
    // resources. Filter fields: id, name, provider, status, environment, mode, owner, customer and
    // collector (id or name), native_account_id, label.KEY (also tag.KEY), auto_scan, resources, created_at,
    // last_scan_at.
    Result<Page<model::CloudAccount>> list(const Viewer& viewer, const PageRequest& request);

    // Writes what people may change: name, customer_id, environment, labels, owner, mode,
    // collector_id, auth, regions, auto_scan, auto_scan_wanted, auto_scan_hours, next_scan_at,
    // endpoint_url. Never external_id, native_account_id, status or counts. The revision grows by one.
    // Kind::stale when `expected_revision` is given and is not the row's.
    Result<model::CloudAccount> update(const Viewer& viewer, const model::CloudAccount& account,
                                       std::optional<std::int64_t> expected_revision, Timestamp now);

    // The account disappears at once with its scans, jobs and tokens; a scan that runs can write no more.
    // Its inventory is erased by sweep(). The journal of the calls made there is kept its 30 days.
    Result<void> remove(const Viewer& viewer, const AccountId& account);
    // Erases the inventories of removed accounts, in small transactions, until done or told to stop.
    Result<void> sweep(std::stop_token stop = {});

    // Binds the account number. The same number again is no error; Kind::conflict "account_bound" when
    // another number is bound, "account_exists" when the tenant has this number already (the message
    // names that account, `detail` is its id).
    Result<void> bind_native_id(const TenantId& tenant, const AccountId& account, std::string_view native_id,
                                Timestamp now);
    // The account with this number, or nullopt.
    Result<std::optional<model::CloudAccount>> by_native_id(const Viewer& viewer,
                                                            model::ProviderKind provider,
                                                            std::string_view native_id);

    // The following do not touch the revision: what the machine learns is not an edit by people.
    Result<void> set_status(const Viewer& viewer, const AccountId& account, model::AccountStatus status,
                            std::string_view reason, Timestamp now);
    Result<void> set_auth(const TenantId& tenant, const AccountId& account, const model::Auth& auth,
                          Timestamp now);
    Result<void> set_next_scan(const TenantId& tenant, const AccountId& account, Timestamp next_scan_at);
    // After a passed test: switches auto-scan on where it is still wanted, once; later calls and
    // accounts whose owner said no are left alone. True when it was switched on now.
    Result<bool> switch_on_auto_scan(const TenantId& tenant, const AccountId& account, Timestamp next_scan_at,
                                     Timestamp now);

    // Of all tenants: accounts with auto_scan whose next_scan_at has come and that have neither a
    // queued nor a running scan; the longest waiting first.
    struct Due {
        TenantId tenant;
        AccountId account;
        int auto_scan_hours = 6;
        Timestamp next_scan_at;
    };
    Result<std::vector<Due>> due_for_scan(Timestamp now, std::size_t limit);
    // When the next one falls due; nullopt when no account is scanned by itself.
    Result<std::optional<Timestamp>> next_due_at();

    // The small dense key under which the inventory tables keep this account's rows.
    static Result<std::int64_t> number(Transaction& transaction, const TenantId& tenant,
                                       const AccountId& account);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store
