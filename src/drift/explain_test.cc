#include "drift/explain.h"

#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "base/limits.h"
#include "drift/subject.h"

using namespace patrol;
using namespace patrol::drift;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp noon{1'790'000'000'000};
const AccountId production("acc_production"), sandbox("acc_sandbox");
const CustomerId acme("cus_acme"), globex("cus_globex");
const model::Labels tags{{"env", "prod"}, {"team", "web"}};

Subject subject() {
    return {.type = "AWS::EC2::Instance",
            .category = "compute",
            .region = "eu-central-1",
            .native_id = "i-1",
            .tags = &tags,
            .account = production,
            .customer = acme};
}

// From noon to noon + 10 minutes.
model::Deployment run(model::DeploymentScope scope = {}) {
    return {.id = DeploymentId("dep_a"),
            .name = "release",
            .state = model::DeploymentState::succeeded,
            .scope = std::move(scope),
            .started_at = noon,
            .ended_at = noon + 10min};
}

const ChangeInterval around{noon - 1h, noon + 1h};

model::Actor actor(std::string principal, Timestamp at = noon + 5min,
                   model::ActorCertainty certainty = model::ActorCertainty::certain) {
    return {.name = "deploy (ci-42)",
            .principal = std::move(principal),
            .certainty = certainty,
            .event_time = at};
}

}  // namespace

TEST_CASE("a window is wider than its deployment by skew and grace") {
    const auto window = window_of(run());
    CHECK(window.after == noon - limits::deployment_clock_skew);
    CHECK(window.until == noon + 10min + limits::deployment_grace);

    auto open = run();
    open.ended_at = {};
    CHECK(window_of(open).until == noon + limits::deployment_longest + limits::deployment_grace);
    open.until = noon + 3h;
    CHECK(window_of(open).until == noon + 3h + limits::deployment_grace);
    open.ended_at = noon + 1h;
    CHECK(window_of(open).until == noon + 1h + limits::deployment_grace);
}

TEST_CASE("the interval between two readings must meet the deployment") {
    struct Case {
        ChangeInterval when;
        bool explained;
    };
    const auto begin = noon;
    const auto end = noon + 10min;
    for (const auto& each : {Case{around, true}, Case{{noon - 6h, begin}, true},
                             Case{{noon - 6h, begin - 1ms}, false}, Case{{end, end + 6h}, true},
                             Case{{end + 1ms, end + 6h}, false}, Case{{noon + 1min, noon + 2min}, true},
                             Case{{{}, noon + 1h}, true}, Case{{{}, noon - 1h}, false}}) {
        CAPTURE(each.when.after.ms);
        CAPTURE(each.when.until.ms);
        CHECK(explains(run(), subject(), each.when, nullptr) == each.explained);
    }
}

TEST_CASE("an exact event time beats the interval") {
    const auto inside = actor("arn:aws:iam::1:user/anna");
    const auto outside = actor("arn:aws:iam::1:user/anna", noon + 50min);
    CHECK(explains(run(), subject(), around, &inside));
    // With skew and grace, both ends included, whatever the readings say.
    const auto window = window_of(run());
    for (const auto& [at, explained] :
         {std::pair(window.after, true), std::pair(window.after - 1ms, false), std::pair(window.until, true),
          std::pair(window.until + 1ms, false)}) {
        const auto known = actor("arn:aws:iam::1:user/anna", at);
        CHECK(explains(run(), subject(), {noon + 5h, noon + 6h}, &known) == explained);
    }
    CHECK_FALSE(explains(run(), subject(), around, &outside));
    // A guess, and who was not found, say nothing about the time.
    const auto guess = actor("arn:aws:iam::1:user/anna", noon + 50min, model::ActorCertainty::likely);
    CHECK(explains(run(), subject(), around, &guess));
    const model::Actor nobody{.event_time = noon + 50min};
    CHECK(explains(run(), subject(), around, &nobody));
}

TEST_CASE("every part of the scope must cover the change") {
    const auto explained = [](model::DeploymentScope scope) {
        return explains(run(std::move(scope)), subject(), around, nullptr);
    };
    CHECK(explained({}));
    CHECK(explained({.customer = acme}));
    CHECK_FALSE(explained({.customer = globex}));
    CHECK(explained({.accounts = {sandbox, production}}));
    CHECK_FALSE(explained({.accounts = {sandbox}}));
    CHECK(explained({.regions = {"us-east-1", "eu-central-1"}}));
    CHECK_FALSE(explained({.regions = {"us-east-1"}}));
    CHECK(explained({.tags = {{"env", "prod"}}}));
    CHECK_FALSE(explained({.tags = {{"env", "test"}}}));
    CHECK_FALSE(explained({.tags = {{"env", "prod"}, {"owner", "x"}}}));
    CHECK_FALSE(explained({.customer = acme, .accounts = {production}, .regions = {"us-east-1"}}));

    auto global = subject();
    global.region = "global";
    CHECK_FALSE(explains(run({.regions = {"eu-central-1"}}), global, around, nullptr));
    CHECK(explains(run({.regions = {"eu-central-1", "global"}}), global, around, nullptr));
    auto untagged = subject();
    untagged.tags = nullptr;
    CHECK_FALSE(explains(run({.tags = {{"env", "prod"}}}), untagged, around, nullptr));
    auto without_customer = subject();
    without_customer.customer = {};
    CHECK_FALSE(explains(run({.customer = acme}), without_customer, around, nullptr));
}

TEST_CASE("the deployer's principal counts once the actor is known") {
    const model::DeploymentScope by_arn{.principal = "arn:aws:iam::111122223333:role/ci/deploy"};
    const model::DeploymentScope by_name{.principal = "deploy"};
    const auto same = actor("arn:aws:sts::111122223333:assumed-role/deploy/ci-42");
    const auto other_role = actor("arn:aws:sts::111122223333:assumed-role/admin/anna");
    const auto other_account = actor("arn:aws:sts::444455556666:assumed-role/deploy/ci-42");
    CHECK(explains(run(by_arn), subject(), around, nullptr));
    CHECK(explains(run(by_arn), subject(), around, &same));
    CHECK_FALSE(explains(run(by_arn), subject(), around, &other_role));
    CHECK_FALSE(explains(run(by_arn), subject(), around, &other_account));
    CHECK(explains(run(by_name), subject(), around, &same));
    CHECK_FALSE(explains(run(by_name), subject(), around, &other_role));
    auto shown = other_role;
    shown.name = "deploy";
    CHECK(explains(run(by_name), subject(), around, &shown));
    const model::Actor nobody;
    CHECK(explains(run(by_arn), subject(), around, &nobody));
    // Texts that only look like an ARN are compared and never cut out of range.
    for (const auto* text :
         {"arn:", "arn:aws", "arn:aws:iam::", "arn:aws:iam::1", "arn:::::", "arn:a:b:c:d:assumed-role/"}) {
        const auto odd = actor(text);
        CHECK_FALSE(explains(run(by_arn), subject(), around, &odd));
        CHECK(explains(run({.principal = text}), subject(), around, &odd));
    }
}

TEST_CASE("of several explanations the narrowest, then the last to begin") {
    std::vector<model::Deployment> all{run(), run({.customer = acme}), run({.accounts = {production}}),
                                       run({.accounts = {sandbox}})};
    CHECK(explanation(all, subject(), around, nullptr) == &all[2]);
    all.push_back(run({.accounts = {production}}));
    all[4].started_at = noon + 1min;
    CHECK(explanation(all, subject(), around, nullptr) == &all[4]);
    CHECK(explanation(all, subject(), {noon + 3h, noon + 4h}, nullptr) == nullptr);
    CHECK(explanation({}, subject(), around, nullptr) == nullptr);
}

TEST_CASE("property: a wider interval, window or scope never explains less") {
    std::mt19937_64 engine(7);
    const auto minutes = [&](int most) {
        return Millis(60'000) * static_cast<int>(engine() % static_cast<unsigned>(most));
    };
    for (int turn = 0; turn < 20'000; ++turn) {
        auto deployment = run();
        deployment.started_at = noon + minutes(600);
        deployment.ended_at = deployment.started_at + minutes(120);
        if (engine() % 2 == 0) deployment.scope.accounts = {engine() % 2 == 0 ? production : sandbox};
        if (engine() % 2 == 0) deployment.scope.regions = {engine() % 2 == 0 ? "eu-central-1" : "us-east-1"};
        const ChangeInterval when{noon + minutes(600), noon + 10h + minutes(120)};
        const bool explained = explains(deployment, subject(), when, nullptr);
        const bool overlap = when.until >= deployment.started_at && when.after <= deployment.ended_at;
        if (explained) CHECK(overlap);
        auto wider = deployment;
        wider.scope = {};
        CHECK(explains(wider, subject(), when, nullptr) == overlap);
        wider.scope = deployment.scope;
        wider.ended_at = wider.ended_at + minutes(60);
        if (explained) CHECK(explains(wider, subject(), {when.after - 1h, when.until + 1h}, nullptr));
    }
}
