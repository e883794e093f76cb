#include "cloudsim/cloud_simulator.h"

#include <algorithm>
#include <mutex>

#include "cloudsim/audit_log.h"
#include "cloudsim/bulk.h"
#include "cloudsim/control.h"
#include "cloudsim/identity_services.h"
#include "cloudsim/inventory_services.h"
#include "cloudsim/refusal.h"
#include "cloudsim/scenario.h"
#include "cloudsim/signature.h"
#include "cloudsim/tagging.h"
#include "crypto/random.h"

namespace patrol::cloudsim {
namespace {

constexpr std::size_t request_bytes_max = 16 * 1024 * 1024;
constexpr auto sleep_slice = Millis(50);

bool fault_applies(Fault& each, const Principal& caller, const ApiRequest& request, std::string_view region) {
    auto fits = [](const std::string& wanted, std::string_view is) { return wanted.empty() || wanted == is; };
    if (each.times == 0 || !fits(each.account_id, caller.account_id) ||
        !fits(each.service, request.service->id) || !fits(each.operation, request.operation->name) ||
        !fits(each.region, region))
        return false;
    if (each.skip > 0) {
        --each.skip;
        return false;
    }
    if (each.times > 0) --each.times;
    return true;
}

net::ServerResponse html_page(int status) {
    return {.status = status,
            .headers = {{"content-type", "text/html"}},
            .body = std::string("<html><body><h1>Not the service you asked for</h1></body></html>")};
}

net::ServerResponse unsigned_request() {
    constexpr auto code = "MissingAuthenticationTokenException";
    return {
        .status = 403,
        .headers = {{"content-type", "application/json"}, {"x-amzn-errortype", code}},
        .body = json::serialize(json::object{{"__type", code}, {"message", "Missing Authentication Token"}})};
}

// The first half of what would have come.
void cut(net::ServerResponse& response) {
    if (auto* body = std::get_if<std::string>(&response.body)) body->resize(body->size() / 2);
}

// An answer and what is left to do for it when the world is no longer locked.
struct Reply {
    net::ServerResponse response;
    int delay_ms = 0;
    std::string bulk_operation, bulk_token;  // a page of the bulk inventory is to be rendered
};

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
    std::set<std::pair<std::string, std::string>> home_regions;  // service and the one region that answers
    std::unique_ptr<net::HttpServer> server;

    State(const catalogue::Catalogue& all, Clock& time, World initial, const SimulatorOptions& options)
        : catalogue(all),
          clock(time),
          world(std::move(initial)),
          reader(all.api()),
          authorizer(all),
          inventory(all) {
        if (options.bulk_instances > 0) prepare_bulk(options.bulk_instances);
        for (const auto& type : all.types())
            if (!type.home_region.empty()) home_regions.emplace(type.service, type.home_region);
        server = std::make_unique<net::HttpServer>(
            net::ServerOptions{.address = "127.0.0.1",
                               .port = options.port,
                               .workers = options.workers,
                               .body_bytes_max = request_bytes_max},
            [this](net::ServerRequest& request) { return handle(request); });
    }

    void prepare_bulk(std::size_t instances) {
        auto largest = std::ranges::max_element(world.accounts, {},
                                                [](const auto& each) { return each.second.resources(); });
        if (largest == world.accounts.end()) return;
        bulk_account = largest->first;
        bulk.emplace(instances, bulk_account, "us-east-1");
    }

    net::ServerResponse handle(net::ServerRequest& request) {
        if (request.path.starts_with(control_path)) {
            std::scoped_lock lock(mutex);
            return answer_control(request, world, catalogue, clock.now());
        }
        auto scope = credential_scope(request);
        if (!scope) return unsigned_request();
        auto reply = [&] {
            std::scoped_lock lock(mutex);
            auto made = answer(request, *scope, crypto::random_base32(20));
            made.delay_ms += world.latency_ms;
            return made;
        }();
        if (!reply.bulk_operation.empty())
            reply.response = {.headers = {{"content-type", "text/xml;charset=UTF-8"}},
                              .body = bulk->page(reply.bulk_operation, reply.bulk_token)};
        for (auto left = Millis(reply.delay_ms); left > Millis(0) && !request.stop.stop_requested();
             left -= sleep_slice)
            clock.sleep_for(std::min(left, sleep_slice));
        return std::move(reply.response);
    }

    Reply answer(const net::ServerRequest& request, const CredentialScope& scope,
                 const std::string& request_id) {
        const auto* spoken = reader.service_for(request, scope.service);
        if (spoken == nullptr) return {html_page(404)};
        auto read = reader.read(request, scope.service);
        if (!read)
            return {write_fault(*spoken, refusal(*spoken, Refusal::unknown_operation, read.error().message),
                                request_id)};
        const auto& service = *read->service;
        ++world.calls[service.id + "." + read->operation->name];
        auto signer = verify_signature(request, scope, service, world, clock.now(), keys);
        if (!signer) return {write_fault(service, signer.error(), request_id)};
        CallContext call{.world = world,
                         .catalogue = catalogue,
                         .authorizer = authorizer,
                         .caller = **signer,
                         .request = *read,
                         .region = scope.region,
                         .now = clock.now()};
        for (auto& each : world.faults)
            if (fault_applies(each, call.caller, *read, scope.region)) return faulty(each, call, request_id);
        return real(call, request_id);
    }

    Reply real(const CallContext& call, const std::string& request_id) {
        const auto& service = *call.request.service;
        if (auto refused = refuse(call)) return {write_fault(service, *refused, request_id)};
        if (wants_bulk(call))
            return {.bulk_operation = call.request.operation->name, .bulk_token = call.text("NextToken")};
        auto output = dispatch(call);
        if (!output) return {write_fault(service, output.error(), request_id)};
        return {write_answer(service, *call.request.operation, json::value(std::move(*output)), request_id)};
    }

    Reply faulty(const Fault& each, const CallContext& call, const std::string& request_id) {
        if (each.kind == Fault::Kind::html) return {html_page(each.status)};
        if (each.kind == Fault::Kind::cut || each.kind == Fault::Kind::hang) {
            auto reply = real(call, request_id);
            if (each.kind == Fault::Kind::cut)
                cut(reply.response);
            else
                reply.delay_ms += each.hang_ms;
            return reply;
        }
        auto answer = denied(call);
        if (!each.code.empty()) answer = {.status = each.status, .code = each.code, .message = each.code};
        if (!each.message.empty()) answer.message = each.message;
        auto response = write_fault(*call.request.service, answer, request_id);
        if (each.retry_after_s > 0)
            response.headers.push_back({"retry-after", std::to_string(each.retry_after_s)});
        return {std::move(response)};
    }

    ServiceFault denied(const CallContext& call) const {
        auto action = authorizer.action_of(*call.request.service, call.request.operation->name);
        return refusal(
            *call.request.service, Refusal::denied,
            fmt::format("User: {} is not authorized to perform: {} because no identity-based policy allows "
                        "the {} action",
                        call.caller.arn, action, action));
    }

    // Regions that are not enabled, and calls that the policies do not allow.
    std::optional<ServiceFault> refuse(const CallContext& call) const {
        const auto& service = *call.request.service;
        bool global =
            !service.endpoint.signing_region.empty() || home_regions.contains({service.id, call.region});
        if (!global && !call.account().regions.contains(call.region))
            return refusal(service, Refusal::unknown_key,
                           "The security token included in the request is invalid.");
        if (authorizer.allows(world, call.caller,
                              authorizer.action_of(service, call.request.operation->name)))
            return {};
        return denied(call);
    }

    bool wants_bulk(const CallContext& call) const {
        return bulk && call.request.service->id == "ec2" && call.region == "us-east-1" &&
               call.caller.account_id == bulk_account && BulkPages::knows(call.request.operation->name);
    }

    Answer dispatch(const CallContext& call) {
        if (auto answer = answer_sts(call)) return *answer;
        if (auto answer = answer_iam(call)) return *answer;
        if (auto answer = answer_regions(call)) return *answer;
        if (auto answer = answer_tagging(call)) return *answer;
        if (auto answer = answer_audit(call)) return *answer;
        return inventory.answer(call);
    }
};

CloudSimulator::CloudSimulator(const catalogue::Catalogue& catalogue, Clock& clock, World world,
                               SimulatorOptions options)
    : state_(std::make_unique<State>(catalogue, clock, std::move(world), options)) {}
CloudSimulator::~CloudSimulator() { stop(); }

Result<std::string> CloudSimulator::start() { return TRY(state_->server->start()).url(); }
void CloudSimulator::stop() { state_->server->stop(std::chrono::seconds(1)); }

Result<void> CloudSimulator::play(std::string_view step) {
    std::scoped_lock lock(state_->mutex);
    return play_step(state_->world, step, state_->catalogue, state_->clock.now());
}

std::vector<std::pair<std::string, std::string>> CloudSimulator::steps() const {
    std::scoped_lock lock(state_->mutex);
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& step : state_->world.steps) out.emplace_back(step.name, step.says);
    return out;
}

}  // namespace patrol::cloudsim
