"""Scans are read by a process of their own: what it can reach while it works, and what happens to the server
when it dies. Needs root, to look into other processes."""
import os
import pathlib
import re
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402

HIDDEN = "internal-scan-worker"
SERVER_SECRET = "simulated-patrol-server-key"


class Worker:
    def __init__(self, pid):
        self.pid, self.folder = pid, pathlib.Path(f"/proc/{pid}")

    def status(self, field):
        line = next(each for each in (self.folder / "status").read_text().splitlines() if each.startswith(field + ":"))
        return line.split(":", 1)[1].strip()

    def memory(self):
        """All that is mapped readable, piece by piece, but for the program itself, which everybody has."""
        program = os.readlink(self.folder / "exe")
        with open(self.folder / "mem", "rb", 0) as memory:
            for line in (self.folder / "maps").read_text().splitlines():
                span, permissions = line.split()[:2]
                if not permissions.startswith("r") or "[v" in line or line.endswith(program) and "w" not in permissions:
                    continue
                start, end = (int(each, 16) for each in span.split("-"))
                try:
                    memory.seek(start)
                    yield memory.read(end - start)
                except (OSError, ValueError, OverflowError):
                    continue

    def holds(self, secret):
        return any(secret in piece for piece in self.memory())

    def descriptors(self):
        return {int(each.name): os.readlink(each) for each in (self.folder / "fd").iterdir()}


def text_of(path):
    """Empty for what has ended meanwhile."""
    try:
        return pathlib.Path(path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def has_sanitizer(patrol):
    return b"__asan_init" in pathlib.Path(patrol).read_bytes() or b"__tsan_init" in pathlib.Path(patrol).read_bytes()


class Context:
    def __init__(self, patrol):
        if os.geteuid() != 0:
            suite.skip_all("only root may look into other processes")
        self.patrol = patrol
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.account = self.connected(self.server, "acme")

    def connected(self, server, name):
        api = server.api()
        account = api.post("/cloud-accounts", {"name": name, "provider": "aws"})["id"]
        self.connect(server, account)
        for each in api.all(f"/cloud-accounts/{account}/scans"):  # the one that connecting begins
            api.wait_for_scan(each["id"])
        return account

    def connect(self, server, account):
        token = server.api().post(f"/cloud-accounts/{account}/setup-command")["token"]
        done = server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr

    def workers(self, server=None):
        """The workers of the server's threads."""
        return [Worker(pid) for pid in self.children(server) if HIDDEN in text_of(f"/proc/{pid}/cmdline")]

    def children(self, server=None):
        """Of every thread of the server."""
        tasks = pathlib.Path(f"/proc/{(server or self.server).process.pid}/task").iterdir()
        return [int(pid) for task in tasks for pid in text_of(task / "children").split()]

    def scan_and_worker(self):
        """A scan in its middle, and who reads it."""
        self.cloud.control("settings", {"latency_ms": 150})
        scan = self.api.post(f"/cloud-accounts/{self.account}/scans")
        end = time.time() + 120
        while time.time() < end:
            progress = self.api.get(f"/scans/{scan['id']}")
            workers = self.workers()
            if len(workers) == 1 and (progress["progress"] or {}).get("calls", 0) > 20:
                return scan, workers[0]
            time.sleep(0.05)
        raise AssertionError(f"the scan is {progress['state']}, with {len(workers)} workers")

    def worker_after(self, dead):
        """Who goes on with a dead worker's scan."""
        end = time.time() + 60
        while time.time() < end:
            found = [each for each in self.workers() if each.pid != dead.pid]
            if found:
                return found[0]
            time.sleep(0.05)
        raise AssertionError("no other worker came")

    def ended(self, scan):
        self.cloud.control("settings", {"latency_ms": 0})
        return self.api.wait_for_scan(scan["id"])

    def wait_for_no_worker(self, server=None):
        end = time.time() + 10
        while self.workers(server) and time.time() < end:
            time.sleep(0.05)
        assert not self.workers(server)

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def test_worker_is_in_its_sandbox(c):
    scan, worker = c.scan_and_worker()
    assert worker.status("NoNewPrivs") == "1"
    assert worker.status("Seccomp") == ("0" if has_sanitizer(c.patrol) else "2"), worker.status("Seccomp")
    for thread in (worker.folder / "task").iterdir():
        text = (thread / "status").read_text()
        assert has_sanitizer(c.patrol) or re.search(r"^Seccomp:\s+2$", text, re.M), text
    limits = (worker.folder / "limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0", limits), limits
    assert has_sanitizer(c.patrol) or re.search(r"Max file size\s+0\s+0", limits), limits
    assert c.ended(scan)["snapshot_id"]


def test_worker_holds_no_secret_of_the_server(c):
    master = (c.server.folder / "data/master.key").read_bytes()
    key = bytes.fromhex(master.decode().strip()) if len(master) != 32 else master
    scan, worker = c.scan_and_worker()
    environment = (worker.folder / "environ").read_bytes()
    found = {name for name, secret in (("master key", key), ("master key as text", master.strip()),
                                       ("Patrol's AWS key", SERVER_SECRET.encode()),
                                       ("API token", (c.server.folder / "token").read_bytes().strip()),
                                       ("database", str(c.server.folder / "data").encode()))
             if worker.holds(secret)}
    # The search itself works: the server's memory holds the key, the worker's its own account.
    assert Worker(c.server.process.pid).holds(key)
    assert worker.holds(b"210987654321")
    assert c.ended(scan)["snapshot_id"]
    assert not found, found
    assert SERVER_SECRET.encode() not in environment and b"PATROL" not in environment and b"AWS" not in environment


def test_worker_has_only_its_pipe_and_its_clouds_sockets(c):
    scan, worker = c.scan_and_worker()
    descriptors = worker.descriptors()
    sockets = {target.removeprefix("socket:[").removesuffix("]") for target in descriptors.values() if target.startswith("socket")}
    table = [line.split() for line in (worker.folder / "net/tcp").read_text().splitlines()[1:]]
    peers = {line[2] for line in table if line[9] in sockets}
    assert c.ended(scan)["snapshot_id"]
    paths = [target for target in descriptors.values() if target.startswith("/") and target != "/dev/null"]
    assert not paths, paths
    cloud_port = int(c.cloud.url.rsplit(":", 1)[1])
    assert peers and {int(peer.split(":")[1], 16) for peer in peers} == {cloud_port}, peers
    listening = [line for line in table if line[9] in sockets and line[3] == "0A"]
    assert not listening, listening


def test_a_scan_whose_worker_died_is_read_again_once(c):
    scan, worker = c.scan_and_worker()
    os.kill(worker.pid, signal.SIGKILL)
    second = c.worker_after(worker)
    assert c.api.get(f"/scans/{scan['id']}")["state"] == "running"
    ended = c.ended(scan)
    assert ended["snapshot_id"] and ended["counts"]["removed"] == 0, ended
    assert "scan is read again" in c.server.log_text()
    assert not pathlib.Path(f"/proc/{second.pid}").exists()


def test_what_ends_a_second_worker_fails_its_scan_and_nothing_else(c):
    for number, name in ((signal.SIGKILL, "signal 9"), (signal.SIGSEGV, "signal 11")):
        scan, worker = c.scan_and_worker()
        os.kill(worker.pid, number)
        os.kill(c.worker_after(worker).pid, number)
        assert c.server.process.poll() is None
        assert c.api.get("/cloud-accounts")["items"]
        ended = c.ended(scan)
        assert ended["state"] == "failed" and not ended["snapshot_id"], ended
        if not has_sanitizer(c.patrol):
            assert name in ended["error"]["message"], ended["error"]
        assert not pathlib.Path(f"/proc/{worker.pid}").exists()
        good = c.api.scan(c.account)
        assert good["snapshot_id"] and good["counts"]["removed"] == 0, good
    assert c.api.get(f"/cloud-accounts/{c.account}")["status"] == "connected"


def test_cancel_ends_the_worker_within_seconds(c):
    scan, worker = c.scan_and_worker()
    start = time.time()
    c.api.post(f"/scans/{scan['id']}/cancel")
    c.wait_for_no_worker()
    assert time.time() - start < 8, "the server looks for cancelled scans every 2 s"
    assert c.ended(scan)["state"] == "cancelled"
    assert not pathlib.Path(f"/proc/{worker.pid}").exists()


def test_workers_end_with_their_work(c):
    assert c.api.post(f"/cloud-accounts/{c.account}/test")["ok"]
    assert c.api.scan(c.account)["snapshot_id"]
    c.wait_for_no_worker()
    # Between a worker's end and the server's look at it lie milliseconds.
    end = time.time() + 2
    while zombies := [pid for pid in c.children() if "zombie" in text_of(f"/proc/{pid}/status")]:
        assert time.time() < end, zombies
        time.sleep(0.02)


def test_workers_die_with_a_killed_server(c):
    scan, worker = c.scan_and_worker()
    c.server.kill()
    end = time.time() + 5
    while pathlib.Path(f"/proc/{worker.pid}").exists() and time.time() < end:
        time.sleep(0.05)
    assert not pathlib.Path(f"/proc/{worker.pid}").exists()
    c.cloud.control("settings", {"latency_ms": 0})
    c.server.start()
    assert c.api.wait_for_scan(scan["id"])["snapshot_id"]


def test_the_command_is_nobody_elses(c):
    done = c.server.run("internal-scan-worker")
    assert done.returncode == 2 and "started by a server" in done.stderr, done
    assert "internal-scan-worker" not in c.server.run("--help").stdout


def test_in_process_is_a_setting_that_is_said(c):
    assert "worker processes" in c.server.log_text()
    server = Server(c.patrol, c.cloud.server_environment(), arguments=["--workers-in-process"]).start()
    try:
        assert "--workers-in-process is set" in server.log_text()
        account = c.connected(server, "inside")
        c.cloud.control("settings", {"latency_ms": 100})
        scan = server.api().post(f"/cloud-accounts/{account}/scans")
        time.sleep(1.5)
        assert not c.workers(server)
        c.cloud.control("settings", {"latency_ms": 0})
        assert server.api().wait_for_scan(scan["id"])["snapshot_id"]
    finally:
        server.stop()


def test_both_ways_read_the_same(c):
    """The newest snapshot of a server with worker processes, and of one without."""
    c.connect(c.server, c.account)  # the role knows one external ID at a time
    one = c.api.scan(c.account)
    inside = Server(c.patrol, c.cloud.server_environment(), arguments=["--workers-in-process"]).start()
    try:
        other = inside.api().scan(c.connected(inside, "inside"))
        assert one["state"] == other["state"], (one, other)
        assert one["counts"]["resources"] == other["counts"]["resources"], (one["counts"], other["counts"])
        lines = [sorted((line["type"], line["scope"], line["status"], line["count"]) for line in api.all(f"/scans/{scan['id']}/coverage"))
                 for api, scan in ((c.api, one), (inside.api(), other))]
        assert lines[0] == lines[1]
    finally:
        inside.stop()


if __name__ == "__main__":
    sys.exit(suite.main(Context, globals()))
