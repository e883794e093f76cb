#include "store/backup.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <sqlite3.h>
#include <unistd.h>

#include "store/database_lock.h"
#include "store/drivers.h"
#include "store/migrations.h"

namespace patrol::store {

namespace fs = std::filesystem;

namespace {

using Kind = Error::Kind;

struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

Failure trouble(Kind kind, std::string message, std::string hint, std::string detail = {}) {
    return fail(Error{
        .kind = kind, .message = std::move(message), .hint = std::move(hint), .detail = std::move(detail)});
}

Result<fs::path> sqlite_file(const StoreOptions& options) {
    auto address = TRY(parse_address(options));
    if (address.dialect == Dialect::sqlite) return address.file;
    return trouble(Kind::invalid, "Patrol does not back up PostgreSQL itself.",
                   "Use pg_dump -Fc and pg_restore, or a base backup.");
}

Result<Handle> open_raw(const fs::path& file, int flags) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
    Handle handle(raw);
    if (code != SQLITE_OK)
        return trouble(Kind::invalid, "The file could not be opened as a database.", "Check its path.",
                       sqlite3_errstr(code));
    sqlite3_busy_timeout(raw, 5000);
    return handle;
}

// The first value of a query, or nothing where it cannot be run.
std::optional<std::string> first_value(sqlite3* database, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    std::optional<std::string> value;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
        value = text != nullptr ? text : "";
    }
    sqlite3_finalize(statement);
    return value;
}

Result<void> check(const fs::path& file) {
    const auto handle = TRY(open_raw(file, SQLITE_OPEN_READONLY));
    const auto version = first_value(handle.get(), "SELECT MAX(version) FROM schema_version");
    if (!version || version->empty())
        return trouble(Kind::invalid, "The file is not a backup of Patrol.",
                       "Give a file made by `patrol backup`.");
    const int known = migrations().back().version;
    if (std::stoi(*version) > known)
        return trouble(Kind::invalid,
                       fmt::format("The backup is of a later version of Patrol (schema {}).", *version),
                       "Use that version to restore it.");
    const auto intact = first_value(handle.get(), "PRAGMA integrity_check(1)");
    if (intact != "ok")
        return trouble(Kind::invalid, "The backup is damaged.", "Use another one.",
                       intact.value_or("unreadable"));
    return {};
}

// The bytes of a file that was just written are on the disk before its name counts.
Result<void> flush(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool done = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (done) return {};
    return trouble(Kind::unavailable, "The file could not be written to the disk.", "Check the disk.",
                   std::strerror(errno));
}

Result<void> copy_into(const fs::path& database, const fs::path& file) {
    const auto handle = TRY(open_raw(database, SQLITE_OPEN_READWRITE));
    char* statement = sqlite3_mprintf("VACUUM INTO %Q", file.c_str());
    const int code = sqlite3_exec(handle.get(), statement, nullptr, nullptr, nullptr);
    sqlite3_free(statement);
    if (code == SQLITE_OK) return {};
    return trouble(Kind::unavailable, "The backup could not be written.",
                   "Check the room and the rights of its folder.", sqlite3_errmsg(handle.get()));
}

Failure file_error(const std::error_code& failed) {
    return trouble(Kind::unavailable, "The backup could not be put in place.", "Check the data folder.",
                   failed.message());
}

// The old database and what its journal still held, kept beside the new one.
Result<void> set_aside(const fs::path& database) {
    const fs::path kept = database.string() + ".before-restore";
    std::error_code failed;
    for (const auto* suffix : {"", "-wal", "-shm"}) {
        fs::remove(kept.string() + suffix, failed);
        if (!fs::exists(database.string() + suffix)) continue;
        fs::rename(database.string() + suffix, kept.string() + suffix, failed);
        if (failed) return file_error(failed);
    }
    return {};
}

// Checked and flushed before it has its name, and made with its mode before anything is in it: a backup
// holds what the database holds.
Result<void> save(const fs::path& database, const fs::path& file) {
    std::error_code failed;
    const fs::path partial = file.string() + ".partial";
    fs::remove(partial, failed);
    const int made = ::open(partial.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (made < 0)
        return trouble(Kind::unavailable, "The backup could not be written.",
                       "Check the room and the rights of its folder.", std::strerror(errno));
    ::close(made);
    auto done = copy_into(database, partial);
    if (done) done = check(partial);
    if (done) done = flush(partial);
    if (!done) {
        fs::remove(partial, failed);
        return done;
    }
    fs::rename(partial, file, failed);
    if (failed) return file_error(failed);
    return {};
}

// Their names sort by schema, then by time.
void keep_newest(const fs::path& database, const std::string& prefix) {
    std::vector<fs::path> copies;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(database.parent_path(), failed))
        if (entry.path().filename().string().starts_with(prefix)) copies.push_back(entry.path());
    std::ranges::sort(copies, std::greater{});
    for (std::size_t at = migration_backups_kept; at < copies.size(); ++at) fs::remove(copies[at], failed);
}

}  // namespace

Result<void> backup(const StoreOptions& options, const fs::path& file) {
    const auto database = TRY(sqlite_file(options));
    std::error_code failed;
    if (!fs::exists(database, failed))
        return trouble(Kind::not_found, "There is no database to back up.",
                       "Give the data folder with --data.");
    if (fs::exists(file, failed))
        return trouble(Kind::conflict, "The backup file exists already.", "Give the name of a new file.");
    return save(database, file);
}

Result<fs::path> backup_before_migration(const fs::path& database, int schema, Timestamp now) {
    const auto prefix = database.filename().string() + ".schema-";
    auto file = database.parent_path() / fmt::format("{}{:04}-{}", prefix, schema, to_amz_date(now));
    TRY_DURING("saving the database before its migration", save(database, file));
    keep_newest(database, prefix);
    return file;
}

Result<void> restore(const StoreOptions& options, const fs::path& file, Replace replace) {
    const auto database = TRY(sqlite_file(options));
    TRY(check(file));
    std::error_code failed;
    fs::create_directories(database.parent_path(), failed);
    const auto lock = TRY(DatabaseLock::take(database, DatabaseLock::Mode::alone));
    if (fs::exists(database, failed) && replace == Replace::no)
        return trouble(Kind::conflict, "There is a database already.",
                       "Say --force to replace it; the old one is kept.");
    const fs::path partial = database.string() + ".restoring";
    fs::remove(partial, failed);
    fs::copy_file(file, partial, failed);
    if (failed) return file_error(failed);
    fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write, failed);
    TRY(flush(partial));
    TRY(set_aside(database));
    fs::rename(partial, database, failed);
    if (failed) return file_error(failed);
    return {};
}

}  // namespace patrol::store
