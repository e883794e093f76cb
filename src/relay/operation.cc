#include "relay/operation.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "worker/codec.h"

namespace patrol::relay {
namespace {

using worker::Message;

constexpr std::array<std::pair<Message, std::string_view>, 6> names{{{Message::identity, "identity"},
                                                                     {Message::verify_trust, "verify_trust"},
                                                                     {Message::test, "test"},
                                                                     {Message::regions, "regions"},
                                                                     {Message::run, "run"},
                                                                     {Message::audit, "audit"}}};

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

bool read_key(const json::value& value, crypto::Key& key) {
    auto bytes = from_base64url(string_or(value, "redaction_key"));
    if (!bytes || bytes->size() != key.size()) return false;
    std::ranges::copy(*bytes, key.begin());
    crypto::wipe(bytes->data(), bytes->size());
    return true;
}

bool read_regions(const json::value& account, std::vector<std::string>& regions) {
    const auto* list = find(account, "regions");
    if (list == nullptr || !list->is_array()) return false;
    for (const auto& each : list->get_array()) {
        if (!each.is_string()) return false;
        regions.emplace_back(each.get_string());
    }
    return true;
}

}  // namespace

std::string_view operation_name(Message kind) {
    const auto at = std::ranges::find(names, kind, &std::pair<Message, std::string_view>::first);
    return at == names.end() ? std::string_view() : at->second;
}

json::object to_json(const Operation& operation) {
    json::array regions;
    for (const auto& region : operation.regions) regions.emplace_back(region);
    json::object out{{"id", operation.id.str()},
                     {"kind", operation_name(operation.kind)},
                     {"account",
                      {{"id", operation.account.str()},
                       {"name", operation.account_name},
                       {"provider", operation.provider},
                       {"native_account_id", text_or_null(operation.native_account_id)},
                       {"regions", std::move(regions)}}},
                     {"credential", operation.credential},
                     {"endpoint_url", text_or_null(operation.endpoint_url)},
                     {"allow_insecure_trust", operation.insecure_trust == inventory::InsecureTrust::allowed},
                     {"redaction_key", to_base64url(operation.redaction_key)},
                     {"purpose", operation.purpose}};
    if (!operation.order.empty()) out["order"] = to_base64(as_bytes(operation.order));
    return out;
}

Result<Operation> parse_operation(const json::value& value) {
    Operation out;
    const auto id = OperationId::parse(string_or(value, "id"));
    const auto at =
        std::ranges::find(names, string_or(value, "kind"), &std::pair<Message, std::string_view>::second);
    const auto* account = find(value, "account");
    if (!id || at == names.end() || account == nullptr) return worker::malformed_message();
    const auto account_id = AccountId::parse(string_or(*account, "id"));
    const auto order = from_base64(string_or(value, "order"));
    if (!account_id || !order || !read_key(value, out.redaction_key) || !read_regions(*account, out.regions))
        return worker::malformed_message();
    out.id = *id;
    out.kind = at->first;
    out.account = *account_id;
    out.account_name = string_or(*account, "name");
    out.provider = string_or(*account, "provider");
    out.native_account_id = string_or(*account, "native_account_id");
    out.credential = string_or(value, "credential");
    out.endpoint_url = string_or(value, "endpoint_url");
    out.insecure_trust = bool_or(value, "allow_insecure_trust") ? inventory::InsecureTrust::allowed
                                                                : inventory::InsecureTrust::refused;
    out.purpose = string_or(value, "purpose");
    out.order = *order;
    return out;
}

}  // namespace patrol::relay
