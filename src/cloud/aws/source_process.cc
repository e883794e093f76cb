#include "base/log.h"
#include "cloud/aws/credential_sources.h"
#include "crypto/hash.h"

namespace patrol::aws {
namespace {

Failure unusable(std::string_view source, std::string_view why, std::string detail = {}) {
    return fail({.kind = Error::Kind::unauthenticated,
                 .message = fmt::format("The {} gave no usable AWS credentials: {}.", source, why),
                 .hint = "Run the command yourself and look at what it says.",
                 .detail = std::move(detail)});
}

class ProcessSource final : public RefreshingSource {
public:
    ProcessSource(const CredentialContext& context, std::string name, Process process)
        : RefreshingSource(context.clock),
          environment_(context.environment),
          name_(std::move(name)),
          process_(std::move(process)) {}
    [[nodiscard]] std::string name() const override { return name_; }

protected:
    Result<Credentials> fetch(std::stop_token stop) override {
        auto output = environment_.run(process_, stop);
        if (!output) return unusable(name_, "the program did not end well", describe(output.error()));
        if (output->exit_code != 0) {
            auto said = log::redact_credentials(std::string_view(output->err).substr(0, 500));
            return unusable(name_, fmt::format("the program ended with code {}", output->exit_code), said);
        }
        auto credentials = credentials_from_json(output->out, "SessionToken", name_);
        auto version = parse_json(output->out);
        crypto::wipe(output->out.data(), output->out.size());
        if (version && int_or(*version, "Version") != 1) return unusable(name_, "its Version is not 1");
        return credentials;
    }

private:
    const Environment& environment_;
    std::string name_;
    Process process_;
};

}  // namespace

Result<Credentials> credentials_from_json(std::string_view text, std::string_view token_name,
                                          std::string_view source) {
    auto parsed = parse_json(text);
    if (!parsed || !parsed->is_object()) return unusable(source, "its answer is not JSON");
    auto key = string_or(*parsed, "AccessKeyId");
    auto secret = string_or(*parsed, "SecretAccessKey");
    if (key.empty() || secret.empty()) return unusable(source, "its answer has no access key");
    auto expiry = string_or(*parsed, "Expiration");
    auto expires = parse_rfc3339(expiry);
    if (!expiry.empty() && !expires) return unusable(source, "its Expiration is not a time");
    return Credentials{.access_key_id = std::string(key),
                       .secret_access_key = crypto::Secret(secret),
                       .session_token = crypto::Secret(string_or(*parsed, token_name)),
                       .expires = expires.value_or(Timestamp{})};
}

Result<SourcePtr> process_source(const ChainSetting& setting, const Profile& profile) {
    auto line = profile.get("credential_process");
    if (line.empty()) return nullptr;
    auto arguments = split_command(line);
    if (!arguments || arguments->empty())
        return fail(
            {.kind = Error::Kind::unauthenticated,
             .message = fmt::format("The credential_process of profile {} is not a command.", profile.name),
             .hint = "Check its quotation marks in the AWS config file."});
    return std::make_shared<ProcessSource>(setting.context,
                                           fmt::format("credential_process of profile {}", profile.name),
                                           Process{.arguments = std::move(*arguments)});
}

Result<SourcePtr> aws_cli_source(const ChainSetting& setting, const Profile& profile) {
    const bool sso = profile.has("sso_session") || profile.has("sso_start_url");
    const bool login = profile.has("login_session");
    const bool one_time_password = profile.has("role_arn") && profile.has("mfa_serial");
    if (!sso && !login && !one_time_password) return nullptr;
    auto kind = sso ? "single sign-on" : login ? "a login session" : "a one-time password";
    if (!setting.context.environment.has_program("aws"))
        return fail(
            {.kind = Error::Kind::unauthenticated,
             .message = fmt::format("Profile {} uses {}, for which Patrol asks the AWS CLI, and there is no "
                                    "aws program here.",
                                    profile.name, kind),
             .hint = "Install the AWS CLI version 2, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."});
    return std::make_shared<ProcessSource>(
        setting.context, fmt::format("AWS CLI for profile {}", profile.name),
        Process{.arguments = {"aws", "configure", "export-credentials", "--profile", profile.name, "--format",
                              "process"},
                .time = std::chrono::minutes(5)});
}

}  // namespace patrol::aws
