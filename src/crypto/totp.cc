#include "crypto/totp.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace patrol::crypto {
namespace {

constexpr std::uint32_t code_limit = 1'000'000;  // 10 to the power of totp_digits

}  // namespace

std::int64_t totp_step_at(Timestamp time) { return time.ms / totp_step_time.count(); }

std::string totp_code(std::string_view secret, std::int64_t step) {
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[counter.size() - 1 - i] =
            static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * i));
    const Hash160 mac = hmac_sha1(secret, as_text(counter));
    // RFC 4226, section 5.3: four bytes from where the last half byte says, without the sign.
    const std::size_t at = mac.back() & 0x0fU;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8 | mac.at(at + i);
    return fmt::format("{:06}", (number & 0x7fffffffU) % code_limit);
}

std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, Timestamp now,
                                       std::int64_t last_step) {
    const std::int64_t present = totp_step_at(now);
    std::optional<std::int64_t> match;
    for (std::int64_t step = present - totp_steps_beside; step <= present + totp_steps_beside; ++step)
        if (constant_time_equal(totp_code(secret, step), code) && step > last_step) match = step;
    return match;
}

std::string totp_secret_text(std::string_view secret) {
    std::string text = to_base32(as_bytes(secret));
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return text;
}

std::string totp_uri(std::string_view issuer, std::string_view account, std::string_view secret) {
    const std::string name = percent_encode(issuer);
    return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits={}&period={}", name,
                       percent_encode(account), totp_secret_text(secret), name, totp_digits,
                       std::chrono::duration_cast<std::chrono::seconds>(totp_step_time).count());
}

}  // namespace patrol::crypto
