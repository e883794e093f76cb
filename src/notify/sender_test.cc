#include "notify/sender.h"

#include <algorithm>
#include <mutex>

#include "base/limits.h"
#include "crypto/hash.h"
#include "store/audit.h"
#include "store/notification_channels.h"
#include "store/notification_deliveries.h"
#include "store/notification_routes.h"
#include "store/outbox.h"
#include "store/store_fixture.h"

namespace patrol::notify {

namespace {

using store::for_each_store;
using store::need;
using store::noon;

class FixtureClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return now_; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return {}; }
    void sleep_for(Millis duration) override { now_ = now_ + duration; }

private:
    Timestamp now_ = noon;
};

class NoSealed final : public secrets::SealedValues {
public:
    Result<crypto::Secret> open(const TenantId&, std::string_view name) const override {
        if (name != "hook") return fail(Error::Kind::not_found, "There is no such secret.");
        return crypto::Secret("key");
    }
};

// Answers with the statuses it was given, the last one for ever.
class Receiver final : public net::Transport {
public:
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        requests.push_back(request);
        const int status = statuses.size() > 1 ? statuses.front() : statuses.back();
        if (statuses.size() > 1) statuses.erase(statuses.begin());
        if (status == 0)
            return fail(Error{.kind = Error::Kind::timeout, .message = "No answer.", .detail = "raw"});
        return net::HttpResponse{.status = status, .headers = headers, .body = "do not show this"};
    }
    std::vector<int> statuses{200};
    net::Headers headers;
    std::vector<net::HttpRequest> requests;
};

class MailBox final : public net::MailTransport {
public:
    Result<void> send(const net::MailServer& server, const net::MailMessage& message,
                      std::chrono::milliseconds, std::stop_token) override {
        servers.push_back(server);
        passwords.emplace_back(server.password);
        messages.push_back(message);
        return {};
    }
    std::vector<net::MailServer> servers;
    std::vector<std::string> passwords;
    std::vector<net::MailMessage> messages;
};

struct World {
    explicit World(store::Store& opened, SenderOptions options = {})
        : store(opened),
          seed(store::seed(opened)),
          sender(opened, courier, http, clock, std::move(options)) {}

    ChannelId channel(model::ChannelTarget target) {
        const auto made = need(store.notification_channels().create(
            seed.tenant, {.name = "c", .target = std::move(target)}, noon));
        need(store.notification_routes().create(
            seed.tenant, {.channel = made.id, .min_severity = model::Severity::info}, noon));
        return made.id;
    }
    ChannelId hook() {
        return channel(model::WebhookChannel{"https://hooks.example.com/x", {"sealed", "hook"}});
    }
    void put(const std::string& title) {
        need(store.database().platform().write([&](store::Transaction& tx) {
            return store::Outbox::put(tx, seed.tenant, {.account = seed.account.id, .title = title},
                                      clock.now());
        }));
    }
    void turn() {
        need(sender.look_after());
        need(sender.deliver_due({}));
    }
    model::NotificationDelivery only() {
        const auto page = need(store.notification_deliveries().list(seed.tenant, {}));
        REQUIRE(page.items.size() == 1);
        return page.items[0];
    }

    store::Store& store;
    store::Seed seed;
    FixtureClock clock;
    NoSealed sealed;
    secrets::Secrets secrets{sealed, {}};
    Receiver http;
    MailBox mail;
    Courier courier{{http, mail, secrets, clock}, "https://patrol.example.com"};
    Sender sender;
};

}  // namespace

TEST_CASE("the delay grows fourfold from limits::delivery_retry_min to limits::delivery_retry_max") {
    CHECK(retry_delay(1, 0) == Millis(1'000));
    CHECK(retry_delay(2, 0) == Millis(4'000));
    CHECK(retry_delay(3, 0) == Millis(16'000));
    CHECK(retry_delay(30, 0) == Millis(limits::delivery_retry_max));
    CHECK(retry_delay(1'000'000, 0) == Millis(limits::delivery_retry_max));
    for (std::uint64_t random = 0; random < 10'000; random += 37) {
        CHECK(retry_delay(2, random) >= Millis(2'000));
        CHECK(retry_delay(2, random) <= Millis(4'000));
    }
}

TEST_CASE("a receiver that fails twice gets the same delivery three times, signed anew, and then no more") {
    for_each_store([](store::Store& store) {
        World world(store);
        world.hook();
        world.http.statuses = {500, 0, 200};
        world.put("t");
        world.turn();
        CHECK(world.only().error == "The receiver answered with status 500.");
        for (int i = 0; i < 40; ++i) {
            world.clock.sleep_for(std::chrono::seconds(1));
            world.turn();
        }
        REQUIRE(world.http.requests.size() == 3);
        for (const auto& request : world.http.requests) {
            CHECK(*net::find_header(request.headers, "Patrol-Delivery") == world.only().id.str());
            CHECK(request.trust.destination == net::Destination::user_supplied);
            CHECK(request.body == world.http.requests[0].body);
        }
        CHECK(*net::find_header(world.http.requests[0].headers, "Patrol-Timestamp") !=
              *net::find_header(world.http.requests[2].headers, "Patrol-Timestamp"));
        CHECK(world.only().state == model::DeliveryState::sent);
        CHECK(world.only().attempts == 3);
    });
}

TEST_CASE(
    "a receiver that never answers: limits::delivery_attempts or limits::delivery_age, then a dead letter") {
    for_each_store([](store::Store& store) {
        World world(store);
        world.hook();
        world.http.statuses = {503};
        world.put("t");
        const auto began = world.clock.now();
        while (world.clock.now() < began + std::chrono::hours(26)) {
            world.turn();
            world.clock.sleep_for(std::chrono::minutes(5));
        }
        const auto dead = world.only();
        CHECK(dead.state == model::DeliveryState::dead);
        CHECK(dead.attempts <= limits::delivery_attempts);
        CHECK(dead.attempts > 20);
        CHECK(dead.finished_at > began + std::chrono::hours(15));
        CHECK(dead.finished_at <= began + limits::delivery_age);
        const auto tries = world.http.requests.size();
        world.http.statuses = {204};
        need(store.notification_deliveries().retry(world.seed.tenant, dead.id, world.clock.now()));
        world.turn();
        CHECK(world.http.requests.size() == tries + 1);
        CHECK(world.only().state == model::DeliveryState::sent);
    });
}

TEST_CASE("the number of attempts can be set, and Retry-After is heard up to limits::delivery_retry_max") {
    for_each_store([](store::Store& store) {
        World world(store, {.attempts = 2});
        world.hook();
        world.http.statuses = {429};
        world.http.headers = {{"Retry-After", "120"}};
        world.put("t");
        world.turn();
        CHECK(world.only().next_attempt_at == noon + std::chrono::seconds(120));
        world.clock.sleep_for(std::chrono::seconds(120));
        world.turn();
        CHECK(world.only().state == model::DeliveryState::dead);
        CHECK(world.http.requests.size() == 2);
    });
}

TEST_CASE("one channel that fails does not hold up another") {
    for_each_store([](store::Store& store) {
        World world(store);
        world.hook();
        const auto mail = need(store.notification_channels().create(
            world.seed.tenant,
            {.name = "m",
             .target = model::EmailChannel{.host = "mail.example.com",
                                           .username = "u",
                                           .password = model::SecretRef{"sealed", "hook"},
                                           .from = "p@example.com",
                                           .to = {"a@example.com"}}},
            noon));
        need(store.notification_routes().create(
            world.seed.tenant, {.channel = mail.id, .min_severity = model::Severity::info}, noon));
        world.http.statuses = {500};
        for (int i = 0; i < 5; ++i) world.put("t");
        world.turn();
        CHECK(world.mail.messages.size() == 5);
        CHECK(world.mail.passwords[0] == "key");
        CHECK(world.mail.messages[0].text.find("key") == std::string::npos);
        // The channel rests after the first failure: its other deliveries are not tried in vain.
        CHECK(world.http.requests.size() == 1);
    });
}

TEST_CASE("what cannot be resolved is told without a secret and tried again") {
    for_each_store([](store::Store& store) {
        World world(store);
        world.channel(model::SlackChannel{{"sealed", "missing"}});
        world.put("t");
        world.turn();
        CHECK(world.only().state == model::DeliveryState::pending);
        CHECK(world.only().error.starts_with("reading the hook's address: There is no stored secret"));
        CHECK(world.http.requests.empty());
    });
}

TEST_CASE("a digest that is due is written and sent once") {
    for_each_store([](store::Store& store) {
        World world(store);
        const auto channel = world.hook();
        const int hour = static_cast<int>(noon.ms / 3'600'000 % 24);
        need(store.notification_routes().create(
            world.seed.tenant,
            {.channel = channel, .kinds = {model::NoticeKind::digest}, .digest_hour = hour}, noon));
        for (int i = 0; i < 5; ++i) {
            world.turn();
            world.clock.sleep_for(std::chrono::seconds(11));
        }
        REQUIRE(world.http.requests.size() == 1);
        CHECK(world.http.requests[0].body.find("\"kind\":\"digest\"") != std::string::npos);
    });
}

TEST_CASE("a channel that fails for long is tried every limits::channel_pause_max, whatever waits for it") {
    for_each_store([](store::Store& store) {
        World world(store);
        world.hook();
        world.http.statuses = {500};
        for (int i = 0; i < 20; ++i) world.put("t");
        const auto end = world.clock.now() + std::chrono::hours(2);
        while (world.clock.now() < end) {
            world.turn();
            world.clock.sleep_for(std::chrono::seconds(10));
        }
        // Two hours of pauses of two and a half to five minutes, and some shorter ones before.
        CHECK(world.http.requests.size() >= 24);
        CHECK(world.http.requests.size() <= 56);
        for (const auto& request : world.http.requests) CHECK(request.timeout == limits::delivery_time);
    });
}

TEST_CASE("an act that was announced and never ended is told after limits::audit_announced_age") {
    for_each_store([](store::Store& store) {
        World world(store);
        auto& audit = store.audit();
        audit.use_keys(
            [](const TenantId&, std::string_view) -> Result<crypto::Key> { return crypto::Key{1, 2, 3}; });
        const model::AuditEntry act{.at = noon,
                                    .actor = {.kind = model::ActorKind::system},
                                    .action = "customer.create",
                                    .trace_id = "t"};
        need(audit.announce(world.seed.tenant, act));
        const auto outcomes = [&] {
            world.turn();
            std::vector<model::AuditOutcome> out;
            for (const auto& each : need(audit.list(world.seed.tenant, {})).items)
                out.push_back(each.outcome);
            return out;
        };
        world.clock.sleep_for(limits::audit_announced_age);
        CHECK(outcomes().empty());
        world.clock.sleep_for(std::chrono::hours(1));  // the next look
        CHECK(outcomes() == std::vector{model::AuditOutcome::unknown});
    });
}

TEST_CASE("the heart beats every limits::heartbeat_interval while scans are queued in time") {
    for_each_store([](store::Store& store) {
        World world(store, {.heartbeat_url = "https://beat.example.com/x"});
        CHECK(need(world.sender.beat({})));
        REQUIRE(world.http.requests.size() == 1);
        CHECK(world.http.requests[0].url == "https://beat.example.com/x");
        CHECK(world.http.requests[0].trust.destination == net::Destination::operator_chosen);
        world.clock.sleep_for(limits::heartbeat_interval - Millis(1));
        CHECK_FALSE(need(world.sender.beat({})));
        world.clock.sleep_for(Millis(1));
        CHECK(need(world.sender.beat({})));
        need(store.accounts().switch_on_auto_scan(world.seed.tenant, world.seed.account.id, world.clock.now(),
                                                  noon));
        world.clock.sleep_for(std::chrono::minutes(30) - Millis(1));
        CHECK(need(world.sender.beat({})));
        world.clock.sleep_for(limits::heartbeat_interval);
        CHECK_FALSE(need(world.sender.beat({})));
        CHECK(world.http.requests.size() == 3);
    });
}

TEST_CASE("without an address the heart does not beat, and a refused beat is an error") {
    for_each_store([](store::Store& store) {
        World silent(store);
        CHECK_FALSE(need(silent.sender.beat({})));
        CHECK(silent.http.requests.empty());
        Receiver refusing;
        refusing.statuses = {404};
        Sender sender(store, silent.courier, refusing, silent.clock,
                      {.heartbeat_url = "https://beat.example.com/"});
        CHECK_FALSE(sender.beat({}));
    });
}

}  // namespace patrol::notify
