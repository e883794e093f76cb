// Lends connections to threads, in the order they asked, so that a thread that writes all the time
// does not keep the others out. Connections are made when they are first needed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "store/sql.h"

namespace patrol::store {

class Pool {
public:
    using Make = std::function<Result<std::unique_ptr<Connection>>()>;

    Pool(std::size_t size, Make make) : size_(size), make_(std::move(make)) {}

    // Blocks while all are lent. The error of `make` when a new one is needed and cannot be had.
    Result<Connection*> acquire();
    // A connection that is not usable any more is closed.
    void release(Connection* connection);
    // Threads that asked and have none yet.
    [[nodiscard]] std::uint64_t waiting() const;

private:
    std::size_t size_;
    Make make_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t next_ticket_ = 0, serving_ = 0;
    std::size_t lent_ = 0;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace patrol::store
