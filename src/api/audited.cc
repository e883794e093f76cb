#include "api/audited.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/limits.h"
#include "crypto/token.h"

namespace patrol::api {
namespace {

constexpr std::string_view secret_text = "(secret)";
// Members whose text is a secret wherever they stand; as an object {manager, ref} they only refer to one.
constexpr std::array<std::string_view, 9> secret_names{"value", "secret",      "password",
                                                       "token", "hash",        "secret_access_key",
                                                       "code",  "private_key", "client_secret"};

bool is_secret_name(std::string_view name) {
    return std::ranges::any_of(secret_names, [name](std::string_view each) {
        return name == each || (name.ends_with(each) && name[name.size() - each.size() - 1] == '_');
    });
}

bool is_reference(const json::value& value) {
    return find(value, "manager") != nullptr && find(value, "ref") != nullptr;
}

// Paths and queries of web hooks are what makes them secret.
std::string shown_text(std::string_view text) {
    for (const std::string_view prefix : crypto::token_prefixes)
        if (text.find(prefix) != std::string_view::npos) return std::string(secret_text);
    if (!text.starts_with("https://") && !text.starts_with("http://")) return std::string(text);
    const auto host = text.find("//") + 2;
    const auto end = text.find_first_of("/?#", host);
    const auto at = text.substr(0, end).rfind('@');
    if (at != std::string_view::npos) return std::string(secret_text);
    if (end == std::string_view::npos || end + 1 == text.size()) return std::string(text);
    return std::string(text.substr(0, end)) + "/…";
}

json::value shown(std::string_view name, const json::value& value) {
    if (is_reference(value))
        return json::object{{"manager", string_or(value, "manager")}, {"ref", string_or(value, "ref")}};
    if (is_secret_name(name) && !value.is_null() && !value.is_bool()) return json::value(secret_text);
    const auto size = to_text(value).size();
    if (size > limits::audit_value_bytes) return json::value(fmt::format("({} bytes)", size));
    if (const auto* text = value.if_string()) return json::value(shown_text(*text));
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const auto& each : *array) out.push_back(shown(name, each));
        return out;
    }
    if (const auto* object = value.if_object()) {
        json::object out;
        for (const auto& [key, each] : *object) out[key] = shown(key, each);
        return out;
    }
    return value;
}

void keep_differing(const json::object& before, const json::object& after, json::object& old_out,
                    json::object& new_out);

void keep_member(std::string_view name, const json::value* before, const json::value* after,
                 json::object& old_out, json::object& new_out) {
    if (before != nullptr && after != nullptr && *before == *after) return;
    const bool both = before != nullptr && after != nullptr && before->is_object() && after->is_object();
    if (both && !is_reference(*before) && !is_reference(*after)) {
        json::object old_inner, new_inner;
        keep_differing(before->get_object(), after->get_object(), old_inner, new_inner);
        old_out[name] = std::move(old_inner);
        new_out[name] = std::move(new_inner);
        return;
    }
    if (before != nullptr) old_out[name] = shown(name, *before);
    if (after != nullptr) new_out[name] = shown(name, *after);
}

void keep_differing(const json::object& before, const json::object& after, json::object& old_out,
                    json::object& new_out) {
    for (const auto& [name, value] : before)
        keep_member(name, &value, after.if_contains(name), old_out, new_out);
    for (const auto& [name, value] : after)
        if (!before.contains(name)) keep_member(name, nullptr, &value, old_out, new_out);
}

void shorten(json::object& settings) {
    for (auto& member : settings) member.value() = fmt::format("({} bytes)", to_text(member.value()).size());
}

}  // namespace

void Audited::changed(const json::object& before, const json::object& after) {
    before_.clear();
    after_.clear();
    keep_differing(before, after, before_, after_);
    if (to_text(before_).size() + to_text(after_).size() <= limits::audit_settings_bytes) return;
    shorten(before_);
    shorten(after_);
}

void Audited::about(std::string kind, std::string id, std::string name) {
    object_ = {std::move(kind), std::move(id), std::move(name)};
}

void Audited::by(const TenantId& tenant, model::AuditActor actor) {
    tenant_ = tenant;
    actor_ = std::move(actor);
}

void Audited::by(const model::User& user) {
    by(user.tenant, {model::ActorKind::user, user.id.str(), user.email});
}

void Audited::by_nobody(std::string email) {
    tenant_.reset();
    actor_ = {model::ActorKind::user, "", std::move(email)};
}

}  // namespace patrol::api
