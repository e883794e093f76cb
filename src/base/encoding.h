// Text encodings of bytes: hex, base64 (RFC 4648, padded), base64url (unpadded), base32 (lower case,
// unpadded) and percent-encoding (RFC 3986). Decoders refuse anything that is not exactly the form.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace patrol {

using Bytes = std::span<const unsigned char>;
inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

std::string to_hex(Bytes bytes);
std::optional<std::string> from_hex(std::string_view text);
std::string to_base64(Bytes bytes);
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64url(Bytes bytes);
std::optional<std::string> from_base64url(std::string_view text);
std::string to_base32(Bytes bytes);  // alphabet a-z2-7

// Everything but unreserved (A-Z a-z 0-9 - . _ ~) becomes %XX; KeepSlash::yes leaves '/'.
enum class KeepSlash { no, yes };
std::string percent_encode(std::string_view text, KeepSlash keep = KeepSlash::no);
// nullopt for a bad escape; '+' is left as it is.
std::optional<std::string> percent_decode(std::string_view text);

bool is_utf8(std::string_view text);
// UTF-8 without a zero byte: what every database keeps as it is.
bool is_text(std::string_view text);

// What every database keeps of a UTF-8 text: a zero byte becomes U+FFFD, and a text over `most` bytes ends
// with the last character that fits.
std::string storable(std::string text, std::size_t most);

}  // namespace patrol
