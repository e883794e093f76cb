// Tells whether somebody has a SQLite database open: a lock on the file "<database>.lock" that every
// Store shares while it lives and that a restore takes alone. It goes with the process, however that
// ends. (SQLite's own locks protect its transactions, not a file that is being replaced.)
#pragma once

#include <filesystem>
#include <utility>

#include "base/error.h"

namespace patrol::store {

class DatabaseLock {
public:
    enum class Mode { shared, alone };
    // Kind::conflict "database_open" when it cannot be had now.
    static Result<DatabaseLock> take(const std::filesystem::path& database, Mode mode);

    DatabaseLock() = default;  // holds nothing
    ~DatabaseLock();
    DatabaseLock(DatabaseLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    DatabaseLock& operator=(DatabaseLock&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }

private:
    explicit DatabaseLock(int file) : file_(file) {}
    int file_ = -1;
};

}  // namespace patrol::store
