#include "drift/noise.h"

#include <doctest/doctest.h>

#include "drift/judge_fixture.h"

using namespace patrol;
using namespace patrol::drift;

namespace {

Rulebook rulebook(std::vector<model::Rule> rules = {}) {
    return {the_catalogue(), rules, Timestamp{.ms = 1}};
}

std::string hidden_by(const Documents& pair) { return judge(rulebook(), pair.subject()).hidden_by; }

const std::string member =
    R"({"InstanceId":"i-1","ImageId":"ami-1","Tags":[{"Key":"aws:autoscaling:groupName","Value":"web"}]})";

}  // namespace

TEST_CASE("an autoscaler moves its value between the bounds, nobody else does") {
    const auto group = [](int wanted, int most = 5) {
        return R"({"AutoScalingGroupName":"web","MinSize":1,"MaxSize":)" + std::to_string(most) +
               R"(,"DesiredCapacity":)" + std::to_string(wanted) + "}";
    };
    const std::string type = "AWS::AutoScaling::AutoScalingGroup";
    CHECK(hidden_by(documents(type, group(2), group(4))) == "autoscaled-instances");
    CHECK(hidden_by(documents(type, group(2), group(9))).empty());
    CHECK(hidden_by(documents(type, group(2), group(4, 8))).empty());  // the bounds moved too

    const auto nodes = [](int wanted) {
        return R"({"scalingConfig":{"minSize":1,"maxSize":3,"desiredSize":)" + std::to_string(wanted) + "}}";
    };
    CHECK(hidden_by(documents("AWS::EKS::Nodegroup", nodes(1), nodes(3))) == "autoscaled-nodes");
    CHECK(hidden_by(documents("AWS::EKS::Nodegroup", nodes(1), nodes(4))).empty());
}

TEST_CASE("bounds of another resource are asked there") {
    const auto service = [](int count) {
        return R"({"serviceName":"web","clusterArn":"arn:aws:ecs:eu-west-1:1:cluster/main","desiredCount":)" +
               std::to_string(count) + "}";
    };
    const auto pair = documents("AWS::ECS::Service", service(2), service(4));
    auto subject = pair.subject();
    CHECK_FALSE(judge(rulebook(), subject).hidden());
    Account account;
    subject.neighbours = &account;
    CHECK_FALSE(judge(rulebook(), subject).hidden());
    account.add("AWS::ApplicationAutoScaling::ScalableTarget", "service/main/web+ecs:service:DesiredCount",
                R"({"MinCapacity":1,"MaxCapacity":3})");
    CHECK_FALSE(judge(rulebook(), subject).hidden());
    account.add("AWS::ApplicationAutoScaling::ScalableTarget", "service/main/web+ecs:service:DesiredCount",
                R"({"MinCapacity":1,"MaxCapacity":4})");
    CHECK(judge(rulebook(), subject).hidden_by == "autoscaled-tasks");
}

TEST_CASE("a table's reads and writes have bounds of their own, and so has each of its indexes") {
    const auto table = [](int reads, int writes, int first, int second) {
        return fmt::format(
            R"({{"TableName":"orders","ProvisionedThroughput":{{"ReadCapacityUnits":{},"WriteCapacityUnits":{}}},
                "GlobalSecondaryIndexes":[{{"IndexName":"a","ProvisionedThroughput":{{"ReadCapacityUnits":{}}}}},
                                          {{"IndexName":"b","ProvisionedThroughput":{{"ReadCapacityUnits":{}}}}}]}})",
            reads, writes, first, second);
    };
    Account account;
    const auto bound = [&](const std::string& target, int most) {
        account.add("AWS::ApplicationAutoScaling::ScalableTarget", target,
                    fmt::format(R"({{"MinCapacity":1,"MaxCapacity":{}}})", most));
    };
    bound("table/orders+dynamodb:table:ReadCapacityUnits", 10);
    bound("table/orders+dynamodb:table:WriteCapacityUnits", 100);
    bound("table/orders/index/b+dynamodb:index:ReadCapacityUnits", 10);
    const auto hidden = [&](const std::string& after) {
        const auto pair = documents("AWS::DynamoDB::Table", table(1, 1, 1, 1), after);
        auto subject = pair.subject();
        subject.neighbours = &account;
        return judge(rulebook(), subject).hidden_by;
    };
    CHECK(hidden(table(9, 1, 1, 1)) == "autoscaled-table-reads");
    CHECK(hidden(table(90, 1, 1, 1)).empty());
    CHECK(hidden(table(1, 90, 1, 1)) == "autoscaled-table-writes");
    CHECK(hidden(table(1, 1, 1, 9)) == "autoscaled-index-reads");
    CHECK(hidden(table(1, 1, 1, 90)).empty());
    // The other index has no target: somebody moved it.
    CHECK(hidden(table(1, 1, 9, 1)).empty());
}

TEST_CASE("tags of the cloud are counted, tags of people are shown") {
    const auto tagged = [](std::string_view key, std::string_view value) {
        return R"({"GroupId":"sg-1","Tags":[{"Key":")" + std::string(key) + R"(","Value":")" +
               std::string(value) + R"("}]})";
    };
    const std::string type = "AWS::EC2::SecurityGroup";
    for (const auto* key :
         {"aws:cloudformation:stack-name", "AmazonECSManaged", "kubernetes.io/cluster/x", "eks:x"})
        CHECK(hidden_by(documents(type, tagged(key, "a"), tagged(key, "b"))) == "system-tags");
    CHECK(hidden_by(documents(type, R"({"GroupId":"sg-1"})", tagged("aws:x", "a"))) == "system-tags");
    CHECK(hidden_by(documents(type, tagged("env", "a"), tagged("env", "b"))).empty());
    // One of people among them: the whole list came, so it is shown.
    CHECK(
        hidden_by(
            documents(type, R"({"GroupId":"sg-1"})",
                      R"({"GroupId":"sg-1","Tags":[{"Key":"aws:x","Value":"1"},{"Key":"env","Value":"1"}]})"))
            .empty());
    CHECK(hidden_by(documents("AWS::Lambda::Function", R"({"Tags":{"aws:x":"1"}})",
                              R"({"Tags":{"aws:x":"2"}})")) == "system-tags");
}

TEST_CASE("tags that are no part of the document are tags too") {
    const auto pair = documents("AWS::KMS::Alias", R"({"AliasName":"a"})", R"({"AliasName":"a"})");
    const auto hidden = [&](std::string_view key) {
        const std::vector<PathChange> changes = {{.path = "Tags[Key=" + std::string(key) + "].Value",
                                                  .steps = {},
                                                  .before = json::value("1"),
                                                  .after = json::value("2")}};
        auto subject = pair.subject();
        subject.changes = changes;
        const auto verdict = judge(rulebook(), subject);
        CHECK(verdict.severity == model::Severity::low);
        return verdict.hidden_by;
    };
    CHECK(hidden("aws:x") == "system-tags");
    CHECK(hidden("env").empty());
}

TEST_CASE("members of a controller are counted under it") {
    const auto added = judge(rulebook(), documents("AWS::EC2::Instance", "", member).subject());
    CHECK(added.hidden_by == "autoscaling-members");
    CHECK(added.owner == Owner{.type = "AWS::AutoScaling::AutoScalingGroup", .id = "web"});
    CHECK(judge(rulebook(), documents("AWS::EC2::Instance", member, "").subject()).hidden());
    CHECK_FALSE(
        judge(rulebook(), documents("AWS::EC2::Instance", "", R"({"InstanceId":"i-2"})").subject()).hidden());

    const auto eni = judge(
        rulebook(),
        documents(
            "AWS::EC2::NetworkInterface", "",
            R"({"InterfaceType":"lambda","Description":"AWS Lambda VPC ENI-my-fn-0a1b2c3d-1111-2222-3333-444455556666"})")
            .subject());
    CHECK(eni.owner == Owner{.type = "AWS::Lambda::Function", .id = "my-fn"});
    const auto snapshot = judge(
        rulebook(),
        documents(
            "AWS::EC2::Snapshot", "",
            R"({"SnapshotId":"snap-1","Tags":[{"Key":"aws:dlm:lifecycle-policy-id","Value":"policy-1"}]})")
            .subject());
    CHECK(snapshot.owner == Owner{.type = "AWS::DLM::LifecyclePolicy", .id = "policy-1"});
    CHECK(hidden_by(documents("AWS::IAM::Role", "",
                              R"({"Path":"/aws-service-role/x.amazonaws.com/","RoleName":"a"})")) ==
          "service-linked-roles");
}

TEST_CASE("what matters about a member is shown all the same") {
    // A public automated snapshot; a member that answers metadata calls without a token.
    const auto snapshot = judge(
        rulebook(),
        documents(
            "AWS::EC2::Snapshot", "",
            R"({"SnapshotId":"snap-1","CreateVolumePermissions":[{"Group":"all"}],"Tags":[{"Key":"aws:dlm:lifecycle-policy-id","Value":"policy-1"}]})")
            .subject());
    CHECK_FALSE(snapshot.hidden());
    CHECK(snapshot.severity == model::Severity::critical);
    CHECK(snapshot.owner.has_value());
    auto weak = member;
    weak.insert(1, R"("MetadataOptions":{"HttpTokens":"optional"},)");
    CHECK_FALSE(judge(rulebook(), documents("AWS::EC2::Instance", member, weak).subject()).hidden());
}

TEST_CASE("volumes and interfaces follow the instance that they are attached to") {
    const auto pair =
        documents("AWS::EC2::Volume", "",
                  R"({"VolumeId":"vol-1","Encrypted":true,"Attachments":[{"InstanceId":"i-1"}]})");
    auto subject = pair.subject();
    CHECK_FALSE(judge(rulebook(), subject).hidden());
    Account account;
    subject.neighbours = &account;
    CHECK_FALSE(judge(rulebook(), subject).hidden());
    account.add("AWS::EC2::Instance", "i-1", R"({"InstanceId":"i-1"})");
    CHECK_FALSE(judge(rulebook(), subject).hidden());
    account.add("AWS::EC2::Instance", "i-1", member);
    const auto verdict = judge(rulebook(), subject);
    CHECK(verdict.hidden_by == "members-volumes");
    CHECK(verdict.owner == Owner{.type = "AWS::AutoScaling::AutoScalingGroup", .id = "web"});
}

TEST_CASE("targets with an owner are registered by it, others by people") {
    const std::string type = "AWS::ElasticLoadBalancingV2::TargetGroup";
    const auto group = [](std::string_view kind, std::string_view target) {
        return R"({"TargetType":")" + std::string(kind) + R"(","Targets":[{"Target":{"Id":")" +
               std::string(target) + R"(","Port":80},"TargetHealth":{"State":"healthy"}}]})";
    };
    const auto pair = documents(type, group("instance", "i-1"), group("instance", "i-2"));
    auto subject = pair.subject();
    CHECK_FALSE(judge(rulebook(), subject).hidden());
    Account account;
    account.add("AWS::EC2::Instance", "i-1", member);
    subject.neighbours = &account;
    CHECK_FALSE(judge(rulebook(), subject).hidden());
    account.add("AWS::EC2::Instance", "i-2", member);
    CHECK(judge(rulebook(), subject).hidden_by == "registered-members");
    CHECK(hidden_by(documents(type, group("ip", "10.0.0.1"), group("ip", "10.0.0.2"))) ==
          "registered-addresses");
}

TEST_CASE("a class can be switched off") {
    const model::Rule off{.id = RuleId("autoscaling-members"), .builtin = true, .enabled = false};
    CHECK_FALSE(judge(rulebook({off}), documents("AWS::EC2::Instance", "", member).subject()).hidden());
}

TEST_CASE("a removed member is paired with its successor") {
    const Owner web{.type = "AWS::AutoScaling::AutoScalingGroup", .id = "web"};
    const auto instance = [&](std::string id, model::ChangeOp op) {
        return Member{.type = "AWS::EC2::Instance", .owner = web, .native_id = std::move(id), .op = op};
    };
    using model::ChangeOp;
    const auto all = tally({instance("i-9", ChangeOp::added), instance("i-1", ChangeOp::removed),
                            instance("i-2", ChangeOp::removed), instance("i-8", ChangeOp::added),
                            instance("i-7", ChangeOp::added), instance("i-5", ChangeOp::modified)});
    REQUIRE(all.size() == 1);
    CHECK(all[0].replaced == std::vector<Replacement>{{"i-1", "i-7"}, {"i-2", "i-8"}});
    CHECK(all[0].added == std::vector<std::string>{"i-9"});
    CHECK(all[0].removed.empty());
    CHECK(all[0].modified == std::vector<std::string>{"i-5"});
    CHECK(tally({}).empty());
}

TEST_CASE("a node belongs to its node group before its Auto Scaling group; fleets own what they start") {
    const auto owner = [](std::string_view tags) {
        return judge(rulebook(), documents("AWS::EC2::Instance", "",
                                           R"({"InstanceId":"i-1","Tags":[)" + std::string(tags) + "]}")
                                     .subject())
            .owner;
    };
    CHECK(
        owner(
            R"({"Key":"aws:autoscaling:groupName","Value":"eks-1"},{"Key":"eks:cluster-name","Value":"kube"},
                   {"Key":"eks:nodegroup-name","Value":"workers"})") ==
        Owner{.type = "AWS::EKS::Nodegroup", .id = "kube/workers"});
    CHECK(owner(R"({"Key":"aws:ec2:fleet-id","Value":"fleet-1"})") ==
          Owner{.type = "AWS::EC2::EC2Fleet", .id = "fleet-1"});
    CHECK(owner(R"({"Key":"aws:ec2spot:fleet-request-id","Value":"sfr-1"})") ==
          Owner{.type = "AWS::EC2::SpotFleet", .id = "sfr-1"});
}

TEST_CASE("grants of volumes come and go with them, grants of people do not; each is judged for itself") {
    const auto grant = [](std::string_view id, std::string_view grantee) {
        return R"({"GrantId":")" + std::string(id) + R"(","GranteePrincipal":")" + std::string(grantee) +
               R"("})";
    };
    const auto key = [](const std::string& grants) { return R"({"KeyId":"1","Grants":[)" + grants + "]}"; };
    const auto ec2 = grant("g-1", "arn:aws:sts::111122223333:assumed-role/aws:ec2-infrastructure/i-1");
    const auto other = grant("g-2", "arn:aws:sts::111122223333:assumed-role/aws:ec2-infrastructure/i-2");
    const auto person = grant("g-3", "arn:aws:iam::111122223333:user/anna");
    const std::string type = "AWS::KMS::Key";
    CHECK(hidden_by(documents(type, key(ec2), key(other))) == "volume-grants");
    CHECK(hidden_by(documents(type, key(ec2), key(""))) == "volume-grants");
    const auto both = documents(type, key(ec2), key(other + "," + person));
    const auto verdict = judge(rulebook(), both.subject());
    CHECK_FALSE(verdict.hidden());
    REQUIRE(verdict.paths.size() == both.changes().size());
    for (std::size_t i = 0; i < verdict.paths.size(); ++i)
        CHECK(verdict.paths[i].hidden_by.empty() ==
              (both.changes()[i].path.find("g-3") != std::string::npos));
}

TEST_CASE("a certificate that is renewed by itself is no drift; one that was imported anew is") {
    const auto certificate = [](std::string_view kind, int serial) {
        return fmt::format(
            R"({{"CertificateArn":"c","Type":"{}","Serial":"{}","NotAfter":"202{}-01-01T00:00:00Z"}})", kind,
            serial, serial);
    };
    const std::string type = "AWS::ACM::Certificate";
    CHECK(hidden_by(documents(type, certificate("AMAZON_ISSUED", 1), certificate("AMAZON_ISSUED", 2))) ==
          "renewed-certificates");
    CHECK(hidden_by(documents(type, certificate("IMPORTED", 1), certificate("IMPORTED", 2))).empty());
}

TEST_CASE("tasks, versions, recovery points and automated snapshots belong to the thing that makes them") {
    const auto owner = [](const std::string& type, const std::string& document) {
        const auto pair = documents(type, document, "");
        const auto verdict = judge(rulebook(), pair.subject());
        CHECK(verdict.hidden());
        return verdict.owner ? verdict.owner->type + " " + verdict.owner->id : std::string();
    };
    const std::string task = R"({"taskArn":"arn:t","clusterArn":"arn:aws:ecs:r:1:cluster/main","group":")";
    CHECK(owner("AWS::ECS::Task", task + R"(service:web"})") == "AWS::ECS::Service main/web");
    CHECK(owner("AWS::ECS::Task", task + R"(family:report"})") == "AWS::ECS::Cluster main");
    CHECK(owner("AWS::Lambda::Version", R"({"FunctionName":"resize","Version":"3"})") ==
          "AWS::Lambda::Function resize");
    CHECK(owner("AWS::Backup::RecoveryPoint", R"({"CreatedBy":{"BackupPlanId":"plan-1"}})") ==
          "AWS::Backup::BackupPlan plan-1");
    CHECK(owner("AWS::RDS::DBSnapshot", R"({"SnapshotType":"automated","DBInstanceIdentifier":"db"})") ==
          "AWS::RDS::DBInstance db");
    // Of two jobs of the same volume the second takes the place of the first.
    const auto snapshot = [](std::string_view job) {
        return fmt::format(
            R"({{"VolumeId":"vol-1","Tags":[{{"Key":"aws:backup:source-resource","Value":"vol-1:{}"}}]}})",
            job);
    };
    CHECK(owner("AWS::EC2::Snapshot", snapshot("a")) == owner("AWS::EC2::Snapshot", snapshot("b")));
    const auto tallies =
        tally({{"AWS::ECS::Task", {"AWS::ECS::Service", "main/web"}, "arn:t1", model::ChangeOp::removed},
               {"AWS::ECS::Task", {"AWS::ECS::Service", "main/web"}, "arn:t2", model::ChangeOp::added}});
    REQUIRE(tallies.size() == 1);
    CHECK(tallies[0].replaced == std::vector<Replacement>{{"arn:t1", "arn:t2"}});
}

TEST_CASE("a shorter retention of a recovery point, or one taken by hand, is listed") {
    const std::string type = "AWS::Backup::RecoveryPoint";
    const auto point = [](int days) {
        return fmt::format(
            R"({{"CreatedBy":{{"BackupPlanId":"plan-1"}},"Lifecycle":{{"DeleteAfterDays":{}}}}})", days);
    };
    CHECK(hidden_by(documents(type, point(35), point(1))).empty());
    CHECK(hidden_by(documents(type, R"({"IamRoleArn":"arn:r"})", "")).empty());
}
