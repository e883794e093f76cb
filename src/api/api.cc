#include "api/api.h"

#include "api/audit_record.h"
#include "api/authentication.h"
#include "api/authorize.h"
#include "api/browser.h"
#include "api/events.h"
#include "api/limits.h"
#include "api/metrics.h"
#include "api/problem.h"
#include "api/routes.h"
#include "api/second_factor.h"
#include "base/log.h"
#include "relay/parts.h"

namespace patrol::api {
namespace {

bool is_read(const net::ServerRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

Result<void> check_query(const net::ServerRequest& request, std::string_view allowed) {
    for (const auto& [name, value] : request.query) {
        bool known = false;
        for (std::string_view rest = allowed; !rest.empty() && !known;) {
            const auto end = std::min(rest.find(' '), rest.size());
            known = rest.substr(0, end) == name;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (!known)
            return invalid(name.substr(0, limits::name_chars),
                           "This address does not know this query parameter.");
    }
    return {};
}

constexpr std::string_view operations_path = "/api/v1/collector/operations/";

Result<void> check_frames(const net::ServerRequest& request) {
    if (request.header("Content-Type") == relay::frames_media_type) return {};
    return fail(Error{.kind = Error::Kind::malformed,
                      .message = "A part must be " + std::string(relay::frames_media_type) + "."});
}

Result<void> check_body(const net::ServerRequest& request, const Route& route) {
    const std::string_view encoding = request.header("Content-Encoding");
    if (!encoding.empty() && !net::equal_without_case(encoding, "identity"))
        return fail(Error::Kind::malformed, "Request bodies must not be compressed.");
    if (route.access == Access::collector && route.method == net::Method::put) return check_frames(request);
    if (!is_json_request(request))
        return fail(Error::Kind::malformed, "The request body must be application/json.");
    return {};
}

// What has no customers is for those who see all of them.
Result<void> check_reach(const Call& call) {
    if (call.reach != Reach::whole || call.caller.customers.is_all()) return {};
    return fail(Error{.kind = Error::Kind::denied,
                      .message = "You see only some customers; this concerns all of them.",
                      .hint = "Ask an owner or administrator who sees all customers.",
                      .code = "customers"});
}

// Who calls, and whether that is allowed: before anything that was sent.
Result<void> identify(Call& call, const Route& route, const Arrival& arrival) {
    call.reach = reach_of(route.method, route.path);
    TRY(refuse_credentials_in_url(call.request));
    const Settings& settings = call.services.settings;
    switch (route.access) {
        case Access::anyone:
            break;
        case Access::sign_in:
            TRY(check_origin(call.request, arrival, settings));
            break;
        case Access::connect_token:
            call.caller = TRY(authenticate_connect(call, arrival));
            break;
        case Access::collector:
            call.caller = TRY(authenticate_collector(call, arrival));
            break;
        default: {
            call.caller = TRY(authenticate(call, arrival));
            if (call.caller.kind == Caller::Kind::session && !is_read(call.request))
                TRY(check_csrf(call.request, arrival, settings));
            TRY(check_second_factor_rule(call));
            TRY(authorize(call.caller, route.action, {.access = route.access}));
            TRY(check_reach(call));
        }
    }
    return {};
}

Result<void> admit(Call& call, const Route& route, const Arrival& arrival) {
    TRY(identify(call, route, arrival));
    if (route.access == Access::collector) TRY(accept_signed_body(call));
    TRY(check_query(call.request, route.query));
    return check_body(call.request, route);
}

void log_problem(const Call& call, const Route& route, const Error& error) {
    const int status = status_of(error.kind);
    const std::string method(net::to_string(route.method));
    if (status >= 500)
        log::error("request failed", {{"method", method},
                                      {"route", std::string(route.path)},
                                      {"error", describe(error)},
                                      {"trace_id", call.trace_id}});
    else if (status == 401 || status == 403 || status == 429)
        log::warn("request refused", {{"method", method},
                                      {"route", std::string(route.path)},
                                      {"status", std::to_string(status)},
                                      {"from", call.request.peer_address.to_string()},
                                      {"user", call.caller.user.email},
                                      {"trace_id", call.trace_id}});
}

}  // namespace

struct Api::State {
    explicit State(Services given)
        : services(std::move(given)),
          attempts(services.clock),
          pacer(services.events, services.clock),
          nonces(services.clock),
          shared{attempts, metrics, pacer, nonces},
          router([this](const net::ServerRequest& request, int status) {
              return finish(request, problem(status, new_trace_id()));
          }) {
        for (const Route& route : routes())
            router.add(route.method, route.path,
                       [this, &route](const net::ServerRequest& request) { return run(route, request); });
    }

    net::ServerResponse finish(const net::ServerRequest& request, net::ServerResponse response) const {
        add_security_headers(response, arrival_of(request, services.settings).transport);
        return response;
    }

    static Result<Answer> answer_to(Call& call, const Route& route, const Arrival& arrival) {
        TRY(admit(call, route, arrival));
        if (call.caller.kind != Caller::Kind::nobody && !is_read(call.request)) TRY(announce(call));
        return route.handler(call);
    }

    net::ServerResponse run(const Route& route, const net::ServerRequest& request) {
        const auto start = services.clock.steady();
        Call call{.services = services,
                  .shared = shared,
                  .request = request,
                  .trace_id = new_trace_id(),
                  .route = &route};
        const Arrival arrival = arrival_of(request, services.settings);
        Result<Answer> outcome = answer_to(call, route, arrival);
        if (outcome) {
            if (auto kept = record_done(call, route, *outcome); !kept)
                outcome = Failure(std::move(kept).error());
        }
        if (!outcome) return refuse(call, route, outcome.error(), start);
        count(call, route, outcome->status, start);
        add_security_headers(*outcome, arrival.transport);
        return std::move(*outcome);
    }

    net::ServerResponse refuse(const Call& call, const Route& route, const Error& error,
                               std::chrono::steady_clock::time_point start) {
        log_problem(call, route, error);
        record_refused(call, route, error);
        net::ServerResponse response = problem(error, call.trace_id);
        count(call, route, response.status, start);
        return finish(call.request, std::move(response));
    }

    void count(const Call& call, const Route& route, int status,
               std::chrono::steady_clock::time_point start) {
        metrics.count_request(net::to_string(route.method), route.path, status,
                              call.services.clock.steady() - start);
    }

    // A path that fits no route is refused by the router, once the body is read.
    std::optional<net::ServerResponse> refusal(const net::ServerRequest& request) {
        const std::string_view pattern = router.pattern_of(request.path);
        const auto all = routes();
        const auto route = std::ranges::find_if(all, [&](const Route& each) {
            return each.path == pattern && net::to_string(each.method) == request.method;
        });
        if (route == all.end()) return std::nullopt;
        const auto start = services.clock.steady();
        Call call{.services = services,
                  .shared = shared,
                  .request = request,
                  .trace_id = new_trace_id(),
                  .route = &*route};
        auto known = identify(call, *route, arrival_of(request, services.settings));
        if (known && call.caller.collector) {
            const auto& signature = call.caller.collector->signature;
            known = nonces.expect_body(signature.collector, signature.nonce);
        }
        if (known) return std::nullopt;
        return refuse(call, *route, known.error(), start);
    }

    Services services;
    Limits attempts;
    Metrics metrics;
    EventPacer pacer;
    relay::NonceMemory nonces;
    Shared shared;
    net::Router router;
};

Api::Api(Services services) : state_(std::make_unique<State>(std::move(services))) {}
Api::~Api() = default;

net::ServerResponse Api::handle(net::ServerRequest& request) const { return state_->router.handle(request); }

std::optional<net::ServerResponse> Api::refusal(net::ServerRequest& request) const {
    return state_->refusal(request);
}

net::ServerResponse Api::error_response(int status, Transport transport) {
    net::ServerResponse response = problem(status, new_trace_id());
    add_security_headers(response, transport);
    return response;
}

std::size_t Api::body_limit(std::string_view method, std::string_view path) {
    if (method == "PUT" && path.starts_with(operations_path)) return relay::part_bytes_max;
    if (path == "/api/v1/collector/enroll") return limits::enrolment_body_bytes;
    return limits::request_body_bytes;
}

void Api::serve_rest(net::RouteHandler handler) {
    state_->router.add_prefix("/", [this, handler = std::move(handler)](const net::ServerRequest& request) {
        return state_->finish(request, handler(request));
    });
}

}  // namespace patrol::api
