#include "api/first_run.h"

#include <algorithm>

#include "api/authentication.h"
#include "base/limits.h"
#include "crypto/password_rules.h"
#include "crypto/random.h"
#include "crypto/token.h"

namespace patrol::api {
namespace {

constexpr std::size_t email_chars_max = 254;
constexpr auto owner_token_age = std::chrono::hours(24 * limits::api_token_days);

model::AuditEntry by_system(std::string action, model::AuditObject object, Timestamp at) {
    return {.at = at, .action = std::move(action), .object = std::move(object)};
}

// Times of setup tokens, a line each, until there is a log to write them to.
constexpr std::string_view setup_tokens_setting = "setup_tokens_made";
constexpr std::size_t setup_tokens_bytes_max = 4096;  // the newest hundred or so

Result<void> record_setup_tokens(store::Store& store, const TenantId& tenant) {
    const std::string lines = TRY(store.settings().get(setup_tokens_setting)).value_or("");
    for (std::string_view rest = lines; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        if (const auto made = parse_rfc3339(rest.substr(0, end)))
            TRY(store.audit().append(tenant,
                                     by_system("setup-token.create", {.kind = "setup-token"}, *made)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return store.settings().remove(setup_tokens_setting);
}

}  // namespace

Result<void> note_setup_token(store::Store& store, Timestamp now) {
    std::string lines = TRY(store.settings().get(setup_tokens_setting)).value_or("");
    if (lines.size() > setup_tokens_bytes_max) lines.erase(0, lines.find('\n') + 1);
    return store.settings().set(setup_tokens_setting, lines + to_rfc3339(now) + "\n");
}

std::string tenant_key_place(const TenantId& tenant) {
    return crypto::seal_place(tenant.str(), "tenant", tenant.str(), "sealed_key");
}

store::Audit::KeySource audit_keys(const crypto::MasterKey& master_key) {
    return [&master_key](const TenantId& tenant, std::string_view sealed) -> Result<crypto::Key> {
        const auto bytes = TRY(master_key.open(sealed, tenant_key_place(tenant)));
        crypto::Key key{};
        if (bytes.expose().size() != key.size())
            return fail(Error::Kind::internal, "The organisation's key is damaged.");
        std::ranges::copy(bytes.expose(), key.begin());
        const auto derived = crypto::derive_key(key, "audit");
        crypto::wipe(key.data(), key.size());
        return derived;
    };
}

model::Tenant new_tenant(const crypto::MasterKey& master_key, std::string name) {
    model::Tenant tenant{.id = crypto::new_id<TenantId>(), .name = std::move(name)};
    tenant.sealed_key = master_key.seal(crypto::random_bytes(32), tenant_key_place(tenant.id));
    return tenant;
}

std::string name_of_email(std::string_view email) { return std::string(email.substr(0, email.find('@'))); }

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
    const std::string name = owner.name.empty() ? name_of_email(email) : owner.name;
    TRY(crypto::check_password_rules(owner.password, {.email = email, .name = name}));
    const std::string organisation =
        owner.organisation.empty() ? email.substr(email.find('@') + 1) : owner.organisation;
    store::Tenants::FirstRun first{.tenant = new_tenant(tools.master_key, organisation)};
    first.owner = {.tenant = first.tenant.id,
                   .email = email,
                   .name = name,
                   .password_hash = TRY(tools.passwords.hash(owner.password)),
                   .role = model::Role::owner,
                   .platform_owner = true};
    auto done = TRY(tools.store.tenants().set_up(std::move(first), setup_token_hash, tools.clock.now()));
    TRY(record_setup_tokens(tools.store, done.tenant.id));
    if (!setup_token_hash)
        TRY(tools.store.audit().append(
            done.tenant.id, by_system("platform.set-up", {"tenant", done.tenant.id.str(), done.tenant.name},
                                      tools.clock.now())));
    return done;
}

Result<std::string> make_owner_token(const FirstRunTools& tools, const model::User& owner,
                                     std::string_view name) {
    std::string token = crypto::make_token(crypto::api_token_prefix);
    const Timestamp now = tools.clock.now();
    const auto made = TRY(tools.store.api_tokens().create(owner.tenant,
                                                          {.tenant = owner.tenant,
                                                           .user = owner.id,
                                                           .name = std::string(name),
                                                           .token_hash = stored_hash(token),
                                                           .hint = token.substr(0, 8),
                                                           .role = model::Role::owner,
                                                           .expires_at = now + owner_token_age},
                                                          now));
    TRY(tools.store.audit().append(owner.tenant,
                                   by_system("token.create", {"token", made.id.str(), made.name}, now)));
    return token;
}

}  // namespace patrol::api
