// Secrets at rest: envelope encryption. Each value has a data key of its own, wrapped by the master
// key; both layers are XChaCha20-Poly1305 and bound to `aad`, the text that says where the value
// lives ("patrol:v1|tenant|table|row id|field"), so that a row copied elsewhere does not open.
// Blob: 0x01 | key id (8) | nonce (24) | wrapped data key (48) | nonce (24) | ciphertext (n + 16).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

namespace patrol::crypto {

// "patrol:v1|tenant|table|row|field" for seal and open.
std::string seal_place(std::string_view tenant, std::string_view table, std::string_view row,
                       std::string_view field);

class MasterKey {
public:
    enum class Origin { loaded, created };

    // The file holds exactly 32 random bytes, readable by its owner only. Where it is absent it is
    // made (0600). Kind::denied for a file that group or others may read, Kind::internal for I/O.
    static Result<MasterKey> load_or_create(const std::filesystem::path& file);
    static Result<MasterKey> load(const std::filesystem::path& file);
    static MasterKey from_bytes(const Key& bytes);

    std::string seal(std::string_view plain, std::string_view aad) const;
    // Kind::invalid when the blob was changed, belongs to another place or to another master key.
    Result<Secret> open(std::string_view blob, std::string_view aad) const;
    // The same value under `next`: only the data key is wrapped anew.
    Result<std::string> rewrap(std::string_view blob, std::string_view aad, const MasterKey& next) const;

    // A key for one purpose ("tenant|ten_…", "cursor"): independent of the master key's other uses.
    [[nodiscard]] Key derive(std::string_view purpose) const;

    // 16 hex characters that name this key and reveal nothing of it.
    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] Origin origin() const { return origin_; }

private:
    MasterKey(Secret key, Origin origin);
    [[nodiscard]] const unsigned char* bytes() const;
    [[nodiscard]] std::string header() const;
    Result<Secret> unwrap(std::string_view blob, std::string_view aad) const;

    Secret key_;
    std::string id_;
    Origin origin_ = Origin::loaded;
};

}  // namespace patrol::crypto
