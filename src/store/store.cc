#include "store/store.h"

#include <fmt/core.h>

#include "base/encoding.h"
#include "base/log.h"
#include "crypto/random.h"
#include "store/account_watch.h"
#include "store/audit.h"
#include "store/backup.h"
#include "store/baselines.h"
#include "store/change_history.h"
#include "store/change_sets.h"
#include "store/changes.h"
#include "store/collectors.h"
#include "store/coverage.h"
#include "store/database_lock.h"
#include "store/decisions.h"
#include "store/deployment_hooks.h"
#include "store/deployments.h"
#include "store/drift.h"
#include "store/drift_groups.h"
#include "store/drivers.h"
#include "store/journal.h"
#include "store/migrations.h"
#include "store/notification_channels.h"
#include "store/notification_deliveries.h"
#include "store/notification_routes.h"
#include "store/resources.h"
#include "store/row_security.h"
#include "store/rules.h"
#include "store/settlings.h"
#include "store/snapshots.h"
#include "store/today.h"
#include "store/user_identities.h"

namespace patrol::store {

struct Store::Inventory {
    Inventory(Database& database, const Cursors& cursors)
        : snapshots(database, cursors),
          resources(database, cursors),
          coverage(database, cursors),
          baselines(database, cursors),
          change_sets(database, cursors),
          changes(database, cursors),
          decisions(database),
          drift(database),
          drift_groups(database, cursors),
          change_history(database) {}
    Snapshots snapshots;
    Resources resources;
    Coverage coverage;
    Baselines baselines;
    ChangeSets change_sets;
    Changes changes;
    Decisions decisions;
    Drift drift;
    DriftGroups drift_groups;
    ChangeHistory change_history;
};

// What explains changes.
struct Store::Explained {
    Explained(Database& database, const Cursors& cursors)
        : deployments(database, cursors),
          hooks(database, cursors),
          rules(database, cursors),
          settlings(database) {}
    Deployments deployments;
    DeploymentHooks hooks;
    Rules rules;
    Settlings settlings;
};

struct Store::Notifications {
    Notifications(Database& database, const Cursors& cursors)
        : channels(database, cursors),
          routes(database, cursors),
          deliveries(database, cursors),
          watch(database),
          today(database) {}
    NotificationChannels channels;
    NotificationRoutes routes;
    NotificationDeliveries deliveries;
    AccountWatch watch;
    TodayReader today;
};

namespace {

// A cursor outlives a restart of the server only if its key does.
Result<std::string> cursor_key(Database& database, const StoreOptions& options) {
    if (!options.cursor_key.empty()) return options.cursor_key;
    return Settings(database).get_or_set("cursor_key", crypto::random_bytes(32));
}

struct Opened {
    std::unique_ptr<Database> database;
    DatabaseLock lock;
};

Result<Opened> open_file(const StoreOptions& options, const std::filesystem::path& file) {
    std::error_code failed;
    const auto folder = file.parent_path();
    if (!folder.empty() && std::filesystem::create_directories(folder, failed))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
    if (failed)
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The data folder could not be made.",
                          .hint = "Check its path and the rights there.",
                          .detail = folder.string() + ": " + failed.message(),
                          .code = "database_down"});
    auto lock = TRY(DatabaseLock::take(file, DatabaseLock::Mode::shared));
    auto database = TRY(open_sqlite({.file = file, .readers = options.connections}));
    return Opened{std::move(database), std::move(lock)};
}

// A migration that goes wrong must not be the end of what was there before it.
Result<void> secure(Database& database, const DatabaseAddress& address) {
    const int found = TRY(schema_version(database));
    const int known = migrations().back().version;
    if (found == 0 || found >= known) return {};
    const log::Fields steps{{"from", std::to_string(found)}, {"to", std::to_string(known)}};
    if (address.dialect == Dialect::postgres) {
        log::warn("migrating the database: a dump of it (pg_dump) should exist before", steps);
        return {};
    }
    const auto file = TRY(backup_before_migration(address.file, found, SystemClock().now()));
    log::info("migrating the database", steps);
    log::info("the database as it was is kept", {{"file", file.string()}});
    return {};
}

}  // namespace

Result<DatabaseAddress> parse_address(const StoreOptions& options) {
    constexpr std::string_view file_scheme = "sqlite://";
    const std::string_view url = options.url;
    if (url.empty()) return DatabaseAddress{.file = options.data_dir / "patrol.db"};
    if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
        return DatabaseAddress{.dialect = Dialect::postgres, .url = options.url};
    if (url.starts_with(file_scheme) && url.size() > file_scheme.size()) {
        auto path = percent_decode(url.substr(file_scheme.size()));
        if (path && path->find('\0') == std::string::npos) return DatabaseAddress{.file = *path};
    }
    return invalid("database", "The database address is not one that Patrol knows.",
                   "Use sqlite:///path/to/patrol.db or postgresql://user@host/name.");
}

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
    const auto address = TRY(parse_address(options));
    Opened opened;
    if (address.dialect == Dialect::sqlite)
        opened = TRY(open_file(options, address.file));
    else
        opened.database = TRY(open_postgres({.url = address.url, .connections = options.connections}));
    TRY(secure(*opened.database, address));
    TRY(migrate(*opened.database));
    auto key = TRY(cursor_key(*opened.database, options));
    auto journal = TRY(Journal::open(*opened.database, address.file.parent_path()));
    TRY(secure_rows(*opened.database));
    if (const auto gap = TRY(row_security_gap(*opened.database))) log::warn(gap->why, {{"fix", gap->fix}});
    return std::unique_ptr<Store>(
        new Store(std::move(opened.database), std::move(opened.lock), std::move(key), std::move(journal)));
}

Store::Store(std::unique_ptr<Database> database, DatabaseLock lock, std::string cursor_key,
             std::unique_ptr<Journal> journal)
    : lock_(std::move(lock)),
      database_(std::move(database)),
      cursors_(std::move(cursor_key)),
      settings_(*database_),
      tenants_(*database_, cursors_),
      users_(*database_, cursors_),
      one_time_links_(*database_),
      second_factors_(*database_),
      sessions_(*database_),
      api_tokens_(*database_, cursors_),
      customers_(*database_, cursors_),
      accounts_(*database_, cursors_),
      connect_tokens_(*database_),
      secrets_(*database_, cursors_),
      scans_(*database_, cursors_),
      jobs_(*database_),
      inventory_(std::make_unique<Inventory>(*database_, cursors_)),
      explained_(std::make_unique<Explained>(*database_, cursors_)),
      journal_(std::move(journal)),
      notifications_(std::make_unique<Notifications>(*database_, cursors_)),
      audit_(std::make_unique<Audit>(*database_, cursors_)),
      user_identities_(std::make_unique<UserIdentities>(*database_, *audit_)),
      collectors_(std::make_unique<Collectors>(*database_, cursors_)) {}

Store::~Store() = default;

Snapshots& Store::snapshots() { return inventory_->snapshots; }
Resources& Store::resources() { return inventory_->resources; }
Coverage& Store::coverage() { return inventory_->coverage; }
Baselines& Store::baselines() { return inventory_->baselines; }
ChangeSets& Store::change_sets() { return inventory_->change_sets; }
Changes& Store::changes() { return inventory_->changes; }
Decisions& Store::decisions() { return inventory_->decisions; }
Drift& Store::drift() { return inventory_->drift; }
DriftGroups& Store::drift_groups() { return inventory_->drift_groups; }
ChangeHistory& Store::change_history() { return inventory_->change_history; }
Journal& Store::journal() { return *journal_; }
Deployments& Store::deployments() { return explained_->deployments; }
DeploymentHooks& Store::deployment_hooks() { return explained_->hooks; }
NotificationChannels& Store::notification_channels() { return notifications_->channels; }
NotificationRoutes& Store::notification_routes() { return notifications_->routes; }
NotificationDeliveries& Store::notification_deliveries() { return notifications_->deliveries; }
AccountWatch& Store::account_watch() { return notifications_->watch; }
TodayReader& Store::today() { return notifications_->today; }
Rules& Store::rules() { return explained_->rules; }
Audit& Store::audit() { return *audit_; }
Settlings& Store::settlings() { return explained_->settlings; }
UserIdentities& Store::user_identities() { return *user_identities_; }
Collectors& Store::collectors() { return *collectors_; }

}  // namespace patrol::store
