// A cloud account: one customer's account, subscription, project or site that Patrol reads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/ids.h"
#include "model/secret_ref.h"

namespace patrol::model {

enum class ProviderKind { aws, azure, gcp, openstack, vmware, custom };
enum class ConnectionMode { pull, collector, push };
enum class EnvironmentKind { development, staging, qa, preproduction, production };
enum class AccountStatus { pending, connected, degraded, failing, paused, insecure_trust };

using Labels = std::map<std::string, std::string, std::less<>>;

// AWS by a cross-account role. The external ID is made by the server when the row is made and is
// never writable from outside (storage-reliability-security C.2).
struct RoleAuth {
    std::string role_arn;           // empty until connected
    std::string proposed_role_arn;  // reported by `patrol connect`, before it was tried
    bool allow_insecure_trust = false;
    bool operator==(const RoleAuth&) const = default;
};
struct AccessKeyAuth {
    SecretRef access_key_id;
    SecretRef secret_access_key;
    bool operator==(const AccessKeyAuth&) const = default;
};
// Credentials that never leave the site: a collector knows them by this name.
struct OnSiteAuth {
    std::string credential;
    bool operator==(const OnSiteAuth&) const = default;
};
// The other providers, until their own issue: kept as given, without secrets.
struct NoAuth {
    bool operator==(const NoAuth&) const = default;
};
using Auth = std::variant<NoAuth, RoleAuth, AccessKeyAuth, OnSiteAuth>;

struct CloudAccount {
    AccountId id;
    std::string name;
    ProviderKind provider = ProviderKind::aws;
    std::optional<CustomerId> customer_id;
    std::optional<EnvironmentKind> environment;
    Labels labels;
    std::string owner;
    ConnectionMode mode = ConnectionMode::pull;
    std::optional<CollectorId> collector_id;
    Auth auth;
    std::string external_id;           // server-made, immutable
    std::vector<std::string> regions;  // empty = every enabled region
    bool auto_scan = false;
    bool auto_scan_wanted = true;  // switched on by the first passed test unless the owner said no
    int auto_scan_hours = 6;
    std::string endpoint_url;       // platform owner only
    std::string native_account_id;  // bound at connect, never changes
    AccountStatus status = AccountStatus::pending;
    std::string status_reason;
    std::optional<ScanId> last_scan_id;
    Timestamp last_scan_at;
    Timestamp next_scan_at;
    std::int64_t resources = 0;  // in the newest snapshot
    Timestamp created_at;
    Timestamp updated_at;
    std::int64_t revision = 1;  // the ETag
};

// Names as the API and the database write them.
std::string_view to_string(ProviderKind);
std::string_view to_string(ConnectionMode);
std::string_view to_string(EnvironmentKind);
std::string_view to_string(AccountStatus);
std::optional<ProviderKind> parse_provider(std::string_view);
std::optional<ConnectionMode> parse_mode(std::string_view);
std::optional<EnvironmentKind> parse_environment(std::string_view);
std::optional<AccountStatus> parse_account_status(std::string_view);

}  // namespace patrol::model
