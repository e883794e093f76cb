// For tests: every test of the store runs on SQLite in a folder of its own, and on PostgreSQL in a
// schema of its own when PATROL_TEST_POSTGRES holds the address of a scratch server
// (tests/postgres.sh start DIR prints one).
//   TEST_CASE("…") { for_each_store([](store::Store& store) { … }); }
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "crypto/random.h"
#include "store/drivers.h"
#include "store/store.h"

namespace patrol::store {

class TemporaryFolder {
public:
    TemporaryFolder() : path_(parent() / ("patrol-" + crypto::random_base32(12))) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    // In memory where that can be had: hundreds of new databases, each flushed to a disk, take minutes.
    static std::filesystem::path parent() {
        const bool in_memory = std::getenv("TMPDIR") == nullptr && ::access("/dev/shm", W_OK) == 0;
        return in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
    }
    std::filesystem::path path_;
};

template <class T>
T need(Result<T> result) {
    if (!result) FAIL(describe(result.error()));
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// The kind and code of a failed result: "conflict/account_exists".
template <class T>
std::string failure(const Result<T>& result) {
    if (result) return "success";
    const auto& error = result.error();
    return std::string(to_string(error.kind)) + (error.code.empty() ? "" : "/" + error.code);
}

// A scratch schema; it goes with the object. Its connections carry its name: a test that ends connections
// ends no other test program's.
class PostgresSchema {
public:
    explicit PostgresSchema(std::string server)
        : server_(std::move(server)), name_("patrol_" + crypto::random_base32(12)) {
        run("CREATE SCHEMA " + name_);
    }
    ~PostgresSchema() { run("DROP SCHEMA " + name_ + " CASCADE"); }
    PostgresSchema(const PostgresSchema&) = delete;
    PostgresSchema& operator=(const PostgresSchema&) = delete;
    [[nodiscard]] std::string url() const {
        return server_ + (server_.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" +
               name_ + "&application_name=" + name_;
    }

private:
    void run(const std::string& sql) const {
        auto database = need(open_postgres({.url = server_, .connections = 1}));
        need(database->platform().write([&](Transaction& transaction) { return transaction.script(sql); }));
    }
    std::string server_, name_;
};

constexpr Timestamp noon{1'790'000'000'000};

// A tenant with an account, made without the first run, so that a test can have two of them.
struct Seed {
    TenantId tenant = crypto::new_id<TenantId>();
    model::User user;
    model::CloudAccount account;
};
inline Seed seed(Store& store, const std::string& name = "one") {
    Seed seed;
    need(store.database().platform().write([&](Transaction& tx) {
        return tx.run("INSERT INTO tenant(id, name, sealed_key, created_at) VALUES (?1, ?2, ?3, ?4)",
                      seed.tenant, name, Blob{"sealed"}, noon);
    }));
    seed.user = need(store.users().create(
        seed.tenant,
        {.email = name + "@example.com", .name = name, .role = model::Role::owner, .created_at = noon}));
    seed.account =
        need(store.accounts().create(seed.tenant, {.name = name, .auth = model::RoleAuth{}}, noon));
    return seed;
}

inline void for_sqlite(const std::function<void(Store&)>& test) {
    const TemporaryFolder folder;
    auto store = need(Store::open({.data_dir = folder.path()}));
    test(*store);
}

inline void for_postgres(const std::function<void(Store&)>& test) {
    const char* server = std::getenv("PATROL_TEST_POSTGRES");
    if (server == nullptr || *server == '\0') {
        static const bool said = std::puts("skipped: PostgreSQL (PATROL_TEST_POSTGRES is not set)") >= 0;
        (void)said;
        return;
    }
    const PostgresSchema schema(server);
    auto store = need(Store::open({.url = schema.url()}));
    test(*store);
}

inline void for_each_store(const std::function<void(Store&)>& test) {
    {
        INFO("on SQLite");
        for_sqlite(test);
    }
    INFO("on PostgreSQL");
    for_postgres(test);
}

}  // namespace patrol::store
