#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <type_traits>

#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "crypto/seal.h"
#include "crypto/secret.h"
#include "crypto/token.h"
#include "model/ids.h"

using namespace patrol;
using namespace patrol::crypto;

namespace {

std::string hex(std::span<const unsigned char> bytes) { return to_hex(bytes); }

Key key_of(unsigned char fill) {
    Key out{};
    out.fill(fill);
    return out;
}

class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("patrol-" + random_base32(12))) {
        std::filesystem::create_directory(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("sha256 gives the published digests, whole and in pieces") {
    CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 pieces;
    pieces.update("a");
    pieces.update("bc");
    CHECK(pieces.finish() == sha256("abc"));
    pieces.update("abc");
    CHECK(pieces.finish() == sha256("abc"));
}

TEST_CASE("hmac_sha512 gives the vectors of RFC 4231") {
    CHECK(hex(hmac_sha512(std::string(20, '\x0b'), "Hi There")) ==
          "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
          "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
    CHECK(hex(hmac_sha512("Jefe", "what do ya want for nothing?")) ==
          "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
          "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST_CASE("hmac_sha256 gives the vectors of RFC 4231") {
    CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex(hmac_sha256(std::string(131, '\xaa'),
                          "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(hex(hmac_sha256("", "")) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("hkdf_sha256 gives the vector of RFC 5869 without salt and info") {
    CHECK(hex(as_bytes(hkdf_sha256(std::string(22, '\x0b'), "", 42))) ==
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    CHECK(derive_key(key_of(1), "a") != derive_key(key_of(1), "b"));
    CHECK(derive_key(key_of(1), "a") != derive_key(key_of(2), "a"));
}

TEST_CASE("a keyed mark depends on key and text only") {
    CHECK(keyed_mark(key_of(1), "x") == keyed_mark(key_of(1), "x"));
    CHECK(keyed_mark(key_of(1), "x") != keyed_mark(key_of(2), "x"));
    CHECK(keyed_mark(key_of(1), "x") != keyed_mark(key_of(1), "y"));
}

TEST_CASE("new ids have their prefix, parse, and do not repeat") {
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        auto id = new_id<AccountId>();
        CHECK(AccountId::parse(id.str()) == id);
        CHECK(seen.insert(id.str()).second);
    }
    auto external = new_external_id();
    CHECK(external.starts_with("patrol-"));
    CHECK(external.size() == 33);
    CHECK(random_base32(0).empty());
    CHECK(random_base32(1).size() == 1);
}

TEST_CASE("a token is checked without a database") {
    auto token = make_token(connect_token_prefix);
    CHECK(token.size() == 4 + 43 + 6);
    CHECK(check_token(connect_token_prefix, token));
    CHECK_FALSE(check_token(api_token_prefix, token));
    CHECK_FALSE(check_token(connect_token_prefix, token + "0"));
    CHECK_FALSE(check_token(connect_token_prefix, token.substr(0, token.size() - 1)));
    CHECK_FALSE(check_token(connect_token_prefix, ""));
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto wrong = token;
        wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
        CHECK_FALSE(check_token(connect_token_prefix, wrong));
    }
    CHECK(token_hash(token) == sha256(token));
    CHECK(make_token("pat_") != make_token("pat_"));
}

TEST_CASE("equal in constant time") {
    CHECK(constant_time_equal("abc", "abc"));
    CHECK_FALSE(constant_time_equal("abc", "abd"));
    CHECK_FALSE(constant_time_equal("abc", "ab"));
    CHECK(constant_time_equal("", ""));
}

TEST_CASE("a secret moves and gives its value only when asked") {
    static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
    static_assert(!std::is_convertible_v<Secret, std::string> &&
                  !std::is_convertible_v<Secret, std::string_view>);
    Secret one("hunter2 hunter2");
    Secret two = std::move(one);
    CHECK(two.expose() == "hunter2 hunter2");
    CHECK(one.empty());
    std::string source = "a longer value that is not stored inline";
    auto* memory = source.data();
    auto taken = Secret::take(std::move(source));
    CHECK(taken.expose() == "a longer value that is not stored inline");
    CHECK(memory[0] == '\0');
    one = std::move(taken);
    CHECK_FALSE(one.empty());
    CHECK(Secret("").empty());
}

TEST_CASE("a sealed value opens only at its place, unchanged, with its key") {
    auto key = MasterKey::from_bytes(key_of(7));
    auto other = MasterKey::from_bytes(key_of(8));
    auto place = seal_place("ten_a", "secrets", "sec_1", "value");
    auto blob = key.seal("the secret", place);
    CHECK(blob.find("the secret") == std::string::npos);
    CHECK(key.open(blob, place)->expose() == "the secret");
    CHECK(key.seal("the secret", place) != blob);
    CHECK_FALSE(key.open(blob, seal_place("ten_b", "secrets", "sec_1", "value")));
    CHECK_FALSE(other.open(blob, place));
    for (std::size_t i = 0; i < blob.size(); ++i) {
        auto changed = blob;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK_FALSE(key.open(changed, place));
        CHECK_FALSE(key.open(std::string_view(blob).substr(0, i), place));
    }
    CHECK(key.open(key.seal("", place), place)->empty());

    auto moved = key.rewrap(blob, place, other);
    REQUIRE(moved);
    CHECK(other.open(*moved, place)->expose() == "the secret");
    CHECK_FALSE(key.open(*moved, place));
    CHECK_FALSE(key.rewrap(*moved, place, other));
    CHECK(key.id() != other.id());
    CHECK(key.id().size() == 16);
    CHECK(key.derive("a") != key.derive("b"));
}

TEST_CASE("the master key file is made private and refused when others may read it") {
    Folder folder;
    auto file = folder / "master.key";
    auto made = MasterKey::load_or_create(file);
    REQUIRE(made);
    CHECK(made->origin() == MasterKey::Origin::created);
    using std::filesystem::perms;
    CHECK((std::filesystem::status(file).permissions() & perms::all) ==
          (perms::owner_read | perms::owner_write));
    CHECK(std::filesystem::file_size(file) == 32);
    auto again = MasterKey::load_or_create(file);
    REQUIRE(again);
    CHECK(again->origin() == MasterKey::Origin::loaded);
    CHECK(again->id() == made->id());

    std::filesystem::permissions(file, perms::group_read, std::filesystem::perm_options::add);
    CHECK(MasterKey::load_or_create(file).error().kind == Error::Kind::denied);

    auto short_file = folder / "short.key";
    std::ofstream(short_file) << "too short";
    std::filesystem::permissions(short_file, perms::owner_read);
    CHECK(MasterKey::load(short_file).error().kind == Error::Kind::invalid);
    CHECK_FALSE(MasterKey::load(folder / "absent"));
    CHECK_FALSE(MasterKey::load_or_create(folder / "no/such/folder"));
    CHECK(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}) == 2);
}

TEST_CASE("passwords are verified, and a stranger costs the same") {
    PasswordHasher hasher;
    auto stored = hasher.hash("correct horse battery");
    REQUIRE(stored);
    CHECK(stored->starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
    CHECK(hasher.verify(*stored, "correct horse battery").value());
    CHECK_FALSE(hasher.verify(*stored, "correct horse batterz").value());
    CHECK_FALSE(hasher.verify("garbage", "correct horse battery").value());
    CHECK_FALSE(hasher.verify(*stored, std::string(10'000, 'x')).value());
    CHECK_FALSE(PasswordHasher::needs_rehash(*stored));
    CHECK(PasswordHasher::needs_rehash("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA"));

    auto begin = std::chrono::steady_clock::now();
    CHECK(hasher.verify_nobody("correct horse battery"));
    CHECK(std::chrono::steady_clock::now() - begin > std::chrono::milliseconds(20));
}

TEST_CASE("no more than limits::password_hashes_at_once run together") {
    PasswordHasher hasher({.wait = Millis(1)});
    std::atomic<int> throttled = 0;
    std::atomic<int> hashed = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 6; ++i)
            callers.emplace_back([&] {
                auto out = hasher.hash("correct horse battery");
                if (out)
                    ++hashed;
                else if (out.error().kind == Error::Kind::throttled)
                    ++throttled;
            });
    }
    CHECK(hashed >= limits::password_hashes_at_once);
    CHECK(hashed + throttled == 6);
    CHECK(throttled > 0);
}

TEST_CASE("a master key is read from hex, base64 or bytes, and nothing else") {
    const auto bytes = key_of(9);
    const auto expected = MasterKey::from_bytes(bytes).id();
    CHECK(MasterKey::parse(patrol::to_hex(bytes))->id() == expected);
    CHECK(MasterKey::parse(patrol::to_base64(bytes))->id() == expected);
    CHECK(MasterKey::parse(as_text(bytes))->id() == expected);
    for (const std::string& bad :
         {std::string(), std::string("short"), std::string(64, 'x'), std::string(44, '*'),
          patrol::to_hex(bytes) + "\n", std::string(31, 'a'), std::string(33, 'a')})
        CHECK(MasterKey::parse(bad).error().kind == Error::Kind::invalid);
}

TEST_CASE("while a key is rotated, values under the old and the new one open; afterwards too") {
    Folder folder;
    const auto file = folder / "master.key";
    const auto place = seal_place("ten_a", "secret", "sec_1", "value");
    auto old = MasterKey::load_or_create(file);
    REQUIRE(old);
    old->find_others_with(keys_beside(file));
    const auto before = old->seal("the secret", place);
    CHECK(MasterKey::id_of(before) == old->id());
    CHECK_FALSE(MasterKey::id_of("no blob"));
    const auto next = MasterKey::load_or_create(next_key_file(file));
    REQUIRE(next);
    const auto after = old->rewrap(before, place, *next);
    REQUIRE(after);
    CHECK(MasterKey::id_of(*after) == next->id());
    // The value's own ciphertext is untouched: only its key was wrapped anew.
    CHECK(after->substr(9 + 24 + 48) == before.substr(9 + 24 + 48));
    CHECK(old->open(*after, place)->expose() == "the secret");  // by the key beside it
    CHECK_FALSE(old->open(*after, seal_place("ten_b", "secret", "sec_1", "value")));
    CHECK(promote_next_key(file, old->id()));
    CHECK_FALSE(promote_next_key(file, old->id()));             // there is no next one any more
    CHECK(old->open(*after, place)->expose() == "the secret");  // a server that runs on
    auto present = MasterKey::load_or_create(file);
    REQUIRE(present);
    CHECK(present->id() == next->id());
    CHECK_FALSE(present->open(before, place));
    present->find_others_with(keys_beside(file));
    CHECK(present->open(before, place)->expose() == "the secret");  // what was sealed late
    CHECK(present->rewrap(before, place, *present));
    std::filesystem::remove(old_key_file(file, old->id()));
    CHECK_FALSE(present->open(before, place));
}
