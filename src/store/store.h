// The store: one database (SQLite in the data folder, or PostgreSQL) and its tables by noun. Every
// function takes the tenant first, but for the few of the platform (first run, tokens, the queue).
// Thread-safe. Rows are given and answered as model structs; an id that is empty on create is filled in.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/accounts.h"
#include "store/api_tokens.h"
#include "store/connect_tokens.h"
#include "store/customers.h"
#include "store/database_lock.h"
#include "store/jobs.h"
#include "store/one_time_links.h"
#include "store/page.h"
#include "store/scans.h"
#include "store/second_factors.h"
#include "store/secrets.h"
#include "store/sessions.h"
#include "store/settings.h"
#include "store/sql.h"
#include "store/tenants.h"
#include "store/users.h"

namespace patrol::store {

class Snapshots;
class Resources;
class Coverage;
class Journal;
class Deployments;
class DeploymentHooks;
class Baselines;
class ChangeSets;
class Changes;
class Decisions;
class Drift;
class DriftGroups;
class ChangeHistory;
class NotificationChannels;
class NotificationRoutes;
class NotificationDeliveries;
class AccountWatch;
class TodayReader;
class Rules;
class Audit;
class Settlings;
class UserIdentities;
class Collectors;

struct StoreOptions {
    std::string url;                 // "sqlite:///path", "postgresql://…"; empty: patrol.db in data_dir
    std::filesystem::path data_dir;  // made when it is not there (0700)
    std::string cursor_key;          // key of the cursors' MAC, from the master key; empty: a random one
                                     // kept in the settings
    int connections = 8;             // at once to PostgreSQL; readers at once on SQLite
};

// Where the database is. Kind::invalid "database" for an address that is none.
struct DatabaseAddress {
    Dialect dialect = Dialect::sqlite;
    std::filesystem::path file;  // SQLite
    std::string url;             // PostgreSQL
};
Result<DatabaseAddress> parse_address(const StoreOptions& options);

class Store {
public:
    // Opens and migrates; a SQLite database of an older schema is saved first (store/backup.h).
    // Kind::invalid for an address that is none, Kind::conflict "newer_schema" for a database of a later
    // version, Kind::unavailable when it cannot be reached.
    static Result<std::unique_ptr<Store>> open(const StoreOptions& options);
    ~Store();

    Settings& settings() { return settings_; }
    Tenants& tenants() { return tenants_; }
    Users& users() { return users_; }
    OneTimeLinks& one_time_links() { return one_time_links_; }
    SecondFactors& second_factors() { return second_factors_; }
    Sessions& sessions() { return sessions_; }
    ApiTokens& api_tokens() { return api_tokens_; }
    Customers& customers() { return customers_; }
    Accounts& accounts() { return accounts_; }
    ConnectTokens& connect_tokens() { return connect_tokens_; }
    Secrets& secrets() { return secrets_; }
    Scans& scans() { return scans_; }
    Jobs& jobs() { return jobs_; }
    Baselines& baselines();
    ChangeSets& change_sets();
    Changes& changes();
    Decisions& decisions();
    Drift& drift();
    DriftGroups& drift_groups();
    ChangeHistory& change_history();
    Snapshots& snapshots();
    Resources& resources();
    Coverage& coverage();
    Journal& journal();
    Deployments& deployments();
    DeploymentHooks& deployment_hooks();
    NotificationChannels& notification_channels();
    NotificationRoutes& notification_routes();
    NotificationDeliveries& notification_deliveries();
    AccountWatch& account_watch();
    TodayReader& today();
    Rules& rules();
    Audit& audit();
    Settlings& settlings();
    UserIdentities& user_identities();
    Collectors& collectors();

    // For the tables of this room.
    Database& database() { return *database_; }
    [[nodiscard]] const Cursors& cursors() const { return cursors_; }

private:
    Store(std::unique_ptr<Database> database, DatabaseLock lock, std::string cursor_key,
          std::unique_ptr<Journal> journal);

    DatabaseLock lock_;
    std::unique_ptr<Database> database_;
    Cursors cursors_;
    Settings settings_;
    Tenants tenants_;
    Users users_;
    OneTimeLinks one_time_links_;
    SecondFactors second_factors_;
    Sessions sessions_;
    ApiTokens api_tokens_;
    Customers customers_;
    Accounts accounts_;
    ConnectTokens connect_tokens_;
    Secrets secrets_;
    Scans scans_;
    Jobs jobs_;
    struct Inventory;
    std::unique_ptr<Inventory> inventory_;
    struct Explained;
    std::unique_ptr<Explained> explained_;
    std::unique_ptr<Journal> journal_;
    struct Notifications;
    std::unique_ptr<Notifications> notifications_;
    std::unique_ptr<Audit> audit_;
    std::unique_ptr<UserIdentities> user_identities_;
    std::unique_ptr<Collectors> collectors_;
};

}  // namespace patrol::store
