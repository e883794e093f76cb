#include "crypto/random.h"

#include <sodium.h>

#include "base/encoding.h"
#include "crypto/sodium.h"

namespace patrol::crypto {

void random_bytes(void* out, std::size_t count) {
    start_sodium();
    randombytes_buf(out, count);
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    random_bytes(out.data(), out.size());
    return out;
}

std::string random_base32(std::size_t count) {
    auto text = to_base32(as_bytes(random_bytes(count * 5 / 8 + 1)));
    text.resize(count);
    return text;
}

std::string new_external_id() { return "patrol-" + random_base32(26); }

}  // namespace patrol::crypto
