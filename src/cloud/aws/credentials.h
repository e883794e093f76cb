// AWS credentials and where they come from. A source is thread-safe, remembers what it read and
// refreshes ahead of the expiry; errors name the source and what to do. Secrets never leave Secret
// except into the signer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "crypto/secret.h"

namespace patrol::aws {

struct Credentials {
    std::string access_key_id;
    crypto::Secret secret_access_key;
    crypto::Secret session_token;  // empty: long-lived keys
    Timestamp expires;             // not set: never
};
using CredentialsPtr = std::shared_ptr<const Credentials>;

class CredentialSource {
public:
    virtual ~CredentialSource() = default;
    virtual Result<CredentialsPtr> credentials(std::stop_token stop) = 0;
    // The cloud refused `used` as expired: the next credentials() fetches anew unless that happened already.
    virtual void reject(const Credentials& used) = 0;
    // For errors and the log: "environment", "profile acme", "role arn:aws:iam::…".
    [[nodiscard]] virtual std::string name() const = 0;
};

// Given once, never refreshed.
class StaticSource final : public CredentialSource {
public:
    StaticSource(std::string name, Credentials credentials);
    Result<CredentialsPtr> credentials(std::stop_token stop) override;
    void reject(const Credentials& used) override;
    [[nodiscard]] std::string name() const override;

private:
    std::string name_;
    CredentialsPtr credentials_;
};

// Refreshes 15 minutes ahead of the expiry; one caller fetches while the others go on with what is
// still valid. Within the last 10 minutes everybody waits for the fetch.
class RefreshingSource : public CredentialSource {
public:
    explicit RefreshingSource(Clock& clock) : clock_(clock) {}
    Result<CredentialsPtr> credentials(std::stop_token stop) final;
    void reject(const Credentials& used) final;

    static constexpr auto refresh_ahead = std::chrono::minutes(15);
    static constexpr auto must_refresh = std::chrono::minutes(10);

protected:
    virtual Result<Credentials> fetch(std::stop_token stop) = 0;
    [[nodiscard]] Clock& clock() const { return clock_; }

private:
    enum class Need { nothing, soon, now };
    [[nodiscard]] Need need() const;

    Clock& clock_;
    std::mutex mutex_;
    std::condition_variable_any fetched_;
    bool fetching_ = false;
    CredentialsPtr current_;
};

}  // namespace patrol::aws
