// Checks the SigV4 signature of a request: the simulated cloud believes nobody. Answers who signed,
// or the fault the service would give.
#pragma once

#include <expected>
#include <string>

#include "base/time.h"
#include "cloud/aws/sigv4.h"
#include "cloudsim/answer_writer.h"
#include "cloudsim/world.h"
#include "net/http_server.h"

namespace patrol::cloudsim {

struct CredentialScope {
    std::string access_key_id, date, region, service;
    std::string signed_headers, signature;
};
// Of the Authorization header; nullopt where there is none of the kind.
std::optional<CredentialScope> credential_scope(const net::ServerRequest& request);

std::expected<const Principal*, ServiceFault> verify_signature(const net::ServerRequest& request,
                                                               const CredentialScope& scope,
                                                               const model::Service& service,
                                                               const World& world, Timestamp now,
                                                               aws::SigningKeys& keys);

}  // namespace patrol::cloudsim
