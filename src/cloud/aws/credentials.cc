#include "cloud/aws/credentials.h"

namespace patrol::aws {

StaticSource::StaticSource(std::string name, Credentials credentials)
    : name_(std::move(name)), credentials_(std::make_shared<const Credentials>(std::move(credentials))) {}

Result<CredentialsPtr> StaticSource::credentials(std::stop_token) { return credentials_; }
void StaticSource::reject(const Credentials&) {}
std::string StaticSource::name() const { return name_; }

RefreshingSource::Need RefreshingSource::need() const {
    if (current_ == nullptr) return Need::now;
    if (!current_->expires.is_set()) return Need::nothing;
    auto left = current_->expires - clock_.now();
    if (left <= must_refresh) return Need::now;
    return left <= refresh_ahead ? Need::soon : Need::nothing;
}

Result<CredentialsPtr> RefreshingSource::credentials(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    auto needed = need();
    if (needed == Need::now && fetching_) {
        if (!fetched_.wait(lock, stop, [this] { return !fetching_; }))
            return fail(Error::Kind::cancelled, "The wait for credentials was given up.");
        needed = need();
    }
    if (needed == Need::nothing || (needed == Need::soon && fetching_)) return current_;

    fetching_ = true;
    lock.unlock();
    auto fresh = fetch(stop);
    lock.lock();
    fetching_ = false;
    fetched_.notify_all();
    if (fresh) {
        current_ = std::make_shared<const Credentials>(std::move(*fresh));
        return current_;
    }
    // What has not expired yet still serves; the next call tries again.
    if (current_ != nullptr && current_->expires > clock_.now()) return current_;
    return Failure(std::move(fresh).error());
}

void RefreshingSource::reject(const Credentials& used) {
    std::scoped_lock lock(mutex_);
    if (current_.get() == &used || (current_ != nullptr && current_->access_key_id == used.access_key_id))
        current_.reset();
}

}  // namespace patrol::aws
