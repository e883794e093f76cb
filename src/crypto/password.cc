#include "crypto/password.h"

#include <array>
#include <cstring>
#include <semaphore>

#include <sodium.h>

#include "base/limits.h"
#include "crypto/sodium.h"

namespace patrol::crypto {
namespace {

constexpr unsigned long long passes = 3;
constexpr std::size_t memory_bytes = 64 * 1024 * 1024;
constexpr std::size_t password_bytes_max = limits::password_max_chars * 4;  // UTF-8

// A well-formed hash of no password that anyone knows, with today's cost.
constexpr std::string_view nobody =
    "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

}  // namespace

struct PasswordHasher::State {
    Settings settings;
    std::counting_semaphore<> places{limits::password_hashes_at_once};
};

namespace {

// Holds one place for as long as it lives.
class Place {
public:
    static Result<Place> take(std::counting_semaphore<>& places, Millis wait) {
        if (places.try_acquire_for(wait)) return Place(&places);
        return Failure(Error{.kind = Error::Kind::throttled,
                             .message = "Too many sign-ins are being checked at this moment.",
                             .hint = "Try again in a few seconds.",
                             .retry_after_ms = 5'000});
    }
    Place(Place&& other) noexcept : places_(std::exchange(other.places_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
        if (places_ != nullptr) places_->release();
    }

private:
    explicit Place(std::counting_semaphore<>* places) : places_(places) {}
    std::counting_semaphore<>* places_;
};

}  // namespace

PasswordHasher::PasswordHasher() : PasswordHasher(Settings{}) {}
PasswordHasher::PasswordHasher(Settings settings) : state_(std::make_unique<State>(settings)) {
    start_sodium();
}
PasswordHasher::~PasswordHasher() = default;

Result<std::string> PasswordHasher::hash(std::string_view password) {
    if (password.size() > password_bytes_max) return invalid("password", "The password is too long.");
    [[maybe_unused]] auto place = TRY(Place::take(state_->places, state_->settings.wait));
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str(out.data(), password.data(), password.size(), passes, memory_bytes) != 0)
        return fail(Error::Kind::unavailable, "There is not enough memory to check passwords.");
    return std::string(out.data());
}

Result<bool> PasswordHasher::verify(std::string_view stored, std::string_view password) {
    if (password.size() > password_bytes_max || stored.size() >= crypto_pwhash_STRBYTES) return false;
    [[maybe_unused]] auto place = TRY(Place::take(state_->places, state_->settings.wait));
    const std::string terminated(stored);
    return crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) == 0;
}

Result<void> PasswordHasher::verify_nobody(std::string_view password) {
    TRY(verify(nobody, password));
    return {};
}

bool PasswordHasher::needs_rehash(const std::string& stored) {
    return crypto_pwhash_str_needs_rehash(stored.c_str(), passes, memory_bytes) != 0;
}

}  // namespace patrol::crypto
