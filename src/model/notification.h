// Who is told what: a *notice* is something worth telling; *routes* choose the *channels* it goes to by
// severity, customer and kind; a *delivery* is one notice on its way through one channel. Secrets of a
// channel (password, hook, signing key) are references only. Times are UTC, unset = never.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/secret_ref.h"
#include "model/severity.h"

namespace patrol::model {

enum class NoticeKind {
    drift_opened,         // changes that nobody has decided on yet
    drift_changed,        // open changes got other values, or came back after a decision
    drift_decided,        // somebody accepted or rejected, or a scan saw a change reverted
    account_not_scanned,  // no snapshot for limits::not_scanned_age, and again when there is one
    credentials_failing,  // the account cannot be read, and again when it can
    digest,               // once a day: what is open
    test,                 // "send test"
};

// Title and facts may hold text of a customer's cloud (names, tags): channels make it inert.
struct Notice {
    NoticeId id;  // filled in where empty
    NoticeKind kind = NoticeKind::drift_opened;
    Severity severity = Severity::medium;
    std::optional<AccountId> account;
    std::optional<CustomerId> customer;  // unset: the account's
    std::optional<ChangeSetId> change_set;
    std::optional<ChannelId> channel;  // only to this channel, past the routes (digest)
    std::string title;                 // one sentence without a full stop: "3 changes in northwind-prod"
    json::object facts;                // what the body shows, in order: name → text, number or array of texts
    std::string dedupe;  // a notice with a key that the tenant had before is dropped; empty: never
    Timestamp created_at;
};

enum class ChannelKind { email, slack, webhook };
enum class MailSecurity { starttls, tls, none };  // none: to loopback only

struct EmailChannel {
    std::string host;
    std::uint16_t port = 587;
    MailSecurity security = MailSecurity::starttls;
    std::string username;               // empty: no authentication
    std::optional<SecretRef> password;  // with a username
    std::string from;
    std::vector<std::string> to;
    bool operator==(const EmailChannel&) const = default;
};
// The hook's address is a secret: whoever has it may post.
struct SlackChannel {
    SecretRef url;
    bool operator==(const SlackChannel&) const = default;
};
struct WebhookChannel {
    std::string url;
    SecretRef secret;  // signs what is sent
    bool operator==(const WebhookChannel&) const = default;
};
using ChannelTarget = std::variant<EmailChannel, SlackChannel, WebhookChannel>;

struct NotificationChannel {
    ChannelId id;
    std::string name;
    ChannelTarget target;
    bool enabled = true;
    Timestamp last_success_at;
    Timestamp last_failure_at;
    std::string last_error;    // of the last failure, one sentence
    std::int64_t waiting = 0;  // deliveries on their way
    std::int64_t dead = 0;     // deliveries given up
    Timestamp created_at;
    Timestamp updated_at;
    std::int64_t revision = 1;  // the ETag
};

struct NotificationRoute {
    RouteId id;
    ChannelId channel;
    std::string channel_name;
    std::vector<NoticeKind> kinds;  // empty: every kind but the digest
    Severity min_severity = Severity::high;
    std::optional<CustomerId> customer;  // unset: every customer, and accounts without one
    int digest_hour = 7;                 // UTC, where `kinds` names the digest
    bool enabled = true;
    Timestamp created_at;
    Timestamp updated_at;
    std::int64_t revision = 1;  // the ETag
};

enum class DeliveryState { pending, sent, dead };

struct NotificationDelivery {
    DeliveryId id;  // the idempotency key that the receiver sees, the same in every attempt
    NoticeId notice;
    ChannelId channel;
    std::string channel_name;
    NoticeKind kind = NoticeKind::test;
    Severity severity = Severity::info;
    std::optional<AccountId> account;
    std::string title;
    DeliveryState state = DeliveryState::pending;
    int attempts = 0;
    std::string error;  // of the last attempt, one sentence
    Timestamp next_attempt_at;
    Timestamp created_at;
    Timestamp finished_at;  // when it was sent or given up
};

inline ChannelKind kind_of(const ChannelTarget& target) { return static_cast<ChannelKind>(target.index()); }

std::string_view to_string(NoticeKind);
std::string_view to_string(ChannelKind);
std::string_view to_string(MailSecurity);
std::string_view to_string(DeliveryState);
std::optional<NoticeKind> parse_notice_kind(std::string_view);
std::optional<ChannelKind> parse_channel_kind(std::string_view);
std::optional<MailSecurity> parse_mail_security(std::string_view);
std::optional<DeliveryState> parse_delivery_state(std::string_view);

}  // namespace patrol::model
