// The operator's settings of the secret managers: flags and PATROL_* variables, and beside them the usual
// variables of each manager's own tools (VAULT_ADDR, GOOGLE_APPLICATION_CREDENTIALS, AZURE_TENANT_ID …).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "secrets/settings.h"
#include "server/configuration.h"

namespace patrol::server {

std::span<const Setting> secret_manager_settings();

// The text of a flag, empty where none is set.
using TextOf = std::function<std::string(std::string_view flag)>;

// Kind::invalid with the setting's name in `field`. Plain http is for this machine only.
Result<secrets::Settings> read_secret_settings(const TextOf& text, const Variables& variables);

// Patrol must not ask itself for secrets: a Vault address that is this server's own is refused, by the
// address it listens on or by its public URL. Kind::invalid, field "--vault-addr".
Result<void> refuse_own_address(const secrets::VaultSettings& vault, const std::string& local_url,
                                const std::string& public_url);

// Which variables hold secrets and leave the process environment at the start.
std::span<const std::string_view> secret_variables();

}  // namespace patrol::server
