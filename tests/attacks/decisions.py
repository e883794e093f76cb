"""Attacks on decisions and the queue: two at once, by GET, stale, ten thousand clicks."""
import concurrent.futures
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402
from harness.visitor import Visitor  # noqa: E402

ACCOUNT = "210987654321"
CLICKS = 10_000
ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.account = self.connected("acme", self.cloud.customer_environment())
        self.baseline()
        self.colour = 0

    def connected(self, name, environment):
        account = self.api.post("/cloud-accounts", {"name": name, "provider": "aws"})["id"]
        token = self.api.post(f"/cloud-accounts/{account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=environment)
        assert done.returncode == 0, done.stderr
        return account

    def baseline(self):
        snapshot = self.api.scan(self.account)["snapshot_id"]
        self.api.post(f"/snapshots/{snapshot}/accept-as-baseline", {"note": "begin"})

    def drift(self):
        """A fresh open change."""
        self.colour += 1
        self.cloud.control("changes", [{
            "account": ACCOUNT, "type": "AWS::EC2::SecurityGroup", "region": "us-east-1", "id": "sg-0aa0000000000002",
            "set": {"Description": f"colour {self.colour}"}}])
        self.api.scan(self.account, {"types": ["AWS::EC2::SecurityGroup"]})
        changes = self.api.all("/changes?q=state%3Dopen")
        assert len(changes) == 1, changes
        return self.api.get(f"/changes/{changes[0]['id']}")

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def together(*works):
    gate = threading.Barrier(len(works))

    def one(work):
        gate.wait()
        return work()
    with concurrent.futures.ThreadPoolExecutor(len(works)) as threads:
        return [each.result() for each in [threads.submit(one, work) for work in works]]


@row(48, "a change accepted and rejected at the same time; a decision on what is no more", "one 200, the others 409 or 412")
def two_decisions(c):
    for _ in range(5):
        change = c.drift()
        path = f"/api/v1/changes/{change['id']}/"
        statuses = together(*[lambda what=what: c.api.send("POST", path + what, {"seen_hash": change["hash"]}).status
                              for what in ("accept", "reject", "accept", "reject")])
        # The same decision by the same person again changes nothing and may say so.
        assert statuses.count(200) >= 1 and set(statuses) <= {200, 409, 412}, statuses
        state = c.api.get(f"/changes/{change['id']}")["state"]
        won = {"accepted": (0, 2), "rejected": (1, 3)}[state]
        assert all(status != 200 for i, status in enumerate(statuses) if i not in won), (state, statuses)
        c.baseline()
    change = c.drift()
    stale = c.api.send("POST", f"/api/v1/changes/{change['id']}/accept", {"seen_hash": "0" * 64}).status
    assert stale in (409, 412, 422), stale
    assert c.api.get(f"/changes/{change['id']}")["state"] == "open"


@row(48, "PATCH with a stale ETag", "412, nothing changed")
def stale_etag(c):
    customer = c.api.post("/customers", {"name": "etag"})["id"]
    path = f"/api/v1/customers/{customer}"
    etag = c.api.send("GET", path).headers["ETag"]
    statuses = together(*[lambda i=i: c.api.send("PATCH", path, {"notes": str(i)}, {"If-Match": etag}).status for i in range(8)])
    assert sorted(statuses) == [200] + [412] * 7, statuses
    assert c.api.send("PATCH", path, {"notes": "late"}, {"If-Match": etag}).status == 412
    assert c.api.get(f"/customers/{customer}")["notes"] != "late"


@row(49, "every write by GET, HEAD and OPTIONS", "405, or what GET has always shown; nothing changed")
def writes_by_reading(c):
    change, count = c.drift(), 0
    visitor = Visitor(c.server.url, token=c.api.token)
    reads = {path for method, path, _ in attacks.routes() if method == "GET"}
    for method, path, _ in attacks.routes():
        if method != "POST" or path in reads:
            continue
        filled = path.replace("{id}", change["id"] if "/changes/" in path else "acc_" + ID)
        for verb in ("GET", "HEAD", "OPTIONS"):
            status = visitor.send(verb, filled.replace("{key}", "grp_" + ID).replace("{token}", "x")).status
            # A path like /rules/preview is also /rules/{id} with a strange id, which is not found.
            assert status in (404, 405), (verb, path, status)
            count += 1
    assert c.api.get(f"/changes/{change['id']}")["state"] == "open"
    return f"{count} requests"


@row(51, "10,000 clicks on \"scan now\"", "one runs, one waits, every answer 202 with one of the two; others are scanned meanwhile")
def clicks(c):
    other = c.connected("globex", {
        "AWS_ENDPOINT_URL": c.cloud.url, "AWS_ACCESS_KEY_ID": "AKIAGLOBEXDEMOADMIN1",
        "AWS_SECRET_ACCESS_KEY": "simulated-globex-admin-key", "AWS_REGION": "us-east-1"})
    c.cloud.control("settings", {"latency_ms": 100})
    try:
        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            clicked = [threads.submit(click, c, CLICKS // 4) for _ in range(4)]
            scan = c.api.scan(other, timeout_s=120)
            outcomes = [outcome for future in clicked for outcome in future.result()]
    finally:
        c.cloud.control("settings", {"latency_ms": 0})
    assert {status for status, _ in outcomes} == {202}, {status for status, _ in outcomes}
    assert scan["state"] in ("succeeded", "partial"), scan
    made = {scan_id for _, scan_id in outcomes}
    for scan_id in made:
        c.api.wait_for_scan(scan_id, 300)
    # Scans that ended during the clicking made place for the next: never more than two at a time.
    rows = [each for each in c.api.all(f"/cloud-accounts/{c.account}/scans") if each["id"] in made]
    assert most_at_once(rows) <= 2, rows
    return f"{len(outcomes)} clicks made {len(made)} scans"


def click(c, times):
    visitor = Visitor(c.server.url, token=c.api.token)
    connection = visitor.open()
    outcomes = []
    for _ in range(times):
        answer = visitor.api("POST", f"/cloud-accounts/{c.account}/scans", {}, connection=connection)
        outcomes.append((answer.status, (answer.body or {}).get("id")))
    connection.close()
    return outcomes


def most_at_once(scans):
    """How many of the scans existed, unfinished, at one time."""
    edges = sorted([(each["created_at"], 1) for each in scans] + [(each["finished_at"], -1) for each in scans])
    most = now = 0
    for _, step in sorted(edges, key=lambda edge: (edge[0], edge[1])):
        now += step
        most = max(most, now)
    return most


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
