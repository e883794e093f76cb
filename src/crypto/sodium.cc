#include "crypto/sodium.h"

#include <cstdlib>

#include <sodium.h>

namespace patrol::crypto {

void start_sodium() {
    static const bool started = sodium_init() >= 0;
    if (!started) std::abort();
}

}  // namespace patrol::crypto
