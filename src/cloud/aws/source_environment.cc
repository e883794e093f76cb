#include "cloud/aws/credential_sources.h"

namespace patrol::aws {

Result<SourcePtr> environment_source(const ChainSetting& setting) {
    const auto& environment = setting.context.environment;
    auto key = environment.variable("AWS_ACCESS_KEY_ID");
    auto secret = environment.variable("AWS_SECRET_ACCESS_KEY");
    if (!key && !secret) return nullptr;
    if (!key || !secret)
        return fail({.kind = Error::Kind::unauthenticated,
                     .message = fmt::format("{} is set but {} is not.",
                                            key ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
                                            key ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID"),
                     .hint = "Set both variables, or neither to use a profile."});
    auto token = environment.variable("AWS_SESSION_TOKEN");
    if (!token) token = environment.variable("AWS_SECURITY_TOKEN");
    auto expires = parse_rfc3339(environment.variable("AWS_CREDENTIAL_EXPIRATION").value_or(""));
    return std::make_shared<StaticSource>(
        "environment", Credentials{.access_key_id = *key,
                                   .secret_access_key = crypto::Secret::take(std::move(*secret)),
                                   .session_token = crypto::Secret::take(token.value_or("")),
                                   .expires = expires.value_or(Timestamp{})});
}

Result<SourcePtr> keys_source(const Profile& profile, const Settings& settings, std::string_view part) {
    auto get = [&](std::string_view name) {
        auto at = settings.find(name);
        return at == settings.end() ? std::string() : at->second;
    };
    auto key = get("aws_access_key_id");
    auto secret = get("aws_secret_access_key");
    if (key.empty() && secret.empty()) return nullptr;
    if (key.empty() || secret.empty())
        return fail({.kind = Error::Kind::unauthenticated,
                     .message = fmt::format("Profile {} in the {} has only one half of an access key.",
                                            profile.name, part),
                     .hint = fmt::format("Run aws configure --profile {}.", profile.name)});
    auto token = get("aws_session_token");
    if (token.empty()) token = get("aws_security_token");
    return std::make_shared<StaticSource>(
        fmt::format("profile {} ({})", profile.name, part),
        Credentials{.access_key_id = key,
                    .secret_access_key = crypto::Secret::take(std::move(secret)),
                    .session_token = crypto::Secret::take(std::move(token)),
                    .expires = {}});
}

}  // namespace patrol::aws
