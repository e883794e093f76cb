#include "secrets/vault.h"

#include "base/encoding.h"
#include "base/json.h"
#include "crypto/hash.h"

namespace patrol::secrets {
namespace {

using Auth = VaultSettings::Auth;

std::string_view usual_mount(Auth auth) {
    switch (auth) {
        case Auth::token:
            break;
        case Auth::approle:
            return "approle";
        case Auth::kubernetes:
            return "kubernetes";
        case Auth::jwt:
            return "jwt";
    }
    return "token";
}

constexpr std::string_view own_settings =
    "Set PATROL_VAULT_ADDR, PATROL_VAULT_AUTH and what that method needs, and restart the server.";

Failure sealed() {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = "Vault is sealed or not ready.",
                      .hint = "Unseal it: `vault status` tells its state.",
                      .code = "manager_unreachable"});
}

std::string data_path(std::string_view mount, std::string_view rest, const VaultReference& ref, int version) {
    if (version == 1) return fmt::format("{}{}", mount, rest);
    const std::string query = ref.version.empty() ? "" : "?version=" + ref.version;
    return fmt::format("{}data/{}{}", mount, rest, query);
}

// What a 404 means: a deleted version says so in its metadata, anything else was never written.
Failure absent(Answer& answer, const VaultReference& ref) {
    const auto body = answer.json();
    if (body) {
        if (const auto* destroyed = body->at({"data", "metadata", "destroyed"});
            destroyed != nullptr && destroyed->is_bool() && destroyed->get_bool())
            return missing("This version of the secret was destroyed in Vault.",
                           "Name another version, or leave the version out for the newest.");
        if (!body->text({"data", "metadata", "deletion_time"}).empty())
            return missing("This version of the secret was deleted in Vault.",
                           "Undelete it with `vault kv undelete`, or write a new version.");
    }
    if (!ref.version.empty())
        return missing(fmt::format("Vault has no secret at {} in this version.", ref.path),
                       "Leave the version out for the newest.");
    return missing(fmt::format("Vault has no secret at {}.", ref.path),
                   "Check the path: it is MOUNT/PATH without data/ in between.");
}

Failure denied(const VaultReference& ref, std::string_view path) {
    return refused("Vault did not let Patrol read this secret.",
                   fmt::format("Give the policy of Patrol's login the capability read on {} (asked for {}).",
                               path, ref.path));
}

}  // namespace

VaultManager::VaultManager(VaultSettings settings, const Confinement& confinement,
                           const crypto::Variables& variables, Outside outside)
    : settings_(std::move(settings)),
      confinement_(confinement),
      variables_(variables),
      outside_(outside),
      logins_(outside.clock) {}

Result<VaultReference> VaultManager::parse(const TenantId& tenant, std::string_view ref) const {
    if (settings_.address.empty()) return not_configured("Vault", std::string(own_settings));
    auto out = TRY(parse_vault_reference(ref));
    // The prefix stands behind the mount.
    TRY(confinement_.check(tenant, std::string_view(out.path).substr(out.path.find('/') + 1),
                           Confinement::Form::path));
    return out;
}

Result<void> VaultManager::check(const TenantId& tenant, std::string_view ref) const {
    TRY(parse(tenant, ref));
    return {};
}

Result<crypto::Secret> VaultManager::resolve(const TenantId& tenant, std::string_view ref) const {
    const VaultReference reference = TRY(parse(tenant, ref));
    return logins_.with_token([this] { return log_in(); },
                              [&](std::string_view token) { return read(reference, token); });
}

Result<Answer> VaultManager::ask(std::string_view method, std::string_view path, std::string_view token,
                                 std::string body) const {
    net::HttpRequest request{
        .method = std::string(method),
        .url = fmt::format("{}/v1/{}", settings_.address, path),
        .headers = {{"X-Vault-Request", "true"}},
        .body = std::move(body),
        .trust = {.ca_bundle = settings_.ca_file, .destination = net::Destination::operator_chosen}};
    if (!token.empty()) request.headers.push_back({"X-Vault-Token", std::string(token)});
    if (!settings_.space.empty()) request.headers.push_back({"X-Vault-Namespace", settings_.space});
    if (method == "POST") request.headers.push_back({"Content-Type", "application/json"});
    // A secret ID may be good for a few logins only.
    const auto again = method == "POST" ? ManagerRequest::Again::no : ManagerRequest::Again::yes;
    auto answer = TRY(send(outside_, {.manager = "Vault", .http = std::move(request), .again = again}));
    if (answer.status == 503 || answer.status == 472 || answer.status == 473) return sealed();
    return answer;
}

Result<crypto::Secret> VaultManager::credential() const {
    if (!settings_.credential_file.empty())
        return read_credential(settings_.credential_file, "PATROL_VAULT_CREDENTIAL_FILE");
    if (const auto* token = variables_.find("VAULT_TOKEN"); token != nullptr && settings_.auth == Auth::token)
        return crypto::Secret(token->expose());
    return login_failed("Patrol has nothing to log in to Vault with.", "Set PATROL_VAULT_CREDENTIAL_FILE.");
}

Result<Login> VaultManager::log_in() const {
    auto given = TRY(credential());
    // A token is no login of ours: its lease is not known, and its file is read again each time.
    if (settings_.auth == Auth::token) return Login{.token = std::move(given)};
    return exchange(given);
}

Result<Login> VaultManager::exchange(const crypto::Secret& credential) const {
    const bool approle = settings_.auth == Auth::approle;
    std::string body =
        fmt::format(R"({{"{}":{},"{}":)", approle ? "role_id" : "role",
                    to_text(json::value(json::string(settings_.role))), approle ? "secret_id" : "jwt");
    body.reserve(body.size() + 2 * credential.expose().size() + 8);
    std::string quoted = to_text(json::value(json::string(credential.expose())));
    body.append(quoted).append("}");
    crypto::wipe(quoted.data(), quoted.size());
    const std::string mount =
        settings_.mount.empty() ? std::string(usual_mount(settings_.auth)) : settings_.mount;
    auto answer = TRY(ask("POST", fmt::format("auth/{}/login", mount), {}, std::move(body)));
    if (answer.status == 404)
        return login_failed(fmt::format("Vault has no login method at auth/{}.", mount),
                            "Check PATROL_VAULT_AUTH, PATROL_VAULT_AUTH_MOUNT and PATROL_VAULT_NAMESPACE.");
    if (answer.status >= 400 && answer.status < 500 && answer.status != 429)
        return login_failed(
            "Vault refused Patrol's login.",
            approle ? "Check the role ID in PATROL_VAULT_ROLE and whether the secret ID is still valid."
                    : "Check PATROL_VAULT_ROLE and that the role's bound names and audience fit the token.");
    if (answer.status != 200) return not_usable("Vault", answer.status);
    const auto content = TRY(answer.json());
    const auto token = content.text({"auth", "client_token"});
    if (token.empty())
        return login_failed("Vault's login gave no token.",
                            "Logins that ask for a second factor do not work here.");
    const auto* auth = content.at({"auth"});
    // A lease of nothing is a token without an end.
    const std::chrono::seconds lease(int_or(*auth, "lease_duration"));
    return Login{.token = crypto::Secret(token),
                 .lease = lease.count() == 0 ? std::chrono::seconds(login_age_max) : lease};
}

Result<VaultManager::Mount> VaultManager::mount_of(const VaultReference& ref, std::string_view token) const {
    auto answer = TRY(ask("GET", "sys/internal/ui/mounts/" + ref.path, token, {}));
    if (answer.status == 403 || answer.status == 401)
        return refused(
            "Vault did not let Patrol read this secret, or there is no mount of this name.",
            fmt::format("Check the mount in {}, and give the policy of Patrol's login the capability read.",
                        ref.path));
    if (answer.status != 200) return not_usable("Vault", answer.status);
    const auto content = TRY(answer.json());
    const auto type = content.text({"data", "type"});
    Mount mount{.path = std::string(content.text({"data", "path"})),
                .version = content.text({"data", "options", "version"}) == "2" ? 2 : 1};
    if (type != "kv" && type != "generic")
        return invalid("ref", "This mount of Vault is no key-value store.",
                       "Patrol reads secrets of KV version 1 and 2 only.");
    if (!ref.path.starts_with(mount.path) || ref.path.size() == mount.path.size() ||
        !mount.path.ends_with('/'))
        return not_usable("Vault", answer.status);
    return mount;
}

Result<crypto::Secret> VaultManager::read(const VaultReference& ref, std::string_view token) const {
    const Mount mount = TRY(mount_of(ref, token));
    if (mount.version == 1 && !ref.version.empty())
        return invalid("ref", "This mount is KV version 1, which keeps no versions.", "Leave @VERSION out.");
    const std::string path = data_path(mount.path, ref.path.substr(mount.path.size()), ref, mount.version);
    auto answer = TRY(ask("GET", path, token, {}));
    if (answer.status == 404) return absent(answer, ref);
    if (answer.status == 401 || answer.status == 403) return denied(ref, path.substr(0, path.find('?')));
    if (answer.status != 200) return not_usable("Vault", answer.status);
    const auto content = TRY(answer.json());
    const auto* values = mount.version == 2 ? content.at({"data", "data"}) : content.at({"data"});
    if (values == nullptr || !values->is_object()) return not_usable("Vault", answer.status);
    return secret_in(*values, ref.field, "The secret in Vault");
}

}  // namespace patrol::secrets
