#include "server/first_start.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

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

// While set, the owner of this e-mail address still waits for the token file.
constexpr std::string_view token_due_setting = "bootstrap_token_due";

Failure token_file_error(const fs::path& file, int reason) {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = fmt::format("The token file {} cannot be written: {}.", file.string(),
                                             std::generic_category().message(reason)),
                      .hint = "Mend its folder and start again, or start without --bootstrap-token-file.",
                      .code = "bootstrap_token_file"});
}

Result<void> write_whole(const fs::path& partial, const fs::path& file, std::string_view text) {
    const int descriptor =
        ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) return token_file_error(file, errno);
    errno = ENOSPC;  // what a short write means
    const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    const int reason = errno;
    if (::close(descriptor) == 0 && written) return {};
    ::unlink(partial.c_str());
    return token_file_error(file, reason);
}

// Whole or not at all, and never over or through what is there: a link fails where the name is taken.
Result<void> write_new_file(const fs::path& file, std::string_view text) {
    const fs::path partial = file.string() + ".partial";
    ::unlink(partial.c_str());  // of a start that was killed here
    TRY(write_whole(partial, file, text));
    const int reason = ::link(partial.c_str(), file.c_str()) == 0 ? 0 : errno;
    ::unlink(partial.c_str());
    if (reason == 0) return {};
    return token_file_error(file, reason);
}

Result<void> write_token(const fs::path& file, const api::FirstRunTools& tools, const model::User& owner) {
    const std::string token = TRY(api::make_owner_token(tools, owner, "bootstrap"));
    auto written = write_new_file(file, token + "\n");
    if (written) {
        log::info("wrote an owner's API token", {{"file", file.string()}});
        return {};
    }
    // Nobody will ever know this one.
    const auto lost = TRY(tools.store.api_tokens().by_token_hash(api::stored_hash(token), tools.clock.now()));
    TRY(tools.store.api_tokens().revoke(owner.tenant, lost.token.id, tools.clock.now()));
    return written;
}

Result<void> make_owner(const Configuration& configuration, const api::FirstRunTools& tools) {
    const std::string email = TRY(api::normal_email(configuration.bootstrap_owner));
    const std::string password = TRY(read_password(configuration.bootstrap_password_file));
    if (!configuration.bootstrap_token_file.empty())
        TRY(tools.store.settings().set(token_due_setting, email));
    TRY(api::set_up(tools, {.email = email, .password = password}, std::nullopt));
    log::info("made the owner", {{"email", email}});
    return {};
}

}  // namespace

Result<void> bootstrap(const Configuration& configuration, const api::FirstRunTools& tools) {
    if (configuration.bootstrap_owner.empty()) return {};
    if (TRY(tools.store.tenants().count_users()) == 0) TRY(make_owner(configuration, tools));
    const fs::path& file = configuration.bootstrap_token_file;
    const auto due = TRY(tools.store.settings().get(token_due_setting));
    if (!due || file.empty()) return {};
    std::error_code error;
    if (!fs::exists(fs::symlink_status(file, error))) {
        const auto owner = TRY(tools.store.users().by_email(*due));
        TRY(write_token(file, tools, owner));
    }
    return tools.store.settings().remove(token_due_setting);
}

Result<std::string> make_setup_url(store::Store& store, Clock& clock, std::string_view public_url) {
    if (TRY(store.tenants().count_users()) != 0) return std::string();
    const std::string token = crypto::make_token(crypto::setup_token_prefix);
    TRY(store.tenants().set_setup_token(api::stored_hash(token), clock.now() + limits::setup_token_age));
    TRY(api::note_setup_token(store, clock.now()));
    return fmt::format("{}/setup#token={}", public_url, token);
}

}  // namespace patrol::server
