#include "api/first_run.h"

#include <algorithm>

#include "api/authentication.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "crypto/token.h"

namespace patrol::api {
namespace {

constexpr std::size_t email_chars_max = 254;
constexpr auto owner_token_age = std::chrono::hours(24 * 365);

}  // namespace

std::string tenant_key_place(const TenantId& tenant) {
    return crypto::seal_place(tenant.str(), "tenant", tenant.str(), "sealed_key");
}

Result<std::string> normal_email(std::string_view text) {
    std::string email(text);
    std::ranges::transform(email, email.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    const auto at = email.find('@');
    const bool clean =
        std::ranges::none_of(email, [](char c) { return c == ' ' || c == '<' || c == '>' || c == ','; });
    if (at == std::string::npos || at == 0 || at + 1 == email.size() || email.rfind('@') != at || !clean ||
        email.size() > email_chars_max)
        return invalid("email", "This must be an e-mail address.");
    return email;
}

Result<store::Tenants::FirstRun> set_up(const FirstRunTools& tools, const FirstOwner& owner,
                                        const std::optional<std::string>& setup_token_hash) {
    const std::string email = TRY(normal_email(owner.email));
    TRY(crypto::check_password_rules(owner.password));
    store::Tenants::FirstRun first;
    first.tenant.id = crypto::new_id<TenantId>();
    first.tenant.name = owner.organisation.empty() ? email.substr(email.find('@') + 1) : owner.organisation;
    first.tenant.sealed_key =
        tools.master_key.seal(crypto::random_bytes(32), tenant_key_place(first.tenant.id));
    first.owner = {.tenant = first.tenant.id,
                   .email = email,
                   .name = owner.name.empty() ? email.substr(0, email.find('@')) : owner.name,
                   .password_hash = TRY(tools.passwords.hash(owner.password)),
                   .role = model::Role::owner,
                   .platform_owner = true};
    return tools.store.tenants().set_up(std::move(first), setup_token_hash, tools.clock.now());
}

Result<std::string> make_owner_token(const FirstRunTools& tools, const model::User& owner,
                                     std::string_view name) {
    std::string token = crypto::make_token(crypto::api_token_prefix);
    const Timestamp now = tools.clock.now();
    TRY(tools.store.api_tokens().create(owner.tenant,
                                        {.tenant = owner.tenant,
                                         .user = owner.id,
                                         .name = std::string(name),
                                         .token_hash = stored_hash(token),
                                         .hint = token.substr(0, 8),
                                         .role = model::Role::owner,
                                         .expires_at = now + owner_token_age},
                                        now));
    return token;
}

}  // namespace patrol::api
