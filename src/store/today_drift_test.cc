// Drift as Today shows it: rows written here, since what makes them is no matter of this list.
#include <doctest/doctest.h>

#include <fmt/core.h>

#include "base/limits.h"
#include "store/change_rows.h"
#include "store/store_fixture.h"
#include "store/today.h"

namespace patrol::store {

namespace {

struct Planted {
    std::string cause;
    model::Severity severity = model::Severity::high;
    std::string state = "open";
    bool hidden = false;
    Timestamp since = noon;
    std::string why = "Port 5432 opened to the internet";
};

// An account with one open change set.
struct Place {
    model::CloudAccount account;
    std::int64_t number = 0;
    ChangeSetId set = crypto::new_id<ChangeSetId>();
};

class World {
public:
    explicit World(Store& store) : store_(store), one(seed(store)) {}

    Place place(const std::string& name, std::optional<CustomerId> customer = {},
                std::string_view kind = "unexplained") {
        Place place{
            .account = need(store_.accounts().create(
                one.tenant, {.name = name, .customer_id = customer, .auth = model::RoleAuth{}}, noon))};
        need(store_.accounts().set_status(one.tenant, place.account.id, model::AccountStatus::connected, "",
                                          noon));
        write([&](Transaction& tx) -> Result<void> {
            place.number = TRY(Accounts::number(tx, one.tenant, place.account.id));
            TRY(
                tx.run("INSERT INTO change_set VALUES (?1, 1, ?2, ?3, 'open', 1, 's', NULL, ?4, ?4, '', '', "
                       "0, 0, 0, 0, "
                       "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
                       place.number, place.set, kind, noon));
            return {};
        });
        return place;
    }

    void plant(const Place& place, const Planted& planted) {
        ++planted_;
        write([&](Transaction& tx) -> Result<void> {
            TRY(
                tx.run("INSERT INTO drift_change(account, number, id, change_set, res, slice, op, severity, "
                       "state, live, hidden, "
                       "hidden_by, hidden_owner, told, why, category, type, region, resource, native_id, "
                       "name, arn, before_key, "
                       "after_key, after_first, rules, value, paths, paths_total, path_names, cause, actor, "
                       "actor_name, "
                       "actor_class, first_seen, last_seen, unknown_since, snoozed_until, assignee, note, "
                       "decided_by, decided_at, "
                       "previously) VALUES (?1, ?2, ?3, 1, ?2, 1, 'modified', ?4, ?5, 1, ?6, '', '', 1, ?7, "
                       "'Network', "
                       "'AWS::EC2::SecurityGroup', 'eu-central-1', 'res', 'sg-1', '', '', 0, 1, 1, 1, 'v', "
                       "'[]', 1, '', ?8, "
                       "'null', 'j.weber', 'console', ?9, ?9, 0, 0, '', '', '', 0, '[]')",
                       place.number, planted_, crypto::new_id<ChangeId>(), static_cast<int>(planted.severity),
                       planted.state, planted.hidden, planted.why, planted.cause, planted.since));
            return {};
        });
    }

    model::Today today(const TodayFilter& filter = {}) {
        return need(store_.today().read(one.tenant, filter, noon));
    }

private:
    void write(const std::function<Result<void>(Transaction&)>& work) {
        need(store_.database().platform().write(work));
    }
    Store& store_;
    std::int64_t planted_ = 0;

public:
    Seed one;
};

}  // namespace

TEST_CASE("today: one item for each cause, in one account or in many, the worst and the oldest first") {
    for_each_store([](Store& store) {
        World world(store);
        const auto customer = need(store.customers().create(world.one.tenant, {.name = "Northwind"}, noon));
        const auto north = world.place("north", customer.id), south = world.place("south");
        world.plant(north, {.cause = "trail", .since = noon - Millis(5)});
        world.plant(south, {.cause = "trail", .since = noon - Millis(9)});
        world.plant(north, {.cause = "port", .severity = model::Severity::critical});
        world.plant(north, {.cause = "old", .since = noon - Millis(20), .why = ""});
        world.plant(north, {.cause = "old", .since = noon - Millis(10), .why = ""});
        const auto today = world.today();
        REQUIRE(today.items.size() == 3);
        CHECK(today.items[0].kind == model::TodayKind::drift);
        CHECK(today.items[0].severity == model::Severity::critical);
        CHECK(today.items[0].title == "Port 5432 opened to the internet");
        CHECK(today.items[0].detail == "sg-1, by j.weber.");
        CHECK(today.items[0].subject == north.set.str());
        CHECK(today.items[0].account_name == "north");
        CHECK(today.items[0].customer_name == "Northwind");
        CHECK(today.items[1].title == "AWS::EC2::SecurityGroup modified");
        CHECK(today.items[1].detail == "sg-1 and 1 more, by j.weber.");
        CHECK(today.items[1].count == 2);
        CHECK(today.items[2].kind == model::TodayKind::drift_group);
        CHECK(today.items[2].subject == group_key("trail", "console"));
        CHECK(today.items[2].detail == "2 changes in 2 accounts.");
        CHECK(today.items[2].since == noon - Millis(9));
        CHECK_FALSE(today.items[2].account);

        const auto theirs = world.today({.customer = customer.id});
        REQUIRE(theirs.items.size() == 3);
        CHECK(theirs.items[2].kind == model::TodayKind::drift);
        CHECK(world.today({.min_severity = model::Severity::critical}).items.size() == 1);
    });
}

TEST_CASE("today leaves out what is decided, hidden, explained or of another tenant; the rest is fine") {
    for_each_store([](Store& store) {
        World world(store);
        const auto north = world.place("north"), explained = world.place("explained", {}, "deployment");
        const auto drifting = world.place("drifting");
        for (const std::string state : {"rejected", "snoozed", "accepted"})
            world.plant(north, {.cause = "a", .state = state});
        world.plant(north, {.cause = "b", .hidden = true});
        world.plant(explained, {.cause = "c"});
        world.plant(drifting, {.cause = "d"});
        const auto today = world.today();
        REQUIRE(today.items.size() == 1);
        CHECK(today.items[0].account_name == "drifting");
        CHECK(today.fine_accounts == 2);
        const auto other = seed(store, "other");
        CHECK(need(store.today().read(other.tenant, {}, noon)).items.empty());
    });
}

TEST_CASE("today counts the causes beyond limits::today_items") {
    for_each_store([](Store& store) {
        World world(store);
        const auto north = world.place("north");
        for (std::size_t i = 0; i < limits::today_items + 5; ++i)
            world.plant(north, {.cause = fmt::format("cause {}", i), .severity = model::Severity::low});
        world.plant(north, {.cause = "worst", .severity = model::Severity::critical});
        const auto today = world.today();
        CHECK(today.items.size() == limits::today_items);
        CHECK(today.total == limits::today_items + 6);
        CHECK(today.items[0].severity == model::Severity::critical);
    });
}

}  // namespace patrol::store
