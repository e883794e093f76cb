#include "cloudsim/cloud_simulator.h"

#include <mutex>

#include "base/encoding.h"
#include "base/log.h"
#include "cloudsim/bulk.h"
#include "cloudsim/control.h"
#include "cloudsim/identity_services.h"
#include "cloudsim/inventory_services.h"
#include "cloudsim/scenario.h"
#include "cloudsim/signature.h"
#include "cloudsim/tagging.h"
#include "crypto/random.h"

namespace patrol::cloudsim {
namespace {

constexpr std::size_t request_bytes_max = 16 * 1024 * 1024;

bool fault_applies(Fault& each, const Principal& caller, const ApiRequest& request, std::string_view region) {
    auto fits = [](const std::string& wanted, std::string_view is) { return wanted.empty() || wanted == is; };
    if (each.times == 0 || !fits(each.account_id, caller.account_id) || !fits(each.service, request.service->id) ||
        !fits(each.operation, request.operation->name) || !fits(each.region, region))
        return false;
    if (each.skip > 0) {
        --each.skip;
        return false;
    }
    if (each.times > 0) --each.times;
    return true;
}

net::ServerResponse html_page(int status) {
    return {.status = status, .headers = {{"content-type", "text/html"}},
            .body = std::string("<html><body><h1>Not the service you asked for</h1></body></html>")};
}

}  // namespace

struct CloudSimulator::State {
    const catalogue::Catalogue& catalogue;
    Clock& clock;
    World world;
    RequestReader reader;
    Authorizer authorizer;
    InventoryServices inventory;
    aws::SigningKeys keys;
    std::mutex mutex;
    std::optional<BulkPages> bulk;
    std::string bulk_account;
    std::unique_ptr<net::HttpServer> server;

    State(const catalogue::Catalogue& all, Clock& time, World initial, const SimulatorOptions& options)
        : catalogue(all), clock(time), world(std::move(initial)), reader(all.api()), authorizer(all), inventory(all) {
        if (options.bulk_instances > 0 && !world.accounts.empty()) {
            bulk_account = world.accounts.begin()->first;
            bulk.emplace(options.bulk_instances, bulk_account, "us-east-1");
        }
        server = std::make_unique<net::HttpServer>(
            net::ServerOptions{.address = "127.0.0.1", .port = options.port, .workers = options.workers,
                               .body_bytes_max = request_bytes_max},
            [this](net::ServerRequest& request) { return handle(request); });
    }

    net::ServerResponse handle(net::ServerRequest& request) {
        if (request.path.starts_with(control_path)) {
            std::scoped_lock lock(mutex);
            return answer_control(request, world, catalogue);
        }
        auto request_id = crypto::random_base32(20);
        auto scope = credential_scope(request);
        if (!scope) return html_page(403);
        int latency = 0;
        auto response = [&] {
            std::scoped_lock lock(mutex);
            latency = world.latency_ms;
            return answer(request, *scope, request_id);
        }();
        if (latency > 0) clock.sleep_for(Millis(latency));
        return response;
    }

    net::ServerResponse answer(const net::ServerRequest& request, const CredentialScope& scope, const std::string& request_id) {
        auto read = reader.read(request, scope.service);
        if (!read) return html_page(404);
        const auto& service = *read->service;
        ++world.calls[service.id + "." + read->operation->name];
        auto signer = verify_signature(request, scope, world, clock.now(), keys);
        if (!signer) return write_fault(service, signer.error(), request_id);
        CallContext call{.world = world, .catalogue = catalogue, .authorizer = authorizer, .caller = **signer,
                         .request = *read, .region = scope.region, .now = clock.now()};
        for (auto& each : world.faults)
            if (fault_applies(each, call.caller, *read, scope.region)) return faulty(each, call, request_id);
        if (auto refused = refuse(call)) return write_fault(service, *refused, request_id);
        if (auto page = bulk_page(call))
            return {.headers = {{"content-type", "text/xml;charset=UTF-8"}}, .body = std::move(page)};
        auto output = dispatch(call);
        if (!output) return write_fault(service, output.error(), request_id);
        return write_answer(service, *read->operation, json::value(std::move(*output)), request_id);
    }

    net::ServerResponse faulty(const Fault& each, const CallContext& call, const std::string& request_id) {
        if (each.kind == Fault::Kind::html) return html_page(each.status);
        if (each.kind == Fault::Kind::cut)
            return {.headers = {{"content-type", "text/xml"}}, .body = std::string("<Response><Cut")};
        auto message = each.message;
        if (message.empty())
            message = fmt::format("User: {} is not authorized to perform: {} because no identity-based policy allows it",
                                  call.caller.arn, authorizer.action_of(*call.request.service, call.request.operation->name));
        auto response = write_fault(*call.request.service, {each.status, each.code, message}, request_id);
        if (each.retry_after_s > 0) response.headers.push_back({"retry-after", std::to_string(each.retry_after_s)});
        return response;
    }

    // Regions that are not enabled, and calls that the policies do not allow.
    std::optional<ServiceFault> refuse(const CallContext& call) {
        const auto& service = *call.request.service;
        const auto& account = call.account();
        bool global = !service.endpoint.signing_region.empty();
        if (!global && !account.regions.contains(call.region))
            return ServiceFault{403, service.id == "ec2" ? "AuthFailure" : "UnrecognizedClientException",
                                "The security token included in the request is invalid."};
        auto action = authorizer.action_of(service, call.request.operation->name);
        if (authorizer.allows(world, call.caller, action)) return {};
        auto code = service.id == "ec2" ? "UnauthorizedOperation"
                    : service.protocol == model::Protocol::query || service.id == "s3" ? "AccessDenied"
                                                                                       : "AccessDeniedException";
        return ServiceFault{403, code,
                            fmt::format("User: {} is not authorized to perform: {} because no identity-based policy allows "
                                        "the {} action", call.caller.arn, action, action)};
    }

    std::shared_ptr<const std::string> bulk_page(const CallContext& call) {
        if (!bulk || call.request.service->id != "ec2" || call.region != "us-east-1" || call.caller.account_id != bulk_account)
            return nullptr;
        return bulk->page(call.request.operation->name, call.text("NextToken"));
    }

    Answer dispatch(const CallContext& call) {
        if (auto answer = answer_sts(call)) return *answer;
        if (auto answer = answer_iam(call)) return *answer;
        if (auto answer = answer_regions(call)) return *answer;
        if (auto answer = answer_tagging(call)) return *answer;
        return inventory.answer(call);
    }
};

CloudSimulator::CloudSimulator(const catalogue::Catalogue& catalogue, Clock& clock, World world, SimulatorOptions options)
    : state_(std::make_unique<State>(catalogue, clock, std::move(world), options)) {}
CloudSimulator::~CloudSimulator() { stop(); }

Result<std::string> CloudSimulator::start() { return TRY(state_->server->start()).url(); }
void CloudSimulator::stop() { state_->server->stop(std::chrono::seconds(1)); }

Result<void> CloudSimulator::play(std::string_view step) {
    std::scoped_lock lock(state_->mutex);
    return play_step(state_->world, step, state_->catalogue);
}

std::vector<std::pair<std::string, std::string>> CloudSimulator::steps() const {
    std::scoped_lock lock(state_->mutex);
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& step : state_->world.steps) out.emplace_back(step.name, step.says);
    return out;
}

}  // namespace patrol::cloudsim
