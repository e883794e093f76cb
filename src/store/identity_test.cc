// The first run, users, sessions and API tokens.
#include <doctest/doctest.h>

#include <thread>

#include "base/limits.h"
#include "store/json_columns.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

const std::string hash_a(32, 'a');
const std::string hash_b(32, 'b');

Tenants::FirstRun first_run() {
    return {.tenant = {.name = "Provider", .sealed_key = std::string("\0key", 4)},
            .owner = {.email = "owner@example.com",
                      .name = "Owner",
                      .password_hash = "$argon2id$x",
                      .role = model::Role::owner,
                      .platform_owner = true}};
}

// The only owner could not be disabled.
void disable(Store& store, model::User user) {
    need(store.database().platform().write([&](Transaction& tx) {
        return tx.run("UPDATE tenant_user SET role = 'viewer' WHERE id = ?1", user.id);
    }));
    user.role = model::Role::viewer;
    user.disabled = true;
    need(store.users().update(user.tenant, user, {}));
}

}  // namespace

TEST_CASE("the first run happens once, with its token") {
    for_each_store([](Store& store) {
        auto& tenants = store.tenants();
        CHECK(need(tenants.count_users()) == 0);
        need(tenants.set_setup_token(hash_a, noon + limits::setup_token_age));
        CHECK(need(tenants.is_setup_token(hash_a, noon)));
        CHECK_FALSE(need(tenants.is_setup_token(hash_b, noon)));
        CHECK_FALSE(need(tenants.is_setup_token("", noon)));
        CHECK_FALSE(need(tenants.is_setup_token(hash_a, noon + limits::setup_token_age)));
        CHECK(failure(tenants.set_up(first_run(), hash_b, noon)) == "unauthenticated/bad_setup_token");
        CHECK(failure(tenants.set_up(first_run(), hash_a, noon + limits::setup_token_age)) ==
              "unauthenticated/bad_setup_token");
        CHECK(need(tenants.count_users()) == 0);

        const auto done = need(tenants.set_up(first_run(), hash_a, noon));
        CHECK(TenantId::parse(done.tenant.id.str()));
        CHECK(need(tenants.get(done.tenant.id)).sealed_key == std::string("\0key", 4));
        const auto owner = need(store.users().by_email("owner@example.com"));
        CHECK(owner.tenant == done.tenant.id);
        CHECK(owner.platform_owner);
        CHECK(owner.role == model::Role::owner);
        CHECK(owner.password_hash == "$argon2id$x");

        CHECK(failure(tenants.set_up(first_run(), hash_a, noon)) == "conflict/already_set_up");
        CHECK(failure(tenants.set_up(first_run(), std::nullopt, noon)) == "conflict/already_set_up");
        CHECK(failure(tenants.set_setup_token(hash_b, noon)) == "conflict/already_set_up");
        CHECK_FALSE(need(tenants.is_setup_token(hash_a, noon)));
        CHECK(need(tenants.all()).size() == 1);
        need(tenants.set_sealed_key(done.tenant.id, "new"));
        CHECK(need(tenants.get(done.tenant.id)).sealed_key == "new");
        CHECK(failure(tenants.get(TenantId("ten_none"))) == "not_found");
    });
}

TEST_CASE("of many first runs at once exactly one succeeds") {
    for_each_store([](Store& store) {
        std::atomic<int> done = 0, refused = 0;
        {
            std::vector<std::jthread> threads;
            for (int at = 0; at < 8; ++at)
                threads.emplace_back([&] {
                    const auto result = store.tenants().set_up(first_run(), std::nullopt, noon);
                    if (result) ++done;
                    if (failure(result) == "conflict/already_set_up") ++refused;
                });
        }
        CHECK(done == 1);
        CHECK(refused == 7);
        CHECK(need(store.tenants().count_users()) == 1);
        CHECK(need(store.tenants().all()).size() == 1);
    });
}

TEST_CASE("users belong to their tenant") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        CHECK(failure(store.users().create(two.tenant, {.email = "one@example.com"})) ==
              "conflict/user_exists");
        CHECK(failure(store.users().get(two.tenant, one.user.id)) == "not_found");
        CHECK(need(store.users().list(one.tenant, {})).items.size() == 1);
        CHECK(failure(store.users().by_email("nobody@example.com")) == "not_found");
        auto changed = one.user;
        changed.name = "New";
        CHECK(failure(store.users().update(two.tenant, changed, {})) == "not_found");
        CHECK(need(store.users().update(one.tenant, changed, 1)).revision == 2);
        CHECK(failure(store.users().update(one.tenant, changed, 1)) == "stale");
        CHECK(failure(store.users().remove(two.tenant, one.user.id, {})) == "not_found");
        CHECK(failure(store.users().set_password(two.tenant, one.user.id, "x")) == "not_found");
        CHECK(need(store.users().get(one.tenant, one.user.id)).name == "New");
    });
}

TEST_CASE("sessions end by idleness, by age, by removal and with their user") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& sessions = store.sessions();
        const auto made = need(sessions.create(
            one.tenant, {.user = one.user.id, .token_hash = hash_a, .csrf_token = "c"}, noon));
        CHECK(made.expires_at == noon + limits::session_age);
        const auto found = need(sessions.by_token_hash(hash_a, noon + Millis(1000)));
        CHECK(found.user.id == one.user.id);
        CHECK(found.session.csrf_token == "c");
        CHECK(found.session.tenant == one.tenant);
        CHECK(found.session.last_seen_at == noon);  // noted at most once a minute
        CHECK(failure(sessions.by_token_hash(hash_b, noon)) == "unauthenticated");
        CHECK(failure(sessions.by_token_hash(hash_a, noon + limits::session_idle)) == "unauthenticated");
        CHECK(need(sessions.is_live(one.tenant, made.id, noon + limits::session_idle - Millis(1))));
        CHECK_FALSE(need(sessions.is_live(one.tenant, made.id, noon + limits::session_idle)));
        CHECK_FALSE(need(sessions.is_live(two.tenant, made.id, noon)));

        auto now = noon;
        for (; now - noon < limits::session_age; now = now + std::chrono::minutes(20))
            CHECK(need(sessions.by_token_hash(hash_a, now)).session.expires_at == made.expires_at);
        CHECK(failure(sessions.by_token_hash(hash_a, made.expires_at)) == "unauthenticated");
        CHECK(need(sessions.sweep(made.expires_at)) == 1);

        const auto again =
            need(sessions.create(one.tenant, {.user = one.user.id, .token_hash = hash_b}, noon));
        need(sessions.remove(two.tenant, again.id));
        need(sessions.remove_of_user(two.tenant, one.user.id));
        need(sessions.by_token_hash(hash_b, noon));
        CHECK(need(sessions.is_live(one.tenant, again.id, noon)));
        using Rule = model::SecondFactorRule;
        need(store.tenants().require_second_factor(one.tenant, Rule::required));
        CHECK_FALSE(need(sessions.is_live(one.tenant, again.id, noon)));
        CHECK(need(sessions.by_token_hash(hash_b, noon)).second_factor == Rule::required);
        need(store.tenants().require_second_factor(one.tenant, Rule::optional));
        CHECK(need(sessions.is_live(one.tenant, again.id, noon)));
        CHECK(failure(store.tenants().require_second_factor(TenantId("ten_none"), Rule::required)) ==
              "not_found");
        need(sessions.remove(one.tenant, again.id));
        CHECK_FALSE(need(sessions.is_live(one.tenant, again.id, noon)));
        CHECK(failure(sessions.by_token_hash(hash_b, noon)) == "unauthenticated");

        need(sessions.create(one.tenant, {.user = one.user.id, .token_hash = hash_b}, noon));
        need(store.users().rehash(one.tenant, one.user.id, "same"));
        CHECK(failure(store.users().rehash(two.tenant, one.user.id, "x")) == "not_found");
        need(sessions.by_token_hash(hash_b, noon));
        need(store.users().set_password(one.tenant, one.user.id, "another"));
        CHECK(failure(sessions.by_token_hash(hash_b, noon)) == "unauthenticated");
        need(sessions.create(one.tenant, {.user = one.user.id, .token_hash = hash_b}, noon));
        disable(store, one.user);
        CHECK(failure(sessions.by_token_hash(hash_b, noon)) == "unauthenticated");
    });
}

TEST_CASE("API tokens: shown by hash, expired, revoked, listed") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& tokens = store.api_tokens();
        const auto made = need(tokens.create(one.tenant,
                                             {.user = one.user.id,
                                              .name = "ci",
                                              .token_hash = hash_a,
                                              .hint = "pat_ab",
                                              .role = model::Role::operator_,
                                              .expires_at = noon + Millis(1000)},
                                             noon));
        const auto holder = need(tokens.by_token_hash(hash_a, noon));
        CHECK(holder.token.role == model::Role::operator_);
        CHECK(holder.user.email == "one@example.com");
        CHECK(holder.token.last_used_at == noon);
        CHECK(failure(tokens.by_token_hash(hash_a, noon + Millis(1000))) == "unauthenticated");
        CHECK(failure(tokens.by_token_hash(hash_b, noon)) == "unauthenticated");
        CHECK(need(tokens.list(one.tenant, {})).items.size() == 1);
        CHECK(need(tokens.list(two.tenant, {})).items.empty());
        CHECK(failure(tokens.revoke(two.tenant, made.id, noon)) == "not_found");
        CHECK(need(tokens.is_live(one.tenant, made.id, noon)));
        CHECK_FALSE(need(tokens.is_live(two.tenant, made.id, noon)));
        CHECK_FALSE(need(tokens.is_live(one.tenant, made.id, noon + Millis(1000))));
        need(tokens.revoke(one.tenant, made.id, noon));
        CHECK_FALSE(need(tokens.is_live(one.tenant, made.id, noon)));
        CHECK(failure(tokens.revoke(one.tenant, made.id, noon)) == "not_found");
        CHECK(failure(tokens.by_token_hash(hash_a, noon)) == "unauthenticated");
        CHECK(need(tokens.list(one.tenant, {})).total == 0);

        need(tokens.create(one.tenant, {.user = one.user.id, .name = "x", .token_hash = hash_b}, noon));
        need(tokens.by_token_hash(hash_b, noon));
        disable(store, one.user);
        CHECK(failure(tokens.by_token_hash(hash_b, noon)) == "unauthenticated");
    });
}

TEST_CASE("which customers a user and a token see") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one");
        CHECK(need(store.users().get(one.tenant, one.user.id)).customers.is_all());
        const auto a = crypto::new_id<CustomerId>(), b = crypto::new_id<CustomerId>();
        auto user = one.user;
        user.customers = model::CustomerScope::only({a, b});
        need(store.users().update(one.tenant, user, {}));
        need(store.api_tokens().create(
            one.tenant, {.user = user.id, .token_hash = hash_a, .customers = model::CustomerScope::only({b})},
            noon));
        const auto holder = need(store.api_tokens().by_token_hash(hash_a, noon));
        CHECK(holder.user.customers == user.customers);
        CHECK(holder.token.customers == model::CustomerScope::only({b}));
        CHECK(need(store.users().list(one.tenant, {})).items.front().customers == user.customers);
        CHECK(need(store.api_tokens().list(one.tenant, {})).items.front().customers ==
              holder.token.customers);

        user.customers = model::CustomerScope::only({});
        need(store.users().update(one.tenant, user, {}));
        CHECK(need(store.users().by_email(user.email)).customers == user.customers);
        user.customers = {};
        need(store.users().update(one.tenant, user, {}));
        CHECK(need(store.users().by_email(user.email)).customers.is_all());
    });
}

TEST_CASE("a damaged list of customers shows nothing") {
    CHECK(parse_customers(std::nullopt).is_all());
    for (const auto* text : {"", "null", "{}", "\"all\"", "[1,null,\"*\",\"cus_\"]", "[\"cus_a"})
        CHECK(parse_customers(text) == model::CustomerScope::only({}));
}

TEST_CASE("settings: the first value holds") {
    for_each_store([](Store& store) {
        auto& settings = store.settings();
        CHECK_FALSE(need(settings.get("server_id")));
        CHECK(need(settings.get_or_set("server_id", "a")) == "a");
        CHECK(need(settings.get_or_set("server_id", "b")) == "a");
        need(settings.set("server_id", std::string_view("c\0d", 3)));
        CHECK(need(settings.get("server_id")) == std::string("c\0d", 3));
        need(settings.remove("server_id"));
        CHECK_FALSE(need(settings.get("server_id")));
    });
}

}  // namespace patrol::store
