// Owners that stay, links, second factors, sessions by user, further tenants.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "base/limits.h"
#include "filter/filter.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

using model::LinkPurpose;

const std::string hash_a(32, 'a'), hash_b(32, 'b'), hash_c(32, 'c');

model::User add(Store& store, const Seed& seed, const std::string& name, model::Role role) {
    return need(store.users().create(seed.tenant, {.email = name + "@example.com",
                                                   .name = name,
                                                   .password_hash = "$argon2id$x",
                                                   .role = role,
                                                   .created_at = noon}));
}

model::OneTimeLink link(LinkPurpose purpose, const std::string& hash) {
    return {.purpose = purpose, .token_hash = hash, .expires_at = noon + Millis(1000)};
}

std::string emails(const Page<model::User>& page) {
    std::string out;
    for (const auto& each : page.items) out += (out.empty() ? "" : ",") + each.email;
    return out;
}

// Runs `work` in two threads and answers how often it succeeded.
int succeed_of_two(const std::function<bool(int)>& work) {
    std::atomic<int> done = 0;
    {
        std::jthread first([&] { done += work(0); });
        std::jthread second([&] { done += work(1); });
    }
    return done;
}

}  // namespace

TEST_CASE("the last active owner who sees all customers stays") {
    for_each_store([](Store& store) {
        const auto seed = store::seed(store);
        auto& users = store.users();
        auto first = add(store, seed, "first", model::Role::owner);
        const auto invited =
            need(users.invite(seed.tenant, {.email = "i@example.com", .role = model::Role::owner},
                              link(LinkPurpose::invitation, hash_a)));
        CHECK(invited.password_hash.empty());
        for (const auto& change : std::vector<std::function<void(model::User&)>>{
                 [](auto& user) { user.role = model::Role::admin; }, [](auto& user) { user.disabled = true; },
                 [](auto& user) { user.customers = model::CustomerScope::only({}); }}) {
            auto changed = first;
            change(changed);
            CHECK(failure(users.update(seed.tenant, changed, {})) == "conflict/last_owner");
        }
        CHECK(failure(users.remove(seed.tenant, first.id, {})) == "conflict/last_owner");
        const auto second = add(store, seed, "second", model::Role::owner);
        CHECK(failure(users.remove(seed.tenant, first.id, first.revision + 1)) == "stale");
        need(users.remove(seed.tenant, first.id, first.revision));
        CHECK(failure(users.get(seed.tenant, first.id)) == "not_found");
        CHECK(failure(users.remove(seed.tenant, second.id, {})) == "conflict/last_owner");
    });
}

TEST_CASE("of two owners who remove each other at once one stays") {
    for_each_store([](Store& store) {
        const auto seed = store::seed(store);
        for (int round = 0; round < 5; ++round) {
            const std::array owners{add(store, seed, "a" + std::to_string(round), model::Role::owner),
                                    add(store, seed, "b" + std::to_string(round), model::Role::owner)};
            CHECK(succeed_of_two([&](int at) {
                      auto changed = owners.at(static_cast<std::size_t>(at));
                      changed.role = model::Role::viewer;
                      return store.users().update(seed.tenant, changed, {}).has_value();
                  }) == 1);
            for (const auto& owner : owners)
                need(store.database().platform().write([&](Transaction& tx) {
                    return tx.run("DELETE FROM tenant_user WHERE id = ?1", owner.id);
                }));
        }
    });
}

TEST_CASE("the owner of the platform stays its owner") {
    for_each_store([](Store& store) {
        const auto done = need(store.tenants().set_up({.tenant = {.name = "P", .sealed_key = "k"},
                                                       .owner = {.email = "p@example.com",
                                                                 .password_hash = "x",
                                                                 .role = model::Role::owner,
                                                                 .platform_owner = true}},
                                                      std::nullopt, noon));
        need(store.users().create(done.tenant.id, {.email = "q@example.com",
                                                   .password_hash = "x",
                                                   .role = model::Role::owner,
                                                   .created_at = noon}));
        CHECK(failure(store.users().remove(done.tenant.id, done.owner.id, {})) == "conflict/platform_owner");
        auto changed = done.owner;
        changed.name = "New";
        CHECK(need(store.users().update(done.tenant.id, changed, {})).name == "New");
        changed.disabled = true;
        CHECK(failure(store.users().update(done.tenant.id, changed, {})) == "conflict/platform_owner");
    });
}

TEST_CASE("users are listed, filtered and sorted") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        add(store, one, "zoe", model::Role::viewer);
        add(store, one, "adam", model::Role::admin);
        CHECK(emails(need(store.users().list(one.tenant, {}))) ==
              "adam@example.com,one@example.com,zoe@example.com");
        const auto viewers = need(filter::parse("role=viewer and disabled=false"));
        CHECK(emails(need(store.users().list(one.tenant, {.filter = &viewers}))) == "zoe@example.com");
        CHECK(emails(need(store.users().list(one.tenant, {.limit = 1, .sort = "-name"}))) ==
              "zoe@example.com");
        CHECK(failure(store.users().list(one.tenant, {.sort = "password_hash"})) != "success");
    });
}

TEST_CASE("what changes a user's access ends sessions and links, a new name does not") {
    for_each_store([](Store& store) {
        const auto seed = store::seed(store);
        auto user = add(store, seed, "u", model::Role::viewer);
        const auto begin = [&] {
            user = need(store.users().get(seed.tenant, user.id));
            need(store.sessions().remove_of_user(seed.tenant, user.id));
            need(store.sessions().create(seed.tenant, {.user = user.id, .token_hash = hash_a}, noon));
            need(
                store.one_time_links().replace(seed.tenant, user, link(LinkPurpose::password_reset, hash_b)));
        };
        const auto alive = [&] {
            const bool session = store.sessions().by_token_hash(hash_a, noon).has_value();
            CHECK(session ==
                  store.one_time_links().holder(LinkPurpose::password_reset, hash_b, noon).has_value());
            return session;
        };
        begin();
        user.name = "New";
        need(store.users().update(seed.tenant, user, {}));
        CHECK(alive());
        begin();
        user.role = model::Role::operator_;
        need(store.users().update(seed.tenant, user, {}));
        CHECK_FALSE(alive());
        begin();
        user.customers = model::CustomerScope::only({});
        need(store.users().update(seed.tenant, user, {}));
        CHECK_FALSE(alive());
        begin();
        need(store.users().set_password(seed.tenant, user.id, "new"));
        CHECK_FALSE(alive());
        begin();
        user.disabled = true;
        need(store.users().update(seed.tenant, user, {}));
        CHECK_FALSE(alive());
    });
}

TEST_CASE("a link is good for its purpose, its time, and once") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& links = store.one_time_links();
        const auto user = need(store.users().invite(one.tenant, {.email = "i@example.com", .name = "I"},
                                                    link(LinkPurpose::invitation, hash_a)));
        CHECK(failure(store.users().invite(two.tenant, {.email = "i@example.com"},
                                           link(LinkPurpose::invitation, hash_b))) == "conflict/user_exists");
        CHECK(need(links.holder(LinkPurpose::invitation, hash_a, noon)).id == user.id);
        CHECK(failure(links.holder(LinkPurpose::password_reset, hash_a, noon)) == "unauthenticated");
        CHECK(failure(links.holder(LinkPurpose::invitation, hash_b, noon)) == "unauthenticated");
        CHECK(failure(links.holder(LinkPurpose::invitation, hash_a, noon + Millis(1000))) ==
              "unauthenticated");
        CHECK(failure(links.replace(two.tenant, user, link(LinkPurpose::invitation, hash_b))) == "not_found");
        auto old = user;
        old.revision = 7;
        CHECK(failure(links.replace(one.tenant, old, link(LinkPurpose::invitation, hash_b))) == "stale");
        need(links.replace(one.tenant, user, link(LinkPurpose::invitation, hash_b)));
        CHECK(failure(links.holder(LinkPurpose::invitation, hash_a, noon)) == "unauthenticated");
        CHECK(succeed_of_two([&](int at) {
                  const std::string hash = "$argon2id$" + std::to_string(at);
                  return links.spend(LinkPurpose::invitation, hash_b, {.hash = hash, .name = "New"}, noon)
                      .has_value();
              }) == 1);
        const auto now = need(store.users().get(one.tenant, user.id));
        CHECK(now.password_hash.starts_with("$argon2id$"));
        CHECK(now.name == "New");
        CHECK(failure(links.spend(LinkPurpose::invitation, hash_b, {.hash = "x"}, noon)) ==
              "unauthenticated");
    });
}

TEST_CASE("a second factor: confirmed once, each step and each recovery code spent once") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& factors = store.second_factors();
        const auto& user = one.user.id;
        CHECK_FALSE(need(factors.get(one.tenant, user)));
        need(factors.begin(one.tenant, user, "sealed 1"));
        need(factors.begin(one.tenant, user, "sealed 2"));
        CHECK_FALSE(need(factors.get(two.tenant, user)));
        const auto factor = *need(factors.get(one.tenant, user));
        CHECK(factor.sealed_secret == "sealed 2");
        CHECK_FALSE(factor.confirmed);
        CHECK_FALSE(need(store.users().get(one.tenant, user)).mfa);
        const std::vector<std::string> codes{hash_a, hash_b};
        CHECK_FALSE(need(factors.confirm(one.tenant, user, {.sealed_secret = "sealed 1"}, 100, codes)));
        CHECK_FALSE(need(factors.confirm(two.tenant, user, factor, 100, codes)));
        CHECK(need(factors.confirm(one.tenant, user, factor, 100, codes)));
        CHECK_FALSE(need(factors.confirm(one.tenant, user, factor, 100, codes)));
        CHECK(failure(factors.begin(one.tenant, user, "sealed 3")) == "conflict/second_factor_active");
        CHECK(need(store.users().get(one.tenant, user)).mfa);

        CHECK_FALSE(need(factors.spend_step(one.tenant, user, 100)));
        CHECK_FALSE(need(factors.spend_step(two.tenant, user, 101)));
        CHECK(succeed_of_two([&](int) { return need(factors.spend_step(one.tenant, user, 101)); }) == 1);
        CHECK_FALSE(need(factors.spend_step(one.tenant, user, 101)));
        CHECK_FALSE(need(factors.spend_recovery_code(one.tenant, user, hash_c)));
        CHECK_FALSE(need(factors.spend_recovery_code(two.tenant, user, hash_a)));
        CHECK(succeed_of_two(
                  [&](int) { return need(factors.spend_recovery_code(one.tenant, user, hash_a)); }) == 1);

        need(factors.remove(two.tenant, user));
        CHECK(need(factors.get(one.tenant, user)));
        need(factors.remove(one.tenant, user));
        need(factors.remove(one.tenant, user));
        CHECK_FALSE(need(factors.get(one.tenant, user)));
        CHECK_FALSE(need(store.users().get(one.tenant, user)).mfa);
        CHECK_FALSE(need(factors.spend_recovery_code(one.tenant, user, hash_b)));
    });
}

TEST_CASE("a user's sessions: listed while they live, revoked one by one: limits::sessions_per_user") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& sessions = store.sessions();
        std::vector<model::Session> made;
        for (std::size_t at = 0; at <= limits::sessions_per_user; ++at) {
            std::string hash = std::string(30, 'h') + char('a' + at / 16) + char('a' + at % 16);
            made.push_back(need(sessions.create(
                one.tenant,
                {.user = one.user.id, .token_hash = hash, .address = "192.0.2.7", .user_agent = "Browser"},
                noon + Millis(at))));
        }
        auto live = need(sessions.of_user(one.tenant, one.user.id, noon + Millis(1000)));
        CHECK(live.size() == limits::sessions_per_user);
        CHECK(live.front().id == made.back().id);
        CHECK(live.front().address == "192.0.2.7");
        CHECK(live.front().user_agent == "Browser");
        CHECK_FALSE(need(sessions.is_live(one.tenant, made.front().id, noon)));
        CHECK(need(store.users().get(one.tenant, one.user.id)).last_sign_in_at == made.back().created_at);
        CHECK(need(sessions.of_user(one.tenant, one.user.id, noon + limits::session_idle * 2)).empty());
        CHECK(need(sessions.of_user(two.tenant, one.user.id, noon)).empty());

        CHECK(failure(sessions.revoke(one.tenant, two.user.id, made[5].id)) == "not_found");
        CHECK(failure(sessions.revoke(two.tenant, one.user.id, made[5].id)) == "not_found");
        need(sessions.revoke(one.tenant, one.user.id, made[5].id));
        CHECK(failure(sessions.revoke(one.tenant, one.user.id, made[5].id)) == "not_found");
        need(sessions.revoke_others(two.tenant, one.user.id, {}));
        need(sessions.revoke_others(one.tenant, one.user.id, made[6].id));
        live = need(sessions.of_user(one.tenant, one.user.id, noon));
        REQUIRE(live.size() == 1);
        CHECK(live.front().id == made[6].id);
        need(sessions.revoke_others(one.tenant, one.user.id, {}));
        CHECK(need(sessions.of_user(one.tenant, one.user.id, noon)).empty());
    });
}

TEST_CASE("scopes of a token are kept; what cannot be read opens nothing") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one");
        auto& tokens = store.api_tokens();
        need(tokens.create(one.tenant, {.user = one.user.id, .name = "all", .token_hash = hash_a}, noon));
        need(tokens.create(one.tenant,
                           {.user = one.user.id,
                            .name = "some",
                            .token_hash = hash_b,
                            .scopes = std::vector{model::TokenScope::read, model::TokenScope::deploy}},
                           noon));
        CHECK_FALSE(need(tokens.by_token_hash(hash_a, noon)).token.scopes);
        CHECK(need(tokens.by_token_hash(hash_b, noon)).token.scopes ==
              std::vector{model::TokenScope::read, model::TokenScope::deploy});
        need(store.database().platform().write([](Transaction& tx) {
            return tx.run("UPDATE api_token SET scopes = 'read' WHERE name = 'some'");
        }));
        CHECK(need(tokens.by_token_hash(hash_b, noon)).token.scopes == std::vector<model::TokenScope>());
    });
}

TEST_CASE("further tenants come with an invited owner") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one");
        const auto made = need(
            store.tenants().create({.tenant = {.name = "Second", .sealed_key = "k2"},
                                    .owner = {.email = "second@example.com", .role = model::Role::owner}},
                                   link(LinkPurpose::invitation, hash_a), noon));
        CHECK(need(store.one_time_links().holder(LinkPurpose::invitation, hash_a, noon)).tenant ==
              made.tenant.id);
        CHECK(need(store.tenants().get(made.tenant.id)).sealed_key == "k2");
        CHECK(failure(store.tenants().create(
                  {.tenant = {.name = "Third", .sealed_key = "k3"},
                   .owner = {.email = "one@example.com", .role = model::Role::owner}},
                  link(LinkPurpose::invitation, hash_b), noon)) == "conflict/user_exists");
        const auto page = need(store.tenants().list(one.tenant, {}));
        REQUIRE(page.items.size() == 2);
        CHECK(page.items.front().name == "Second");
        CHECK(page.items.front().users == 1);
        CHECK(page.items.front().sealed_key.empty());
    });
}

}  // namespace patrol::store
