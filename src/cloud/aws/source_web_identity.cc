#include "cloud/aws/arn.h"
#include "cloud/aws/credential_sources.h"
#include "cloud/aws/sts.h"
#include "cloud/aws/sts_only.h"

namespace patrol::aws {
namespace {

class WebIdentitySource final : public RefreshingSource {
public:
    WebIdentitySource(const ChainSetting& setting, std::string token_file, WebIdentity identity)
        : RefreshingSource(setting.context.clock),
          environment_(setting.context.environment),
          client_(sts_client(setting, nullptr)),
          region_(setting.region),
          token_file_(std::move(token_file)),
          identity_(std::move(identity)) {}
    [[nodiscard]] std::string name() const override { return "web identity for " + identity_.role_arn; }

protected:
    // The token's file is read each time: whoever wrote it renews it.
    Result<Credentials> fetch(std::stop_token stop) override {
        auto token = environment_.read_file(token_file_);
        if (!token)
            return fail(std::move(token)
                            .error()
                            .during("Reading the web identity token")
                            .with_hint("Check AWS_WEB_IDENTITY_TOKEN_FILE and the permissions of the file."));
        auto identity = identity_;
        identity.token = std::move(*token);
        while (!identity.token.empty() && static_cast<unsigned char>(identity.token.back()) <= ' ')
            identity.token.pop_back();
        auto credentials =
            assume_role_with_web_identity(*client_, identity, {.region = region_, .stop = stop});
        if (!credentials)
            return Failure(std::move(credentials)
                               .error()
                               .release()
                               .during("Assuming " + identity_.role_arn + " by web identity"));
        return std::move(*credentials);
    }

private:
    const Environment& environment_;
    std::shared_ptr<Client> client_;
    std::string region_;
    std::string token_file_;
    WebIdentity identity_;
};

Result<SourcePtr> make(const ChainSetting& setting, std::string file, std::string role,
                       std::string session_name) {
    TRY_DURING("The role of the web identity", parse_role_arn(role, "AWS_ROLE_ARN"));
    if (!is_session_name(session_name)) session_name = to_session_name(setting.options.session_name);
    return std::make_shared<WebIdentitySource>(
        setting, std::move(file),
        WebIdentity{.role_arn = std::move(role), .session_name = std::move(session_name)});
}

}  // namespace

Result<SourcePtr> web_identity_source(const ChainSetting& setting) {
    const auto& environment = setting.context.environment;
    auto file = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (!file) return nullptr;
    auto role = environment.variable("AWS_ROLE_ARN");
    if (!role)
        return fail({.kind = Error::Kind::unauthenticated,
                     .message = "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not.",
                     .hint = "Set AWS_ROLE_ARN to the role that the token is for."});
    return make(setting, *file, *role, environment.variable("AWS_ROLE_SESSION_NAME").value_or(""));
}

Result<SourcePtr> web_identity_source(const ChainSetting& setting, const Profile& profile) {
    if (!profile.has("web_identity_token_file") || !profile.has("role_arn")) return nullptr;
    return make(setting, profile.get("web_identity_token_file"), profile.get("role_arn"),
                profile.get("role_session_name"));
}

}  // namespace patrol::aws
