// Reading and making the file of the master key.
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/random.h"
#include "crypto/seal.h"

namespace patrol::crypto {
namespace {

class File {
public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int get() const { return descriptor_; }
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

private:
    int descriptor_;
};

Failure broken(const std::filesystem::path& file, std::string_view what) {
    return Failure(Error{.kind = Error::Kind::internal,
                         .message = fmt::format("The master key file {} cannot be {}.", file.string(), what),
                         .detail = std::strerror(errno)});
}

Result<Key> read_key(const File& open_file, const std::filesystem::path& file) {
    struct stat facts{};
    if (::fstat(open_file.get(), &facts) != 0) return broken(file, "read");
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Failure(Error{.kind = Error::Kind::denied,
                             .message = fmt::format("Others may read the master key file {}.", file.string()),
                             .hint = fmt::format("Run: chmod 600 {}", file.string())});
    Key key{};
    if (!S_ISREG(facts.st_mode) || facts.st_size != sizeof(key) ||
        ::read(open_file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size()))
        return fail(Error::Kind::invalid,
                    fmt::format("The master key file {} must be a file of exactly 32 bytes.", file.string()));
    return key;
}

// What the folder says about its files is on the disk.
Result<void> settle_folder(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    File directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.is_open() || ::fsync(directory.get()) != 0) return broken(file, "created");
    return {};
}

// The key appears under its name whole or not at all: two starts at once agree on one key, and a
// crash leaves no half-written one.
Result<void> create(const std::filesystem::path& file) {
    auto draft = file;
    draft += ".new-" + random_base32(8);
    File made(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!made.is_open()) return broken(file, "created");
    Key key{};
    random_bytes(key.data(), key.size());
    const bool written = ::write(made.get(), key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
                         ::fsync(made.get()) == 0;
    wipe(key.data(), key.size());
    const bool linked = written && (::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST);
    const int problem = errno;
    ::unlink(draft.c_str());
    errno = problem;
    if (!linked) return broken(file, "created");
    return settle_folder(file);
}

}  // namespace

Result<MasterKey> MasterKey::load(const std::filesystem::path& file) {
    const File opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!opened.is_open()) return broken(file, "read");
    auto key = TRY(read_key(opened, file));
    auto out = from_bytes(key);
    wipe(key.data(), key.size());
    return out;
}

Result<MasterKey> MasterKey::load_or_create(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) return load(file);
    TRY(create(file));
    auto out = TRY(load(file));
    out.origin_ = Origin::created;
    return out;
}

std::filesystem::path next_key_file(const std::filesystem::path& file) { return file.string() + ".next"; }

std::filesystem::path old_key_file(const std::filesystem::path& file, std::string_view id) {
    return fmt::format("{}.{}.old", file.string(), id);
}

MasterKey::Finder keys_beside(std::filesystem::path file) {
    return [file = std::move(file)](std::string_view id) -> std::optional<MasterKey> {
        // The file itself too: the key that took over while a server runs on.
        for (const auto& candidate : {next_key_file(file), old_key_file(file, id), file}) {
            std::error_code ignored;
            if (!std::filesystem::exists(candidate, ignored)) continue;
            if (auto key = MasterKey::load(candidate); key && key->id() == id) return std::move(*key);
        }
        return {};
    };
}

Result<void> promote_next_key(const std::filesystem::path& file, std::string_view old_id) {
    const auto old = old_key_file(file, old_id);
    if (::link(file.c_str(), old.c_str()) != 0 && errno != EEXIST) return broken(file, "kept as an old one");
    TRY(settle_folder(file));
    if (::rename(next_key_file(file).c_str(), file.c_str()) != 0) return broken(file, "replaced");
    return settle_folder(file);
}

}  // namespace patrol::crypto
