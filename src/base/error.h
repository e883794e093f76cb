// Errors are values. An Error is born where the fact is known, gains context with during(), and is
// rendered once, at the edge: problem+json in the API, one sentence in the CLI, one line in the log.
// `message` and `hint` are for the user and must never hold a secret; `detail` is for the operator's log.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace patrol {

struct [[nodiscard]] Error {
    // One kind = one HTTP status (api/problem.cc), one exit code (cli/exit.h) and one retry rule.
    enum class Kind {
        malformed,        // 400: not a message of this protocol
        unauthenticated,  // 401
        denied,           // 403: known caller, not allowed
        not_found,        // 404: also for everything of another tenant
        conflict,         // 409
        gone,             // 410: a used one-time token
        stale,            // 412: ETag did not match
        too_large,        // 413
        invalid,          // 422: well-formed but wrong, `field` says where
        throttled,        // 429: retry after `retry_after_ms`
        cancelled,        // the caller gave up
        timeout,          // 504: no answer in time
        unavailable,      // 503: try later
        internal,         // 500: our bug or a broken disk
    };

    Kind kind = Kind::internal;
    std::string message;     // what happened: a full sentence without jargon
    std::string hint;        // what to do next: a full sentence, or empty
    std::string detail;      // service, request id, raw code: never secrets
    std::string field;       // the request field that is wrong (Kind::invalid), dotted path
    std::string code;        // stable machine name ("account_exists", or a cloud's own error code)
    int retry_after_ms = 0;  // how long to wait, where the peer said so

    // "assuming the customer role: Access was denied."
    [[nodiscard]] Error during(std::string_view what) && {
        message = std::string(what) + ": " + message;
        return std::move(*this);
    }
    [[nodiscard]] Error with_hint(std::string text) && {
        hint = std::move(text);
        return std::move(*this);
    }
};

template <class T>
using Result = std::expected<T, Error>;

using Failure = std::unexpected<Error>;

[[nodiscard]] inline Failure fail(Error::Kind kind, std::string message) {
    return Failure(Error{.kind = kind, .message = std::move(message)});
}
[[nodiscard]] inline Failure fail(Error error) { return Failure(std::move(error)); }
// A request field that is wrong: answers 422 naming `field`.
[[nodiscard]] inline Failure invalid(std::string field, std::string message, std::string hint = {}) {
    return Failure(Error{.kind = Error::Kind::invalid,
                         .message = std::move(message),
                         .hint = std::move(hint),
                         .field = std::move(field)});
}

std::string_view to_string(Error::Kind kind);
// For logs: "denied: message (code; detail)".
std::string describe(const Error& error);

namespace detail {
template <class T>
T take(Result<T>&& result) {
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}
}  // namespace detail

}  // namespace patrol

// auto x = TRY(f());  returns the error to the caller, or yields the value.
#define TRY(...)                                                                          \
    __extension__({                                                                       \
        auto patrol_result_ = (__VA_ARGS__);                                              \
        if (!patrol_result_) return ::patrol::Failure(std::move(patrol_result_).error()); \
        ::patrol::detail::take(std::move(patrol_result_));                                \
    })

// Like TRY, and says what was being done: TRY_DURING("assuming the role", assume(role)).
#define TRY_DURING(what, ...)                                                                          \
    __extension__({                                                                                    \
        auto patrol_result_ = (__VA_ARGS__);                                                           \
        if (!patrol_result_) return ::patrol::Failure(std::move(patrol_result_).error().during(what)); \
        ::patrol::detail::take(std::move(patrol_result_));                                             \
    })
