"""Deployments and who did it, with the real binary: a recorded command, planned windows and signed hooks
explain changes, the rest stays unexplained, and the audit log names the actor."""
import base64
import hashlib
import hmac
import json
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402

ACME = "210987654321"
GROUP, INSTANCE = "sg-0aa0000000000002", "i-0aa0000000000000"
FAR_GROUP = "sg-0aa0000000000001"  # in eu-central-1


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.customer = self.api.post("/customers", {"name": "Acme"})["id"]
        self.account = self.api.post("/cloud-accounts", {"name": "prod", "provider": "aws",
                                                         "customer_id": self.customer})["id"]
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr
        self.accept(self.api.scan(self.account))

    def accept(self, scan):
        self.api.post(f"/snapshots/{scan['snapshot_id']}/accept-as-baseline")

    def change(self, resource_type, resource, values, region="us-east-1", **by):
        body = [{"account": ACME, "type": resource_type, "region": region, "id": resource, "set": values, "by": by}]
        answer = self.cloud.control("changes", body)
        assert answer.status == 200, answer.text

    def mutation(self, value):
        """A command line that changes an instance, as a deployment tool would."""
        body = [{"account": ACME, "type": "AWS::EC2::Instance", "region": "us-east-1", "id": INSTANCE,
                 "set": {"InstanceType": value}, "by": {"type": "AssumedRole", "name": "deploy", "session": "ci-42",
                                                       "user_agent": "APN/1.0 HashiCorp/1.0 Terraform/1.9.0",
                                                       "event": "ModifyInstanceAttribute"}}]
        program = ("import urllib.request as u; u.urlopen(u.Request("
                   f"{self.cloud.url + '/_cloudsim/changes'!r}, data={json.dumps(body).encode()!r}))")
        return [sys.executable, "-c", program]

    def sets(self, query=""):
        return self.api.all("/change-sets?q=" + ("state%3Dopen" + query))

    def changes(self, change_set):
        return self.api.all(f"/change-sets/{change_set['id']}/changes")

    def explained(self, deployment):
        """The native ids of the changes that the deployment explains."""
        found = [each for each in self.sets() if each["deployment_id"] == deployment]
        return sorted(each["resource"]["native_id"] for one in found for each in self.changes(one))

    def unexplained(self):
        found = [each for each in self.sets() if each["kind"] == "unexplained"]
        return sorted(each["resource"]["native_id"] for one in found for each in self.changes(one))

    def newest_deployment(self):
        return self.api.get("/deployments?limit=1")["items"][0]

    def settle(self):
        """What is there now is accepted, and the deployments so far explain nothing that comes later."""
        self.accept(self.api.scan(self.account))
        for each in self.api.all("/deployments"):
            if each["regions"] != ["sa-east-1"]:
                self.api.expect("PATCH", f"/deployments/{each['id']}", {"regions": ["sa-east-1"]})

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def until(condition, timeout_s=60):
    end = time.time() + timeout_s
    while time.time() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.3)
    raise AssertionError("it did not come to pass")


def test_a_recorded_command_explains_its_changes_and_no_others(c):
    c.change("AWS::EC2::SecurityGroup", FAR_GROUP, {"Description": "changed by hand"}, region="eu-central-1", silent=True)
    c.api.scan(c.account)
    done = c.server.run("deployment", "record", "--account", "prod", "--scan", "--region", "us-east-1", "--", *c.mutation("m5.large"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    deployment = c.newest_deployment()
    assert (deployment["source"], deployment["state"], deployment["exit_code"]) == ("cli", "succeeded", 0), deployment
    assert deployment["account_ids"] == [c.account], deployment
    scan = c.api.get(f"/cloud-accounts/{c.account}/scans?limit=1")["items"][0]
    assert (scan["trigger"], scan["deployment_id"]) == ("deployment", deployment["id"]), scan
    c.api.wait_for_scan(scan["id"])
    assert c.explained(deployment["id"]) == [INSTANCE]
    assert c.unexplained() == [FAR_GROUP]
    assert c.api.get(f"/deployments/{deployment['id']}")["changes"] == 1
    c.settle()


def test_the_audit_log_names_who_did_it(c):
    c.change("AWS::EC2::Instance", INSTANCE, {"InstanceType": "c5.large"}, type="AssumedRole",
             name="AWSReservedSSO_PowerUser_0123456789abcdef", session="anna@example.com", event="ModifyInstanceAttribute",
             source_ip="203.0.113.9", user_agent="Mozilla/5.0 <script>alert(1)</script>")
    c.change("AWS::EC2::SecurityGroup", GROUP, {"Description": "nobody knows"}, silent=True)
    c.api.scan(c.account)
    found = until(lambda: [each for each in c.api.all("/changes?q=state%3Dopen") if each["actor"]])
    assert [each["resource"]["native_id"] for each in found] == [INSTANCE], found
    actor = found[0]["actor"]
    assert actor["name"] == "anna@example.com (PowerUser)", actor
    assert (actor["class"], actor["certainty"], actor["event_name"]) == ("console", "certain", "ModifyInstanceAttribute"), actor
    assert actor["source_ip"] == "203.0.113.9" and actor["event_id"] in actor["link"], actor
    # Who has no event is looked for again later, and is not "not found" yet.
    assert c.unexplained() == sorted([GROUP, INSTANCE])
    assert c.cloud.calls()["cloudtrail.LookupEvents"] > 0
    c.settle()


def test_attribution_by_another_principal_takes_a_change_out_of_a_deployment(c):
    principal = f"arn:aws:iam::{ACME}:role/deploy"
    deployment = c.api.post("/deployments", {"name": "release", "account_ids": [c.account], "principal": principal})["id"]
    c.change("AWS::EC2::SecurityGroup", GROUP, {"Description": "by a stranger"}, name="eve", event="ModifySecurityGroup")
    subprocess.run(c.mutation("m5.xlarge"), check=True)
    c.api.scan(c.account)
    until(lambda: c.explained(deployment) == [INSTANCE] and c.unexplained() == [GROUP])
    c.api.expect("PATCH", f"/deployments/{deployment}", {"state": "succeeded"})
    c.settle()


def test_a_deployment_that_is_recorded_late_explains_what_was_found(c):
    begin = time.time() - 1
    c.change("AWS::EC2::Instance", INSTANCE, {"InstanceType": "t3.nano"}, silent=True)
    c.api.scan(c.account)
    assert c.unexplained() == [INSTANCE]
    stamp = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(each)) for each in (begin, time.time())]
    deployment = c.api.post("/deployments", {"name": "late", "customer_id": c.customer, "started_at": stamp[0],
                                             "ended_at": stamp[1]})["id"]
    until(lambda: c.explained(deployment) == [INSTANCE] and c.unexplained() == [])
    c.settle()


def test_a_planned_window_explains_until_it_is_closed(c):
    done = c.server.run("deployment", "open", "--customer", "Acme", "--until", time.strftime("%H:%M", time.localtime(time.time() + 3600)),
                        "--reason", "patch day", "--output", "json")
    assert done.returncode == 0, done.stderr
    window = json.loads(done.stdout)
    assert (window["source"], window["state"], window["customer_id"]) == ("window", "open", c.customer), window
    c.change("AWS::EC2::Instance", INSTANCE, {"InstanceType": "t3.large"}, silent=True)
    c.api.scan(c.account)
    assert c.explained(window["id"]) == [INSTANCE]
    closed = c.server.run("deployment", "close", window["id"], "--output", "json")
    assert json.loads(closed.stdout)["state"] == "succeeded", closed
    listed = c.server.run("deployment", "list", "--q", "source=window", "--output", "json")
    assert [each["id"] for each in json.loads(listed.stdout)["items"]] == [window["id"]]
    c.settle()


def test_the_command_runs_without_the_server_and_keeps_its_code_and_streams(c):
    away = {"PATROL_SERVER": "http://127.0.0.1:9"}
    done = c.server.run("deployment", "record", "--", "sh", "-c", "cat; echo oops >&2; exit 7", environment=away, stdin="in")
    assert (done.returncode, done.stdout) == (7, "in"), done
    assert "oops" in done.stderr and "runs all the same" in done.stderr, done.stderr
    missing = c.server.run("deployment", "record", "--", "/no/such/program")
    assert missing.returncode == 127, missing
    assert c.newest_deployment()["state"] == "cancelled"
    assert c.server.run("deployment", "record", "--").returncode == 2


def test_signals_reach_the_command(c):
    environment = {**c.server.environment, "PATROL_SERVER": c.server.url, "PATROL_TOKEN": c.api.token}
    process = subprocess.Popen([c.server.patrol, "deployment", "record", "--", "sh", "-c",
                                "trap 'echo stopped; exit 9' TERM; echo ready; while :; do sleep 0.1; done"],
                               env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.stdout.readline() == "stopped\n"
    assert process.wait(20) == 9
    assert c.newest_deployment()["exit_code"] == 9


def hook(c, kind, **more):
    made = c.api.post("/deployments/hooks", {"name": f"{kind} {time.time()}", "kind": kind, "account_ids": [c.account], **more})
    return made["url"].replace(c.server.url + "/api/v1", ""), made["secret"]


def deliver(c, path, body, headers):
    return c.api.send("POST", "/api/v1" + path, body, headers, token="")


def test_hooks_take_what_is_signed_and_nothing_else(c):
    path, secret = hook(c, "github")
    body = json.dumps({"action": "in_progress", "repository": {"full_name": "acme/infra"},
                       "workflow_run": {"id": 7, "name": "deploy", "head_sha": "0" * 40, "html_url": "https://github.com/x"}}).encode()

    def signed(key, delivery):
        return {"X-GitHub-Event": "workflow_run", "X-GitHub-Delivery": delivery,
                "X-Hub-Signature-256": "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}

    first = deliver(c, path, body, signed(secret, "d1"))
    assert first.status == 200 and first.body["outcome"] == "recorded", first.text
    assert deliver(c, path, body, signed(secret, "d1")).body["outcome"] == "repeated"
    refused = [deliver(c, path, body, signed("wrong", "d2")), deliver(c, path, body, {}),
               deliver(c, path[:-1] + ("a" if path[-1] != "a" else "b"), body, signed(secret, "d2"))]
    assert {each.status for each in refused} == {401}, refused
    assert len({each.body["detail"] for each in refused}) == 1
    assert c.api.get(f"/deployments/{first.body['deployment_id']}")["source"] == "github"

    path, secret = hook(c, "gitlab")
    pipeline = json.dumps({"object_kind": "pipeline", "object_attributes": {"id": 1, "status": "running"},
                           "project": {"path_with_namespace": "acme/infra"}}).encode()
    assert deliver(c, path, pipeline, {"X-Gitlab-Token": secret}).body["outcome"] == "recorded"
    assert deliver(c, path, pipeline, {"X-Gitlab-Token": secret + "x"}).status == 401

    path, secret = hook(c, "terraform_cloud")
    run = json.dumps({"run_id": "run-1", "notifications": [{"trigger": "run:applying", "run_status": "applying"}]}).encode()
    mark = hmac.new(secret.encode(), run, hashlib.sha512).hexdigest()
    assert deliver(c, path, run, {"X-TFE-Notification-Signature": mark}).body["outcome"] == "recorded"
    assert deliver(c, path, run + b" ", {"X-TFE-Notification-Signature": mark}).status == 401


def test_a_generic_hook_is_bound_to_its_time_and_explains_its_run(c):
    path, secret = hook(c, "generic", scan_after=True)
    key = base64.b64decode(secret.removeprefix("whsec_"))

    def send(message, identity, age=0):
        body, stamp = json.dumps(message).encode(), str(int(time.time()) - age)
        mark = base64.b64encode(hmac.new(key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
        return deliver(c, path, body, {"webhook-id": identity, "webhook-timestamp": stamp, "webhook-signature": "v1," + mark})

    begin = send({"run_id": "1", "state": "open", "name": "ansible"}, "m1")
    assert begin.body["outcome"] == "recorded", begin.text
    assert send({"run_id": "1", "state": "failed"}, "m2", age=301).status == 401
    assert send({"run_id": "1", "state": "failed"}, "m2", age=-301).status == 401
    c.change("AWS::EC2::Instance", INSTANCE, {"InstanceType": "t3.xlarge"}, silent=True)
    end = send({"run_id": "1", "state": "succeeded"}, "m3")
    assert end.body["state"] == "succeeded", end.text
    assert send({"run_id": "1", "state": "failed"}, "m3").body["outcome"] == "repeated"
    scan = c.api.get(f"/cloud-accounts/{c.account}/scans?limit=1")["items"][0]
    assert scan["deployment_id"] == begin.body["deployment_id"], scan
    c.api.wait_for_scan(scan["id"])
    assert c.explained(begin.body["deployment_id"]) == [INSTANCE]
    c.settle()


def test_secrets_of_hooks_are_nowhere(c):
    path, secret = hook(c, "github")
    token = path.rsplit("/", 1)[1]
    stored = b"".join(each.read_bytes() for each in (c.server.folder / "data").rglob("*") if each.is_file())
    assert secret.encode() not in stored and token.encode() not in stored
    assert secret not in c.server.log_text() and token not in c.server.log_text()
    assert secret not in json.dumps(c.api.all("/deployments/hooks"))


def main():
    options = suite.arguments()
    context = Context(options.patrol)
    try:
        tests = [value for name, value in globals().items() if name.startswith("test_")]
        return suite.run(tests, context, only=options.only)
    finally:
        context.stop()


if __name__ == "__main__":
    sys.exit(main())
