// An actor as a JSON column: {"name", "principal", "class", "certainty", "event_id", …}; an empty text is
// no actor. The API shows the same members but the principal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/deployment.h"

namespace patrol::store {

std::string actor_text(const model::Actor& actor);
Result<std::optional<model::Actor>> parse_actor(std::string_view text);

}  // namespace patrol::store
