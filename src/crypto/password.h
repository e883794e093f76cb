// Passwords of people: Argon2id with 64 MiB, 3 passes, 1 lane (RFC 9106's second choice with one
// lane; about 80 ms). Each hash takes 64 MiB, so only limits::password_hashes_at_once run together;
// others wait in line and give up with Kind::throttled.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace patrol::crypto {

class PasswordHasher {
public:
    struct Settings {
        Millis wait = Millis(10'000);  // longest time in line
    };
    PasswordHasher();
    explicit PasswordHasher(Settings settings);
    ~PasswordHasher();

    // The text to store ("$argon2id$…").
    Result<std::string> hash(std::string_view password);

    // False for a wrong password; an Error only when there was no free place in time.
    Result<bool> verify(std::string_view stored, std::string_view password);

    // Spends the time of a verification: for a user who does not exist, so that time tells nothing.
    Result<void> verify_nobody(std::string_view password);

    // True if `stored` was made with other cost settings than today's.
    [[nodiscard]] static bool needs_rehash(const std::string& stored);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace patrol::crypto
