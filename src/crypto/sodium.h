// Starts libsodium before its first use. Safe to call from any thread, any number of times.
#pragma once

namespace patrol::crypto {

void start_sodium();

}  // namespace patrol::crypto
