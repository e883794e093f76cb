// Files that only their owner may read, written whole or not at all. Errors: Kind::not_found, Kind::denied
// (others may read or write it), Kind::too_large, Kind::internal for I/O.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace patrol::collector {

inline constexpr std::size_t private_file_bytes_max = 1024 * 1024;

// A regular file of this user or of root with mode 0600 or less.
Result<std::string> read_private_file(const std::filesystem::path& file);
// Mode 0600; takes the place of what was there in one step.
Result<void> write_private_file(const std::filesystem::path& file, std::string_view text);
// Makes the folder (0700) where it is not there; refuses one that others may write into.
Result<void> make_private_folder(const std::filesystem::path& folder);

}  // namespace patrol::collector
