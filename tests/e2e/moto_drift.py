"""What a customer does to an account in moto_server by boto3, and what Patrol calls it: every kind of change
gives exactly the paths that it is about, and a rewrite that changes nothing gives none. Each round changes
many resources between two scans; what is left over in a round would be a path that nobody changed. Skipped
without moto_server."""
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402

REGION = "us-east-1"
READ_ALL = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]})
KINDS_MIN, TYPES_MIN, REWRITES_MIN = 40, 30, 20


class Context:
    def __init__(self, patrol):
        from harness import moto_account
        from harness.moto_server import MotoServer
        from harness.patrol_server import Server
        self.moto = MotoServer()
        self.customer = moto_account.populate(self.moto.url, regions=(REGION,))
        self.number = self.customer.account_id
        self.server = Server(patrol, {"AWS_ENDPOINT_URL": self.moto.url, "AWS_ACCESS_KEY_ID": "testing",
                                      "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": REGION}).start()
        self.api = self.server.api()
        made = self.api.post("/cloud-accounts", {"name": "moto", "provider": "aws", "regions": [REGION],
                                                 "auth": {"kind": "role", "role_arn": None, "allow_insecure_trust": True}})
        self.account = made["id"]
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--token", token, "--yes", "--server", self.server.url, environment={
            "AWS_ENDPOINT_URL": self.moto.url, "AWS_REGION": REGION, **self.customer.environment})
        assert done.returncode == 0, done.stderr
        self.made, self.types, self.kinds, self.rewrites = {}, set(), 0, 0
        self.prepare()
        self.settle()

    def aws(self, service):
        return self.customer.client(service, REGION)

    def prepare(self):
        """Resources of our own, so that a change can be told from its neighbours'."""
        ec2 = self.aws("ec2")
        self.vpc = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.1.0.0/16"]}])["Vpcs"][0]["VpcId"]
        self.subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])["Subnets"][0]["SubnetId"]
        self.group = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["web"]}])["SecurityGroups"][0]["GroupId"]
        self.table = next(t["RouteTableId"] for t in ec2.describe_route_tables()["RouteTables"]
                          if any(r.get("GatewayId", "").startswith("igw-") for r in t["Routes"]))
        self.key = next(k["KeyId"] for k in self.aws("kms").list_keys()["Keys"]
                        if self.aws("kms").describe_key(KeyId=k["KeyId"])["KeyMetadata"]["Description"] == "data")
        self.bucket = f"data.{REGION}.{self.number}"
        self.queue = self.aws("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
        self.topic = f"arn:aws:sns:{REGION}:{self.number}:alerts"
        self.instances = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
        self.volume = next(v["VolumeId"] for v in ec2.describe_volumes()["Volumes"] if not v["Attachments"])
        v2 = self.aws("elbv2")
        self.balancer = v2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
        self.target = v2.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
        self.listener = v2.describe_listeners(LoadBalancerArn=self.balancer)["Listeners"][0]["ListenerArn"]
        self.pool = self.aws("cognito-idp").list_user_pools(MaxResults=5)["UserPools"][0]["Id"]
        self.rest = self.aws("apigateway").get_rest_apis()["items"][0]["id"]
        self.http = self.aws("apigatewayv2").get_apis()["Items"][0]["ApiId"]
        self.detector = self.aws("guardduty").list_detectors()["DetectorIds"][0]
        self.root_volume = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [
            self.instances[3]]}])["Volumes"][0]["VolumeId"]
        self.efs = self.aws("efs").describe_file_systems()["FileSystems"][0]["FileSystemId"]

    def settle(self):
        """moto issues certificates a minute after they were requested."""
        end = time.time() + 100
        while time.time() < end and any(
                self.aws("acm").describe_certificate(CertificateArn=c["CertificateArn"])["Certificate"]["Status"] != "ISSUED"
                for c in self.aws("acm").list_certificates()["CertificateSummaryList"]):
            time.sleep(2)

    def baseline(self):
        scan = self.api.scan(self.account, timeout_s=900)
        assert scan["snapshot_id"], scan
        self.api.post(f"/snapshots/{scan['snapshot_id']}/accept-as-baseline")

    def drift(self):
        """{(type, native id): change} after a scan."""
        self.api.scan(self.account, timeout_s=900)
        return {(each["resource"]["type"], each["resource"]["native_id"]): each
                for each in self.api.all("/changes?q=state%3Dopen")}

    def stop(self):
        self.server.stop()
        self.moto.stop()


def shown(change):
    return change["op"] if change["op"] != "modified" else sorted(path["path"] for path in change["paths"])


def nothing():
    """What comes with the step before it."""


def play(c, steps, rounds_name, scans=1):
    """steps: (type, native id, expected, call). A resource may be named once in a round."""
    c.baseline()
    expected = {}
    for kind, native_id, paths, call in steps:
        answer = call()
        native_id = native_id(answer) if callable(native_id) else native_id
        assert (kind, native_id) not in expected, (kind, native_id)
        expected[kind, native_id] = paths if isinstance(paths, str) else sorted(paths)
        c.types.add(kind)
        c.kinds += call is not nothing
    for _ in range(scans - 1):
        c.drift()
    found = {key: shown(change) for key, change in c.drift().items()}
    wrong = [f"{key}: {found.get(key)} instead of {expected.get(key)}"
             for key in sorted(expected.keys() | found.keys(), key=str) if found.get(key) != expected.get(key)]
    assert not wrong, rounds_name + "\n" + "\n".join(wrong)
    print(f"         {len(expected)} changes")


def rule_on(c, port):
    rules = c.aws("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [c.group]}])
    return next(rule["SecurityGroupRuleId"] for rule in rules["SecurityGroupRules"] if rule.get("FromPort") == port)


def tags(**more):
    return [{"Key": key, "Value": value} for key, value in more.items()]


def test_idle_account_has_no_drift(c):
    c.baseline()
    for _ in range(50 if os.environ.get("PATROL_LONG") else 10):
        found = c.drift()
        assert found == {}, found


def test_network_and_machines(c):
    ec2 = c.aws("ec2")
    scaling = c.aws("autoscaling")
    v2 = c.aws("elbv2")
    play(c, [
        ("AWS::EC2::SecurityGroup", c.group, ['IpPermissions["tcp",5432,5432]'],
         lambda: ec2.authorize_security_group_ingress(GroupId=c.group, IpPermissions=[
             {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])),
        ("AWS::EC2::SecurityGroupRule", lambda _: rule_on(c, 5432), "added", nothing),
        ("AWS::EC2::VPC", c.vpc, ["EnableDnsHostnames.Value"],
         lambda: ec2.modify_vpc_attribute(VpcId=c.vpc, EnableDnsHostnames={"Value": True})),
        ("AWS::EC2::Subnet", c.subnet, ["MapPublicIpOnLaunch"],
         lambda: ec2.modify_subnet_attribute(SubnetId=c.subnet, MapPublicIpOnLaunch={"Value": True})),
        ("AWS::EC2::RouteTable", c.table, ['Routes["0.0.0.0/0",,]'],
         lambda: ec2.delete_route(RouteTableId=c.table, DestinationCidrBlock="0.0.0.0/0")),
        ("AWS::EC2::Instance", c.instances[0], ["Tags[Key=env].Value"],
         lambda: ec2.create_tags(Resources=[c.instances[0]], Tags=tags(env="prod"))),
        ("AWS::EC2::Instance", c.instances[1], ["Tags[Key=new]"],
         lambda: ec2.create_tags(Resources=[c.instances[1]], Tags=tags(new="1"))),
        ("AWS::EC2::Volume", c.volume, ["Tags[Key=owner]"],
         lambda: ec2.delete_tags(Resources=[c.volume], Tags=[{"Key": "owner"}])),
        ("AWS::EC2::KeyPair", lambda a: a["KeyPairId"], "added", lambda: ec2.create_key_pair(KeyName="second")),
        ("AWS::AutoScaling::AutoScalingGroup", "web", ["MaxSize"],
         lambda: scaling.update_auto_scaling_group(AutoScalingGroupName="web", MaxSize=5)),
        ("AWS::AutoScaling::LaunchConfiguration", "lc2", "added", lambda: scaling.create_launch_configuration(
            LaunchConfigurationName="lc2", ImageId="ami-12345678", InstanceType="t3.micro")),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", c.target, ["HealthCheckPath"],
         lambda: v2.modify_target_group(TargetGroupArn=c.target, HealthCheckPath="/alive")),
        ("AWS::ElasticLoadBalancingV2::Listener", c.listener, ["Port"],
         lambda: v2.modify_listener(ListenerArn=c.listener, Port=8080)),
    ], "network")


def test_storage_and_messages(c):
    s3 = c.aws("s3")
    public = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Sid": "open", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
         "Resource": f"arn:aws:s3:::{c.bucket}/*"}]})
    play(c, [
        ("AWS::S3::Bucket", c.bucket, ["Policy"], lambda: s3.put_bucket_policy(Bucket=c.bucket, Policy=public)),
        ("AWS::S3::Bucket", f"logs-{REGION}-{c.number}", ["Versioning.Status"], lambda: s3.put_bucket_versioning(
            Bucket=f"logs-{REGION}-{c.number}", VersioningConfiguration={"Status": "Enabled"})),
        ("AWS::SQS::Queue", c.queue, ["VisibilityTimeout"],
         lambda: c.aws("sqs").set_queue_attributes(QueueUrl=c.queue, Attributes={"VisibilityTimeout": "60"})),
        ("AWS::SNS::Topic", c.topic, ["DisplayName"], lambda: c.aws("sns").set_topic_attributes(
            TopicArn=c.topic, AttributeName="DisplayName", AttributeValue="Alerts")),
        ("AWS::DynamoDB::Table", "sessions", ["LatestStreamArn", "LatestStreamLabel", "StreamSpecification"], lambda: c.aws("dynamodb").update_table(
            TableName="sessions", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})),
        ("AWS::Logs::LogGroup", lambda a: f"/app/web", ["retentionInDays"],
         lambda: c.aws("logs").put_retention_policy(logGroupName="/app/web", retentionInDays=30)),
        ("AWS::CloudWatch::Alarm", "cpu", ["Threshold"], lambda: c.aws("cloudwatch").put_metric_alarm(
            AlarmName="cpu", MetricName="CPUUtilization", Namespace="AWS/EC2", ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1, Period=60, Statistic="Average", Threshold=90)),
        ("AWS::Events::Rule", f"arn:aws:events:{REGION}:{c.number}:rule/nightly", ["State"], lambda: c.aws("events").disable_rule(Name="nightly")),
        ("AWS::Kinesis::Stream", "clicks", ["RetentionPeriodHours"],
         lambda: c.aws("kinesis").increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=48)),
        ("AWS::SSM::Parameter", "/app/new", "added",
         lambda: c.aws("ssm").put_parameter(Name="/app/new", Value="x", Type="String")),
        ("AWS::ECR::Repository", "web", ["imageTagMutability"], lambda: c.aws("ecr").put_image_tag_mutability(
            repositoryName="web", imageTagMutability="IMMUTABLE")),
        ("AWS::EFS::FileSystem", c.efs, ["Tags[Key=env]"],
         lambda: c.aws("efs").tag_resource(ResourceId=c.efs, Tags=tags(env="prod"))),
    ], "storage")


def test_identity_and_compute(c):
    iam = c.aws("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})
    play(c, [
        ("AWS::IAM::Role", "app", ["AssumeRolePolicyDocument.Statement[0].Principal.AWS",
                                   "AssumeRolePolicyDocument.Statement[0].Principal.Service"],
         lambda: iam.update_assume_role_policy(RoleName="app", PolicyDocument=trust)),
        ("AWS::IAM::User", "alice", ["AttachedManagedPolicies[PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess]"], lambda: iam.attach_user_policy(
            UserName="alice", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")),
        ("AWS::IAM::User", "bob", "added", lambda: iam.create_user(UserName="bob")),
        ("AWS::IAM::Group", "admins", ["GroupPolicyList[PolicyName=all]"], lambda: iam.put_group_policy(
            GroupName="admins", PolicyName="all", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "*", "Resource": "*"}]}))),
        ("AWS::IAM::AccountPasswordPolicy", "account", ["MinimumPasswordLength"],
         lambda: iam.update_account_password_policy(MinimumPasswordLength=8)),
        ("AWS::KMS::Key", c.key, ["KeyRotationEnabled"], lambda: c.aws("kms").enable_key_rotation(KeyId=c.key)),
        ("AWS::Lambda::Function", "worker", ["Timeout"],
         lambda: c.aws("lambda").update_function_configuration(FunctionName="worker", Timeout=30)),
        ("AWS::ECS::Service", f"arn:aws:ecs:{REGION}:{c.number}:service/apps/web", ["desiredCount"],
         lambda: c.aws("ecs").update_service(cluster="apps", service="web", desiredCount=3)),
        ("AWS::RDS::DBInstance", "orders", ["DeletionProtection"], lambda: c.aws("rds").modify_db_instance(
            DBInstanceIdentifier="orders", DeletionProtection=True, ApplyImmediately=True)),
        ("AWS::SecretsManager::Secret", lambda a: a["ARN"], ["Description"],
         lambda: c.aws("secretsmanager").update_secret(SecretId="db", Description="the database")),
        ("AWS::CloudTrail::Trail", f"audit-{REGION}", ["IsMultiRegionTrail"],
         lambda: c.aws("cloudtrail").update_trail(Name=f"audit-{REGION}", IsMultiRegionTrail=True)),
        ("AWS::Cognito::UserPool", c.pool, 
         ["MfaConfig.MfaConfiguration", "MfaConfig.SoftwareTokenMfaConfiguration", "MfaConfiguration"],
         lambda: c.aws("cognito-idp").set_user_pool_mfa_config(UserPoolId=c.pool, MfaConfiguration="OPTIONAL",
                                                               SoftwareTokenMfaConfiguration={"Enabled": True})),
    ], "identity")


def test_interfaces_and_removals(c):
    play(c, [
        ("AWS::ApiGateway::RestApi", c.rest, ["description"], lambda: c.aws("apigateway").update_rest_api(
            restApiId=c.rest, patchOperations=[{"op": "replace", "path": "/description", "value": "orders"}])),
        ("AWS::ApiGatewayV2::Api", c.http, ["Description"],
         lambda: c.aws("apigatewayv2").update_api(ApiId=c.http, Description="events")),
        ("AWS::GuardDuty::Detector", c.detector, ["Status"],
         lambda: c.aws("guardduty").update_detector(DetectorId=c.detector, Enable=False)),
        ("AWS::EC2::Instance", c.instances[3], ["BlockDeviceMappings[DeviceName=/dev/sda1]", "State.Code", "State.Name"],
         lambda: c.aws("ec2").terminate_instances(InstanceIds=[c.instances[3]])),
        ("AWS::EC2::Volume", c.root_volume, "removed", nothing),
        ("AWS::IAM::User", "bob", "removed", lambda: c.aws("iam").delete_user(UserName="bob")),
        ("AWS::SSM::Parameter", "/app/new", "removed", lambda: c.aws("ssm").delete_parameter(Name="/app/new")),
        ("AWS::AutoScaling::LaunchConfiguration", "lc2", "removed",
         lambda: c.aws("autoscaling").delete_launch_configuration(LaunchConfigurationName="lc2")),
        ("AWS::Backup::BackupVault", "second", "added",
         lambda: c.aws("backup").create_backup_vault(BackupVaultName="second")),
        ("AWS::Logs::LogGroup", "/app/second", "added",
         lambda: c.aws("logs").create_log_group(logGroupName="/app/second")),
        ("AWS::IAM::ManagedPolicy", lambda a: a["Policy"]["Arn"], "added", lambda: c.aws("iam").create_policy(
            PolicyName="writer", PolicyDocument=READ_ALL)),
        ("AWS::StepFunctions::StateMachine", f"arn:aws:states:{REGION}:{c.number}:stateMachine:flow", "removed",
         lambda: c.aws("stepfunctions").delete_state_machine(
             stateMachineArn=f"arn:aws:states:{REGION}:{c.number}:stateMachine:flow")),
        ("AWS::Glue::Database", "second", "added",
         lambda: c.aws("glue").create_database(DatabaseInput={"Name": "second"})),
        ("AWS::EKS::Cluster", "second", "added", lambda: c.aws("eks").create_cluster(
            name="second", roleArn=f"arn:aws:iam::{c.number}:role/app", resourcesVpcConfig={"subnetIds": [c.subnet]})),
    ], "interfaces", scans=2)  # IAM's lists are eventually consistent: a removal there is believed the second time


def test_what_controllers_make_is_counted_under_them(c):
    """Versions, tasks and automated snapshots come; what is listed is the database that somebody made."""
    c.baseline()
    c.aws("lambda").publish_version(FunctionName="worker")
    c.aws("ecs").run_task(cluster="apps", taskDefinition="web", launchType="FARGATE", group="service:web", startedBy="ecs-svc/1")
    c.aws("ecs").run_task(cluster="apps", taskDefinition="web", launchType="FARGATE", startedBy="events-rule/report")
    c.aws("rds").create_db_instance(DBInstanceIdentifier="reports", DBInstanceClass="db.t3.micro", Engine="postgres",
                                    MasterUsername="root", MasterUserPassword="CANARY-PASSWORD", AllocatedStorage=10)
    found = {key: shown(change) for key, change in c.drift().items()}
    assert found == {("AWS::RDS::DBInstance", "reports"): "added"}, found
    unexplained = next(each for each in c.api.all("/change-sets?q=state%3Dopen") if each["kind"] == "unexplained")
    owners = c.api.get(f"/change-sets/{unexplained['id']}")["owned"]["owners"]
    counted = {(each["type"], each["owner_type"], each["owner_id"], each["added"]) for each in owners}
    assert counted == {("AWS::Lambda::Version", "AWS::Lambda::Function", "worker", 1),
                       ("AWS::ECS::Task", "AWS::ECS::Service", "apps/web", 1), ("AWS::ECS::Task", "AWS::ECS::Cluster", "apps", 1),
                       ("AWS::RDS::DBSnapshot", "AWS::RDS::DBInstance", "reports", 1)}, counted


def test_enough_was_changed(c):
    assert c.kinds >= KINDS_MIN and len(c.types) >= TYPES_MIN, (c.kinds, len(c.types))
    print(f"         {c.kinds} kinds of change over {len(c.types)} types")


def test_rewrites_that_change_nothing(c):
    """The same values written again: by other calls, in another order, with other white space."""
    c.baseline()
    ec2, iam, s3 = c.aws("ec2"), c.aws("iam"), c.aws("s3")
    spaced = json.dumps({"Statement": [{"Resource": "*", "Action": "S3:getobject", "Effect": "Allow"}],
                         "Version": "2012-10-17"}, indent=4)
    bucket_policy = json.loads(s3.get_bucket_policy(Bucket=c.bucket)["Policy"])
    bucket_policy["Statement"][0]["Action"] = ["s3:GetObject"]
    alarm = dict(AlarmName="cpu", MetricName="CPUUtilization", Namespace="AWS/EC2", EvaluationPeriods=1, Period=60,
                 ComparisonOperator="GreaterThanThreshold", Statistic="Average", Threshold=90)
    rewrites = [
        lambda: ec2.create_tags(Resources=[c.instances[0]], Tags=tags(owner="platform", env="prod")),
        lambda: ec2.create_tags(Resources=[c.vpc], Tags=tags(owner="platform", env="test")),
        lambda: ec2.modify_vpc_attribute(VpcId=c.vpc, EnableDnsHostnames={"Value": True}),
        lambda: ec2.modify_subnet_attribute(SubnetId=c.subnet, MapPublicIpOnLaunch={"Value": True}),
        lambda: iam.put_role_policy(RoleName="app", PolicyName="inline", PolicyDocument=spaced),
        lambda: iam.attach_user_policy(UserName="alice", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
        lambda: iam.update_account_password_policy(MinimumPasswordLength=8),
        lambda: iam.tag_user(UserName="alice", Tags=list(reversed(tags(env="test", owner="platform")))),
        lambda: s3.put_bucket_policy(Bucket=c.bucket, Policy=json.dumps(bucket_policy, indent=1)),
        lambda: s3.put_bucket_versioning(Bucket=f"logs-{REGION}-{c.number}", VersioningConfiguration={"Status": "Enabled"}),
        lambda: s3.put_bucket_tagging(Bucket=c.bucket, Tagging={"TagSet": tags(owner="platform", env="test")}),
        lambda: c.aws("sqs").set_queue_attributes(QueueUrl=c.queue, Attributes={"VisibilityTimeout": "60"}),
        lambda: c.aws("sns").set_topic_attributes(TopicArn=c.topic, AttributeName="DisplayName", AttributeValue="Alerts"),
        lambda: c.aws("logs").put_retention_policy(logGroupName="/app/web", retentionInDays=30),
        lambda: c.aws("cloudwatch").put_metric_alarm(**alarm),
        lambda: c.aws("events").disable_rule(Name="nightly"),
        lambda: c.aws("ecr").put_image_tag_mutability(repositoryName="web", imageTagMutability="IMMUTABLE"),
        lambda: c.aws("kms").enable_key_rotation(KeyId=c.key),
        lambda: c.aws("lambda").update_function_configuration(FunctionName="worker", Timeout=30),
        lambda: c.aws("autoscaling").update_auto_scaling_group(AutoScalingGroupName="web", MaxSize=5),
        lambda: c.aws("elbv2").modify_target_group(TargetGroupArn=c.target, HealthCheckPath="/alive"),
        lambda: c.aws("apigatewayv2").update_api(ApiId=c.http, Description="events"),
        lambda: c.aws("ecs").update_service(cluster="apps", service="web", desiredCount=3),
    ]
    for rewrite in rewrites:
        rewrite()
    assert len(rewrites) >= REWRITES_MIN
    found = {key: shown(change) for key, change in c.drift().items()}
    assert found == {}, found
    print(f"         {len(rewrites)} rewrites")


def main():
    options = suite.arguments()
    if not suite.have("moto_server"):
        suite.skip_all("moto_server is not installed")
    context = Context(options.patrol)
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    try:
        return suite.run(tests, context, only=options.only)
    finally:
        context.stop()


if __name__ == "__main__":
    sys.exit(main())
