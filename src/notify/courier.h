// Carries one delivery through its channel: resolves the secret just in time, asks the egress policy, sends
// once. What the other side answered beyond its status is read by nobody.
// Errors: those of net::Transport, net::MailTransport and secrets::Secrets; a status other than 2xx is
// Kind::unavailable "http_<status>" with retry_after_ms where the receiver said so.
#pragma once

#include <stop_token>
#include <string>

#include "net/mail_transport.h"
#include "net/transport.h"
#include "secrets/secrets.h"
#include "store/notification_deliveries.h"

namespace patrol::notify {

// What a courier works with; all outlive it.
struct CourierMeans {
    net::Transport& http;
    net::MailTransport& mail;
    const secrets::Secrets& secrets;
    Clock& clock;
};

class Courier {
public:
    // `public_url` has no slash at its end: where links lead.
    Courier(CourierMeans means, std::string public_url);

    Result<void> carry(const store::ClaimedDelivery& delivery, std::stop_token stop) const;
    // A test message, at once and past the queue.
    Result<void> test(const TenantId& tenant, const model::NotificationChannel& channel,
                      std::stop_token stop) const;

private:
    Result<void> send(const store::ClaimedDelivery&, const model::EmailChannel&, std::stop_token) const;
    Result<void> send(const store::ClaimedDelivery&, const model::SlackChannel&, std::stop_token) const;
    Result<void> send(const store::ClaimedDelivery&, const model::WebhookChannel&, std::stop_token) const;
    Result<void> post(std::string url, std::string body, net::Headers headers, std::stop_token stop) const;

    CourierMeans means_;
    std::string public_url_;
    std::string host_;
};

}  // namespace patrol::notify
