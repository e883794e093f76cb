"""An account that lives for 14 simulated days: autoscaling, tasks, backups, rotations and deployments move
thousands of its 20,000 resources, and somebody makes 30 changes that nothing explains. Drift is these 30.

PATROL_LONG=1 scans four times a day in place of once; PATROL_LIVING_PERCENT makes the account smaller."""
import collections
import json
import os
import pathlib
import sys
import tempfile
import time

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.cloudsim_process import REPOSITORY, PlainLoader  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402

SCENARIO = REPOSITORY / "src/cloudsim/scenarios/living.yaml"
STEPS = 14 * 4
STEPS_A_SCAN = 1 if os.environ.get("PATROL_LONG") else 4
PERCENT = int(os.environ.get("PATROL_LIVING_PERCENT", "100"))
OTHERS_MAX = 3
ATTRIBUTION_S = 90


def scenario():
    """The file and what is played; where the account is to be smaller, a copy with fewer of each."""
    content = yaml.load(SCENARIO.read_text(), PlainLoader)
    if PERCENT == 100:
        return SCENARIO, content["steps"]
    for resource in content["accounts"][1]["resources"]:
        if resource.get("count", 0) > 300:
            resource["count"] = max(300, resource["count"] * PERCENT // 100)
        for bounds in (resource["document"], resource["document"].get("scalingConfig", {})):
            bounds.update({least: 0 for least in ("MinSize", "MinCapacity", "minSize") if least in bounds})
    for habit in content["life"]["habits"]:
        for sizes, names in ((habit.get("size", {}), ("least", "most")), (habit, ("adds", "keeps"))):
            sizes.update({name: max(2, sizes[name] * PERCENT // 100) for name in names if name in sizes})
    smaller = pathlib.Path(tempfile.mkdtemp(prefix="patrol-living-")) / "living.yaml"
    smaller.write_text(json.dumps(content))
    return smaller, content["steps"]


class Context:
    def __init__(self, patrol):
        file, self.steps = scenario()
        self.planted = [step for step in self.steps if "finds" in step]
        self.cloud = Simulator(patrol, "--scenario", str(file))
        self.server = Server(patrol, {**self.cloud.server_environment(), "PATROL_AWS_RATE_PERCENT": "0"}).start()
        self.api = self.server.api()
        self.account = self.api.post("/cloud-accounts", {"name": "living", "provider": "aws"})["id"]
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr
        self.scans = 0

    def control(self, path, body=None):
        answer = self.cloud.control(path, body)
        assert answer.status == 200, f"{path}: {answer.text}"
        return answer.body

    def scan(self):
        scan = self.api.scan(self.account)
        assert scan["snapshot_id"] and scan["counts"]["slices_failed"] == 0, scan
        self.scans += 1
        return scan

    def play(self, step):
        """A step of the scenario; what a pipeline does is recorded as a deployment."""
        if not step.get("deployment"):
            return self.control(f"steps/{step['name']}")
        deployment = self.api.post("/deployments", {"name": step["name"], "account_ids": [self.account], "principal": "deploy"})
        self.control(f"steps/{step['name']}")
        return self.api.expect("PATCH", f"/deployments/{deployment['id']}", {"state": "succeeded"})

    def open(self):
        return self.api.all("/changes?q=" + "state%3Dopen and kind%3Dunexplained".replace(" ", "%20"))

    def wait_for_actors(self):
        """Drift is there at once; who did it comes later, and with it what belongs to a deployment or a rule."""
        end = time.time() + ATTRIBUTION_S
        while time.time() < end:
            missing = [change for change in self.open() if not change["actor"]]
            if not missing:
                return
            time.sleep(0.5)
        raise AssertionError(f"without an actor: {[name(change) for change in missing]}")

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def name(change):
    return f"{change['op']} {change['resource']['type']} {change['resource']['native_id']}"


def test_first_snapshot_is_accepted(c):
    scan = c.scan()
    assert scan["counts"]["resources"] >= 20_000 * PERCENT / 100, scan["counts"]
    c.api.post(f"/snapshots/{scan['snapshot_id']}/accept-as-baseline", {"note": "the first day"})
    c.api.post("/rules", {"name": "rotated keys", "action": "ignore", "reason": "rotate-keys replaces them every week",
                          "owner": "platform", "scope": {"type": "AWS::IAM::User", "native_id": "svc-*",
                                                         "path": "AccessKeys", "actor_class": "sdk"}})
    c.scan()
    assert c.open() == [], [name(change) for change in c.open()]


def test_fourteen_days(c):
    seconds = []
    for now in range(STEPS_A_SCAN, STEPS + 1, STEPS_A_SCAN):
        c.control("life", {"steps": STEPS_A_SCAN})
        for step in c.steps:
            if now - STEPS_A_SCAN < step["at"] <= now:
                c.play(step)
        start = time.time()
        c.scan()
        seconds.append(time.time() - start)
    # What is eventually consistent is removed when two scans say so.
    c.scan()
    print(f"        {c.scans} scans, {sum(seconds) / len(seconds):.1f} s each")


def test_every_planted_change_is_found(c):
    c.wait_for_actors()
    found = {(change["op"], change["resource"]["native_id"]): change for change in c.open()}
    wrong = []
    for step in c.planted:
        wanted = step["finds"]
        change = found.get((wanted["op"], wanted["id"]))
        if change is None:
            wrong.append(f"{step['name']}: {wanted['op']} {wanted['id']} is not found")
        elif sorted(path["path"] for path in change["paths"]) != sorted(wanted["paths"]):
            wrong.append(f"{step['name']}: {[path['path'] for path in change['paths']]} in place of {wanted['paths']}")
    assert not wrong, "\n".join(wrong)
    assert len(c.planted) == 30 and len({change["type"] for step in c.planted for change in step["changes"]}) >= 15


def test_hardly_anything_else_is_open(c):
    wanted = {(step["finds"]["op"], step["finds"]["id"]) for step in c.planted}
    others = [name(change) + " " + ", ".join(path["path"] for path in change["paths"]) for change in c.open()
              if (change["op"], change["resource"]["native_id"]) not in wanted]
    print(f"        {len(c.planted)} planted changes, {len(others)} others")
    assert len(others) <= OTHERS_MAX, collections.Counter(others).most_common(60)


def test_members_are_counted_under_their_owners(c):
    change_set = next(each for each in c.api.all("/change-sets?q=state%3Dopen") if each["kind"] == "unexplained")
    owned = c.api.get(f"/change-sets/{change_set['id']}")["owned"]
    owners = {(each["owner_type"] or "").split("::")[-1] + " " + (each["owner_id"] or ""): each for each in owned["owners"]}
    for wanted in ("AutoScalingGroup web", "AutoScalingGroup batch", "EC2Fleet fleet-0c1", "Nodegroup kube/workers", "Service apps/shop",
                   "Cluster kube", "Function resize", "LifecyclePolicy policy-0c1", "Volume vol-0c10001"):
        assert wanted in owners, f"{wanted} is not in {sorted(owners)}"
    kinds = {(each["owner_id"], each["type"].removeprefix("AWS::")) for each in owned["owners"]}
    for wanted in (("apps/shop", "ECS::Task"), ("apps", "ECS::Task"), ("resize", "Lambda::Version"), ("plan-0c1", "Backup::RecoveryPoint"),
                   ("db-0001", "RDS::DBSnapshot"), ("dwh", "Redshift::ClusterSnapshot")):
        assert wanted in kinds, f"{wanted} is not in {sorted(kinds)}"
    tasks = next(each for each in owned["owners"] if (each["owner_id"], each["type"]) == ("apps/shop", "AWS::ECS::Task"))
    assert tasks["region"] == "us-east-1" and len(tasks["successors"]) == min(10, tasks["replaced"]) > 0, tasks
    assert owned["changes"] > 10 * PERCENT, owned["changes"]
    web = next(each for each in owned["owners"] if each["owner_id"] == "web" and each["type"] == "AWS::EC2::Instance")
    assert len(web["successors"]) == min(10, web["replaced"]) > 0, web
    done = c.server.run("change-set", "get", change_set["id"], "--output", "json")
    assert done.returncode == 0 and json.loads(done.stdout)["owned"] == owned, done.stderr


def test_deployments_explain_their_changes(c):
    sets = c.api.all("/change-sets?q=kind%3Ddeployment")
    changed = {change["resource"]["native_id"] for each in sets for change in c.api.all(f"/change-sets/{each['id']}/changes")}
    for step in (step for step in c.steps if step.get("deployment")):
        for change in step["changes"]:
            wanted = change.get("id") or change["listed"]
            assert wanted in changed, f"{step['name']}: {wanted} is not in {changed}"


if __name__ == "__main__":
    sys.exit(suite.main(Context, globals()))
