#include "cli/command_parts.h"

namespace patrol::cli {

using enum Value;

std::vector<Option> page_options() {
    return {{"--q", "q", query, "filter, for example: status=connected and provider=aws"},
            {"--sort", "sort", query, "field to sort by; a leading - turns it round"},
            {"--limit", "limit", query, "items a page (at most 500)"},
            {"--cursor", "cursor", query, "where the page before ended"}};
}

std::vector<Option> with(std::vector<Option> first, std::vector<Option> more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

namespace {

std::vector<Option> account_options(bool creating) {
    return {{"--name", "name", text, "name of the account", creating},
            {"--customer", "customer_id", text, "id of the customer it belongs to"},
            {"--environment", "environment", text, "development, staging, qa, preproduction or production"},
            {"--mode", "mode", text, "pull or collector"},
            {"--collector", "collector_id", text, "id of the on-site collector that reads it"},
            {"--credential", "auth.credential", text,
             "name of the collector's credential that reads it (its collector.yaml)"},
            {"--owner", "owner", text, "who looks after it"},
            {"--label", "labels", labels, "k=v, repeatable"},
            {"--region", "regions", list, "scan only this region, repeatable"},
            {"--auto-scan", "auto_scan", truth, "scan by itself"},
            {"--no-auto-scan", "auto_scan", off, "do not scan by itself"},
            {"--auto-scan-hours", "auto_scan_hours", number, "hours between scans"},
            {"--role-arn", "auth.role_arn", text, "the role that Patrol assumes"},
            {"--allow-insecure-trust", "auth.allow_insecure_trust", truth,
             "scan although the role opens without the external ID"},
            {"--access-key-id", "auth.access_key_id", secret_ref, "secret reference manager:ref"},
            {"--secret-access-key", "auth.secret_access_key", secret_ref, "secret reference manager:ref"},
            {"--endpoint-url", "endpoint_url", text, "another endpoint than the cloud's own"}};
}

const std::vector<std::string_view> account_columns{
    "id", "name", "provider", "status", "native_account_id", "resources", "next_scan_at"};
const std::vector<std::string_view> scan_columns{
    "id",           "account_id",      "state",          "trigger",    "counts.resources",
    "counts.added", "counts.modified", "counts.removed", "started_at", "finished_at",
    "snapshot_id"};
const std::vector<std::string_view> resource_columns{"id",        "type",       "region",     "name",
                                                     "native_id", "account_id", "stale_since"};

void add_accounts(std::vector<Command>& table) {
    table.push_back(
        {"account", "list", "cloud accounts", "GET", "/cloud-accounts", page_options(), account_columns});
    table.push_back(
        {"account", "get", "one cloud account", "GET", "/cloud-accounts/{id}", {}, account_columns});
    table.push_back({"account", "create", "register a cloud account", "POST", "/cloud-accounts",
                     with(account_options(true), {{"--provider", "provider", text,
                                                   "aws, azure, gcp, openstack, vmware or custom", true}}),
                     account_columns});
    table.push_back({"account", "update", "change a cloud account", "PATCH", "/cloud-accounts/{id}",
                     account_options(false), account_columns});
    table.push_back({"account",
                     "delete",
                     "delete an account and its inventory",
                     "DELETE",
                     "/cloud-accounts/{id}",
                     {},
                     {}});
    table.push_back({"account",
                     "test",
                     "test the connection; exit 1 when it fails",
                     "POST",
                     "/cloud-accounts/{id}/test",
                     {},
                     {"id", "status", "title", "detail", "hint"},
                     After::test_report});
    table.push_back({"account",
                     "setup",
                     "what the customer's role must look like",
                     "GET",
                     "/cloud-accounts/{id}/setup",
                     {},
                     {"role_name", "patrol_principal", "external_id"}});
    table.push_back({"account",
                     "setup-command",
                     "a one-time command for the customer's administrator",
                     "POST",
                     "/cloud-accounts/{id}/setup-command",
                     {},
                     {"command", "expires_at"},
                     After::show_command});
}

void add_customers(std::vector<Command>& table) {
    const std::vector<std::string_view> columns{"id", "name", "accounts", "created_at"};
    std::vector<Option> fields{{"--name", "name", text, "name of the customer"},
                               {"--label", "labels", labels, "k=v, repeatable"},
                               {"--notes", "notes", text, "free text"}};
    table.push_back({"customer", "list", "customers", "GET", "/customers", page_options(), columns});
    table.push_back({"customer", "get", "one customer", "GET", "/customers/{id}", {}, columns});
    table.push_back({"customer", "update", "change a customer", "PATCH", "/customers/{id}", fields, columns});
    fields.front().required = true;
    table.push_back({"customer", "create", "add a customer", "POST", "/customers", fields, columns});
    table.push_back(
        {"customer", "delete", "delete a customer without accounts", "DELETE", "/customers/{id}", {}, {}});
}

void add_scans(std::vector<Command>& table) {
    table.push_back({"scan", "list", "scans of all accounts", "GET", "/scans", page_options(), scan_columns});
    table.push_back({"scan", "history", "scans of one account", "GET", "/cloud-accounts/{account}/scans",
                     page_options(), scan_columns});
    table.push_back({"scan", "get", "one scan", "GET", "/scans/{id}", {}, scan_columns});
    table.push_back({"scan",
                     "start",
                     "scan an account now",
                     "POST",
                     "/cloud-accounts/{account}/scans",
                     {{"--type", "types", list, "only this resource type, repeatable"},
                      {"--region", "regions", list, "only this region, repeatable"}},
                     scan_columns,
                     After::wait_for_scan});
    table.push_back({"scan", "cancel", "stop a scan", "POST", "/scans/{id}/cancel", {}, scan_columns});
    table.push_back({"scan",
                     "calls",
                     "every call that a scan made in the customer's account",
                     "GET",
                     "/scans/{id}/calls",
                     {{"--limit", "limit", query, "items a page (at most 500)"},
                      {"--cursor", "cursor", query, "where the page before ended"}},
                     {"time", "service", "action", "region", "http_status", "error_code", "request_id"}});
    table.push_back({"scan",
                     "coverage",
                     "what a scan could read",
                     "GET",
                     "/scans/{id}/coverage",
                     page_options(),
                     {"type", "scope", "status", "count", "missing_action", "reason"}});
}

void add_inventory(std::vector<Command>& table) {
    table.push_back({"snapshot",
                     "get",
                     "one snapshot",
                     "GET",
                     "/snapshots/{id}",
                     {},
                     {"id", "account_id", "taken_at", "state", "counts.resources"}});
    table.push_back({"snapshot", "resources", "the resources of a snapshot", "GET",
                     "/snapshots/{id}/resources",
                     with(page_options(), {{"--fields", "fields", query, "document: the whole documents"}}),
                     resource_columns});
    table.push_back({"snapshot",
                     "facets",
                     "how many resources by category, type and region",
                     "GET",
                     "/snapshots/{id}/facets",
                     {{"--by", "by", query, "category,type,region"}, {"--q", "q", query, "filter"}},
                     {}});
    table.push_back({"snapshot",
                     "diff",
                     "what changed between two snapshots",
                     "GET",
                     "/snapshots/{from}/diff/{to}",
                     page_options(),
                     {"op", "resource.type", "resource.region", "resource.name", "resource.native_id"}});
    table.push_back({"resource", "search", "resources of all accounts", "GET", "/resources",
                     with(page_options(), {{"--at", "at", query, "as of this time (RFC 3339)"}}),
                     resource_columns});
    table.push_back({"resource",
                     "get",
                     "one resource with its document",
                     "GET",
                     "/resources/{id}",
                     {},
                     resource_columns});
    table.push_back({"resource",
                     "history",
                     "the versions of a resource",
                     "GET",
                     "/resources/{id}/history",
                     {},
                     {"from", "until", "live"}});
    table.push_back({"resource",
                     "relations",
                     "what it refers to, and what refers to it",
                     "GET",
                     "/resources/{id}/relations",
                     {},
                     {}});
}

void add_secrets(std::vector<Command>& table) {
    table.push_back({"secret",
                     "list",
                     "named secrets",
                     "GET",
                     "/secrets",
                     page_options(),
                     {"id", "name", "manager", "has_value"}});
    table.push_back({"secret",
                     "create",
                     "name a secret; --value - reads it from stdin",
                     "POST",
                     "/secrets",
                     {{"--name", "name", text, "name", true},
                      {"--manager", "manager", text, "sealed, env or file", true},
                      {"--ref", "ref", text, "variable or path (env, file)"},
                      {"--value", "value", text, "the value to seal"}},
                     {"id", "name", "manager", "has_value"}});
    table.push_back({"secret", "delete", "forget a secret", "DELETE", "/secrets/{id}", {}, {}});
    table.push_back(
        {"secret", "test", "can it be resolved?", "POST", "/secrets/{id}/test", {}, {"ok", "detail"}});
}

void add_rules(std::vector<Command>& table) {
    const std::vector<std::string_view> columns{"id",          "name",       "action", "severity",
                                                "scope.type",  "scope.path", "hits",   "dead",
                                                "last_hit_at", "expires_at", "enabled"};
    std::vector<Option> fields{
        {"--name", "name", text, "name of the rule"},
        {"--action", "action", text, "ignore or severity"},
        {"--severity", "severity", text, "info, low, medium, high or critical"},
        {"--type", "scope.type", text, "resource type; AWS::EC2::* for a service"},
        {"--resource", "scope.resource_id", text, "id of one resource"},
        {"--native-id", "scope.native_id", text, "the cloud's own id; * stands for any text"},
        {"--tag", "scope.tag", text, "key or key=value, * in either"},
        {"--customer", "scope.customer_id", text, "id of a customer"},
        {"--account", "scope.account_id", text, "id of an account"},
        {"--region", "scope.region", text, "region"},
        {"--path", "scope.path", text, "path as changes show it: Tags[Key=env].Value"},
        {"--actor-class", "scope.actor_class", text,
         "console, terraform, cloudformation, sdk, cli or service"},
        {"--environment", "scope.environment", text, "environment of the account"},
        {"--reason", "reason", text, "why"},
        {"--owner", "owner", text, "who answers for it"},
        {"--expires-at", "expires_at", text, "RFC 3339"},
        {"--enable", "enabled", truth, "switch it on"},
        {"--disable", "enabled", off, "switch it off"}};
    table.push_back({"rule", "list", "rules for changes and built-in noise classes", "GET", "/rules",
                     page_options(), columns});
    table.push_back({"rule", "get", "one rule", "GET", "/rules/{id}", {}, columns});
    table.push_back({"rule", "update", "change a rule, or switch a built-in class", "PATCH", "/rules/{id}",
                     fields, columns});
    fields[0].required = fields[1].required = true;
    table.push_back({"rule", "add", "make a rule", "POST", "/rules", fields, columns});
    auto previewed = fields;
    previewed.push_back({"--days", "days", number, "how far to look back (90)"});
    table.push_back({"rule",
                     "preview",
                     "what a rule would have done to the stored changes",
                     "POST",
                     "/rules/preview",
                     previewed,
                     {"changes", "partly", "rejected_by_you", "worst", "accounts", "seen", "days"}});
    table.push_back({"rule", "delete", "remove a rule", "DELETE", "/rules/{id}", {}, {}});
}

// `record` and `open` do more than one call: deployment_record.h, deployment_window.h.
void add_deployments(std::vector<Command>& table) {
    const std::vector<std::string_view> columns{"id",         "name",     "source", "state",
                                                "started_at", "ended_at", "changes"};
    const std::vector<std::string_view> hook_columns{"id", "name", "kind", "last_used_at"};
    const std::vector<Option> scope{
        {"--customer-id", "customer_id", text, "id of the customer that it deploys to"},
        {"--account-id", "account_ids", list, "id of an account that it deploys to, repeatable"},
        {"--region", "regions", list, "only in this region, repeatable"},
        {"--tag", "tags", labels, "only what carries k=v, repeatable"},
        {"--principal", "principal", text, "ARN or name of who deploys"}};
    table.push_back({"deployment", "list", "deployments and planned windows", "GET", "/deployments",
                     page_options(), columns});
    table.push_back({"deployment", "get", "one deployment", "GET", "/deployments/{id}", {}, columns});
    table.push_back({"deployment",
                     "close",
                     "end a deployment or a planned window now",
                     "PATCH",
                     "/deployments/{id}",
                     {{"--state", "state", text, "succeeded (default), failed or cancelled"},
                      {"--scan", "scan", truth, "scan the accounts that it names"}},
                     columns,
                     After::nothing,
                     R"({"state":"succeeded"})"});
    table.push_back({"deployment", "hooks", "the hooks by which tools report deployments", "GET",
                     "/deployments/hooks", page_options(), hook_columns});
    table.push_back({"deployment",
                     "create-hook",
                     "make a hook: its address and secret are shown once",
                     "POST",
                     "/deployments/hooks",
                     with({{"--name", "name", text, "name", true},
                           {"--kind", "kind", text, "github, gitlab, terraform_cloud or generic", true},
                           {"--scan-after", "scan_after", truth, "scan at the end of each run"}},
                          scope),
                     {"id", "name", "kind", "url", "secret"}});
    table.push_back(
        {"deployment", "delete-hook", "delete a hook", "DELETE", "/deployments/hooks/{id}", {}, {}});
}

}  // namespace

std::span<const Command> commands() {
    static const auto table = [] {
        std::vector<Command> all;
        add_accounts(all);
        add_collectors(all);
        add_customers(all);
        add_scans(all);
        add_inventory(all);
        add_drift(all);
        add_people(all);
        add_secrets(all);
        add_rules(all);
        add_deployments(all);
        add_notifications(all);
        add_audit(all);
        return all;
    }();
    return table;
}

}  // namespace patrol::cli
