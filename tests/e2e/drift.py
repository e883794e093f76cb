"""Drift against the real server and the simulated AWS: a baseline, what changes after it, and what people
decide. What could not be read is never called removed, what became visible is never called added."""
import json
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402

ACCOUNT = "210987654321"
GROUP = ("AWS::EC2::SecurityGroup", "us-east-1", "sg-0aa0000000000002")
SUBNET = "AWS::EC2::Subnet"
VPC = ("AWS::EC2::VPC", "us-east-1", "vpc-0aa0000000000001")


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.account = self.api.post("/cloud-accounts", {"name": "acme prod", "provider": "aws"})["id"]
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr

    def scan(self, body=None):
        scan = self.api.scan(self.account, body)
        assert scan["snapshot_id"], scan
        return scan

    def baseline(self):
        """A fresh baseline of what is there now."""
        snapshot = self.scan()["snapshot_id"]
        return self.api.post(f"/snapshots/{snapshot}/accept-as-baseline", {"note": "a test begins"})

    def change(self, *changes):
        answer = self.cloud.control("changes", [{"account": ACCOUNT, **each} for each in changes])
        assert answer.status == 200, answer.text

    def set(self, place, **values):
        self.change({"type": place[0], "region": place[1], "id": place[2], "set": values})

    def faults(self, *faults):
        answer = self.cloud.control("faults", list(faults))
        assert answer.status == 200, answer.text

    def open(self):
        """{native id: change} of what is open."""
        return {each["resource"]["native_id"]: each for each in self.api.all("/changes?q=state%3Dopen")}

    def get(self, change):
        return self.api.get(f"/changes/{change['id']}")

    def decide(self, change, what, body=None):
        return self.api.send("POST", f"/api/v1/changes/{change['id']}/{what}", body or {})

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def paths(change):
    return sorted(path["path"] for path in change["paths"])


def test_without_a_baseline_there_is_no_drift(c):
    c.scan()
    assert c.api.send("GET", f"/api/v1/cloud-accounts/{c.account}/baseline").status == 404
    c.set(VPC, EnableDnsSupport={"Value": False})
    c.scan()
    assert c.api.get("/changes")["total"] == 0


def test_baseline_says_who_and_when(c):
    baseline = c.baseline()
    assert baseline["active"] and baseline["note"] == "a test begins" and baseline["accepted_by"], baseline
    assert c.api.get(f"/cloud-accounts/{c.account}/baseline")["id"] == baseline["id"]
    c.scan()
    assert c.open() == {}, c.open()


def test_somebody_opens_a_database(c):
    answer = c.cloud.control("steps/open-database")
    assert answer.status == 200, answer.text
    c.scan()
    found = c.open()
    assert set(found) == {GROUP[2], "acme-production-data", "i-0aa000000000000b", "i-0bad000000000001"}, found
    assert {change["op"] for change in found.values()} == {"added", "removed", "modified"}
    group = found[GROUP[2]]
    assert all(path.startswith("IpPermissions[") for path in paths(group)), paths(group)
    sets = c.api.all("/change-sets?q=state%3Dopen")
    assert len(sets) == 1 and sets[0]["kind"] == "unexplained" and sets[0]["counts"]["open"] == 4, sets
    assert c.api.get(f"/change-sets/{sets[0]['id']}/changes")["total"] == 4
    account = c.api.get(f"/cloud-accounts/{c.account}")
    assert sum(account["open_changes"].values()) == 4, account["open_changes"]
    listed = next(each for each in c.api.all("/cloud-accounts") if each["id"] == c.account)
    assert listed["open_changes"] == account["open_changes"]


def test_command_line_tells_a_pipeline(c):
    done = c.server.run("drift", "list", "--account", "acme prod", "--exit-code", "--output", "json")
    assert done.returncode == 10, (done.returncode, done.stderr)
    assert json.loads(done.stdout)["total"] == 4
    done = c.server.run("drift", "list", "--account", c.account, "--severity", "info", "--exit-code", "--output", "json")
    assert done.returncode == (10 if json.loads(done.stdout)["total"] else 0), done.stderr
    done = c.server.run("baseline", "get", "acme prod", "--output", "json")
    assert done.returncode == 0 and json.loads(done.stdout)["active"], done.stderr
    assert c.server.run("drift", "list", "--account", "nobody", "--exit-code").returncode == 4
    assert c.server.run("baseline", "get", "nobody").returncode == 4
    snapshots = [scan["snapshot_id"] for scan in c.api.all(f"/cloud-accounts/{c.account}/scans") if scan["snapshot_id"]]
    done = c.server.run("snapshot", "diff", snapshots[1], snapshots[0], "--output", "json")
    assert done.returncode == 0 and json.loads(done.stdout)["total"] == 4, done.stderr


def test_closed_again_is_reverted_by_itself(c):
    group = c.open()[GROUP[2]]
    assert c.cloud.control("steps/close-database").status == 200
    c.scan()
    assert c.get(group)["state"] == "reverted", c.get(group)
    assert GROUP[2] not in c.open()


def test_accepted_value_is_no_drift_and_the_next_one_is(c):
    bucket = c.open()["acme-production-data"]
    assert c.decide(bucket, "accept", {"note": "cheaper", "seen_hash": bucket["hash"]}).status == 200
    c.scan()
    assert "acme-production-data" not in c.open()
    c.set(("AWS::S3::Bucket", "us-east-1", "acme-production-data"), Encryption={"Rules": []})
    c.scan()
    again = c.open()["acme-production-data"]
    assert again["id"] != bucket["id"]
    assert [(past["state"], past["note"]) for past in again["previously"]] == [("accepted", "cheaper")], again
    for change in c.open().values():
        assert c.decide(change, "accept").status == 200
    assert c.api.all("/change-sets?q=state%3Dopen") == []
    c.scan()
    assert c.open() == {}


def test_two_people_decide_at_once(c):
    c.set(VPC, EnableDnsHostnames={"Value": False})
    c.scan()
    change = c.open()[VPC[2]]
    answers = []
    threads = [threading.Thread(target=lambda what=what: answers.append((what, c.decide(change, what))))
               for what in ("accept", "reject")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for _, answer in answers) == [200, 409], [answer.text for _, answer in answers]
    won = next(what for what, answer in answers if answer.status == 200)
    lost = next(answer for _, answer in answers if answer.status == 409).body
    assert lost["type"].endswith("already-decided") and lost["decided_by"] and lost["decided_at"], lost
    assert lost["state"] == {"accept": "accepted", "reject": "rejected"}[won], lost
    assert c.decide(change, "reopen").status == 200
    assert c.get(change)["state"] == "open"


def test_reject_holds_until_reverted(c):
    change = c.open()[VPC[2]]
    assert c.decide(change, "reject", {"note": "put it back"}).status == 200
    c.scan()
    assert c.get(change)["state"] == "rejected"
    c.set(VPC, EnableDnsHostnames={"Value": True})
    c.scan()
    assert c.get(change)["state"] == "reverted"


def test_single_path(c):
    c.set(VPC, EnableDnsHostnames={"Value": False}, CidrBlock="10.9.0.0/16")
    c.scan()
    change = c.open()[VPC[2]]
    before = paths(c.get(change))
    assert "CidrBlock" in before and len(before) == 2, before
    assert c.decide(change, "accept", {"paths": ["Nonsense"]}).status == 422
    assert c.decide(change, "accept", {"paths": ["CidrBlock"]}).status == 200
    left = c.get(change)
    assert left["state"] == "open" and paths(left) == [path for path in before if path != "CidrBlock"], left
    c.scan()
    assert paths(c.open()[VPC[2]]) == paths(left)
    assert c.decide(change, "reopen").status == 200
    assert paths(c.get(change)) == before
    c.set(VPC, EnableDnsHostnames={"Value": True}, CidrBlock="10.0.0.0/16")
    c.scan()
    assert c.open() == {}, c.open()


def test_snooze_and_back(c):
    c.set(VPC, CidrBlock="10.8.0.0/16")
    c.scan()
    change = c.open()[VPC[2]]
    assert c.decide(change, "snooze", {}).status == 422
    assert c.decide(change, "snooze", {"until": "2020-01-01T00:00:00Z"}).status == 422
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    assert c.decide(change, "snooze", {"until": until}).body["snoozed_until"], "no time"
    assert c.open() == {}
    assert c.decide(change, "reopen").status == 200
    assert VPC[2] in c.open()
    c.set(VPC, CidrBlock="10.0.0.0/16")
    c.scan()


def test_denied_removes_nothing(c):
    c.set(VPC, CidrBlock="10.7.0.0/16")
    c.scan()
    c.faults({"service": "ec2", "code": "UnauthorizedOperation"})
    c.scan()
    c.faults()
    found = c.open()
    assert set(found) == {VPC[2]}, found
    assert found[VPC[2]]["unknown_since"], found
    assert c.api.get(f"/cloud-accounts/{c.account}/baseline")["unknown"] > 0
    c.scan({"types": ["AWS::IAM::Role"]})
    assert set(c.open()) == {VPC[2]}
    c.scan()
    found = c.open()
    assert set(found) == {VPC[2]} and not found[VPC[2]]["unknown_since"], found
    assert c.api.get(f"/cloud-accounts/{c.account}/baseline")["unknown"] == 0
    c.set(VPC, CidrBlock="10.0.0.0/16")
    c.scan()
    assert c.open() == {}


def test_granted_later_is_newly_visible(c):
    c.faults({"service": "ec2", "operation": "DescribeSubnets", "code": "UnauthorizedOperation"},
             {"service": "s3", "operation": "GetBucketEncryption", "code": "AccessDenied"})
    snapshot = c.scan()["snapshot_id"]
    c.api.post(f"/snapshots/{snapshot}/accept-as-baseline")
    c.faults()
    c.change({"op": "add", "type": SUBNET, "region": "us-east-1",
              "document": {"SubnetId": "subnet-0new", "VpcId": VPC[2], "CidrBlock": "10.0.99.0/24",
                           "State": "available", "SubnetArn": "arn:aws:ec2:::subnet/new", "Tags": []}})
    c.scan()
    assert c.open() == {}, c.open()
    baseline = c.api.get(f"/cloud-accounts/{c.account}/baseline")
    assert baseline["newly_visible"] == 1, baseline
    accepted = c.api.post(f"/cloud-accounts/{c.account}/baseline/newly-visible/accept")
    assert accepted["newly_visible"] == 0 and accepted["id"] == baseline["id"], accepted
    c.change({"op": "remove", "type": SUBNET, "region": "us-east-1", "id": "subnet-0new"})
    c.scan()
    assert {key: change["op"] for key, change in c.open().items()} == {"subnet-0new": "removed"}, c.open()
    assert c.decide(c.open()["subnet-0new"], "accept").status == 200


def test_whole_set_and_group(c):
    c.baseline()
    for region in ("us-east-1", "eu-central-1", "ap-southeast-2"):
        c.set((VPC[0], region, VPC[2]), EnableDnsHostnames={"Value": False})
    c.scan()
    groups = c.api.all("/drift/groups")
    assert len(groups) == 1 and groups[0]["changes"] == 3, groups
    assert c.api.post(f"/drift/groups/{groups[0]['key']}/accept", {"note": "all"}) == {"decided": 3, "not_allowed": 0}
    assert c.api.all("/drift/groups") == []
    assert c.api.post(f"/drift/groups/{groups[0]['key']}/reopen") == {"reopened": 3, "left": 0}
    assert [each["changes"] for each in c.api.all("/drift/groups")] == [3]
    again = c.api.send("POST", f"/api/v1/drift/groups/{groups[0]['key']}/reopen")
    assert again.status == 409 and "nothing-to-undo" in again.text, again.text
    assert c.api.post(f"/drift/groups/{groups[0]['key']}/accept") == {"decided": 3, "not_allowed": 0}
    change_set = c.api.all("/change-sets?q=account%3D" + c.account)[0]
    assert change_set["state"] == "accepted", change_set
    assert c.api.post(f"/change-sets/{change_set['id']}/reopen")["state"] == "open"
    assert c.api.post(f"/change-sets/{change_set['id']}/reject", {"note": "no"})["counts"]["rejected"] == 3
    again = c.api.send("POST", f"/api/v1/change-sets/{change_set['id']}/accept")
    assert again.status == 409, again.text


def test_a_rule_is_tried_on_everything_that_scans_saw(c):
    rule = {"name": "names", "action": "ignore", "scope": {"type": VPC[0], "path": "EnableDnsHostnames"}}
    found = c.api.post("/rules/preview", rule)
    assert found["changes"] >= 3, found
    history = found["history"]
    assert history["changes"] >= 3 and history["resources"] == 3 and history["accounts"] == 1, found
    assert history["seen"] >= history["changes"] + history["partly"] and history["since"], found
    assert found["at_least"] is False and history["at_least"] is False, found
    rule["scope"] = {"actor_class": "terraform"}
    assert c.api.post("/rules/preview", rule)["history"] is None


def test_what_is_refused(c):
    change = c.api.all("/changes")[0]
    for body in ({"nonsense": 1}, {"paths": "x"}, {"note": 5}, {"note": "x" * 5000}):
        assert c.decide(change, "accept", body).status == 422, body
    assert c.api.send("POST", f"/api/v1/changes/{change['id']}/accept", b"{").status == 400
    viewer = c.api.post("/tokens", {"name": "viewer", "role": "viewer"})["token"]
    for path in (f"/changes/{change['id']}/reject", f"/change-sets/{change['change_set_id']}/reject"):
        assert c.api.send("POST", "/api/v1" + path, {}, token=viewer).status == 403
    assert c.api.send("GET", f"/api/v1/changes/{change['id']}", token=viewer).status == 200
    assert c.api.send("GET", "/api/v1/changes?q=nonsense%3D1").status == 422
    edited = c.api.expect("PATCH", f"/changes/{change['id']}", {"assignee": "ben@example.com", "note": "looking"})
    assert (edited["assignee"], edited["note"]) == ("ben@example.com", "looking")


def test_killed_server_goes_on(c):
    c.baseline()
    c.set(VPC, CidrBlock="10.6.0.0/16")
    c.cloud.control("settings", {"latency_ms": 20})
    scan = c.api.post(f"/cloud-accounts/{c.account}/scans")
    time.sleep(1)
    c.server.kill()
    c.server.start()
    c.api = c.server.api()
    c.cloud.control("settings", {"latency_ms": 0})
    scan = c.api.wait_for_scan(scan["id"])
    assert scan["snapshot_id"], scan
    assert set(c.open()) == {VPC[2]}, c.open()


def main():
    options = suite.arguments()
    context = Context(options.patrol)
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    try:
        return suite.run(tests, context, only=options.only)
    finally:
        context.stop()


if __name__ == "__main__":
    sys.exit(main())
