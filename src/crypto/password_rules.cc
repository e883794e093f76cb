#include "crypto/password_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/limits.h"

namespace patrol::crypto {
namespace {

constexpr std::string_view product = "patrol";
constexpr std::size_t word_chars_min = 4;  // shorter words of a name stand in many good passwords

// clang-format off
// Passwords of 12 characters and more that stand high in published lists of breached ones, in lower case.
constexpr std::array<std::string_view, 110> breached{
    "000000000000", "012345678910", "0123456789012", "0123456789abcdef", "102030405060", "111111111111",
    "112233445566", "121212121212", "123123123123", "123321123321", "1234512345123", "123456123456",
    "1234567654321", "123456789000", "1234567890-=", "123456789012", "1234567890123", "12345678901234",
    "123456789012345", "1234567890123456", "123456789101", "12345678910111", "1234567891011",
    "123456789101112", "1234567891234", "123456789123456", "123456789abc", "123456789qwe", "123456abcdef",
    "123456qwerty", "123456qwertyuiop", "1234qwerasdf", "1234qwerasdfzxcv", "123abc123abc", "123qwe123qwe",
    "123qweasdzxc", "147258369147", "147852369147", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "1qazxsw23edc", "222222222222", "666666666666", "777777777777",
    "987654321000", "987654321012", "999999999999", "aaaaaaaaaaaa", "abc123abc123", "abcd1234abcd",
    "abcd12345678", "abcdef123456", "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnop",
    "abcdefghijklmnopqrstuvwxyz", "admin1234567", "admin12345678", "adminadminadmin", "administrator",
    "administrator1", "alexander123", "asdf1234asdf", "asdfasdfasdf", "asdfghjkl123", "asdfghjklqwertyuiop",
    "basketball123", "changeme1234", "changemenow123", "computer1234", "correcthorsebatterystaple",
    "defaultpassword", "football1234", "iloveyou1234", "iloveyouforever", "iloveyousomuch", "letmein12345",
    "letmeinletmein", "liverpoolfc1", "manchesterunited", "mypassword123", "p@ssw0rd1234", "passw0rd1234",
    "password1234", "password12345", "password123456", "password12345678", "passwordpassword",
    "princess1234", "q1w2e3r4t5y6", "q1w2e3r4t5y6u7i8", "qazwsxedcrfv", "qwe123qwe123", "qweasdzxc123",
    "qwerty123456", "qwerty1234567", "qwerty12345678", "qwerty123456789", "qwertyqwerty", "qwertyuiop12",
    "qwertyuiop123", "qwertyuiopasdfghjkl", "secretpassword", "testtesttest", "welcome12345",
    "welcome123456", "zaq12wsxcde3"};
// clang-format on

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return lower;
}

bool holds_word(std::string_view password, std::string_view word) {
    return word.size() >= word_chars_min && password.find(word) != std::string_view::npos;
}

// The name word by word, the address up to its @.
bool holds_owner(std::string_view password, const PasswordOwner& owner) {
    const std::string email = lower_case(owner.email);
    if (holds_word(password, std::string_view(email).substr(0, email.find('@')))) return true;
    const std::string name = lower_case(owner.name);
    for (std::string_view rest = name; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (holds_word(password, rest.substr(0, end))) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

}  // namespace

Result<void> check_password_rules(std::string_view password, const PasswordOwner& owner,
                                  std::string_view field) {
    constexpr std::string_view advice = "A sentence of a few words is strong and easy to remember.";
    const auto refuse = [&](std::string message) {
        return invalid(std::string(field), std::move(message), std::string(advice));
    };
    if (!is_utf8(password) || password.find('\0') != std::string_view::npos)
        return refuse("The password is not valid text.");
    const auto characters = count_characters(password);
    if (characters < limits::password_min_chars)
        return refuse(fmt::format("The password has fewer than {} characters.", limits::password_min_chars));
    if (characters > limits::password_max_chars)
        return refuse(fmt::format("The password has more than {} characters.", limits::password_max_chars));
    const std::string lower = lower_case(password);
    if (std::ranges::find(breached, std::string_view(lower)) != breached.end())
        return refuse("This password is among those that everybody tries first.");
    if (holds_word(lower, product) || holds_owner(lower, owner))
        return refuse("The password must not contain your name, your e-mail address or the name Patrol.");
    return {};
}

}  // namespace patrol::crypto
