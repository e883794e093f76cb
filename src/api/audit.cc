// The audit log, for administrators: read, proven, and taken away.
#include "store/audit.h"

#include "api/handlers.h"
#include "api/page.h"

namespace patrol::api::audit {
namespace {

json::object render(const model::AuditEntry& entry) {
    return {{"seq", entry.seq},
            {"time", time_or_null(entry.at)},
            {"actor",
             {{"kind", model::to_string(entry.actor.kind)},
              {"id", text_or_null(entry.actor.id)},
              {"name", text_or_null(entry.actor.name)}}},
            {"address", text_or_null(entry.address)},
            {"action", entry.action},
            {"object",
             {{"kind", text_or_null(entry.object.kind)},
              {"id", text_or_null(entry.object.id)},
              {"name", text_or_null(entry.object.name)}}},
            {"outcome", model::to_string(entry.outcome)},
            {"reason", text_or_null(entry.reason)},
            {"note", text_or_null(entry.note)},
            {"before", entry.before},
            {"after", entry.after},
            {"trace_id", text_or_null(entry.trace_id)}};
}

std::string sentence_of(const store::AuditReport::Bad& bad) {
    if (bad.reason == "missing") return fmt::format("Entry {} is missing.", bad.seq);
    if (bad.reason == "head")
        return fmt::format("Entry {} is not the one that was the newest then: entries were replaced.",
                           bad.seq);
    return fmt::format("Entry {} is not as it was written.", bad.seq);
}

json::object render(const store::AuditReport& report) {
    json::value bad = nullptr;
    if (report.first_bad)
        bad = json::object{{"seq", report.first_bad->seq},
                           {"reason", report.first_bad->reason},
                           {"detail", sentence_of(*report.first_bad)}};
    return {{"ok", report.ok()},
            {"entries", report.entries},
            {"first_bad", std::move(bad)},
            {"head", report.head.seq == 0 ? json::value(nullptr) : json::value(report.head.text())}};
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    const auto page = TRY(call.store().audit().list(call.tenant(), query.request()));
    return answer(list_of(page, [](const model::AuditEntry& entry) { return render(entry); }));
}

// Oldest first, so that a file of it only ever grows. Its first page is recorded, for all of them.
Result<Answer> export_(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    auto request = query.request();
    request.sort = "time";
    if (!request.cursor.empty()) call.audited.skip();
    const auto page = TRY(call.store().audit().list(call.tenant(), request));
    return answer(list_of(page, [](const model::AuditEntry& entry) { return render(entry); }));
}

Result<Answer> verify(Call& call) {
    std::optional<store::AuditHead> known;
    if (const auto text = call.query("head")) {
        known = store::AuditHead::parse(*text);
        if (!known)
            return invalid("head", "This must be a head as the log and this address give it: SEQ:HASH.");
    }
    return answer(render(TRY(call.store().audit().verify(call.tenant(), known))));
}

}  // namespace patrol::api::audit
