// What the operator set for the external secret managers (server/secret_settings.h reads it). A manager
// whose settings are absent answers 422 and names them.
#pragma once

#include <string>

namespace patrol::secrets {

struct VaultSettings {
    enum class Auth { token, approle, kubernetes, jwt };
    std::string address;  // "https://vault.example.com:8200"; empty: not set up
    std::string space;    // a namespace, of Vault Enterprise and OpenBao
    Auth auth = Auth::token;
    std::string mount;            // of the auth method; empty: its usual one
    std::string role;             // its name; the role ID of an AppRole
    std::string credential_file;  // the token, the secret ID or the JWT
    std::string ca_file;          // PEM; empty: the system's
};

struct GcpSettings {
    enum class Auth { none, file, metadata };
    Auth auth = Auth::none;
    std::string credential_file;  // GOOGLE_APPLICATION_CREDENTIALS
    std::string metadata_url = "http://metadata.google.internal";
    std::string endpoint;  // empty: Google's own; else without a path
};

struct AzureSettings {
    enum class Auth { none, client_secret, workload_identity, managed_identity };
    Auth auth = Auth::none;
    std::string tenant;
    std::string client;                // empty: a system-assigned managed identity
    std::string federated_token_file;  // AZURE_FEDERATED_TOKEN_FILE
    std::string identity_endpoint;     // IDENTITY_ENDPOINT of App Service; empty: the instance metadata
    std::string instance_metadata = "http://169.254.169.254";
    std::string login_url = "https://login.microsoftonline.com";
    std::string vault_url = "https://{vault}.vault.azure.net";
};

struct Settings {
    std::string folder;  // PATROL_SECRETS_DIR; empty: no file secrets
    VaultSettings vault;
    GcpSettings gcp;
    AzureSettings azure;
};

}  // namespace patrol::secrets
