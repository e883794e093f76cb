// Which user a subject of an identity provider is. A subject is linked once, at its first sign-in, and from
// then on its e-mail address does not matter: whoever gets the address later is somebody else.
#pragma once

#include <optional>
#include <string_view>

#include "model/audit.h"
#include "model/tenant.h"
#include "store/sql.h"

namespace patrol::store {

class Audit;

class UserIdentities {
public:
    UserIdentities(Database& database, Audit& audit) : database_(database), audit_(audit) {}

    // For signing in, where the tenant is not known yet. nullopt for a subject that nobody is.
    Result<std::optional<model::User>> find(std::string_view issuer, std::string_view subject);
    // With its audit entry, in one transaction. Kind::conflict "identity_linked" when the user is another
    // subject of this issuer already.
    Result<void> link(const TenantId& tenant, const UserId& user, std::string_view issuer,
                      std::string_view subject, const model::AuditEntry& entry);

private:
    Database& database_;
    Audit& audit_;
};

}  // namespace patrol::store
