// Keys of the inventory: a resource is (account, type, scope, native id), known by 16 bytes of the
// SHA-256 of these. The same 16 bytes are its public id ("res_" and base32), so ids never change and
// need no column of their own.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "model/ids.h"
#include "model/scan.h"

namespace patrol::store {

// `last` of a version or coverage line that still holds. SQL repeats the number, so that SQLite can use
// the partial indexes.
inline constexpr std::int64_t still = 9'000'000'000;

using KeyHash = std::array<char, 16>;
inline std::string_view bytes_of(const KeyHash& key) { return {key.data(), key.size()}; }
// Of a hash every 8 bytes are a hash.
struct KeyHashBytes {
    std::size_t operator()(const KeyHash& key) const {
        std::size_t out = 0;
        std::memcpy(&out, key.data(), sizeof out);
        return out;
    }
};
KeyHash key_hash_of(std::string_view bytes);  // from a column

KeyHash resource_key(const AccountId& account, const model::SliceKey& slice, std::string_view native_id);
ResourceId resource_id(std::string_view key_hash);
std::optional<KeyHash> parse_resource_id(const ResourceId& id);

// The column mention.target: FNV-1a of an identifier. It may collide: readers look into the document.
std::int64_t mention_target(std::string_view identifier);
// What half an account names (its network, its key) is noted this often with every batch of rows: only
// the first of those who name it are ever shown.
inline constexpr std::size_t mentions_noted = 250;

// Terms and mentions lie in blocks of so many resources, about a batch of a scan: a batch then fills the end
// of its tree instead of rewriting all of it, and a search looks once into each block.
inline constexpr int block_bits = 14;
inline std::int64_t block_of(std::int64_t res) { return res >> block_bits; }

}  // namespace patrol::store
