// The journal of calls: every request made in a customer's account, kept for 30 days. Calls are gathered
// in memory and appended as compressed segments, so that a scan of 5,000 calls costs a few rows. On
// SQLite the journal is a file of its own (journal.db beside the main database), so that it never
// makes a backup or the main file grow; on PostgreSQL it is one table.
// Thread-safe. A killed process loses at most the calls since the last segment.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/ids.h"

namespace patrol::store {

class Database;

struct JournalEntry {
    Timestamp time;
    std::string service, operation, region;
    int http_status = 0;
    std::string error_code, request_id;
    int attempts = 1;
    std::int64_t bytes = 0;
    std::int64_t duration_ms = 0;
    bool operator==(const JournalEntry&) const = default;
};

inline constexpr auto journal_age = std::chrono::hours(24 * 30);

class Journal {
public:
    // journal.db in the folder where the main database is SQLite, else a table of the main database.
    static Result<std::unique_ptr<Journal>> open(Database& main, const std::filesystem::path& folder);
    // In this database, which must outlive the journal.
    explicit Journal(Database& database);
    ~Journal();
    // Makes the table where it is not there. open() does it.
    static Result<void> prepare(Database& database);

    // Gathered per scan; written when a segment is full.
    Result<void> append(const TenantId& tenant, const ScanId& scan, JournalEntry entry);
    // Writes what is gathered for the scan: at its end.
    Result<void> flush(const TenantId& tenant, const ScanId& scan);
    // In order of time. Flushes first, so that a running scan can be watched.
    Result<std::vector<JournalEntry>> for_scan(const TenantId& tenant, const ScanId& scan,
                                               std::size_t limit = 10'000);
    struct Part {
        std::vector<JournalEntry> entries;
        std::int64_t total = 0;  // of the whole scan
    };
    // `limit` calls after the first `skip`. Reads all of the scan's segments: a page costs what the scan
    // cost.
    Result<Part> part(const TenantId& tenant, const ScanId& scan, std::size_t skip, std::size_t limit);
    // Deletes segments older than journal_age. Answers how many went.
    Result<std::int64_t> drop_old(Timestamp now);

private:
    explicit Journal(std::unique_ptr<Database> database);
    struct Pending {
        TenantId tenant;
        std::vector<JournalEntry> entries;
    };
    Result<void> write(const TenantId& tenant, const ScanId& scan, const std::vector<JournalEntry>& entries);

    std::unique_ptr<Database> owned_;
    Database& database_;
    std::mutex mutex_;
    std::map<ScanId, Pending> pending_;
};

}  // namespace patrol::store
