// The server's own login at a secret manager, kept until shortly before its end and dropped when it is
// refused. Thread-safe; one thread logs in while the others wait for it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/time.h"
#include "crypto/secret.h"

namespace patrol::secrets {

struct Login {
    crypto::Secret token;
    std::chrono::seconds lease{0};  // from now; at most login_age_max is used
};

class LoginCache {
public:
    using Ask = std::function<Result<Login>()>;
    using Token = std::shared_ptr<const crypto::Secret>;

    explicit LoginCache(Clock& clock) : clock_(clock) {}

    // The cached token, or that of a new login.
    Result<Token> token(const Ask& ask);
    // Only while `token` is still the cached one.
    void drop(const Token& token);

    // Runs `work` with a token; where that is refused and the token came from the cache, once more with a
    // new login.
    Result<crypto::Secret> with_token(const Ask& ask,
                                      const std::function<Result<crypto::Secret>(std::string_view)>& work);

private:
    Clock& clock_;
    std::mutex mutex_;
    Token token_;
    std::chrono::steady_clock::time_point until_;
};

}  // namespace patrol::secrets
