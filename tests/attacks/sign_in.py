"""Attacks on sessions and passwords: forged requests, fixed and stolen cookies, guessing, timing, memory."""
import concurrent.futures
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import OWNER, PASSWORD, Server  # noqa: E402
from harness.visitor import Visitor, memory_mb, milliseconds, percentile  # noqa: E402

TIMING_SAMPLES = 60
TIMING_TRIES = 3
MEMORY_MB = 200


class Context:
    def __init__(self, patrol):
        self.patrol = patrol
        self.server = Server(patrol).start()
        self.api = self.server.api()
        self.next_address = 0

    def visitor(self, url=None):
        """From an address that nobody has used yet."""
        self.next_address += 1
        return Visitor(url or self.server.url, f"127.2.{self.next_address // 200}.{1 + self.next_address % 200}")

    def stop(self):
        self.server.stop()


FORGED = {
    "another origin": {"Origin": "https://evil.example"},
    "origin null": {"Origin": "null"},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "the name as a prefix": {"Origin": "http://127.0.0.1.evil.example"},
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour site": {"Sec-Fetch-Site": "same-site"},
    "text/plain": {"Content-Type": "text/plain"},
    "a form": {"Content-Type": "application/x-www-form-urlencoded"},
    "multipart": {"Content-Type": "multipart/form-data; boundary=x"},
    "text/plain that says json": {"Content-Type": "text/plain; application/json"},
}


@row(30, "sign-in and writes forged by another site: cross-origin, text/plain, Origin: null, no CSRF header", "403")
def forged_requests(c):
    for name, headers in FORGED.items():
        answer = c.visitor().sign_in(headers=headers)
        assert answer.status == 403 and "Set-Cookie" not in answer.headers, (name, answer.status)
    visitor = c.visitor()
    assert visitor.sign_in().status == 200
    for name, headers in {**FORGED, "no CSRF header": {"X-Patrol-CSRF": None}}.items():
        for method, path, body in (("POST", "/customers", {"name": name}), ("DELETE", "/session", None)):
            if body is None and "Content-Type" in headers:
                continue
            assert visitor.api(method, path, body, headers).status == 403, (name, method, path)
    assert c.api.all("/customers") == []
    assert visitor.api("POST", "/customers", {"name": "by hand"}).status == 201  # the control
    return f"{len(FORGED)} forms"


@row(31, "session cookie set before signing in (fixation)", "a new one after signing in; the old one is no session")
def fixation(c):
    victim, planted = c.visitor(), c.visitor()
    victim.cookie = "pss_" + "A" * 49
    assert victim.sign_in().status == 200 and victim.cookie != "pss_" + "A" * 49
    assert planted.sign_in().status == 200
    old = planted.cookie
    victim.cookie = old  # the attacker's own session, put into the victim's browser
    assert victim.sign_in().status == 200 and victim.cookie != old
    planted.cookie = old
    assert planted.api("GET", "/me").status == 401


@row(32, "old cookie after signing out", "401")
def cookie_after_signing_out(c):
    visitor = c.visitor()
    visitor.sign_in()
    assert visitor.api("GET", "/me").status == 200
    assert visitor.api("DELETE", "/session").status == 204
    assert visitor.api("GET", "/me").status == 401


@row(33, "flags of the cookie; signing in over plain http from elsewhere",
     "__Host-, Secure, HttpOnly, SameSite; plain http gets no cookie")
def cookie_flags(c):
    plain = c.visitor().sign_in().headers["Set-Cookie"]
    assert plain.startswith("patrol=") and {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(plain.split("; ")), plain
    for headers in ({"Host": "patrol.example.com"}, {"X-Forwarded-For": "198.51.100.1"}, {"Host": "198.51.100.1"}):
        answer = c.visitor().sign_in(headers=headers)
        assert answer.status == 403 and "Set-Cookie" not in answer.headers, (headers, answer.status)
    server = Server(c.patrol, {"PATROL_PUBLIC_URL": "https://patrol.example.com"}).start()
    try:
        answer = c.visitor(server.url).sign_in(headers={"Host": "patrol.example.com", "X-Forwarded-Proto": "https"})
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-patrol=") and "Domain" not in cookie, cookie
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), cookie
        assert "max-age" in answer.headers["Strict-Transport-Security"], dict(answer.headers)
    finally:
        server.stop()


@row(34, "a thousand wrong passwords", "locked by address and user; others may sign in; the right password too later")
def guessing(c):
    attacker = c.visitor()
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda i: attacker.sign_in(password=f"wrong password {i:04}").status, range(1000)))
    tried = statuses.count(401)
    assert tried <= 10 and statuses.count(429) == 1000 - tried, {each: statuses.count(each) for each in set(statuses)}
    assert attacker.sign_in().status == 429
    assert c.visitor().sign_in().status == 200, "the owner is locked out by somebody else"
    return f"{tried} were tried"


@row(34, "time of a sign-in with an unknown and with a known e-mail address",
     "medians within 10 %, the same answer")
def unknown_user(c):
    for _ in range(TIMING_TRIES):
        known, unknown = [], []
        for i in range(TIMING_SAMPLES):
            pair = [(known, OWNER), (unknown, f"nobody{i}@patrol.example")]
            for times, email in pair if i % 2 else reversed(pair):
                visitor = c.visitor()
                times.append(milliseconds(lambda v=visitor, e=email: answers.append(v.sign_in(e, "not the password"))))
        first, second = percentile(known, 0.5), percentile(unknown, 0.5)
        if abs(first - second) < 0.1 * max(first, second):
            break
        time.sleep(5)  # somebody else was busy on this machine
    else:
        raise AssertionError(f"known {first:.1f} ms, unknown {second:.1f} ms")
    bodies = {tuple(sorted((key, value) for key, value in each.body.items() if key != "trace_id")) for each in answers}
    assert {each.status for each in answers} == {401} and len(bodies) == 1, bodies
    return f"known {first:.1f} ms, unknown {second:.1f} ms"


answers = []


class Peak:
    """The most memory that the server takes while this is open."""

    def __init__(self, server):
        self.pid, self.before, self.most, self.going = server.process.pid, memory_mb(server.process.pid), 0, True
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while self.going:
            self.most = max(self.most, memory_mb(self.pid))
            time.sleep(0.005)

    def grown(self):
        self.going = False
        self.thread.join()
        return self.most - self.before


@row(35, "password of 128 KB, with NUL, of the wrong type; 50 sign-ins at once",
     "422; the 50 wait in line, less than 200 MB more memory")
def heavy_passwords(c):
    for password in ("a" * 128 * 1024, "a" * 129, 7, None, [], {"a": 1}):
        answer = c.visitor().sign_in(password=password)
        assert answer.status == 422 and answer.body["field"] == "password", (str(password)[:20], answer.status)
    for password in ("correct horse\0battery", "\0" * 20, PASSWORD + "\0"):
        answer = c.visitor().sign_in(password=password)
        assert answer.status in (401, 422), (repr(password), answer.status)
    peak = Peak(c.server)
    visitors = [c.visitor() for _ in range(50)]
    with concurrent.futures.ThreadPoolExecutor(50) as threads:
        start = time.time()
        statuses = list(threads.map(lambda visitor: visitor.sign_in().status, visitors))
    seconds = time.time() - start
    grown = peak.grown()
    assert set(statuses) <= {200, 429} and statuses.count(200) >= 25, statuses
    assert grown < MEMORY_MB, f"{grown} MB more"
    return f"{statuses.count(200)} of 50 signed in within {seconds:.1f} s, {grown} MB more"


@row(32, "session after its idle time and after its absolute time", "401")
def old_sessions(c):
    import sqlite3
    for column in ("last_seen_at", "expires_at"):
        visitor = c.visitor()
        visitor.sign_in()
        assert visitor.api("GET", "/me").status == 200
        with sqlite3.connect(c.server.folder / "data/patrol.db", timeout=20) as database:
            database.execute(f"UPDATE session SET {column} = 1000")
        assert visitor.api("GET", "/me").status == 401, column


@row(31, "several cookies of the session's name; a cookie of the other transport", "no session by a cookie that is none")
def odd_cookies(c):
    visitor = c.visitor()
    visitor.sign_in()
    cookie, visitor.cookie = visitor.cookie, None
    for text, expected in ((f"patrol={cookie}", 200), (f"__Host-patrol={cookie}", 401), (f"patrol={cookie}x", 401),
                           (f"Patrol={cookie}", 401), (f"xpatrol={cookie}", 401), ("patrol=", 401)):
        assert visitor.api("GET", "/me", headers={"Cookie": text}).status == expected, text.replace(cookie, "…")


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
