#include "cloud/aws/credential_sources.h"
#include "crypto/hash.h"
#include "net/url.h"

namespace patrol::aws {
namespace {

constexpr std::string_view ecs_host = "http://169.254.170.2";

// Plain http goes to this machine and to the addresses that AWS reserves, so that nobody is sent the token.
bool may_use_http(const net::Url& url) {
    const bool loopback = url.host_kind == net::Url::HostKind::ipv4 && url.host.starts_with("127.");
    return loopback || url.host == "localhost" || url.host == "::1" || url.host == "169.254.170.2" ||
           url.host == "169.254.170.23" || url.host == "fd00:ec2::23";
}

Failure unusable(std::string message,
                 std::string hint = "Check the task role or pod identity of this container.") {
    return fail(
        {.kind = Error::Kind::unauthenticated, .message = std::move(message), .hint = std::move(hint)});
}

class ContainerSource final : public RefreshingSource {
public:
    ContainerSource(const CredentialContext& context, std::string url)
        : RefreshingSource(context.clock), context_(context), url_(std::move(url)) {}
    [[nodiscard]] std::string name() const override { return "container credentials"; }

protected:
    Result<Credentials> fetch(std::stop_token stop) override {
        net::HttpRequest request{.url = url_,
                                 .timeout = std::chrono::seconds(5),
                                 .connect_timeout = std::chrono::seconds(2),
                                 .max_body_bytes = 64 * 1024,
                                 .stop = stop,
                                 .trust = {.destination = net::Destination::operator_chosen}};
        auto token = TRY(authorization());
        if (!token.empty()) request.headers.push_back({"Authorization", token});
        auto response =
            TRY_DURING("Asking for the container's credentials", context_.transport.send(request));
        if (response.status != 200)
            return unusable(
                fmt::format("The container's credentials were refused (status {}).", response.status));
        auto credentials = credentials_from_json(response.body, "Token", name());
        crypto::wipe(response.body.data(), response.body.size());
        return credentials;
    }

private:
    // The file wins and is read each time: it is renewed in place.
    Result<std::string> authorization() {
        const auto& environment = context_.environment;
        std::string token;
        if (auto file = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"))
            token =
                TRY_DURING("Reading AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", environment.read_file(*file));
        else
            token = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
        while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
        if (token.find_first_of("\r\n") != std::string::npos)
            return unusable("The container's authorization token has more than one line.");
        return token;
    }

    CredentialContext context_;
    std::string url_;
};

}  // namespace

Result<SourcePtr> container_source(const ChainSetting& setting) {
    const auto& environment = setting.context.environment;
    if (auto relative = environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
        if (!relative->starts_with('/'))
            return unusable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must start with '/'.");
        return std::make_shared<ContainerSource>(setting.context, std::string(ecs_host) + *relative);
    }
    auto full = environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (!full) return nullptr;
    auto url = net::parse_url(*full);
    if (!url) return unusable("AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL.");
    if (url->scheme != "https" && !may_use_http(*url))
        return unusable(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI must use https, or an address of this machine or of AWS.");
    return std::make_shared<ContainerSource>(setting.context, *full);
}

}  // namespace patrol::aws
