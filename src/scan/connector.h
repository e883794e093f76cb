// From a stored cloud account to a live Provider: resolves secret references just in time and picks
// the provider. The server wires it; tests give a fake.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "inventory/provider.h"
#include "model/cloud_account.h"
#include "model/ids.h"

namespace patrol::scan {

struct ConnectRequest {
    TenantId tenant;
    const model::CloudAccount& account;
    std::string purpose;  // the session name's suffix: a scan id, "test", "trial"
    // Tried instead of the stored role while `patrol connect` waits; empty otherwise.
    std::string proposed_role_arn;
};

class Connector {
public:
    virtual ~Connector() = default;
    // Kind::unavailable with code "provider_not_available" for providers of later versions.
    virtual Result<std::unique_ptr<inventory::Provider>> connect(const ConnectRequest& request) = 0;
};

}  // namespace patrol::scan
