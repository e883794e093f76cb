// Calls AWS operations: resolves the endpoint, encodes, signs, sends, retries and decodes. Thread-safe:
// one client serves all threads of one scan of one account. It signs only what its AllowedActions
// hold. Retries: transient faults 3 attempts, throttles 8, within a retry quota per (region, service);
// a wrong clock is corrected once, expired credentials are refreshed once, an S3 bucket is followed to
// its region once. Source of the retry rules: the AWS SDKs' "standard" mode.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"
#include "cloud/aws/allowed_actions.h"
#include "cloud/aws/credentials.h"
#include "cloud/aws/endpoints.h"
#include "cloud/aws/errors.h"
#include "model/api_model.h"
#include "net/transport.h"

namespace patrol::aws {

// One finished call (all its attempts), good or bad: for the journal and the metrics.
struct CallRecord {
    Timestamp time;  // of the first attempt
    std::string_view service;
    std::string_view operation;
    std::string_view region;
    int http_status = 0;          // of the last attempt; 0: no answer
    std::string_view error_code;  // empty: success
    std::string_view request_id;
    int attempts = 0;
    std::size_t bytes = 0;  // of all answers' bodies
    Millis duration{0};
};

class CallObserver {
public:
    virtual ~CallObserver() = default;
    virtual void on_call(const CallRecord& record) = 0;
};

// Rate budgets of the caller: asked before every attempt, told about every throttle and success.
class ThrottleFeedback {
public:
    struct Target {
        std::string_view region;
        std::string_view service;
        std::string_view operation;
    };
    virtual ~ThrottleFeedback() = default;
    // Blocks until the attempt may go out. false: the caller gave up.
    virtual bool before_attempt(const Target& target, std::stop_token stop) = 0;
    virtual void on_throttled(const Target& target) = 0;
    virtual void on_success(const Target& target) = 0;
};

struct CallError {
    Error error;
    ErrorClass error_class = ErrorClass::other;
    int http_status = 0;      // 0: no answer
    std::string aws_message;  // as the cloud worded it, one line; may name principals and resources
    std::string request_id;
    int attempts = 0;
    [[nodiscard]] Error release() && { return std::move(error); }
};
using CallResult = std::expected<json::value, CallError>;

// For callers that need only the Error: TRY(plain(client.call(…))).
inline Result<json::value> plain(CallResult&& result) {
    if (!result) return Failure(std::move(result).error().release());
    return std::move(*result);
}

struct RetryPolicy {
    int transient_attempts = limits::transient_attempts;
    int throttle_attempts = limits::throttle_attempts;
    Millis transient_base{50};
    Millis throttle_base{1000};
    Millis longest_wait{20'000};
};

struct ClientOptions {
    std::string user_agent = "patrol";
    EndpointOverrides endpoints;
    net::TrustProfile trust;
    RetryPolicy retry;
    CallObserver* observer = nullptr;      // must outlive the client
    ThrottleFeedback* feedback = nullptr;  // must outlive the client
};

enum class Signing { signed_request, anonymous };

struct CallSpec {
    std::string_view service;
    std::string_view operation;
    std::string_view region;
    const json::value* input = nullptr;  // nullptr: no input
    json::storage_ptr memory = {};       // of the answer
    std::stop_token stop = {};
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    Millis attempt_time = limits::cloud_call_time;
    Signing signing = Signing::signed_request;
};

class Client {
public:
    // `source` may be null for a client that makes anonymous calls only.
    Client(net::Transport& transport, Clock& clock, const model::ApiModel& model,
           std::shared_ptr<CredentialSource> source, AllowedActions allowed, ClientOptions options = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] CallResult call(const CallSpec& spec);

    struct State;  // shared by the calls: call_state.h

private:
    std::unique_ptr<State> state_;
};

}  // namespace patrol::aws
