#include "cloudsim/control.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cloudsim;

namespace {

const catalogue::Catalogue& all_types() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return *loaded;
}

struct Said {
    int status;
    json::value body;
};
Said say(World& world, std::string method, std::string_view what, std::string body = {}) {
    auto answer = answer_control({.method = std::move(method),
                                  .path = std::string(control_path) + std::string(what),
                                  .body = std::move(body)},
                                 world, all_types(), Timestamp{1'790'000'000'000});
    return {answer.status, *parse_json(std::get<std::string>(answer.body))};
}

}  // namespace

TEST_CASE("faults replace those before; a wrong one changes nothing") {
    World world;
    CHECK(say(world, "POST", "faults",
              R"([{"kind":"hang","hang_ms":50,"service":"ec2"},{"code":"Throttling","times":2,
        "skip":1,"status":400,"retry_after_s":3,"account":"1","operation":"X","region":"r","message":"m"}])")
              .status == 200);
    REQUIRE(world.faults.size() == 2);
    CHECK(world.faults[0].kind == Fault::Kind::hang);
    CHECK(world.faults[1].code == "Throttling");
    CHECK(world.faults[1].times == 2);
    CHECK(world.faults[1].retry_after_s == 3);
    for (const char* bad :
         {"{}", "[1]", R"([{"kind":"flood"}])", R"([{"code":"x"},{"opertion":"x"}])", "[", "null"}) {
        CAPTURE(bad);
        CHECK(say(world, "POST", "faults", bad).status == 400);
        CHECK(world.faults.size() == 2);
    }
    CHECK(say(world, "POST", "faults", R"([{"hang_ms":99999999}])").status == 200);
    CHECK(world.faults[0].hang_ms == 600'000);
    CHECK(say(world, "POST", "faults", "[]").status == 200);
    CHECK(world.faults.empty());
}

TEST_CASE("settings have bounds") {
    World world;
    world.principals["S"] = {.expires = {99}};
    world.principals["U"] = {};
    CHECK(
        say(world, "POST", "settings", R"({"page_size":3,"latency_ms":20,"expire_sessions":true})").status ==
        200);
    CHECK(world.page_size == 3);
    CHECK(world.latency_ms == 20);
    CHECK(world.principals["S"].expires.ms == 1);
    CHECK_FALSE(world.principals["U"].expires.is_set());
    for (const char* bad :
         {R"({"page_size":0})", R"({"page_size":1001})", R"({"latency_ms":-1})", R"({"pagesize":5})", "[]"}) {
        CAPTURE(bad);
        CHECK(say(world, "POST", "settings", bad).status == 400);
    }
    CHECK(world.page_size == 3);
}

TEST_CASE("calls are counted and forgotten; steps are listed") {
    World world;
    world.calls["ec2.DescribeVpcs"] = 3;
    world.steps.push_back({.name = "a", .says = "A happens."});
    CHECK(say(world, "GET", "calls").body == json::value{{"ec2.DescribeVpcs", 3}});
    CHECK(say(world, "DELETE", "calls").body == json::value(json::object{}));
    CHECK(say(world, "GET", "steps").body == *parse_json(R"([{"name":"a","says":"A happens."}])"));
    CHECK(say(world, "POST", "steps/a").status == 200);
    CHECK(say(world, "POST", "steps/b").status == 400);
    CHECK(say(world, "GET", "steps/a").status == 405);
    CHECK(say(world, "GET", "faults").status == 405);
    CHECK(say(world, "POST", "anything").status == 404);
}

TEST_CASE("changes are played as they are written; a wrong one is refused") {
    World world;
    world.accounts["1"] = {.id = "1"};
    const auto change = [](std::string_view more) {
        return R"([{"account":"1","type":"AWS::EC2::Instance","region":"us-east-1",)" + std::string(more) +
               "}]";
    };
    CHECK(say(world, "POST", "changes",
              change(R"("op":"add","document":{"InstanceId":"i-1"},"by":{"name":"anna"})"))
              .status == 200);
    CHECK(say(world, "POST", "changes",
              change(R"("id":"i-1","set":{"InstanceType":"t3.micro"},"by":{"silent":true})"))
              .status == 200);
    REQUIRE(world.accounts["1"].resources() == 1);
    CHECK(string_or(world.accounts["1"].items["AWS::EC2::Instance"][0].document, "InstanceType") ==
          "t3.micro");
    REQUIRE(world.log.size() == 1);
    CHECK(world.log[0].name == "CreateInstance");
    CHECK(world.log[0].source == "ec2.amazonaws.com");
    CHECK(world.log[0].user == "anna");
    CHECK(world.log[0].resource == "i-1");
    CHECK(say(world, "POST", "changes", change(R"("id":"i-2","set":{})")).status == 400);
    CHECK(say(world, "POST", "changes", change(R"("id":"i-1","set":[])")).status == 400);
    CHECK(say(world, "POST", "changes", change(R"("colour":"red")")).status == 400);
    CHECK(say(world, "POST", "changes", R"({"account":"1"})").status == 400);
    CHECK(world.log.size() == 1);
}

TEST_CASE("the account lives on in steps; their number has bounds") {
    World world;
    CHECK(say(world, "POST", "life", R"({"steps":4})").status == 200);
    CHECK(say(world, "POST", "life").status == 200);
    CHECK(world.life.steps == 5);
    for (const char* bad : {R"({"steps":0})", R"({"steps":1001})", R"({"days":1})", "[]"})
        CHECK(say(world, "POST", "life", bad).status == 400);
    CHECK(world.life.steps == 5);
}
