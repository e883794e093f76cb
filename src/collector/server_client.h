// The collector's requests to its server: enrolment with a token, everything else signed. A wrong clock on
// this machine is noticed by the server's Date and corrected for. Errors: those of net::Transport, and the
// server's own as Error with its code ("operation-ended", "replayed", "collector-protocol" …); Kind by
// status.
#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "collector/enrolment.h"
#include "net/transport.h"

namespace patrol::collector {

inline constexpr std::size_t answer_bytes_max = 33 * 1024 * 1024;  // of a part: relay/parts.h
inline constexpr std::size_t operation_bytes_max = 16 * 1024 * 1024;
inline constexpr std::size_t problem_bytes_max = 64 * 1024;
inline constexpr auto clock_tolerance =
    Millis(30'000);  // a smaller difference is not why a request is refused

struct SignedCall {
    std::string_view method;
    std::string path;  // below /api/v1
    std::string_view content_type;
    std::string_view body;
    Millis time{60'000};
    std::size_t answer_bytes = problem_bytes_max;
    std::stop_token stop;
};

// Safe to use from many threads.
class ServerClient {
public:
    // `enrolment` and the others outlive this.
    ServerClient(net::Transport& transport, Clock& clock, const Enrolment& enrolment)
        : transport_(transport), clock_(clock), enrolment_(enrolment) {}

    // Status 200 or 204; everything else is an Error.
    Result<net::HttpResponse> send(const SignedCall& call);

private:
    Result<net::HttpResponse> attempt(const SignedCall& call);
    bool correct_clock(const net::HttpResponse& answer);

    net::Transport& transport_;
    Clock& clock_;
    const Enrolment& enrolment_;
    std::atomic<std::int64_t> ahead_ms_ = 0;  // what to add to this machine's time
};

// The problem+json of an answer as an Error; the retry_after_ms of its header.
Error error_of(const net::HttpResponse& answer);
// Of the header Retry-After in seconds; 0 without one.
Millis retry_after(const net::HttpResponse& answer);

struct EnrolmentRequest {
    std::string server;  // as check_server() gave it
    std::string ca_bundle;
    std::string token;  // pce_…
    std::string host, os, arch;
};
// Makes a key, and changes the token for an identity. Saves nothing.
Result<Enrolment> enrol(net::Transport& transport, const EnrolmentRequest& request);

}  // namespace patrol::collector
