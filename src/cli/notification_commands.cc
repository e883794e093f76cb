#include "cli/command_parts.h"

namespace patrol::cli {
namespace {

using enum Value;

std::vector<Option> channel_options(bool creating) {
    return {{"--name", "name", text, "name of the channel", creating},
            {"--disable", "enabled", off, "send nothing through it"},
            {"--enable", "enabled", truth, "use it again"},
            {"--mail-host", "email.host", text, "mail server"},
            {"--mail-port", "email.port", number, "its port (587)"},
            {"--mail-security", "email.security", text, "starttls, tls or none (loopback only)"},
            {"--mail-username", "email.username", text, "to sign in"},
            {"--mail-password", "email.password", secret_ref, "secret reference manager:ref"},
            {"--mail-from", "email.from", text, "sender"},
            {"--mail-to", "email.to", list, "recipient, repeatable"},
            {"--slack-url", "slack.url", secret_ref, "secret reference of the hook's address"},
            {"--url", "webhook.url", text, "address of a web hook"},
            {"--secret", "webhook.secret", secret_ref, "secret reference of its signing key"}};
}

std::vector<Option> route_options(bool creating) {
    return {{"--channel", "channel_id", text, "id of the channel", creating},
            {"--kind", "kinds", list, "drift_opened, …, digest; repeatable; none: all but the digest"},
            {"--min-severity", "min_severity", text, "info, low, medium, high (default) or critical"},
            {"--customer", "customer_id", text, "id of a customer; none: all"},
            {"--digest-hour", "digest_hour", number, "hour of the daily digest, UTC (7)"},
            {"--disable", "enabled", off, "use it no more"},
            {"--enable", "enabled", truth, "use it again"}};
}

void add_channels(std::vector<Command>& table) {
    const std::vector<std::string_view> columns{
        "id", "name", "kind", "enabled", "waiting", "dead", "last_success_at", "last_failure_at"};
    const std::string_view noun = "notification-channel", path = "/notification-channels",
                           one = "/notification-channels/{id}";
    table.push_back({noun, "list", "where notices can be sent", "GET", path, page_options(), columns});
    table.push_back({noun, "get", "one channel", "GET", one, {}, columns});
    table.push_back({noun, "create", "add a channel", "POST", path,
                     with(channel_options(true), {{"--kind", "kind", text, "email, slack or webhook", true}}),
                     columns});
    table.push_back({noun, "update", "change a channel", "PATCH", one, channel_options(false), columns});
    table.push_back({noun, "delete", "remove a channel with its routes", "DELETE", one, {}, {}});
    table.push_back({noun,
                     "test",
                     "send a test message; exit 1 when it fails",
                     "POST",
                     "/notification-channels/{id}/test",
                     {},
                     {"id", "status", "title", "detail", "hint"},
                     After::test_report});
}

}  // namespace

void add_notifications(std::vector<Command>& table) {
    add_channels(table);
    const std::vector<std::string_view> routes{"id",          "channel_name", "kinds",  "min_severity",
                                               "customer_id", "digest_hour",  "enabled"};
    const std::string_view noun = "notification-route", path = "/notification-routes",
                           one = "/notification-routes/{id}";
    table.push_back({noun, "list", "which notices go where", "GET", path, page_options(), routes});
    table.push_back({noun, "create", "add a route", "POST", path, route_options(true), routes});
    table.push_back({noun, "update", "change a route", "PATCH", one, route_options(false), routes});
    table.push_back({noun, "delete", "remove a route", "DELETE", one, {}, {}});
    const std::vector<std::string_view> deliveries{"id",       "state", "channel_name", "kind",       "title",
                                                   "attempts", "error", "created_at",   "finished_at"};
    table.push_back({"notification-delivery", "list", "how far notices came (--q state=dead)", "GET",
                     "/notification-deliveries", page_options(), deliveries});
    table.push_back({"notification-delivery",
                     "retry",
                     "send one that was given up again",
                     "POST",
                     "/notification-deliveries/{id}/retry",
                     {},
                     deliveries});
    table.push_back({"today",
                     "show",
                     "what needs you, worst first",
                     "GET",
                     "/today",
                     {{"--customer", "customer", query, "id of a customer"},
                      {"--severity", "severity", query, "this and worse"}},
                     {"severity", "kind", "customer.name", "account.name", "title", "count", "since"}});
}

}  // namespace patrol::cli
