// What controllers own: not listed, counted under the owner where its members are.
#include <doctest/doctest.h>

#include "scan/drift_fixture.h"

using namespace patrol;
using namespace patrol::scan;

namespace {

model::ScannedResource object(const std::string& id, const json::object& document) {
    auto out = store::item(id);
    out.document = to_text(document);
    out.hash = std::string(crypto::as_text(crypto::sha256(out.document)));
    return out;
}

model::ScannedResource task(const model::SliceKey& slice, const std::string& id, std::string_view group) {
    auto out = object(id, {{"taskArn", id},
                           {"clusterArn", "arn:aws:ecs:r:210987654321:cluster/apps"},
                           {"group", group},
                           {"lastStatus", "RUNNING"}});
    out.region = slice.scope;
    return out;
}

const model::SliceKey frankfurt{"AWS::ECS::Task", "eu-central-1"}, virginia{"AWS::ECS::Task", "us-east-1"};

}  // namespace

TEST_CASE("tasks are replaced unseen; each region's successors are its own") {
    store::for_each_store([](store::Store& store) {
        Drifting world(store);
        const std::string_view service = "service:shop";
        world.scan(Reading{
            {frankfurt, {{task(frankfurt, "arn:a1", service), task(frankfurt, "arn:r1", "family:report")}}},
            {virginia, {{task(virginia, "arn:b1", service)}}},
            {store::volumes, {{volume("v-1", {{"Size", 1}})}}}});
        world.accept_newest();
        world.see_all(
            Reading{{frankfurt, {{task(frankfurt, "arn:a2", service)}}},
                    {virginia, {{task(virginia, "arn:b2", service), task(virginia, "arn:b3", service)}}},
                    {store::volumes, {{volume("v-1", {{"Size", 2}})}}}});
        CHECK(world.shown() == "modified:v-1[Size]");
        const auto set = world.sets("state=open").at(0).id;
        const auto owned = need(store.change_sets().owned(world.tenant(), set));
        REQUIRE(owned.size() == 3);
        CHECK(owned[0].owner_id == "apps/shop");
        CHECK(owned[0].region == "us-east-1");
        CHECK(owned[0].first_removed == std::vector<std::string>{"arn:b1"});
        CHECK(owned[0].first_added == std::vector<std::string>{"arn:b2", "arn:b3"});
        CHECK(owned[1].owner_id == "apps/shop");
        CHECK(owned[1].region == "eu-central-1");
        CHECK(owned[1].first_removed == std::vector<std::string>{"arn:a1"});
        CHECK(owned[1].first_added == std::vector<std::string>{"arn:a2"});
        CHECK(owned[2].owner_type == "AWS::ECS::Cluster");
        CHECK((owned[2].removed == 1 && owned[2].added == 0));
    });
}

TEST_CASE("what a person took or shortened is listed beside what a controller made") {
    const model::SliceKey points{"AWS::Backup::RecoveryPoint", "us-east-1"},
        versions{"AWS::Lambda::Version", "us-east-1"};
    const auto point = [](const std::string& id, int days, bool by_plan) {
        json::object document{{"RecoveryPointArn", id}, {"Lifecycle", {{"DeleteAfterDays", days}}}};
        if (by_plan) document["CreatedBy"] = json::object{{"BackupPlanId", "plan-1"}};
        return object(id, document);
    };
    const auto version = [](const std::string& number) {
        return object("resize+" + number, {{"FunctionName", "resize"}, {"Version", number}});
    };
    store::for_each_store([&](store::Store& store) {
        Drifting world(store);
        world.scan(Reading{{points, {{point("arn:p1", 35, true), point("arn:p2", 35, true)}}},
                           {versions, {{version("1")}}}});
        world.accept_newest();
        world.see_all(Reading{
            {points, {{point("arn:p2", 1, true), point("arn:p3", 35, true), point("arn:p4", 35, false)}}},
            {versions, {{version("1"), version("2")}}}});
        CHECK(world.shown() == "modified:arn:p2[Lifecycle.DeleteAfterDays] added:arn:p4");
        const auto owned = need(store.change_sets().owned(world.tenant(), world.sets("state=open").at(0).id));
        REQUIRE(owned.size() == 2);
        CHECK(owned[0].owner_id == "plan-1");
        CHECK((owned[0].added == 1 && owned[0].removed == 1));
        CHECK(owned[1].owner_id == "resize");
        CHECK(owned[1].added == 1);
    });
}
