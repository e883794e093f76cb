// The sources of the credential chain, one file each. A function answers null when its source is not
// configured, and an error when it is but cannot work. Internal to the chain.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/json.h"
#include "cloud/aws/credential_chain.h"
#include "cloud/aws/profile_file.h"

namespace patrol::aws {

struct ChainSetting {
    CredentialContext context;
    ChainOptions options;
    std::string region;  // for STS
};

Result<SourcePtr> environment_source(const ChainSetting& setting);

// Keys of one part of a profile: `part` is "shared credentials file" or "config file".
Result<SourcePtr> keys_source(const Profile& profile, const Settings& settings, std::string_view part);

// role_arn with source_profile or credential_source. `visited` holds the profiles on the way here.
Result<SourcePtr> profile_role_source(const ChainSetting& setting, const ProfileFiles& files,
                                      const Profile& profile, std::set<std::string>& visited);

// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, or the profile's web_identity_token_file and role_arn.
Result<SourcePtr> web_identity_source(const ChainSetting& setting);
Result<SourcePtr> web_identity_source(const ChainSetting& setting, const Profile& profile);

Result<SourcePtr> process_source(const ChainSetting& setting, const Profile& profile);

// SSO, login sessions and one-time passwords: asked of the installed AWS CLI.
Result<SourcePtr> aws_cli_source(const ChainSetting& setting, const Profile& profile);

Result<SourcePtr> container_source(const ChainSetting& setting);
Result<SourcePtr> instance_source(const ChainSetting& setting, std::stop_token stop = {});

// {"AccessKeyId", "SecretAccessKey", <token_name>, "Expiration"}: the form that processes, containers and
// instances share. The error never repeats the text.
Result<Credentials> credentials_from_json(std::string_view text, std::string_view token_name,
                                          std::string_view source);

// Whatever one profile offers by itself, in the order of the AWS CLI; null: nothing.
Result<SourcePtr> profile_source(const ChainSetting& setting, const ProfileFiles& files,
                                 const Profile& profile, std::set<std::string>& visited);

}  // namespace patrol::aws
