// Channels, routes and deliveries together: what becomes of a notice.
#include "base/limits.h"
#include "filter/filter.h"
#include "store/inventory_fixture.h"
#include "store/notification_channels.h"
#include "store/notification_deliveries.h"
#include "store/notification_routes.h"
#include "store/outbox.h"

namespace patrol::store {

namespace {

using model::NoticeKind;
using model::Severity;

model::NotificationChannel webhook(const std::string& name) {
    return {.name = name,
            .target = model::WebhookChannel{"https://hooks.example.com/" + name,
                                            {"env", "PATROL_SECRET_NOTIFY_X"}}};
}

void put(Store& store, const TenantId& tenant, const Notice& notice, Timestamp now = noon) {
    CHECK(need(store.database().platform().write(
        [&](Transaction& tx) { return Outbox::put(tx, tenant, notice, now); })));
}

// Names of the channels that waiting deliveries go to.
std::vector<std::string> waiting(Store& store, const TenantId& tenant) {
    std::vector<std::string> names;
    for (const auto& each : need(store.notification_deliveries().list(tenant, {})).items)
        if (each.state == model::DeliveryState::pending) names.push_back(each.channel_name);
    std::ranges::sort(names);
    return names;
}

struct World {
    explicit World(Store& opened) : store(opened), one(seed(opened, "one")) {}
    ChannelId channel(const std::string& name) {
        return need(store.notification_channels().create(one.tenant, webhook(name), noon)).id;
    }
    RouteId route(model::NotificationRoute route) {
        return need(store.notification_routes().create(one.tenant, std::move(route), noon)).id;
    }
    ClaimedDelivery claim(Timestamp now) {
        auto claimed = need(deliveries().claim(now));
        REQUIRE(claimed);
        return std::move(*claimed);
    }
    NotificationDeliveries& deliveries() { return store.notification_deliveries(); }
    Store& store;
    Seed one;
};

}  // namespace

TEST_CASE("routes choose channels by severity, customer and kind; each channel once") {
    for_each_store([](Store& store) {
        World world(store);
        const auto customer = need(store.customers().create(world.one.tenant, {.name = "Northwind"}, noon));
        const auto all = world.channel("all"), critical = world.channel("critical"),
                   theirs = world.channel("theirs"), decided = world.channel("decided"),
                   off = world.channel("off");
        world.route({.channel = all, .min_severity = Severity::info});
        world.route({.channel = all, .min_severity = Severity::low});
        world.route({.channel = critical, .min_severity = Severity::critical});
        world.route({.channel = theirs, .min_severity = Severity::info, .customer = customer.id});
        world.route(
            {.channel = decided, .kinds = {NoticeKind::drift_decided}, .min_severity = Severity::info});
        world.route({.channel = off, .min_severity = Severity::info, .enabled = false});

        put(store, world.one.tenant,
            {.kind = NoticeKind::drift_opened, .severity = Severity::high, .title = "t"});
        CHECK(need(world.deliveries().route_new(noon)) == 1);
        CHECK(need(world.deliveries().route_new(noon)) == 0);
        CHECK(waiting(store, world.one.tenant) == std::vector<std::string>{"all"});

        put(store, world.one.tenant,
            {.kind = NoticeKind::drift_decided,
             .severity = Severity::critical,
             .customer = customer.id,
             .title = "t"});
        need(world.deliveries().route_new(noon));
        CHECK(waiting(store, world.one.tenant) ==
              std::vector<std::string>{"all", "all", "critical", "decided", "theirs"});
    });
}

TEST_CASE("a digest goes to its own channel only, and no route takes it unasked") {
    for_each_store([](Store& store) {
        World world(store);
        const auto mail = world.channel("mail"), chat = world.channel("chat");
        world.route({.channel = chat, .min_severity = Severity::info});
        world.route({.channel = mail, .kinds = {NoticeKind::digest}, .digest_hour = 7});
        const Timestamp seven = *parse_rfc3339("2027-01-01T07:00:00Z");
        CHECK(need(store.notification_routes().due_digests(noon)).empty());
        auto due = need(store.notification_routes().due_digests(seven));
        REQUIRE(due.size() == 1);
        CHECK(due[0].due_at == seven);
        CHECK(need(store.notification_routes().put_digest(due[0], {.title = "digest"}, seven)));
        CHECK_FALSE(need(store.notification_routes().put_digest(due[0], {.title = "digest"}, seven)));
        CHECK(need(store.notification_routes().due_digests(seven + std::chrono::hours(23))).empty());
        CHECK(need(store.notification_routes().due_digests(seven + std::chrono::hours(24))).size() == 1);
        need(world.deliveries().route_new(seven));
        CHECK(waiting(store, world.one.tenant) == std::vector<std::string>{"mail"});
    });
}

TEST_CASE("a digest whose hour is moved to the hour that runs is due at once; an earlier hour waits") {
    for_each_store([](Store& store) {
        World world(store);
        const Timestamp now = *parse_rfc3339("2027-01-01T14:20:00Z");
        model::NotificationRoute route{
            .channel = world.channel("mail"), .kinds = {NoticeKind::digest}, .digest_hour = 9};
        route = need(store.notification_routes().create(world.one.tenant, route, now));
        CHECK(need(store.notification_routes().due_digests(now)).empty());
        route.digest_hour = 14;
        route = need(store.notification_routes().update(world.one.tenant, route, std::nullopt, now));
        CHECK(need(store.notification_routes().due_digests(now)).size() == 1);
        route.enabled = false;
        need(store.notification_routes().update(world.one.tenant, route, std::nullopt, now));
        CHECK(need(store.notification_routes().due_digests(now)).empty());
    });
}

TEST_CASE(
    "a delivery is lent for limits::delivery_lease, its channel with it, and comes back when the sender is "
    "lost") {
    for_each_store([](Store& store) {
        World world(store);
        world.route({.channel = world.channel("chat"), .min_severity = Severity::info});
        put(store, world.one.tenant, {.account = world.one.account.id, .title = "first"});
        need(world.deliveries().route_new(noon - Millis(1)));
        put(store, world.one.tenant, {.title = "second"}, noon + Millis(1));
        need(world.deliveries().route_new(noon));

        const auto lost = world.claim(noon);
        CHECK(lost.attempt == 1);
        CHECK(lost.account_name == world.one.account.name);
        CHECK_FALSE(need(world.deliveries().claim(noon)));
        CHECK_FALSE(need(world.deliveries().claim(noon + limits::delivery_lease - Millis(1))));
        // Both are due then; the one that was never tried waits longer.
        const auto later = noon + limits::delivery_lease;
        const auto second = world.claim(later);
        need(world.deliveries().mark_sent(second, later));
        const auto again = world.claim(later);
        CHECK(again.id == lost.id);
        CHECK(again.attempt == 2);
        CHECK(failure(world.deliveries().mark_sent(lost, later)) == "conflict/lease_lost");
        need(world.deliveries().mark_sent(again, later));
        CHECK_FALSE(need(world.deliveries().claim(later + std::chrono::hours(1))));
        const auto channel = need(store.notification_channels().get(world.one.tenant, lost.channel.id));
        CHECK(channel.last_success_at == later);
        CHECK(channel.waiting == 0);
    });
}

TEST_CASE("a failed delivery waits, rests its channel, dies visibly and can be sent again with its key") {
    for_each_store([](Store& store) {
        World world(store);
        const auto channel = world.channel("chat");
        world.route({.channel = channel, .min_severity = Severity::info});
        put(store, world.one.tenant, {.title = "t"});
        need(world.deliveries().route_new(noon));

        auto claimed = world.claim(noon);
        need(world.deliveries().mark_failed(
            claimed,
            {.error = "no answer", .next_at = noon + Millis(5'000), .channel_until = noon + Millis(9'000)},
            noon));
        CHECK_FALSE(need(world.deliveries().claim(noon + Millis(8'999))));
        claimed = world.claim(noon + Millis(9'000));
        CHECK(claimed.channel_failures == 1);
        need(world.deliveries().mark_failed(
            claimed, {.error = "no answer", .next_at = {}, .channel_until = noon}, noon + Millis(9'000)));
        CHECK_FALSE(need(world.deliveries().claim(noon + std::chrono::hours(30))));

        auto parsed = need(filter::parse("state=dead"));
        const auto dead = need(world.deliveries().list(world.one.tenant, {.filter = &parsed})).items;
        REQUIRE(dead.size() == 1);
        CHECK(dead[0].error == "no answer");
        CHECK(dead[0].attempts == 2);
        CHECK(need(store.notification_channels().get(world.one.tenant, channel)).dead == 1);

        const auto back =
            need(world.deliveries().retry(world.one.tenant, dead[0].id, noon + std::chrono::hours(30)));
        CHECK(back.state == model::DeliveryState::pending);
        CHECK(failure(world.deliveries().retry(world.one.tenant, dead[0].id, noon)) ==
              "conflict/delivery_not_dead");
        const auto again = world.claim(noon + std::chrono::hours(30));
        CHECK(again.id == dead[0].id);
        CHECK(again.attempt == 1);
    });
}

TEST_CASE("nobody sees or changes the notifications of another tenant") {
    for_each_store([](Store& store) {
        World world(store);
        const auto other = seed(store, "two");
        const auto channel = world.channel("chat");
        const auto route = world.route({.channel = channel, .min_severity = Severity::info});
        put(store, world.one.tenant, {.title = "t"});
        need(world.deliveries().route_new(noon));
        const auto claimed = world.claim(noon);

        CHECK(need(store.notification_channels().list(other.tenant, {})).total == 0);
        CHECK(need(store.notification_routes().list(other.tenant, {})).total == 0);
        CHECK(need(world.deliveries().list(other.tenant, {})).total == 0);
        CHECK(failure(store.notification_channels().get(other.tenant, channel)) == "not_found");
        CHECK(failure(store.notification_channels().remove(other.tenant, channel)) == "not_found");
        CHECK(failure(store.notification_routes().get(other.tenant, route)) == "not_found");
        CHECK(failure(store.notification_routes().remove(other.tenant, route)) == "not_found");
        CHECK(failure(world.deliveries().retry(other.tenant, claimed.id, noon)) == "not_found");
        CHECK(store.notification_routes().create(other.tenant, {.channel = channel}, noon).error().field ==
              "channel_id");
        const auto customer = need(store.customers().create(world.one.tenant, {.name = "c"}, noon));
        const auto own = need(store.notification_channels().create(other.tenant, webhook("own"), noon));
        CHECK(store.notification_routes()
                  .create(other.tenant, {.channel = own.id, .customer = customer.id}, noon)
                  .error()
                  .field == "customer_id");
    });
}

TEST_CASE("a channel goes with its routes and deliveries, a customer with his routes") {
    for_each_store([](Store& store) {
        World world(store);
        const auto channel = world.channel("chat");
        const auto customer = need(store.customers().create(world.one.tenant, {.name = "c"}, noon));
        world.route({.channel = channel, .min_severity = Severity::info});
        world.route({.channel = channel, .customer = customer.id});
        put(store, world.one.tenant, {.title = "t"});
        need(world.deliveries().route_new(noon));
        need(store.customers().remove(world.one.tenant, customer.id));
        CHECK(need(store.notification_routes().list(world.one.tenant, {})).total == 1);
        need(store.notification_channels().remove(world.one.tenant, channel));
        CHECK(need(store.notification_routes().list(world.one.tenant, {})).total == 0);
        CHECK(need(world.deliveries().list(world.one.tenant, {})).total == 0);
    });
}

TEST_CASE("a secret of a channel cannot be removed, and a secret of a cloud account cannot be a channel's") {
    for_each_store([](Store& store) {
        World world(store);
        const auto& tenant = world.one.tenant;
        const auto smtp =
            need(store.secrets().create(tenant, {.name = "smtp", .ref = {"sealed", ""}}, "x", noon));
        const auto aws =
            need(store.secrets().create(tenant, {.name = "aws", .ref = {"sealed", ""}}, "x", noon));
        auto account = world.one.account;
        account.auth = model::AccessKeyAuth{{"sealed", "aws"}, {"sealed", aws.id.str()}};
        need(store.accounts().update(tenant, account, std::nullopt, noon));
        const auto mail = [](const std::string& ref) {
            return model::NotificationChannel{
                .name = "mail",
                .target = model::EmailChannel{.host = "mail.example.com",
                                              .username = "u",
                                              .password = model::SecretRef{"sealed", ref},
                                              .from = "a@example.com",
                                              .to = {"b@example.com"}}};
        };
        for (const auto& ref : {aws.id.str(), std::string("aws")})
            CHECK(store.notification_channels().create(tenant, mail(ref), noon).error().field ==
                  "email.password");
        const auto made = need(store.notification_channels().create(tenant, mail("smtp"), noon));
        CHECK(made.target == mail("smtp").target);
        CHECK(failure(store.secrets().remove(tenant, smtp.id)) == "conflict/secret_in_use");
        need(store.notification_channels().remove(tenant, made.id));
        need(store.secrets().remove(tenant, smtp.id));
    });
}

TEST_CASE("a channel is changed by the one who read it last; its name is its own") {
    for_each_store([](Store& store) {
        World world(store);
        const auto id = world.channel("chat");
        world.channel("other");
        auto channel = need(store.notification_channels().get(world.one.tenant, id));
        channel.name = "other";
        CHECK(failure(store.notification_channels().update(world.one.tenant, channel, 1, noon)) ==
              "conflict/channel_exists");
        channel.name = "talk";
        CHECK(need(store.notification_channels().update(world.one.tenant, channel, 1, noon)).revision == 2);
        CHECK(failure(store.notification_channels().update(world.one.tenant, channel, 1, noon)) == "stale");
    });
}

TEST_CASE("notices older than limits::notice_age are forgotten with their deliveries") {
    for_each_store([](Store& store) {
        World world(store);
        world.route({.channel = world.channel("chat"), .min_severity = Severity::info});
        put(store, world.one.tenant, {.title = "old"});
        put(store, world.one.tenant, {.title = "new"}, noon + Millis(1));
        need(world.deliveries().route_new(noon + Millis(1)));
        CHECK(need(world.deliveries().sweep(noon + limits::notice_age)) == 0);
        CHECK(need(world.deliveries().sweep(noon + limits::notice_age + Millis(1))) == 1);
        CHECK(need(world.deliveries().list(world.one.tenant, {})).total == 1);
    });
}

}  // namespace patrol::store
