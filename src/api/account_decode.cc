#include <algorithm>

#include "access/aws_role.h"
#include "api/accounts.h"
#include "api/body.h"
#include "api/secret_field.h"
#include "filter/filter.h"
#include "scan/schedule.h"

namespace patrol::api {
namespace {

constexpr std::size_t regions_max = 100;
constexpr std::size_t credential_chars_max = 63;
constexpr std::int64_t scan_hours_max = 24 * 7;
constexpr std::string_view provider_names = "aws, azure, gcp, openstack, vmware, custom";
constexpr std::string_view environment_names = "development, staging, qa, preproduction, production";
constexpr std::string_view no_key_here = "A key itself is never part of an account.";
constexpr std::string_view mode_names = "pull, collector, push";

model::Auth decode_role(Body& auth, const model::CloudAccount& before) {
    const auto* old = std::get_if<model::RoleAuth>(&before.auth);
    model::RoleAuth role{.role_arn = auth.text("role_arn", {.min_chars = 0, .max_chars = 2048}).value_or("")};
    role.allow_insecure_trust = auth.boolean("allow_insecure_trust").value_or(false);
    if (old != nullptr && role.role_arn == old->role_arn) role.proposed_role_arn = old->proposed_role_arn;
    return role;
}

// The name of a credential in a collector's configuration: [a-z0-9][a-z0-9_-]{0,62}.
bool is_credential_name(std::string_view text) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= credential_chars_max && plain(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return plain(c) || c == '_' || c == '-'; });
}

model::Auth decode_on_site(Body& auth) {
    model::OnSiteAuth on_site{auth.required_text("credential")};
    if (!is_credential_name(on_site.credential))
        auth.wrong(
            "credential", "This must be the name of a credential in the collector's configuration.",
            "Small letters, digits, - and _, at most 63; a secret itself is never part of an account.");
    return on_site;
}

std::string default_kind(const Body& auth) {
    if (auth.has("credential")) return "on_site";
    return auth.has("access_key_id") ? "access_keys" : "role";
}

model::Auth decode_auth(Body& body, const model::CloudAccount& account, const model::CloudAccount& before) {
    const json::object* object = body.object("auth");
    const bool is_aws = account.provider == model::ProviderKind::aws;
    if (object == nullptr) {
        // Leaving auth out of a patch arrives here as the old value, so this is a new or emptied one.
        return is_aws && account.mode == model::ConnectionMode::pull ? model::Auth(model::RoleAuth{})
                                                                     : model::Auth(model::NoAuth{});
    }
    if (account.mode == model::ConnectionMode::push)
        body.wrong("auth", "An account whose inventory is pushed needs no credentials.");
    Body auth(*object, "auth");
    const std::string kind = auth.text("kind").value_or(default_kind(auth));
    model::Auth result = model::NoAuth{};
    if (is_aws && kind == "on_site" && account.mode == model::ConnectionMode::collector)
        result = decode_on_site(auth);
    else if (is_aws && kind == "role")
        result = decode_role(auth, before);
    else if (is_aws && kind == "access_keys")
        result =
            model::AccessKeyAuth{.access_key_id = secret_ref_of(auth, "access_key_id", no_key_here),
                                 .secret_access_key = secret_ref_of(auth, "secret_access_key", no_key_here)};
    else
        auth.wrong(
            "kind",
            is_aws ? "For AWS this must be role or access_keys, or on_site with mode collector."
                   : "This kind of access does not fit the provider, or is not available in this version.");
    body.adopt(auth);
    return result;
}

void check_regions(Call& call, Body& body, const model::CloudAccount& account) {
    if (account.regions.empty()) return;
    if (account.provider == model::ProviderKind::vmware || account.provider == model::ProviderKind::custom)
        body.wrong("regions", "This provider has no regions.");
    if (account.provider != model::ProviderKind::aws) return;
    for (const std::string& region : account.regions)
        if (call.services.catalogue.partition_of(region) == nullptr)
            body.wrong("regions", "This is not the name of an AWS region.");
}

void check_mode(Body& body, const model::CloudAccount& account) {
    if (account.collector_id && account.mode != model::ConnectionMode::collector)
        body.wrong("collector_id", "Only an account with mode collector has a collector.");
}

// auto_scan in a request is a wish: it comes true at once where the connection was proven, else with
// the first passed test.
void apply_auto_scan(Call& call, Body& body, model::CloudAccount& account,
                     const model::CloudAccount& before) {
    const std::optional<bool> wish = body.boolean("auto_scan");
    if (account.mode == model::ConnectionMode::push && wish.value_or(false))
        body.wrong("auto_scan", "An account whose inventory is pushed is not scanned by Patrol.");
    if (!wish || *wish == before.auto_scan_wanted) return;
    account.auto_scan_wanted = *wish;
    const bool proven = !before.native_account_id.empty() && before.status != model::AccountStatus::pending &&
                        before.status != model::AccountStatus::insecure_trust;
    account.auto_scan = *wish && proven;
    account.next_scan_at = account.auto_scan ? scan::next_scan_time(account.id, account.auto_scan_hours,
                                                                    call.now(), scan::random_jitter())
                                             : Timestamp{};
}

// Settings that only the platform owner may make; what was there before may stay.
Result<void> check_platform_owner(Call& call, const model::CloudAccount& account,
                                  const model::CloudAccount& before) {
    if (call.caller.platform_owner) return {};
    const auto* role = std::get_if<model::RoleAuth>(&account.auth);
    const auto* old = std::get_if<model::RoleAuth>(&before.auth);
    const bool trust =
        role != nullptr && role->allow_insecure_trust && !(old != nullptr && old->allow_insecure_trust);
    const bool endpoint = !account.endpoint_url.empty() && account.endpoint_url != before.endpoint_url;
    if (!trust && !endpoint) return {};
    return fail(Error{.kind = Error::Kind::denied,
                      .message = "Only the platform owner may set this.",
                      .field = trust ? "auth.allow_insecure_trust" : "endpoint_url",
                      .code = "platform_owner_only"});
}

Result<void> check_endpoint(Call& call, const model::CloudAccount& account,
                            const model::CloudAccount& before) {
    const bool is_same = account.endpoint_url == before.endpoint_url && account.mode == before.mode;
    if (account.endpoint_url.empty() || is_same) return {};
    // Of a collector's account it is the site that decides what may be reached.
    if (account.mode == model::ConnectionMode::collector) return {};
    auto outcome = call.services.egress.check_url(account.endpoint_url);
    if (outcome) return {};
    Error error = std::move(outcome).error();
    error.field = "endpoint_url";
    return fail(std::move(error));
}

Result<void> check_auth(Call& call, const model::CloudAccount& account, const model::CloudAccount& before) {
    if (const auto* role = std::get_if<model::RoleAuth>(&account.auth)) {
        const auto* old = std::get_if<model::RoleAuth>(&before.auth);
        if (role->role_arn.empty() || (old != nullptr && old->role_arn == role->role_arn)) return {};
        return check_role(call, account, role->role_arn, "auth.role_arn");
    }
    if (const auto* keys = std::get_if<model::AccessKeyAuth>(&account.auth)) {
        TRY(call.services.secrets.check(call.tenant(), keys->access_key_id, "auth.access_key_id"));
        TRY(call.services.secrets.check(call.tenant(), keys->secret_access_key, "auth.secret_access_key"));
    }
    return {};
}

// An account that the caller may not see is not named.
Error same_account(Call& call, const model::CloudAccount& other) {
    if (!call.viewer().customers.contains(other.customer_id))
        return {.kind = Error::Kind::conflict,
                .message = "This cloud account is registered already.",
                .hint = "Ask an administrator who sees all customers.",
                .code = "account_exists"};
    return {.kind = Error::Kind::conflict,
            .message = "This cloud account is registered already, as \"" + other.name + "\".",
            .hint = "Open that one (" + other.id.str() + ") instead.",
            .detail = other.id.str(),
            .code = "account_exists"};
}

// Accounts that were saved with a role but never connected have no bound number yet.
Result<void> check_unbound(Call& call, const model::CloudAccount& account, std::string_view number) {
    const filter::Filter aws = TRY(filter::parse("provider=aws"));
    store::PageRequest request{.limit = limits::page_items_max, .filter = &aws};
    for (;;) {
        const auto page = TRY(call.store().accounts().list(call.viewer().tenant, request));
        for (const model::CloudAccount& other : page.items) {
            const auto* role = std::get_if<model::RoleAuth>(&other.auth);
            if (other.id == account.id || role == nullptr || role->role_arn.empty()) continue;
            const auto arn = access::parse_role_arn(role->role_arn);
            if (arn && arn->account_id == number) return fail(same_account(call, other));
        }
        if (!page.next_cursor) return {};
        request.cursor = *page.next_cursor;
    }
}

}  // namespace

std::string not_available(const model::CloudAccount& account) {
    if (account.mode == model::ConnectionMode::collector && account.provider != model::ProviderKind::aws)
        return "A collector cannot read this provider in this version.";
    if (account.mode == model::ConnectionMode::collector && !account.collector_id)
        return "No collector is assigned to this account.";
    if (account.mode == model::ConnectionMode::push) return "Push is not available in this version.";
    if (account.provider != model::ProviderKind::aws)
        return "Scanning this provider is not available in this version.";
    return {};
}

Result<void> check_role(Call& call, const model::CloudAccount& account, std::string_view role_arn,
                        std::string_view field) {
    auto parsed = access::parse_role_arn(role_arn);
    if (!parsed) {
        Error error = std::move(parsed).error();
        error.field = field;
        return fail(std::move(error));
    }
    const std::string& number = parsed->account_id;
    if (!account.native_account_id.empty() && account.native_account_id != number)
        return invalid(std::string(field),
                       "This role is in account " + number + ", but this cloud account is bound to " +
                           account.native_account_id + ".",
                       "Register the other account as a cloud account of its own.");
    if (call.services.settings.own_account == Allow::no) {
        const auto own = call.services.identity.get();
        if (own && own->account_id == number)
            return invalid(std::string(field), "This role is in the AWS account that Patrol itself runs in.",
                           "Start the server with PATROL_ALLOW_OWN_ACCOUNT=true if that is meant.");
    }
    const auto other =
        TRY(call.store().accounts().by_native_id(call.viewer().tenant, account.provider, number));
    if (other && other->id != account.id) return fail(same_account(call, *other));
    return check_unbound(call, account, number);
}

Result<model::CloudAccount> decode_account(Call& call, const json::object& object,
                                           const model::CloudAccount& before) {
    const bool is_new = before.id.empty();
    Body body(object);
    model::CloudAccount account = before;
    account.name = body.required_text("name");
    const auto provider = body.choice("provider", model::parse_provider, provider_names);
    if (!provider) body.wrong("provider", "This field is required.");
    if (!is_new && provider && *provider != before.provider)
        body.wrong("provider", "The provider of an account cannot be changed.");
    account.provider = provider.value_or(before.provider);
    account.customer_id = body.id<CustomerId>("customer_id");
    account.environment = body.choice("environment", model::parse_environment, environment_names);
    account.labels = body.labels("labels");
    account.owner = body.text("owner", {.min_chars = 0}).value_or("");
    account.mode = body.choice("mode", model::parse_mode, mode_names).value_or(model::ConnectionMode::pull);
    account.collector_id = body.id<CollectorId>("collector_id");
    account.regions = body.texts("regions", regions_max, {.max_chars = 64});
    account.auto_scan_hours =
        static_cast<int>(body.integer("auto_scan_hours", 1, scan_hours_max).value_or(6));
    account.endpoint_url = body.text("endpoint_url", {.min_chars = 0, .max_chars = 2048}).value_or("");
    account.auth = decode_auth(body, account, before);
    apply_auto_scan(call, body, account, before);
    check_mode(body, account);
    check_regions(call, body, account);
    if (!account.endpoint_url.empty() && account.mode == model::ConnectionMode::push)
        body.wrong("endpoint_url", "An account whose inventory is pushed has no endpoint.");
    TRY(body.done());
    if (account.customer_id && account.customer_id != before.customer_id &&
        !call.store().customers().get(call.viewer(), *account.customer_id))
        return invalid("customer_id", "There is no such customer.");
    TRY(check_platform_owner(call, account, before));
    TRY(check_endpoint(call, account, before));
    TRY(check_auth(call, account, before));
    return account;
}

}  // namespace patrol::api
