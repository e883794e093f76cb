"""An account that only a collector reaches: the real server, the simulated AWS and the real `patrol collector`.
What it uploads is what a scan from the server finds; what breaks on the way is read again or said, and never
called deleted; what collector.yaml does not allow is not read, whatever the server asks."""
import json
import pathlib
import stat
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import stored_bytes, suite  # noqa: E402
from harness.on_site_collector import ACCOUNT, KEY, KEY_ID, Collector, without_marks  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402


class Context:
    def __init__(self, patrol):
        self.patrol = patrol
        self.cloud = Simulator(patrol)
        # This server has no credentials for any cloud, and no way to one.
        self.server = Server(patrol).start()
        self.api = self.server.api()
        self.made = self.api.post("/collectors", {"name": "muc-01"})
        self.collector = Collector(patrol, self.server.url, self.cloud.url)
        self.account = self.first = None

    def state(self):
        return self.api.get(f"/collectors/{self.made['id']}")["state"]

    def wait_for(self, what, wanted, seconds=60):
        end = time.time() + seconds
        while time.time() < end:
            if what() == wanted:
                return
            time.sleep(0.1)
        raise AssertionError(f"still {what()!r}, not {wanted!r}\n{self.collector.log_text()[-2000:]}")

    def scan(self):
        ended = self.api.scan(self.account)
        assert ended["snapshot_id"], (ended, self.collector.log_text()[-3000:])
        return ended

    def scan_in_its_middle(self):
        self.cloud.control("settings", {"latency_ms": 100})
        scan = self.api.post(f"/cloud-accounts/{self.account}/scans")
        end = time.time() + 120
        while time.time() < end:
            now = self.api.get(f"/scans/{scan['id']}")
            if (now["progress"] or {}).get("slices_done", 0) > 20:
                return scan
            assert now["state"] in ("queued", "running"), now
            time.sleep(0.1)
        raise AssertionError(f"the scan does not begin: {now}\n{self.collector.log_text()[-3000:]}")

    def ended(self, scan):
        self.cloud.control("settings", {"latency_ms": 0})
        return self.api.wait_for_scan(scan["id"], 300)

    def snapshots(self):
        return len([each for each in self.api.all(f"/cloud-accounts/{self.account}/scans") if each["snapshot_id"]])

    def contents(self, api, snapshot):
        listed = api.all(f"/snapshots/{snapshot}/resources?fields=document")
        return {(each["type"], each["region"], each["native_id"]): without_marks(each["document"]) for each in listed}

    def coverage(self, api, scan):
        return {(each["type"], each["scope"]): (each["status"], each["count"], each["reason"])
                for each in api.all(f"/scans/{scan}/coverage")}

    def stop(self):
        self.collector.stop()
        self.server.stop()
        self.cloud.stop()


def test_a_token_enrols_one_collector_once(c):
    token = c.made["enrolment_token"]
    assert token in c.made["command"] and c.server.url in c.made["command"], c.made["command"]
    assert c.state() == "waiting"
    done = c.collector.enrol(token)
    assert done.returncode == 0, done.stderr
    shown = c.api.get(f"/collectors/{c.made['id']}")
    assert shown["fingerprint"] in done.stdout, (shown, done.stdout)
    kept = c.collector.state / "enrolment.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600 and stat.S_IMODE(c.collector.state.stat().st_mode) == 0o700
    again = Collector(c.patrol, c.server.url, c.cloud.url)
    refused = again.enrol("-", stdin=token + "\n")
    assert refused.returncode != 0 and "Enrolled" not in refused.stdout, refused.stdout
    assert not (again.state / "enrolment.json").exists()
    assert token not in refused.stderr


def test_the_collector_is_seen(c):
    c.collector.start()
    c.wait_for(c.state, "online")
    listed = c.server.run("collector", "list")
    assert listed.returncode == 0 and "muc-01" in listed.stdout and "online" in listed.stdout, listed.stdout + listed.stderr


def test_an_account_is_registered_and_tested_through_it(c):
    done = c.server.run("account", "create", "--name", "acme", "--provider", "aws", "--mode", "collector", "--collector",
                        c.made["id"], "--credential", "acme", "--output", "json")
    assert done.returncode == 0, done.stderr
    c.account = json.loads(done.stdout)["id"]
    report = c.api.post(f"/cloud-accounts/{c.account}/test")
    assert report["ok"], report
    assert c.api.get(f"/cloud-accounts/{c.account}")["native_account_id"] == ACCOUNT


def secret(api, name, value):
    api.post("/secrets", {"name": name, "manager": "sealed", "value": value})
    return {"manager": "sealed", "ref": name}


def differences(c, scan, api, other):
    """Of the contents and the coverage of two scans; none but what a comparison would call the same."""
    ours, theirs = c.contents(c.api, scan["snapshot_id"]), c.contents(api, other["snapshot_id"])
    assert len(ours) > 50
    mine, of_pull = c.coverage(c.api, scan["id"]), c.coverage(api, other["id"])
    return ([key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)],
            [key for key in mine.keys() | of_pull.keys() if mine.get(key) != of_pull.get(key)])


def test_its_snapshot_equals_that_of_a_scan_from_the_server(c):
    c.first = c.scan()
    pull = Server(c.patrol, {"AWS_ENDPOINT_URL": c.cloud.url}).start()
    try:
        api = pull.api()
        auth = {"kind": "access_keys", "access_key_id": secret(api, "id", KEY_ID), "secret_access_key": secret(api, "key", KEY)}
        account = api.post("/cloud-accounts", {"name": "acme", "provider": "aws", "auth": auth})["id"]
        assert api.post(f"/cloud-accounts/{account}/test")["ok"]
        resources, slices = differences(c, c.first, api, api.scan(account))
        assert not resources, resources[:5]
        assert not slices, slices[:5]
    finally:
        pull.stop()


def test_a_second_scan_of_the_same_cloud_has_no_changes(c):
    counts = c.scan()["counts"]
    assert (counts["added"], counts["modified"], counts["removed"]) == (0, 0, 0), counts


def test_every_call_is_in_the_journal(c):
    assert len(c.api.all(f"/scans/{c.first['id']}/calls")) > 100


def test_a_role_is_assumed_on_site_with_its_external_id(c):
    pull = Server(c.patrol, c.cloud.server_environment()).start()
    try:
        api = pull.api()
        account = api.post("/cloud-accounts", {"name": "acme", "provider": "aws"})["id"]
        token = api.post(f"/cloud-accounts/{account}/setup-command")["token"]
        done = pull.run("connect", "aws", "--yes", "--token", token, environment=c.cloud.customer_environment())
        assert done.returncode == 0, done.stderr
        auth = api.get(f"/cloud-accounts/{account}")["auth"]
        own = c.cloud.server_environment()
        (c.collector.folder / "base").write_text(own["AWS_SECRET_ACCESS_KEY"])
        role = {"account": ACCOUNT, "access_key_id": {"env": "BASE_ID"}, "role_arn": auth["role_arn"],
                "secret_access_key": {"file": str(c.collector.folder / "base")}}
        c.collector.stop()
        c.collector.write({"acme": {**role, "external_id": auth["external_id"]}})
        c.collector.start({"BASE_ID": own["AWS_ACCESS_KEY_ID"]})
        report = c.api.post(f"/cloud-accounts/{c.account}/test")
        assert report["ok"], report
        passed = {each["id"] for each in report["checks"] if each["status"] == "pass"}
        assert {"external_id_required", "wrong_external_id_refused"} <= passed, passed
        # What the role may not read stays from the scans before, which could; what it reads is the same.
        _, slices = differences(c, c.scan(), api, api.scan(account))
        assert not slices, slices[:5]
        c.collector.write({"acme": {**role, "external_id": "patrol-another"}})
        wrong = c.api.post(f"/cloud-accounts/{c.account}/test")
        assert not wrong["ok"] and auth["external_id"] not in json.dumps(wrong), wrong
    finally:
        pull.stop()
        c.collector.stop()
        c.collector.write({"acme": c.collector.own_keys()})
        c.collector.start()


def test_a_collector_that_dies_goes_on_where_it_was(c):
    before = c.snapshots()
    scan = c.scan_in_its_middle()
    c.collector.kill()
    c.collector.start()
    ended = c.ended(scan)
    assert ended["snapshot_id"] and ended["counts"]["removed"] == 0, (ended, c.collector.log_text()[-3000:])
    assert c.snapshots() == before + 1


def test_a_collector_that_is_stopped_says_so(c):
    scan = c.scan_in_its_middle()
    code, seconds = c.collector.stop()
    assert code == 0 and seconds < 15, (code, seconds, c.collector.log_text()[-2000:])
    c.collector.start()
    ended = c.ended(scan)
    assert ended["snapshot_id"] and ended["counts"]["removed"] == 0, ended


def test_a_server_that_restarts_goes_on(c):
    before = c.snapshots()
    scan = c.scan_in_its_middle()
    c.server.kill()
    c.server.start()
    ended = c.ended(scan)
    assert ended["snapshot_id"] and ended["counts"]["removed"] == 0, (ended, c.collector.log_text()[-3000:])
    assert c.snapshots() == before + 1
    c.wait_for(c.collector.workers, 0, 120)


def test_a_worker_on_site_that_dies_is_replaced(c):
    import os
    import signal
    scan = c.scan_in_its_middle()
    for task in pathlib.Path(f"/proc/{c.collector.process.pid}/task").iterdir():
        for pid in (task / "children").read_text().split():
            os.kill(int(pid), signal.SIGKILL)
    ended = c.ended(scan)
    assert ended["snapshot_id"] and ended["counts"]["removed"] == 0, (ended, c.collector.log_text()[-3000:])


def test_keys_of_another_account_than_the_file_says_are_refused_on_site(c):
    c.collector.write({"acme": c.collector.own_keys("999999999999")})
    calls = sum(c.cloud.calls().values())
    failed = c.api.scan(c.account)
    assert failed["state"] == "failed" and not failed["snapshot_id"], failed
    assert "collector.yaml" in failed["error"]["hint"], failed["error"]
    assert sum(c.cloud.calls().values()) == calls
    # The account's number is one more hurdle: without it the keys still say whose they are.
    other = c.api.post("/cloud-accounts", {"name": "unbound", "provider": "aws", "mode": "collector",
                                           "collector_id": c.made["id"], "auth": {"kind": "on_site", "credential": "acme"}})
    report = c.api.post(f"/cloud-accounts/{other['id']}/test")
    assert not report["ok"] and "999999999999" in json.dumps(report), report
    assert sum(c.cloud.calls().values()) == calls + 1  # sts:GetCallerIdentity
    assert c.api.send("DELETE", f"/api/v1/cloud-accounts/{other['id']}").status < 300
    c.collector.write({"acme": c.collector.own_keys()})


def test_a_name_that_the_file_does_not_have_is_told(c):
    c.collector.write({"another": c.collector.own_keys()})
    failed = c.api.scan(c.account)
    assert failed["state"] == "failed" and "no credential of the name" in failed["error"]["message"], failed
    c.collector.write({"acme": c.collector.own_keys()})
    assert c.scan()["counts"]["removed"] == 0


def test_an_endpoint_that_the_file_does_not_list_is_refused_on_site(c):
    answer = c.api.send("PATCH", f"/api/v1/cloud-accounts/{c.account}", {"endpoint_url": "https://collect.evil.example"})
    assert answer.status == 200, answer.text
    failed = c.api.scan(c.account)
    assert failed["state"] == "failed" and "endpoint" in failed["error"]["message"], failed
    answer = c.api.send("PATCH", f"/api/v1/cloud-accounts/{c.account}", {"endpoint_url": None})
    assert answer.status == 200, answer.text


def test_the_credentials_never_reach_the_server(c):
    secrets = [KEY.encode(), KEY_ID.encode(), json.loads((c.collector.state / "enrolment.json").read_text())["key"].encode()]
    rows, unpacked = stored_bytes.rows_of(c.server.folder / "data/patrol.db", stored_bytes.Zstd())
    assert unpacked > 10
    places = rows + stored_bytes.files_of(c.server.folder)
    found = {place for place, content in places for secret in secrets if secret in content}
    assert not found, found
    log = c.collector.log_text()
    assert not [secret for secret in secrets if secret.decode() in log]


def test_a_revoked_collector_reads_no_further_and_nothing_is_deleted(c):
    before = c.api.get(f"/cloud-accounts/{c.account}")["resources"]
    scan = c.scan_in_its_middle()
    c.api.post(f"/collectors/{c.made['id']}/revoke")
    assert c.state() == "revoked"
    ended = c.ended(scan)
    assert ended["state"] == "failed" and not ended["snapshot_id"], ended
    c.wait_for(c.collector.workers, 0, 120)
    assert c.api.get(f"/cloud-accounts/{c.account}")["resources"] == before
    refused = c.api.send("DELETE", f"/api/v1/collectors/{c.made['id']}")
    assert refused.status == 409, refused.text


if __name__ == "__main__":
    sys.exit(suite.main(Context, globals()))
