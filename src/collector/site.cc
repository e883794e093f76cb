#include "collector/site.h"

#include <algorithm>

#include "base/log.h"
#include "cloud/aws/arn.h"
#include "collector/site_credentials.h"
#include "document/redact.h"

namespace patrol::collector {
namespace {

constexpr std::string_view user_agent = "Patrol/" PATROL_VERSION;

Failure refused(std::string message, std::string hint) {
    return fail(Error{.kind = Error::Kind::denied,
                      .message = std::move(message),
                      .hint = std::move(hint),
                      .code = "collector_refused"});
}

std::string partition_of(const catalogue::Catalogue& catalogue, const relay::Operation& operation) {
    const auto* partition =
        operation.regions.empty() ? nullptr : catalogue.partition_of(operation.regions.front());
    return partition == nullptr ? "aws" : partition->id;
}

}  // namespace

Result<Credential> check_allowed(const SiteFile& file, const relay::Operation& operation) {
    if (operation.provider != "aws")
        return refused("This collector reads AWS accounts only.", "Use another mode for this account.");
    if (operation.purpose.size() > purpose_chars_max || operation.regions.size() > worker::regions_max ||
        !std::ranges::all_of(operation.regions, aws::is_region_name))
        return worker::malformed_message();
    const auto found = file.credentials.find(operation.credential);
    if (!is_credential_name(operation.credential) || found == file.credentials.end())
        return fail(
            Error{.kind = Error::Kind::unavailable,
                  .message = "The collector has no credential of the name that this account uses.",
                  .hint = "Add it to collector.yaml on the collector's machine, or correct the account.",
                  .code = "collector_credential"});
    const auto& credential = found->second;
    if (!operation.native_account_id.empty() && operation.native_account_id != credential.account)
        return refused(fmt::format("The collector may use the credential {} for account {} only, not for {}.",
                                   credential.name, credential.account, operation.native_account_id),
                       "Its collector.yaml says which account a credential reads.");
    if (!operation.endpoint_url.empty()) {
        const auto url = net::parse_url(operation.endpoint_url);
        if (!url || !file.endpoints.lists(*url) || !file.endpoints.check_url(*url))
            return refused("The collector may not reach this account's endpoint.",
                           "List its host under endpoints_allowed in collector.yaml, or take the account's "
                           "endpoint_url back.");
    }
    return credential;
}

Site::Site(SiteTools tools)
    : tools_(std::move(tools)),
      endpoints_(aws::EndpointOverrides::from(tools_.environment, tools_.catalogue.api())) {}

Result<Credential> Site::allowed(const relay::Operation& operation) const {
    auto file = load_site_file(tools_.file);
    if (!file) {
        log::error("collector.yaml cannot be used", {{"why", describe(file.error())}});
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The collector's own settings cannot be used.",
                          .hint = "The collector's log on its own machine says why.",
                          .code = "collector_credential"});
    }
    return check_allowed(*file, operation);
}

Result<std::unique_ptr<worker::RemoteProvider>> Site::provider_for(const relay::Operation& operation) const {
    const auto credential = TRY(allowed(operation));
    net::TrustProfile trust{.ca_bundle = tools_.environment.variable("AWS_CA_BUNDLE").value_or(""),
                            .proxy = net::ProxyUse::environment,
                            .destination = net::Destination::operator_chosen};
    auto endpoints = endpoints_;
    net::EgressPolicy egress;
    const aws::CredentialContext context{tools_.environment, tools_.transport, tools_.clock};
    auto source = TRY(source_of(context, credential, endpoints));
    if (!operation.endpoint_url.empty()) {
        endpoints = {.everything = operation.endpoint_url};
        egress = TRY(load_site_file(tools_.file)).endpoints;
        trust = {.destination = net::Destination::user_supplied};
    }
    inventory::AwsConnection connection{
        .auth = auth_of(credential, std::move(source), operation.insecure_trust),
        .account_id = credential.account,
        .partition = partition_of(tools_.catalogue, operation),
        .session_name = aws::to_session_name("patrol-" + operation.purpose),
        .user_agent = std::string(user_agent),
        .endpoints = endpoints,
        .trust = trust,
        .redactor = document::Redactor(operation.redaction_key),
        // One address for every service is no cloud: AWS's own rate limits mean nothing there.
        .rate_scale = endpoints.everything.empty() ? 1.0 : 0.0};
    return std::make_unique<worker::RemoteProvider>(
        worker::RemoteAws{.outside = {tools_.transport, tools_.clock, tools_.catalogue},
                          .connection = std::move(connection),
                          .redaction_key = operation.redaction_key,
                          .egress = std::move(egress),
                          .https_proxy = tools_.https_proxy,
                          .no_proxy = tools_.no_proxy,
                          .program = tools_.program});
}

}  // namespace patrol::collector
