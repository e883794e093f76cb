#include "store/pool.h"

namespace patrol::store {

Result<Connection*> Pool::acquire() {
    std::unique_ptr<Connection> connection;
    {
        std::unique_lock lock(mutex_);
        const auto ticket = next_ticket_++;
        changed_.wait(lock, [&] { return ticket == serving_ && lent_ < size_; });
        ++serving_;
        ++lent_;
        if (!idle_.empty()) {
            connection = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    changed_.notify_all();
    if (connection) return connection.release();
    auto made = make_();
    if (made) return made->release();
    {
        std::lock_guard lock(mutex_);
        --lent_;
    }
    changed_.notify_all();
    return Failure(std::move(made).error());
}

void Pool::release(Connection* connection) {
    std::unique_ptr<Connection> owned(connection);
    {
        std::lock_guard lock(mutex_);
        --lent_;
        // When one is broken the others most likely are too: a restarted server dropped them all.
        if (owned->usable())
            idle_.push_back(std::move(owned));
        else
            idle_.clear();
    }
    changed_.notify_all();
}

std::uint64_t Pool::waiting() const {
    const std::lock_guard lock(mutex_);
    return next_ticket_ - serving_;
}

}  // namespace patrol::store
