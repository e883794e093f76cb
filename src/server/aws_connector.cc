#include "server/aws_connector.h"

#include <algorithm>

#include "api/first_run.h"
#include "cloud/aws/arn.h"
#include "cloud/aws/client.h"
#include "cloud/aws/sts.h"
#include "net/http_client.h"
#include "relay/provider.h"

namespace patrol::server {
namespace {

constexpr std::string_view user_agent = "Patrol/" PATROL_VERSION;
constexpr std::string_view region_without_setting = "us-east-1";

Failure not_available(std::string message) {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = std::move(message),
                      .hint = "The account stays registered until a later version can read it.",
                      .code = "provider_not_available"});
}

// An access key ID travels in clear with every call: an account whose endpoint a user chose would send him
// whatever secret he named as one. The form is that of AWS's own: capital letters and digits.
bool is_access_key_id(std::string_view text) {
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return text.size() >= 16 && text.size() <= 128 && std::ranges::all_of(text, fits);
}

}  // namespace

AwsAccess::AwsAccess(const aws::Environment& environment, net::Transport& transport, Clock& clock,
                     const catalogue::Catalogue& catalogue)
    : environment_(environment),
      transport_(transport),
      clock_(clock),
      catalogue_(catalogue),
      endpoints_(aws::EndpointOverrides::from(environment, catalogue.api())) {
    trust_.ca_bundle = environment.variable("AWS_CA_BUNDLE").value_or("");
    trust_.proxy = net::ProxyUse::environment;
    trust_.destination = net::Destination::operator_chosen;
}

Result<std::shared_ptr<aws::CredentialSource>> AwsAccess::credentials() {
    {
        std::lock_guard lock(mutex_);
        if (source_) return source_;
    }
    const aws::CredentialContext context{environment_, transport_, clock_};
    auto found = TRY(aws::find_credentials(context, {.session_name = "patrol", .endpoints = endpoints_}));
    std::lock_guard lock(mutex_);
    if (!source_) source_ = std::move(found);
    return source_;
}

Result<inventory::Identity> AwsAccess::who_am_i(std::stop_token stop) {
    auto source = TRY(credentials());
    aws::Client client(transport_, clock_, catalogue_.api(), std::move(source),
                       aws::AllowedActions{aws::sts_get_caller_identity},
                       {.user_agent = std::string(user_agent), .endpoints = endpoints_, .trust = trust_});
    std::string region = aws::find_region(environment_);
    if (region.empty()) region = region_without_setting;
    auto caller = aws::get_caller_identity(client, {.region = region, .stop = stop});
    if (!caller) {
        // Credentials that were refused may have been replaced meanwhile: look for them again next time.
        std::lock_guard lock(mutex_);
        source_.reset();
        return fail(std::move(caller).error().release());
    }
    const auto arn = aws::parse_arn(caller->arn);
    return inventory::Identity{.account_id = caller->account,
                               .arn = caller->arn,
                               .partition = arn ? arn->partition : std::string(aws::partition_of(region))};
}

Result<crypto::Key> AwsConnector::redaction_key_of(const scan::ConnectRequest& request) {
    const model::Tenant tenant = TRY(tools_.store.tenants().get(request.tenant));
    const crypto::Secret bytes =
        TRY(tools_.master_key.open(tenant.sealed_key, api::tenant_key_place(request.tenant)));
    crypto::Key key{};
    if (bytes.expose().size() != key.size())
        return fail(Error::Kind::internal, "The organisation's key is damaged.");
    std::ranges::copy(bytes.expose(), key.begin());
    const crypto::Key of_account = document::Redactor::account_key(key, request.account.id.str());
    crypto::wipe(key.data(), key.size());
    return of_account;
}

Result<inventory::AwsRole> AwsConnector::role_of(const scan::ConnectRequest& request,
                                                 const model::RoleAuth& auth) {
    const std::string& arn = request.proposed_role_arn.empty() ? auth.role_arn : request.proposed_role_arn;
    if (arn.empty())
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "This account has no role yet.",
                          .hint = "Run the connect command of its setup card, or paste the role's ARN.",
                          .code = "no_role"});
    inventory::AwsRole role{.role_arn = arn,
                            .external_id = request.account.external_id,
                            .insecure_trust = auth.allow_insecure_trust ? inventory::InsecureTrust::allowed
                                                                        : inventory::InsecureTrust::refused,
                            .patrol = TRY(access_.credentials()),
                            .own_account = tools_.own_account};
    if (const auto identity = tools_.identity.get()) role.patrol_account_id = identity->account_id;
    return role;
}

Result<inventory::AwsKeys> AwsConnector::keys_of(const scan::ConnectRequest& request,
                                                 const model::AccessKeyAuth& auth) {
    aws::Credentials keys;
    {
        const crypto::Secret id = TRY(tools_.secrets.resolve(request.tenant, auth.access_key_id));
        if (!request.account.endpoint_url.empty() && !is_access_key_id(id.expose()))
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "The secret named as the access key ID does not look like one.",
                              .hint = "An access key ID has 16 or more capital letters and digits.",
                              .code = "bad_access_key_id"});
        keys.access_key_id = id.expose();
    }
    keys.secret_access_key = TRY(tools_.secrets.resolve(request.tenant, auth.secret_access_key));
    return inventory::AwsKeys{.keys = std::make_shared<aws::StaticSource>(
                                  "access keys of " + request.account.name, std::move(keys))};
}

std::string AwsConnector::partition_of(const model::CloudAccount& account) const {
    const auto& catalogue = access_.outside().catalogue;
    const auto* partition =
        account.regions.empty() ? nullptr : catalogue.partition_of(account.regions.front());
    return partition == nullptr ? "aws" : partition->id;
}

Result<std::unique_ptr<inventory::Provider>> AwsConnector::at_collector(const scan::ConnectRequest& request) {
    const model::CloudAccount& account = request.account;
    const auto* auth = std::get_if<model::OnSiteAuth>(&account.auth);
    if (!account.collector_id || tools_.collectors == nullptr)
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "No collector is assigned to this account.",
                          .hint = "Set its collector_id.",
                          .code = "no_collector"});
    if (auth == nullptr)
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "This account names no credential of its collector.",
                          .hint = "Set its auth to {\"kind\":\"on_site\",\"credential\":\"NAME\"}.",
                          .code = "no_auth"});
    crypto::Key key = TRY(redaction_key_of(request));
    relay::Operation asked{.account = account.id,
                           .account_name = account.name,
                           .provider = std::string(model::to_string(account.provider)),
                           .native_account_id = account.native_account_id,
                           .regions = account.regions,
                           .credential = auth->credential,
                           .endpoint_url = account.endpoint_url,
                           .redaction_key = key,
                           .purpose = request.purpose};
    crypto::wipe(key.data(), key.size());
    return std::make_unique<relay::CollectorProvider>(
        relay::CollectedAccount{.desk = *tools_.collectors,
                                .catalogue = access_.outside().catalogue,
                                .clock = access_.outside().clock,
                                .collector = *account.collector_id,
                                .account = std::move(asked)});
}

Result<std::unique_ptr<inventory::Provider>> AwsConnector::connect(const scan::ConnectRequest& request) {
    const model::CloudAccount& account = request.account;
    if (account.provider != model::ProviderKind::aws)
        return not_available("Reading this provider is not available in this version.");
    if (account.mode == model::ConnectionMode::collector) return at_collector(request);
    if (account.mode != model::ConnectionMode::pull)
        return not_available("This connection mode is not available in this version.");
    crypto::Key key = TRY(redaction_key_of(request));
    auto connection = connection_of(request, key);
    if (!connection || tools_.workers == WorkerPlace::server) {
        crypto::wipe(key.data(), key.size());
        if (!connection) return fail(std::move(connection).error());
        return std::make_unique<inventory::AwsProvider>(access_.outside(), std::move(*connection));
    }
    net::HttpClientOptions proxies;
    net::proxies_from_environment(proxies);
    return std::make_unique<worker::RemoteProvider>(worker::RemoteAws{.outside = access_.outside(),
                                                                      .connection = std::move(*connection),
                                                                      .redaction_key = key,
                                                                      .egress = tools_.egress,
                                                                      .https_proxy = proxies.https_proxy,
                                                                      .no_proxy = proxies.no_proxy,
                                                                      .catalogue_dir = tools_.catalogue_dir});
}

Result<inventory::AwsConnection> AwsConnector::connection_of(const scan::ConnectRequest& request,
                                                             const crypto::Key& key) {
    const model::CloudAccount& account = request.account;
    inventory::AwsConnection connection{
        .auth = inventory::AwsKeys{},
        .account_id = account.native_account_id,
        .partition = partition_of(account),
        .session_name = aws::to_session_name("patrol-" + request.purpose),
        .user_agent = std::string(user_agent),
        .endpoints = access_.endpoints(),
        .trust = access_.trust(),
        .redactor = document::Redactor(key),
        .rate_scale = tools_.rate_scale,
    };
    if (const auto* role = std::get_if<model::RoleAuth>(&account.auth))
        connection.auth = TRY(role_of(request, *role));
    else if (const auto* keys = std::get_if<model::AccessKeyAuth>(&account.auth))
        connection.auth = TRY(keys_of(request, *keys));
    else
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "This account has no way of access yet.",
                          .hint = "Set its auth to a role or to access keys.",
                          .code = "no_auth"});
    if (!account.endpoint_url.empty()) {
        connection.endpoints = {.everything = account.endpoint_url};
        connection.trust = {.destination = net::Destination::user_supplied};
    }
    // One address for every service is a simulator: AWS's own rate limits mean nothing there.
    if (!connection.endpoints.everything.empty()) connection.rate_scale = 0;
    return connection;
}

}  // namespace patrol::server
