// JSON Web Tokens in the compact form, and the public keys that they are signed with (RFC 7515, 7517, 7518),
// as far as ID tokens need them: RS256 and ES256. "none" and the HMAC algorithms are not known here at all,
// so that no token can ask for them. A token's content is only ever answered together with its proof.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace patrol::crypto {

class JwkSet {
public:
    // {"keys":[…]} (RFC 7517). Keys of other kinds, uses or algorithms are left out, as RFC 7517 wants; RSA
    // keys below 2048 bits are too. Kind::malformed for what is no key set.
    static Result<JwkSet> parse(std::string_view text);
    ~JwkSet();
    JwkSet(JwkSet&&) noexcept;
    JwkSet& operator=(JwkSet&&) noexcept;

    [[nodiscard]] std::size_t size() const;

    // The claims of a token that one of these keys signed. Kind::unauthenticated, code "jwt", for everything
    // else; code "jwt_key" where the token names a key that is not here, which a newer set may have.
    [[nodiscard]] Result<json::object> open(std::string_view token) const;

private:
    struct Key;
    explicit JwkSet(std::vector<Key> keys);
    std::vector<Key> keys_;
};

}  // namespace patrol::crypto
