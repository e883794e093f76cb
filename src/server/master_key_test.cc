#include "server/master_key.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/encoding.h"
#include "crypto/random.h"
#include "store/sealed_values.h"
#include "store/store_fixture.h"

using namespace patrol;
using namespace patrol::server;
using store::need;

namespace {

const Timestamp noon{1'770'000'000'000};

// A database with sealed secrets, as a server left it.
struct Installation {
    store::TemporaryFolder folder;
    Configuration configuration;
    TenantId tenant = crypto::new_id<TenantId>();
    std::vector<SecretId> secrets;

    Installation() {
        configuration.data_dir = folder.path();
        configuration.master_key_file = folder.path() / "master.key";
    }
    std::unique_ptr<store::Store> open() const {
        return need(store::Store::open({.data_dir = folder.path()}));
    }
    static std::string value_of(const SecretId& id) { return "value of " + id.str(); }
    std::string place(const SecretId& id) const {
        return crypto::seal_place(tenant.str(), "secret", id.str(), "value");
    }
    void add(const crypto::MasterKey& key, int count) {
        const auto store = open();
        for (int i = 0; i < count; ++i) {
            const auto id = crypto::new_id<SecretId>();
            need(store->secrets().create(tenant, {.id = id, .name = id.str(), .ref = {"sealed", id.str()}},
                                         key.seal(value_of(id), place(id)), noon));
            secrets.push_back(id);
        }
    }
    // How many values the key of the configuration opens.
    std::size_t readable() const {
        const auto store = open();
        const auto key = need(load_master_key(configuration));
        std::size_t count = 0;
        for (const auto& id : secrets) {
            const auto row = need(store->secrets().sealed_value(tenant, id.str(), noon));
            const auto value = key.open(row.bytes, place(id));
            if (value && value->expose() == value_of(id)) ++count;
        }
        return count;
    }
};

}  // namespace

TEST_CASE("a rotation puts every value under a new key and keeps the old one aside") {
    Installation place;
    const auto before = need(load_master_key(place.configuration));
    place.add(before, 250);
    const Rotation done = need(rotate_master_key(place.configuration, {}));
    CHECK(done.from == before.id());
    CHECK(done.to != done.from);
    CHECK(done.rewrapped.values == 250);
    CHECK(done.rewrapped.unreadable == 0);
    CHECK(std::filesystem::exists(done.old_file));
    CHECK_FALSE(std::filesystem::exists(crypto::next_key_file(place.configuration.master_key_file)));
    CHECK(need(load_master_key(place.configuration)).id() == done.to);
    std::filesystem::remove(done.old_file);
    CHECK(place.readable() == 250);
}

TEST_CASE(
    "what a server seals with the old key during a rotation is readable and goes over at its next start") {
    Installation place;
    const auto running = need(load_master_key(place.configuration));
    place.add(running, 3);
    const Rotation done = need(rotate_master_key(place.configuration, {}));
    place.add(running, 2);  // the server still has the old key
    CHECK(place.readable() == 5);
    {
        const auto store = place.open();
        const auto key = need(load_master_key(place.configuration));
        need(finish_rotation(place.configuration, *store, key));
    }
    std::filesystem::remove(done.old_file);
    CHECK(place.readable() == 5);
}

TEST_CASE("a rotation that was killed in the middle loses nothing and goes on") {
    Installation place;
    const auto old = need(load_master_key(place.configuration));
    place.add(old, 150);
    // As it is left behind by a kill: the new key is made and some of the values are under it.
    const auto next =
        need(crypto::MasterKey::load_or_create(crypto::next_key_file(place.configuration.master_key_file)));
    {
        const auto store = place.open();
        store::SealedValues values(store->database());
        const auto& column = store::sealed_columns()[1];
        std::vector<store::SealedValues::Replacement> some;
        for (auto& row : need(values.page(column, ""))) {
            auto bytes = need(old.rewrap(row.bytes, place.place(SecretId(row.id)), next));
            some.push_back({.before = std::move(row), .bytes = std::move(bytes)});
        }
        CHECK(need(values.replace(column, some)) == 100);
        // A start in between reads both and moves nothing back.
        const auto key = need(load_master_key(place.configuration));
        need(finish_rotation(place.configuration, *store, key));
    }
    CHECK(place.readable() == 150);
    const Rotation done = need(rotate_master_key(place.configuration, {}));
    CHECK(done.to == next.id());
    CHECK(done.rewrapped.values == 50);
    std::filesystem::remove(done.old_file);
    CHECK(place.readable() == 150);
    // A kill between the two steps of the take-over: the old key is linked aside, the new one still "next".
    const auto again = need(load_master_key(place.configuration));
    std::filesystem::create_hard_link(place.configuration.master_key_file,
                                      crypto::old_key_file(place.configuration.master_key_file, again.id()));
    CHECK(need(rotate_master_key(place.configuration, {})).rewrapped.values == 150);
    CHECK(place.readable() == 150);
}

TEST_CASE("a value that does not open is left alone and counted") {
    Installation place;
    place.add(need(load_master_key(place.configuration)), 2);
    {
        const auto store = place.open();
        store::SealedValues values(store->database());
        auto row = need(values.page(store::sealed_columns()[1], "")).front();
        std::string damaged = row.bytes;
        damaged.back() = static_cast<char>(damaged.back() ^ 1);
        damaged[20] = static_cast<char>(damaged[20] ^ 1);
        need(values.replace(store::sealed_columns()[1],
                            std::vector{store::SealedValues::Replacement{row, damaged}}));
    }
    const Rotation done = need(rotate_master_key(place.configuration, {}));
    CHECK(done.rewrapped.values == 1);
    CHECK(done.rewrapped.unreadable == 1);
    CHECK(place.readable() == 1);
}

TEST_CASE("a key of the environment is rotated with a file for the new one") {
    Installation place;
    const std::string old_text = to_hex(as_bytes(crypto::random_bytes(32)));
    crypto::Variables taken;
    taken.add("PATROL_MASTER_KEY", crypto::Secret(old_text));
    place.configuration.master_key_from = MasterKeySource::variable;
    place.configuration.taken = std::make_shared<const crypto::Variables>(std::move(taken));
    place.add(need(load_master_key(place.configuration)), 4);
    CHECK(rotate_master_key(place.configuration, {}).error().field == "--new-key-file");
    const auto file = place.folder.path() / "new.key";
    const Rotation done = need(rotate_master_key(place.configuration, file));
    CHECK(done.rewrapped.values == 4);
    crypto::Variables after;
    after.add("PATROL_MASTER_KEY",
              crypto::Secret(to_base64(as_bytes(std::string(need(crypto::MasterKey::load(file)).id())))));
    place.configuration.taken = std::make_shared<const crypto::Variables>(std::move(after));
    CHECK_FALSE(load_master_key(place.configuration));  // 16 characters are no key
    place.configuration.master_key_from = MasterKeySource::file;
    place.configuration.master_key_file = file;
    CHECK(place.readable() == 4);
}

TEST_CASE("two rotations at once: one is refused") {
    Installation place;
    place.add(need(load_master_key(place.configuration)), 1);
    std::vector<std::jthread> both;
    std::atomic<int> done = 0, refused = 0;
    for (int i = 0; i < 2; ++i)
        both.emplace_back([&] {
            const auto outcome = rotate_master_key(place.configuration, {});
            if (outcome)
                ++done;
            else if (outcome.error().code == "rotation_running")
                ++refused;
        });
    both.clear();
    CHECK(done + refused == 2);
    CHECK(done >= 1);
    CHECK(place.readable() == 1);
}
