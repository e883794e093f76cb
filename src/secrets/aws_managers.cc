#include "secrets/aws_managers.h"

#include "base/encoding.h"
#include "crypto/hash.h"

namespace patrol::secrets {
namespace {

constexpr std::string_view region_hint = "Set AWS_REGION for the server and restart it.";

Result<crypto::Secret> field_of(std::string_view text, std::string_view field) {
    const auto object = WipedJson::parse(crypto::Secret(text));
    if (!object)
        return invalid("ref", "The secret is no JSON object, so it has no fields.", "Leave #FIELD out.");
    return secret_in(object->value(), field, "The secret in AWS Secrets Manager");
}

}  // namespace

Result<AwsSecretReference> AwsSecretsManager::parse(const TenantId& tenant, std::string_view ref) const {
    auto out = TRY(parse_aws_secret_reference(ref));
    TRY(confinement_.check(tenant, out.name, Confinement::Form::path));
    if (out.region.empty() && reader_.own_region().empty())
        return not_configured("AWS Secrets Manager", std::string(region_hint));
    return out;
}

Result<void> AwsSecretsManager::check(const TenantId& tenant, std::string_view ref) const {
    TRY(parse(tenant, ref));
    return {};
}

Result<crypto::Secret> AwsSecretsManager::resolve(const TenantId& tenant, std::string_view ref) const {
    const auto reference = TRY(parse(tenant, ref));
    const auto answer = TRY(reader_.read(AwsOwnReader::Read::secret_value, reference.id, reference.region));
    if (const auto text = answer.text({"SecretString"}); !text.empty())
        return reference.field.empty() ? secret_of(text, "The secret in AWS Secrets Manager")
                                       : field_of(text, reference.field);
    auto bytes = from_base64(answer.text({"SecretBinary"}));
    if (!bytes) bytes.emplace();
    const Wiped wiped(*bytes);
    if (!reference.field.empty() && !bytes->empty()) return field_of(*bytes, reference.field);
    return secret_of(*bytes, "The secret in AWS Secrets Manager");
}

Result<ParameterReference> AwsParameterStore::parse(const TenantId& tenant, std::string_view ref) const {
    auto out = TRY(parse_parameter_reference(ref));
    TRY(confinement_.check(tenant, std::string_view(out.name).substr(1), Confinement::Form::path));
    if (reader_.own_region().empty()) return not_configured("AWS Systems Manager", std::string(region_hint));
    return out;
}

Result<void> AwsParameterStore::check(const TenantId& tenant, std::string_view ref) const {
    TRY(parse(tenant, ref));
    return {};
}

Result<crypto::Secret> AwsParameterStore::resolve(const TenantId& tenant, std::string_view ref) const {
    const auto reference = TRY(parse(tenant, ref));
    const auto answer = TRY(reader_.read(AwsOwnReader::Read::parameter, reference.name, {}));
    return secret_of(answer.text({"Parameter", "Value"}), "The parameter in AWS Systems Manager");
}

}  // namespace patrol::secrets
