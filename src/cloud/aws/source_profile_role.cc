#include <charconv>

#include "cloud/aws/arn.h"
#include "cloud/aws/credential_sources.h"
#include "cloud/aws/sts.h"
#include "cloud/aws/sts_only.h"

namespace patrol::aws {
namespace {

Failure wrong(const Profile& profile, std::string_view why,
              std::string hint = "Correct the profile in the AWS config file.") {
    return fail({.kind = Error::Kind::unauthenticated,
                 .message = fmt::format("Profile {} cannot assume its role: {}.", profile.name, why),
                 .hint = std::move(hint)});
}

// The profile's own keys serve a profile that names itself.
Result<SourcePtr> own_keys(const Profile& profile) {
    if (auto keys = TRY(keys_source(profile, profile.credentials, "shared credentials file"))) return keys;
    return keys_source(profile, profile.config, "config file");
}

Result<SourcePtr> from_profile(const ChainSetting& setting, const ProfileFiles& files, const Profile& profile,
                               std::set<std::string>& visited) {
    auto name = profile.get("source_profile");
    const auto* source = files.find(name);
    if (source == nullptr) return wrong(profile, fmt::format("its source_profile {} does not exist", name));
    if (name == profile.name) {
        if (auto keys = TRY(own_keys(profile))) return keys;
        return wrong(profile, "it is its own source_profile and has no keys");
    }
    if (visited.contains(name)) {
        // Keys end a circle: the AWS CLI takes them too.
        if (auto keys = TRY(own_keys(*source))) return keys;
        return wrong(profile, fmt::format("its source_profile {} leads back to itself", name));
    }
    auto found = TRY(profile_source(setting, files, *source, visited));
    if (found == nullptr)
        return wrong(profile, fmt::format("its source_profile {} has no credentials", name));
    return found;
}

Result<SourcePtr> from_named_source(const ChainSetting& setting, const Profile& profile) {
    auto name = profile.get("credential_source");
    Result<SourcePtr> found = nullptr;
    if (name == "Environment")
        found = environment_source(setting);
    else if (name == "Ec2InstanceMetadata")
        found = instance_source(setting);
    else if (name == "EcsContainer")
        found = container_source(setting);
    else
        return wrong(profile, fmt::format("its credential_source {} is not one of Environment, "
                                          "Ec2InstanceMetadata, EcsContainer",
                                          name));
    auto source = TRY(std::move(found));
    if (source == nullptr) return wrong(profile, fmt::format("its credential_source {} has none here", name));
    return source;
}

Result<std::chrono::seconds> duration_of(const Profile& profile) {
    auto text = profile.get("duration_seconds");
    if (text.empty()) return std::chrono::hours(1);
    int seconds = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 900 || seconds > 43200)
        return wrong(profile, "its duration_seconds is not between 900 and 43200");
    return std::chrono::seconds(seconds);
}

}  // namespace

std::shared_ptr<Client> sts_client(const ChainSetting& setting, SourcePtr source) {
    static const model::ApiModel only_built_in;
    return std::make_shared<Client>(setting.context.transport, setting.context.clock, only_built_in,
                                    std::move(source),
                                    AllowedActions{sts_assume_role, "sts.AssumeRoleWithWebIdentity"},
                                    ClientOptions{.endpoints = setting.options.endpoints});
}

Result<SourcePtr> profile_role_source(const ChainSetting& setting, const ProfileFiles& files,
                                      const Profile& profile, std::set<std::string>& visited) {
    const bool from = profile.has("source_profile");
    const bool named = profile.has("credential_source");
    if (!profile.has("role_arn") || profile.has("web_identity_token_file")) return nullptr;
    if (!from && !named) return wrong(profile, "it names neither source_profile nor credential_source");
    if (from && named) return wrong(profile, "it names both source_profile and credential_source");
    auto role_arn = profile.get("role_arn");
    TRY_DURING(fmt::format("The role_arn of profile {}", profile.name), parse_role_arn(role_arn));
    if (profile.has("mfa_serial")) return aws_cli_source(setting, profile);
    auto duration = TRY(duration_of(profile));
    visited.insert(profile.name);
    auto source =
        TRY(from ? from_profile(setting, files, profile, visited) : from_named_source(setting, profile));
    auto session = profile.get("role_session_name");
    if (!is_session_name(session)) session = to_session_name(setting.options.session_name);
    AssumeRole role{.role_arn = role_arn, .session_name = session, .duration = duration};
    if (profile.has("external_id")) role.external_id = profile.get("external_id");
    return std::make_shared<AssumedRoleSource>(sts_client(setting, std::move(source)), setting.context.clock,
                                               std::move(role), setting.region);
}

}  // namespace patrol::aws
