"""Attacks across walls: tenants, roles, people."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402
from harness.people import invite, new_tenant  # noqa: E402
from harness.visitor import Raw, Visitor  # noqa: E402

ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
CUSTOMER = "210987654321"
RANK = {"viewer": 0, "operator": 1, "admin": 2, "owner": 3, "platform_owner": 4}
MARK = "only-tenant-a-knows"
WHOLE_TENANT = ("/secrets", "/tokens", "/users", "/audit", "/notification-", "/deployments/hooks", "/me")


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.stranger = new_tenant(self.server, self.api, "tenant-b")
        self.things = self.everything()

    def everything(self):
        """One of each thing in tenant A: {path of its collection: id}."""
        api = self.api
        customer = api.post("/customers", {"name": MARK})["id"]
        account = api.post("/cloud-accounts", {"name": MARK, "provider": "aws", "customer_id": customer})["id"]
        token = api.post(f"/cloud-accounts/{account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr
        first = api.scan(account)
        api.post(f"/snapshots/{first['snapshot_id']}/accept-as-baseline", {"note": MARK})
        self.account, self.colour = account, 0
        self.scan = self.drift()
        channel = api.post("/notification-channels", {"name": MARK, "kind": "webhook", "webhook": {
            "url": "https://hooks.example.com/x", "secret": {"manager": "sealed", "ref": api.post(
                "/secrets", {"name": MARK, "manager": "sealed", "value": "v"})["id"]}}})["id"]
        user = api.post("/users", {"email": f"{MARK}@a.example", "role": "viewer"})["id"]
        return {"/customers/": customer, "/cloud-accounts/": account, "/scans/": self.scan["id"],
                "/snapshots/": self.scan["snapshot_id"], "/resources/": api.all("/resources?q=type%3DAWS::EC2::VPC")[0]["id"],
                "/change-sets/": api.all("/change-sets")[0]["id"], "/changes/": api.all("/changes")[0]["id"],
                "/secrets/": api.all("/secrets")[0]["id"], "/users/": user,
                "/tokens/": api.post("/tokens", {"name": MARK, "role": "viewer"})["id"],
                "/notification-channels/": channel,
                "/notification-routes/": api.post("/notification-routes", {"channel_id": channel, "min_severity": "info"})["id"],
                "/deployments/hooks/": api.post("/deployments/hooks", {"name": MARK, "kind": "github"})["id"],
                "/deployments/": api.post("/deployments", {"name": MARK, "regions": ["global"]})["id"]}

    def drift(self):
        """A scan that finds something changed."""
        self.colour += 1
        self.cloud.control("changes", [{
            "account": CUSTOMER, "type": "AWS::EC2::SecurityGroup", "region": "us-east-1", "id": "sg-0aa0000000000002",
            "set": {"Description": f"{MARK} {self.colour}"}}])
        return self.api.scan(self.account)

    def fill(self, path):
        """The path with tenant A's ids, or None where we have none."""
        for prefix, known in sorted(self.things.items(), key=lambda pair: -len(pair[0])):
            if known and "/api/v1" + prefix + "{id}" in path:
                return path.replace("{id}", known).replace("{other}", self.things["/snapshots/"])
        return None

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def fill(path):
    return path.replace("{id}", "acc_" + ID).replace("{other}", "snp_" + ID).replace("{key}", "grp_" + ID)


def tells(c, text):
    """Whether an answer holds something of tenant A."""
    return MARK in text or CUSTOMER in text or any(known and known in text for known in c.things.values())


@row(15, "viewer, operator and admin try everything that is above them", "403 for each, before the body is looked at")
def above_the_role(c):
    count = 0
    for role in ("viewer", "operator", "admin"):
        token = c.api.post("/tokens", {"name": role, "role": role})["token"]
        visitor = Visitor(c.server.url, token=token)
        for method, path, needed in attacks.routes():
            if RANK.get(needed, -1) <= RANK[role] or path == "/api/v1/session":
                continue
            for body in (None, b"{", {"nonsense": 1}):
                answer = visitor.send(method, fill(path), body if method != "GET" else None)
                assert answer.status == 403, (role, method, path, answer.status, answer.text)
            count += 1
    assert count > 40, count
    return f"{count} refusals"


@row(13, "GET every URL of tenant A with B's session", "404; every list is empty of A")
def reading_across(c):
    things = lists = 0
    for method, path, role in attacks.routes():
        if method != "GET" or role in ("anyone", "connect_token") or path == "/api/v1/events":
            continue
        filled = c.fill(path) if "{id}" in path else path
        if filled is None or "{" in filled:
            continue
        for query in ("", "?limit=500", "?limit=500&fields=document", f"?q={MARK}", "?by=type"):
            answer = c.stranger.send("GET", filled + query)
            assert not tells(c, answer.text.replace(filled, "")), (path, query, answer.text[:300])
            # A platform's list is for its owner alone; a wrong query may be told before the thing is looked for.
            allowed = {403} if role == "platform_owner" else {404, 422} if "{id}" in path else {200, 422}
            assert answer.status in allowed, (path, query, answer.status, answer.text[:200])
        own = c.api.send("GET", filled).status
        assert own == 200 or (own == 422 and "facets" in path) or own == 404 and "baseline" in path, (path, own)
        things, lists = things + ("{id}" in path), lists + ("{id}" not in path)
    assert things > 20 and lists > 12, (things, lists)
    return f"{things} things, {lists} lists"


@row(14, "POST, PATCH and DELETE of A's things with B's session", "404, nothing changed")
def writing_across(c):
    count = 0
    for method, path, _ in attacks.routes():
        if method == "GET" or "{id}" not in path:
            continue
        filled = c.fill(path)
        if filled is None:
            continue
        for body in ({}, {"name": "taken"}, {"note": "taken"}):
            answer = c.stranger.send(method, filled, None if method == "DELETE" else body)
            # A body may be judged before the thing is looked for.
            assert answer.status in (404, 422), (method, path, body, answer.status, answer.text)
            assert not tells(c, answer.text.replace(filled, "")), (path, answer.text)
        count += 1
    for prefix, known in c.things.items():
        if prefix in ("/tokens/", "/notification-routes/", "/deployments/hooks/", "/secrets/"):
            continue
        assert c.api.send("GET", f"/api/v1{prefix}{known}").status == 200, prefix
    assert "taken" not in json.dumps([c.api.get("/customers"), c.api.get("/cloud-accounts"), c.api.get("/deployments")])
    assert count > 25, count
    return f"{count} writes"


@row(14, "A's ids inside the bodies of B's requests", "404 or 422")
def foreign_ids_in_bodies(c):
    things = c.things
    own = c.stranger.api("POST", "/cloud-accounts", {"name": "own", "provider": "aws"})
    assert own.status == 201, own.text
    tried = [
        ("POST", "/cloud-accounts", {"name": "x", "provider": "aws", "customer_id": things["/customers/"]}),
        ("PATCH", f"/cloud-accounts/{own.body['id']}", {"customer_id": things["/customers/"]}),
        ("POST", "/notification-routes", {"channel_id": things["/notification-channels/"], "min_severity": "info"}),
        ("POST", "/deployments", {"name": "x", "account_ids": [things["/cloud-accounts/"]]}),
        ("POST", "/deployments", {"name": "x", "customer_id": things["/customers/"], "regions": ["global"]}),
        ("POST", "/users", {"email": "x@b.example", "role": "viewer", "customers": [things["/customers/"]]}),
        ("POST", "/tokens", {"name": "x", "role": "viewer", "customers": [things["/customers/"]]}),
        ("POST", f"/cloud-accounts/{own.body['id']}/scans", {"deployment_id": things["/deployments/"]}),
        ("POST", "/notification-channels", {"name": "x", "kind": "webhook", "webhook": {
            "url": "https://hooks.example.com/x", "secret": {"manager": "sealed", "ref": things["/secrets/"]}}}),
        ("POST", "/cloud-accounts", {"name": "x", "provider": "aws", "auth": {
            "kind": "access_keys", "access_key_id": {"manager": "sealed", "ref": things["/secrets/"]},
            "secret_access_key": {"manager": "sealed", "ref": things["/secrets/"]}}})]
    for method, path, body in tried:
        answer = c.stranger.api(method, path, body)
        assert answer.status in (404, 422), (path, body, answer.status, answer.text)
        assert MARK not in answer.text
    return f"{len(tried)} bodies"


@row(17, "cursor of tenant A used by B", "400")
def cursor_of_another_tenant(c):
    for i in range(3):
        c.api.post("/customers", {"name": f"more {i}"})
        c.stranger.api("POST", "/customers", {"name": f"theirs {i}"})
    cursor = c.api.get("/customers?limit=2")["next_cursor"]
    assert c.api.send("GET", f"/api/v1/customers?limit=2&cursor={cursor}").status == 200
    assert c.stranger.api("GET", f"/customers?limit=2&cursor={cursor}").status == 400


@row(18, "stream of events with A's topics and Last-Event-ID", "nothing of A")
def foreign_events(c):
    named = f"account:{c.things['/cloud-accounts/']},scan:{c.scan['id']}"
    assert c.stranger.api("GET", f"/events?topics={named}").status == 404
    bodies = b""
    for last in ("0", "1", "999999999999999"):
        stream = Raw(c.server, timeout_s=2).send(
            f"GET /api/v1/events?topics=drift HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: patrol={c.stranger.cookie}\r\n"
            f"Last-Event-ID: {last}\r\n\r\n")
        c.drift()
        head, _, body = stream.read_all()[0].partition(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], head
        bodies += body
        stream.close()
    assert b"data:" not in bodies and MARK.encode() not in bodies, bodies[:600]


@row(6, "tenant B adds the role of A's customer", "STS denies it (another ID), in the words of a wrong role")
def role_of_a_foreign_customer(c):
    texts = []
    for i, arn in enumerate((f"arn:aws:iam::{CUSTOMER}:role/PatrolReadOnly", f"arn:aws:iam::{CUSTOMER}:role/NoSuchRole")):
        made = c.stranger.api("POST", "/cloud-accounts", {"name": f"theirs {i}", "provider": "aws",
                                                          "auth": {"kind": "role", "role_arn": arn}})
        assert made.status == 201, made.text
        account = made.body["id"]
        report = c.stranger.api("POST", f"/cloud-accounts/{account}/test", {}).body
        assert not report["ok"] and not tells(c, json.dumps(report).replace(CUSTOMER, "")), report
        texts.append([(check["id"], check["status"], check["detail"].replace(arn, "ROLE")) for check in report["checks"]])
        assert c.stranger.api("DELETE", f"/cloud-accounts/{account}").status in (202, 204)
    assert texts[0] == texts[1], texts


@row(54, "the last owner removes or demotes himself; an invitation above one's own role; the platform owner removed",
     "409; 403")
def above_oneself(c):
    me = c.stranger.api("GET", "/me").body["id"]
    assert c.stranger.api("DELETE", f"/users/{me}").status == 409
    assert c.stranger.api("PATCH", f"/users/{me}", {"role": "viewer"}).status == 409
    assert c.stranger.api("PATCH", f"/users/{me}", {"disabled": True}).status in (409, 422)
    admin, admin_id = invite(c.server, c.api, "admin@a.example", "admin")
    platform = c.api.get("/me")["id"]
    for method, path, body in (
            ("POST", "/users", {"email": "o@a.example", "role": "owner"}),
            ("PATCH", f"/users/{admin_id}", {"role": "owner"}), ("PATCH", f"/users/{platform}", {"role": "viewer"}),
            ("DELETE", f"/users/{platform}", None), ("POST", f"/users/{platform}/password-reset", {}),
            ("DELETE", f"/users/{platform}/totp", None), ("DELETE", f"/users/{platform}/sessions", None),
            ("POST", "/platform/tenants", {"name": "x", "owner": {"email": "x@x.example"}}),
            ("GET", "/platform/tenants", None)):
        assert admin.api(method, path, body).status == 403, (method, path)
    for field in ("platform_owner", "tenant", "password_hash", "id"):
        assert admin.api("PATCH", f"/users/{admin_id}", {field: True}).status == 422, field
    assert c.stranger.api("POST", "/platform/tenants", {"name": "x", "owner": {"email": "x@x.example"}}).status == 403


@row(16, "person and token limited to one customer: lists, searches, facets, single things, exports, events, writes",
     "only that customer's; 404 for the rest")
def beyond_the_customer(c):
    other = c.api.post("/customers", {"name": "the only one to be seen"})["id"]
    own = c.api.post("/cloud-accounts", {"name": "globex", "provider": "aws", "customer_id": other})["id"]
    person, _ = invite(c.server, c.api, "limited@a.example", "admin", customers=[other])
    token = c.api.post("/tokens", {"name": "limited", "role": "admin", "customers": [other]})["token"]
    count = 0
    for visitor in (person, Visitor(c.server.url, token=token)):
        assert [each["id"] for each in visitor.api("GET", "/customers").body["items"]] == [other]
        assert [each["id"] for each in visitor.api("GET", "/cloud-accounts").body["items"]] == [own]  # the control
        for method, path, role in attacks.routes():
            if method != "GET" or role in ("anyone", "connect_token", "platform_owner") or path == "/api/v1/events":
                continue
            filled = c.fill(path) if "{id}" in path else path
            # People, tokens, secrets, channels and the log are the tenant's, not a customer's.
            if filled is None or "{" in filled or any(part in path for part in WHOLE_TENANT):
                continue
            for query in ("", f"?q={MARK}", "?limit=500&fields=document", "?by=type"):
                answer = visitor.send("GET", filled + query)
                assert not tells(c, answer.text.replace(filled, "")), (path, query, answer.text[:400])
                assert answer.status in ({404, 422} if "{id}" in path else {200, 403, 422}), (path, query, answer.status)
                count += 1
        account = c.things["/cloud-accounts/"]
        for method, path in (("DELETE", f"/cloud-accounts/{account}"), ("POST", f"/cloud-accounts/{account}/scans"),
                             ("POST", f"/cloud-accounts/{account}/setup-command"),
                             ("DELETE", f"/customers/{c.things['/customers/']}"),
                             ("POST", f"/changes/{c.things['/changes/']}/accept"),
                             ("POST", f"/change-sets/{c.things['/change-sets/']}/reject"),
                             ("POST", f"/snapshots/{c.things['/snapshots/']}/accept-as-baseline")):
            status = visitor.api(method, path, None if method == "DELETE" else {}).status
            assert status == 404, (method, path, status)
        assert visitor.api("GET", f"/events?topics=account:{account}").status == 404
        moved = visitor.api("PATCH", f"/cloud-accounts/{own}", {"customer_id": c.things["/customers/"]})
        assert moved.status in (403, 404, 422), moved.text
    return f"{count} requests"


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
