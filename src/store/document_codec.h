// Stored documents: zstd level 3 with the dictionary that is built in (document.dict, made of invented
// documents by tools/document_dictionary.py). Each row names its dictionary by number, and a released
// dictionary never changes, so a later one can be added without touching what is stored.
// Thread-safe: the dictionaries are read-only, working memory is per thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace patrol::store {

inline constexpr std::int64_t no_dictionary = 0;
inline constexpr std::int64_t builtin_dictionary = 1;
// No stored document is larger; a row that claims to be is damaged.
inline constexpr std::size_t unpacked_bytes_max = 2 * 1024 * 1024;

// Packs with the built-in dictionary; `out` is overwritten and keeps its memory.
void pack_document(std::string_view document, std::string& out);
std::string pack_document(std::string_view document);
// Kind::internal "corrupt" for bytes that pack_document did not make.
Result<std::string> unpack_document(std::string_view packed, std::int64_t dictionary);

// The same without dictionary and any size up to `limit`, for blobs of our own (the journal).
std::string pack_bytes(std::string_view bytes);
Result<std::string> unpack_bytes(std::string_view packed, std::size_t limit);

}  // namespace patrol::store
