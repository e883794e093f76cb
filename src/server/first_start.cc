#include "server/first_start.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "api/authentication.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/token.h"

namespace patrol::server {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_password(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return invalid("--bootstrap-password-file", "The password file cannot be read.");
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return text;
}

// Never follows or replaces what is there: the name must be free.
Result<void> write_new_file(const fs::path& file, std::string_view text) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) return invalid("--bootstrap-token-file", "The token file cannot be made.");
    const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    const bool closed = ::close(descriptor) == 0;
    if (written && closed) return {};
    ::unlink(file.c_str());
    return fail(Error::Kind::unavailable, "The token file cannot be written.");
}

}  // namespace

Result<void> bootstrap(const Configuration& configuration, const api::FirstRunTools& tools) {
    if (configuration.bootstrap_owner.empty() || TRY(tools.store.tenants().count_users()) != 0) return {};
    const std::string password = TRY(read_password(configuration.bootstrap_password_file));
    const auto first =
        TRY(api::set_up(tools, {.email = configuration.bootstrap_owner, .password = password}, std::nullopt));
    log::info("made the owner", {{"email", first.owner.email}});
    std::error_code error;
    const fs::path& file = configuration.bootstrap_token_file;
    if (file.empty() || fs::exists(fs::symlink_status(file, error))) return {};
    const std::string token = TRY(api::make_owner_token(tools, first.owner, "bootstrap"));
    TRY(write_new_file(file, token + "\n"));
    log::info("wrote an owner's API token", {{"file", file.string()}});
    return {};
}

Result<std::string> make_setup_url(store::Store& store, Clock& clock, std::string_view public_url) {
    if (TRY(store.tenants().count_users()) != 0) return std::string();
    const std::string token = crypto::make_token(crypto::setup_token_prefix);
    TRY(store.tenants().set_setup_token(api::stored_hash(token), clock.now() + limits::setup_token_age));
    return fmt::format("{}/setup#token={}", public_url, token);
}

}  // namespace patrol::server
