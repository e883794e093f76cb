#include "store/actor_column.h"

#include <doctest/doctest.h>

using namespace patrol;

TEST_CASE("an actor comes back as it was, whatever its names hold") {
    const model::Actor actor{.name = "\"<script>\" \xF0\x9F\x98\x80",
                             .principal = "arn:aws:sts::1:assumed-role/r/s",
                             .kind = model::ActorClass::terraform,
                             .certainty = model::ActorCertainty::likely,
                             .event_id = "e",
                             .event_name = "RunInstances",
                             .event_time = {1'790'000'000'123},
                             .source_ip = "198.51.100.1",
                             .user_agent = "Terraform/1.9",
                             .link = "https://console"};
    const auto back = store::parse_actor(store::actor_text(actor));
    REQUIRE(back);
    CHECK(*back == actor);
    CHECK_FALSE(store::parse_actor("")->has_value());
    CHECK_FALSE(store::parse_actor("{"));
    CHECK(store::parse_actor("{}")->value() == model::Actor{});
}
