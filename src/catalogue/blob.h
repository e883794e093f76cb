// Compression of the packed catalogue (zstd).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace patrol::catalogue {

Result<std::string> compress(std::string_view bytes);
// Kind::malformed for anything but one whole frame of at most 64 MiB.
Result<std::string> decompress(std::string_view bytes);

}  // namespace patrol::catalogue
