// Time-based one-time passwords as every authenticator app makes them: RFC 6238 with HMAC-SHA-1, steps of
// 30 seconds from the Unix epoch and 6 digits. A code is good in its own step and the ones beside it (clocks
// differ, people type), and each step is good once: callers keep the last step that was spent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace patrol::crypto {

inline constexpr std::size_t totp_secret_bytes = 20;  // RFC 4226, section 4: the length of HMAC-SHA-1
inline constexpr std::size_t totp_digits = 6;
inline constexpr Millis totp_step_time = std::chrono::seconds(30);
inline constexpr std::int64_t totp_steps_beside = 1;

std::int64_t totp_step_at(Timestamp time);
std::string totp_code(std::string_view secret, std::int64_t step);

// The step that `code` is good for at `now`: nullopt for a wrong code and for a step that is not after
// `last_step`.
std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, Timestamp now,
                                       std::int64_t last_step);

// The secret as apps take it by hand: base32, upper case, without padding.
std::string totp_secret_text(std::string_view secret);
// "otpauth://totp/Patrol:me%40example.com?secret=…": what the QR code of an app holds.
std::string totp_uri(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace patrol::crypto
