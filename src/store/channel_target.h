// Where a notification channel leads, as JSON: the column of the store and the member of the API
// ("email", "slack" or "webhook") have one shape. References of secrets only, by the type.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "model/notification.h"

namespace patrol::store {

json::object target_json(const model::ChannelTarget& target);
// Kind::internal "corrupt" for what target_json() did not make.
Result<model::ChannelTarget> parse_target(model::ChannelKind kind, std::string_view text);

}  // namespace patrol::store
