#include "notify/courier.h"

#include <charconv>

#include <fmt/core.h>

#include "base/limits.h"
#include "crypto/random.h"
#include "net/url.h"
#include "notify/hooks.h"
#include "notify/mail.h"

namespace patrol::notify {

namespace {

constexpr std::size_t answer_bytes_max = 64 * 1024;

net::MailServer::Security security_of(model::MailSecurity security) {
    switch (security) {
        case model::MailSecurity::tls:
            return net::MailServer::Security::tls;
        case model::MailSecurity::none:
            return net::MailServer::Security::loopback_only;
        case model::MailSecurity::starttls:
            break;
    }
    return net::MailServer::Security::starttls;
}

int retry_after_ms(std::string_view header) {
    int seconds = 0;
    const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
    const bool whole = error == std::errc() && end == header.data() + header.size() && seconds >= 0;
    const auto most = static_cast<int>(std::chrono::seconds(limits::delivery_retry_max).count());
    return whole ? std::min(seconds, most) * 1000 : 0;
}

Failure refused(const net::HttpResponse& response) {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = fmt::format("The receiver answered with status {}.", response.status),
                      .hint = response.status >= 300 && response.status < 400
                                  ? "Redirects are not followed: write the final address."
                                  : "",
                      .code = fmt::format("http_{}", response.status),
                      .retry_after_ms = retry_after_ms(response.header("Retry-After"))});
}

}  // namespace

Courier::Courier(CourierMeans means, std::string public_url)
    : means_(means), public_url_(std::move(public_url)) {
    const auto url = net::parse_url(public_url_);
    host_ = url && url->host_kind == net::Url::HostKind::name ? url->host : "patrol.invalid";
}

Result<void> Courier::carry(const store::ClaimedDelivery& delivery, std::stop_token stop) const {
    return std::visit([&](const auto& target) { return send(delivery, target, stop); },
                      delivery.channel.target);
}

Result<void> Courier::test(const TenantId& tenant, const model::NotificationChannel& channel,
                           std::stop_token stop) const {
    const auto now = means_.clock.now();
    return carry({.tenant = tenant,
                  .id = crypto::new_id<DeliveryId>(),
                  .notice = {.id = crypto::new_id<NoticeId>(),
                             .kind = model::NoticeKind::test,
                             .severity = model::Severity::info,
                             .title = "A test message of Patrol",
                             .facts = {{"channel", channel.name},
                                       {"meaning", "Notices routed to this channel arrive here."}},
                             .created_at = now},
                  .channel = channel},
                 std::move(stop));
}

Result<void> Courier::send(const store::ClaimedDelivery& delivery, const model::EmailChannel& email,
                           std::stop_token stop) const {
    crypto::Secret password;
    if (email.password)
        password =
            TRY_DURING("reading the password", means_.secrets.resolve(delivery.tenant, *email.password));
    const net::MailServer server{.host = email.host,
                                 .port = email.port,
                                 .security = security_of(email.security),
                                 .username = email.username,
                                 .password = password.expose()};
    const Envelope envelope{.from = email.from, .to = email.to, .host = host_, .now = means_.clock.now()};
    const net::MailMessage mail{
        .from = email.from, .to = email.to, .text = mail_text(compose(delivery, public_url_), envelope)};
    return means_.mail.send(server, mail, limits::delivery_time, std::move(stop));
}

Result<void> Courier::send(const store::ClaimedDelivery& delivery, const model::SlackChannel& slack,
                           std::stop_token stop) const {
    const auto url =
        TRY_DURING("reading the hook's address", means_.secrets.resolve(delivery.tenant, slack.url));
    return post(std::string(url.expose()), slack_body(compose(delivery, public_url_)),
                {{"Content-Type", "application/json"}}, std::move(stop));
}

Result<void> Courier::send(const store::ClaimedDelivery& delivery, const model::WebhookChannel& webhook,
                           std::stop_token stop) const {
    const auto secret =
        TRY_DURING("reading the signing secret", means_.secrets.resolve(delivery.tenant, webhook.secret));
    auto body = webhook_body(delivery, public_url_);
    auto headers = webhook_headers(delivery.id.str(), secret.expose(), body, means_.clock.now());
    return post(webhook.url, std::move(body), std::move(headers), std::move(stop));
}

Result<void> Courier::post(std::string url, std::string body, net::Headers headers,
                           std::stop_token stop) const {
    // The transport's defaults: an address that a user chose, checked by the egress policy; no redirects.
    const auto response = TRY(means_.http.send({.method = "POST",
                                                .url = std::move(url),
                                                .headers = std::move(headers),
                                                .body = std::move(body),
                                                .timeout = limits::delivery_time,
                                                .max_body_bytes = answer_bytes_max,
                                                .stop = std::move(stop)}));
    if (response.status < 200 || response.status >= 300) return refused(response);
    return {};
}

}  // namespace patrol::notify
