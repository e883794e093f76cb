// The first run: the tenant, its owner and the tenant's own key, in one step. Used by POST /setup and
// by the unattended first start.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/password.h"
#include "crypto/seal.h"
#include "store/audit.h"
#include "store/store.h"

namespace patrol::api {

struct FirstOwner {
    std::string email;
    std::string name;
    std::string organisation;  // empty: the domain of the e-mail address
    std::string password;
};

struct FirstRunTools {
    store::Store& store;
    const crypto::MasterKey& master_key;
    crypto::PasswordHasher& passwords;
    Clock& clock;
};

// `setup_token_hash` is absent only for the unattended first start.
Result<store::Tenants::FirstRun> set_up(const FirstRunTools& tools, const FirstOwner& owner,
                                        const std::optional<std::string>& setup_token_hash);

// An owner's API token for the first start; answers its text, which is stored nowhere else.
Result<std::string> make_owner_token(const FirstRunTools& tools, const model::User& owner,
                                     std::string_view name);

// A setup token was made, by the first start or `patrol server setup-token`: the audit log of the tenant to
// come begins with these.
Result<void> note_setup_token(store::Store& store, Timestamp now);

// Lower case, one @, a domain. Kind::invalid with field "email".
Result<std::string> normal_email(std::string_view text);

// The keys of the tenants' audit logs, each from the tenant's own. `master_key` must outlive the store.
store::Audit::KeySource audit_keys(const crypto::MasterKey& master_key);

// With an id and a key of its own, not stored yet.
model::Tenant new_tenant(const crypto::MasterKey& master_key, std::string name);
// Where the tenant's key is sealed.
std::string tenant_key_place(const TenantId& tenant);

// "owner" of owner@example.com.
std::string name_of_email(std::string_view email);

}  // namespace patrol::api
