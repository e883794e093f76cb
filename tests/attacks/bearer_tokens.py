"""Attacks with connect tokens and API tokens: used twice, guessed, out of place, outlived."""
import concurrent.futures
import pathlib
import sqlite3
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402
from harness.visitor import Visitor, milliseconds, percentile  # noqa: E402

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"


def with_checksum(text):
    """A token of the right form that nobody was given."""
    rest, check = zlib.crc32(text.encode()), ""
    for _ in range(6):
        check, rest = DIGITS[rest % 62] + check, rest // 62
    return text + check


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.account = self.api.post("/cloud-accounts", {"name": "acme", "provider": "aws"})["id"]
        self.next_address = 0
        nobody = {"PATROL_BOOTSTRAP_OWNER": "", "PATROL_BOOTSTRAP_PASSWORD_FILE": "", "PATROL_BOOTSTRAP_TOKEN_FILE": ""}
        self.fresh = Server(patrol, {**self.cloud.server_environment(), **nobody}).start()  # nobody is set up here

    def visitor(self, token=None):
        """From an address that nobody has used yet."""
        self.next_address += 1
        return Visitor(self.server.url, f"127.1.{self.next_address // 200}.{1 + self.next_address % 200}", token)

    def connect_token(self):
        return self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]

    def sql(self, text, *values):
        with sqlite3.connect(self.server.folder / "data/patrol.db", timeout=20) as database:
            return database.execute(text, values).fetchall()

    def stop(self):
        self.server.stop()
        self.fresh.stop()
        self.cloud.stop()


def exchange(c, token, nonce):
    return c.visitor(token).api("POST", "/connect/exchange", {"nonce": nonce}).status


@row(8, "connect token used twice, and 50 times at once", "exactly one 200, the rest 410")
def token_used_twice(c):
    token = c.connect_token()
    assert exchange(c, token, "first-nonce") == 200
    assert exchange(c, token, "first-nonce") == 200, "a client that crashed may repeat"
    assert exchange(c, token, "other-nonce") == 410
    with concurrent.futures.ThreadPoolExecutor(50) as threads:
        for _ in range(3):
            token = c.connect_token()
            statuses = list(threads.map(lambda i, token=token: exchange(c, token, f"nonce-{i:04}"), range(50)))
            # More than five at once for one token are also told to wait.
            assert statuses.count(200) == 1 and set(statuses) <= {200, 410, 429}, statuses
            assert exchange(c, token, "late-nonce") == 410


@row(9, "expired, truncated, unknown and wrongly checked token", "401, one and the same body; medians of their times are told")
def tokens_that_are_none(c):
    expired = c.connect_token()
    c.sql("UPDATE connect_token SET expires_at = 1000")
    unknown = with_checksum("pct_" + "A" * 43)
    tried = {"expired": expired, "truncated": expired[:-1], "unknown": unknown, "checksum": unknown[:-1] + "!",
             "wrong checksum": unknown[:-1] + ("0" if unknown[-1] != "0" else "1"), "empty": "pct_", "none": None,
             "another kind": with_checksum("pat_" + "A" * 43), "long": "pct_" + "A" * 8000}
    bodies, medians = set(), {}
    for name, token in tried.items():
        answer = c.visitor(token).api("POST", "/connect/exchange", {"nonce": "12345678"})
        assert answer.status == 401, (name, answer.status, answer.text)
        bodies.add(tuple(sorted((key, value) for key, value in answer.body.items() if key != "trace_id")))
        times = [milliseconds(lambda token=token: c.visitor(token).api("GET", "/connect/status")) for _ in range(20)]
        medians[name] = percentile(times, 0.5)
    assert len(bodies) == 1, bodies
    return ", ".join(f"{name} {value:.1f} ms" for name, value in medians.items() if name in ("unknown", "truncated"))


@row(9, "truncated or wrongly checked token while the table of tokens is away", "401: the database is not asked")
def checksum_before_the_database(c):
    whole = with_checksum("pct_" + "B" * 43)
    for kind, path, table in (("pct_", "/connect/status", "connect_token"), ("pat_", "/me", "api_token"),
                              ("pss_", "/me", "session")):
        whole = with_checksum(kind + "B" * 43)
        c.sql(f"ALTER TABLE {table} RENAME TO {table}_away")
        try:
            asked, unasked = (ask(c, kind, path, token) for token in (whole, whole[:-1]))
        finally:
            c.sql(f"ALTER TABLE {table}_away RENAME TO {table}")
        assert (asked, unasked) == (500, 401), (kind, asked, unasked)


def ask(c, kind, path, token):
    visitor = c.visitor(None if kind == "pss_" else token)
    visitor.cookie = token if kind == "pss_" else None
    return visitor.api("GET", path).status


@row(10, "100 guesses a minute from one address: connect tokens, API tokens, passwords, setup tokens",
     "429 with Retry-After")
def guesses(c):
    def guess(method, path, body=None, token=None, server=c.server):
        visitor = Visitor(server.url, c.visitor().address)
        answers = []
        for i in range(110):
            visitor.token = with_checksum(token + f"{i:043}") if token else None
            answers.append(visitor.api(method, path, body))
        return answers

    told = []
    for name, answers in {
            "connect tokens": guess("GET", "/connect/status", token="pct_"),
            "API tokens": guess("GET", "/me", token="pat_"),
            "setup tokens": guess("POST", "/setup", {"setup_token": "x", "email": "a@b.example", "name": "a",
                                                     "password": "correct horse battery"}, server=c.fresh)}.items():
        first = next((i for i, answer in enumerate(answers) if answer.status == 429), None)
        assert first is not None, (name, {answer.status for answer in answers})
        assert int(answers[first].headers["Retry-After"]) >= 1, dict(answers[first].headers)
        told.append(f"{name} after {first}")
    visitor = c.visitor()
    statuses = [visitor.sign_in(password=f"guess number {i:04}") for i in range(12)]
    assert statuses[-1].status == 429 and statuses[-1].headers["Retry-After"], [each.status for each in statuses]
    return ", ".join(told)


@row(11, "connect token on every other endpoint; API token on the connect endpoints", "401")
def token_out_of_place(c):
    connect, count = c.connect_token(), 0
    for method, path, role in attacks.routes():
        path = path.replace("{id}", "acc_" + ID).replace("{other}", "snp_" + ID).replace("{key}", "grp_" + ID)
        if role in ("anyone", "sign_in"):
            continue
        token = c.api.token if role == "connect_token" else connect
        status = c.visitor(token).send(method, path, {} if method in ("POST", "PATCH") else None).status
        assert status == 401, (method, path, status)
        count += 1
    visitor = c.visitor()
    visitor.cookie = connect
    assert visitor.api("GET", "/me").status == 401
    return f"{count} endpoints"


@row(12, "token in the query string", "400, and it is not in the log")
def token_in_the_query(c):
    connect = c.connect_token()
    for query in (f"token={c.api.token}", f"access_token={c.api.token}", f"x={c.api.token}", f"q={connect}",
                  "password=hunter2-hunter2", f"Authorization=Bearer%20{c.api.token}"):
        for token in (c.api.token, None):
            answer = c.visitor(token).api("GET", "/customers?" + query)
            assert answer.status == 400, (query[:20], token, answer.status)
    log = c.server.log_text()
    assert c.api.token not in log and connect not in log and "hunter2" not in log


@row(55, "API token beyond its expiry, revoked, beyond its role; more than its maker may", "401, 401, 403, 403")
def token_beyond_its_time(c):
    made = c.api.post("/tokens", {"name": "viewer", "role": "viewer"})
    viewer = c.visitor(made["token"])
    assert viewer.api("GET", "/customers").status == 200
    assert viewer.api("POST", "/customers", {"name": "x"}).status == 403
    assert viewer.api("POST", "/tokens", {"name": "x", "role": "owner"}).status == 403
    admin = c.visitor(c.api.post("/tokens", {"name": "admin", "role": "admin"})["token"])
    assert admin.api("POST", "/tokens", {"name": "x", "role": "owner"}).status in (403, 422)
    assert c.api.send("DELETE", f"/api/v1/tokens/{made['id']}").status == 204
    assert viewer.api("GET", "/customers").status == 401
    short = c.api.post("/tokens", {"name": "short", "role": "viewer"})
    old = c.visitor(short["token"])
    assert old.api("GET", "/customers").status == 200
    c.sql("UPDATE api_token SET expires_at = 1000 WHERE id = ?", short["id"])
    assert old.api("GET", "/customers").status == 401


@row(55, "API token after its owner was disabled", "401")
def token_of_a_disabled_user(c):
    made = c.visitor(c.api.post("/tokens", {"name": "later disabled", "role": "viewer"})["token"])
    (user, before), = c.sql("SELECT id, disabled FROM tenant_user")
    c.sql("UPDATE tenant_user SET disabled = 1 WHERE id = ?", user)
    try:
        assert made.api("GET", "/customers").status == 401
        assert made.sign_in().status == 401
    finally:
        c.sql("UPDATE tenant_user SET disabled = ? WHERE id = ?", before, user)
    assert made.api("GET", "/customers").status == 200


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
