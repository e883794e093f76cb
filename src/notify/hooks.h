// A message as what is posted to a hook: Slack's incoming web hook (blocks of plain text, in which no
// markup, mention or link of a customer's name works), and Patrol's own signed web hook. Pure.
//   Patrol-Delivery    the idempotency key, the same in every attempt
//   Patrol-Timestamp   seconds since 1970, of this attempt
//   Patrol-Signature   "v1=" and hex of HMAC-SHA256(secret, timestamp "." body)
#pragma once

#include <string>
#include <string_view>

#include "net/transport.h"
#include "notify/message.h"

namespace patrol::notify {

std::string slack_body(const Message& message);
std::string webhook_body(const store::ClaimedDelivery& delivery, std::string_view public_url);
net::Headers webhook_headers(std::string_view delivery, std::string_view secret, std::string_view body,
                             Timestamp now);

}  // namespace patrol::notify
