#include "cli/command_parts.h"

namespace patrol::cli {
namespace {

using enum Value;

void add_users(std::vector<Command>& table) {
    const std::vector<std::string_view> columns{"id",    "email", "name",           "role",
                                                "state", "mfa",   "last_sign_in_at"};
    const std::string_view one = "/users/{id}";
    const Option customers{"--customer", "customers", list, "id of a customer that is seen, repeatable"};
    table.push_back({"user", "list", "the people of the tenant", "GET", "/users", page_options(), columns});
    table.push_back({"user", "get", "one person", "GET", one, {}, columns});
    table.push_back({"user",
                     "invite",
                     "invite a person: the link is shown once",
                     "POST",
                     "/users",
                     {{"--email", "email", text, "e-mail address", true},
                      {"--name", "name", text, "name of the person"},
                      {"--role", "role", text, "owner, admin, operator or viewer (default)"},
                      customers},
                     {"id", "email", "role", "invite_url", "invite_expires_at"}});
    table.push_back({"user",
                     "invite-again",
                     "a new link for an invitation that was not accepted",
                     "POST",
                     "/users/{id}/invitation",
                     {},
                     {"id", "email", "role", "invite_url", "invite_expires_at"}});
    table.push_back({"user",
                     "update",
                     "change a person",
                     "PATCH",
                     one,
                     {{"--name", "name", text, "name of the person"},
                      {"--role", "role", text, "owner, admin, operator or viewer"},
                      {"--disable", "disabled", truth, "let the person in no more; tokens end too"},
                      {"--enable", "disabled", off, "let the person in again"},
                      customers,
                      {"--all-customers", "customers", null, "all customers are seen"}},
                     columns});
    table.push_back(
        {"user", "remove", "delete a person with all sessions and tokens", "DELETE", one, {}, {}});
    table.push_back({"user",
                     "reset-password",
                     "a link by which the person sets a new password: shown once",
                     "POST",
                     "/users/{id}/password-reset",
                     {},
                     {"reset_url", "reset_expires_at"}});
    table.push_back({"user",
                     "reset-mfa",
                     "remove the authenticator app of a person who lost it",
                     "DELETE",
                     "/users/{id}/totp",
                     {},
                     {}});
    table.push_back(
        {"user", "sign-out", "end all sessions of a person", "DELETE", "/users/{id}/sessions", {}, {}});
}

void add_tenants(std::vector<Command>& table) {
    table.push_back({"tenant",
                     "list",
                     "the tenants of this server (owner of the platform)",
                     "GET",
                     "/platform/tenants",
                     page_options(),
                     {"id", "name", "users", "created_at"}});
    table.push_back({"tenant",
                     "create",
                     "add a tenant: the link for its owner is shown once",
                     "POST",
                     "/platform/tenants",
                     {{"--name", "name", text, "name of the tenant", true},
                      {"--owner-email", "owner.email", text, "e-mail address of its owner", true},
                      {"--owner-name", "owner.name", text, "name of its owner"}},
                     {"id", "name", "owner.email", "invite_url", "invite_expires_at"}});
}

void add_own_tenant(std::vector<Command>& table) {
    const std::vector<std::string_view> columns{"id", "name", "require_second_factor"};
    table.push_back(
        {"tenant", "show", "the organisation and what it asks of its people", "GET", "/tenant", {}, columns});
    table.push_back(
        {"tenant",
         "update",
         "decide what is asked of everybody who signs in",
         "PATCH",
         "/tenant",
         {{"--require-second-factor", "require_second_factor", truth,
           "no one gets further than to setting up an authenticator app"},
          {"--second-factor-optional", "require_second_factor", off, "everybody decides that alone"}},
         columns});
}

void add_sessions(std::vector<Command>& table) {
    table.push_back({"session",
                     "list",
                     "where the token's owner is signed in",
                     "GET",
                     "/me/sessions",
                     {},
                     {"id", "address", "user_agent", "created_at", "last_seen_at"}});
    table.push_back({"session", "revoke", "end one session", "DELETE", "/me/sessions/{id}", {}, {}});
    table.push_back({"session", "revoke-all", "end all sessions", "DELETE", "/me/sessions", {}, {}});
}

void add_tokens(std::vector<Command>& table) {
    table.push_back({"token",
                     "list",
                     "API tokens",
                     "GET",
                     "/tokens",
                     page_options(),
                     {"id", "name", "role", "scopes", "customers", "expires_at", "last_used_at"}});
    table.push_back(
        {"token",
         "create",
         "make an API token: it is shown once",
         "POST",
         "/tokens",
         {{"--name", "name", text, "name", true},
          {"--role", "role", text, "owner, admin, operator or viewer"},
          {"--scope", "scopes", list, "read, scan, review, deploy or admin, repeatable; none: all"},
          {"--customer", "customers", list, "id of a customer that is seen, repeatable; none: all"},
          {"--expires-in-days", "expires_in_days", number, "at most 365 (90)"},
          {"--expires-at", "expires_at", text, "RFC 3339, instead of days"}},
         {"id", "name", "token", "expires_at"}});
    table.push_back({"token", "delete", "revoke an API token", "DELETE", "/tokens/{id}", {}, {}});
}

}  // namespace

void add_people(std::vector<Command>& table) {
    add_users(table);
    add_tenants(table);
    add_own_tenant(table);
    add_sessions(table);
    add_tokens(table);
}

}  // namespace patrol::cli
