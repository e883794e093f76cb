// From a credential of collector.yaml to what a connection signs with. What goes wrong while keys are looked
// for is told in the collector's own log; the server learns only that there are none, with code
// "collector_credential".
#pragma once

#include <memory>
#include <string>

#include "cloud/aws/credential_chain.h"
#include "collector/site_file.h"
#include "inventory/aws/provider.h"

namespace patrol::collector {

inline constexpr std::size_t access_key_bytes_max = 4 * 1024;

// The keys, found and refreshed by themselves.
Result<std::shared_ptr<aws::CredentialSource>> source_of(const aws::CredentialContext& context,
                                                         const Credential& credential,
                                                         const aws::EndpointOverrides& endpoints);

// How they are used: as they are, or to become the credential's role with its external ID.
std::variant<inventory::AwsRole, inventory::AwsKeys> auth_of(const Credential& credential,
                                                             std::shared_ptr<aws::CredentialSource> source,
                                                             inventory::InsecureTrust insecure_trust);

}  // namespace patrol::collector
