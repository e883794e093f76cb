// Tokens and the encodings of bytes: a changed token is none; what decodes is encoded again as it was.
#include "base/encoding.h"
#include "base/time.h"
#include "crypto/token.h"
#include "property.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string token = crypto::make_token(crypto::api_token_prefix);
    const std::string_view text = fuzz::text_of(data, size);
    static_cast<void>(crypto::check_token(crypto::api_token_prefix, text));
    if (text.size() >= 2) {
        std::string changed = token;
        char& at = changed[static_cast<unsigned char>(text[0]) % changed.size()];
        at = at == text[1] ? at : text[1];
        PROPERTY(crypto::check_token(crypto::api_token_prefix, changed) == (changed == token));
    }
    if (const auto bytes = from_base64(text)) PROPERTY(to_base64(as_bytes(*bytes)) == text);
    if (const auto bytes = from_base64url(text)) PROPERTY(to_base64url(as_bytes(*bytes)) == text);
    if (const auto bytes = from_hex(text)) PROPERTY(bytes->size() * 2 == text.size());
    PROPERTY(percent_decode(percent_encode(text)) == text);
    if (const auto time = parse_rfc3339(text)) PROPERTY(parse_rfc3339(to_rfc3339(*time)) == time);
    static_cast<void>(parse_http_date(text));
    return 0;
}
