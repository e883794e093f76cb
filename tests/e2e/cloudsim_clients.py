#!/usr/bin/env python3
"""The simulated AWS against independent clients: boto3 and the AWS CLI.

    tests/e2e/cloudsim_clients.py --patrol build/release/src/patrol

Exits with 77 and a line "skipped: …" where boto3 or PyYAML is missing.
"""
import argparse
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
try:
    import boto3
    import yaml  # noqa: F401
    from botocore.config import Config
    from botocore.exceptions import ClientError
    from botocore.parsers import ResponseParserError
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(77)

from harness.catalogue_calls import Reader, Types, plain  # noqa: E402
from harness.cloudsim_process import REPOSITORY, Cloudsim, scenario_items  # noqa: E402

PATROL, ACME, GLOBEX = "123456789012", "210987654321", "345678901234"
KEYS = {
    PATROL: ("AKIAPATROLDEMOSERVER", "simulated-patrol-server-key"),
    ACME: ("AKIAACMEPRODUCTADMIN", "simulated-acme-admin-key"),
    GLOBEX: ("AKIAGLOBEXDEMOADMIN1", "simulated-globex-admin-key"),
}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = ["arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"]
EXTERNAL_ID = "patrol-abcdefghijklmnopqrstuvwxyz"
OPTIONS = argparse.Namespace()


def config(attempts=1):
    return Config(retries={"max_attempts": attempts, "mode": "standard"}, inject_host_prefix=False,
                  read_timeout=30, connect_timeout=10)


class Case(unittest.TestCase):
    """One simulated cloud for the tests of a class; page_size and faults are put back after each."""

    @classmethod
    def setUpClass(cls):
        cls.cloud = Cloudsim(OPTIONS.patrol).__enter__()
        cls.clients = {}

    @classmethod
    def tearDownClass(cls):
        cls.cloud.__exit__()

    def tearDown(self):
        self.cloud.faults()
        self.cloud.control("settings", {"page_size": 50, "latency_ms": 0})

    def client(self, service, region="us-east-1", account=ACME, secret=None, session=None, attempts=1):
        key, known_secret = KEYS[account]
        credentials = {"aws_access_key_id": key, "aws_secret_access_key": secret or known_secret}
        if session:
            credentials = {"aws_access_key_id": session["AccessKeyId"], "aws_session_token": session["SessionToken"],
                           "aws_secret_access_key": session["SecretAccessKey"]}
        name = (service, region, attempts, *credentials.values())
        if name not in self.clients:
            self.clients[name] = boto3.client(service, region_name=region, endpoint_url=self.cloud.url,
                                              config=config(attempts), **credentials)
        return self.clients[name]

    def refused(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response


class Signatures(Case):
    def test_who_am_i(self):
        answer = self.client("sts").get_caller_identity()
        self.assertEqual(answer["Account"], ACME)
        self.assertEqual(answer["Arn"], f"arn:aws:iam::{ACME}:user/admin")

    def test_wrong_secret_in_each_protocol(self):
        def wrong(service):
            return self.client(service, secret="wrong")
        self.refused("SignatureDoesNotMatch", wrong("sts").get_caller_identity)
        self.refused("SignatureDoesNotMatch", wrong("s3").list_buckets)
        self.refused("SignatureDoesNotMatch", wrong("cloudfront").list_distributions)
        self.refused("AuthFailure", wrong("ec2").describe_vpcs)
        self.refused("InvalidSignatureException", wrong("kms").list_keys)
        self.refused("InvalidSignatureException", wrong("dynamodb").list_tables)
        self.refused("InvalidSignatureException", wrong("lambda").list_functions)

    def test_unknown_key(self):
        stranger = {"AccessKeyId": "AKIAUNKNOWN000000000", "SecretAccessKey": "x", "SessionToken": ""}
        self.refused("InvalidClientTokenId", self.client("sts", session=stranger).get_caller_identity)
        self.refused("UnrecognizedClientException", self.client("kms", session=stranger).list_keys)

    def test_unknown_operations_are_refused_in_the_words_of_the_protocol(self):
        self.refused("InvalidAction", self.client("ec2").describe_spot_price_history)
        self.refused("UnknownOperationException", self.client("kms").generate_random, NumberOfBytes=8)
        self.refused("UnknownOperationException", self.client("lambda").get_account_settings)


class Roles(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        trust = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{PATROL}:root"}, "Action": "sts:AssumeRole",
             "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}}}]}
        made = Case.client(cls, "iam").create_role(RoleName="Reader", AssumeRolePolicyDocument=json.dumps(trust),
                                                  Tags=[{"Key": "patrol:managed", "Value": "true"}])
        cls.arn = made["Role"]["Arn"]
        Case.client(cls, "iam").attach_role_policy(RoleName="reader", PolicyArn=ADMINISTRATOR)

    def assume(self, account=PATROL, **more):
        return self.client("sts", account=account).assume_role(RoleArn=self.arn, RoleSessionName="test", **more)

    def test_external_id(self):
        session = self.assume(ExternalId=EXTERNAL_ID)["Credentials"]
        self.assertIsInstance(session["Expiration"], datetime.datetime)
        identity = self.client("sts", session=session).get_caller_identity()
        self.assertEqual(identity["Arn"], f"arn:aws:sts::{ACME}:assumed-role/Reader/test")
        self.refused("AccessDenied", self.assume)
        self.refused("AccessDenied", self.assume, ExternalId="patrol-wrong")
        self.refused("AccessDenied", self.assume, account=GLOBEX, ExternalId=EXTERNAL_ID)

    def test_a_token_belongs_to_its_key(self):
        session = dict(self.assume(ExternalId=EXTERNAL_ID)["Credentials"], SessionToken="other")
        self.refused("InvalidClientTokenId", self.client("sts", session=session).get_caller_identity)

    def test_session_policies_make_an_administrator_a_reader(self):
        whole = self.assume(ExternalId=EXTERNAL_ID)["Credentials"]
        self.client("iam", session=whole).create_role(RoleName="made-by-admin", AssumeRolePolicyDocument="{}")
        session = self.assume(ExternalId=EXTERNAL_ID, PolicyArns=[{"arn": arn} for arn in READ_ONLY])["Credentials"]
        self.client("ec2", session=session).describe_vpcs()
        self.client("iam", session=session).get_role(RoleName="Reader")
        self.refused("AccessDenied", self.client("iam", session=session).create_role, RoleName="x",
                     AssumeRolePolicyDocument="{}")
        self.refused("AccessDenied", self.client("iam", session=session).attach_role_policy, RoleName="Reader",
                     PolicyArn=ADMINISTRATOR)
        # Reads that neither policy grants.
        self.refused("AccessDeniedException", self.client("wafv2", session=session).get_ip_set, Name="a", Id="1",
                     Scope="REGIONAL")
        self.refused("AccessDeniedException", self.client("glue", session=session).get_tables, DatabaseName="lake")

    def test_inline_session_policies(self):
        deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}
        session = self.assume(ExternalId=EXTERNAL_ID, PolicyArns=[{"arn": READ_ONLY[0]}],
                              Policy=json.dumps(deny))["Credentials"]
        self.client("kms", session=session).list_keys()
        self.refused("UnauthorizedOperation", self.client("ec2", session=session).describe_vpcs)
        # A policy that only denies grants nothing by itself.
        session = self.assume(ExternalId=EXTERNAL_ID, Policy=json.dumps(deny))["Credentials"]
        self.refused("AccessDeniedException", self.client("kms", session=session).list_keys)
        self.refused("PackedPolicyTooLarge", self.assume, ExternalId=EXTERNAL_ID, Policy=" " * 2049)

    def test_expired_sessions(self):
        session = self.assume(ExternalId=EXTERNAL_ID)["Credentials"]
        self.client("ec2", session=session).describe_vpcs()
        self.cloud.control("settings", {"expire_sessions": True})
        self.refused("ExpiredToken", self.client("sts", session=session).get_caller_identity)
        self.refused("RequestExpired", self.client("ec2", session=session).describe_vpcs)
        self.refused("ExpiredTokenException", self.client("kms", session=session).list_keys)

    def test_policies_of_the_account(self):
        iam = self.client("iam")
        statement = {"Effect": "Allow", "Action": "glue:GetTables", "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        arn = iam.create_policy(PolicyName="Extra", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
        self.refused("EntityAlreadyExists", iam.create_policy, PolicyName="Extra", PolicyDocument=json.dumps(document))
        self.refused("MalformedPolicyDocument", iam.create_policy, PolicyName="Bad", PolicyDocument="{")
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)
        self.assertEqual(iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"], "v2")
        version = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]
        self.assertEqual(version["Document"], document)
        self.refused("DeleteConflict", iam.delete_policy_version, PolicyArn=arn, VersionId="v2")
        iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
        session = self.assume(ExternalId=EXTERNAL_ID, PolicyArns=[{"arn": arn}])["Credentials"]
        self.client("glue", session=session).get_tables(DatabaseName="lake")
        self.refused("NoSuchEntity", iam.get_role, RoleName="nobody")
        self.refused("EntityAlreadyExists", iam.create_role, RoleName="READER", AssumeRolePolicyDocument="{}")


class Contents(Case):
    """Everything of the scenario comes back through boto3: the same ids, the same values."""

    def check(self, page_size):
        self.cloud.control("settings", {"page_size": page_size})
        types = Types(REPOSITORY / "catalogue/aws")
        reader = Reader(types, self.client, ACME)
        wanted = {}
        for name, region, document, listed in scenario_items(ACME):
            home = "us-east-1" if types.by_name[name].scope != "regional" else region
            wanted.setdefault((name, home), []).append((types.by_name[name].id_of(document, listed), document))
        self.assertGreaterEqual(len({name for name, _ in wanted}), 73)
        for (name, region), items in sorted(wanted.items()):
            with self.subTest(type=name, region=region):
                found = [(types.by_name[name].id_of(document, listed), document)
                         for document, listed in reader.items(name, region)]
                if types.by_name[name].rule.get("id", "") != "#hash":
                    self.assertEqual(sorted(id_ for id_, _ in found), sorted(id_ for id_, _ in items))
                by_id = dict(found)
                for id_, document in items:
                    self.assert_holds(plain(by_id.get(id_, found[0][1])), document, name)

    def test_every_type_on_small_pages(self):
        self.check(page_size=2)

    def test_every_type_on_whole_pages(self):
        self.check(page_size=1000)

    def assert_holds(self, found, wanted, where):
        """Every member of the scenario's document is in the answer; empty lists may be left out."""
        if isinstance(found, dict) and isinstance(wanted, str) and wanted[:1] in "{%":
            return  # botocore has read the policy text
        if isinstance(wanted, dict):
            self.assertIsInstance(found, dict, where)
            for key, each in wanted.items():
                if each not in ([], {}):
                    self.assertIn(key, found, where)
                    self.assert_holds(found[key], each, f"{where}.{key}")
        elif isinstance(wanted, list):
            self.assertIsInstance(found, list, where)
            self.assertEqual(len(found), len(wanted), where)
            for number, (one, other) in enumerate(zip(found, wanted)):
                self.assert_holds(one, other, f"{where}[{number}]")
        else:
            self.assertEqual(found, wanted, where)
            self.assertEqual(type(found) is bool, type(wanted) is bool, where)

    def test_types_of_values(self):
        instance = self.client("ec2").describe_instances()["Reservations"][0]["Instances"][0]
        self.assertEqual(instance["LaunchTime"],
                         datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.timezone.utc))
        self.assertIs(instance["EbsOptimized"], True)
        self.assertEqual(instance["State"]["Code"], 16)
        machine = self.client("stepfunctions").list_state_machines()["stateMachines"][0]
        self.assertIsInstance(machine["creationDate"], datetime.datetime)
        alarm = self.client("cloudwatch").describe_alarms()["MetricAlarms"][0]
        self.assertEqual((alarm["Threshold"], alarm["ActionsEnabled"]), (80.0, True))
        bucket = self.client("s3").list_buckets(MaxBuckets=1)
        self.assertIsInstance(bucket["Buckets"][0]["CreationDate"], datetime.datetime)
        self.assertIn("ContinuationToken", bucket)

    def test_paginators_give_every_item_once(self):
        for size in (1, 3, 5, 12, 100):
            self.cloud.control("settings", {"page_size": size})
            pages = list(self.client("ec2").get_paginator("describe_instances").paginate())
            ids = [i["InstanceId"] for p in pages for r in p["Reservations"] for i in r["Instances"]]
            self.assertEqual(len(pages), -(-12 // size))
            self.assertEqual((len(ids), len(set(ids))), (12, 12))
        self.refused("InvalidNextToken", self.client("ec2").describe_instances, NextToken="bm9uZQ==")

    def test_bucket_names_with_dots(self):
        versioning = self.client("s3", "eu-central-1").get_bucket_versioning(Bucket="acme.static.site")
        self.assertEqual(versioning["Status"], "Enabled")
        self.refused("NoSuchBucketPolicy", self.client("s3").get_bucket_policy, Bucket="acme-production-data")
        self.refused("NoSuchBucket", self.client("s3").get_bucket_versioning, Bucket="nobody.has.this")

    def test_regions(self):
        regions = self.client("ec2").describe_regions(AllRegions=True)["Regions"]
        self.assertEqual({r["RegionName"]: r["OptInStatus"] for r in regions}["me-central-1"], "not-opted-in")
        self.refused("AuthFailure", self.client("ec2", "me-central-1").describe_vpcs)
        self.refused("UnrecognizedClientException", self.client("kms", "me-central-1").list_keys)

    def test_tags_by_arn(self):
        self.cloud.control("settings", {"page_size": 1})
        pages = self.client("resourcegroupstaggingapi").get_paginator("get_resources").paginate()
        found = {each["ResourceARN"]: each["Tags"] for page in pages for each in page["ResourceTagMappingList"]}
        self.assertEqual(found[f"arn:aws:dynamodb:us-east-1:{ACME}:table/sessions"],
                         [{"Key": "env", "Value": "production"}])
        self.assertGreaterEqual(len(found), 2)


class Faults(Case):
    def test_denied_in_the_words_of_the_service(self):
        self.cloud.faults({})
        self.refused("UnauthorizedOperation", self.client("ec2").describe_vpcs)
        self.refused("AccessDenied", self.client("iam").get_role, RoleName="app")
        self.refused("AccessDeniedException", self.client("kms").list_keys)
        answer = self.refused("AccessDeniedException", self.client("kms").list_keys)
        self.assertIn("kms:ListKeys", answer["Error"]["Message"])

    def test_throttling_ends_and_is_counted(self):
        self.cloud.control("calls", method="DELETE")
        self.cloud.faults({"service": "ec2", "operation": "DescribeVpcs", "code": "RequestLimitExceeded", "status": 503,
                           "times": 2, "skip": 1})
        self.client("ec2").describe_vpcs()
        self.client("ec2", attempts=4).describe_vpcs()
        self.assertEqual(self.cloud.control("calls")[1]["ec2.DescribeVpcs"], 4)

    def test_retry_after(self):
        self.cloud.faults({"service": "kms", "code": "ThrottlingException", "status": 400, "retry_after_s": 7})
        answer = self.refused("ThrottlingException", self.client("kms").list_keys)
        self.assertEqual(answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"], "7")

    def test_only_where_asked(self):
        self.cloud.faults({"service": "ec2", "region": "eu-central-1", "account": ACME,
                           "code": "InternalError", "status": 500})
        self.client("ec2").describe_vpcs()
        self.client("ec2", account=GLOBEX).describe_vpcs()
        self.refused("InternalError", self.client("ec2", "eu-central-1").describe_vpcs)

    def test_answers_that_are_none(self):
        """Botocore raises this or that, or takes the answer for one without members: never for a list."""
        calls = (("ec2", "describe_vpcs", "Vpcs"), ("kms", "list_keys", "Keys"), ("s3", "list_buckets", "Buckets"),
                 ("sns", "list_topics", "Topics"))
        for service, call, member in calls:
            for kind in ("cut", "html"):
                self.cloud.faults({"kind": kind, "status": 200})
                with self.subTest(service=service, kind=kind):
                    try:
                        self.assertNotIn(member, getattr(self.client(service), call)())
                    except (ResponseParserError, ClientError, KeyError):
                        pass

    def test_a_hanging_call_is_answered_late(self):
        self.cloud.faults({"kind": "hang", "hang_ms": 600, "times": 1})
        began = time.monotonic()
        self.client("ec2").describe_vpcs()
        self.assertGreaterEqual(time.monotonic() - began, 0.6)

    def test_control_refuses_what_it_does_not_know(self):
        for path, body in (("faults", {}), ("faults", [{"kind": "flood"}]), ("faults", [{"oper": "x"}]),
                           ("settings", {"page_size": 0}), ("settings", {"latency_ms": -1}), ("settings", {"pages": 1}),
                           ("steps/none", {})):
            with self.subTest(path=path, body=body):
                self.assertEqual(self.cloud.control(path, body)[0], 400)
        self.assertEqual(self.cloud.control("other", {})[0], 404)
        self.assertEqual(self.cloud.control("faults")[0], 405)


class Steps(Case):
    def test_a_step_changes_what_is_listed(self):
        def ports():
            group = self.client("ec2").describe_security_groups()["SecurityGroups"]
            database = next(each for each in group if each["GroupName"] == "database")
            return database["IpPermissions"][0].get("IpRanges", [])
        self.assertEqual(ports(), [])
        self.assertIn("open-database", [each["name"] for each in self.cloud.control("steps")[1]])
        self.assertEqual(self.cloud.control("steps/open-database", {})[0], 200)
        self.assertEqual(ports(), [{"CidrIp": "0.0.0.0/0"}])
        reservations = self.client("ec2").describe_instances()["Reservations"]
        self.assertIn("i-0bad000000000001", [i["InstanceId"] for r in reservations for i in r["Instances"]])
        rules = self.client("s3").get_bucket_encryption(Bucket="acme-production-data")
        self.assertIn("AES256", json.dumps(rules["ServerSideEncryptionConfiguration"]))
        self.cloud.control("steps/close-database", {})
        self.assertEqual(ports(), [])


@unittest.skipUnless(shutil.which("aws"), "the AWS CLI is not installed")
class CommandLine(Case):
    def aws(self, *words, account=ACME, fails=False):
        key, secret = KEYS[account]
        variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": key,
                     "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1",
                     "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_PAGER": ""}
        variables |= {name: os.environ[name] for name in ("PYENV_ROOT", "PYENV_VERSION", "LANG") if name in os.environ}
        ran = subprocess.run(["aws", "--endpoint-url", self.cloud.url, "--output", "json", *words],
                             capture_output=True, text=True, env=variables)
        self.assertEqual(ran.returncode != 0, fails, ran.stderr)
        return json.loads(ran.stdout) if not fails else ran.stderr

    def test_each_protocol(self):
        self.assertEqual(self.aws("sts", "get-caller-identity")["Account"], ACME)
        self.cloud.control("settings", {"page_size": 5})
        self.assertEqual(len(self.aws("ec2", "describe-instances")["Reservations"]), 12)
        self.assertEqual(len(self.aws("kms", "list-keys")["Keys"]), 1)
        table = self.aws("dynamodb", "describe-table", "--table-name", "sessions")["Table"]
        self.assertEqual(table["TableStatus"], "ACTIVE")
        self.assertEqual(len(self.aws("lambda", "list-functions")["Functions"]), 3)
        self.assertEqual(self.aws("s3api", "get-bucket-versioning", "--bucket", "acme.static.site",
                                  "--region", "eu-central-1")["Status"], "Enabled")
        self.assertIn("acme.example.", self.aws("route53", "list-hosted-zones")["HostedZones"][0]["Name"])

    def test_refusals_are_told(self):
        self.assertIn("(NoSuchEntity)", self.aws("iam", "get-role", "--role-name", "nobody", fails=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patrol", required=True, help="the program")
    parser.add_argument("tests", nargs="*", help="only these: Roles, Contents.test_regions")
    options = parser.parse_args()
    OPTIONS.patrol = str(pathlib.Path(options.patrol).resolve())
    unittest.main(argv=[sys.argv[0], *options.tests], verbosity=2)


if __name__ == "__main__":
    main()
