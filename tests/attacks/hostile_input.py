"""Attacks by what is sent: JSON, filters, sort orders, pages, cursors, and what error pages give away."""
import gzip
import json
import pathlib
import re
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server  # noqa: E402
from harness.visitor import Visitor, cpu_ms, exchange  # noqa: E402

ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
TIMES = 20
CPU_MS_EACH = 50
TOLD = re.compile(r"sqlite|postgres|select |insert |/work|/src/|\.cc\b|\.h:|boost|stack|0x[0-9a-f]{6}|" + "patrol/0|"
                  r"no such table|syntax error near|terminate|exception", re.IGNORECASE)


class Context:
    def __init__(self, patrol):
        self.server = Server(patrol).start()
        self.api = self.server.api()
        self.visitor = Visitor(self.server.url, token=self.api.token)
        self.customers = [self.api.post("/customers", {"name": f"customer {i}"})["id"] for i in range(5)]

    def lists(self):
        """Every list of the API that needs no id."""
        return [path for method, path, role in attacks.routes()
                if method == "GET" and "{" not in path and role in ("viewer", "operator", "admin", "owner")
                and path not in ("/api/v1/events", "/api/v1/me", "/api/v1/today", "/api/v1/audit/verify")
                and not path.endswith("/facets")]

    def stop(self):
        self.server.stop()


def query(**parameters):
    return "?" + urllib.parse.urlencode(parameters)


@row(40, "SQL in every filter, sort order and search of every list", "422 or 400, or text that finds nothing")
def sql_everywhere(c):
    sorts = ["hash;drop", "name;DROP TABLE customer", "id--", "1", "(SELECT 1)", "name,(SELECT password_hash)",
             "-name;--", "password_hash", "rowid", "tenant", "name desc", "NAME", "name\0"]
    filters = ["name='x' or '1'='1'", "name=\"' OR 1=1 --\"", "\"') UNION SELECT password_hash FROM tenant_user --\"",
               "password_hash=x", "tenant=x", "name^\"%\"", "name:\"_\"", "name=\"\\\"; DROP TABLE customer; --\"",
               "doc.\"a') --\"=1", "tag.\"x' OR 1=1 --\"=y", "name in ('a','b') or 1=1", "1=1", "x=1;--"]
    lists = c.lists()
    for path in lists:
        for sort in sorts:
            status = c.visitor.send("GET", path + query(sort=sort)).status
            assert status in (400, 422), (path, sort, status)
        for text in filters:
            answer = c.visitor.send("GET", path + query(q=text))
            assert answer.status in (400, 422) or (answer.status == 200 and answer.body["items"] == []), (
                path, text, answer.status, answer.text[:200])
            assert "argon2" not in answer.text
    assert len(c.api.all("/customers")) == len(c.customers), "the table has changed"
    return f"{len(lists)} lists, {len(sorts)} sort orders, {len(filters)} filters"


def deep(opening, closing, depth=10_000):
    return (opening * depth + closing * depth).encode()


def bodies():
    name = b'{"name":"a","notes":'
    return {
        "10,000 lists": (deep("[", "]"), {400}), "10,000 objects": (deep('{"a":', "1}")[:-1], {400}),
        "10,000 lists in a field": (name + deep("[", "]") + b"}", {400}),
        "depth 65": (name + b"[" * 65 + b"]" * 65 + b"}", {400}),
        "1e999": (name + b"1e999}", {400, 422}), "-1e999": (name + b"-1e999}", {400, 422}),
        "NaN": (name + b"NaN}", {400}), "a number of 100,000 digits": (name + b"9" * 100_000 + b"}", {400, 422}),
        "a name twice": (b'{"name":"a","name":"b"}', {400}), "a lone surrogate": (b'{"name":"\\ud800"}', {400}),
        "surrogates the wrong way round": (b'{"name":"\\udc00\\ud800"}', {400}),
        "broken UTF-8": (b'{"name":"\xff\xfe"}', {400}), "overlong UTF-8": (b'{"name":"\xc0\xaf"}', {400}),
        "NUL in a name": (b'{"name":"a\\u0000b"}', {422}), "a BOM": (b'\xef\xbb\xbf{"name":"a"}', {400}),
        "a comment": (b'{"name":"a"/* */}', {400}), "two values": (b'{"name":"a"}{"name":"b"}', {400}),
        "no object": (b'["name"]', {400, 422}), "UTF-16": ('{"name":"a"}'.encode("utf-16"), {400}),
        "cut": (b'{"name":"a', {400}), "2 MB": (name + b'"' + b"a" * 2_000_000 + b'"}', {413}),
        "__proto__": (b'{"name":"a","__proto__":{"role":"owner"}}', {422}),
    }


@row(41, "JSON: depth 10,000, 1e999, names twice, lone surrogates, 2 MB, a gzip bomb", "400, 413 or 422, less than 50 ms of CPU")
def hostile_json(c):
    most = ("", 0)
    tried = bodies()
    for name, (body, allowed) in tried.items():
        before = cpu_ms(c.server.process.pid)
        for _ in range(TIMES):
            status = send_body(c, body).status
            assert status in allowed, (name, status)
        each = (cpu_ms(c.server.process.pid) - before) / TIMES
        assert each < CPU_MS_EACH, (name, each)
        most = max(most, (name, each), key=lambda pair: pair[1])
    bomb = gzip.compress(b'{"name":"' + b"a" * 10_000_000 + b'"}')
    assert send_body(c, bomb, {"Content-Encoding": "gzip"}).status == 400
    assert len(c.api.all("/customers")) == len(c.customers)
    assert c.visitor.api("POST", "/customers", {"name": "good"}).status == 201  # the control
    c.customers.append("good")
    return f"{len(tried) + 1} bodies; the dearest took {most[1]:.1f} ms of CPU ({most[0]})"


def send_body(c, body, headers=None):
    """Large ones may be refused, and the connection closed, before they are read."""
    try:
        return c.visitor.api("POST", "/customers", body, headers)
    except ConnectionError:
        head = (f"POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {c.api.token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
        statuses, _, _ = exchange(c.server, head)
        return type("Answer", (), {"status": statuses[0]})


@row(52, "search of death, pages beyond reason, limit=-1", "400 or 422, or nothing found; bounded time")
def costly_queries(c):
    limits = ["-1", "0", "501", "1000000000", "99999999999999999999", "1e3", "abc", "", " 1", "1;", "٣"]
    searches = ["(" * 5000, "(" * 4000 + "a" + ")" * 4000, "a or " * 200 + "a", "name:" + "%" * 4000, "a" * 9000,
                "name=\"" + "\\" * 8001, "not " * 2000, "name in (" + "a," * 5000 + "a)", "\"" * 8001,
                " and ".join("name:" + "a*" * 30 for _ in range(101)), "tag." + "x." * 3000 + "=1"]
    dearest = 0
    for path in c.lists():
        for limit in limits:
            assert c.visitor.send("GET", path + query(limit=limit)).status == 422, (path, limit)
        for parameter in ("page", "offset", "per_page"):
            assert c.visitor.send("GET", path + query(**{parameter: 10**9})).status == 422, (path, parameter)
        for text in searches:
            before = cpu_ms(c.server.process.pid)
            answer = c.visitor.send("GET", path + query(q=text))
            assert answer.status in (400, 422, 431) or answer.body["items"] == [], (path, text[:40], answer.status)
            dearest = max(dearest, cpu_ms(c.server.process.pid) - before)
    assert dearest < 500, f"{dearest} ms of CPU"
    return f"the dearest took {dearest} ms of CPU"


@row(17, "edited cursor, cursor of another list, cursor of another sort order", "400")
def foreign_cursors(c):
    cursor = c.api.get("/customers?limit=2")["next_cursor"]
    assert len(c.api.get(f"/customers?limit=2&cursor={cursor}")["items"]) == 2  # the control
    edited = [cursor[:i] + ("A" if cursor[i] != "A" else "B") + cursor[i + 1:] for i in range(len(cursor) - 1)]
    for text in [*edited, cursor[:-4], cursor + "AAAA", "A" * 40, "e30", "../..", "%00", "a" * 5000, cursor + "=="]:
        answer = c.visitor.api("GET", "/customers" + query(limit=2, cursor=text))
        assert answer.status in (400, 431), (text[:60], answer.status)
    for path in ("/cloud-accounts", "/scans", "/tokens", "/resources"):
        assert c.visitor.api("GET", path + query(cursor=cursor)).status == 400, path
    assert c.visitor.api("GET", "/customers" + query(limit=2, cursor=cursor, sort="-name")).status == 400
    return f"{len(edited)} edits"


@row(53, "error pages of every kind", "no stack, version, SQL, path of the machine")
def error_pages(c):
    seen = set()
    tried = [("GET", "/api/v1/nothing", None, {}), ("GET", "/api/v1/customers", None, {"Authorization": "Bearer x"}),
             ("PUT", "/api/v1/customers", {}, {}), ("POST", "/api/v1/customers", b"{", {}),
             ("POST", "/api/v1/customers", {"name": 1}, {}), ("POST", "/api/v1/customers", {"nonsense": 1}, {}),
             ("POST", "/api/v1/customers", {"name": "customer 0"}, {}), ("GET", "/api/v1/customers?q=((", None, {}),
             ("GET", "/api/v1/customers?cursor=x", None, {}), ("GET", "/api/v1/customers?limit=x", None, {}),
             ("DELETE", "/api/v1/customers/cus_" + ID, None, {}), ("GET", "/api/v1/customers/%00", None, {}),
             ("PATCH", f"/api/v1/customers/{c.customers[0]}", {"name": "x"}, {"If-Match": '"0"'}),
             ("POST", "/api/v1/customers", b"a" * 2000, {"Content-Type": "text/plain"}),
             ("POST", "/api/v1/session", {"email": "a@b", "password": "c" * 12}, {"Origin": "https://evil.example"}),
             ("POST", "/api/v1/setup", {"setup_token": "x"}, {}), ("GET", "/assets/nothing.js", None, {})]
    for method, path, body, headers in tried:
        answer = c.visitor.send(method, path, body, headers)
        assert answer.status >= 400, (method, path, answer.status)
        seen.add(answer.status)
        check_page(path, answer.text)
        assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers, dict(answer.headers)
    for data in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"x" * 20_000, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
                 b"POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nExpect: x\r\nContent-Length: 5\r\n\r\n"):
        statuses, _, received = exchange(c.server, data, timeout_s=12)
        assert all(status >= 400 for status in statuses), (data[:30], statuses)
        seen |= set(statuses)
        check_page(data[:30], received.decode("latin-1"))
    return "statuses " + " ".join(str(status) for status in sorted(seen))


def check_page(where, text):
    body = text.split("\r\n\r\n")[-1]
    found = TOLD.search(body)
    assert not found, (where, found, body[:400])
    if body.startswith("{"):
        assert set(json.loads(body)) <= {"type", "title", "status", "detail", "hint", "field", "trace_id"}, body[:400]


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
