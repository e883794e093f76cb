#include "secrets/secrets.h"

#include "secrets/aws_managers.h"
#include "secrets/azure.h"
#include "secrets/gcp.h"
#include "secrets/vault.h"

namespace patrol::secrets {

Secrets::Secrets(const SealedValues& sealed, std::filesystem::path folder) {
    managers_.emplace("sealed", std::make_unique<SealedManager>(sealed));
    managers_.emplace("env", std::make_unique<EnvironmentManager>(confinement_, none_));
    managers_.emplace("file", std::make_unique<FileManager>(std::move(folder), confinement_));
}

Secrets::Secrets(const SealedValues& sealed, Settings settings, Confinement confinement, const Means& means)
    : confinement_(std::move(confinement)),
      aws_(std::make_unique<AwsOwnReader>(means.environment, means.outside)) {
    const auto& [outside, environment, variables] = means;
    managers_.emplace("sealed", std::make_unique<SealedManager>(sealed));
    managers_.emplace("env", std::make_unique<EnvironmentManager>(confinement_, variables));
    managers_.emplace("file", std::make_unique<FileManager>(settings.folder, confinement_));
    managers_.emplace(
        "vault", std::make_unique<VaultManager>(std::move(settings.vault), confinement_, variables, outside));
    managers_.emplace("aws_secrets_manager", std::make_unique<AwsSecretsManager>(*aws_, confinement_));
    managers_.emplace("aws_ssm", std::make_unique<AwsParameterStore>(*aws_, confinement_));
    managers_.emplace("gcp_secret_manager",
                      std::make_unique<GcpManager>(std::move(settings.gcp), confinement_, outside));
    managers_.emplace("azure_key_vault", std::make_unique<AzureManager>(std::move(settings.azure),
                                                                        confinement_, variables, outside));
}

Result<const SecretManager*> Secrets::manager(std::string_view name) const {
    const auto found = managers_.find(name);
    if (found != managers_.end()) return found->second.get();
    return invalid("manager", "There is no such secret manager.",
                   "Use sealed, env, file, vault, aws_secrets_manager, aws_ssm, gcp_secret_manager or "
                   "azure_key_vault.");
}

Result<void> Secrets::check(const TenantId& tenant, const model::SecretRef& ref,
                            std::string_view field) const {
    const auto found = manager(ref.manager);
    Result<void> outcome = found ? (*found)->check(tenant, ref.ref) : Result<void>(Failure(found.error()));
    if (outcome) return {};
    Error error = std::move(outcome).error();
    if (error.kind == Error::Kind::not_found) error.kind = Error::Kind::invalid;
    if (error.kind == Error::Kind::invalid) {
        const std::string_view part = error.field == "manager" ? "manager" : "ref";
        error.field = fmt::format("{}{}{}", field, field.empty() ? "" : ".", part);
    }
    return fail(std::move(error));
}

Result<crypto::Secret> Secrets::resolve(const TenantId& tenant, const model::SecretRef& ref) const {
    const SecretManager* found = TRY(manager(ref.manager));
    return found->resolve(tenant, ref.ref);
}

}  // namespace patrol::secrets
