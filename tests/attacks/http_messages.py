"""Attacks on the HTTP server itself: ambiguous messages, slow peers, methods, paths, origins, hosts."""
import pathlib
import resource
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402
from harness.visitor import Raw, Visitor, exchange, percentile  # noqa: E402

SLOW_PEERS = 500
HEADER_TIME_S = 10
BODY_TIME_S = 60
WRITE_TIME_S = 30


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, {**self.cloud.server_environment(),
                                      "PATROL_PUBLIC_URL": "http://patrol.test:8080"}).start()
        self.api = self.server.api()
        self.token = self.api.token
        self.visitor = Visitor(self.server.url, token=self.token)

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def request(c, extra="", body="", method="POST", path="/api/v1/customers"):
    return (f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {c.token}\r\n"
            f"Content-Type: application/json\r\n{extra}\r\n{body}")


@row(42, "request smuggling: Content-Length with Transfer-Encoding, two lengths, odd codings, folding, bare LF",
     "400 (501 for a coding nobody knows), connection closed, what follows is never answered")
def smuggling(c):
    follower = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    chunked = '2\r\n{}\r\n0\r\n\r\n' + follower
    tried = {
        "length and coding": request(c, "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", chunked),
        "coding and length": request(c, "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", chunked),
        "two lengths": request(c, "Content-Length: 2\r\nContent-Length: 3\r\n", "{} " + follower),
        "two equal lengths": request(c, "Content-Length: 2\r\nContent-Length: 2\r\n", "{}" + follower),
        "a list of lengths": request(c, "Content-Length: 2, 2\r\n", "{}" + follower),
        "a signed length": request(c, "Content-Length: +2\r\n", "{}" + follower),
        "a hexadecimal length": request(c, "Content-Length: 0x2\r\n", "{}" + follower),
        "vertical tab after the coding": request(c, "Transfer-Encoding: chunked\x0b\r\n", chunked),
        "vertical tab before the coding": request(c, "Transfer-Encoding: \x0bchunked\r\n", chunked),
        "two codings": request(c, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunked),
        "a list of codings": request(c, "Transfer-Encoding: gzip, chunked\r\n", chunked),
        "quoted coding": request(c, 'Transfer-Encoding: "chunked"\r\n', chunked),
        "space before the colon": request(c, "Transfer-Encoding : chunked\r\n", chunked),
        "folded field": request(c, "X-A: b\r\n Transfer-Encoding: chunked\r\n", chunked),
        "folded first field": "GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n" + follower,
        "bare LF in the head": request(c, "X-A: b\nTransfer-Encoding: chunked\r\n", chunked),
        "bare LF at the end": "GET /healthz HTTP/1.1\nHost: x\n\n" + follower,
        "bare CR": request(c, "X-A: b\rTransfer-Encoding: chunked\r\n", chunked),
        "NUL in a field": request(c, "X-A: b\0c\r\nContent-Length: 2\r\n", "{}" + follower),
        "chunk size that is none": request(c, "Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n" + follower),
        "chunk size beyond 64 bits": request(c, "Transfer-Encoding: chunked\r\n",
                                             "1" + "0" * 16 + "\r\n{}\r\n0\r\n\r\n" + follower),
        "chunk with a sign": request(c, "Transfer-Encoding: chunked\r\n", "+2\r\n{}\r\n0\r\n\r\n" + follower),
        "chunk longer than its size": request(c, "Transfer-Encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n" + follower),
        "coding in HTTP/1.0": request(c, "Transfer-Encoding: chunked\r\n", chunked).replace("HTTP/1.1", "HTTP/1.0", 1),
        "two hosts": "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + follower,
        "no host": "GET /healthz HTTP/1.1\r\n\r\n" + follower,
        "two spaces": "GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n" + follower,
    }
    for name, data in tried.items():
        statuses, closed, received = exchange(c.server, data)
        assert len(statuses) == 1 and statuses[0] in (400, 501), (name, statuses, received[:300])
        assert closed, f"{name}: the connection stayed open"
    good, _, _ = exchange(c.server, request(c, "Connection: close\r\nTransfer-Encoding: chunked\r\n",
                                            "2\r\n{}\r\n0\r\n\r\n"))
    assert good == [422], good  # the control: the same message, well formed, reaches the API
    return f"{len(tried)} forms"


def raise_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))


class Others:
    """Callers with good manners, asking small things all the time."""

    def __init__(self, c):
        self.c, self.times, self.failures, self.going = c, [], [], True
        self.threads = [threading.Thread(target=self.ask, daemon=True) for _ in range(2)]
        for thread in self.threads:
            thread.start()

    def ask(self):
        while self.going:
            start = time.perf_counter()
            try:
                status = self.c.visitor.api("GET", "/me").status
            except OSError as error:
                status = error
            self.times.append((time.perf_counter() - start) * 1000)
            if status != 200:
                self.failures.append(status)
            time.sleep(0.01)

    def stop(self):
        self.going = False
        for thread in self.threads:
            thread.join()


def all_closed(peers, end):
    """How many of the sockets the server has closed by then."""
    closed = 0
    for peer in peers:
        peer.socket.settimeout(max(0.05, end - time.time()))
        _, is_closed = peer.read_all()
        closed += is_closed
        peer.close()
    return closed


@row(43, "500 slowloris connections from other addresses, a slow body, a slow reader",
     "others are answered meanwhile; every slow connection is closed by its timer")
def slow_peers(c):
    raise_descriptors()
    body = Raw(c.server, timeout_s=BODY_TIME_S + 20)
    body.send(request(c, "Content-Length: 5000\r\n", "{"))
    reader = slow_reader(c)
    begun = time.time()
    peers = [Raw(c.server, address=f"127.0.{1 + i // 200}.{1 + i % 200}") for i in range(SLOW_PEERS)]
    for peer in peers:
        peer.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    others = Others(c)
    while time.time() - begun < HEADER_TIME_S - 2:
        for peer in peers:
            try:
                peer.send("a")
            except OSError:
                pass  # closed already, which the end of this test counts
        trickle(body)
        time.sleep(0.5)
    closed = all_closed(peers, begun + 2 * HEADER_TIME_S)
    others.stop()
    assert closed == SLOW_PEERS, f"{SLOW_PEERS - closed} of {SLOW_PEERS} are still open"
    assert not others.failures and len(others.times) > 100, (others.failures[:3], len(others.times))
    while time.time() - begun < BODY_TIME_S + 1:
        trickle(body)
        time.sleep(0.5)
    received, body_closed = body.read_all()
    assert body_closed and b" 201 " not in received, "a slow body is still read"
    assert reader_was_closed(reader), "a slow reader is still served"
    p99 = percentile(others.times, 0.99)
    return f"p99 of {len(others.times)} other requests meanwhile: {p99:.0f} ms"


def trickle(body):
    try:
        body.send(" ")
    except OSError:
        pass


def slow_reader(c):
    """Asks for much and reads nothing."""
    reader = Raw(c.server, receive_bytes=4096, timeout_s=5)
    ask = f"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {c.token}\r\n\r\n"
    reader.socket.setblocking(False)
    try:
        for _ in range(20_000):
            reader.send(ask)
    except BlockingIOError:
        pass  # the server reads no more: its answers wait for this reader
    reader.socket.setblocking(True)
    reader.socket.settimeout(20)
    return reader


def reader_was_closed(reader):
    _, closed = reader.read_all()
    reader.close()
    return closed


@row(44, "TRACE, CONNECT, HEAD on a write, method override, made-up methods", "405; the override changes nothing")
def methods(c):
    for method in ("TRACE", "CONNECT"):
        statuses, closed, _ = exchange(c.server, f"{method} /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert statuses == [405] and closed, (method, statuses)
    for method, path in (("HEAD", "/api/v1/setup-command"), ("HEAD", "/api/v1/connect/exchange"),
                         ("PUT", "/api/v1/customers"), ("PROPFIND", "/api/v1/customers"),
                         ("get", "/api/v1/customers"), ("DELETE", "/api/v1/customers")):
        status = c.visitor.send(method, path).status
        assert status in (404, 405) if path.endswith("setup-command") else status == 405, (method, path, status)
    customer = c.api.post("/customers", {"name": "override"})["id"]
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = c.visitor.api("POST", f"/customers/{customer}", {}, {header: "DELETE"})
        assert answer.status == 405, answer.status
        c.visitor.api("GET", f"/customers/{customer}", headers={header: "DELETE"})
    assert c.api.get(f"/customers/{customer}")["name"] == "override"


@row(45, "paths: dot segments in every encoding, //, backslash, NUL, climbing from /api to /metrics",
     "400 or 404, no file of the machine; metrics from elsewhere need a token")
def paths(c):
    tried = ["/%2e%2e/", "/..", "/../../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e%2f%2e%2e%2fetc/passwd",
             "//etc/passwd", "/\\..\\..\\etc\\passwd", "/%5c..%5c..%5cetc%5cpasswd", "/%00", "/api/v1/customers%00",
             "/api/../metrics", "/api/v1/../../metrics", "/api/%2e%2e/metrics", "//metrics", "/metrics/", "/./metrics",
             "/api//v1/customers", "/api/v1//customers", "/api/v1/customers/", "/api/v1/customers/..%2f..%2fmetrics",
             "/assets/../../../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/%252e%252e/etc/passwd",
             "/\xff\xfe", "/" + "a" * 9000, "http://evil.example/../metrics"]
    for path in tried:
        statuses, _, received = exchange(
            c.server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: application/json\r\n\r\n")
        assert b"root:" not in received and b"patrol_build_info" not in received, path
        assert len(statuses) == 1 and statuses[0] in (400, 401, 404, 414, 200), (path, statuses)
        # An unknown address outside the API is the console's page, which decides in the browser.
        assert statuses[0] != 200 or b"<!doctype html>" in received.lower(), (path, received[:200])
    stranger = {"X-Forwarded-For": "198.51.100.7", "Authorization": None}
    assert c.visitor.send("GET", "/metrics", headers=stranger).status == 401
    assert c.visitor.send("GET", "/metrics", headers={"Host": "patrol.test", "Authorization": None}).status == 401
    assert c.visitor.send("GET", "/metrics", headers={"Host": "patrol.test"}).status == 200
    return f"{len(tried)} paths"


@row(46, "CORS preflight and simple request from another origin", "no Access-Control-Allow-Origin")
def cross_origin(c):
    for method, path in (("OPTIONS", "/api/v1/customers"), ("GET", "/api/v1/customers"), ("GET", "/"),
                         ("OPTIONS", "/api/v1/session"), ("GET", "/healthz"), ("OPTIONS", "*")):
        answer = c.visitor.send(method, path, headers={"Origin": "https://evil.example",
                                                       "Access-Control-Request-Method": "POST",
                                                       "Access-Control-Request-Headers": "x-patrol-csrf"})
        given = [name for name in answer.headers if name.lower().startswith("access-control")]
        assert not given, (method, path, given)


@row(47, "Host: evil.example where links are made", "the configured public URL is used")
def foreign_host(c):
    account = c.api.post("/cloud-accounts", {"name": "host", "provider": "aws"})["id"]
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    made = c.visitor.api("POST", f"/cloud-accounts/{account}/setup-command", {}, evil)
    assert made.status == 200 and "evil.example" not in made.text, made.text
    assert "http://patrol.test:8080" in made.body["command"], made.text
    hook = c.visitor.api("POST", "/deployments/hooks", {"name": "ci", "kind": "github"}, evil)
    assert hook.status == 201 and "evil.example" not in hook.text, hook.text
    assert "evil.example" not in c.visitor.send("GET", "/", headers=evil).text


@row(45, "headers of every answer: pages, API, errors of the server itself",
     "CSP, nosniff, no-referrer, same-origin policies; no-store on the API")
def headers(c):
    for method, path, expected in (("GET", "/api/v1/me", 200), ("GET", "/api/v1/nothing", 404), ("GET", "/healthz", 200),
                                   ("POST", "/api/v1/customers", 422)):
        answer = c.visitor.send(method, path, {"nonsense": 1} if method == "POST" else None)
        assert answer.status == expected, (path, answer.status)
        check_headers(answer.headers, path)
    _, _, received = exchange(c.server, "GET /healthz HTTP/1.1\r\n\r\n")
    check_headers({line.split(":")[0]: line.split(":", 1)[1].strip()
                   for line in received.decode().split("\r\n\r\n")[0].split("\r\n")[1:]}, "the server's own 400")


def check_headers(found, where):
    found = {name.lower(): value for name, value in dict(found).items()}
    for name, value in (("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
                        ("cross-origin-opener-policy", "same-origin"),
                        ("cross-origin-resource-policy", "same-origin"), ("cache-control", "no-store")):
        assert found.get(name) == value, (where, name, found.get(name))
    policy = found.get("content-security-policy", "")
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, (where, policy)
    assert "unsafe" not in policy and "server" not in found, (where, policy)


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
