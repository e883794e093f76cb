#include "inventory/aws/attribution.h"

#include "inventory/aws/engine_script.h"

using namespace patrol;
using namespace patrol::inventory;
using namespace patrol::inventory::script;
using namespace std::chrono_literals;
using model::ActorCertainty;
using model::ChangeOp;

namespace {

const Timestamp now = FastClock().now();

struct Logged {
    std::string name = "ModifyInstanceAttribute";
    Timestamp time = now - 1h;
    std::string user = "anna";
    json::value request = json::object{{"instanceId", "i-1"}};
    std::string source = "ec2.amazonaws.com";
    std::string error = {};
};

json::object event_of(const Logged& logged) {
    json::object detail{
        {"userIdentity",
         {{"type", "IAMUser"}, {"userName", logged.user}, {"arn", "arn:aws:iam::1:user/" + logged.user}}},
        {"requestParameters", logged.request}};
    if (!logged.error.empty()) detail["errorCode"] = logged.error;
    return {{"EventId", "e-" + logged.user},
            {"EventName", logged.name},
            {"EventSource", logged.source},
            {"EventTime", to_rfc3339(logged.time)},
            {"CloudTrailEvent", to_text(detail)}};
}

// A log that answers by name from `named` and by time from `all`, in pages of `page` events.
struct Log {
    ScriptedAws cloud;
    FastClock clock;
    std::vector<Logged> named, all;
    std::size_t page = 50;

    Log() {
        cloud.answers["cloudtrail.LookupEvents"] = [this](const ScriptedAws::Call& call) -> aws::CallResult {
            const auto& attribute = call.input.at("LookupAttributes").at(0);
            const auto& events = string_or(attribute, "AttributeKey") == "ReadOnly" ? all : named;
            const auto token = string_or(call.input, "NextToken");
            const std::size_t from = token.empty() ? 0 : std::stoul(std::string(token));
            json::array out;
            for (std::size_t i = from; i < events.size() && i < from + page; ++i)
                out.push_back(event_of(events[i]));
            json::object answer{{"Events", std::move(out)}};
            if (from + page < events.size()) answer["NextToken"] = std::to_string(from + page);
            return json::value(std::move(answer));
        };
    }
    std::vector<AuditAnswer> ask(const std::vector<AuditQuestion>& questions) {
        return attribute({.caller = cloud,
                          .clock = clock,
                          .catalogue = the_catalogue(),
                          .home_region = "us-east-1",
                          .stop = {}},
                         questions);
    }
    model::Actor actor(const AuditQuestion& question) {
        const auto answers = ask({question});
        REQUIRE(answers.size() == 1);
        REQUIRE(answers[0].actor);
        return *answers[0].actor;
    }
};

AuditQuestion question(std::string id = "i-1", ChangeOp op = ChangeOp::modified) {
    return {.op = op,
            .type = "AWS::EC2::Instance",
            .region = "eu-central-1",
            .native_id = std::move(id),
            .name = "web",
            .after = now - 6h,
            .until = now - 5min};
}

}  // namespace

TEST_CASE("an event that names the resource is certain; the newest one counts") {
    Log log;
    log.named = {{.time = now - 1h}, {.name = "CreateTags", .time = now - 2h}};
    const auto actor = log.actor(question());
    CHECK(actor.name == "anna");
    CHECK(actor.certainty == ActorCertainty::certain);
    CHECK(actor.event_time == now - 1h);
    REQUIRE(log.cloud.calls.size() == 1);
    const auto& input = log.cloud.calls[0].input;
    CHECK(log.cloud.calls[0].region == "eu-central-1");
    CHECK(string_or(input, "StartTime") == to_rfc3339(now - 6h - audit_before));
    CHECK(string_or(input, "EndTime") == to_rfc3339(now - 5min));
    CHECK(int_or(input, "MaxResults") == audit_page_items);
}

TEST_CASE("two people, an event from the reading before, or a name alone are a guess") {
    Log two;
    two.named = {{.time = now - 1h}, {.time = now - 2h, .user = "bob"}};
    CHECK(two.actor(question()).certainty == ActorCertainty::likely);
    CHECK(two.actor(question()).name == "anna");
    Log before;
    before.named = {{.time = now - 6h - 3min}};
    CHECK(before.actor(question()).certainty == ActorCertainty::likely);
    Log by_name;
    by_name.all = {{.request = json::object{{"name", "web"}}}};
    CHECK(by_name.actor(question()).certainty == ActorCertainty::likely);
    // The time of the change beats the time before it.
    Log both;
    both.named = {{.time = now - 1h}, {.time = now - 6h - 3min, .user = "bob"}};
    CHECK(both.actor(question()).certainty == ActorCertainty::certain);
}

TEST_CASE("what failed, came later, or is of another kind or service did not do it") {
    const auto nobody = [](const Logged& logged, ChangeOp op = ChangeOp::modified) {
        Log log;
        log.named = log.all = {logged};
        return log.actor(question("i-1", op)).certainty == ActorCertainty::not_found;
    };
    CHECK(nobody({.error = "Client.UnauthorizedOperation"}));
    CHECK(nobody({.time = now - 1min}));
    CHECK(nobody({.name = "TerminateInstances"}, ChangeOp::added));
    CHECK(nobody({.name = "RunInstances"}, ChangeOp::removed));
    CHECK(nobody({.name = "CreateTags"}, ChangeOp::added));
    CHECK(nobody({.request = json::object{{"name", "web"}}, .source = "rds.amazonaws.com"}));
    CHECK_FALSE(nobody({.name = "TerminateInstances"}, ChangeOp::removed));
    CHECK_FALSE(nobody({.name = "RunInstances"}, ChangeOp::added));
}

TEST_CASE("few resources are asked for by id, name and ARN, then by time") {
    Log log;
    auto asked = question();
    asked.arn = "arn:aws:ec2:eu-central-1:1:instance/i-1";
    CHECK(log.actor(asked).certainty == ActorCertainty::not_found);
    std::vector<std::string> values;
    for (const auto& call : log.cloud.calls)
        values.emplace_back(string_or(call.input.at("LookupAttributes").at(0), "AttributeValue"));
    CHECK(values == std::vector<std::string>{"i-1", "web", asked.arn, "false"});
    Log unnamed;
    unnamed.all = {{}};
    CHECK(unnamed.actor(question()).name == "anna");
}

TEST_CASE("many resources are found in one pass over the writes, region by region") {
    Log log;
    std::vector<AuditQuestion> questions;
    for (std::size_t i = 0; i <= audit_asked_by_name; ++i) {
        questions.push_back(question("i-" + std::to_string(i)));
        log.all.push_back(
            {.user = "user-" + std::to_string(i), .request = json::array{"i-" + std::to_string(i)}});
    }
    auto role = question("deploy");
    role.type = "AWS::IAM::Role";
    role.region = "global";
    questions.push_back(role);
    log.page = 10;
    const auto answers = log.ask(questions);
    for (std::size_t i = 0; i <= audit_asked_by_name; ++i)
        CHECK(answers[i].actor->name == "user-" + std::to_string(i));
    std::size_t in_home = 0, elsewhere = 0;
    for (const auto& call : log.cloud.calls) ++(call.region == "us-east-1" ? in_home : elsewhere);
    CHECK(in_home >= 1);
    CHECK(elsewhere == 3);  // pages of 10 of 21 events
}

TEST_CASE("a pass that does not reach the end says nothing about who was not found") {
    Log log;
    log.page = 1;
    for (std::size_t i = 0; i < audit_pages_by_time + 1; ++i)
        log.all.push_back({.request = json::array{"other"}});
    std::vector<AuditQuestion> questions(audit_asked_by_name + 1, question());
    const auto answers = log.ask(questions);
    CHECK(log.cloud.calls.size() == audit_pages_by_time);
    CHECK_FALSE(answers[0].actor);
    REQUIRE(answers[0].problem);
    CHECK(answers[0].problem->code == "too_many_events");
}

TEST_CASE("a log that cannot be read is told apart from nobody found") {
    Log log;
    log.cloud.answers["cloudtrail.LookupEvents"] = [](const auto&) {
        return refused(ErrorClass::denied, "AccessDeniedException");
    };
    const auto answers = log.ask({question()});
    CHECK_FALSE(answers[0].actor);
    CHECK(answers[0].problem->code == "AccessDeniedException");
    CHECK(log.cloud.calls.size() == 1);
}

TEST_CASE("beyond 90 days nothing is asked") {
    Log log;
    auto old = question();
    old.until = now - audit_age - 1ms;
    CHECK(log.actor(old).certainty == ActorCertainty::not_found);
    CHECK(log.cloud.calls.empty());
    old.until = now - audit_age + 1h;
    old.after = {};
    log.actor(old);
    CHECK(string_or(log.cloud.calls.at(0).input, "StartTime") == to_rfc3339(now - audit_age));
}

TEST_CASE("lookups keep to two calls a second in each region") {
    class SteppedClock final : public Clock {
    public:
        [[nodiscard]] Timestamp now() const override { return {1}; }
        [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return time; }
        void sleep_for(Millis duration) override { time += duration; }
        std::chrono::steady_clock::time_point time{1h};
    } clock;
    const auto begin = clock.time;
    LookupPace pace(clock, 1.0);
    for (int i = 0; i < 22; ++i) CHECK(pace.before_attempt({"eu-west-1", "cloudtrail", "LookupEvents"}, {}));
    CHECK(clock.time - begin >= 9900ms);
    const auto after = clock.time;
    CHECK(pace.before_attempt({"us-east-1", "cloudtrail", "LookupEvents"}, {}));
    CHECK(clock.time == after);
    pace.on_throttled({"us-east-1", "cloudtrail", "LookupEvents"});
    CHECK(pace.before_attempt({"us-east-1", "cloudtrail", "LookupEvents"}, {}));
    CHECK(clock.time - after >= 1s);
    std::stop_source stop;
    stop.request_stop();
    CHECK_FALSE(pace.before_attempt({"us-east-1", "cloudtrail", "LookupEvents"}, stop.get_token()));
}
