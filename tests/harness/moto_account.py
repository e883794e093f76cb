"""Fills a customer's account in a moto server with resources of many types, by boto3.

Every creator is independent: one that this moto version does not support is reported and left out,
because the comparison is with what boto3 lists afterwards, not with what was asked for.
"""
import io
import json
import zipfile

import boto3
from botocore.config import Config

REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-2")
CUSTOMER = "210987654321"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]})
TAGS = [{"Key": "env", "Value": "test"}, {"Key": "owner", "Value": "platform"}]


class Account:
    """boto3 clients of one account in one moto server."""

    def __init__(self, endpoint, account_id=CUSTOMER):
        self.endpoint = endpoint
        self.account_id = account_id
        base = boto3.client("sts", endpoint_url=endpoint, region_name="us-east-1",
                            aws_access_key_id="testing", aws_secret_access_key="testing")
        keys = base.assume_role(RoleArn=f"arn:aws:iam::{account_id}:role/admin", RoleSessionName="setup")["Credentials"]
        self.environment = {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
                            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
                            "AWS_SESSION_TOKEN": keys["SessionToken"]}
        self.session = boto3.Session(aws_access_key_id=keys["AccessKeyId"],
                                     aws_secret_access_key=keys["SecretAccessKey"],
                                     aws_session_token=keys["SessionToken"])

    def client(self, service, region="us-east-1"):
        return self.session.client(service, endpoint_url=self.endpoint, region_name=region,
                                   config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}))


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): return 1")
    return buffer.getvalue()


def network(a, r):
    ec2 = a.client("ec2", r)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": TAGS}])["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24", AvailabilityZone=r + "a")["Subnet"]["SubnetId"]
    subnet2 = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.2.0/24", AvailabilityZone=r + "b")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.create_network_acl(VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)
    ec2.create_network_interface(SubnetId=subnet, Description="spare")
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{r}.s3", RouteTableIds=[table])
    peer = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=peer)
    ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "domain-name", "Values": ["example.org"]}])
    ec2.create_customer_gateway(Type="ipsec.1", PublicIp="198.51.100.7", BgpAsn=65000)
    ec2.create_vpn_gateway(Type="ipsec.1")
    ec2.create_transit_gateway(Description="hub")
    ec2.create_managed_prefix_list(PrefixListName="office", MaxEntries=5, AddressFamily="IPv4",
                                   Entries=[{"Cidr": "192.0.2.0/24", "Description": "office"}])
    ec2.create_egress_only_internet_gateway(VpcId=vpc)
    return {"vpc": vpc, "subnets": [subnet, subnet2], "group": group}


def machines(a, r, net):
    ec2 = a.client("ec2", r)
    ids = ec2.run_instances(ImageId="ami-12345678", MinCount=4, MaxCount=4, InstanceType="t3.micro",
                            SubnetId=net["subnets"][0], SecurityGroupIds=[net["group"]], UserData="echo CANARY-USERDATA",
                            TagSpecifications=[{"ResourceType": "instance", "Tags": TAGS}])["Instances"]
    ec2.create_image(InstanceId=ids[0]["InstanceId"], Name="golden")
    volume = ec2.create_volume(Size=8, AvailabilityZone=r + "a", TagSpecifications=[{"ResourceType": "volume", "Tags": TAGS}])
    ec2.create_snapshot(VolumeId=volume["VolumeId"], Description="nightly")
    ec2.create_key_pair(KeyName="ops")
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-12345678", "InstanceType": "t3.micro"})
    scaling = a.client("autoscaling", r)
    scaling.create_launch_configuration(LaunchConfigurationName="lc", ImageId="ami-12345678", InstanceType="t3.micro")
    scaling.create_auto_scaling_group(AutoScalingGroupName="web", LaunchConfigurationName="lc", MinSize=0, MaxSize=2,
                                      VPCZoneIdentifier=net["subnets"][0])


def balancers(a, r, net):
    v2 = a.client("elbv2", r)
    arn = v2.create_load_balancer(Name="front", Subnets=net["subnets"])["LoadBalancers"][0]["LoadBalancerArn"]
    target = v2.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=net["vpc"])["TargetGroups"][0]["TargetGroupArn"]
    v2.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80,
                       DefaultActions=[{"Type": "forward", "TargetGroupArn": target}])
    a.client("elb", r).create_load_balancer(LoadBalancerName="classic", AvailabilityZones=[r + "a"], Listeners=[
        {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}])


def databases(a, r, net):
    rds = a.client("rds", r)
    rds.create_db_subnet_group(DBSubnetGroupName="db", DBSubnetGroupDescription="db", SubnetIds=net["subnets"])
    rds.create_db_parameter_group(DBParameterGroupName="pg15", DBParameterGroupFamily="postgres15", Description="pg")
    rds.create_db_instance(DBInstanceIdentifier="orders", DBInstanceClass="db.t3.micro", Engine="postgres",
                           MasterUsername="root", MasterUserPassword="CANARY-PASSWORD", AllocatedStorage=10)
    rds.create_db_snapshot(DBSnapshotIdentifier="orders-1", DBInstanceIdentifier="orders")
    rds.create_db_cluster(DBClusterIdentifier="aurora", Engine="aurora-postgresql", MasterUsername="root",
                          MasterUserPassword="CANARY-PASSWORD")
    a.client("memorydb", r).describe_subnet_groups()  # moto makes the default one when it is first asked
    a.client("dynamodb", r).create_table(TableName="sessions", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                                         AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                                         BillingMode="PAY_PER_REQUEST")
    a.client("redshift", r).create_cluster(ClusterIdentifier="dw", NodeType="dc2.large", MasterUsername="root",
                                           MasterUserPassword="CANARY-Password1")
    a.client("elasticache", r).create_cache_cluster(CacheClusterId="cache", Engine="redis", NumCacheNodes=1,
                                                    CacheNodeType="cache.t3.micro")


def messaging(a, r, net):
    topic = a.client("sns", r).create_topic(Name="alerts")["TopicArn"]
    queue = a.client("sqs", r).create_queue(QueueName="jobs")["QueueUrl"]
    arn = a.client("sqs", r).get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    a.client("sns", r).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    a.client("events", r).put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    a.client("events", r).create_event_bus(Name="orders")
    a.client("kinesis", r).create_stream(StreamName="clicks", ShardCount=1)
    a.client("stepfunctions", r).create_state_machine(
        name="flow", roleArn=f"arn:aws:iam::{a.account_id}:role/app",
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}))
    a.client("mq", r).create_broker(BrokerName="broker", DeploymentMode="SINGLE_INSTANCE", EngineType="ACTIVEMQ",
                                    EngineVersion="5.15", HostInstanceType="mq.t3.micro", PubliclyAccessible=False,
                                    AutoMinorVersionUpgrade=True, Users=[{"Username": "admin", "Password": "CANARY-PASS-123"}])


def compute(a, r, net):
    a.client("lambda", r).create_function(
        FunctionName="worker", Runtime="python3.11", Role=f"arn:aws:iam::{a.account_id}:role/app", Handler="index.handler",
        Code={"ZipFile": zipped()}, Environment={"Variables": {"DB_PASSWORD": "CANARY-LAMBDA-1", "MODE": "fast"}})
    a.client("lambda", r).publish_version(FunctionName="worker")
    ecs = a.client("ecs", r)
    ecs.create_cluster(clusterName="apps", tags=[{"key": "env", "value": "test"}])
    ecs.register_task_definition(family="web", containerDefinitions=[
        {"name": "web", "image": "nginx", "memory": 64, "environment": [{"name": "API_KEY", "value": "CANARY-ECS-1"}]}])
    ecs.create_service(cluster="apps", serviceName="web", taskDefinition="web", desiredCount=1)
    ecs.run_task(cluster="apps", taskDefinition="web", launchType="FARGATE", overrides={"containerOverrides": [
        {"name": "web", "environment": [{"name": "API_KEY", "value": "CANARY-TASK-1"}]}]})
    a.client("ecr", r).create_repository(repositoryName="web")
    a.client("eks", r).create_cluster(name="kube", roleArn=f"arn:aws:iam::{a.account_id}:role/app",
                                      resourcesVpcConfig={"subnetIds": net["subnets"]})
    a.client("eks", r).create_nodegroup(clusterName="kube", nodegroupName="nodes", subnets=net["subnets"],
                                        nodeRole=f"arn:aws:iam::{a.account_id}:role/app")
    a.client("elasticbeanstalk", r).create_application(ApplicationName="legacy")


def security(a, r, net):
    kms = a.client("kms", r)
    key = kms.create_key(Description="data", Tags=[{"TagKey": "env", "TagValue": "test"}])["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/data", TargetKeyId=key)
    a.client("secretsmanager", r).create_secret(Name="db", SecretString="CANARY-SECRET-1")
    a.client("ssm", r).put_parameter(Name="/app/mode", Value="CANARY-PARAM-1", Type="SecureString")
    a.client("acm", r).request_certificate(DomainName="example.org", ValidationMethod="DNS")
    a.client("guardduty", r).create_detector(Enable=True)
    a.client("cloudtrail", r).create_trail(Name="audit-" + r, S3BucketName=f"logs-{r}-{a.account_id}")
    a.client("wafv2", r).create_web_acl(Name="edge", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig={
        "SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "edge"}, Rules=[])


def operations(a, r, net):
    logs = a.client("logs", r)
    logs.create_log_group(logGroupName="/app/web", tags={"env": "test"})
    logs.put_metric_filter(logGroupName="/app/web", filterName="errors", filterPattern="ERROR", metricTransformations=[
        {"metricName": "errors", "metricNamespace": "app", "metricValue": "1"}])
    a.client("cloudwatch", r).put_metric_alarm(
        AlarmName="cpu", MetricName="CPUUtilization", Namespace="AWS/EC2", ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1, Period=60, Statistic="Average", Threshold=80)
    a.client("cloudformation", r).create_stack(StackName="base", TemplateBody=json.dumps(
        {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "from-stack"}}}}))
    a.client("config", r).put_configuration_recorder(ConfigurationRecorder={
        "name": "default", "roleARN": f"arn:aws:iam::{a.account_id}:role/app"})
    a.client("ssm", r).create_document(Name="restart", DocumentType="Command", Content=json.dumps(
        {"schemaVersion": "2.2", "description": "x", "mainSteps": []}))
    a.client("athena", r).create_work_group(Name="analysts", Configuration={})
    a.client("glue", r).create_database(DatabaseInput={"Name": "lake"})
    a.client("glue", r).create_job(Name="etl", Role="app", Command={"Name": "glueetl"})
    a.client("firehose", r).create_delivery_stream(DeliveryStreamName="logs", S3DestinationConfiguration={
        "RoleARN": f"arn:aws:iam::{a.account_id}:role/app", "BucketARN": f"arn:aws:s3:::logs-{r}-{a.account_id}"})
    a.client("codecommit", r).create_repository(repositoryName="code")
    a.client("sagemaker", r).create_notebook_instance(NotebookInstanceName="lab", InstanceType="ml.t2.medium",
                                                     RoleArn=f"arn:aws:iam::{a.account_id}:role/app")


def storage(a, r, net):
    s3 = a.client("s3", r)
    extra = {} if r == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": r}}
    for name in (f"logs-{r}-{a.account_id}", f"data.{r}.{a.account_id}"):
        s3.create_bucket(Bucket=name, **extra)
    s3.put_bucket_tagging(Bucket=f"data.{r}.{a.account_id}", Tagging={"TagSet": TAGS})
    s3.put_bucket_policy(Bucket=f"logs-{r}-{a.account_id}", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject",
         "Resource": f"arn:aws:s3:::logs-{r}-{a.account_id}/*"}]}))
    efs = a.client("efs", r).create_file_system(CreationToken="home")["FileSystemId"]
    a.client("efs", r).create_mount_target(FileSystemId=efs, SubnetId=net["subnets"][0])
    a.client("backup", r).create_backup_vault(BackupVaultName="vault")
    a.client("fsx", r).create_file_system(FileSystemType="LUSTRE", StorageCapacity=1200, SubnetIds=[net["subnets"][0]])


def interfaces(a, r, net):
    api = a.client("apigateway", r).create_rest_api(name="orders")["id"]
    a.client("apigatewayv2", r).create_api(Name="events", ProtocolType="HTTP")
    a.client("cognito-idp", r).create_user_pool(PoolName="users")
    a.client("cognito-identity", r).create_identity_pool(IdentityPoolName="app", AllowUnauthenticatedIdentities=False)
    a.client("appsync", r).create_graphql_api(name="graph", authenticationType="API_KEY")
    a.client("transfer", r).create_server(Protocols=["SFTP"])
    return api


def global_services(a):
    iam = a.client("iam")
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="app", PolicyName="inline", PolicyDocument=POLICY)
    iam.create_user(UserName="alice", Tags=TAGS)
    iam.create_group(GroupName="admins")
    iam.add_user_to_group(GroupName="admins", UserName="alice")
    iam.create_policy(PolicyName="reader", PolicyDocument=POLICY)
    iam.create_instance_profile(InstanceProfileName="web")
    iam.update_account_password_policy(MinimumPasswordLength=14)
    iam.create_open_id_connect_provider(Url="https://token.example.org", ThumbprintList=["a" * 40], ClientIDList=["x"])
    zone = a.client("route53").create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]
    a.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [
        {"Action": "CREATE", "ResourceRecordSet": {"Name": "www.example.org", "Type": "A", "TTL": 60,
                                                   "ResourceRecords": [{"Value": "192.0.2.1"}]}}]})
    a.client("route53").create_health_check(CallerReference="1", HealthCheckConfig={
        "IPAddress": "192.0.2.44", "Port": 443, "Type": "HTTPS"})
    a.client("cloudfront").create_distribution(DistributionConfig={
        "CallerReference": "1", "Comment": "site", "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": "example.org", "CustomOriginConfig": {
            "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}}]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https",
                                 "MinTTL": 0, "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}}})


def populate(endpoint, account_id=CUSTOMER, regions=REGIONS, report=print):
    """Fills the account; returns it. Creators that fail are reported and skipped."""
    account = Account(endpoint, account_id)

    def attempt(creator, *arguments):
        try:
            return creator(account, *arguments)
        except Exception as problem:  # one unsupported call must not end the whole
            report(f"populate: {creator.__name__} {arguments[:1]}: {str(problem)[:160]}")
            return None

    attempt(global_services)
    for region in regions:
        net = attempt(network, region)
        if net is None:
            continue
        for creator in (storage, machines, balancers, databases, messaging, compute, security, operations, interfaces):
            attempt(creator, region, net)
    return account
