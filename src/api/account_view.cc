#include "access/aws_role.h"
#include "api/accounts.h"
#include "model/drift.h"
#include "net/url.h"

namespace patrol::api {
namespace {

json::object ref_of(const model::SecretRef& ref) { return {{"manager", ref.manager}, {"ref", ref.ref}}; }

template <class T>
json::value id_or_null(const std::optional<T>& id) {
    return id ? json::value(id->str()) : json::value(nullptr);
}

json::value environment_of(const model::CloudAccount& account) {
    return account.environment ? json::value(model::to_string(*account.environment)) : json::value(nullptr);
}

json::array texts_of(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

// The part of auth that people may write.
json::value writable_auth(const model::CloudAccount& account) {
    if (const auto* role = std::get_if<model::RoleAuth>(&account.auth))
        return json::object{{"kind", "role"},
                            {"role_arn", text_or_null(role->role_arn)},
                            {"allow_insecure_trust", role->allow_insecure_trust}};
    if (const auto* keys = std::get_if<model::AccessKeyAuth>(&account.auth))
        return json::object{{"kind", "access_keys"},
                            {"access_key_id", ref_of(keys->access_key_id)},
                            {"secret_access_key", ref_of(keys->secret_access_key)}};
    if (const auto* on_site = std::get_if<model::OnSiteAuth>(&account.auth))
        return json::object{{"kind", "on_site"}, {"credential", on_site->credential}};
    return nullptr;
}

bool is_loopback(std::string_view public_url) {
    const auto url = net::parse_url(public_url);
    if (!url) return false;
    const auto address = net::IpAddress::parse(url->host);
    return url->host == "localhost" || (address && address->is_loopback());
}

}  // namespace

json::object writable_of(const model::CloudAccount& account) {
    return {{"name", account.name},
            {"provider", model::to_string(account.provider)},
            {"customer_id", id_or_null(account.customer_id)},
            {"environment", environment_of(account)},
            {"labels", labels_of(account.labels)},
            {"owner", text_or_null(account.owner)},
            {"mode", model::to_string(account.mode)},
            {"collector_id", id_or_null(account.collector_id)},
            {"auth", writable_auth(account)},
            {"regions", texts_of(account.regions)},
            {"auto_scan", account.auto_scan_wanted},
            {"auto_scan_hours", account.auto_scan_hours},
            {"endpoint_url", text_or_null(account.endpoint_url)}};
}

AccountView::AccountView(Call& call) : call_(call) {
    const auto identity = call.services.identity.get();
    if (identity)
        principal_ = access::principal_arn(
            {.partition = identity->partition, .patrol_account_id = identity->account_id});
    else
        identity_problem_ = identity.error().message + " " + identity.error().hint;
}

Result<AccountView> AccountView::of(Call& call, std::span<const model::CloudAccount> accounts) {
    AccountView view(call);
    std::vector<AccountId> ids;
    for (const auto& account : accounts) ids.push_back(account.id);
    // That it is away concerns everybody who sees the account, whoever sees the collector itself.
    for (const auto& account : accounts)
        if (account.collector_id && !view.collectors_.contains(*account.collector_id))
            if (const auto found = call.store().collectors().get(call.viewer().tenant, *account.collector_id))
                view.collectors_.emplace(*account.collector_id, model::state_of(*found, call.now()));
    view.open_changes_ = TRY(call.store().baselines().open_changes(call.viewer(), ids));
    return view;
}

json::object AccountView::open_changes_of(const model::CloudAccount& account) const {
    const auto at = open_changes_.find(account.id);
    const auto count = [&](model::Severity severity) {
        return at == open_changes_.end() ? 0 : at->second.of[static_cast<int>(severity)];
    };
    json::object out;
    for (const auto severity : {model::Severity::critical, model::Severity::high, model::Severity::medium,
                                model::Severity::low, model::Severity::info})
        out[model::to_string(severity)] = count(severity);
    return out;
}

json::value AccountView::auth_of(const model::CloudAccount& account) const {
    json::value auth = writable_auth(account);
    if (const auto* role = std::get_if<model::RoleAuth>(&account.auth)) {
        json::object& object = auth.get_object();
        object["proposed_role_arn"] = text_or_null(role->proposed_role_arn);
        object["external_id"] = account.external_id;
        object["patrol_principal"] = text_or_null(principal_);
    }
    return auth;
}

json::value AccountView::last_scan_of(const model::CloudAccount& account) const {
    if (!account.last_scan_id) return nullptr;
    json::object last{{"id", account.last_scan_id->str()},
                      {"finished_at", time_or_null(account.last_scan_at)}};
    if (const auto scan = call_.store().scans().get(call_.viewer(), *account.last_scan_id))
        last["state"] = model::to_string(scan->state);
    return last;
}

std::string_view AccountView::collector_warning(const model::CloudAccount& account) const {
    const auto at = account.collector_id ? collectors_.find(*account.collector_id) : collectors_.end();
    if (at == collectors_.end()) return {};
    switch (at->second) {
        case model::CollectorState::waiting:
            return "The collector of this account is not enrolled yet.";
        case model::CollectorState::offline:
            return "The collector of this account is offline: scans wait for it.";
        case model::CollectorState::revoked:
            return "The collector of this account is revoked: give the account another one.";
        case model::CollectorState::online:
            break;
    }
    return {};
}

json::array AccountView::warnings_of(const model::CloudAccount& account) const {
    json::array warnings;
    if (const std::string reason = not_available(account); !reason.empty()) warnings.emplace_back(reason);
    if (const auto warning = collector_warning(account); !warning.empty()) warnings.emplace_back(warning);
    const auto* role = std::get_if<model::RoleAuth>(&account.auth);
    if (role != nullptr && !identity_problem_.empty()) warnings.emplace_back(identity_problem_);
    if (role != nullptr && account.native_account_id.empty() &&
        is_loopback(call_.services.settings.public_url))
        warnings.emplace_back(
            "The server's public URL is a loopback address: only this machine can run the connect command. "
            "Set --public-url to an address that the customer can reach.");
    if (role != nullptr && role->allow_insecure_trust)
        warnings.emplace_back("This account may be scanned although its role opens without the external ID.");
    if (account.auto_scan_wanted && !account.auto_scan && not_available(account).empty())
        warnings.emplace_back("Auto-scan starts with the first passed connection test.");
    return warnings;
}

json::object AccountView::render(const model::CloudAccount& account) const {
    json::object object = writable_of(account);
    object["id"] = account.id.str();
    object["auth"] = auth_of(account);
    object["auto_scan"] = account.auto_scan;
    object["status"] = model::to_string(account.status);
    object["status_reason"] = text_or_null(account.status_reason);
    object["native_account_id"] = text_or_null(account.native_account_id);
    object["last_scan"] = last_scan_of(account);
    object["next_scan_at"] = time_or_null(account.next_scan_at);
    object["resources"] = account.resources;
    object["open_changes"] = open_changes_of(account);
    object["warnings"] = warnings_of(account);
    object["created_at"] = time_or_null(account.created_at);
    object["updated_at"] = time_or_null(account.updated_at);
    return object;
}

}  // namespace patrol::api
