#include "store/audit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/audit_rows.h"
#include "store/list_page.h"

namespace patrol::store {
namespace {

constexpr std::size_t text_bytes_max = 1'000;
constexpr std::size_t note_bytes_max = limits::note_chars * 4;

// Cut at a character, and without NUL, which PostgreSQL cannot hold: an entry is never refused for its text.
void cut(std::string& text, std::size_t bytes_max = text_bytes_max) {
    std::erase(text, '\0');
    if (text.size() <= bytes_max) return;
    auto end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
}

Result<crypto::Hash> hash_of(std::string_view bytes) {
    crypto::Hash hash{};
    if (bytes.size() != hash.size())
        return fail(Error{.message = "The audit log cannot be read.", .code = "corrupt"});
    std::memcpy(hash.data(), bytes.data(), hash.size());
    return hash;
}

constexpr std::array audit_sorts{SortColumn{"time", "e.seq", SortKind::integer}};
constexpr std::array audit_fields{FilterField{"seq", FieldKind::integer, "e.seq"},
                                  FilterField{"actor", FieldKind::text, "e.actor_name", "e.actor_id"},
                                  FilterField{"actor_kind", FieldKind::text, "e.actor_kind"},
                                  FilterField{"action", FieldKind::text, "e.action"},
                                  FilterField{"object", FieldKind::text, "e.object_name", "e.object_id"},
                                  FilterField{"object_kind", FieldKind::text, "e.object_kind"},
                                  FilterField{"outcome", FieldKind::text, "e.outcome"},
                                  FilterField{"reason", FieldKind::text, "e.reason"},
                                  FilterField{"address", FieldKind::text, "e.address"},
                                  FilterField{"time", FieldKind::time, "e.at"},
                                  FilterField{"trace_id", FieldKind::text, "e.trace_id"}};
constexpr std::array<std::string_view, 6> audit_words{"e.actor_name", "e.action", "e.object_name",
                                                      "e.object_id",  "e.note",   "e.address"};

// Locked until the transaction ends; made where the chain has no entry yet.
Result<AuditHead> lock_head(Transaction& tx, const crypto::Key& key, const TenantId& tenant) {
    const auto start = audit_start(key, tenant);
    TRY(tx.run("INSERT INTO audit_head(tenant, seq, hash) VALUES (?1, 0, ?2) ON CONFLICT (tenant) DO NOTHING",
               tenant, Blob{crypto::as_text(start)}));
    auto row = TRY(tx.query("SELECT seq, hash FROM audit_head WHERE tenant = ?1 {for_update}", tenant));
    if (!TRY(row.step())) return fail(Error{.message = "The audit log has no head.", .code = "corrupt"});
    return AuditHead{row.integer(0), TRY(hash_of(row.view(1)))};
}

Result<void> insert(Transaction& tx, const TenantId& tenant, const AuditEntry& entry,
                    const crypto::Hash& hash) {
    TRY(
        tx.run("INSERT INTO audit_entry(tenant, seq, at, actor_kind, actor_id, actor_name, address, action, "
               "object_kind, object_id, object_name, outcome, reason, note, before, after, trace_id, hash) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
               tenant, entry.seq, entry.at, model::to_string(entry.actor.kind), entry.actor.id,
               entry.actor.name, entry.address, entry.action, entry.object.kind, entry.object.id,
               entry.object.name, model::to_string(entry.outcome), entry.reason, entry.note,
               to_text(entry.before), to_text(entry.after), entry.trace_id, Blob{crypto::as_text(hash)}));
    TRY(tx.run("UPDATE audit_head SET seq = ?2, hash = ?3 WHERE tenant = ?1", tenant, entry.seq,
               Blob{crypto::as_text(hash)}));
    return {};
}

// Follows a chain row by row and keeps the first thing that is wrong.
class Walk {
public:
    Walk(const crypto::Key& key, const TenantId& tenant, const std::optional<AuditHead>& known)
        : key_(key), tenant_(tenant), known_(known) {
        report_.head.hash = audit_start(key, tenant);
        look_at_known();
    }

    // False when something is wrong: no more rows are needed.
    bool take(const Statement& row) {
        const auto expected = report_.head.seq + 1;
        if (row.integer(0) != expected) return wrong(expected, "missing");
        const auto hash = audit_link(key_, report_.head.hash, audit_row_bytes(tenant_, row));
        if (!crypto::constant_time_equal(crypto::as_text(hash), row.view(16)))
            return wrong(expected, "changed");
        report_.head = {expected, hash};
        report_.entries = expected;
        return look_at_known();
    }

    // `kept` is the head that the database itself names; absent where it has none.
    AuditReport end(const std::optional<AuditHead>& kept) {
        if (!report_.ok()) return report_;
        const auto reached = report_.head.seq;
        const auto furthest = std::max(kept ? kept->seq : 0, known_ ? known_->seq : 0);
        if (furthest > reached)
            wrong(reached + 1, "missing");
        else if (reached > 0 && (!kept || *kept != report_.head))
            wrong(kept ? kept->seq : reached, "head");
        return report_;
    }

private:
    bool look_at_known() {
        if (!known_ || known_->seq != report_.head.seq || known_->seq == 0) return true;
        if (known_->hash == report_.head.hash) return true;
        return wrong(known_->seq, "head");
    }
    bool wrong(std::int64_t seq, std::string reason) {
        if (report_.ok()) report_.first_bad = {seq, std::move(reason)};
        return false;
    }

    const crypto::Key& key_;
    const TenantId& tenant_;
    const std::optional<AuditHead>& known_;
    AuditReport report_;
};

Result<std::optional<AuditHead>> kept_head(Transaction& tx, const TenantId& tenant) {
    auto row = TRY(tx.query("SELECT seq, hash FROM audit_head WHERE tenant = ?1", tenant));
    if (!TRY(row.step())) return std::optional<AuditHead>();
    return std::optional(AuditHead{row.integer(0), TRY(hash_of(row.view(1)))});
}

}  // namespace

std::string AuditHead::text() const {
    return std::to_string(seq) + ":" + to_hex(as_bytes(crypto::as_text(hash)));
}

std::optional<AuditHead> AuditHead::parse(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) return {};
    AuditHead head;
    const auto digits = text.substr(0, colon);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), head.seq);
    if (error != std::errc() || end != digits.data() + digits.size() || head.seq < 0) return {};
    const auto bytes = from_hex(text.substr(colon + 1));
    if (!bytes || bytes->size() != head.hash.size()) return {};
    std::memcpy(head.hash.data(), bytes->data(), head.hash.size());
    return head;
}

void Audit::tame(AuditEntry& entry) {
    for (std::string* text : {&entry.actor.id, &entry.actor.name, &entry.address, &entry.object.kind,
                              &entry.object.id, &entry.object.name, &entry.reason, &entry.trace_id})
        cut(*text);
    cut(entry.note, note_bytes_max);
}

Result<crypto::Key> Audit::key_of(Transaction& tx, const TenantId& tenant) {
    {
        std::scoped_lock lock(mutex_);
        if (const auto found = keys_.find(tenant); found != keys_.end()) return found->second;
    }
    if (!source_) return fail(Error{.message = "The audit log has no key."});
    auto row = TRY(tx.query("SELECT sealed_key FROM tenant WHERE id = ?1", tenant));
    if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such tenant.");
    const auto key = TRY(source_(tenant, row.view(0)));
    std::scoped_lock lock(mutex_);
    keys_.emplace(tenant, key);
    return key;
}

Result<AuditHead> Audit::append(Transaction& tx, const TenantId& tenant, AuditEntry entry) {
    if (!model::is_audit_action(entry.action))
        return fail(Error{.message = "The audit log does not know the action " + entry.action + "."});
    tame(entry);
    if (to_text(entry.before).size() + to_text(entry.after).size() > limits::audit_settings_bytes)
        return fail(Error{.message = "The settings of an audit entry are too large."});
    const auto key = TRY(key_of(tx, tenant));
    auto head = TRY(lock_head(tx, key, tenant));
    entry.seq = ++head.seq;
    head.hash = audit_link(key, head.hash, audit_entry_bytes(tenant, entry));
    TRY(insert(tx, tenant, entry, head.hash));
    return head;
}

Result<AuditHead> Audit::append(const TenantId& tenant, const AuditEntry& entry) {
    return database_.write(tenant, [&](Transaction& tx) { return append(tx, tenant, entry); });
}

Result<Page<AuditEntry>> Audit::list(const TenantId& tenant, const PageRequest& request) {
    const ListShape shape{.name = "audit",
                          .columns = audit_columns,
                          .from = "audit_entry e",
                          .where = "e.tenant = ?1",
                          .values = {tenant.str()},
                          .id_column = "e.trace_id",
                          .sorts = audit_sorts,
                          .newest_first = true,
                          .fields = audit_fields,
                          .words = audit_words};
    return list_page<AuditEntry>(database_, cursors_, tenant, shape, request, read_audit_entry);
}

Result<AuditReport> Audit::verify(const TenantId& tenant, const std::optional<AuditHead>& known) {
    static const auto sql = "SELECT " + std::string(audit_columns) +
                            ", e.hash FROM audit_entry e WHERE e.tenant = ?1 ORDER BY e.seq";
    return database_.read(tenant, [&](Transaction& tx) -> Result<AuditReport> {
        const auto key = TRY(key_of(tx, tenant));
        const auto kept = TRY(kept_head(tx, tenant));
        Walk walk(key, tenant, known);
        auto row = TRY(tx.prepare(sql, Fetch::one_by_one));
        row.bind(1, tenant);
        while (TRY(row.step()) && walk.take(row)) {
        }
        return walk.end(kept);
    });
}

Result<AuditHead> Audit::head(const TenantId& tenant) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<AuditHead> {
        return TRY(kept_head(tx, tenant)).value_or(AuditHead{});
    });
}

void Audit::log_heads() {
    const auto heads =
        database_.platform().read([](Transaction& tx) -> Result<std::map<std::string, AuditHead>> {
            std::map<std::string, AuditHead> found;
            auto row = TRY(tx.query("SELECT tenant, seq, hash FROM audit_head ORDER BY tenant"));
            while (TRY(row.step())) found[row.text(0)] = {row.integer(1), TRY(hash_of(row.view(2)))};
            return found;
        });
    if (!heads)
        return log::warn("the heads of the audit log cannot be read", {{"why", describe(heads.error())}});
    for (const auto& [tenant, head] : *heads)
        log::info("audit head", {{"tenant", tenant}, {"head", head.text()}});
}

Result<std::optional<TenantId>> Audit::platform_tenant() {
    return database_.platform().read([](Transaction& tx) -> Result<std::optional<TenantId>> {
        const auto found = TRY(tx.text(
            "SELECT tenant FROM tenant_user WHERE platform_owner = 1 ORDER BY created_at, id LIMIT 1"));
        return found ? std::optional(TenantId(*found)) : std::nullopt;
    });
}

}  // namespace patrol::store
