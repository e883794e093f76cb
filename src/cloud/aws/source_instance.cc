#include "cloud/aws/credential_sources.h"
#include "crypto/hash.h"
#include "net/url.h"

namespace patrol::aws {
namespace {

constexpr std::string_view role_path = "/latest/meta-data/iam/security-credentials/";

// Version 2 of the instance metadata service only: a token first, then the role, then its credentials.
class InstanceSource final : public RefreshingSource {
public:
    InstanceSource(const CredentialContext& context, std::string endpoint)
        : RefreshingSource(context.clock), transport_(context.transport), endpoint_(std::move(endpoint)) {}
    [[nodiscard]] std::string name() const override { return "instance metadata"; }

protected:
    Result<Credentials> fetch(std::stop_token stop) override {
        auto token =
            TRY(ask("PUT", "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds", "21600"}, stop));
        net::Header proof{"X-aws-ec2-metadata-token", token};
        auto role = TRY(ask("GET", role_path, proof, stop));
        role = role.substr(0, role.find_first_of("\r\n"));
        auto fits = [](unsigned char c) {
            return std::isalnum(c) != 0 ||
                   std::string_view("_+=,.@-").find(static_cast<char>(c)) != std::string_view::npos;
        };
        if (role.empty() || !std::ranges::all_of(role, fits)) return refused("the instance has no role");
        auto body = TRY(ask("GET", std::string(role_path) + role, proof, stop));
        auto credentials = credentials_from_json(body, "Token", name());
        crypto::wipe(body.data(), body.size());
        return credentials;
    }

private:
    static Failure refused(std::string_view why) {
        return fail({.kind = Error::Kind::unauthenticated,
                     .message = fmt::format("The instance metadata service gave no credentials: {}.", why),
                     .hint = "Attach an instance profile, and in a container raise the hop limit to 2."});
    }

    Result<std::string> ask(std::string_view method, std::string_view path, net::Header header,
                            std::stop_token stop) {
        net::HttpRequest request{.method = std::string(method),
                                 .url = endpoint_ + std::string(path),
                                 .headers = {std::move(header)},
                                 .timeout = std::chrono::seconds(1),
                                 .connect_timeout = std::chrono::seconds(1),
                                 .max_body_bytes = 64 * 1024,
                                 .stop = stop,
                                 .trust = {.destination = net::Destination::operator_chosen}};
        auto response = transport_.send(request);
        if (!response) return refused("it does not answer");
        if (response->status != 200) return refused(fmt::format("status {}", response->status));
        return std::move(response->body);
    }

    net::Transport& transport_;
    std::string endpoint_;
};

Result<std::string> endpoint_of(const Environment& environment) {
    if (auto set = environment.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")) {
        if (!net::parse_url(*set))
            return fail(Error::Kind::unauthenticated, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL.");
        while (set->ends_with('/')) set->pop_back();
        return *set;
    }
    auto mode = environment.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("");
    return std::string(net::equal_without_case(mode, "ipv6") ? "http://[fd00:ec2::254]"
                                                             : "http://169.254.169.254");
}

}  // namespace

Result<SourcePtr> instance_source(const ChainSetting& setting, std::stop_token stop) {
    const auto& environment = setting.context.environment;
    if (net::equal_without_case(environment.variable("AWS_EC2_METADATA_DISABLED").value_or(""), "true"))
        return nullptr;
    auto source = std::make_shared<InstanceSource>(setting.context, TRY(endpoint_of(environment)));
    TRY(source->credentials(stop));
    return source;
}

}  // namespace patrol::aws
