// JSON Web Tokens, sets of their keys, and what an ID token claims: nothing but the token that was signed
// opens, and claims are believed only where they name this issuer, client and sign-in.
#include "api/id_token.h"
#include "crypto/jwt.h"
#include "crypto/test_signer.h"
#include "property.h"

using namespace patrol;
using crypto::testing::Signer;

namespace {

constexpr Timestamp now{1'790'000'000'000};

struct Signed {
    Signer signer{Signer::Kind::p256};
    std::string token = signer.token({{"sub", "ann"}});
    crypto::JwkSet keys = crypto::JwkSet::parse(crypto::testing::key_set({signer.jwk("k1")})).value();
};

void change_token(std::string_view text) {
    static const Signed good;
    PROPERTY(good.keys.open(good.token).has_value());
    std::string changed = good.token;
    const auto at = fuzz::take_choice(text, 256) * changed.size() / 256;
    changed.replace(at, std::min(text.size(), changed.size() - at), text);
    PROPERTY(good.keys.open(changed).has_value() == (changed == good.token));
    // Parts of the input under the signature of another text.
    const auto signature = good.token.substr(good.token.rfind('.'));
    PROPERTY(!good.keys.open(std::string(text) + signature) || std::string(text) + signature == good.token);
}

void believe_claims(std::string_view text) {
    const auto value = parse_json(text);
    if (!value || !value->is_object()) return;
    const auto identity = api::check_id_token(
        value->get_object(),
        {.issuer = "https://id.example.com", .client_id = "patrol", .nonce = "n0nce", .now = now});
    if (!identity) return;
    PROPERTY(!identity->subject.empty());
    PROPERTY(string_or(*value, "iss") == "https://id.example.com");
    PROPERTY(string_or(*value, "nonce") == "n0nce");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = fuzz::text_of(data, size);
    switch (fuzz::take_choice(text, 3)) {
        case 0:
            change_token(text);
            break;
        case 1:
            believe_claims(text);
            break;
        default:
            // A key set of the provider's, and a token on its first line.
            const auto token = fuzz::take_line(text);
            if (const auto keys = crypto::JwkSet::parse(text)) static_cast<void>(keys->open(token));
    }
    return 0;
}
