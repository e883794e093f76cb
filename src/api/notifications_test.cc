// Notification channels, routes and deliveries, and Today, through the API.
#include "api/api_fixture.h"
#include "store/notification_deliveries.h"
#include "store/outbox.h"

namespace patrol::api {

namespace {

constexpr std::string_view channels = "/api/v1/notification-channels";
constexpr std::string_view routes = "/api/v1/notification-routes";

json::object ref(std::string_view manager, std::string_view name) {
    return {{"manager", manager}, {"ref", name}};
}

json::object webhook(json::object target) {
    return {{"name", "hook"}, {"kind", "webhook"}, {"webhook", std::move(target)}};
}
json::object good_webhook() {
    return webhook(
        {{"url", "https://hooks.example.com/x"}, {"secret", ref("env", "PATROL_SECRET_NOTIFY_UNSET")}});
}
json::object mail(const json::object& changes = {}) {
    json::object target{
        {"host", "mail.example.com"}, {"from", "patrol@example.com"}, {"to", json::array{"ops@example.com"}}};
    for (const auto& [name, value] : changes) target[name] = value;
    return {{"name", "mail"}, {"kind", "email"}, {"email", std::move(target)}};
}

struct Ready : World {
    Ready() { set_up(); }
    std::string make(const json::value& body, std::string_view path = channels) {
        const Reply reply = post(path, body);
        REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return reply.at("id");
    }
};

}  // namespace

TEST_CASE("a channel is made, read, changed and removed; its secrets stay references") {
    Ready world;
    const auto id = world.make(good_webhook());
    const auto path = std::string(channels) + "/" + id;
    const Reply got = world.get(path, world.owner);
    CHECK(got.status == 200);
    CHECK(got.body.at("webhook").as_object().at("secret") == ref("env", "PATROL_SECRET_NOTIFY_UNSET"));
    CHECK(got.body.at("last_error").is_null());
    CHECK(world.patch(path, {{"enabled", false}}).body.at("enabled") == false);
    CHECK(world.patch(path, {{"webhook", json::object{{"url", "https://other.example.com/"}}}})
              .body.at("webhook")
              .as_object()
              .at("secret") == ref("env", "PATROL_SECRET_NOTIFY_UNSET"));
    CHECK(world.patch(path, {{"kind", "slack"}}).field() == "kind");
    CHECK(world.call("DELETE", path, nullptr, world.owner).status == 204);
    CHECK(world.get(path, world.owner).status == 404);
}

TEST_CASE("a wrong channel is 422 and names the field") {
    Ready world;
    struct Case {
        json::value body;
        std::string field;
    };
    const auto hook_url = [](std::string_view url) {
        return webhook({{"url", url}, {"secret", ref("sealed", "s")}});
    };
    const std::vector<Case> cases{
        {json::object{}, "name"},
        {json::object{{"name", "x"}}, "kind"},
        {json::object{{"name", "x"}, {"kind", "pigeon"}}, "kind"},
        {json::object{{"name", "x"}, {"kind", "slack"}}, "slack"},
        {json::object{{"name", "x"}, {"kind", "slack"}, {"slack", json::object{}}}, "slack.url"},
        {json::object{
             {"name", "x"}, {"kind", "slack"}, {"slack", json::object{{"url", "https://hooks.slack.com/x"}}}},
         "slack.url"},
        {json::object{{"name", "x"},
                      {"kind", "slack"},
                      {"slack", json::object{{"url", ref("env", "PATROL_SECRET_AWS")}}}},
         "slack.url.ref"},
        {json::object{
             {"name", "x"}, {"kind", "slack"}, {"slack", json::object{{"url", ref("file", "aws/key")}}}},
         "slack.url.ref"},
        {hook_url("http://169.254.169.254/latest"), "webhook.url"},
        {hook_url("https://[fd00:ec2::254]/"), "webhook.url"},
        {hook_url("https://127.0.0.1/"), "webhook.url"},
        {hook_url("https://localhost./"), "webhook.url"},
        {hook_url("https://2130706433/"), "webhook.url"},
        {hook_url("http://hooks.example.com/"), "webhook.url"},
        {hook_url("file:///etc/passwd"), "webhook.url"},
        {webhook({{"url", "https://hooks.example.com/x"}}), "webhook.secret"},
        {webhook({{"url", "https://hooks.example.com/x"}, {"secret", ref("sealed", "s")}, {"more", 1}}),
         "webhook.more"},
        {mail({{"host", "169.254.169.254"}}), "email.host"},
        {mail({{"host", "10.1.2.3"}}), "email.host"},
        {mail({{"host", "a/b"}}), "email.host"},
        {mail({{"port", 80}}), "email.host"},
        {mail({{"port", 0}}), "email.port"},
        {mail({{"security", "none"}}), "email.security"},
        {mail({{"security", "ssl"}}), "email.security"},
        {mail({{"from", "not an address"}}), "email.from"},
        {mail({{"from", "a@b\r\nBcc: c@d"}}), "email.from"},
        {mail({{"to", json::array{}}}), "email.to"},
        {mail({{"to", json::array{"a@b", "c"}}}), "email.to"},
        {mail({{"username", "u"}}), "email.password"},
        {mail({{"password", ref("sealed", "s")}}), "email.username"},
    };
    for (const auto& [body, field] : cases) {
        INFO(to_text(body));
        const Reply reply = world.post(channels, body);
        CHECK(reply.status == 422);
        CHECK(reply.field() == field);
    }
    CHECK(world.get(channels, world.owner).body.at("total") == 0);
}

TEST_CASE("at most limits::mail_recipients receive a mail") {
    Ready world;
    json::array many;
    for (std::size_t i = 0; i <= limits::mail_recipients; ++i)
        many.emplace_back(fmt::format("a{}@example.com", i));
    CHECK(world.post(channels, mail({{"to", many}})).field() == "email.to");
    many.pop_back();
    CHECK(world.post(channels, mail({{"to", many}})).status == 201);
}

TEST_CASE("a test message that cannot be sent says why, and the channel keeps it") {
    Ready world;
    const auto id = world.make(good_webhook());
    const auto path = std::string(channels) + "/" + id;
    const Reply tested = world.post(path + "/test", nullptr);
    CHECK(tested.status == 200);
    CHECK(tested.body.at("ok") == false);
    CHECK(string_or(tested.body.at("checks").as_array()[0], "detail")
              .starts_with("reading the signing secret"));
    CHECK(
        string_or(world.get(path, world.owner).body, "last_error").starts_with("reading the signing secret"));
    CHECK(world.post(path + "/test", {{"x", 1}}).status == 422);
}

TEST_CASE("a route is made, changed and removed; wrong fields are named") {
    Ready world;
    const auto channel = world.make(good_webhook());
    const auto customer = world.post("/api/v1/customers", {{"name", "Northwind"}}).at("id");
    const auto id = world.make({{"channel_id", channel}}, routes);
    const auto path = std::string(routes) + "/" + id;
    const Reply changed = world.patch(path, {{"kinds", json::array{"digest"}},
                                             {"digest_hour", 23},
                                             {"customer_id", customer},
                                             {"min_severity", "low"}});
    CHECK(changed.status == 200);
    CHECK(changed.body.at("digest_hour") == 23);
    CHECK(changed.body.at("min_severity") == "low");
    CHECK(world.patch(path, {{"customer_id", nullptr}}).body.at("customer_id").is_null());
    CHECK(world.patch(path, {{"digest_hour", 24}}).field() == "digest_hour");
    CHECK(world.patch(path, {{"kinds", json::array{"test"}}}).field() == "kinds");
    CHECK(world.patch(path, {{"min_severity", "worst"}}).field() == "min_severity");
    CHECK(world.patch(path, {{"channel_id", "chn_aaaaaaaaaaaaaaaaaaaaaaaaaa"}}).field() == "channel_id");
    CHECK(world.post(routes, json::object{}).field() == "channel_id");
    CHECK(world.call("DELETE", path, nullptr, world.owner).status == 204);
}

TEST_CASE("a dead delivery is listed and sent again; everything of another tenant is 404") {
    Ready world;
    const auto channel = world.make(good_webhook());
    const auto route = world.make({{"channel_id", channel}, {"min_severity", "info"}}, routes);
    auto& deliveries = world.store->notification_deliveries();
    need(world.store->database().platform().write([&](store::Transaction& tx) {
        return store::Outbox::put(tx, world.user.tenant, {.title = "t"}, world.clock.now());
    }));
    need(deliveries.route_new(world.clock.now()));
    const auto claimed = need(deliveries.claim(world.clock.now()));
    REQUIRE(claimed);
    need(deliveries.mark_failed(*claimed, {.error = "no answer", .next_at = {}, .channel_until = {}},
                                world.clock.now()));

    const std::string list = "/api/v1/notification-deliveries";
    const Reply dead = world.get(list + "?q=state%3Ddead", world.owner);
    REQUIRE(dead.body.at("total") == 1);
    CHECK(string_or(dead.body.at("items").as_array()[0], "error") == "no answer");
    const auto retry = list + "/" + claimed->id.str() + "/retry";
    for (const auto& path : {retry, std::string(channels) + "/" + channel + "/test"})
        CHECK(world.call("POST", path, nullptr, world.stranger).status == 404);
    CHECK(world.call("PATCH", std::string(routes) + "/" + route, json::object{}, world.stranger).status ==
          404);
    CHECK(world.call("PATCH", std::string(channels) + "/" + channel, json::object{}, world.stranger).status ==
          404);
    CHECK(world.get(list, world.stranger).body.at("total") == 0);
    CHECK(world.post(retry, nullptr).at("state") == "pending");
    CHECK(world.post(retry, nullptr).status == 409);
    CHECK(world.get(list, world.token_with_role("operator")).status == 403);
}

TEST_CASE("today answers what needs somebody with the page where it can be mended") {
    Ready world;
    const auto account = world.make_account();
    CHECK(world.get("/api/v1/today", world.owner).body.at("items").as_array().empty());
    need(world.store->accounts().set_status(world.user.tenant, AccountId(account),
                                            model::AccountStatus::failing, "Access was denied.",
                                            world.clock.now()));
    const Reply today = world.get("/api/v1/today", world.token_with_role("viewer"));
    REQUIRE(today.status == 200);
    const auto& item = today.body.at("items").as_array().at(0);
    CHECK(string_or(item, "kind") == "failing");
    CHECK(string_or(item, "detail") == "Access was denied.");
    CHECK(string_or(item.at("action"), "href") == "/accounts/" + account + "/connection");
    CHECK(today.body.at("scans_by_day").as_array().size() == 14);
    CHECK(world.get("/api/v1/today?severity=critical", world.owner).body.at("items").as_array().empty());
    CHECK(world.get("/api/v1/today?severity=bad", world.owner).field() == "severity");
    CHECK(world.get("/api/v1/today?customer=x", world.owner).field() == "customer");
    CHECK(world.get("/api/v1/today", world.stranger).body.at("items").as_array().empty());
}

}  // namespace patrol::api
