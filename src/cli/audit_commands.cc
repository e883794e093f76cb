#include "cli/command_parts.h"

namespace patrol::cli {

using enum Value;

void add_audit(std::vector<Command>& table) {
    const std::vector<std::string_view> columns{"seq",    "time",        "actor.name",  "address",
                                                "action", "object.kind", "object.name", "outcome"};
    table.push_back(
        {"audit", "list", "who did what, newest first", "GET", "/audit", page_options(), columns});
    table.push_back({"audit",
                     "verify",
                     "prove that no entry was changed or removed; exit 1 names the first one that was",
                     "GET",
                     "/audit/verify",
                     {{"--head", "head", query, "SEQ:HASH noted earlier: finds entries cut off since then"}},
                     {"ok", "entries", "head", "first_bad.seq", "first_bad.reason"},
                     After::audit_report});
    table.push_back({"audit",
                     "export",
                     "all entries, oldest first, one line of JSON each",
                     "GET",
                     "/audit/export?limit=500",
                     {{"--q", "q", query, "filter, for example: actor=ann@example.com and outcome=refused"}},
                     columns,
                     After::whole_list});
}

}  // namespace patrol::cli
