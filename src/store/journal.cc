#include "store/journal.h"

#include <algorithm>
#include <tuple>

#include "store/document_codec.h"
#include "store/drivers.h"
#include "store/sql.h"

namespace patrol::store {
namespace {

constexpr std::size_t entries_per_segment = 500;
constexpr std::size_t segment_bytes_max = 16 * 1024 * 1024;

// One entry: eight texts and numbers, each as its length and bytes or as a varint. The texts of
// neighbours repeat, which is what zstd is for.
class Writer {
public:
    void number(std::int64_t value) {
        auto left = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
        for (; left >= 0x80; left >>= 7) out_ += static_cast<char>(left | 0x80);
        out_ += static_cast<char>(left);
    }
    void text(std::string_view value) {
        number(static_cast<std::int64_t>(value.size()));
        out_ += value;
    }
    [[nodiscard]] const std::string& bytes() const { return out_; }

private:
    std::string out_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : left_(bytes) {}
    std::int64_t number() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (left_.empty()) return fail_();
            const auto byte = static_cast<unsigned char>(left_.front());
            left_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
            if (byte < 0x80) return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
        }
        return fail_();
    }
    std::string text() {
        const auto size = number();
        if (size < 0 || static_cast<std::size_t>(size) > left_.size()) {
            fail_();
            return {};
        }
        std::string value(left_.substr(0, static_cast<std::size_t>(size)));
        left_.remove_prefix(static_cast<std::size_t>(size));
        return value;
    }
    [[nodiscard]] bool at_end() const { return left_.empty(); }
    [[nodiscard]] bool broken() const { return broken_; }

private:
    std::int64_t fail_() {
        broken_ = true;
        left_ = {};
        return 0;
    }
    std::string_view left_;
    bool broken_ = false;
};

void write_entry(Writer& out, const JournalEntry& entry, std::int64_t before) {
    out.number(entry.time.ms - before);
    out.text(entry.service);
    out.text(entry.operation);
    out.text(entry.region);
    out.number(entry.http_status);
    out.text(entry.error_code);
    out.text(entry.request_id);
    out.number(entry.attempts);
    out.number(entry.bytes);
    out.number(entry.duration_ms);
}

JournalEntry read_entry(Reader& in, std::int64_t before) {
    JournalEntry entry;
    entry.time.ms = before + in.number();
    entry.service = in.text();
    entry.operation = in.text();
    entry.region = in.text();
    entry.http_status = static_cast<int>(in.number());
    entry.error_code = in.text();
    entry.request_id = in.text();
    entry.attempts = static_cast<int>(in.number());
    entry.bytes = in.number();
    entry.duration_ms = in.number();
    return entry;
}

Result<void> read_segment(std::string_view packed, std::vector<JournalEntry>& entries) {
    const auto bytes = TRY(unpack_bytes(packed, segment_bytes_max));
    Reader in(bytes);
    std::int64_t time = 0;
    while (!in.at_end()) {
        auto entry = read_entry(in, time);
        if (in.broken()) return fail(Error::Kind::internal, "A segment of the journal is damaged.");
        time = entry.time.ms;
        entries.push_back(std::move(entry));
    }
    return {};
}

}  // namespace

Journal::Journal(std::unique_ptr<Database> database) : owned_(std::move(database)), database_(*owned_) {}
Journal::Journal(Database& database) : database_(database) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(Database& main, const std::filesystem::path& folder) {
    if (main.dialect() == Dialect::postgres) {
        TRY(prepare(main));
        return std::make_unique<Journal>(main);
    }
    auto own = TRY(open_sqlite({.file = folder / "journal.db", .readers = 2}));
    TRY(prepare(*own));
    return std::unique_ptr<Journal>(new Journal(std::move(own)));
}

Result<void> Journal::prepare(Database& database) {
    return database.write([](Transaction& transaction) -> Result<void> {
        return transaction.script(
            "CREATE TABLE IF NOT EXISTS journal_segment (id {serial}, tenant {text} NOT NULL, "
            "scan {text} NOT NULL, newest {int64} NOT NULL, entries {int64} NOT NULL, packed {blob} NOT "
            "NULL);"
            "CREATE INDEX IF NOT EXISTS journal_segment_scan ON journal_segment (scan);"
            "CREATE INDEX IF NOT EXISTS journal_segment_newest ON journal_segment (newest)");
    });
}

Result<void> Journal::write(const TenantId& tenant, const ScanId& scan,
                            const std::vector<JournalEntry>& entries) {
    if (entries.empty()) return {};
    Writer out;
    std::int64_t time = 0;
    Timestamp newest;
    for (const auto& entry : entries) {
        write_entry(out, entry, time);
        time = entry.time.ms;
        newest = std::max(newest, entry.time);
    }
    const auto packed = pack_bytes(out.bytes());
    return database_.write(tenant, [&](Transaction& transaction) -> Result<void> {
        TRY(transaction.run(
            "INSERT INTO journal_segment (tenant, scan, newest, entries, packed) VALUES (?1, ?2, ?3, ?4, ?5)",
            tenant, scan, newest, entries.size(), Blob{packed}));
        return {};
    });
}

Result<void> Journal::append(const TenantId& tenant, const ScanId& scan, JournalEntry entry) {
    std::vector<JournalEntry> full;
    {
        std::lock_guard lock(mutex_);
        auto& pending = pending_[scan];
        pending.tenant = tenant;
        pending.entries.push_back(std::move(entry));
        if (pending.entries.size() < entries_per_segment) return {};
        full = std::move(pending.entries);
        pending_.erase(scan);
    }
    return write(tenant, scan, full);
}

Result<void> Journal::flush(const TenantId& tenant, const ScanId& scan) {
    std::vector<JournalEntry> gathered;
    {
        std::lock_guard lock(mutex_);
        auto at = pending_.find(scan);
        if (at == pending_.end() || at->second.tenant != tenant) return {};
        gathered = std::move(at->second.entries);
        pending_.erase(at);
    }
    return write(tenant, scan, gathered);
}

Result<Journal::Part> Journal::part(const TenantId& tenant, const ScanId& scan, std::size_t skip,
                                    std::size_t limit) {
    TRY(flush(tenant, scan));
    return database_.read(tenant, [&](Transaction& transaction) -> Result<Part> {
        Part part;
        auto& entries = part.entries;
        auto rows = TRY(transaction.query(
            "SELECT packed FROM journal_segment WHERE scan = ?1 AND tenant = ?2 ORDER BY id", scan, tenant));
        while (TRY(rows.step())) TRY(read_segment(rows.view(0), entries));
        part.total = std::ssize(entries);
        std::ranges::sort(entries, {}, [](const auto& entry) {
            return std::tie(entry.time, entry.service, entry.operation, entry.request_id);
        });
        entries.erase(entries.begin(),
                      entries.begin() + std::min(std::ssize(entries), static_cast<std::ptrdiff_t>(skip)));
        if (entries.size() > limit) entries.resize(limit);
        return part;
    });
}

Result<std::vector<JournalEntry>> Journal::for_scan(const TenantId& tenant, const ScanId& scan,
                                                    std::size_t limit) {
    return TRY(part(tenant, scan, 0, limit)).entries;
}

Result<std::int64_t> Journal::drop_old(Timestamp now) {
    return database_.platform().write([&](Transaction& transaction) {
        return transaction.run("DELETE FROM journal_segment WHERE newest < ?1", now - journal_age);
    });
}

}  // namespace patrol::store
