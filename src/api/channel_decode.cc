#include "api/channel_decode.h"

#include <fmt/core.h>

#include "api/body.h"
#include "api/secret_field.h"
#include "net/smtp_client.h"
#include "secrets/channel_secret.h"

namespace patrol::api {
namespace {

constexpr std::string_view kind_names = "email, slack, webhook";
constexpr std::size_t address_chars_max = 254;
constexpr std::size_t url_chars_max = 2048;

std::string address_of(Body& body, std::string_view name, const std::string& address) {
    if (!address.empty() && !net::is_mail_address(address)) body.wrong(name, "This is not a mail address.");
    return address;
}

void read_sign_in(Body& body, model::EmailChannel& email) {
    email.username = body.text("username", {.max_chars = address_chars_max}).value_or("");
    if (body.has("password"))
        email.password = secret_ref_of(body, "password", "");
    else
        body.ignore("password");
    if (email.username.empty() && email.password) body.wrong("username", "A password needs a user name.");
    if (!email.username.empty() && !email.password)
        body.wrong("password", "This field is required with a user name: where the password is kept.");
}

model::ChannelTarget decode_email(const Call& call, Body& body) {
    model::EmailChannel email{.host = body.required_text("host", {.max_chars = 253})};
    email.port = static_cast<std::uint16_t>(body.integer("port", 1, 65535).value_or(email.port));
    email.security =
        body.choice("security", model::parse_mail_security, "starttls, tls, none").value_or(email.security);
    read_sign_in(body, email);
    email.from = address_of(body, "from", body.required_text("from", {.max_chars = address_chars_max}));
    email.to = body.texts("to", limits::mail_recipients, {.max_chars = address_chars_max});
    if (email.to.empty()) body.wrong("to", "This field is required: who receives the mails.");
    for (const auto& to : email.to) address_of(body, "to", to);
    using Security = net::MailServer::Security;
    const auto security = email.security == model::MailSecurity::none  ? Security::loopback_only
                          : email.security == model::MailSecurity::tls ? Security::tls
                                                                       : Security::starttls;
    const auto allowed = net::SmtpClient::check(
        call.services.egress, {.host = email.host, .port = email.port, .security = security});
    if (!allowed) {
        const auto field = allowed.error().field == "url" ? std::string("host") : allowed.error().field;
        body.wrong(field, allowed.error().message, allowed.error().hint);
    }
    return email;
}

model::ChannelTarget decode_slack(Body& body) {
    return model::SlackChannel{
        .url = secret_ref_of(body, "url", "Whoever knows a hook's address may post: keep it as a secret.")};
}

model::ChannelTarget decode_webhook(const Call& call, Body& body) {
    model::WebhookChannel webhook{.url = body.required_text("url", {.max_chars = url_chars_max}),
                                  .secret = secret_ref_of(body, "secret", "It signs what is sent.")};
    if (const auto allowed = call.services.egress.check_url(webhook.url); !allowed)
        body.wrong("url", allowed.error().message, allowed.error().hint);
    return webhook;
}

Result<void> check_secret(const Call& call, const std::optional<model::SecretRef>& ref,
                          const std::string& field) {
    if (!ref) return {};
    if (const auto rule = secrets::channel_rule_broken(*ref); !rule.empty())
        return invalid(field + ".ref", fmt::format("A channel may use only {}.", rule));
    return call.services.secrets.check(call.tenant(), *ref, field);
}

Result<void> check_secrets(const Call& call, const model::ChannelTarget& target) {
    if (const auto* email = std::get_if<model::EmailChannel>(&target))
        return check_secret(call, email->password, "email.password");
    if (const auto* slack = std::get_if<model::SlackChannel>(&target))
        return check_secret(call, slack->url, "slack.url");
    return check_secret(call, std::get<model::WebhookChannel>(target).secret, "webhook.secret");
}

}  // namespace

Result<model::NotificationChannel> decode_channel(Call& call, const json::object& object,
                                                  const model::NotificationChannel& before) {
    Body body(object);
    model::NotificationChannel channel = before;
    channel.name = body.required_text("name");
    channel.enabled = body.boolean("enabled").value_or(true);
    const bool is_new = before.id.empty();
    const auto kind = body.choice("kind", model::parse_channel_kind, kind_names);
    if (!kind) body.wrong("kind", fmt::format("This field is required: one of {}.", kind_names));
    if (kind && !is_new && *kind != model::kind_of(before.target))
        body.wrong("kind", "The kind of a channel cannot be changed.");
    const std::string name(model::to_string(kind.value_or(model::ChannelKind::email)));
    if (const json::object* target = kind ? body.object(name) : nullptr) {
        Body inner(*target, name);
        channel.target = *kind == model::ChannelKind::email   ? decode_email(call, inner)
                         : *kind == model::ChannelKind::slack ? decode_slack(inner)
                                                              : decode_webhook(call, inner);
        body.adopt(inner);
    } else if (kind) {
        body.wrong(name, "This field is required for this kind of channel.");
    }
    TRY(body.done());
    TRY(check_secrets(call, channel.target));
    return channel;
}

}  // namespace patrol::api
