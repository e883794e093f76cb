#include "store/channel_target.h"

namespace patrol::store {

namespace {

json::object ref_json(const model::SecretRef& ref) { return {{"manager", ref.manager}, {"ref", ref.ref}}; }

model::SecretRef parse_ref(const json::value& value) {
    return {std::string(string_or(value, "manager")), std::string(string_or(value, "ref"))};
}

model::SecretRef ref_at(const json::value& value, std::string_view name) {
    const auto* ref = find(value, name);
    return ref == nullptr ? model::SecretRef{} : parse_ref(*ref);
}

json::object email_json(const model::EmailChannel& email) {
    json::array to;
    for (const auto& address : email.to) to.emplace_back(address);
    return {{"host", email.host},
            {"port", email.port},
            {"security", model::to_string(email.security)},
            {"username", email.username.empty() ? json::value(nullptr) : json::value(email.username)},
            {"password", email.password ? json::value(ref_json(*email.password)) : json::value(nullptr)},
            {"from", email.from},
            {"to", std::move(to)}};
}

model::EmailChannel parse_email(const json::value& value) {
    model::EmailChannel email{.host = std::string(string_or(value, "host")),
                              .port = static_cast<std::uint16_t>(int_or(value, "port", 587)),
                              .username = std::string(string_or(value, "username")),
                              .from = std::string(string_or(value, "from"))};
    email.security = model::parse_mail_security(string_or(value, "security")).value_or(email.security);
    if (find(value, "password") != nullptr) email.password = ref_at(value, "password");
    if (const auto* to = find(value, "to"); to != nullptr && to->is_array())
        for (const auto& address : to->get_array())
            if (address.is_string()) email.to.emplace_back(address.get_string());
    return email;
}

}  // namespace

json::object target_json(const model::ChannelTarget& target) {
    if (const auto* email = std::get_if<model::EmailChannel>(&target)) return email_json(*email);
    if (const auto* slack = std::get_if<model::SlackChannel>(&target)) return {{"url", ref_json(slack->url)}};
    const auto& webhook = std::get<model::WebhookChannel>(target);
    return {{"url", webhook.url}, {"secret", ref_json(webhook.secret)}};
}

Result<model::ChannelTarget> parse_target(model::ChannelKind kind, std::string_view text) {
    const auto value = parse_json(text);
    if (!value)
        return fail(
            Error{.message = "The target of a notification channel cannot be read.", .code = "corrupt"});
    if (kind == model::ChannelKind::email) return parse_email(*value);
    if (kind == model::ChannelKind::slack) return model::SlackChannel{.url = ref_at(*value, "url")};
    return model::WebhookChannel{.url = std::string(string_or(*value, "url")),
                                 .secret = ref_at(*value, "secret")};
}

}  // namespace patrol::store
