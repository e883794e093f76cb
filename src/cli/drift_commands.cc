// The commands of drift: baselines, change sets, changes, groups.
#include "cli/command.h"

namespace patrol::cli {
namespace {

using enum Value;

using Columns = std::vector<std::string_view>;

std::vector<Option> page_options() {
    return {{"--q", "q", query, "filter, for example: severity=critical and state=open"},
            {"--sort", "sort", query, "field to sort by; a leading - turns it round"},
            {"--limit", "limit", query, "items a page (at most 500)"},
            {"--cursor", "cursor", query, "where the page before ended"}};
}

std::vector<Option> filtered(std::vector<Option> terms) {
    for (auto& option : page_options()) terms.push_back(option);
    return terms;
}

const Option note{"--note", "note", text, "why"};
const Option seen{"--seen-hash", "seen_hash", text, "refuse when the value is another by now"};

const Columns baseline_columns{"id",          "account_id",    "seq",    "accepted_by",
                               "accepted_at", "newly_visible", "unknown"};
const Columns set_columns{"id",          "account_name", "kind",       "state",
                          "counts.open", "worst",        "created_at", "updated_at"};
const Columns one_set_columns{"id",    "account_name", "kind",       "state",        "counts.open",
                              "worst", "created_at",   "updated_at", "owned.changes"};
const Columns change_columns{"id",
                             "severity",
                             "op",
                             "resource.type",
                             "resource.region",
                             "resource.name",
                             "resource.native_id",
                             "state",
                             "why",
                             "first_seen"};

const std::vector<std::string_view> settling_columns{"account_id", "state", "snapshots_wanted",
                                                     "next_scan_at", "moving"};

void add_baselines(std::vector<Command>& table) {
    table.push_back({"baseline",
                     "accept",
                     "accept a snapshot (or an account's newest) as the baseline",
                     "POST",
                     "/snapshots/{snapshot}/accept-as-baseline",
                     {note},
                     baseline_columns});
    table.push_back({"baseline",
                     "get",
                     "the active baseline of an account",
                     "GET",
                     "/cloud-accounts/{account}/baseline",
                     {},
                     baseline_columns});
    table.push_back({"baseline",
                     "settle",
                     "scan a new account a few times to learn what moves by itself",
                     "POST",
                     "/cloud-accounts/{account}/settling",
                     {{"--snapshots", "snapshots", number, "how many to compare (3)"},
                      {"--interval-minutes", "interval_minutes", number, "minutes between them (5)"}},
                     settling_columns});
    table.push_back({"baseline",
                     "settling",
                     "what settling has found so far; --output json has the suggested rules",
                     "GET",
                     "/cloud-accounts/{account}/settling",
                     {},
                     settling_columns});
    table.push_back({"baseline",
                     "skip-settling",
                     "no more quick scans",
                     "DELETE",
                     "/cloud-accounts/{account}/settling",
                     {},
                     {}});
    table.push_back({"baseline", "list", "all baselines of an account", "GET",
                     "/cloud-accounts/{account}/baselines", page_options(), baseline_columns});
    table.push_back({"baseline",
                     "accept-visible",
                     "put what became visible since into the baseline",
                     "POST",
                     "/cloud-accounts/{account}/baseline/newly-visible/accept",
                     {},
                     baseline_columns});
}

void add_change_sets(std::vector<Command>& table) {
    table.push_back(
        {"change-set", "list", "change sets of all accounts", "GET", "/change-sets",
         filtered({{"--account", "account", filter, "of this account (id or name)"},
                   {"--state", "state", filter, "open, accepted, rejected, reverted or superseded"}}),
         set_columns});
    table.push_back({"change-set",
                     "get",
                     "one change set, with what controllers own and moved",
                     "GET",
                     "/change-sets/{id}",
                     {},
                     one_set_columns});
    table.push_back({"change-set", "changes", "the changes of a set", "GET", "/change-sets/{id}/changes",
                     page_options(), change_columns});
    table.push_back({"change-set",
                     "accept",
                     "accept every open change of a set",
                     "POST",
                     "/change-sets/{id}/accept",
                     {note},
                     set_columns});
    table.push_back({"change-set",
                     "reject",
                     "reject every open change of a set",
                     "POST",
                     "/change-sets/{id}/reject",
                     {note},
                     set_columns});
    table.push_back({"change-set",
                     "reopen",
                     "take the last decision on a set back",
                     "POST",
                     "/change-sets/{id}/reopen",
                     {},
                     set_columns});
    table.push_back({"change-set",
                     "update",
                     "who looks after a set, and a note",
                     "PATCH",
                     "/change-sets/{id}",
                     {{"--assignee", "assignee", text, "who looks after it"}, note},
                     set_columns});
}

void add_changes(std::vector<Command>& table) {
    table.push_back({"change", "list", "changes of all accounts, whatever their state", "GET", "/changes",
                     page_options(), change_columns});
    table.push_back(
        {"change", "get", "one change with all its paths", "GET", "/changes/{id}", {}, change_columns});
    table.push_back({"change",
                     "accept",
                     "accept a change, or only some of its paths",
                     "POST",
                     "/changes/{id}/accept",
                     {{"--path", "paths", list, "only this path, repeatable"}, note, seen},
                     change_columns});
    table.push_back({"change",
                     "reject",
                     "reject a change: it stays until it is reverted",
                     "POST",
                     "/changes/{id}/reject",
                     {note, seen},
                     change_columns});
    table.push_back({"change",
                     "snooze",
                     "hide a change until a time",
                     "POST",
                     "/changes/{id}/snooze",
                     {{"--until", "until", text, "RFC 3339", true}, note, seen},
                     change_columns});
    table.push_back({"change",
                     "reopen",
                     "take the last decision on a change back",
                     "POST",
                     "/changes/{id}/reopen",
                     {},
                     change_columns});
    table.push_back({"change",
                     "update",
                     "who looks after a change, and a note",
                     "PATCH",
                     "/changes/{id}",
                     {{"--assignee", "assignee", text, "who looks after it"}, note},
                     change_columns});
}

void add_groups(std::vector<Command>& table) {
    const Columns columns{"key", "severity", "title", "type", "changes", "accounts", "since"};
    table.push_back({"drift",
                     "list",
                     "open drift: changes that nothing explains",
                     "GET",
                     "/changes",
                     filtered({{"--account", "account", filter, "of this account (id or name)"},
                               {"--customer", "customer", filter, "of this customer (id or name)"},
                               {"--severity", "severity", filter, "critical, high, medium, low or info"}}),
                     change_columns,
                     After::drift_exit,
                     {},
                     "state=open and kind=unexplained"});
    table.push_back({"drift", "groups", "the same change in many places", "GET", "/drift/groups",
                     page_options(), columns});
    table.push_back({"drift",
                     "accept-group",
                     "accept every open change of a group",
                     "POST",
                     "/drift/groups/{key}/accept",
                     {note},
                     {"decided", "not_allowed"}});
    table.push_back({"drift",
                     "reject-group",
                     "reject every open change of a group",
                     "POST",
                     "/drift/groups/{key}/reject",
                     {note},
                     {"decided", "not_allowed"}});
    table.push_back({"drift",
                     "reopen-group",
                     "take the last decision on a group back",
                     "POST",
                     "/drift/groups/{key}/reopen",
                     {},
                     {"reopened", "left"}});
}

}  // namespace

void add_drift(std::vector<Command>& table) {
    add_baselines(table);
    add_change_sets(table);
    add_changes(table);
    add_groups(table);
    table.push_back(
        {"prune",
         "",
         "delete snapshots of before a time; baselines are kept",
         "POST",
         "/prune",
         {{"--before", "before", text, "RFC 3339", true}, {"--account", "account_id", text, "only this one"}},
         {"accounts", "versions"}});
}

}  // namespace patrol::cli
