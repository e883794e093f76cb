#include "store/audit_rows.h"

#include <array>

namespace patrol::store {
namespace {

// The first word of every hashed text: another layout gets another one.
constexpr std::string_view layout = "patrol:audit:1";
constexpr int columns = 16;

void add(std::string& out, std::string_view value) {
    out += std::to_string(value.size());
    out += ':';
    out += value;
}

Failure damaged() {
    return fail(Error{.message = "An entry of the audit log cannot be read.", .code = "corrupt"});
}

Result<json::object> settings_of(std::string_view text) {
    auto value = parse_json(text);
    if (!value || !value->is_object()) return damaged();
    return std::move(value->get_object());
}

}  // namespace

Result<model::AuditEntry> read_audit_entry(const Statement& row) {
    model::AuditEntry entry{.seq = row.integer(0),
                            .at = row.time(1),
                            .actor = {.id = row.text(3), .name = row.text(4)},
                            .address = row.text(5),
                            .action = row.text(6),
                            .object = {row.text(7), row.text(8), row.text(9)},
                            .reason = row.text(11),
                            .note = row.text(12),
                            .before = TRY(settings_of(row.view(13))),
                            .after = TRY(settings_of(row.view(14))),
                            .trace_id = row.text(15)};
    const auto kind = model::parse_actor_kind(row.view(2));
    const auto outcome = model::parse_audit_outcome(row.view(10));
    if (!kind || !outcome) return damaged();
    entry.actor.kind = *kind;
    entry.outcome = *outcome;
    return entry;
}

std::string audit_row_bytes(const TenantId& tenant, const Statement& row) {
    std::string out;
    add(out, tenant.str());
    add(out, std::to_string(row.integer(0)));
    add(out, std::to_string(row.integer(1)));
    for (int column = 2; column < columns; ++column) add(out, row.view(column));
    return out;
}

std::string audit_entry_bytes(const TenantId& tenant, const model::AuditEntry& entry) {
    std::string out;
    add(out, tenant.str());
    add(out, std::to_string(entry.seq));
    add(out, std::to_string(entry.at.ms));
    add(out, model::to_string(entry.actor.kind));
    for (const std::string* text : {&entry.actor.id, &entry.actor.name, &entry.address, &entry.action,
                                    &entry.object.kind, &entry.object.id, &entry.object.name})
        add(out, *text);
    add(out, model::to_string(entry.outcome));
    add(out, entry.reason);
    add(out, entry.note);
    add(out, to_text(entry.before));
    add(out, to_text(entry.after));
    add(out, entry.trace_id);
    return out;
}

crypto::Hash audit_start(const crypto::Key& key, const TenantId& tenant) {
    return crypto::keyed_hash(key, {layout, "|", tenant.str()});
}

crypto::Hash audit_link(const crypto::Key& key, const crypto::Hash& before, std::string_view row) {
    return crypto::keyed_hash(key, {crypto::as_text(before), row});
}

}  // namespace patrol::store
