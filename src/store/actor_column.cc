#include "store/actor_column.h"

#include "base/json.h"

namespace patrol::store {

std::string actor_text(const model::Actor& actor) {
    return to_text(json::object{{"name", actor.name},
                                {"principal", actor.principal},
                                {"class", model::to_string(actor.kind)},
                                {"certainty", model::to_string(actor.certainty)},
                                {"event_id", actor.event_id},
                                {"event_name", actor.event_name},
                                {"event_time", actor.event_time.ms},
                                {"source_ip", actor.source_ip},
                                {"user_agent", actor.user_agent},
                                {"link", actor.link}});
}

Result<std::optional<model::Actor>> parse_actor(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto value = TRY(parse_json(text));
    const auto member = [&value](std::string_view name) { return std::string(string_or(value, name)); };
    return model::Actor{
        .name = member("name"),
        .principal = member("principal"),
        .kind = model::parse_actor_class(member("class")).value_or(model::ActorClass::unknown),
        .certainty =
            model::parse_actor_certainty(member("certainty")).value_or(model::ActorCertainty::not_found),
        .event_id = member("event_id"),
        .event_name = member("event_name"),
        .event_time = {int_or(value, "event_time")},
        .source_ip = member("source_ip"),
        .user_agent = member("user_agent"),
        .link = member("link")};
}

}  // namespace patrol::store
