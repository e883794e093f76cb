// What a new password must be: long enough, not one that every guesser tries first, and not made of what is
// known of its owner. No classes of characters and no expiry: these make passwords worse (NIST SP 800-63B,
// 3.1.1.2).
#pragma once

#include <string_view>

#include "base/error.h"

namespace patrol::crypto {

struct PasswordOwner {
    std::string_view email;
    std::string_view name;
};

// 12 to 128 characters of UTF-8 without NUL. Kind::invalid naming `field`.
Result<void> check_password_rules(std::string_view password, const PasswordOwner& owner,
                                  std::string_view field = "password");

}  // namespace patrol::crypto
