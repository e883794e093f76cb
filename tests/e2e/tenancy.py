"""Who sees what, on the real server, for every route of api/openapi.yaml: a second tenant and a caller who is
limited to one customer meet each id, cursor and event of what is not theirs: on SQLite, and on PostgreSQL where
$PATROL_TEST_POSTGRES names one. A route that is new is covered by its place in the description; one whose ids
this test cannot find fails it."""
import functools
import json
import pathlib
import socket
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import database, suite  # noqa: E402

try:
    import yaml  # noqa: F401
except ImportError:
    suite.skip_all("no PyYAML")
from harness.two_tenants import (BY_CUSTOMER, CLOUDS, NOT_BY_CUSTOMER, OPERATIONS, OWN, READ, Context, all_ids, below,  # noqa: E402
                                 collection_of, differences, filled, send, state_of, tells)


# Who may reach whom is decided by roles and customers of both (api/authorize.h) and tested there.
PEOPLE = ("/api/v1/users",)
PLATFORM = ("/api/v1/platform",)


def test_every_route_with_an_id_has_one_to_try(c):
    for operation in OPERATIONS:
        if "{" in operation["path"]:
            assert c.ids(collection_of(operation["path"]), *c.of.values(), c.shared), \
                f"no object below {operation['path']}: make one in Context"


def refused_everywhere(c, api, foreign, allowed):
    """Calls every route with each foreign id; answers how many calls were made."""
    before, calls = state_of(c), 0
    told = all_ids(*foreign)
    for operation in OPERATIONS:
        path, method = operation["path"], operation["method"]
        if "{" not in path or (api is not c.b and below(path, PEOPLE)):
            continue
        for one in c.ids(collection_of(path), *foreign):
            answer = send(api, method, filled(path, one))
            calls += 1
            assert answer.status in allowed(path), (method, filled(path, one), answer.status, answer.text)
            assert not tells(answer, told), (method, path, answer.text)
    assert not differences(before, state_of(c)), differences(before, state_of(c))[:3]
    return calls


def test_nothing_of_a_is_there_for_b(c):
    calls = refused_everywhere(c, c.b, [*c.of.values(), c.shared], lambda path: (404,))
    print(f"        {calls} calls with ids of another tenant: 404")


def test_nothing_of_another_customer_is_there_for_a_limited_caller(c):
    def allowed(path):
        return (404,) if below(path, BY_CUSTOMER) and not below(path, NOT_BY_CUSTOMER) else (403, 404)
    for api in (c.limited, c.nobody):
        foreign = [c.of["acme"], c.shared] if api is c.limited else [*c.of.values(), c.shared]
        calls = refused_everywhere(c, api, foreign, allowed)
        print(f"        {calls} calls with ids of another customer: 404")


def test_lists_hold_only_what_is_ones_own(c):
    everything = all_ids(*c.of.values(), c.shared) | {c.group}
    for operation in OPERATIONS:
        path = operation["path"]
        if operation["method"] != "GET" or "{" in path or path in ("/api/v1/events", "/metrics"):
            continue
        if path.endswith("/facets"):
            path += "?by=account"
        answer = c.b.send("GET", path)
        assert answer.status == (403 if below(path, PLATFORM) else 200), (path, answer.text)
        assert not tells(answer, everything), (path, answer.text)
        answer = c.limited.send("GET", path)
        foreign = everything - all_ids(c.of["globex"]) - {c.group}
        assert not tells(answer, foreign), (path, tells(answer, foreign))
        whole = not below(operation["path"], BY_CUSTOMER + OWN) or below(operation["path"], NOT_BY_CUSTOMER)
        assert answer.status in ((403,) if whole else (200,)) or (whole and answer.status == 200), (path, answer.text)
        if answer.status == 200 and operation["path"] in c.of["globex"]:
            own = c.of["globex"][operation["path"]]
            assert set(own) <= {each.get("id") or each.get("key") for each in c.limited.all(path[7:])}, path
        if answer.status == 200 and "cursor" in operation["query"] and path != "/api/v1/resources":
            items = c.limited.all(path[7:])
            assert answer.body["total"] == len(items), (path, answer.body["total"], len(items))


def test_counts_are_of_ones_own(c):
    own, foreign = (c.of[name]["/api/v1/cloud-accounts"][0] for name in ("globex", "acme"))
    facets = c.limited.get("/resources/facets?by=account,type")
    assert foreign not in json.dumps(facets) and own in json.dumps(facets), facets
    page = c.limited.get("/resources?limit=500")
    assert page["total"] == c.a.get(f"/resources?limit=1&q=account%3D{own}")["total"], page["total"]
    assert {each["account_id"] for each in page["items"]} == {own}
    # A word that both accounts have; a search by text goes another way than a filter.
    assert {each["account_id"] for each in c.a.get("/resources?q=vpc-0")["items"]} == {own, foreign}
    assert {each["account_id"] for each in c.limited.get("/resources?q=vpc-0")["items"]} == {own}
    assert c.limited.get("/resources?q=vpc-0aa0000000000001")["total"] == 0
    group = next(each for each in c.limited.all("/drift/groups") if each["key"] == c.group)
    assert (group["accounts"], group["customers"]) == (1, 1), group
    assert foreign not in json.dumps(c.limited.get("/today"))
    rule = {"name": "r", "action": "ignore", "scope": {"type": "AWS::EC2::VPC"}}
    assert c.a.post("/rules/preview", rule)["accounts"] == 2
    rule["scope"]["customer_id"] = c.of["globex"]["/api/v1/customers"][0]
    assert c.limited.post("/rules/preview", rule)["accounts"] == 1
    assert c.nobody.get("/resources")["total"] == 0 and c.nobody.get("/cloud-accounts")["total"] == 0


def test_own_objects_answer(c):
    for operation in OPERATIONS:
        path = operation["path"]
        if operation["method"] != "GET" or "{" not in path:
            continue
        for one in c.of["globex"].get(collection_of(path), []):
            for api in (c.limited, c.reader):
                answer = api.send("GET", filled(path, one))
                expected = c.a.send("GET", filled(path, one)).status
                assert answer.status in ((expected, 403) if api is c.reader else (expected,)), (path, answer.text)
                assert not tells(answer, all_ids(c.of["acme"])), (path, answer.text)


def test_ids_in_bodies(c):
    covered = set()
    b_account = c.b.post("/cloud-accounts", {"name": "b", "provider": "aws"})["id"]
    b_channel = c.b.post("/notification-channels", {"name": "b", "kind": "email", "email": {
        "host": "mail.example.com", "from": "a@example.com", "to": ["b@example.com"]}})["id"]
    b_own = {"account": b_account, "customer": None, "channel": b_channel,
             "route": c.b.post("/notification-routes", {"channel_id": b_channel})["id"],
             "deployment": c.b.post("/deployments", {"name": "b", "regions": ["none"]})["id"],
             "rule": c.b.post("/rules", {"name": "b", "action": "ignore", "scope": {"type": "X::Y::Z"}})["id"]}
    limited_own = {"account": c.of["globex"]["/api/v1/cloud-accounts"][0],
                   "customer": c.of["globex"]["/api/v1/customers"][0], "channel": "chn_" + "a" * 26,
                   "route": "rte_" + "a" * 26, "deployment": c.of["globex"]["/api/v1/deployments"][0],
                   "rule": c.of["globex"]["/api/v1/rules"][0]}
    before = state_of(c)
    for api, own in ((c.b, b_own), (c.limited, limited_own)):
        for method, pattern, path, body, field in bodies(c, own):
            answer = api.send(method, path, body)
            covered.add((method, pattern, field))
            refused = (404, 422) if api is c.b else (403, 404, 422)
            assert answer.status in refused, (method, path, body, answer.status, answer.text)
            if answer.status == 422:
                assert answer.body["field"].split(".")[-1].split("[")[0] == field.split(".")[-1], (path, answer.text)
            assert not tells(answer, all_ids(c.of["acme"]), but=json.dumps(body).split('"')), answer.text
    assert not differences(before, state_of(c)), differences(before, state_of(c))[:3]
    # A limited caller cannot let go of what is theirs either.
    for path, field in ((f"/api/v1/cloud-accounts/{limited_own['account']}", "customer_id"),
                        (f"/api/v1/deployments/{limited_own['deployment']}", "customer_id")):
        answer = c.limited.send("PATCH", path, {field: None})
        assert answer.status == 422 and answer.body["field"] == field, answer.text
    known = ("scope.native_id", "scope.resource_id", "auth.access_key_id", "ref",
             "auth.access_key_id.ref", "auth.secret_access_key.ref", "email.password.ref", "slack.url.ref",
             "webhook.secret.ref")  # texts that no row of the tenant is found by, and references to secrets by name
    for operation in OPERATIONS:
        for field in operation["ids"]:
            key = (operation["method"], operation["path"], field)
            assert key in covered or field in known or not field.endswith(
                ("customer_id", "customer_ids", "account_id", "account_ids", "channel_id", "deployment_id", "collector_id")), \
                f"no call with a foreign {field}: {key}"


def bodies(c, own):
    """(method, path in the description, path, body, the field that holds what is foreign)."""
    acme = {name.split("/")[-1]: ids[0] for name, ids in c.of["acme"].items() if ids}
    customer, account, deployment = acme["customers"], acme["cloud-accounts"], acme["deployments"]
    channel = c.shared["/api/v1/notification-channels"][0]
    rule = {"name": "x", "action": "ignore"}
    for method, place, base in (("POST", "/cloud-accounts", {"name": "x", "provider": "aws"}),
                                ("PATCH", "/cloud-accounts/{id}", {})):
        yield method, "/api/v1" + place, "/api/v1" + place.replace("{id}", own["account"]), \
            {**base, "customer_id": customer}, "customer_id"
    at_site = {"mode": "collector", "collector_id": acme["collectors"], "auth": {"kind": "on_site", "credential": "x"}}
    yield "POST", "/api/v1/cloud-accounts", "/api/v1/cloud-accounts", \
        {"name": "x", "provider": "aws", "customer_id": own["customer"], **at_site}, "collector_id"
    yield "PATCH", "/api/v1/cloud-accounts/{id}", "/api/v1/cloud-accounts/" + own["account"], at_site, "collector_id"
    yield "POST", "/api/v1/collectors", "/api/v1/collectors", {"name": "x", "customer_id": customer}, "customer_id"
    yield "POST", "/api/v1/cloud-accounts/{id}/scans", f"/api/v1/cloud-accounts/{own['account']}/scans", \
        {"deployment_id": deployment}, "deployment_id"
    yield "POST", "/api/v1/prune", "/api/v1/prune", {"before": "2020-01-01T00:00:00Z", "account_id": account}, "account_id"
    for method, place, base in (("POST", "/rules", rule), ("POST", "/rules/preview", rule), ("PATCH", "/rules/{id}", {})):
        for field, value in (("account_id", account), ("customer_id", customer)):
            yield method, "/api/v1" + place, "/api/v1" + place.replace("{id}", own["rule"]), \
                {**base, "scope": {field: value}}, "scope." + field
    for method, place, base in (("POST", "/deployments", {"name": "x"}), ("PATCH", "/deployments/{id}", {}),
                                ("POST", "/deployments/hooks", {"name": "x", "kind": "github"})):
        for field, value in (("account_ids", [account]), ("customer_id", customer)):
            yield method, "/api/v1" + place, "/api/v1" + place.replace("{id}", own["deployment"]), \
                {**base, field: value}, field
    for method, place in (("POST", "/notification-routes"), ("PATCH", "/notification-routes/{id}")):
        path = "/api/v1" + place.replace("{id}", own["route"])
        yield method, "/api/v1" + place, path, {"channel_id": channel}, "channel_id"
        yield method, "/api/v1" + place, path, {"channel_id": own["channel"], "customer_id": customer}, "customer_id"


def test_cursors_are_of_their_tenant(c):
    tried = 0
    for operation in OPERATIONS:
        path = operation["path"]
        if "cursor" not in operation["query"] or "{" in path or below(path, PLATFORM):
            continue
        page = c.a.send("GET", path + "?limit=1").body
        if not page.get("next_cursor"):
            continue
        tried += 1
        cursor = page["next_cursor"]
        quoted = urllib.parse.quote(cursor)
        assert c.a.send("GET", f"{path}?limit=1&cursor={quoted}").status == 200, path
        edited = ("A" if cursor[0] != "A" else "B") + cursor[1:]
        for api, text in ((c.b, quoted), (c.a, urllib.parse.quote(edited)), (c.a, quoted[:-3]), (c.a, "x")):
            answer = api.send("GET", f"{path}?limit=1&cursor={text}")
            assert answer.status == 400, (path, answer.status, answer.text)
    assert tried >= 7, tried
    print(f"        {tried} lists")


def events_of(api, topics, last_event_id, seconds=2.0):
    """What a stream tells within a time: status and text."""
    url = urllib.parse.urlparse(api.url)
    with socket.create_connection((url.hostname, url.port), timeout=10) as line:
        line.sendall((f"GET /api/v1/events?topics={topics} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer "
                      f"{api.token}\r\nLast-Event-ID: {last_event_id}\r\n\r\n").encode())
        text, end = b"", time.time() + seconds
        line.settimeout(0.2)
        while time.time() < end:
            try:
                part = line.recv(65536)
            except TimeoutError:
                continue
            if not part:
                break
            text += part
    return int(text.split(b" ")[1]), text.decode(errors="replace")


def test_events_tell_only_ones_own(c):
    scan, account = (c.of["acme"]["/api/v1/" + name][0] for name in ("scans", "cloud-accounts"))
    for api in (c.b, c.limited):
        for topic in ("scan:" + scan, "account:" + account, f"drift,account:{account}"):
            assert api.send("GET", "/api/v1/events?topics=" + topic).status == 404, topic
    # All that the server ever told is newer than event 1.
    status, told = events_of(c.a, "drift", 1)
    assert status == 200 and account in told and c.of["globex"]["/api/v1/cloud-accounts"][0] in told, told
    status, told = events_of(c.b, "drift", 1)
    assert status == 200 and not [each for each in all_ids(*c.of.values(), c.shared) if each in told], told
    status, told = events_of(c.limited, "drift", 1)
    assert status == 200 and account not in told and c.of["globex"]["/api/v1/cloud-accounts"][0] in told, told
    status, told = events_of(c.nobody, "drift", 1)
    assert status == 200 and "\ndata:" not in told, told


def test_what_has_no_customers_is_for_those_who_see_all(c):
    for method, path in (("GET", "/secrets"), ("POST", "/secrets"), ("GET", "/notification-channels"),
                         ("POST", "/notification-routes"), ("GET", "/notification-deliveries"),
                         ("GET", "/deployments/hooks"), ("POST", "/deployments/hooks"), ("POST", "/prune"),
                         ("POST", "/customers")):
        answer = send(c.limited, method, "/api/v1" + path)
        assert answer.status == 403 and answer.body["type"].endswith(":customers"), (path, answer.text)
    assert c.limited.get("/me")["customers"] == c.of["globex"]["/api/v1/customers"]


def test_accepting_a_group_touches_only_ones_own(c):
    for name, expected in (("acme", 1), ("globex", 1)):
        account = c.of[name]["/api/v1/cloud-accounts"][0]
        vpc = CLOUDS[name][1]
        assert sum(each["resource"]["native_id"] == vpc for each in c.a.all(f"/changes?q=state%3Dopen%20and%20account%3D{account}")) == expected
    answer = c.limited.post(f"/drift/groups/{c.group}/accept")
    assert answer["decided"] == 1, answer
    for name, state in (("acme", "open"), ("globex", "accepted")):
        account = c.of[name]["/api/v1/cloud-accounts"][0]
        found = [each["state"] for each in c.a.all(f"/changes?q=account%3D{account}")
                 if each["resource"]["native_id"] == CLOUDS[name][1]]
        assert found == [state], (name, found)
    assert c.limited.send("POST", f"/api/v1/drift/groups/{c.group}/accept", {}).status == 404
    # Taken back and done again by the same caller; the other customer's change stays as it is.
    assert c.limited.post(f"/drift/groups/{c.group}/reopen") == {"reopened": 1, "left": 0}
    assert c.limited.send("POST", f"/api/v1/drift/groups/{c.group}/reopen", {}).status == 409
    assert c.limited.post(f"/drift/groups/{c.group}/accept")["decided"] == 1


def test_a_limited_caller_works_with_what_is_theirs(c):
    account, customer = (c.of["globex"]["/api/v1/" + name][0] for name in ("cloud-accounts", "customers"))
    limited = c.limited
    assert limited.expect("PATCH", f"/cloud-accounts/{account}", {"owner": "limited"})["owner"] == "limited"
    assert limited.expect("PATCH", f"/customers/{customer}", {"notes": "seen"})["notes"] == "seen"
    made = limited.post("/cloud-accounts", {"name": "second", "provider": "aws", "customer_id": customer})
    assert limited.post(f"/cloud-accounts/{made['id']}/setup-command")["token"].startswith("pct_")
    assert limited.send("DELETE", f"/api/v1/cloud-accounts/{made['id']}").status == 204
    scan = limited.scan(account, READ)
    assert scan["snapshot_id"], scan
    limited.post(f"/snapshots/{scan['snapshot_id']}/accept-as-baseline")
    deployment = limited.post("/deployments", {"name": "mine", "account_ids": [account], "regions": ["none"]})
    limited.expect("PATCH", f"/deployments/{deployment['id']}", {"reason": "why"})
    rule = limited.post("/rules", {"name": "mine", "action": "ignore", "scope": {"customer_id": customer, "type": "A::B::C"}})
    limited.expect("PATCH", f"/rules/{rule['id']}", {"reason": "why"})
    assert limited.send("DELETE", f"/api/v1/rules/{rule['id']}").status == 204
    everywhere = limited.send("POST", "/api/v1/rules", {"name": "r", "action": "ignore", "scope": {"type": "A::B::C"}})
    assert everywhere.status == 422 and everywhere.body["field"] == "scope.customer_id", everywhere.text
    everywhere = limited.send("POST", "/api/v1/deployments", {"name": "d"})
    assert everywhere.status == 422 and everywhere.body["field"] == "customer_id", everywhere.text
    loose = limited.send("POST", "/api/v1/cloud-accounts", {"name": "n", "provider": "aws"})
    assert loose.status == 422 and loose.body["field"] == "customer_id", loose.text
    assert c.reader.send("POST", f"/api/v1/cloud-accounts/{account}/scans", {}).status == 403


if __name__ == "__main__":
    failed = 0
    for name, make in database.every():
        print(f"on {name}", flush=True)
        failed |= suite.main(functools.partial(Context, database=make), globals())
    sys.exit(failed)
