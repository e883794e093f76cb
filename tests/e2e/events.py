"""Server-sent events over a real socket, as a browser meets them: progress and states with ids, what was
missed after a reconnection, heartbeats, and an end with the session."""
import http.cookiejar
import json
import pathlib
import socket
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.patrol_server import OWNER, PASSWORD, Server, Simulator  # noqa: E402

HEARTBEAT_S = 15


class Stream:
    """One GET /events. `events` are (id, data); `comments` are the times at which one came."""

    def __init__(self, server, topics, headers):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        lines = [f"GET /api/v1/events?topics={topics} HTTP/1.1", f"Host: 127.0.0.1:{server.port}",
                 *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.receive(10)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.head = head.decode()
        self.events, self.comments, self.ended = [], [], False

    def receive(self, seconds):
        self.socket.settimeout(max(0.01, seconds))
        return self.socket.recv(65536)

    def read(self, seconds, until=lambda stream: False):
        """Reads until the condition holds, the stream ends or the time is over."""
        end = time.time() + seconds
        while not self.ended and not until(self) and time.time() < end:
            try:
                part = self.receive(end - time.time())
            except TimeoutError:
                break
            self.ended = not part
            self.buffer += part
            while b"\n\n" in self.buffer:
                block, self.buffer = self.buffer.split(b"\n\n", 1)
                self.take(block.decode())
        return self

    def take(self, block):
        if block.startswith(":"):
            self.comments.append(time.time())
            return
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        self.events.append((int(fields["id"]), json.loads(fields["data"])))

    def kinds(self):
        return [data["kind"] for _, data in self.events]

    def close(self):
        self.socket.close()


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.account = self.api.post("/cloud-accounts", {"name": "acme", "provider": "aws"})["id"]
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr
        self.wait_until_idle()

    def wait_until_idle(self):
        for scan in self.api.all(f"/cloud-accounts/{self.account}/scans"):
            self.api.wait_for_scan(scan["id"])

    def stream(self, topics, last_id=None, headers=None):
        headers = headers or {"Authorization": "Bearer " + self.api.token}
        if last_id is not None:
            headers = {**headers, "Last-Event-ID": str(last_id)}
        return Stream(self.server, topics, headers)

    def slow_scan(self):
        """A scan that takes long enough to be watched."""
        self.cloud.control("settings", {"latency_ms": 20})
        return self.api.post(f"/cloud-accounts/{self.account}/scans")["id"]

    def end_scan(self, scan):
        self.cloud.control("settings", {"latency_ms": 0})
        return self.api.wait_for_scan(scan)

    def sign_in(self):
        """A browser's session: its cookie header."""
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        body = json.dumps({"email": OWNER, "password": PASSWORD}).encode()
        request = urllib.request.Request(self.server.url + "/api/v1/session", body, method="POST",
                                         headers={"Content-Type": "application/json", "Origin": self.server.url})
        with opener.open(request, timeout=30) as answer:
            answer.read()
        return {"Cookie": "; ".join(f"{each.name}={each.value}" for each in jar)}

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def has_ended(stream):
    return any(data["kind"] == "state" and data.get("state") in ("succeeded", "partial", "failed")
               for _, data in stream.events)


def test_a_scan_is_watched_from_its_start_to_its_end(c):
    scan = c.slow_scan()
    stream = c.stream(f"scan:{scan}")
    assert stream.head.startswith("HTTP/1.1 200") and "text/event-stream" in stream.head.lower(), stream.head
    stream.read(20, until=lambda s: "progress" in s.kinds())
    c.end_scan(scan)
    stream.read(20, until=has_ended)
    assert has_ended(stream) and "progress" in stream.kinds(), stream.events
    assert all(data["topic"] == f"scan:{scan}" for _, data in stream.events), stream.events
    ids = [number for number, _ in stream.events]
    assert ids == sorted(ids) and ids[0] > 0, ids
    stream.close()


def test_a_reconnection_gets_what_was_missed(c):
    scan = c.slow_scan()
    first = c.stream(f"scan:{scan},account:{c.account}")
    first.read(20, until=lambda s: len(s.events) >= 2)
    last = first.events[-1][0]
    first.close()
    c.end_scan(scan)  # nobody listens meanwhile
    again = c.stream(f"scan:{scan},account:{c.account}", last_id=last).read(20, until=has_ended)
    assert has_ended(again), again.events
    assert all(number >= last for number, _ in again.events), (last, again.events)
    again.close()
    # Without an id the stream begins now: nothing old is told.
    fresh = c.stream(f"scan:{scan}").read(1)
    assert fresh.events == [], fresh.events
    fresh.close()


def test_a_quiet_stream_is_kept_alive(c):
    begun = time.time()
    stream = c.stream(f"account:{c.account}").read(HEARTBEAT_S + 1, until=lambda s: s.comments)
    assert stream.comments and stream.comments[0] - begun <= HEARTBEAT_S + 1, (stream.comments, stream.events)
    assert not stream.ended
    stream.close()


def test_a_stream_ends_with_its_session(c):
    cookie = c.sign_in()
    stream = c.stream(f"account:{c.account}", headers=cookie)
    assert stream.head.startswith("HTTP/1.1 200"), stream.head
    write = {**cookie, "X-Patrol-CSRF": "1", "Origin": c.server.url, "Content-Type": "application/json"}
    out = c.api.send("DELETE", "/api/v1/session", headers=write, token="")
    assert out.status in (200, 204), (out.status, out.text)
    stream.read(15)
    assert stream.ended, stream.events
    refused = c.stream(f"account:{c.account}", headers=cookie)
    assert refused.head.startswith("HTTP/1.1 401"), refused.head


def test_a_stream_ends_with_its_token(c):
    made = c.api.post("/tokens", {"name": "watcher", "role": "viewer"})
    stream = c.stream(f"account:{c.account}", headers={"Authorization": "Bearer " + made["token"]})
    assert stream.head.startswith("HTTP/1.1 200"), stream.head
    c.api.expect("DELETE", f"/tokens/{made['id']}")
    stream.read(15)
    assert stream.ended, stream.events


def test_foreign_and_unknown_topics_are_refused(c):
    for topics, status in (("", 422), ("nonsense", 422), ("scan:scn_" + "a" * 26, 404), ("scan:x", 404)):
        assert c.stream(topics).head.startswith(f"HTTP/1.1 {status}"), topics
    assert c.stream("drift", headers={"X": "y"}).head.startswith("HTTP/1.1 401")


if __name__ == "__main__":
    sys.exit(suite.main(Context, globals()))
