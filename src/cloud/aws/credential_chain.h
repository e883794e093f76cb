// Finds credentials where the AWS CLI finds them and in its order: environment, assumed role of the
// profile, web identity, SSO, shared credentials file, login session, credential_process, config
// file, container, instance metadata. Profiles that need SSO, a login session or a one-time password
// are served by the installed AWS CLI (`aws configure export-credentials`).
#pragma once

#include <memory>
#include <string>

#include "cloud/aws/credentials.h"
#include "cloud/aws/endpoints.h"
#include "cloud/aws/environment.h"
#include "net/transport.h"

namespace patrol::aws {

// The outside that sources use. All must outlive the source.
struct CredentialContext {
    const Environment& environment;
    net::Transport& transport;
    Clock& clock;
};

struct ChainOptions {
    std::string profile;                  // --profile; empty: AWS_PROFILE, else "default"
    std::string region;                   // --region; empty: from the environment and the profile
    std::string session_name = "patrol";  // of roles that a profile assumes
    EndpointOverrides endpoints;
};

using SourcePtr = std::shared_ptr<CredentialSource>;

// Decides on a source without asking it (instance metadata is asked whether it is there). The error
// lists each source that was tried and why it did not serve.
Result<SourcePtr> find_credentials(const CredentialContext& context, const ChainOptions& options = {});

// --region, AWS_REGION, AWS_DEFAULT_REGION, the profile's region; empty when none says.
std::string find_region(const Environment& environment, const ChainOptions& options = {});

}  // namespace patrol::aws
