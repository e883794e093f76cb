#include "inventory/aws/provider.h"

#include <mutex>

#include "cloud/aws/arn.h"
#include "inventory/aws/allowed_reads.h"
#include "inventory/aws/attribution.h"
#include "inventory/aws/connection_checks.h"
#include "inventory/aws/engine.h"
#include "inventory/aws/regions.h"
#include "inventory/aws/role_session.h"

namespace patrol::inventory {
namespace {

constexpr auto credentials_verdict_age = std::chrono::seconds(30);

class Journal final : public aws::CallObserver {
public:
    explicit Journal(std::function<void(const ApiCall&)> sink) : sink_(std::move(sink)) {}
    void on_call(const aws::CallRecord& record) override {
        if (!sink_) return;
        sink_({.time = record.time,
               .service = std::string(record.service),
               .operation = std::string(record.operation),
               .region = std::string(record.region),
               .http_status = record.http_status,
               .error_code = std::string(record.error_code),
               .request_id = std::string(record.request_id),
               .attempts = record.attempts,
               .bytes = static_cast<std::int64_t>(record.bytes),
               .duration_ms = record.duration.count()});
    }

private:
    std::function<void(const ApiCall&)> sink_;
};

}  // namespace

std::string partition_of(const AwsConnection& connection) {
    if (const auto* role = std::get_if<AwsRole>(&connection.auth))
        if (auto arn = aws::parse_role_arn(role->role_arn)) return arn->partition;
    return connection.partition;
}

struct AwsProvider::State {
    State(const AwsOutside& to, AwsConnection with) : outside(to), connection(std::move(with)) {
        partition = partition_of(connection);
        region = std::string(aws::home_region(partition));
        if (const auto* role = std::get_if<AwsRole>(&connection.auth)) {
            door = open_role_door(outside, connection);
            if (door) source = std::make_shared<RoleSessionSource>(door, outside.clock, role->role_arn);
        } else {
            source = std::get<AwsKeys>(connection.auth).keys;
        }
        customer = customer_client(nullptr, {});
    }

    std::shared_ptr<aws::Client> client(std::shared_ptr<aws::CredentialSource> credentials,
                                        aws::AllowedActions actions, aws::CallObserver* observer,
                                        aws::RetryPolicy retry, aws::ThrottleFeedback* pace = nullptr) {
        aws::ClientOptions options{.user_agent = connection.user_agent,
                                   .endpoints = connection.endpoints,
                                   .trust = connection.trust,
                                   .retry = retry,
                                   .observer = observer,
                                   .feedback = pace};
        return std::make_shared<aws::Client>(outside.transport, outside.clock, outside.catalogue.api(),
                                             std::move(credentials), std::move(actions), std::move(options));
    }

    std::shared_ptr<aws::Client> customer_client(aws::CallObserver* observer, aws::RetryPolicy retry) {
        return client(source, inventory_actions(outside.catalogue), observer, retry);
    }

    // Why no call can be made at all, said before one is tried.
    [[nodiscard]] Result<void> usable() const {
        if (source) return {};
        return fail(Error{
            .kind = Error::Kind::conflict,
            .message = "Patrol has no AWS identity of its own, so it cannot assume the role.",
            .hint = "Give the server AWS credentials; `patrol aws-identity check` shows where it looks.",
            .code = "no_aws_identity"});
    }

    [[nodiscard]] CheckContext context(std::stop_token stop, std::chrono::seconds time) const {
        return {.connection = connection,
                .catalogue = outside.catalogue,
                .clock = outside.clock,
                .region = region,
                .door = door,
                .customer = customer,
                .stop = std::move(stop),
                .deadline = outside.clock.steady() + time};
    }

    AwsOutside outside;
    AwsConnection connection;
    std::string partition;
    std::string region;  // of STS, global services and region discovery
    std::shared_ptr<RoleDoor> door;
    std::shared_ptr<aws::Client> customer;
    std::shared_ptr<aws::CredentialSource> source;
    std::mutex mutex;
    std::optional<Identity> identity;
};

AwsProvider::AwsProvider(const AwsOutside& outside, AwsConnection connection)
    : state_(std::make_unique<State>(outside, std::move(connection))) {}
AwsProvider::~AwsProvider() = default;

Result<Identity> AwsProvider::identity(std::stop_token stop) {
    {
        std::lock_guard lock(state_->mutex);
        if (state_->identity) return *state_->identity;
    }
    TRY(state_->usable());
    auto found = TRY(identity_of(state_->context(stop, limits::test_time)));
    std::lock_guard lock(state_->mutex);
    state_->identity = found;
    return found;
}

model::TestReport AwsProvider::test(std::stop_token stop) {
    return run_checks(state_->context(stop, limits::test_time));
}

Result<void> AwsProvider::verify_trust(std::stop_token stop) {
    auto who = TRY(identity(stop));
    TRY(check_account(state_->connection, who));
    const auto* role = std::get_if<AwsRole>(&state_->connection.auth);
    if (role == nullptr || role->insecure_trust == InsecureTrust::allowed) return {};
    return check_lock(*state_->door,
                      {.stop = stop, .deadline = state_->outside.clock.steady() + limits::test_time});
}

Result<std::vector<RegionState>> AwsProvider::regions(std::stop_token stop) {
    auto who = TRY(identity(stop));
    const auto* partition = TRY(known_partition(state_->outside.catalogue, who.partition));
    ClientCaller caller(*state_->customer);
    return discover_regions(caller, *partition, stop);
}

Result<Plan> AwsProvider::plan(const PlanRequest& request, std::stop_token stop) {
    auto who = TRY(identity(stop));
    return make_plan({.catalogue = state_->outside.catalogue,
                      .request = request,
                      .partition = *TRY(known_partition(state_->outside.catalogue, who.partition)),
                      .regions = TRY(regions(stop))});
}

RunOutcome AwsProvider::run(const RunRequest& request) {
    auto who = identity(request.stop);
    if (!who) return {.coverage = {}, .fatal = std::move(who).error()};
    Journal journal(request.on_call);
    // Throttled calls come back to the queue, which makes their whole budget wait; no thread sleeps.
    auto client = state_->customer_client(&journal, {.throttle_attempts = 1});
    ClientCaller caller(*client);
    std::mutex mutex;
    std::optional<std::chrono::steady_clock::time_point> good_until;
    auto problem = [&]() -> std::optional<Error> {
        std::lock_guard lock(mutex);
        auto now = state_->outside.clock.steady();
        if (good_until && now < *good_until) return {};
        auto answer = aws::get_caller_identity(*client, {.region = state_->region, .stop = request.stop});
        if (!answer) return std::move(answer).error().release();
        good_until = now + credentials_verdict_age;
        return {};
    };
    return run_slices({.caller = caller,
                       .clock = state_->outside.clock,
                       .catalogue = state_->outside.catalogue,
                       .redactor = state_->connection.redactor,
                       .identity = *who,
                       .home_region = state_->region,
                       .threads = state_->connection.threads,
                       .rate_scale = state_->connection.rate_scale,
                       .credentials_problem = problem},
                      request);
}

Result<std::vector<AuditAnswer>> AwsProvider::audit_events(const AuditRequest& request) {
    const auto who = TRY(identity(request.stop));
    TRY(check_account(state_->connection, who));
    Journal journal(request.on_call);
    LookupPace pace(state_->outside.clock, state_->connection.rate_scale);
    auto client = state_->client(state_->source, aws::AllowedActions{lookup_events}, &journal, {}, &pace);
    ClientCaller caller(*client);
    return attribute({.caller = caller,
                      .clock = state_->outside.clock,
                      .catalogue = state_->outside.catalogue,
                      .home_region = state_->region,
                      .stop = request.stop},
                     request.questions);
}

}  // namespace patrol::inventory
