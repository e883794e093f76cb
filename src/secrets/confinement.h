// Which references a tenant may name. The logins of the secret managers belong to the installation, so
// where it serves several tenants, each but the platform's own is kept below a prefix of its own: else
// tenant A could name tenant B's secret. Pure; whether a tenant is confined the server says.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/ids.h"

namespace patrol::secrets {

inline constexpr std::string_view default_prefix = "patrol/{tenant}/";

class Confinement {
public:
    // Whether this tenant is one of several and not the platform's own.
    using IsConfined = std::function<Result<bool>(const TenantId&)>;

    // Confines nobody: for an installation of one tenant.
    Confinement() = default;
    // `prefix`: PATROL_SECRETS_PREFIX, checked by check_prefix(). Empty: confined tenants may name nothing.
    Confinement(std::string prefix, IsConfined is_confined)
        : prefix_(std::move(prefix)), is_confined_(std::move(is_confined)) {}

    // Letters, digits, '/', '_' and '-', with {tenant} in it once and '/' at its end; or empty.
    static Result<void> check_prefix(std::string_view prefix);

    // How a manager writes the prefix.
    enum class Form {
        path,      // "patrol/ten_…/"
        dashed,    // "patrol-ten-…-": for managers whose names know no slashes; letters in any case
        variable,  // "PATROL_SECRET_ten_…_": whatever the prefix setting says
    };
    // Kind::invalid, field "ref". `name` is the part of the reference that the prefix applies to.
    Result<void> check(const TenantId& tenant, std::string_view name, Form form) const;
    Result<bool> is_confined(const TenantId& tenant) const;

private:
    [[nodiscard]] std::string prefix_of(const TenantId& tenant, Form form) const;

    std::string prefix_;
    IsConfined is_confined_;
};

}  // namespace patrol::secrets
