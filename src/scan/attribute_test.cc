#include "scan/attribute.h"

#include "inventory/aws/attribution.h"
#include "scan/drift_fixture.h"
#include "scan/reconsider.h"
#include "store/deployments.h"
#include "store/journal.h"
#include "store/rules.h"

using namespace patrol;
using namespace patrol::scan;
using namespace std::chrono_literals;
using inventory::AuditAnswer;
using model::ActorCertainty;

namespace {

// A cloud of which only the audit log is asked.
class Log final : public Connector {
public:
    using Answers = std::function<Result<std::vector<AuditAnswer>>(const inventory::AuditRequest&)>;

    class Provider final : public inventory::Provider {
    public:
        explicit Provider(Log& log) : log_(log) {}
        Result<inventory::Identity> identity(std::stop_token) override { return inventory::Identity{}; }
        model::TestReport test(std::stop_token) override { return {}; }
        Result<void> verify_trust(std::stop_token) override { return {}; }
        Result<inventory::Plan> plan(const inventory::PlanRequest&, std::stop_token) override {
            return inventory::Plan{};
        }
        inventory::RunOutcome run(const inventory::RunRequest&) override { return {}; }
        Result<std::vector<AuditAnswer>> audit_events(const inventory::AuditRequest& request) override {
            log_.asked.push_back(request.questions);
            request.on_call({.service = "cloudtrail", .operation = "LookupEvents", .http_status = 200});
            return log_.answers(request);
        }

    private:
        Log& log_;
    };
    Result<std::unique_ptr<inventory::Provider>> connect(const ConnectRequest&) override {
        return std::make_unique<Provider>(*this);
    }

    Answers answers;
    std::vector<std::vector<inventory::AuditQuestion>> asked;
};

struct Attributed : Drifting {
    explicit Attributed(store::Store& store) : Drifting(store) {}

    void attribute() {
        constexpr std::array kinds{store::JobKind::attribute};
        need(enqueue_attribution(store(), tenant(), account(), last_scan(), clock.now()));
        const auto job = need(store().jobs().claim("w", kinds, clock.now()));
        REQUIRE(job);
        ScanRoom shared{store(), drift_catalogue(), log, events, clock};
        Attribution(shared, *job).run({});
    }
    ScanId last_scan() { return need(store().scans().list(tenant(), account(), {})).items.front().id; }

    // From `start` to `end` after now.
    model::Deployment deploy(Millis start, Millis end, model::DeploymentScope scope = {}) {
        return need(store().deployments().create(tenant(),
                                                 {.name = "release",
                                                  .state = model::DeploymentState::succeeded,
                                                  .scope = std::move(scope),
                                                  .started_at = clock.now() + start,
                                                  .ended_at = clock.now() + end},
                                                 clock.now()));
    }
    // The changes of a deployment, or those that nothing explains: "v-1 v-2".
    std::string of(const std::optional<DeploymentId>& deployment) {
        std::set<std::string> found;
        for (const auto& change : changes())
            if (need(store().change_sets().get(tenant(), change.set)).deployment == deployment)
                found.insert(change.native_id);
        std::string out;
        for (const auto& id : found) out += (out.empty() ? "" : " ") + id;
        return out;
    }
    std::int64_t explained(const model::Deployment& deployment) {
        return need(store().deployments().get(tenant(), deployment.id)).changes;
    }
    std::int64_t move() { return need(reconsider(store(), tenant(), account(), clock.now())); }

    Log log;
};

void attributed(const std::function<void(Attributed&)>& test) {
    store::for_each_store([&](store::Store& store) {
        Attributed world(store);
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2", {{"Size", 1}})});
        world.accept_newest();
        test(world);
    });
}

AuditAnswer by(std::string name, Timestamp at) {
    return {.actor = model::Actor{.name = name,
                                  .principal = "arn:aws:iam::1:user/" + name,
                                  .kind = model::ActorClass::console,
                                  .certainty = ActorCertainty::certain,
                                  .event_id = "e-1",
                                  .event_time = at},
            .problem = {}};
}
AuditAnswer trouble(Error::Kind kind) {
    return {.actor = {}, .problem = Error{.kind = kind, .message = "No."}};
}

const auto both_changed = [](int size) {
    return std::vector{volume("v-1", {{"Size", size}}), volume("v-2", {{"Size", size}})};
};

}  // namespace

TEST_CASE("what changed in the time and scope of a deployment is its own set, the rest is unexplained") {
    attributed([](Attributed& world) {
        const auto made = world.deploy(1h, 2h, {.accounts = {world.account()}, .tags = {{"team", "a"}}});
        auto tagged = volume("v-1", {{"Size", 2}});
        tagged.tags = {{"team", "a"}};
        world.see({tagged, volume("v-2", {{"Size", 2}})});
        CHECK(world.of(made.id) == "v-1");
        CHECK(world.of({}) == "v-2");
        CHECK(world.explained(made) == 1);
    });
}

TEST_CASE("what is snoozed moves with the deployment that was recorded late, what is rejected stays") {
    attributed([](Attributed& world) {
        world.see(both_changed(2));
        need(world.decide(world.only("native_id=v-1"), ChangeState::snoozed));
        need(world.decide(world.only("native_id=v-2"), ChangeState::rejected));
        const auto made = world.deploy(-1h, 0h);
        CHECK(world.move() == 1);
        CHECK(world.explained(made) == 1);
        world.clock.sleep_for(25h);
        CHECK(need(world.store().decisions().wake_snoozed(world.clock.now())) == 1);
        CHECK(world.of(made.id) == "v-1");
        CHECK(need(world.store().change_sets().get(world.tenant(), world.only("native_id=v-2").set))
                  .deployment == std::nullopt);
    });
}

TEST_CASE(
    "what was seen before the start, or came after a reading that began after the end, is not explained") {
    attributed([](Attributed& world) {
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 1}})});
        const auto made = world.deploy(1s, 1h);
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 1}}), volume("v-3")});
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 2}}), volume("v-3")});
        world.move();
        CHECK(world.of(made.id) == "v-3");
        CHECK(world.of({}) == "v-1 v-2");
    });
}

TEST_CASE("a later value of an explained resource needs an explanation of its own") {
    attributed([](Attributed& world) {
        const auto made = world.deploy(1h, 2h);
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 1}})});
        CHECK(world.of(made.id) == "v-1");
        world.see({volume("v-1", {{"Size", 3}}), volume("v-2", {{"Size", 1}})});
        CHECK(world.of(made.id).empty());
        CHECK(world.of({}) == "v-1");
        CHECK(world.move() == 0);
    });
}

TEST_CASE("a deployment that is recorded late, or whose scope is corrected, moves what was found") {
    attributed([](Attributed& world) {
        world.see(both_changed(2));
        CHECK(world.of({}) == "v-1 v-2");
        auto late = world.deploy(-3h, -2h);
        CHECK(world.move() == 2);
        CHECK(world.of(late.id) == "v-1 v-2");
        CHECK(world.explained(late) == 2);
        late.scope.regions = {"eu-central-1"};
        need(world.store().deployments().update(world.tenant(), late, world.clock.now()));
        CHECK(world.move() == 2);
        CHECK(world.of({}) == "v-1 v-2");
        CHECK(world.explained(late) == 0);
        // What somebody decided stays where it is.
        REQUIRE(world.decide(world.only("state=open and native_id=v-1"), model::ChangeState::rejected));
        world.deploy(-3h, -2h);
        CHECK(world.move() == 1);
    });
}

TEST_CASE("the actor of a change is kept, journaled, and decides about its explanation") {
    attributed([](Attributed& world) {
        const auto release = world.deploy(1h, 2h, {.principal = "arn:aws:iam::1:user/ci"});
        const auto in_time = world.clock.now() + 90min;
        world.see(both_changed(2));
        CHECK(world.of(release.id) == "v-1 v-2");
        world.log.answers = [&](const inventory::AuditRequest& request) -> Result<std::vector<AuditAnswer>> {
            std::vector<AuditAnswer> out;
            for (const auto& question : request.questions)
                out.push_back(by(question.native_id == "v-1" ? "ci" : "eve", in_time));
            return out;
        };
        world.attribute();
        REQUIRE(world.log.asked.size() == 1);
        REQUIRE(world.log.asked[0].size() == 2);
        const auto& question = world.log.asked[0][0];
        CHECK(question.type == "AWS::EC2::Volume");
        CHECK(question.region == "us-east-1");
        CHECK(question.arn.ends_with(question.native_id));
        CHECK(question.after < in_time);
        CHECK(question.until > in_time);
        CHECK(world.only("state=open and native_id=v-2").actor->name == "eve");
        CHECK(world.of(release.id) == "v-1");
        CHECK(world.of({}) == "v-2");
        const auto calls = need(world.store().journal().for_scan(world.tenant(), world.last_scan()));
        CHECK(std::ranges::count(calls, "LookupEvents", &store::JournalEntry::operation) == 1);
        // Known actors are not asked for again.
        world.attribute();
        CHECK(world.log.asked.size() == 1);
    });
}

TEST_CASE("nobody is \"not found\" before the log had its time, and is then") {
    attributed([](Attributed& world) {
        world.see(both_changed(2));
        world.log.answers = [](const inventory::AuditRequest& request) -> Result<std::vector<AuditAnswer>> {
            return std::vector<AuditAnswer>(request.questions.size(),
                                            {.actor = model::Actor{}, .problem = {}});
        };
        world.attribute();
        CHECK_FALSE(world.only("state=open and native_id=v-1").actor);
        constexpr std::array kinds{store::JobKind::attribute};
        const auto again = need(world.store().jobs().next_run_at(kinds));
        REQUIRE(again);
        CHECK(*again > world.clock.now());
        CHECK(*again <= world.clock.now() + inventory::audit_delay);
        world.clock.sleep_for(inventory::audit_delay);
        world.attribute();
        CHECK(world.only("state=open and native_id=v-1").actor->certainty == ActorCertainty::not_found);
        CHECK_FALSE(need(world.store().jobs().next_run_at(kinds)));
    });
}

TEST_CASE("a large set whose events are late is not asked for again before the log had its time") {
    attributed([](Attributed& world) {
        auto seen = both_changed(2);
        for (std::size_t i = 0; i < attributed_at_once; ++i)
            seen.push_back(volume("v-new-" + std::to_string(i), {{"Size", 1}}));
        world.see(std::move(seen));
        world.log.answers = [](const inventory::AuditRequest& request) -> Result<std::vector<AuditAnswer>> {
            return std::vector<AuditAnswer>(request.questions.size(),
                                            {.actor = model::Actor{}, .problem = {}});
        };
        world.attribute();
        CHECK(world.log.asked.back().size() == attributed_at_once);
        constexpr std::array kinds{store::JobKind::attribute};
        const auto again = need(world.store().jobs().next_run_at(kinds));
        REQUIRE(again);
        CHECK(*again > world.clock.now() + std::chrono::minutes(1));
        world.clock.sleep_for(inventory::audit_delay);
        world.attribute();  // all of them are "not found" now: the rest follows at once
        const auto rest = need(world.store().jobs().next_run_at(kinds));
        REQUIRE(rest);
        CHECK(*rest <= world.clock.now() + std::chrono::seconds(1));
    });
}

TEST_CASE("a log that cannot be read leaves the actor open; trouble that passes is tried again") {
    attributed([](Attributed& world) {
        world.see(both_changed(2));
        constexpr std::array kinds{store::JobKind::attribute};
        const auto answer = [&](Error::Kind kind) {
            world.log.answers =
                [kind](const inventory::AuditRequest& request) -> Result<std::vector<AuditAnswer>> {
                return std::vector<AuditAnswer>(request.questions.size(), trouble(kind));
            };
            world.attribute();
            CHECK_FALSE(world.only("state=open and native_id=v-1").actor);
        };
        answer(Error::Kind::denied);
        CHECK_FALSE(need(world.store().jobs().next_run_at(kinds)));
        answer(Error::Kind::throttled);
        REQUIRE(need(world.store().jobs().next_run_at(kinds)));
        CHECK(*need(world.store().jobs().next_run_at(kinds)) > world.clock.now());
        // Not for ever, and without a dead job at the end.
        for (int attempt = 1; attempt < limits::job_attempts; ++attempt) {
            world.clock.sleep_for(1h);
            auto job = need(world.store().jobs().claim("w", kinds, world.clock.now()));
            REQUIRE(job);
            ScanRoom shared{world.store(), drift_catalogue(), world.log, world.events, world.clock};
            Attribution(shared, *job).run({});
        }
        CHECK_FALSE(need(world.store().jobs().next_run_at(kinds)));
        CHECK(need(world.store().jobs().depth()).dead == 0);
    });
}

namespace {

model::Rule of_actor(model::RuleAction action, model::RuleScope scope,
                     model::Severity severity = model::Severity::info) {
    return {.name = "of actors", .action = action, .severity = severity, .scope = std::move(scope)};
}
void both_by(Attributed& world, std::string one, model::ActorClass kind) {
    world.log.answers = [=](const inventory::AuditRequest& request) -> Result<std::vector<AuditAnswer>> {
        std::vector<AuditAnswer> out;
        for (const auto& question : request.questions) {
            out.push_back(by(question.native_id == one ? "robot" : "eve", question.until));
            if (question.native_id == one) out.back().actor->kind = kind;
        }
        return out;
    };
}

}  // namespace

TEST_CASE("a rule by actor class hides a change when its actor is known, and only the value that he made") {
    attributed([](Attributed& world) {
        auto& rules = world.store().rules();
        const auto made = need(rules.create(
            world.tenant(),
            of_actor(model::RuleAction::ignore, {.type = "AWS::EC2::Volume", .actor_class = "sdk"}),
            world.clock.now()));
        world.see(both_changed(2));
        CHECK(world.shown() == "modified:v-1[Size] modified:v-2[Size]");
        both_by(world, "v-1", model::ActorClass::sdk);
        world.attribute();
        CHECK(world.shown() == "modified:v-2[Size]");
        CHECK(world.sets("state=open").at(0).counts.open == 1);
        CHECK(need(rules.get(world.tenant(), made.id)).hits == 1);
        world.see(both_changed(2));
        CHECK(world.shown() == "modified:v-2[Size]");
        // Nobody knows yet who made the next value.
        world.see(both_changed(3));
        CHECK(world.shown() == "modified:v-1[Size] modified:v-2[Size]");
        CHECK_FALSE(world.only("state=open and native_id=v-1").actor);
        both_by(world, "v-2", model::ActorClass::sdk);
        world.attribute();
        CHECK(world.shown() == "modified:v-1[Size]");
        // Without the rule it is back, and its actor is known.
        need(rules.remove(world.tenant(), made.id));
        need(judge_anew(world.room(), world.tenant()));
        CHECK(world.shown() == "modified:v-1[Size] modified:v-2[Size]");
        CHECK(world.only("state=open and native_id=v-2").actor->name == "robot");
    });
}

TEST_CASE("a rule by actor class grades a change when its actor is known") {
    attributed([](Attributed& world) {
        need(world.store().rules().create(
            world.tenant(),
            of_actor(model::RuleAction::severity, {.actor_class = "console"}, model::Severity::critical),
            world.clock.now()));
        world.see(both_changed(2));
        both_by(world, "v-1", model::ActorClass::terraform);
        world.attribute();
        CHECK(world.only("state=open and native_id=v-1").severity == model::Severity::low);
        CHECK(world.only("state=open and native_id=v-2").severity == model::Severity::critical);
    });
}
