#include "worker/remote_aws.h"

#include <doctest/doctest.h>

#include <dirent.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "testing/memory_sink.h"
#include "worker/sandbox.h"
#include "worker/stand_in.h"

namespace patrol::worker {
namespace {

using inventory::TrustAnswer;
using inventory::TrustProbe;

class NoTransport final : public net::Transport {
public:
    Result<net::HttpResponse> send(const net::HttpRequest&) override {
        return fail(Error::Kind::unavailable, "Nothing answers.");
    }
};

class FakeDoor final : public inventory::RoleDoor {
public:
    Result<std::string> patrol_arn(const inventory::DoorCall&) override {
        return "arn:aws:iam::1:role/patrol";
    }
    Result<aws::Credentials> assume(const inventory::DoorCall&) override {
        ++assumed;
        return aws::Credentials{.access_key_id = "ASIASESSION",
                                .secret_access_key = crypto::Secret("s"),
                                .session_token = crypto::Secret("t"),
                                .expires = {}};
    }
    TrustAnswer try_without_external_id(const inventory::DoorCall&) override { return {lock, ""}; }
    TrustAnswer try_wrong_external_id(const inventory::DoorCall&) override { return {lock, ""}; }

    TrustProbe lock = TrustProbe::refused;
    std::atomic<int> assumed = 0;
};

const catalogue::Catalogue& the_catalogue() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded.has_value());
    return *loaded;
}

struct World {
    explicit World(std::string behaviour) {
        inventory::AwsConnection connection{
            .auth =
                inventory::AwsRole{.role_arn = "arn:aws:iam::210987654321:role/PatrolReadOnly", .door = door},
            .session_name = std::move(behaviour),
            .redactor = document::Redactor(crypto::Key{})};
        provider = std::make_unique<RemoteProvider>(
            RemoteAws{.outside = {transport, clock, the_catalogue()}, .connection = std::move(connection)});
        plan.slices = {{.key = slice, .service = "ec2", .region = std::string(stand_in::region)}};
        sink.documents[{slice, "vpc-1"}] = "{\"old\":1}";
        sink.live[slice] = 41;
    }
    inventory::RunOutcome run(std::stop_token stop = {}) {
        return provider->run({.plan = plan,
                              .sink = sink,
                              .stop = std::move(stop),
                              .on_progress = [this](const inventory::Progress&) { ++progress; },
                              .on_call = [this](const inventory::ApiCall&) { ++calls; },
                              .already_done = {}});
    }

    NoTransport transport;
    SystemClock clock;
    std::shared_ptr<FakeDoor> door = std::make_shared<FakeDoor>();
    model::SliceKey slice{std::string(stand_in::planned_type), std::string(stand_in::region)};
    inventory::Plan plan;
    patrol::testing::MemorySink sink;
    int progress = 0, calls = 0;
    std::unique_ptr<RemoteProvider> provider;
};

std::size_t open_descriptors() {
    std::size_t count = 0;
    DIR* folder = ::opendir("/proc/self/fd");
    while (::readdir(folder) != nullptr) ++count;
    ::closedir(folder);
    return count;
}

}  // namespace

TEST_CASE("a worker's reports reach the sink, its questions are answered") {
    World world("asks");
    const auto outcome = world.run();
    REQUIRE_MESSAGE(!outcome.fatal, outcome.fatal->message);
    REQUIRE(outcome.coverage.size() == 1);
    CHECK(outcome.coverage[0].status == model::SliceStatus::complete);
    REQUIRE(world.sink.find(world.slice, "vpc-1") != nullptr);
    CHECK(world.sink.find(world.slice, "vpc-1")->document == R"({"VpcId":"vpc-1"})");
    CHECK(world.sink.finished.contains(world.slice));
    CHECK(world.progress == 1);
    CHECK(world.calls == 1);
    CHECK(world.door->assumed == 1);
    // Again with the same process.
    CHECK(world.provider->identity({})->account_id == stand_in::account);
}

namespace {

// As instance metadata gives them: always with an end, the same until shortly before it.
class ExpiringKeys final : public aws::CredentialSource {
public:
    Result<aws::CredentialsPtr> credentials(std::stop_token) override {
        return std::make_shared<const aws::Credentials>(
            aws::Credentials{.access_key_id = fmt::format("ASIAKEYS{}", ++asked),
                             .secret_access_key = crypto::Secret("s"),
                             .session_token = crypto::Secret("t"),
                             .expires = SystemClock().now() + Millis(60'000)});
    }
    void reject(const aws::Credentials&) override {}
    [[nodiscard]] std::string name() const override { return "keys"; }

    int asked = 0;
};

inventory::RunOutcome run_with_keys(World& world, const std::shared_ptr<ExpiringKeys>& keys,
                                    std::string behaviour) {
    world.provider = std::make_unique<RemoteProvider>(
        RemoteAws{.outside = {world.transport, world.clock, the_catalogue()},
                  .connection = {.auth = inventory::AwsKeys{keys},
                                 .session_name = std::move(behaviour),
                                 .redactor = document::Redactor(crypto::Key{})}});
    return world.run();
}

}  // namespace

TEST_CASE("keys that expire are asked for, once a minute, and nothing else is") {
    World world("good");
    const auto keys = std::make_shared<ExpiringKeys>();
    keys->asked = -1;  // looked at once before the worker begins
    const auto outcome = run_with_keys(world, keys, "asks for keys");
    CHECK_FALSE(outcome.fatal);
    CHECK(keys->asked == 1);
    const auto refused = run_with_keys(world, keys, "asks for a door");
    REQUIRE(refused.fatal);
    CHECK(refused.fatal->code == "worker_protocol");
}

TEST_CASE("the plan is made by the server from the regions that the worker found") {
    World world("good");
    const auto plan =
        world.provider->plan({.scope = {.types = {std::string(stand_in::planned_type)}, .regions = {}},
                              .account_regions = {},
                              .recently_not_granted = {}},
                             {});
    REQUIRE(plan.has_value());
    REQUIRE(plan->slices.size() == 1);
    CHECK(plan->slices[0].key == world.slice);
}

TEST_CASE("what a worker may not report ends the scan, and the server goes on") {
    for (const char* behaviour :
         {"unplanned slice", "no start", "bad document", "bad hash", "page after the end", "foreign coverage",
          "negative count", "unknown message", "many resources", "many sessions", "huge frame"}) {
        CAPTURE(behaviour);
        World world(behaviour);
        const auto outcome = world.run();
        REQUIRE(outcome.fatal);
        CHECK(outcome.fatal->code == "worker_protocol");
        CHECK(outcome.fatal->message.contains("worker"));
        CHECK(outcome.coverage.empty());
    }
}

TEST_CASE("random bytes from a worker end its scan only") {
    for (int i = 0; i < 20; ++i) {
        World world("garbage");
        const auto outcome = world.run();
        REQUIRE(outcome.fatal);
        CHECK(outcome.fatal->code == "worker_protocol");
    }
}

TEST_CASE("the end of a worker is told with its reason") {
    {
        World world("dies");
        const auto outcome = world.run();
        REQUIRE(outcome.fatal);
        CHECK(outcome.fatal->code == "worker_ended");
        CHECK(outcome.fatal->message.contains("code 3"));
        // The next operation has a new one.
        CHECK(world.provider->identity({}).has_value());
    }
    World world("crashes");
    const auto outcome = world.run();
    REQUIRE(outcome.fatal);
    CHECK(outcome.fatal->code == "worker_ended");
    if (has_sandbox) CHECK(outcome.fatal->message.contains("signal 11"));
    World closed("no sandbox");
    const auto identity = closed.provider->identity({});
    REQUIRE_FALSE(identity);
    CHECK(identity.error().code == "worker_sandbox");
}

TEST_CASE("a worker speaks for its own account only") {
    World world("foreign account");
    const auto identity = world.provider->identity({});
    REQUIRE_FALSE(identity);
    CHECK(identity.error().code == "worker_protocol");
    CHECK_FALSE(world.provider->verify_trust({}));
}

TEST_CASE("the role's lock is tried by the server, whatever the worker says") {
    World world("good");
    CHECK(world.provider->verify_trust({}).has_value());
    // This worker says that all is well and never had the lock tried.
    const auto report = world.provider->test({});
    CHECK_FALSE(report.ok);
    REQUIRE(report.checks.size() == 1);
    CHECK(report.checks[0].status == model::CheckStatus::fail);
    world.door->lock = TrustProbe::opened;
    const auto trust = world.provider->verify_trust({});
    REQUIRE_FALSE(trust);
    CHECK(trust.error().code == "insecure_trust");
}

TEST_CASE("answers to audit questions must fit them") {
    World world("good");
    CHECK(world.provider->audit_events({.questions = {}, .stop = {}, .on_call = {}}).has_value());
    const auto answers =
        world.provider->audit_events({.questions = {{.type = "AWS::EC2::VPC"}}, .stop = {}, .on_call = {}});
    REQUIRE_FALSE(answers);
    CHECK(answers.error().code == "worker_protocol");
}

TEST_CASE("a stop reaches the worker; one that does not hear is killed within seconds") {
    for (const char* behaviour : {"waits", "deaf"}) {
        CAPTURE(behaviour);
        World world(behaviour);
        REQUIRE(world.provider->identity({}));
        std::stop_source stop;
        const std::jthread stopper([&] {
            std::this_thread::sleep_for(Millis(200));
            stop.request_stop();
        });
        const auto start = std::chrono::steady_clock::now();
        const auto outcome = world.run(stop.get_token());
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
        const bool heard = !outcome.fatal.has_value();
        CHECK(heard == (std::string_view(behaviour) == "waits"));
    }
}

TEST_CASE("what the store refuses ends the run with the store's reason") {
    World world("good");
    world.sink.fails = true;
    const auto outcome = world.run();
    REQUIRE(outcome.fatal);
    CHECK(outcome.fatal->message == "The disk is full.");
}

TEST_CASE("workers leave no descriptors and no processes behind") {
    {
        World warm("good");
        (void)warm.run();
    }
    const auto before = open_descriptors();
    for (int i = 0; i < 5; ++i) {
        World world(i % 2 == 0 ? "good" : "dies");
        (void)world.run();
    }
    CHECK(open_descriptors() == before);
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("a program that is not there is an error, not an end") {
    World world("good");
    RemoteAws account{.outside = {world.transport, world.clock, the_catalogue()},
                      .connection = {.auth = inventory::AwsRole{.door = world.door},
                                     .redactor = document::Redactor(crypto::Key{})},
                      .program = "/nowhere/patrol"};
    RemoteProvider provider(std::move(account));
    const auto identity = provider.identity({});
    REQUIRE_FALSE(identity);
    CHECK(identity.error().code == "worker_not_started");
}

}  // namespace patrol::worker
