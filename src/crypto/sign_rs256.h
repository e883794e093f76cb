// RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518) with a private key in PEM, for JSON web tokens.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace patrol::crypto {

// The raw signature. Kind::invalid when `pem` holds no unencrypted RSA key of at least 2048 bits.
Result<std::string> sign_rs256(std::string_view pem, std::string_view data);

}  // namespace patrol::crypto
