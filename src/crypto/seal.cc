#include "crypto/seal.h"

#include <cstring>

#include <sodium.h>

#include "base/encoding.h"
#include "crypto/sodium.h"

namespace patrol::crypto {
namespace {

constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t id_bytes = 8;
constexpr std::size_t header_bytes = 1 + id_bytes;
constexpr std::size_t wrapped_bytes = nonce_bytes + key_bytes + tag_bytes;
constexpr std::size_t overhead_bytes = header_bytes + wrapped_bytes + nonce_bytes + tag_bytes;

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// nonce | ciphertext | tag
std::string encrypt(std::string_view plain, std::string_view aad, const unsigned char* key) {
    std::string out(nonce_bytes + plain.size() + tag_bytes, '\0');
    randombytes_buf(out.data(), nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out) + nonce_bytes, nullptr, raw(plain), plain.size(),
                                               raw(aad), aad.size(), nullptr, raw(out), key);
    return out;
}

Result<Secret> decrypt(std::string_view box, std::string_view aad, const unsigned char* key) {
    std::string plain(box.size() - nonce_bytes - tag_bytes, '\0');
    const auto cipher = box.substr(nonce_bytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(cipher), cipher.size(),
                                                   raw(aad), aad.size(), raw(box), key) != 0)
        return fail(Error::Kind::invalid, "A sealed value was changed or moved, so it cannot be opened.");
    return Secret::take(std::move(plain));
}

Failure foreign() {
    return Failure(Error{.kind = Error::Kind::invalid,
                         .message = "A sealed value belongs to another master key.",
                         .hint = "Start Patrol with the master key that it was first used with."});
}

}  // namespace

std::string seal_place(std::string_view tenant, std::string_view table, std::string_view row,
                       std::string_view field) {
    return fmt::format("patrol:v1|{}|{}|{}|{}", tenant, table, row, field);
}

MasterKey::MasterKey(Secret key, Origin origin) : key_(std::move(key)), origin_(origin) {
    start_sodium();
    auto named = derive("name of the master key");
    id_ = to_hex(Bytes(named).first(id_bytes));
}

MasterKey MasterKey::from_bytes(const Key& bytes) { return {Secret(as_text(bytes)), Origin::loaded}; }

const unsigned char* MasterKey::bytes() const { return raw(key_.expose()); }

std::string MasterKey::header() const { return '\x01' + *from_hex(id_); }

Key MasterKey::derive(std::string_view purpose) const {
    auto bytes = hkdf_sha256(key_.expose(), fmt::format("patrol:v1:{}", purpose), sizeof(Key));
    Key out{};
    std::memcpy(out.data(), bytes.data(), out.size());
    wipe(bytes.data(), bytes.size());
    return out;
}

std::string MasterKey::seal(std::string_view plain, std::string_view aad) const {
    Key data_key{};
    randombytes_buf(data_key.data(), data_key.size());
    auto out = header() + encrypt(as_text(data_key), aad, bytes()) + encrypt(plain, aad, data_key.data());
    wipe(data_key.data(), data_key.size());
    return out;
}

std::optional<std::string> MasterKey::id_of(std::string_view blob) {
    if (blob.size() < overhead_bytes || blob[0] != '\x01') return {};
    return to_hex(as_bytes(blob.substr(1, id_bytes)));
}

Result<MasterKey> MasterKey::parse(std::string_view text) {
    std::optional<std::string> bytes;
    if (text.size() == 2 * sizeof(Key)) bytes = from_hex(text);
    if (text.size() == 44) bytes = from_base64(text);
    if (text.size() == sizeof(Key)) bytes = std::string(text);
    if (!bytes || bytes->size() != sizeof(Key))
        return fail(Error{.kind = Error::Kind::invalid,
                          .message = "A master key is 32 bytes: 64 hex digits or 44 characters of base64.",
                          .hint = "Make one with: openssl rand -hex 32"});
    return MasterKey(Secret::take(std::move(*bytes)), Origin::loaded);
}

Result<Secret> MasterKey::unwrap(std::string_view blob, std::string_view aad) const {
    const auto named = id_of(blob);
    if (!named) return fail(Error::Kind::invalid, "This is not a sealed value.");
    if (const auto other = *named != id_ && finder_ ? finder_(*named) : std::nullopt)
        return other->id_ == *named ? other->unwrap(blob, aad) : Result<Secret>(foreign());
    if (*named != id_) return foreign();
    return decrypt(blob.substr(header_bytes, wrapped_bytes), aad, bytes());
}

Result<Secret> MasterKey::open(std::string_view blob, std::string_view aad) const {
    auto data_key = TRY(unwrap(blob, aad));
    return decrypt(blob.substr(header_bytes + wrapped_bytes), aad, raw(data_key.expose()));
}

Result<std::string> MasterKey::rewrap(std::string_view blob, std::string_view aad,
                                      const MasterKey& next) const {
    auto data_key = TRY(unwrap(blob, aad));
    return next.header() + encrypt(data_key.expose(), aad, next.bytes()) +
           std::string(blob.substr(header_bytes + wrapped_bytes));
}

}  // namespace patrol::crypto
