// On-site collectors as the server lists them. `enrol` and `run` are the collector itself
// (patrol/collector_command.cc).
#include "cli/command_parts.h"

namespace patrol::cli {

using enum Value;

void add_collectors(std::vector<Command>& table) {
    const std::vector<std::string_view> columns{"id",       "name",         "state",      "version",
                                                "accounts", "last_seen_at", "customer_id"};
    table.push_back(
        {"collector", "list", "on-site collectors", "GET", "/collectors", page_options(), columns});
    table.push_back({"collector",
                     "get",
                     "one collector",
                     "GET",
                     "/collectors/{id}",
                     {},
                     {"id", "name", "state", "fingerprint", "version", "host", "accounts", "last_seen_at"}});
    table.push_back({"collector",
                     "create",
                     "add a collector: shows the command that enrols it, once",
                     "POST",
                     "/collectors",
                     {{"--name", "name", text, "name of the collector, such as its site", true},
                      {"--customer", "customer_id", text, "id of the only customer that it serves"}},
                     {"id", "command", "expires_at"},
                     After::show_command});
    table.push_back({"collector",
                     "update",
                     "rename a collector",
                     "PATCH",
                     "/collectors/{id}",
                     {{"--name", "name", text, "name of the collector", true}},
                     columns});
    table.push_back({"collector",
                     "token",
                     "a new enrolment command; the key in use stops working when it is used",
                     "POST",
                     "/collectors/{id}/enrolment-token",
                     {},
                     {"id", "command", "expires_at"},
                     After::show_command});
    table.push_back({"collector",
                     "revoke",
                     "shut a collector out at once",
                     "POST",
                     "/collectors/{id}/revoke",
                     {},
                     columns});
    table.push_back({"collector",
                     "delete",
                     "delete a collector that no account uses",
                     "DELETE",
                     "/collectors/{id}",
                     {},
                     {}});
}

}  // namespace patrol::cli
