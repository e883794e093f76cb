#include "secrets/secrets.h"

#include <algorithm>
#include <array>

namespace patrol::secrets {
namespace {

constexpr std::array<std::string_view, 5> later_managers{"vault", "aws_secrets_manager", "aws_ssm",
                                                         "gcp_secret_manager", "azure_key_vault"};

}  // namespace

Secrets::Secrets(const SealedValues& sealed, std::filesystem::path folder) {
    managers_.emplace("sealed", std::make_unique<SealedManager>(sealed));
    managers_.emplace("env", std::make_unique<EnvironmentManager>());
    managers_.emplace("file", std::make_unique<FileManager>(std::move(folder)));
}

Result<const SecretManager*> Secrets::manager(std::string_view name) const {
    const auto found = managers_.find(name);
    if (found != managers_.end()) return found->second.get();
    if (std::ranges::find(later_managers, name) != later_managers.end())
        return invalid("manager", "This secret manager is not available in this version.",
                       "Use sealed, env or file.");
    return invalid("manager", "There is no such secret manager.", "Use sealed, env or file.");
}

Result<void> Secrets::check(const TenantId& tenant, const model::SecretRef& ref,
                            std::string_view field) const {
    const auto found = manager(ref.manager);
    Result<void> outcome = found ? (*found)->check(tenant, ref.ref) : Result<void>(Failure(found.error()));
    if (outcome) return {};
    Error error = std::move(outcome).error();
    if (error.kind == Error::Kind::not_found) error.kind = Error::Kind::invalid;
    if (error.kind == Error::Kind::invalid)
        error.field = fmt::format("{}{}{}", field, field.empty() ? "" : ".", found ? "ref" : "manager");
    return fail(std::move(error));
}

Result<crypto::Secret> Secrets::resolve(const TenantId& tenant, const model::SecretRef& ref) const {
    const SecretManager* found = TRY(manager(ref.manager));
    return found->resolve(tenant, ref.ref);
}

}  // namespace patrol::secrets
