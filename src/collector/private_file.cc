#include "collector/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "crypto/random.h"

namespace patrol::collector {
namespace {

namespace fs = std::filesystem;

class Open {
public:
    Open(const fs::path& file, int flags) : number_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~Open() {
        if (number_ >= 0) ::close(number_);
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool failed() const { return number_ < 0; }

private:
    int number_;
};

Failure broken(const fs::path& file, std::string_view what) {
    const auto kind = errno == ENOENT ? Error::Kind::not_found : Error::Kind::internal;
    return fail(Error{.kind = kind,
                      .message = fmt::format("{} cannot be {}.", file.string(), what),
                      .detail = std::strerror(errno)});
}

Result<void> check(const Open& opened, const fs::path& file) {
    struct stat facts{};
    if (::fstat(opened.get(), &facts) != 0) return broken(file, "read");
    if (!S_ISREG(facts.st_mode)) return fail(Error::Kind::invalid, file.string() + " is not a regular file.");
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(Error{.kind = Error::Kind::denied,
                          .message = fmt::format("Others may read or write {}.", file.string()),
                          .hint = fmt::format("Run: chmod 600 {}", file.string())});
    if (facts.st_uid != ::geteuid() && facts.st_uid != 0)
        return fail(Error{.kind = Error::Kind::denied,
                          .message = fmt::format("{} belongs to somebody else.", file.string()),
                          .hint = "It must belong to the user that runs the collector."});
    return {};
}

bool write_all(int to, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(to, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(to) == 0;
}

}  // namespace

Result<std::string> read_private_file(const fs::path& file) {
    const Open opened(file, O_RDONLY | O_NONBLOCK);
    if (opened.failed()) return broken(file, "read");
    TRY(check(opened, file));
    std::string text(private_file_bytes_max + 1, '\0');
    std::size_t used = 0;
    while (used < text.size()) {
        const auto count = ::read(opened.get(), text.data() + used, text.size() - used);
        if (count < 0) return broken(file, "read");
        if (count == 0) break;
        used += static_cast<std::size_t>(count);
    }
    if (used > private_file_bytes_max)
        return fail(Error::Kind::too_large, fmt::format("{} is larger than 1 MiB.", file.string()));
    text.resize(used);
    return text;
}

Result<void> write_private_file(const fs::path& file, std::string_view text) {
    const fs::path draft = file.string() + ".new-" + crypto::random_base32(8);
    bool written = false;
    {
        const Open made(draft, O_WRONLY | O_CREAT | O_EXCL);
        if (made.failed()) return broken(file, "written");
        written = write_all(made.get(), text);
    }
    if (!written || ::rename(draft.c_str(), file.c_str()) != 0) {
        const int problem = errno;
        ::unlink(draft.c_str());
        errno = problem;
        return broken(file, "written");
    }
    const Open folder(file.parent_path(), O_RDONLY | O_DIRECTORY);
    if (folder.failed() || ::fsync(folder.get()) != 0) return broken(file, "written");
    return {};
}

Result<void> make_private_folder(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error)) {
        const auto above = folder.parent_path();
        if (!above.empty()) fs::create_directories(above, error);
        if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return broken(folder, "made");
    }
    struct stat facts{};
    if (::stat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) return broken(folder, "used");
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(Error{.kind = Error::Kind::denied,
                          .message = fmt::format("Others may look into {}.", folder.string()),
                          .hint = fmt::format("Run: chmod 700 {}", folder.string())});
    return {};
}

}  // namespace patrol::collector
