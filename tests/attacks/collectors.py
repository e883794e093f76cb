"""Attacks by a collector, or by somebody who would like to be one. The collector here is a few lines of Python
that speak the documented interface: signatures by `cryptography`, zstd frames made by hand."""
import base64
import hashlib
import os
import pathlib
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
try:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
except ImportError:
    print("skipped: python3-cryptography is not installed")
    sys.exit(77)
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402
from harness.visitor import Raw, Visitor  # noqa: E402

FRAMES = "application/vnd.patrol.frames"
RESULT = 33  # worker/messages.h
START_SLICE = 34
MAGIC = b"\x28\xb5\x2f\xfd"
BLOCK = 128 * 1024


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def text(value):
    return struct.pack("<I", len(value)) + value.encode()


def frame(kind, body):
    return struct.pack("<II", len(body), kind) + body


def zstd(data, window=b"\x68"):
    """Uncompressed blocks in a frame that does not say its size."""
    blocks = [data[at:at + BLOCK] for at in range(0, len(data), BLOCK)]
    out = MAGIC + b"\x00" + window
    for number, block in enumerate(blocks):
        out += struct.pack("<I", (number == len(blocks) - 1) | len(block) << 3)[:3] + block
    return out


def bomb(size, says_size):
    """Zeroes of this size in four bytes for each 128 KiB."""
    blocks = size // BLOCK
    head = MAGIC + (b"\xa0" + struct.pack("<I", size) if says_size else b"\x00\x68")
    return head + b"".join(struct.pack("<I", (n == blocks - 1) | 1 << 1 | BLOCK << 3)[:3] + b"\0" for n in range(blocks))


def problem(answer):
    return answer.status, answer.body["type"].rsplit(":", 1)[-1] if answer.status >= 400 else ""


class Collector:
    def __init__(self, context, name):
        self.context, self.name = context, name
        made = context.api.post("/collectors", {"name": name})
        self.id, self.token, self.key = made["id"], made["enrolment_token"], Ed25519PrivateKey.generate()

    def enrol(self, **changes):
        raw = self.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        body = {"token": self.token, "public_key": url64(raw), "host": "site", "version": "1", "protocol": 1,
                "os": "linux", "arch": "x86_64"} | changes
        return self.context.visitor().api("POST", "/collector/enroll", body)

    def authorization(self, method, path, body, key=None, skew_ms=0, kid=None, nonce=None):
        digest = hashlib.sha256(body).hexdigest()
        now, nonce = str(int(time.time() * 1000) + skew_ms), nonce or url64(os.urandom(16))
        signed = "\n".join((method, path, now, nonce, digest)).encode()
        return (f"PatrolSig kid={kid or self.id}, ts={now}, nonce={nonce}, body={digest}, "
                f"sig={url64((key or self.key).sign(signed))}")

    def send(self, method, path, body=b"", header=None, media="application/json", **changes):
        path = "/api/v1" + path
        header = header or self.authorization(method, path, body, **changes)
        return self.context.visitor().send(method, path, body, {"Authorization": header, "Content-Type": media})

    def poll(self, busy=0, **changes):
        return self.send("POST", "/collector/poll", b'{"protocol":1,"version":"1","busy":%d}' % busy, **changes)

    def part(self, operation, number, body=b"", **changes):
        return self.send("PUT", f"/collector/operations/{operation}/parts/{number}", body, media=FRAMES, **changes)

    def work(self):
        for _ in range(600):
            answer = self.poll()
            assert answer.status in (200, 204), answer.text
            if answer.status == 200:
                return answer.body["operation"]
            time.sleep(0.05)
        raise AssertionError("no work came")

    def until_run(self):
        """The operation in which slices are uploaded."""
        results = {"verify_trust": b"\0\1",
                   "identity": b"\0" + text("111122223333") + text("arn:aws:iam::111122223333:user/p") + text("aws"),
                   "regions": b"\0" + struct.pack("<I", 1) + text("us-east-1") + b"\1"}
        while (operation := self.work())["kind"] != "run":
            answer = self.part(operation["id"], 0, zstd(frame(RESULT, results[operation["kind"]])))
            assert answer.status == 200, answer.text
        return operation["id"]


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.next_address = 0
        self.one, self.two = Collector(self, "one"), Collector(self, "two")
        for each in (self.one, self.two):
            assert each.enrol().status == 200
            assert each.poll().status == 204
        self.account = self.api.post("/cloud-accounts", {
            "name": "site", "provider": "aws", "mode": "collector", "collector_id": self.one.id,
            "auth": {"kind": "on_site", "credential": "main"}, "regions": ["us-east-1"]})["id"]

    def visitor(self):
        self.next_address += 1
        return Visitor(self.server.url, f"127.2.{self.next_address // 200}.{1 + self.next_address % 200}")

    def scan(self):
        return self.api.post(f"/cloud-accounts/{self.account}/scans", {"types": ["AWS::EC2::VPC"]})["id"]

    def memory_mib(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) // 1024

    def stop(self):
        self.server.stop()
        self.cloud.stop()


@row(50, "a collector uploads for an operation of another one, or for a slice that nobody planned",
     "403; 400, the scan fails and nothing counts as removed")
def another_account(c):
    scan = c.scan()
    operation = c.one.until_run()
    stray = zstd(frame(START_SLICE, text("AWS::EC2::VPC") + text("us-east-1")))
    assert problem(c.two.part(operation, 0, stray)) == (403, "not-your-operation")
    assert problem(c.two.part(operation, 0)) == (403, "not-your-operation")
    assert problem(c.one.part("opr_" + "a" * 26, 0)) == (409, "operation-ended")
    assert c.one.part("acc_x", 0).status == 404
    foreign = zstd(frame(START_SLICE, text("AWS::EC2::VPC") + text("eu-west-1")))
    assert problem(c.one.part(operation, 0, foreign)) == (400, "worker-protocol")
    assert problem(c.one.part(operation, 1)) == (409, "operation-ended")
    ended = c.api.wait_for_scan(scan)
    assert ended["state"] == "failed" and ended["counts"]["removed"] == 0, ended


@row(50, "a signed request is sent again, in another place, with another body, or late", "409 or 401, each time")
def replays(c):
    body = b'{"protocol":1,"version":"1","busy":0}'
    header = c.one.authorization("POST", "/api/v1/collector/poll", body)
    assert c.one.poll(header=header).status == 204
    assert problem(c.one.send("POST", "/collector/poll", body, header=header)) == (409, "replayed")
    fresh = c.one.authorization("POST", "/api/v1/collector/poll", body)
    assert c.one.send("POST", "/collector/poll?x=1", body, header=fresh).status == 401
    assert c.one.send("POST", "/collector/poll", body + b" ", header=fresh).status == 401
    assert c.one.part("opr_" + "a" * 26, 0, header=fresh).status == 401
    for skew in (-121_000, 121_000):
        late = c.one.poll(skew_ms=skew)
        assert late.status == 401 and late.headers["Date"], late.text
    assert c.one.send("POST", "/collector/poll", body, header=fresh).status == 204, "a refusal uses nothing up"
    return "8 requests"


@row(50, "requests signed with another key, for another collector, with a token instead, and elsewhere",
     "401, one and the same body, before a large body is read")
def wrong_keys(c):
    bodies = set()
    other = Ed25519PrivateKey.generate()
    session = {"Authorization": "Bearer " + c.api.token}
    answers = [c.one.poll(key=other), c.one.poll(kid=c.two.id), c.one.poll(kid="col_" + "a" * 26),
               c.visitor().api("POST", "/collector/poll", {}, session), c.visitor().api("POST", "/collector/poll", {}),
               c.one.send("GET", "/collectors"), c.one.send("POST", "/cloud-accounts", b"{}")]
    for answer in answers:
        assert answer.status == 401, answer.text
        bodies.add(answer.text.split('"trace_id"')[0])
    assert len(bodies) == 1, bodies
    path = "/api/v1/collector/operations/opr_" + "a" * 26 + "/parts/0"
    header = c.one.authorization("PUT", path, b"x", key=other)
    head = (f"PUT {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {header}\r\nContent-Type: {FRAMES}\r\n"
            "Content-Length: 4000000\r\n\r\n")
    received, _ = Raw(c.server, "127.2.250.1").send(head).read_all()
    assert received.startswith(b"HTTP/1.1 401 "), received[:100]
    revoked = Collector(c, "revoked")
    assert revoked.enrol().status == 200 and revoked.poll().status == 204
    c.api.post(f"/collectors/{revoked.id}/revoke")
    assert revoked.poll().status == 401
    return f"{len(answers) + 2} requests"


@row(50, "parts that unpack to a gigabyte, want a gigabyte of window, are too large as sent or no zstd at all",
     "413 or 400; the server's memory stays where it was")
def bombs(c):
    scan = c.scan()
    operation = c.one.until_run()
    before = c.memory_mib()
    gigabyte = 1024 * 1024 * 1024
    for part in (bomb(gigabyte, says_size=True), bomb(gigabyte, says_size=False),
                 zstd(b"x" * 1000, window=b"\xa0"), bytes(4 * 1024 * 1024 + 1)):
        assert c.one.part(operation, 0, part).status == 413, len(part)
    grown = c.memory_mib() - before
    assert grown < 200, f"{grown} MiB more"
    assert c.one.part(operation, 0).status == 200, "an honest part may follow"
    assert problem(c.one.part(operation, 1, b"no zstd")) == (400, "worker-protocol")
    assert c.api.wait_for_scan(scan)["state"] == "failed"
    return f"{grown} MiB"


@row(50, "an enrolment token is used twice, cut short, guessed, or comes with a key that is none",
     "410, 401, 401, 422")
def enrolment(c):
    fresh = Collector(c, "fresh")
    assert fresh.enrol(token=fresh.token[:-1]).status == 401
    assert fresh.enrol(token=fresh.token[:-7] + "000000" + fresh.token[-1]).status == 401
    for key in ("AA", url64(bytes(32)), url64(b"\x01" + bytes(31)), "?"):
        assert fresh.enrol(public_key=key).status == 422, key
    assert fresh.enrol().status == 200
    assert fresh.enrol().status == 410
    other = c.api.post(f"/collectors/{fresh.id}/enrolment-token")["enrolment_token"]
    old = fresh.key
    fresh.key = Ed25519PrivateKey.generate()
    assert fresh.poll(key=old).status == 204, "the old key works until the new one is there"
    assert fresh.enrol(token=other).status == 200
    assert fresh.poll(key=old).status == 401 and fresh.poll().status == 204
    large = b'{"token":"' + b"x" * 20_000 + b'"}'
    assert c.visitor().api("POST", "/collector/enroll", large).status == 413


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
