// Deployments as requests write them and answers show them.
#pragma once

#include "api/body.h"
#include "api/call.h"
#include "model/deployment.h"

namespace patrol::api {

// customer_id, account_ids, regions, tags and principal of a request.
model::DeploymentScope decode_scope(Body& body);
// The same members of an answer.
void render_scope(json::object& into, const model::DeploymentScope& scope);

json::object render_deployment(const model::Deployment& deployment);
// The members that a PATCH may change.
json::object writable_of(const model::Deployment& deployment);
// `before` is empty for a new one. Ends and beginnings that were left out are filled in.
Result<model::Deployment> decode_deployment(Call& call, const json::object& object,
                                            const model::Deployment& before);

// Asks for a scan of each account that the deployment names. Kind::invalid "scan" where it names none.
Result<void> scan_accounts_of(Call& call, const TenantId& tenant, const model::Deployment& deployment);

// Tells browsers, and has the changes that were found already looked at again: a deployment may be recorded
// after the scan that saw its changes.
Result<void> announce(Call& call, const TenantId& tenant, const model::Deployment& deployment);

}  // namespace patrol::api
