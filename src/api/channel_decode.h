// A notification channel from a request's body.
#pragma once

#include "api/call.h"
#include "model/notification.h"

namespace patrol::api {

// Kind::invalid with the field that is wrong. `before` is the channel that is changed; a new one has no id.
Result<model::NotificationChannel> decode_channel(Call& call, const json::object& object,
                                                  const model::NotificationChannel& before);

}  // namespace patrol::api
