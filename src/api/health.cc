// Liveness, readiness and metrics: outside /api/v1, for orchestrators and Prometheus.
#include "api/authentication.h"
#include "api/authorize.h"
#include "api/browser.h"
#include "api/handlers.h"
#include "api/metrics.h"

namespace patrol::api::health {
namespace {

// A load balancer may ask many times a second; readiness costs one small read.
Result<void> database_answers(Call& call) {
    TRY(call.store().tenants().count_users());
    return {};
}

// From this machine itself, not through a proxy on it; from elsewhere with an API token.
Result<void> check_metrics_caller(Call& call) {
    const Arrival arrival = arrival_of(call.request, call.services.settings);
    if (arrival.from_this_machine && call.request.header("Authorization").empty()) return {};
    const Caller caller = TRY(authenticate(call, arrival));
    return authorize(caller, "", {.access = Access::viewer});
}

}  // namespace

Result<Answer> healthz(Call&) { return answer({{"status", "ok"}}); }

Result<Answer> readyz(Call& call) {
    const auto database = database_answers(call);
    if (!database || !call.services.is_ready())
        return fail(Error::Kind::unavailable, "The server is not ready yet.");
    return answer({{"status", "ready"}});
}

Result<Answer> metrics(Call& call) {
    TRY(check_metrics_caller(call));
    std::vector<Metrics::Gauge> gauges{{.name = "patrol_build_info",
                                        .help = "The running version.",
                                        .labels = "version=\"" PATROL_VERSION "\"",
                                        .value = 1}};
    if (const auto depth = call.store().jobs().depth()) {
        constexpr std::string_view name = "patrol_jobs";
        constexpr std::string_view help = "Jobs in the queue by state.";
        gauges.push_back({name, help, "state=\"ready\"", static_cast<double>(depth->ready)});
        gauges.push_back({name, help, "state=\"running\"", static_cast<double>(depth->running)});
        gauges.push_back({name, help, "state=\"dead\"", static_cast<double>(depth->dead)});
    }
    return Answer{.status = 200,
                  .headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
                  .body = call.shared.metrics.text(gauges)};
}

}  // namespace patrol::api::health
