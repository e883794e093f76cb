// The one-time tokens of `patrol connect`, and named secrets.
#include <doctest/doctest.h>

#include <thread>

#include "base/limits.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

const std::string hash_a(32, 'a');
const std::string hash_b(32, 'b');
constexpr const char* arn = "arn:aws:iam::111122223333:role/PatrolReadOnly";

}  // namespace

TEST_CASE("a new connect token revokes the old one") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& tokens = store.connect_tokens();
        CHECK(failure(tokens.create(two.tenant, {.account = one.account.id, .token_hash = hash_a}, noon)) ==
              "not_found");
        const auto first =
            need(tokens.create(one.tenant, {.account = one.account.id, .token_hash = hash_a}, noon));
        CHECK(first.expires_at == noon + limits::connect_token_age);
        CHECK(need(tokens.by_token_hash(hash_a, noon)).tenant == one.tenant);
        need(tokens.create(one.tenant, {.account = one.account.id, .token_hash = hash_b}, noon));
        CHECK(failure(tokens.by_token_hash(hash_a, noon)) == "unauthenticated/bad_connect_token");
        need(tokens.by_token_hash(hash_b, noon));
        CHECK(failure(tokens.by_token_hash(hash_b, noon + limits::connect_token_age)) ==
              "unauthenticated/bad_connect_token");
        CHECK(failure(tokens.by_token_hash(std::string(32, 'z'), noon)) ==
              "unauthenticated/bad_connect_token");
        CHECK(failure(tokens.get(two.tenant, first.id)) == "not_found");
        need(tokens.revoke_of_account(one.tenant, one.account.id, noon));
        CHECK(failure(tokens.exchange(hash_b, "n", noon)) == "unauthenticated/bad_connect_token");
    });
}

TEST_CASE("an exchange may be repeated with its nonce for a while") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        auto& tokens = store.connect_tokens();
        need(tokens.create(one.tenant, {.account = one.account.id, .token_hash = hash_a}, noon));
        CHECK(need(tokens.exchange(hash_a, "nonce", noon)).exchanged_at == noon);
        CHECK(need(tokens.exchange(hash_a, "nonce", noon + Millis(1000))).exchanged_at == noon);
        CHECK(failure(tokens.exchange(hash_a, "other", noon)) == "gone/connect_token_used");
        CHECK(failure(tokens.exchange(hash_a, "nonce", noon + limits::connect_nonce_age)) ==
              "gone/connect_token_used");
        need(tokens.complete(hash_a, arn, noon));
        CHECK(failure(tokens.exchange(hash_a, "nonce", noon)) == "gone/connect_token_used");
    });
}

TEST_CASE("a connect token is completed once: the role is proposed and its trial queued") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        auto& tokens = store.connect_tokens();
        const auto made =
            need(tokens.create(one.tenant, {.account = one.account.id, .token_hash = hash_a}, noon));
        std::atomic<int> done = 0, gone = 0;
        {
            std::vector<std::jthread> threads;
            for (int at = 0; at < 10; ++at)
                threads.emplace_back([&] {
                    const auto result = tokens.complete(hash_a, arn, noon);
                    if (result) ++done;
                    if (failure(result) == "gone/connect_token_used") ++gone;
                });
        }
        CHECK(done == 1);
        CHECK(gone == 9);
        const auto account = need(store.accounts().get(one.tenant, one.account.id));
        CHECK(std::get<model::RoleAuth>(account.auth).proposed_role_arn == arn);
        CHECK(std::get<model::RoleAuth>(account.auth).role_arn.empty());
        const std::array kinds{JobKind::trial};
        const auto job = need(store.jobs().claim("w", kinds, noon));
        REQUIRE(job);
        CHECK(job->payload.find(made.id.str()) != std::string::npos);
        CHECK(job->account == one.account.id);
        CHECK_FALSE(need(store.jobs().claim("w", kinds, noon)));

        CHECK(need(tokens.by_token_hash(hash_a, noon + limits::connect_token_age)).trial_state == "trying");
        need(tokens.set_trial(one.tenant, made.id, "failed", "Access was denied."));
        CHECK(need(tokens.get(one.tenant, made.id)).trial_detail == "Access was denied.");
        CHECK(failure(tokens.set_trial(one.tenant, ConnectTokenId("ctk_none"), "passed", "")) == "not_found");
    });
}

TEST_CASE("secrets: values go in, and come out for the one place that opens them") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& secrets = store.secrets();
        const std::string sealed("\1\0\2sealed", 9);
        const auto made =
            need(secrets.create(one.tenant, {.name = "key", .ref = {"sealed", ""}}, sealed, noon));
        CHECK(made.has_value);
        CHECK(failure(secrets.create(one.tenant, {.name = "key"}, std::nullopt, noon)) ==
              "conflict/secret_exists");
        need(secrets.create(two.tenant, {.name = "key"}, std::nullopt, noon));
        CHECK(need(secrets.sealed_value(one.tenant, "key", noon)).bytes == sealed);
        CHECK(need(secrets.sealed_value(one.tenant, made.id.str(), noon)).id == made.id);
        CHECK(need(secrets.get(one.tenant, made.id)).last_used_at == noon);
        CHECK(failure(secrets.sealed_value(two.tenant, made.id.str(), noon)) == "not_found");
        CHECK(failure(secrets.sealed_value(two.tenant, "key", noon)) == "not_found");  // it has no value
        CHECK(need(secrets.list(one.tenant, {})).items.size() == 1);

        auto renamed = made;
        renamed.name = "renamed \"quoted\"";
        CHECK(failure(secrets.update(two.tenant, renamed, std::nullopt, noon)) == "not_found");
        CHECK(need(secrets.update(one.tenant, renamed, std::nullopt, noon)).has_value);
        need(secrets.update(one.tenant, renamed, "other", noon));
        CHECK(need(secrets.sealed_value(one.tenant, renamed.name, noon)).bytes == "other");

        for (const auto& ref : {made.id.str(), renamed.name}) {
            const model::AccessKeyAuth keys{{"env", "PATROL_SECRET_X"}, {"sealed", ref}};
            need(store.accounts().set_auth(one.tenant, one.account.id, keys, noon));
            const auto used = secrets.remove(one.tenant, made.id);
            CHECK(failure(used) == "conflict/secret_in_use");
            CHECK(used.error().message.find("\"one\"") != std::string::npos);
        }
        need(store.accounts().set_auth(one.tenant, one.account.id, model::NoAuth{}, noon));
        CHECK(failure(secrets.remove(two.tenant, made.id)) == "not_found");
        need(secrets.remove(one.tenant, made.id));
        CHECK(failure(secrets.get(one.tenant, made.id)) == "not_found");
    });
}

}  // namespace patrol::store
