// A client that may do nothing but become a role: for the credential chain. Internal.
#pragma once

#include <memory>

#include "cloud/aws/client.h"
#include "cloud/aws/credential_sources.h"

namespace patrol::aws {

// `source` may be null for anonymous calls.
std::shared_ptr<Client> sts_client(const ChainSetting& setting, SourcePtr source);

}  // namespace patrol::aws
