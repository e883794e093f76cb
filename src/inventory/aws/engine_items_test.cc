#include <doctest/doctest.h>

#include <atomic>
#include <set>

#include "inventory/aws/engine_script.h"

namespace patrol::inventory {

using namespace script;

TEST_CASE("engine: children are read under each parent item, and know a parent that was not read") {
    World world;
    world.wanted = {{"AWS::ECS::Cluster", "eu-west-1"}, {"AWS::ECS::Service", "eu-west-1"}};
    world.cloud.on("ecs.ListClusters", R"({"clusterArns":["arn:c/one","arn:c/two"]})");
    world.cloud.on("ecs.DescribeClusters",
                   R"({"clusters":[{"clusterArn":"arn:c/two","clusterName":"two"},
                         {"clusterArn":"arn:c/one","clusterName":"one"}]})");
    world.cloud.on("ecs.ListServices", [](const ScriptedAws::Call& call) {
        return answer(fmt::format(R"({{"serviceArns":["{}/s1","{}/s2"]}})", string_or(call.input, "cluster"),
                                  string_or(call.input, "cluster")));
    });
    world.cloud.on("ecs.DescribeServices", [](const ScriptedAws::Call& call) {
        json::array services;
        for (const auto& arn : call.input.at("services").as_array())
            services.push_back(json::object{{"serviceArn", arn}, {"serviceName", "s"}});
        return aws::CallResult(json::object{{"services", std::move(services)}});
    });
    const SliceKey services{"AWS::ECS::Service", "eu-west-1"};
    SUBCASE("all read") {
        auto outcome = world.run();
        CHECK(world.coverage(outcome, services.type).status == SliceStatus::complete);
        CHECK(world.sink.staged[services].size() == 4);
        CHECK(world.cloud.count("ecs.DescribeClusters") == 1);
        CHECK(world.cloud.count("ecs.DescribeServices") == 2);  // one batch for each cluster
    }
    SUBCASE("a parent that is not asked for is read for its children only") {
        world.wanted = {{"AWS::ECS::Service", "eu-west-1"}};
        auto outcome = world.run();
        CHECK(outcome.coverage.size() == 1);
        CHECK(world.sink.staged.size() == 1);
        CHECK(world.sink.staged[services].size() == 4);
    }
    SUBCASE("a parent done before is not stored again") {
        world.already_done = [](const SliceKey& key) { return key.type == "AWS::ECS::Cluster"; };
        auto outcome = world.run();
        CHECK(outcome.coverage.size() == 1);
        CHECK_FALSE(world.sink.staged.contains({"AWS::ECS::Cluster", "eu-west-1"}));
    }
    SUBCASE("a partial parent makes partial children") {
        world.cloud.on("ecs.ListClusters", R"({"clusterArns":["arn:c/one","arn:c/two"],"nextToken":"same"})");
        auto outcome = world.run();
        CHECK(world.coverage(outcome, "AWS::ECS::Cluster").status == SliceStatus::partial);
        CHECK(world.coverage(outcome, services.type).status == SliceStatus::partial);
    }
    SUBCASE("a denied parent makes denied children") {
        world.cloud.on("ecs.ListClusters", [](const auto&) { return refused(ErrorClass::denied); });
        auto outcome = world.run();
        CHECK(world.coverage(outcome, services.type).status == SliceStatus::denied);
        CHECK(world.coverage(outcome, services.type).missing_action == "ecs:ListClusters");
    }
    SUBCASE("one parent's list that fails makes the child partial") {
        world.cloud.on("ecs.ListServices", [](const ScriptedAws::Call& call) {
            if (string_or(call.input, "cluster") == "arn:c/two") return refused(ErrorClass::transient);
            return answer(R"({"serviceArns":["arn:s"]})");
        });
        auto outcome = world.run();
        CHECK(world.coverage(outcome, services.type).status == SliceStatus::partial);
        CHECK(world.sink.staged[services].size() == 1);
    }
}

TEST_CASE("engine: a resource carries what its document names, for search and relations") {
    World world;
    world.wanted = {{"AWS::EC2::NetworkInterface", "eu-west-1"}};
    world.cloud.on("ec2.DescribeNetworkInterfaces",
                   R"({"NetworkInterfaces":[{"NetworkInterfaceId":"eni-0a1b2c3d","VpcId":"vpc-0a1b2c3d",
                       "PrivateIpAddress":"10.0.0.5","Groups":[{"GroupId":"sg-0a1b2c3d","GroupName":"web"}]}]})");
    world.run();
    const auto& items = world.sink.staged[SliceKey{"AWS::EC2::NetworkInterface", "eu-west-1"}];
    REQUIRE(items.size() == 1);
    const auto& [id, item] = *items.begin();
    CHECK(id == "eni-0a1b2c3d");
    CHECK(item.terms == std::vector<std::string>{"10.0.0.5"});
    CHECK(item.references == std::vector<std::string>{"sg-0a1b2c3d", "vpc-0a1b2c3d", "web"});
}

TEST_CASE("engine: texts that no database keeps are kept as far as one does (resource_text_bytes)") {
    CHECK(limits::resource_text_bytes == 16 * 1024);
    World world;
    world.wanted = {{"AWS::EC2::VPC", "eu-west-1"}};
    const std::string tags =
        R"("Tags":[{"Key":"Name","Value":"\u0000nul"},{"Key":"k\u0000","Value":"v\u0000"}])";
    const auto long_text = std::string(17'000, 'x');
    SUBCASE("zero bytes") {
        world.cloud.on("ec2.DescribeVpcs",
                       R"({"Vpcs":[{"VpcId":"vpc-\u0000","OwnerName":"a\u0000b",)" + tags + "}]}");
        auto outcome = world.run();
        const auto& [id, item] = *world.sink.staged[SliceKey{"AWS::EC2::VPC", "eu-west-1"}].begin();
        CHECK(id == "vpc-\xEF\xBF\xBD");
        CHECK(item.name == "\xEF\xBF\xBDnul");
        CHECK(item.tags.at("k\xEF\xBF\xBD") == "v\xEF\xBF\xBD");
        CHECK(item.references.empty());
        CHECK(item.document.find("\\u0000nul") != std::string::npos);
        CHECK(world.coverage(outcome, "AWS::EC2::VPC").status == SliceStatus::complete);
    }
    SUBCASE("long names and tags end at the limit") {
        world.cloud.on("ec2.DescribeVpcs", R"({"Vpcs":[{"VpcId":"vpc-1","Tags":[{"Key":"Name","Value":")" +
                                               long_text + R"("}]}]})");
        world.run();
        const auto& [id, item] = *world.sink.staged[SliceKey{"AWS::EC2::VPC", "eu-west-1"}].begin();
        CHECK(item.name.size() == limits::resource_text_bytes);
        CHECK(item.tags.at("Name").size() == limits::resource_text_bytes);
    }
    SUBCASE("an id that is too long is a gap") {
        world.cloud.on("ec2.DescribeVpcs",
                       R"({"Vpcs":[{"VpcId":")" + long_text + R"("},{"VpcId":"vpc-2"}]})");
        auto outcome = world.run();
        CHECK(world.sink.staged[SliceKey{"AWS::EC2::VPC", "eu-west-1"}].size() == 1);
        CHECK(world.coverage(outcome, "AWS::EC2::VPC").status == SliceStatus::partial);
    }
}

TEST_CASE("engine: the children of too many parents are read in part, and said so (parents_per_slice)") {
    CHECK(limits::parents_per_slice == 100'000);
    World world;
    world.parents_max = 3;
    world.wanted = {{"AWS::ECS::Cluster", "eu-west-1"}, {"AWS::ECS::Service", "eu-west-1"}};
    const auto clusters = [&](int count) {
        json::array arns, described;
        for (int i = 0; i < count; ++i) {
            const auto arn = fmt::format("arn:c/{}", i);
            arns.push_back(json::string(arn));
            described.push_back(json::object{{"clusterArn", arn}, {"clusterName", fmt::format("c{}", i)}});
        }
        world.cloud.on("ecs.ListClusters", json::serialize(json::object{{"clusterArns", arns}}));
        world.cloud.on("ecs.DescribeClusters", json::serialize(json::object{{"clusters", described}}));
    };
    SUBCASE("as many as are allowed") {
        clusters(3);
        const auto outcome = world.run();
        CHECK(world.coverage(outcome, "AWS::ECS::Cluster").status == SliceStatus::complete);
        CHECK(world.coverage(outcome, "AWS::ECS::Service").status == SliceStatus::complete);
        CHECK(world.cloud.count("ecs.ListServices") == 3);
    }
    SUBCASE("one more") {
        clusters(4);
        const auto outcome = world.run();
        CHECK(world.cloud.count("ecs.ListServices") == 3);
        const auto& services = world.coverage(outcome, "AWS::ECS::Service");
        CHECK(services.status == SliceStatus::partial);
        CHECK_FALSE(services.reason.empty());
        CHECK(world.sink.staged[SliceKey{"AWS::ECS::Cluster", "eu-west-1"}].size() == 4);
    }
}

TEST_CASE("engine: children of a parent that is listed as a plain name, read by 16 threads") {
    World world;
    world.threads = 16;
    world.wanted = {{"AWS::GuardDuty::Filter", "eu-west-1"}};
    json::array names;
    for (int i = 0; i < 500; ++i)
        names.push_back(json::string(fmt::format("a filter with a name of some length {}", i)));
    world.cloud.on("guardduty.ListDetectors", R"({"DetectorIds":["d-1"]})");
    world.cloud.on("guardduty.GetDetector", R"({"Status":"ENABLED"})");
    world.cloud.on("guardduty.ListFilters", json::serialize(json::object{{"FilterNames", names}}));
    world.cloud.on("guardduty.GetFilter", [](const ScriptedAws::Call& call) {
        CHECK(string_or(call.input, "DetectorId") == "d-1");
        return aws::CallResult(json::object{{"Name", call.input.at("FilterName")}});
    });
    auto outcome = world.run();
    CHECK(outcome.coverage.front().status == SliceStatus::complete);
    CHECK(outcome.coverage.front().count == 500);
}

TEST_CASE("engine: $each values are asked for one by one, and only in their region") {
    World world;
    world.wanted = {{"AWS::WAFv2::WebACL", "us-east-1"}, {"AWS::WAFv2::WebACL", "eu-west-1"}};
    world.cloud.on("wafv2.ListWebACLs", [](const ScriptedAws::Call& call) {
        auto scope = string_or(call.input, "Scope");
        return answer(fmt::format(R"({{"WebACLs":[{{"Id":"{0}-{1}","Name":"n","ARN":"arn:{0}"}}]}})", scope,
                                  call.region));
    });
    world.cloud.on("wafv2.GetWebACL", [](const ScriptedAws::Call& call) {
        return answer(fmt::format(R"({{"WebACL":{{"Id":"{}","Name":"{}","ARN":"a"}}}})",
                                  string_or(call.input, "Id"), string_or(call.input, "Scope")));
    });
    auto outcome = world.run();
    CHECK_FALSE(outcome.fatal);
    CHECK(world.sink.staged[{"AWS::WAFv2::WebACL", "us-east-1"}].size() == 2);
    CHECK(world.sink.staged[{"AWS::WAFv2::WebACL", "eu-west-1"}].size() == 1);
    const auto* acl = world.sink.find({"AWS::WAFv2::WebACL", "us-east-1"}, "CLOUDFRONT-us-east-1");
    REQUIRE(acl);
    CHECK(acl->name == "CLOUDFRONT");  // the detail call was made with the value it was listed under
}

TEST_CASE("engine: a bucket's calls go to its region; absent codes are unset, failures unknown") {
    World world;
    world.wanted = {{"AWS::S3::Bucket", "us-east-1"}};
    world.cloud.on("s3.ListBuckets",
                   R"({"Buckets":[{"Name":"here","BucketRegion":"eu-west-1"},{"Name":"there"}]})");
    world.cloud.on("s3.GetBucketLocation", [](const ScriptedAws::Call& call) {
        return answer(string_or(call.input, "Bucket") == "there" ? R"({"LocationConstraint":"EU"})"
                                                                 : R"({"LocationConstraint":"eu-west-1"})");
    });
    world.cloud.on("s3.GetBucketPolicy",
                   [](const auto&) { return refused(ErrorClass::gone, "NoSuchBucketPolicy"); });
    world.cloud.on("s3.GetBucketAcl",
                   [](const auto&) { return refused(ErrorClass::denied, "AccessDenied"); });
    world.cloud.on("s3.GetBucketTagging", R"({"TagSet":[{"Key":"a","Value":"b"}]})");
    world.sink.documents[{buckets, "here"}] = R"({"Name":"here","Acl":[{"Permission":"READ"}]})";
    auto outcome = world.run();
    const auto& coverage = world.coverage(outcome, buckets.type);
    CHECK(coverage.status == SliceStatus::complete);
    CHECK(coverage.unknown_paths == std::vector<std::string>{"Acl"});
    CHECK(coverage.missing_action == "s3:GetBucketAcl");
    auto here = parsed(world.sink, buckets, "here").as_object();
    CHECK_FALSE(here.contains("Policy"));
    CHECK(here.at("Acl").as_array().size() == 1);  // carried forward
    CHECK_FALSE(parsed(world.sink, buckets, "there").as_object().contains("Acl"));
    CHECK(world.sink.find(buckets, "here")->region == "eu-west-1");
    CHECK(world.sink.find(buckets, "there")->region == "eu-west-1");
    CHECK(world.sink.find(buckets, "there")->arn == "arn:aws:s3:::there");
    CHECK(world.sink.find(buckets, "here")->tags.at("a") == "b");
    for (const auto& call : world.cloud.calls)
        if (call.name == "s3.GetBucketVersioning") CHECK(call.region == "eu-west-1");
}

TEST_CASE("engine: an item gone between list and get is looked for once more") {
    World world;
    world.wanted = {{"AWS::KMS::Key", "eu-west-1"}};
    const SliceKey keys{"AWS::KMS::Key", "eu-west-1"};
    std::atomic<int> lists{0};
    bool still_there = false;
    world.cloud.on("kms.ListKeys", [&](const auto&) {
        bool second = ++lists > 1;
        return answer(second && !still_there ? R"({"Keys":[{"KeyId":"k1"}]})"
                                             : R"({"Keys":[{"KeyId":"k1"},{"KeyId":"k2"}]})");
    });
    world.cloud.on("kms.DescribeKey", [](const ScriptedAws::Call& call) {
        if (string_or(call.input, "KeyId") == "k2") return refused(ErrorClass::gone, "NotFoundException");
        return answer(R"({"KeyMetadata":{"KeyId":"k1","Arn":"arn:k1","KeyManager":"AWS"}})");
    });
    SUBCASE("absent twice: gone") {
        auto outcome = world.run();
        CHECK(lists == 2);
        CHECK(world.coverage(outcome, keys.type).status == SliceStatus::complete);
        CHECK(world.sink.staged[keys].size() == 1);
        CHECK(world.cloud.count("kms.ListGrants") == 0);  // AWS's own keys are not asked further
    }
    SUBCASE("listed again: partial, so nothing is closed") {
        still_there = true;
        auto outcome = world.run();
        CHECK(world.coverage(outcome, keys.type).status == SliceStatus::partial);
    }
}

TEST_CASE("engine: tags are joined by ARN; when they cannot be read they are unknown") {
    World world;
    std::string type;
    for (const auto& each : the_catalogue().types())
        if (each.tags.kind == catalogue::TagRule::Kind::joined && each.arn.path && each.parent.empty() &&
            !each.detail && each.children.empty() && each.list.arguments.empty() &&
            each.scope == catalogue::Scope::regional && each.home_region.empty() &&
            each.list.result.steps().size() == 2 && each.arn.path->steps().size() == 1 &&
            each.id.kind == catalogue::Identity::Kind::paths && each.id.paths.front().steps().size() == 1) {
            type = each.name;
            break;
        }
    REQUIRE_FALSE(type.empty());
    const auto& found = *the_catalogue().type(type);
    const SliceKey slice{type, "eu-west-1"};
    world.wanted = {{type, "eu-west-1"}};
    json::object item;
    item[found.id.paths.front().steps().front().name] = "id-1";
    item[found.arn.path->steps().front().name] = "arn:x";
    auto id = found.id.paths.front().text_of(json::value(item));
    json::object output;
    output[found.list.result.steps().front().name] = json::array{item};
    auto listing = json::serialize(output);
    world.cloud.on(found.service + "." + found.list.operation, listing);
    SUBCASE("joined") {
        world.cloud.on("resourcegroupstaggingapi.GetResources",
                       R"({"PaginationToken":"","ResourceTagMappingList":[
                {"ResourceARN":"arn:x","Tags":[{"Key":"a","Value":"b"}]}]})");
        world.run();
        CHECK(world.sink.find(slice, id)->tags_known);
        CHECK(world.sink.find(slice, id)->tags.at("a") == "b");
        CHECK(parsed(world.sink, slice, id).as_object().contains("Tags"));
    }
    SUBCASE("unknown") {
        world.cloud.on("resourcegroupstaggingapi.GetResources",
                       [](const auto&) { return refused(ErrorClass::denied); });
        world.sink.documents[{slice, id}] = R"({"Tags":[{"Key":"old","Value":"1"}]})";
        auto outcome = world.run();
        CHECK(world.coverage(outcome, type).status == SliceStatus::complete);
        CHECK(world.coverage(outcome, type).unknown_paths == std::vector<std::string>{"Tags"});
        CHECK_FALSE(world.sink.find(slice, id)->tags_known);
        CHECK(parsed(world.sink, slice, id).as_object().contains("Tags"));
    }
}

TEST_CASE("engine: settings that are not set are a complete, empty slice") {
    World world;
    world.wanted = {{"AWS::IAM::AccountPasswordPolicy", "us-east-1"}};
    world.cloud.on("iam.GetAccountPasswordPolicy",
                   [](const auto&) { return refused(ErrorClass::gone, "NoSuchEntity"); });
    auto outcome = world.run();
    CHECK(outcome.coverage.front().status == SliceStatus::complete);
    CHECK(outcome.coverage.front().count == 0);
    world.cloud.on("iam.GetAccountPasswordPolicy", R"({"PasswordPolicy":{"MinimumPasswordLength":14}})");
    world.run();
    const auto* policy = world.sink.find({"AWS::IAM::AccountPasswordPolicy", "global"}, "account");
    REQUIRE(policy);
    CHECK(policy->region == "global");
}

TEST_CASE("engine: organisational units are followed down the tree") {
    World world;
    world.wanted = {{"AWS::Organizations::OrganizationalUnit", "us-east-1"}};
    world.cloud.on("organizations.ListRoots", R"({"Roots":[{"Id":"r-1","Arn":"arn:r"}]})");
    world.cloud.on("organizations.ListOrganizationalUnitsForParent", [](const ScriptedAws::Call& call) {
        auto parent = string_or(call.input, "ParentId");
        if (parent == "r-1")
            return answer(R"({"OrganizationalUnits":[{"Id":"ou-1","Arn":"a"},{"Id":"ou-2","Arn":"b"}]})");
        if (parent == "ou-1") return answer(R"({"OrganizationalUnits":[{"Id":"ou-3","Arn":"c"}]})");
        return answer(R"({"OrganizationalUnits":[]})");
    });
    auto outcome = world.run();
    CHECK(outcome.coverage.front().count == 3);
    CHECK(outcome.coverage.front().status == SliceStatus::complete);
}

TEST_CASE("engine: a setting that answers without any member is not there, and no gap") {
    World world;
    world.wanted = {{"AWS::ECR::RegistryPolicy", "us-east-1"}};
    world.cloud.on("ecr.DescribeRegistry", "{}");
    auto outcome = world.run();
    CHECK(outcome.coverage.front().status == SliceStatus::complete);
    CHECK(outcome.coverage.front().count == 0);
}

}  // namespace patrol::inventory
