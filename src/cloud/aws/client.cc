#include "cloud/aws/client.h"

#include <random>

#include "cloud/aws/call_error.h"
#include "cloud/aws/call_state.h"
#include "cloud/aws/protocol.h"
#include "cloud/aws/sts.h"
#include "net/url.h"

namespace patrol::aws {
namespace {

constexpr Millis sleep_slice{200};
constexpr Millis noticeable_skew = std::chrono::minutes(4);

double random_fraction() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

// Refusals that a region which is not enabled gives to credentials that work elsewhere.
bool may_mean_region(std::string_view code) {
    return code == "AuthFailure" || code == "UnrecognizedClientException" || code == "InvalidClientTokenId";
}

// The table of regions lags behind, so it only explains a failure and never forbids a call.
bool table_lists(const model::Service& service, std::string_view region) {
    auto at = service.endpoint.available.find(partition_of(region));
    if (at == service.endpoint.available.end()) return false;
    std::string_view text = at->second;
    if (text == "all" || text.starts_with("global:")) return true;
    const bool inverted = text.starts_with("all but ");
    auto padded = fmt::format(" {} ", text);
    const bool named = padded.find(fmt::format(" {} ", region)) != std::string::npos;
    return named != inverted;
}

}  // namespace

// One call from its first attempt to its end.
class CallRun {
public:
    CallRun(Client::State& state, const CallSpec& spec, const model::Service& service,
            const model::Operation& operation)
        : state_(state), spec_(spec), service_(service), operation_(operation), region_(spec.region) {}

    CallResult run();

private:
    enum class Next { again, fail };

    CallResult try_until_settled();
    void observe(const CallResult& result, Timestamp started,
                 std::chrono::steady_clock::time_point since) const;
    std::expected<net::HttpResponse, CallError> attempt();
    std::expected<net::HttpRequest, CallError> signed_request();
    CallResult read(net::HttpResponse&& response);
    CallError explain(Error transport_error);
    CallError explain(const net::HttpResponse& response);

    Next next(CallError& failure);
    Next retry(CallError& failure, Millis base, int attempts_allowed);
    Next correct_clock();
    Next renew_credentials();
    Next follow_bucket();
    bool wait(Millis delay);
    [[nodiscard]] bool stopped() const { return spec_.stop.stop_requested(); }
    [[nodiscard]] ThrottleFeedback::Target target() const {
        return {spec_.region, spec_.service, spec_.operation};
    }

    Client::State& state_;
    const CallSpec& spec_;
    const model::Service& service_;
    const model::Operation& operation_;
    std::string region_;  // changes when S3 says where the bucket is
    WireRequest wire_;
    CredentialsPtr credentials_;
    int attempts_ = 0;
    int last_cost_ = 0;
    int http_status_ = 0;
    std::size_t bytes_ = 0;
    std::string request_id_;
    std::string bucket_region_;
    std::optional<Timestamp> peer_time_;
    bool timed_out_ = false;
    bool clock_corrected_ = false;
    bool renewed_ = false;
    bool redirected_ = false;
};

CallResult CallRun::run() {
    auto started = state_.clock.now();
    auto since = state_.clock.steady();
    auto result = try_until_settled();
    if (!result) result.error().attempts = attempts_;
    if (state_.options.observer != nullptr) observe(result, started, since);
    return result;
}

void CallRun::observe(const CallResult& result, Timestamp started,
                      std::chrono::steady_clock::time_point since) const {
    std::string_view code;
    if (!result)
        code = result.error().error.code.empty() ? to_string(result.error().error_class)
                                                 : std::string_view(result.error().error.code);
    state_.options.observer->on_call(
        {.time = started,
         .service = spec_.service,
         .operation = spec_.operation,
         .region = spec_.region,
         .http_status = http_status_,
         .error_code = code,
         .request_id = request_id_,
         .attempts = attempts_,
         .bytes = bytes_,
         .duration = std::chrono::duration_cast<Millis>(state_.clock.steady() - since)});
}

CallResult CallRun::try_until_settled() {
    static const json::value nothing = json::value(json::object());
    auto wire = encode(service_, operation_, spec_.input == nullptr ? nothing : *spec_.input);
    if (!wire) return std::unexpected(from_error(spec_, std::move(wire).error(), ErrorClass::other));
    wire_ = std::move(*wire);
    for (;;) {
        auto response = attempt();
        auto result =
            response ? read(std::move(*response)) : CallResult(std::unexpected(std::move(response).error()));
        if (result) {
            state_.quota.give_back(spec_.region, spec_.service, last_cost_);
            if (spec_.signing == Signing::signed_request) state_.accepted.add(region_);
            if (state_.options.feedback != nullptr) state_.options.feedback->on_success(target());
            return result;
        }
        if (next(result.error()) == Next::fail) return result;
    }
}

std::expected<net::HttpRequest, CallError> CallRun::signed_request() {
    auto endpoint = resolve(service_, region_, state_.options.endpoints);
    if (!endpoint) return std::unexpected(from_error(spec_, std::move(endpoint).error(), ErrorClass::other));
    redirect_operation(spec_.service, spec_.operation, region_, *endpoint);
    auto url = net::parse_url(endpoint->base_url);
    if (!url) return std::unexpected(from_error(spec_, std::move(url).error(), ErrorClass::other));
    if (!endpoint->overridden) url->host = wire_.host_prefix + url->host;
    if (redirected_) endpoint->signing_region = region_;
    auto base_path = url->path == "/" ? std::string() : url->path;

    net::HttpRequest request{.method = wire_.method,
                             .headers = wire_.headers,
                             .body = wire_.body,
                             .stop = spec_.stop,
                             .trust = state_.options.trust};
    if (endpoint->overridden) request.trust.destination = net::Destination::operator_chosen;
    url->path = base_path + wire_.path;
    if (!wire_.query.empty()) url->query = wire_.query;
    request.url = url->to_string();

    if (spec_.signing == Signing::signed_request) {
        if (state_.source == nullptr)
            return std::unexpected(from_error(
                spec_, {.kind = Error::Kind::unauthenticated, .message = "There are no AWS credentials."},
                ErrorClass::bad_credentials));
        auto credentials = state_.source->credentials(spec_.stop);
        if (!credentials) {
            auto cls = credentials.error().kind == Error::Kind::cancelled ? ErrorClass::cancelled
                                                                          : ErrorClass::bad_credentials;
            return std::unexpected(from_error(spec_, std::move(credentials).error(), cls));
        }
        credentials_ = std::move(*credentials);
        UnsignedRequest to_sign{request.method, url->path, wire_.query, request.headers, request.body};
        to_sign.headers.push_back({"Host", url->authority()});
        SigningScope scope{endpoint->signing_region, endpoint->signing_name,
                           state_.clock.now() + Millis(state_.clock_offset_ms.load())};
        auto signature = sign_headers(to_sign, *credentials_, scope,
                                      SigningOptions::for_service(endpoint->signing_name), state_.keys);
        for (auto& header : signature.headers) request.headers.push_back(std::move(header));
    }
    request.headers.push_back({"User-Agent", state_.options.user_agent});
    return request;
}

std::expected<net::HttpResponse, CallError> CallRun::attempt() {
    auto give_up = [&] {
        return std::unexpected(
            from_error(spec_, {.kind = Error::Kind::cancelled, .message = "The call was given up."},
                       ErrorClass::cancelled));
    };
    if (stopped()) return give_up();
    auto* feedback = state_.options.feedback;
    if (feedback != nullptr && !feedback->before_attempt(target(), spec_.stop)) return give_up();
    auto left = std::chrono::duration_cast<Millis>(spec_.deadline - state_.clock.steady());
    if (left <= Millis(0))
        return std::unexpected(
            from_error(spec_, {.kind = Error::Kind::timeout, .message = "AWS did not answer in time."},
                       ErrorClass::transient));
    auto request = signed_request();
    if (!request) return std::unexpected(std::move(request).error());
    request->timeout = std::min(spec_.attempt_time, left);
    request->connect_timeout = std::min(request->connect_timeout, request->timeout);
    ++attempts_;
    timed_out_ = false;
    peer_time_.reset();
    auto response = state_.transport.send(*request);
    if (!response) return std::unexpected(explain(std::move(response).error()));
    http_status_ = response->status;
    bytes_ += response->body.size();
    request_id_ = request_id_of(*response);
    peer_time_ = parse_http_date(response->header("Date"));
    return std::move(*response);
}

CallResult CallRun::read(net::HttpResponse&& response) {
    if (response.status < 200 || response.status > 299) return std::unexpected(explain(response));
    auto decoded = decode(service_, operation_, std::move(response), spec_.memory);
    if (decoded) return std::move(*decoded);
    auto error = from_error(spec_, std::move(decoded).error(), ErrorClass::not_aws);
    error.http_status = http_status_;
    error.request_id = request_id_;
    return std::unexpected(std::move(error));
}

CallError CallRun::explain(Error error) {
    auto cls = ErrorClass::other;
    if (error.kind == Error::Kind::cancelled) cls = ErrorClass::cancelled;
    if (error.kind == Error::Kind::timeout || error.kind == Error::Kind::unavailable)
        cls = ErrorClass::transient;
    timed_out_ = error.kind == Error::Kind::timeout;
    http_status_ = 0;
    return from_error(spec_, std::move(error), cls);
}

CallError CallRun::explain(const net::HttpResponse& response) {
    auto failure = read_error(service_, response);
    failure.message = without_secrets(std::move(failure.message), credentials_.get());
    if (!failure.request_id.empty()) request_id_ = failure.request_id;
    bucket_region_ = failure.region;
    auto cls = classify(service_.id, failure);
    if (cls == ErrorClass::bad_credentials && may_mean_region(failure.code) &&
        state_.accepted.only_elsewhere(region_))
        cls = ErrorClass::region_disabled;
    return from_service(spec_, failure, cls);
}

CallRun::Next CallRun::next(CallError& failure) {
    const auto& policy = state_.options.retry;
    if (stopped() && failure.error_class != ErrorClass::cancelled) return Next::fail;
    switch (failure.error_class) {
        case ErrorClass::throttled:
            if (state_.options.feedback != nullptr) state_.options.feedback->on_throttled(target());
            return retry(failure, policy.throttle_base, policy.throttle_attempts);
        case ErrorClass::transient: {
            auto decision = retry(failure, policy.transient_base, policy.transient_attempts);
            // A name that does not resolve, where other names do and no table promises it: not there.
            if (decision == Next::fail && failure.error.code == "dns" && state_.accepted.any() &&
                !table_lists(service_, spec_.region))
                failure.error_class = ErrorClass::service_absent;
            return decision;
        }
        case ErrorClass::not_aws:
            // A body that was cut short may come whole the next time; another answer will not.
            if (failure.error.code != "malformed_answer") return Next::fail;
            return retry(failure, policy.transient_base, policy.transient_attempts);
        case ErrorClass::bad_credentials:
            return correct_clock();
        case ErrorClass::clock_skew: {
            // EC2 says RequestExpired of a session that has ended, too.
            auto next = correct_clock();
            return next == Next::fail && failure.error.code == "RequestExpired" ? renew_credentials() : next;
        }
        case ErrorClass::expired_credentials:
            return renew_credentials();
        case ErrorClass::wrong_region:
            return follow_bucket();
        default:
            return Next::fail;
    }
}

CallRun::Next CallRun::retry(CallError& failure, Millis base, int attempts_allowed) {
    if (attempts_ >= attempts_allowed) return Next::fail;
    int cost = timed_out_ ? RetryQuota::timeout_cost : RetryQuota::retry_cost;
    if (!state_.quota.take(spec_.region, spec_.service, cost)) return Next::fail;
    last_cost_ = cost;
    auto delay =
        retry_delay(state_.options.retry, base, attempts_, failure.error.retry_after_ms, random_fraction());
    return wait(delay) ? Next::again : Next::fail;
}

CallRun::Next CallRun::correct_clock() {
    if (clock_corrected_ || !peer_time_) return Next::fail;
    auto offset = *peer_time_ - state_.clock.now();
    auto change = offset - Millis(state_.clock_offset_ms.load());
    if (std::chrono::abs(change) < noticeable_skew) return Next::fail;
    clock_corrected_ = true;
    state_.clock_offset_ms.store(offset.count());
    return Next::again;
}

CallRun::Next CallRun::renew_credentials() {
    if (renewed_ || state_.source == nullptr || credentials_ == nullptr) return Next::fail;
    renewed_ = true;
    state_.source->reject(*credentials_);
    return Next::again;
}

CallRun::Next CallRun::follow_bucket() {
    if (redirected_ || !is_region_name(bucket_region_) || bucket_region_ == region_) return Next::fail;
    redirected_ = true;
    region_ = bucket_region_;
    return Next::again;
}

// In slices, so that a stop is noticed. false: stopped, or the deadline comes first.
bool CallRun::wait(Millis delay) {
    if (spec_.deadline - state_.clock.steady() <= delay) return false;
    for (; delay > Millis(0) && !stopped(); delay -= sleep_slice)
        state_.clock.sleep_for(std::min(delay, sleep_slice));
    return !stopped();
}

CallResult Client::call(const CallSpec& spec) {
    const auto* service = state_->model.service(spec.service);
    const auto* operation = service == nullptr ? nullptr : service->operation(spec.operation);
    if (operation == nullptr && spec.service == sts_service().id) {
        service = &sts_service();
        operation = service->operation(spec.operation);
    }
    if (!state_->allowed.allows(spec.service, spec.operation)) return std::unexpected(refused_to_sign(spec));
    if (operation == nullptr)
        return std::unexpected(from_error(spec,
                                          {.kind = Error::Kind::internal,
                                           .message = fmt::format("Patrol does not know the operation {}.{}.",
                                                                  spec.service, spec.operation)},
                                          ErrorClass::other));
    return CallRun(*state_, spec, *service, *operation).run();
}

Client::Client(net::Transport& transport, Clock& clock, const model::ApiModel& model,
               std::shared_ptr<CredentialSource> source, AllowedActions allowed, ClientOptions options)
    : state_(std::make_unique<State>(transport, clock, model, std::move(source), std::move(allowed),
                                     std::move(options))) {}

Client::~Client() = default;

}  // namespace patrol::aws
