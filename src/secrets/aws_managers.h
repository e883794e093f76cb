// AWS Secrets Manager and the Parameter Store of AWS Systems Manager, with the server's own credentials
// (aws_own_reader.h). References: references.h.
#pragma once

#include "secrets/aws_own_reader.h"
#include "secrets/references.h"
#include "secrets/secret_manager.h"

namespace patrol::secrets {

class AwsSecretsManager final : public SecretManager {
public:
    AwsSecretsManager(const AwsOwnReader& reader, const Confinement& confinement)
        : reader_(reader), confinement_(confinement) {}
    Result<void> check(const TenantId& tenant, std::string_view ref) const override;
    Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const override;

private:
    [[nodiscard]] Result<AwsSecretReference> parse(const TenantId& tenant, std::string_view ref) const;

    const AwsOwnReader& reader_;
    const Confinement& confinement_;
};

class AwsParameterStore final : public SecretManager {
public:
    AwsParameterStore(const AwsOwnReader& reader, const Confinement& confinement)
        : reader_(reader), confinement_(confinement) {}
    Result<void> check(const TenantId& tenant, std::string_view ref) const override;
    Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const override;

private:
    [[nodiscard]] Result<ParameterReference> parse(const TenantId& tenant, std::string_view ref) const;

    const AwsOwnReader& reader_;
    const Confinement& confinement_;
};

}  // namespace patrol::secrets
