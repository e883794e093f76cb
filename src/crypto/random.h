// Unpredictable bytes from the operating system, and the ids made of them.
#pragma once

#include <string>
#include <string_view>

#include "base/id.h"

namespace patrol::crypto {

void random_bytes(void* out, std::size_t count);
std::string random_bytes(std::size_t count);

// `count` letters of a-z2-7, 5 bits each.
std::string random_base32(std::size_t count);

// A new typed id: TenantId id = new_id<TenantId>();
template <class T>
T new_id() {
    return T(std::string(T::prefix) + random_base32(T::random_chars));
}

// The external ID of an AWS trust policy: "patrol-" and 130 random bits. Made once with the account
// row, never changed, never accepted from a request.
std::string new_external_id();

}  // namespace patrol::crypto
