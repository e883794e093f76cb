"""What goes wrong in a cloud, on purpose, against the real server and the simulated AWS: nothing unread is
ever called deleted, every gap is named, and a killed server goes on where it was."""
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402

EC2 = ["AWS::EC2::Instance", "AWS::EC2::VPC", "AWS::EC2::SecurityGroup", "AWS::EC2::Volume"]


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.account = self.api.post("/cloud-accounts", {"name": "acme", "provider": "aws"})["id"]
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr
        self.first = self.api.scan(self.account)
        assert self.first["snapshot_id"], self.first

    def faults(self, *faults):
        answer = self.cloud.control("faults", list(faults))
        assert answer.status == 200, answer.text

    def coverage(self, scan, resource_type):
        lines = self.api.all(f"/scans/{scan['id']}/coverage?q=type%3D{resource_type}")
        return {line["scope"]: line for line in lines}

    def count(self, snapshot, resource_type):
        return len(self.api.all(f"/snapshots/{snapshot}/resources?q=type%3D{resource_type}"))

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def test_denied_call_is_a_gap_with_its_action_and_no_deletion(c):
    before = c.count(c.first["snapshot_id"], "AWS::EC2::Instance")
    c.faults({"service": "ec2", "operation": "DescribeInstances", "region": "us-east-1", "code": "UnauthorizedOperation"})
    scan = c.api.scan(c.account)
    c.faults()
    assert scan["state"] == "partial", scan
    line = c.coverage(scan, "AWS::EC2::Instance")["us-east-1"]
    assert (line["status"], line["missing_action"]) == ("denied", "ec2:DescribeInstances"), line
    assert c.count(scan["snapshot_id"], "AWS::EC2::Instance") == before
    assert scan["counts"]["removed"] == 0, scan
    stale = c.api.all(f"/snapshots/{scan['snapshot_id']}/resources?q=type%3DAWS::EC2::Instance%20and%20region%3Dus-east-1")
    assert stale and all(resource["stale_since"] for resource in stale), stale[:1]


def test_everything_denied_deletes_nothing(c):
    before = len(c.api.all(f"/snapshots/{c.first['snapshot_id']}/resources"))
    c.faults({"service": "ec2", "code": "UnauthorizedOperation"}, {"service": "iam", "code": "AccessDenied"},
             {"service": "s3", "code": "AccessDenied"}, {"service": "rds", "code": "AccessDenied"})
    scan = c.api.scan(c.account)
    c.faults()
    if scan["snapshot_id"]:
        assert len(c.api.all(f"/snapshots/{scan['snapshot_id']}/resources")) == before
        assert scan["counts"]["removed"] == 0
    else:
        assert scan["state"] == "failed" and scan["error"], scan


def test_unreadable_regions_leave_no_trace_once_they_are_known_again(c):
    scan = c.api.scan(c.account)
    scopes = set(c.coverage(scan, "AWS::EC2::VPC"))
    assert scopes == {"us-east-1", "eu-central-1", "ap-southeast-2", "me-central-1"}, scopes


def test_throttling_is_waited_out(c):
    c.faults({"service": "ec2", "operation": "DescribeVpcs", "status": 503, "code": "RequestLimitExceeded", "times": 3,
              "message": "Request limit exceeded."})
    scan = c.api.scan(c.account, {"types": EC2})
    c.faults()
    lines = c.coverage(scan, "AWS::EC2::VPC")
    assert {line["status"] for line in lines.values()} <= {"complete", "not_enabled"}, lines


def test_expired_credentials_are_renewed_once(c):
    scan = c.api.post(f"/cloud-accounts/{c.account}/scans", {"types": EC2})
    c.cloud.control("settings", {"expire_sessions": True})
    scan = c.api.wait_for_scan(scan["id"])
    lines = c.coverage(scan, "AWS::EC2::Instance")
    assert {line["status"] for line in lines.values()} <= {"complete", "not_enabled"}, lines


def test_cut_and_foreign_answers_are_failures_not_empty_lists(c):
    before = c.count(c.first["snapshot_id"], "AWS::EC2::SecurityGroup")
    for kind in ("cut", "html"):
        c.faults({"service": "ec2", "operation": "DescribeSecurityGroups", "kind": kind, "status": 200})
        scan = c.api.scan(c.account, {"types": EC2})
        c.faults()
        lines = c.coverage(scan, "AWS::EC2::SecurityGroup")
        assert {line["status"] for line in lines.values()} <= {"failed", "partial", "not_enabled"}, (kind, lines)
        assert c.count(scan["snapshot_id"], "AWS::EC2::SecurityGroup") == before


def test_region_that_is_not_enabled_is_no_failure(c):
    lines = c.coverage(c.first, "AWS::EC2::VPC")
    assert lines.get("me-central-1", {"status": "not_enabled"})["status"] == "not_enabled", lines


def test_limited_scan_carries_the_rest_forward(c):
    before = len(c.api.all(f"/snapshots/{c.api.scan(c.account)['snapshot_id']}/resources"))
    scan = c.api.scan(c.account, {"types": ["AWS::EC2::VPC"], "regions": ["us-east-1"]})
    assert len(c.api.all(f"/snapshots/{scan['snapshot_id']}/resources")) == before
    assert scan["counts"]["removed"] == 0, scan


def test_removed_role_fails_the_scan_with_the_reason(c):
    c.faults({"service": "sts", "operation": "AssumeRole", "code": "AccessDenied"})
    scan = c.api.scan(c.account)
    c.faults()
    assert scan["state"] == "failed" and scan["error"], scan
    assert c.api.get(f"/cloud-accounts/{c.account}")["status"] == "failing"
    history = [each["id"] for each in c.api.all(f"/cloud-accounts/{c.account}/scans")]
    assert scan["id"] in history


def test_role_open_without_external_id_is_not_scanned(c):
    """The customer drops the condition: the confused deputy's door."""
    c.cloud.control("trust", {"account": "210987654321", "role": "PatrolReadOnly", "policy": {
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                                                "Action": "sts:AssumeRole"}]}})
    report = c.api.post(f"/cloud-accounts/{c.account}/test")
    failed = {check["id"] for check in report["checks"] if check["status"] == "fail"}
    assert not report["ok"] and "external_id_required" in failed, report
    scan = c.api.scan(c.account)
    assert scan["state"] == "failed", scan
    assert c.api.get(f"/cloud-accounts/{c.account}")["status"] == "insecure_trust"
    token = c.api.post(f"/cloud-accounts/{c.account}/setup-command")["token"]
    done = c.server.run("connect", "aws", "--yes", "--token", token, environment=c.cloud.customer_environment())
    assert done.returncode == 0, done.stderr
    assert c.api.scan(c.account)["snapshot_id"]


def test_relations_lead_both_ways(c):
    vpc = c.api.all("/resources?q=type%3DAWS::EC2::VPC%20and%20region%3Dus-east-1")[0]
    incoming = c.api.get(f"/resources/{vpc['id']}/relations")["incoming"]
    types = {each["resource"]["type"] for each in incoming}
    assert {"AWS::EC2::Subnet", "AWS::EC2::SecurityGroup"} <= types, types
    subnet = next(each["resource"] for each in incoming if each["resource"]["type"] == "AWS::EC2::Subnet")
    outgoing = c.api.get(f"/resources/{subnet['id']}/relations")["outgoing"]
    assert vpc["id"] in {each["resource"]["id"] for each in outgoing}, outgoing


def test_two_scans_at_most(c):
    c.cloud.control("settings", {"latency_ms": 30})
    ids = [c.api.post(f"/cloud-accounts/{c.account}/scans")["id"] for _ in range(6)]
    c.cloud.control("settings", {"latency_ms": 0})
    assert len(set(ids)) <= 2, ids
    for scan in set(ids):
        c.api.wait_for_scan(scan)


def test_cancel_leaves_a_trace_and_no_snapshot(c):
    c.cloud.control("settings", {"latency_ms": 200})
    scan = c.api.post(f"/cloud-accounts/{c.account}/scans")
    time.sleep(1)
    c.api.post(f"/scans/{scan['id']}/cancel")
    scan = c.api.wait_for_scan(scan["id"])
    c.cloud.control("settings", {"latency_ms": 0})
    assert scan["state"] == "cancelled" and not scan["snapshot_id"], scan


def test_killed_server_goes_on_with_its_scan(c):
    before = len(c.api.all(f"/cloud-accounts/{c.account}/scans"))
    for wait in (0.3, 1.2, 2.5):
        c.cloud.control("settings", {"latency_ms": 40})
        scan = c.api.post(f"/cloud-accounts/{c.account}/scans")
        time.sleep(wait)
        c.server.kill()
        c.cloud.control("settings", {"latency_ms": 0})
        c.server.start()
        ended = c.api.wait_for_scan(scan["id"], 120)
        assert ended["snapshot_id"], ended
        assert ended["counts"]["removed"] == 0, ended
    assert len(c.api.all(f"/cloud-accounts/{c.account}/scans")) == before + 3
    found = c.api.get(f"/snapshots/{ended['snapshot_id']}")
    assert found["counts"]["resources"] == c.api.scan(c.account)["counts"]["resources"]


def test_every_call_was_a_read(c):
    written = [name for name in c.cloud.calls() if name.split(".")[1].startswith(("Create", "Put", "Delete", "Attach", "Update", "Tag"))]
    # What `patrol connect`, a separate program of the customer's, has done.
    allowed = {"iam.CreateRole", "iam.AttachRolePolicy", "iam.UpdateAssumeRolePolicy", "iam.TagRole"}
    assert set(written) <= allowed, written


if __name__ == "__main__":
    sys.exit(suite.main(Context, globals()))
