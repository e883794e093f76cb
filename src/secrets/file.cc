#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "crypto/hash.h"
#include "secrets/secret_manager.h"

namespace patrol::secrets {
namespace {

namespace fs = std::filesystem;

// Owns a file descriptor.
class File {
public:
    explicit File(const fs::path& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] bool is_regular() const {
        struct stat facts{};
        return descriptor_ >= 0 && ::fstat(descriptor_, &facts) == 0 && S_ISREG(facts.st_mode);
    }
    [[nodiscard]] ssize_t read(char* to, std::size_t count) const { return ::read(descriptor_, to, count); }

private:
    int descriptor_;
};

bool is_below(const fs::path& path, const fs::path& folder) {
    const auto [in_folder, in_path] = std::ranges::mismatch(folder, path);
    return in_folder == folder.end() && in_path != path.end();
}

Error unreadable() {
    return {.kind = Error::Kind::not_found,
            .message = "The server cannot read this file in its secrets folder.",
            .hint = "It must be a regular file of at most 64 KB that the server's user may read."};
}

}  // namespace

// Follows every link first and then looks where it ended: a link inside the folder (as mounted
// secrets use them) is fine, a link out of it is not. What need not exist yet is checked as text.
Result<fs::path> FileManager::path_of(const TenantId& tenant, std::string_view ref) const {
    if (folder_.empty())
        return invalid("ref", "The server has no secrets folder.",
                       "Set PATROL_SECRETS_DIR and restart the server.");
    const fs::path given(ref);
    const bool climbs = std::ranges::any_of(given, [](const fs::path& part) { return part == ".."; });
    const bool hidden = ref.empty() || std::ranges::any_of(ref, [](char c) { return c >= 0 && c < ' '; });
    std::error_code error;
    const fs::path folder = fs::canonical(folder_, error);
    if (error) return invalid("ref", "The server's secrets folder cannot be read.");
    fs::path path = climbs || hidden ? fs::path() : fs::weakly_canonical(folder / given, error);
    if (path.empty() || error || !is_below(path, folder))
        return invalid("ref", "Only files below the server's secrets folder can be used.");
    // Where the file really is counts, not how it was written.
    TRY(confinement_.check(tenant, path.lexically_relative(folder).string(), Confinement::Form::path));
    return path;
}

Result<void> FileManager::check(const TenantId& tenant, std::string_view ref) const {
    TRY(path_of(tenant, ref));
    return {};
}

Result<crypto::Secret> FileManager::resolve(const TenantId& tenant, std::string_view ref) const {
    const File file(TRY(path_of(tenant, ref)));
    if (!file.is_regular()) return fail(unreadable());
    std::string text(file_bytes_max + 1, '\0');
    std::size_t used = 0;
    while (used < text.size()) {
        const ssize_t count = file.read(text.data() + used, text.size() - used);
        if (count <= 0) break;
        used += static_cast<std::size_t>(count);
    }
    std::size_t length = used;
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) --length;
    const bool fits = used <= file_bytes_max && length > 0;
    crypto::Secret secret(fits ? std::string_view(text).substr(0, length) : std::string_view());
    crypto::wipe(text.data(), text.size());
    if (!fits) return fail(unreadable());
    return secret;
}

}  // namespace patrol::secrets
