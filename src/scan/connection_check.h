// Test connection: the checks of the setup card, within limits::test_time. Records what it learns on
// the account (status, bound account number, auto-scan after the first pass).
#pragma once

#include "model/check.h"
#include "scan/connector.h"
#include "scan/event_hub.h"
#include "store/store.h"

namespace patrol::scan {

class ConnectionTest {
public:
    ConnectionTest(store::Store& store, Connector& connector, EventHub& events, Clock& clock)
        : store_(store), connector_(connector), events_(events), clock_(clock) {}

    // Kind::not_found for a foreign account; a failed check is a report, not an error.
    Result<model::TestReport> run(const TenantId& tenant, const AccountId& account);

    // After `patrol connect` reported a role: tries it with backoff until it works or
    // limits::connect_trial_time is over, and records the outcome on the connect token.
    void trial(const TenantId& tenant, const AccountId& account, const ConnectTokenId& token,
               std::stop_token stop);

private:
    Result<void> record(const TenantId& tenant, const model::CloudAccount& account,
                        inventory::Provider& provider, model::TestReport& report, std::stop_token stop);
    Result<void> try_role(const TenantId& tenant, const AccountId& account, std::stop_token stop);
    Result<void> try_once(const TenantId& tenant, const AccountId& account, std::stop_token stop);

    store::Store& store_;
    Connector& connector_;
    EventHub& events_;
    Clock& clock_;
};

}  // namespace patrol::scan
