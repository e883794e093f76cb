#include "store/database_lock.h"

#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace patrol::store {

Result<DatabaseLock> DatabaseLock::take(const std::filesystem::path& database, Mode mode) {
    const auto path = database.string() + ".lock";
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The data folder cannot be written.",
                          .hint = "Check the data folder and its owner.",
                          .detail = path + ": " + std::strerror(errno),
                          .code = "database_down"});
    DatabaseLock lock(file);
    if (::flock(file, (mode == Mode::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return lock;
    return fail(
        Error{.kind = Error::Kind::conflict,
              .message = mode == Mode::shared ? "The database is being restored at this moment."
                                              : "The database is open in a running server.",
              .hint = mode == Mode::shared ? "Wait until the restore is done." : "Stop the server first.",
              .code = "database_open"});
}

DatabaseLock::~DatabaseLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace patrol::store
