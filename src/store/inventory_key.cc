#include "store/inventory_key.h"

#include <algorithm>
#include <cstring>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace patrol::store {

KeyHash key_hash_of(std::string_view bytes) {
    KeyHash key{};
    std::memcpy(key.data(), bytes.data(), std::min(bytes.size(), key.size()));
    return key;
}

KeyHash resource_key(const AccountId& account, const model::SliceKey& slice, std::string_view native_id) {
    std::string text;
    text.reserve(account.str().size() + slice.type.size() + slice.scope.size() + native_id.size() + 3);
    // None of the first three can hold a NUL: the parts cannot run into each other.
    text.append(account.str()).push_back('\0');
    text.append(slice.type).push_back('\0');
    text.append(slice.scope).push_back('\0');
    text.append(native_id);
    const auto hash = crypto::sha256(text);
    return key_hash_of(crypto::as_text(hash));
}

ResourceId resource_id(std::string_view key_hash) {
    return ResourceId(std::string(ResourceId::prefix) + to_base32(as_bytes(key_hash)));
}

std::optional<KeyHash> parse_resource_id(const ResourceId& id) {
    if (!ResourceId::parse(id.str())) return {};
    KeyHash key{};
    std::size_t count = 0;
    unsigned bits = 0;
    int held = 0;
    for (const char c : std::string_view(id.str()).substr(ResourceId::prefix.size())) {
        bits = bits << 5 | static_cast<unsigned>(c >= 'a' ? c - 'a' : c - '2' + 26);
        held += 5;
        if (held < 8) continue;
        held -= 8;
        if (count < key.size()) key[count++] = static_cast<char>(bits >> held & 0xff);
    }
    if ((bits & ((1U << held) - 1)) != 0) return {};  // another spelling of the same id
    return key;
}

std::int64_t mention_target(std::string_view identifier) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : identifier) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return static_cast<std::int64_t>(hash);
}

}  // namespace patrol::store
