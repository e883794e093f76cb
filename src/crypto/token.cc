#include "crypto/token.h"

#include <algorithm>
#include <cstdint>

#include <sodium.h>

#include "crypto/sodium.h"

namespace patrol::crypto {
namespace {

constexpr std::string_view base62_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// CRC-32 of IEEE 802.3, reflected. Tokens are short and rare: no table.
std::uint32_t crc32(std::string_view text) {
    std::uint32_t crc = 0xffffffff;
    for (char c : text) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
    }
    return ~crc;
}

std::string check_digits(std::string_view text) {
    std::string out(token_check_chars, '0');
    std::uint32_t rest = crc32(text);
    for (auto at = out.rbegin(); at != out.rend(); ++at, rest /= 62) *at = base62_digits[rest % 62];
    return out;
}

bool is_base62(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

std::string make_token(std::string_view prefix) {
    start_sodium();
    std::string out(prefix);
    for (std::size_t i = 0; i < token_random_chars; ++i)
        out.push_back(base62_digits[randombytes_uniform(62)]);
    return out + check_digits(out);
}

bool check_token(std::string_view prefix, std::string_view text) {
    if (text.size() != prefix.size() + token_random_chars + token_check_chars) return false;
    if (!text.starts_with(prefix) || !std::ranges::all_of(text.substr(prefix.size()), is_base62))
        return false;
    auto body = text.substr(0, text.size() - token_check_chars);
    return text.substr(body.size()) == check_digits(body);
}

Hash token_hash(std::string_view text) { return sha256(text); }

}  // namespace patrol::crypto
