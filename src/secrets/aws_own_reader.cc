#include "secrets/aws_own_reader.h"

#include "cloud/aws/endpoints.h"
#include "net/url.h"

namespace patrol::secrets {
namespace {

using aws::ErrorClass;

constexpr int throttle_attempts_max = 4;
constexpr Millis throttle_pause{250};

model::ApiModel make_model() {
    model::ApiModel all;
    for (const std::string id : {"secretsmanager", "ssm"}) {
        model::Service service;
        service.id = id;
        service.protocol = model::Protocol::json11;
        service.endpoint = {.host = id + ".{region}.{dnsSuffix}", .signing_name = id};
        all.services.emplace(id, std::move(service));
    }
    return all;
}
const model::ApiModel& api() {
    static const model::ApiModel all = make_model();
    return all;
}

struct Operation {
    std::string_view service, target, permission, title;
};
const Operation& operation_of(AwsOwnReader::Read what) {
    static constexpr Operation secret{"secretsmanager", "secretsmanager.GetSecretValue",
                                      "secretsmanager:GetSecretValue", "AWS Secrets Manager"};
    static constexpr Operation parameter{"ssm", "AmazonSSM.GetParameter", "ssm:GetParameter",
                                         "AWS Systems Manager"};
    return what == AwsOwnReader::Read::secret_value ? secret : parameter;
}

std::string body_of(AwsOwnReader::Read what, std::string_view name) {
    json::object body;
    if (what == AwsOwnReader::Read::secret_value) {
        body["SecretId"] = name;
    } else {
        body["Name"] = name;
        body["WithDecryption"] = true;
    }
    return to_text(body);
}

Failure no_login(const Error& why) {
    return fail(Error{.kind = Error::Kind::invalid,
                      .message = "Patrol's server has no working AWS credentials of its own.",
                      .hint = "`patrol aws-identity check` tells what was tried.",
                      .detail = describe(why),
                      .code = "manager_login"});
}

// Errors of the key that encrypts the value, which both services pass on.
bool is_key_trouble(std::string_view code) {
    return code == "DecryptionFailure" || code == "InvalidKeyId" || code.starts_with("KMS");
}

Failure explain(const Operation& operation, const aws::ServiceError& failure, std::string_view name) {
    const auto cls = aws::classify(operation.service, failure);
    if (is_key_trouble(failure.code))
        return refused(
            fmt::format("{} cannot decrypt the value.", operation.title),
            "Check that its KMS key is enabled, and grant kms:Decrypt on it to Patrol's own identity.");
    if (failure.code == "ParameterVersionNotFound")
        return missing("The parameter has no such version.", "Leave the part after : out for the newest.");
    if (cls == ErrorClass::gone)
        return missing(fmt::format("{} has no {} in this region.", operation.title, name),
                       "Check the name, and AWS_REGION of the server; name the region with an ARN.");
    if (failure.code == "InvalidRequestException")
        return missing("The secret is marked for deletion or has no current version.",
                       "Restore it in Secrets Manager, or write a value.");
    if (cls == ErrorClass::denied || cls == ErrorClass::denied_by_policy)
        return refused("AWS did not let Patrol's own identity read this value.",
                       fmt::format("Grant {} on it, and kms:Decrypt on its key, to the identity that "
                                   "`patrol aws-identity` prints.",
                                   operation.permission));
    if (cls == ErrorClass::bad_credentials || cls == ErrorClass::expired_credentials)
        return login_failed("AWS refused the credentials of Patrol's server.",
                            "`patrol aws-identity check` tells where they come from.");
    if (cls == ErrorClass::clock_skew)
        return login_failed("The clock of Patrol's server is wrong.", "Run a time service on it.");
    return not_usable(operation.title, failure.status);
}

}  // namespace

struct AwsOwnReader::Exchange {
    const Operation& operation;
    aws::ResolvedEndpoint endpoint;
    std::string body;
};

AwsOwnReader::AwsOwnReader(const aws::Environment& environment, Outside outside)
    : environment_(environment),
      outside_(outside),
      endpoints_(aws::EndpointOverrides::from(environment, api())) {}

std::string AwsOwnReader::own_region() const { return aws::find_region(environment_); }

Result<AwsOwnReader::Source> AwsOwnReader::source() const {
    const std::lock_guard lock(mutex_);
    if (source_) return source_;
    const aws::CredentialContext context{environment_, outside_.transport, outside_.clock};
    auto found = aws::find_credentials(context, {.session_name = "patrol", .endpoints = endpoints_});
    if (!found) return no_login(found.error());
    source_ = std::move(*found);
    return source_;
}

// The source may have newer ones; where it is a fixed one, the chain is walked anew.
void AwsOwnReader::drop(const Source& source, const aws::Credentials& used) const {
    source->reject(used);
    const std::lock_guard lock(mutex_);
    if (source_ == source) source_.reset();
}

Result<Answer> AwsOwnReader::send_signed(const Exchange& exchange, const aws::Credentials& used) const {
    const auto url = TRY(net::parse_url(exchange.endpoint.base_url + "/"));
    net::HttpRequest request{.method = "POST",
                             .url = url.to_string(),
                             .headers = {{"Content-Type", "application/x-amz-json-1.1"},
                                         {"X-Amz-Target", std::string(exchange.operation.target)}},
                             .body = exchange.body,
                             .trust = {.ca_bundle = environment_.variable("AWS_CA_BUNDLE").value_or(""),
                                       .proxy = net::ProxyUse::environment,
                                       .destination = net::Destination::operator_chosen}};
    aws::UnsignedRequest to_sign{request.method, url.path, {}, request.headers, request.body};
    to_sign.headers.push_back({"Host", url.authority()});
    const aws::SigningScope scope{exchange.endpoint.signing_region, exchange.endpoint.signing_name,
                                  outside_.clock.now()};
    auto signature = aws::sign_headers(
        to_sign, used, scope, aws::SigningOptions::for_service(exchange.endpoint.signing_name), keys_);
    for (auto& header : signature.headers) request.headers.push_back(std::move(header));
    return send(outside_, {.manager = std::string(exchange.operation.title), .http = std::move(request)});
}

Result<WipedJson> AwsOwnReader::read(Read what, std::string_view name, std::string_view region) const {
    const Operation& operation = operation_of(what);
    const std::string where = region.empty() ? own_region() : std::string(region);
    const model::Service& service = *api().service(operation.service);
    const Exchange exchange{operation, TRY(aws::resolve(service, where, endpoints_)), body_of(what, name)};
    bool renewed = false;
    for (int attempt = 1;; ++attempt) {
        const Source from = TRY(source());
        auto credentials = from->credentials({});
        if (!credentials) return no_login(credentials.error());
        auto answer = TRY(send_signed(exchange, **credentials));
        if (answer.status == 200) return answer.json();
        const auto failure = aws::read_error(
            service, {.status = answer.status, .headers = answer.headers, .body = answer.body});
        const auto cls = aws::classify(service.id, failure);
        const bool stale = cls == ErrorClass::bad_credentials || cls == ErrorClass::expired_credentials;
        if (stale && !renewed) {
            renewed = true;
            drop(from, **credentials);
        } else if (cls == ErrorClass::throttled && attempt < throttle_attempts_max) {
            outside_.clock.sleep_for(throttle_pause * (1 << attempt));
        } else {
            return explain(operation, failure, name);
        }
    }
}

}  // namespace patrol::secrets
