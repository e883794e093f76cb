// CRC-32C (Castagnoli, RFC 3720 appendix B.4): what Google Secret Manager sends beside a value.
#pragma once

#include <cstdint>
#include <string_view>

namespace patrol::secrets {

constexpr std::uint32_t crc32c(std::string_view data) {
    std::uint32_t crc = 0xffffffff;
    for (const char c : data) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
    }
    return ~crc;
}
static_assert(crc32c("123456789") == 0xe3069283);

}  // namespace patrol::secrets
