// Every built-in class by its name: what it hides, and the nearest thing to it that it must not hide.
#include <doctest/doctest.h>

#include <set>

#include "drift/judge_fixture.h"
#include "drift/noise.h"

using namespace patrol;
using namespace patrol::drift;

namespace {

// Documents before and after; an empty text: the resource is not there. `other` is what a person could
// have done in place of `after`.
struct Example {
    std::string_view name, type, before, after, other;
};

const Example values[] = {
    {"autoscaled-instances", "AWS::AutoScaling::AutoScalingGroup",
     R"({"MinSize":1,"MaxSize":5,"DesiredCapacity":2})", R"({"MinSize":1,"MaxSize":5,"DesiredCapacity":4})",
     R"({"MinSize":1,"MaxSize":9,"DesiredCapacity":2})"},
    {"autoscaled-nodes", "AWS::EKS::Nodegroup",
     R"({"scalingConfig":{"minSize":1,"maxSize":5,"desiredSize":2}})",
     R"({"scalingConfig":{"minSize":1,"maxSize":5,"desiredSize":4}})",
     R"({"scalingConfig":{"minSize":0,"maxSize":5,"desiredSize":2}})"},
    {"autoscaled-tasks", "AWS::ECS::Service",
     R"({"serviceName":"web","clusterArn":"arn:aws:ecs:r:1:cluster/main","desiredCount":1})",
     R"({"serviceName":"web","clusterArn":"arn:aws:ecs:r:1:cluster/main","desiredCount":4})",
     R"({"serviceName":"web","clusterArn":"arn:aws:ecs:r:1:cluster/main","desiredCount":11})"},
    {"autoscaled-table-reads", "AWS::DynamoDB::Table",
     R"({"TableName":"t","ProvisionedThroughput":{"ReadCapacityUnits":1}})",
     R"({"TableName":"t","ProvisionedThroughput":{"ReadCapacityUnits":5}})",
     R"({"TableName":"t","ProvisionedThroughput":{"ReadCapacityUnits":11}})"},
    {"autoscaled-table-writes", "AWS::DynamoDB::Table",
     R"({"TableName":"t","ProvisionedThroughput":{"WriteCapacityUnits":1}})",
     R"({"TableName":"t","ProvisionedThroughput":{"WriteCapacityUnits":5}})",
     R"({"TableName":"t","ProvisionedThroughput":{"WriteCapacityUnits":11}})"},
    {"autoscaled-index-reads", "AWS::DynamoDB::Table",
     R"({"TableName":"t","GlobalSecondaryIndexes":[{"IndexName":"i","ProvisionedThroughput":{"ReadCapacityUnits":1}}]})",
     R"({"TableName":"t","GlobalSecondaryIndexes":[{"IndexName":"i","ProvisionedThroughput":{"ReadCapacityUnits":5}}]})",
     R"({"TableName":"t","GlobalSecondaryIndexes":[{"IndexName":"i","ProvisionedThroughput":{"ReadCapacityUnits":11}}]})"},
    {"autoscaled-index-writes", "AWS::DynamoDB::Table",
     R"({"TableName":"t","GlobalSecondaryIndexes":[{"IndexName":"i","ProvisionedThroughput":{"WriteCapacityUnits":1}}]})",
     R"({"TableName":"t","GlobalSecondaryIndexes":[{"IndexName":"i","ProvisionedThroughput":{"WriteCapacityUnits":5}}]})",
     R"({"TableName":"t","GlobalSecondaryIndexes":[{"IndexName":"i","ProvisionedThroughput":{"WriteCapacityUnits":11}}]})"},
    {"registered-members", "AWS::ElasticLoadBalancingV2::TargetGroup",
     R"({"TargetType":"instance","Targets":[]})",
     R"({"TargetType":"instance","Targets":[{"Target":{"Id":"i-1","Port":80}}]})",
     R"({"TargetType":"instance","Targets":[{"Target":{"Id":"i-7","Port":80}}]})"},
    {"registered-addresses", "AWS::ElasticLoadBalancingV2::TargetGroup",
     R"({"TargetType":"ip","Targets":[]})",
     R"({"TargetType":"ip","Targets":[{"Target":{"Id":"10.0.0.1","Port":80}}]})",
     R"({"TargetType":"ip","Targets":[],"Port":81})"},
    {"volume-grants", "AWS::KMS::Key", R"({"Grants":[]})",
     R"({"Grants":[{"GrantId":"g","GranteePrincipal":"arn:aws:sts::1:assumed-role/aws:ec2-infrastructure/i-1"}]})",
     R"({"Grants":[{"GrantId":"g","GranteePrincipal":"arn:aws:iam::1:user/anna"}]})"},
    {"renewed-certificates", "AWS::ACM::Certificate", R"({"Type":"AMAZON_ISSUED","Serial":"1"})",
     R"({"Type":"AMAZON_ISSUED","Serial":"2"})", R"({"Type":"IMPORTED","Serial":"2"})"},
    {"autoscaled-cluster-members", "AWS::RDS::DBCluster", R"({"DBClusterMembers":[]})",
     R"({"DBClusterMembers":[{"DBInstanceIdentifier":"application-autoscaling-1"}]})",
     R"({"DBClusterMembers":[{"DBInstanceIdentifier":"reader-1"}]})"},
    {"function-versions", "AWS::Lambda::Function", R"({"Version":"1"})", R"({"Version":"2"})",
     R"({"Version":"1","Runtime":"python3.13"})"},
    {"system-tags", "AWS::EC2::Subnet", R"({"Tags":[{"Key":"aws:x","Value":"1"}]})",
     R"({"Tags":[{"Key":"aws:x","Value":"2"}]})",
     R"({"Tags":[{"Key":"aws:x","Value":"1"},{"Key":"env","Value":"2"}]})"},
};

// Whole objects that came (`after`), and one beside them that no controller owns (`other`).
const Example objects[] = {
    {"node-group-members", "AWS::EC2::Instance", "",
     R"({"Tags":[{"Key":"eks:cluster-name","Value":"kube"},{"Key":"eks:nodegroup-name","Value":"workers"}]})",
     R"({"Tags":[{"Key":"eks:nodegroup-name","Value":"workers"}]})"},
    {"autoscaling-members", "AWS::EC2::Instance", "",
     R"({"Tags":[{"Key":"aws:autoscaling:groupName","Value":"web"}]})",
     R"({"Tags":[{"Key":"Name","Value":"web"}]})"},
    {"fleet-members", "AWS::EC2::Instance", "", R"({"Tags":[{"Key":"aws:ec2:fleet-id","Value":"f"}]})", "{}"},
    {"spot-fleet-members", "AWS::EC2::Instance", "",
     R"({"Tags":[{"Key":"aws:ec2spot:fleet-request-id","Value":"f"}]})", "{}"},
    {"karpenter-members", "AWS::EC2::Instance", "",
     R"({"Tags":[{"Key":"eks:eks-cluster-name","Value":"kube"}]})", "{}"},
    {"emr-members", "AWS::EC2::Instance", "",
     R"({"Tags":[{"Key":"aws:elasticmapreduce:job-flow-id","Value":"j"}]})", "{}"},
    {"service-managed", "AWS::EC2::Volume", "", R"({"Operator":{"Managed":true}})",
     R"({"Operator":{"Managed":false}})"},
    {"node-group-scaling", "AWS::AutoScaling::AutoScalingGroup", "",
     R"({"Tags":[{"Key":"eks:cluster-name","Value":"kube"},{"Key":"eks:nodegroup-name","Value":"workers"}]})",
     "{}"},
    {"lambda-interfaces", "AWS::EC2::NetworkInterface", "",
     R"({"InterfaceType":"lambda","Description":"AWS Lambda VPC ENI-fn-0a1b2c3d-1111-2222-3333-444455556666"})",
     R"({"InterfaceType":"interface","Description":"AWS Lambda VPC ENI-fn-0a1b2c3d-1111-2222-3333-444455556666"})"},
    {"service-tasks", "AWS::ECS::Task", "",
     R"({"taskArn":"arn:t","clusterArn":"arn:aws:ecs:r:1:cluster/main","group":"service:web"})",
     R"({"taskArn":"arn:t","group":"service:web"})"},
    {"single-tasks", "AWS::ECS::Task", "",
     R"({"taskArn":"arn:t","clusterArn":"arn:aws:ecs:r:1:cluster/main","group":"family:report"})",
     R"({"taskArn":"arn:t","group":"family:report"})"},
    {"task-interfaces", "AWS::EC2::NetworkInterface", "",
     R"({"Description":"arn:aws:ecs:r:1:attachment/a","TagSet":[{"Key":"aws:ecs:serviceName","Value":"web"},{"Key":"aws:ecs:clusterName","Value":"main"}]})",
     R"({"Description":"mine","TagSet":[{"Key":"aws:ecs:serviceName","Value":"web"}]})"},
    {"task-interfaces-of-clusters", "AWS::EC2::NetworkInterface", "",
     R"({"Description":"arn:aws:ecs:r:1:attachment/a","TagSet":[{"Key":"aws:ecs:clusterName","Value":"main"}]})",
     R"({"Description":"mine"})"},
    {"pod-interfaces", "AWS::EC2::NetworkInterface", "",
     R"({"Description":"aws-K8S-i-1","TagSet":[{"Key":"cluster.k8s.amazonaws.com/name","Value":"kube"}]})",
     R"({"Description":"aws-K8S-i-1"})"},
    {"service-interfaces", "AWS::EC2::NetworkInterface", "", R"({"RequesterManaged":true})",
     R"({"RequesterManaged":false})"},
    {"members-interfaces", "AWS::EC2::NetworkInterface", "", R"({"Attachment":{"InstanceId":"i-1"}})",
     R"({"Attachment":{"InstanceId":"i-7"}})"},
    {"members-volumes", "AWS::EC2::Volume", "", R"({"Attachments":[{"InstanceId":"i-1"}]})",
     R"({"Attachments":[{"InstanceId":"i-7"}]})"},
    {"claimed-volumes", "AWS::EC2::Volume", "", R"({"Tags":[{"Key":"KubernetesCluster","Value":"kube"}]})",
     "{}"},
    {"backup-snapshots", "AWS::EC2::Snapshot", "",
     R"({"VolumeId":"vol-1","Tags":[{"Key":"aws:backup:source-resource","Value":"v:job-1"}]})",
     R"({"VolumeId":"vol-1","Tags":[{"Key":"Name","Value":"aws:backup:source-resource"}]})"},
    {"recovery-points", "AWS::Backup::RecoveryPoint", "",
     R"({"RecoveryPointArn":"arn:r","CreatedBy":{"BackupPlanId":"plan-1"}})",
     R"({"RecoveryPointArn":"arn:r","IamRoleArn":"arn:by-hand"})"},
    {"members-container-instances", "AWS::ECS::ContainerInstance", "", R"({"ec2InstanceId":"i-1"})",
     R"({"ec2InstanceId":"i-7"})"},
    {"members-managed-instances", "AWS::SSM::ManagedInstance", "", R"({"InstanceId":"i-1"})",
     R"({"InstanceId":"mi-7"})"},
    {"autoscaled-readers", "AWS::RDS::DBInstance", "",
     R"({"DBInstanceIdentifier":"application-autoscaling-1","DBClusterIdentifier":"shop"})",
     R"({"DBInstanceIdentifier":"reader-1","DBClusterIdentifier":"shop"})"},
    {"cloud-events", "AWS::Health::Event", "", R"({"eventTypeCategory":"scheduledChange"})",
     R"({"eventTypeCategory":"something new"})"},
    {"published-versions", "AWS::Lambda::Version", "", R"({"FunctionName":"resize","Version":"4"})",
     R"({"Version":"4"})"},
    {"lifecycle-snapshots", "AWS::EC2::Snapshot", "",
     R"({"Tags":[{"Key":"aws:dlm:lifecycle-policy-id","Value":"p"}]})", "{}"},
    {"backup-images", "AWS::EC2::Image", "",
     R"({"Name":"AwsBackup_i-1_0c1d","Tags":[{"Key":"aws:backup:source-resource","Value":"i-1:job-1"}]})",
     R"({"Name":"AwsBackup_i-1_0c1d"})"},
    {"lifecycle-images", "AWS::EC2::Image", "",
     R"({"Tags":[{"Key":"aws:dlm:lifecycle-policy-id","Value":"p"}]})", "{}"},
    {"image-snapshots", "AWS::EC2::Snapshot", "",
     R"({"Description":"Created by CreateImage(i-1) for ami-1"})",
     R"({"Description":"before the migration"})"},
    {"automated-database-snapshots", "AWS::RDS::DBSnapshot", "",
     R"({"SnapshotType":"automated","DBInstanceIdentifier":"db"})",
     R"({"SnapshotType":"manual","DBInstanceIdentifier":"db"})"},
    {"automated-cluster-snapshots", "AWS::RDS::DBClusterSnapshot", "",
     R"({"SnapshotType":"awsbackup","DBClusterIdentifier":"db"})",
     R"({"SnapshotType":"manual","DBClusterIdentifier":"db"})"},
    {"automated-warehouse-snapshots", "AWS::Redshift::ClusterSnapshot", "",
     R"({"SnapshotType":"automated","ClusterIdentifier":"dw"})",
     R"({"SnapshotType":"manual","ClusterIdentifier":"dw"})"},
    {"automated-cache-snapshots", "AWS::ElastiCache::Snapshot", "",
     R"({"SnapshotSource":"automated","ReplicationGroupId":"cache"})",
     R"({"SnapshotSource":"manual","ReplicationGroupId":"cache"})"},
    {"automated-node-snapshots", "AWS::ElastiCache::Snapshot", "",
     R"({"SnapshotSource":"automated","CacheClusterId":"cache-001"})",
     R"({"SnapshotSource":"manual","CacheClusterId":"cache-001"})"},
    {"automated-file-backups", "AWS::FSx::Backup", "",
     R"({"Type":"AUTOMATIC","FileSystem":{"FileSystemId":"fs-1"}})",
     R"({"Type":"USER_INITIATED","FileSystem":{"FileSystemId":"fs-1"}})"},
    {"automated-table-backups", "AWS::DynamoDB::Backup", "", R"({"BackupType":"SYSTEM","TableName":"t"})",
     R"({"BackupType":"USER","TableName":"t"})"},
    {"tracking-alarms", "AWS::CloudWatch::Alarm", "", R"({"AlarmName":"TargetTracking-table/t-AlarmHigh-1"})",
     R"({"AlarmName":"mine"})"},
    {"managed-rules", "AWS::Events::Rule", "", R"({"ManagedBy":"autoscaling.amazonaws.com"})", "{}"},
    {"service-linked-roles", "AWS::IAM::Role", "", R"({"Path":"/aws-service-role/x/"})", R"({"Path":"/"})"},
    {"cloud-keys", "AWS::KMS::Key", "", R"({"KeyManager":"AWS"})", R"({"KeyManager":"CUSTOMER"})"},
    {"cloud-secrets", "AWS::SecretsManager::Secret", "", R"({"OwningService":"rds"})", "{}"},
};

// An instance of an Auto Scaling group, and scalable targets that all end at 10.
Account neighbours() {
    Account out;
    out.add("AWS::EC2::Instance", "i-1", R"({"Tags":[{"Key":"aws:autoscaling:groupName","Value":"web"}]})");
    for (const auto* target :
         {"service/main/web+ecs:service:DesiredCount", "table/t+dynamodb:table:ReadCapacityUnits",
          "table/t+dynamodb:table:WriteCapacityUnits", "table/t/index/i+dynamodb:index:ReadCapacityUnits",
          "table/t/index/i+dynamodb:index:WriteCapacityUnits"})
        out.add("AWS::ApplicationAutoScaling::ScalableTarget", target,
                R"({"MinCapacity":1,"MaxCapacity":10})");
    return out;
}

Judgement judged(const Example& example, std::string_view after) {
    static const Account all = neighbours();
    static const Rulebook rules(the_catalogue(), {}, Timestamp{.ms = 1});
    const auto pair = documents(std::string(example.type), example.before, after);
    auto subject = pair.subject();
    subject.neighbours = &all;
    return judge(rules, subject);
}

}  // namespace

TEST_CASE("each class of values hides its own and nothing beside it") {
    for (const auto& example : values) {
        CAPTURE(example.name);
        CHECK(judged(example, example.after).hidden_by == example.name);
        CHECK_FALSE(judged(example, example.other).hidden());
    }
}

TEST_CASE("each class of whole objects counts its own under an owner and lists the others") {
    for (const auto& example : objects) {
        CAPTURE(example.name);
        const auto verdict = judged(example, example.after);
        CHECK(verdict.hidden_by == example.name);
        CHECK(verdict.owner.has_value());
        CHECK_FALSE(judged(example, example.other).hidden());
    }
}

TEST_CASE("every built-in class has an example here") {
    std::set<std::string> tested{std::string(reordered_class)}, known;
    for (const auto& example : values) tested.emplace(example.name);
    for (const auto& example : objects) tested.emplace(example.name);
    for (const auto& rule : builtin_rules(the_catalogue().severity())) known.insert(rule.id.str());
    CHECK(tested == known);
}
