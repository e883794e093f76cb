#include "cloud/aws/credential_chain.h"

#include "cloud/aws/credential_sources.h"

namespace patrol::aws {
namespace {

std::string profile_name(const Environment& environment, const ChainOptions& options) {
    if (!options.profile.empty()) return options.profile;
    if (auto name = environment.variable("AWS_PROFILE")) return *name;
    return environment.variable("AWS_DEFAULT_PROFILE").value_or("default");
}

// Whether somebody asked for this profile by name: then its absence is an error.
bool is_named(const Environment& environment, const ChainOptions& options) {
    return !options.profile.empty() || environment.variable("AWS_PROFILE") ||
           environment.variable("AWS_DEFAULT_PROFILE");
}

Failure no_such_profile(const std::string& name) {
    return fail({.kind = Error::Kind::unauthenticated,
                 .message = fmt::format("There is no AWS profile named {}.", name),
                 .hint = "Run aws configure list-profiles to see the names, or check AWS_CONFIG_FILE."});
}

Failure nothing_found(std::string_view instance_said) {
    return fail(
        {.kind = Error::Kind::unauthenticated,
         .message = "Patrol found no AWS credentials.",
         .hint = "Run aws configure or aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
         .detail = fmt::format("environment: not set; web identity: not set; profile: no credentials; "
                               "container: not set; instance metadata: {}",
                               instance_said),
         .code = "no_credentials"});
}

}  // namespace

Result<SourcePtr> profile_source(const ChainSetting& setting, const ProfileFiles& files,
                                 const Profile& profile, std::set<std::string>& visited) {
    if (auto role = TRY(profile_role_source(setting, files, profile, visited))) return role;
    if (auto web = TRY(web_identity_source(setting, profile))) return web;
    const bool sso = profile.has("sso_session") || profile.has("sso_start_url");
    if (sso) return aws_cli_source(setting, profile);
    if (auto keys = TRY(keys_source(profile, profile.credentials, "shared credentials file"))) return keys;
    if (auto cli = TRY(aws_cli_source(setting, profile))) return cli;
    if (auto process = TRY(process_source(setting, profile))) return process;
    return keys_source(profile, profile.config, "config file");
}

std::string find_region(const Environment& environment, const ChainOptions& options) {
    if (!options.region.empty()) return options.region;
    for (auto name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
        if (auto region = environment.variable(name)) return *region;
    auto files = ProfileFiles::load(environment);
    const auto* profile = files ? files->find(profile_name(environment, options)) : nullptr;
    return profile == nullptr ? std::string() : profile->get("region");
}

Result<SourcePtr> find_credentials(const CredentialContext& context, const ChainOptions& options) {
    const auto& environment = context.environment;
    ChainSetting setting{context, options, find_region(environment, options)};
    if (!is_region_name(setting.region)) setting.region = "us-east-1";
    if (options.profile.empty())
        if (auto source = TRY(environment_source(setting))) return source;

    auto files = TRY_DURING("Reading the AWS profiles", ProfileFiles::load(environment));
    auto name = profile_name(environment, options);
    const auto* profile = files.find(name);
    if (profile == nullptr && is_named(environment, options)) return no_such_profile(name);
    std::set<std::string> visited;
    const bool has_role = profile != nullptr && profile->has("role_arn");
    if (has_role)
        if (auto source = TRY(profile_source(setting, files, *profile, visited))) return source;
    // The variables are a pod's own identity; a profile asked for by name comes before them.
    if (options.profile.empty())
        if (auto source = TRY(web_identity_source(setting))) return source;
    if (profile != nullptr && !has_role)
        if (auto source = TRY(profile_source(setting, files, *profile, visited))) return source;
    if (!options.profile.empty())
        return fail({.kind = Error::Kind::unauthenticated,
                     .message = fmt::format("The AWS profile {} holds no credentials.", name),
                     .hint = fmt::format("Run aws configure --profile {} or aws sso login --profile {}.",
                                         name, name)});
    if (auto source = TRY(container_source(setting))) return source;
    auto instance = instance_source(setting);
    if (!instance) return nothing_found(instance.error().message);
    if (*instance == nullptr) return nothing_found("turned off by AWS_EC2_METADATA_DISABLED");
    return instance;
}

}  // namespace patrol::aws
