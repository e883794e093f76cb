// Secrets at rest: envelope encryption. Each value has a data key of its own, wrapped by the master
// key; both layers are XChaCha20-Poly1305 and bound to `aad`, the text that says where the value
// lives ("patrol:v1|tenant|table|row id|field"), so that a row copied elsewhere does not open.
// Blob: 0x01 | key id (8) | nonce (24) | wrapped data key (48) | nonce (24) | ciphertext (n + 16).
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
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
    // 64 hex digits, 44 characters of base64, or 32 bytes. Kind::invalid for anything else.
    static Result<MasterKey> parse(std::string_view text);

    // While keys are rotated, values under another key are there too: asked for a key by its id when a blob
    // names one that is not this. It must be safe to call from many threads.
    using Finder = std::function<std::optional<MasterKey>(std::string_view id)>;
    void find_others_with(Finder finder) { finder_ = std::move(finder); }
    // The id of the key that a blob is wrapped under; nullopt for what is no blob.
    static std::optional<std::string> id_of(std::string_view blob);

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
    Finder finder_;
};

// Where the files of a rotation lie beside the key's own (master_key_file.cc): the new key before it
// takes over, and an old one after.
std::filesystem::path next_key_file(const std::filesystem::path& file);
std::filesystem::path old_key_file(const std::filesystem::path& file, std::string_view id);
// Opens what is wrapped under the keys in those two.
MasterKey::Finder keys_beside(std::filesystem::path file);
// The next key takes the file's place; the old one stays under its own name. Both steps are whole or not at
// all, and may be done again after a crash between them.
Result<void> promote_next_key(const std::filesystem::path& file, std::string_view old_id);

}  // namespace patrol::crypto
