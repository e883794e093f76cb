#include "secrets/login_cache.h"

#include <algorithm>

#include "secrets/manager_call.h"

namespace patrol::secrets {

Result<LoginCache::Token> LoginCache::token(const Ask& ask) {
    const std::lock_guard lock(mutex_);
    if (token_ && clock_.steady() < until_) return token_;
    token_.reset();
    auto login = TRY(ask());
    auto made = std::make_shared<const crypto::Secret>(std::move(login.token));
    // A tenth of the lease is left for the calls that start at its end.
    const Millis lease = std::min<Millis>(login.lease, login_age_max);
    if (lease <= Millis(0)) return made;
    token_ = made;
    until_ = clock_.steady() + lease * 9 / 10;
    return made;
}

void LoginCache::drop(const Token& token) {
    const std::lock_guard lock(mutex_);
    if (token_ == token) token_.reset();
}

Result<crypto::Secret> LoginCache::with_token(
    const Ask& ask, const std::function<Result<crypto::Secret>(std::string_view)>& work) {
    bool asked = false;
    const Ask noting = [&] {
        asked = true;
        return ask();
    };
    Token token = TRY(this->token(noting));
    auto outcome = work(token->expose());
    if (outcome || !is_refusal(outcome.error())) return outcome;
    drop(token);
    if (asked) return outcome;
    token = TRY(this->token(ask));
    outcome = work(token->expose());
    if (!outcome && is_refusal(outcome.error())) drop(token);
    return outcome;
}

}  // namespace patrol::secrets
