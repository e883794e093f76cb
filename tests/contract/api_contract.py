"""The API against its description, on the real server: routes.cc and api/openapi.yaml list the same
surface; every path refuses callers without identity in one and the same way, answers 404 for ids that
are not the caller's, 400 and 422 for bodies that are wrong, and its answers fit their schemas.

usage: api_contract.py --patrol PATH
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ID = "acc_aaaaaaaaaaaaaaaaaaaaaaaaaa"
PREFIX = {"/customers/": "cus_", "/scans/": "scn_", "/snapshots/": "snp_", "/resources/": "res_",
          "/secrets/": "sec_", "/deployments/hooks/": "hok_", "/deployments/": "dep_", "/tokens/": "tok_",
          "/cloud-accounts/": "acc_", "/collectors/": "col_", "/collector/operations/": "opr_", "/change-sets/": "cst_", "/changes/": "chg_",
          "/users/": "usr_", "/me/sessions/": "ses_",
          "/notification-channels/": "chn_", "/notification-routes/": "rte_", "/notification-deliveries/": "dlv_"}
OPEN = ("anyone", "sign_in")
failures = []


def check(condition, *what):
    if not condition:
        failures.append(" ".join(str(each) for each in what))


def read_routes():
    """{(method, path): (role, query parameters)} of routes.cc."""
    text = (ROOT / "src/api/routes.cc").read_text()
    names = dict(re.findall(r'string_view (\w+) =\s+"([^"]*)"', text))
    rows = re.findall(r'\{Method::(\w+),\s*"([^"]+)",\s*(\w+),\s*("[^"]*"|\w+),', text)
    routes = {}
    for method, path, role, query in rows:
        allowed = query.strip('"') if query.startswith('"') else names[query]
        routes[(method.rstrip("_").upper(), path)] = (role.rstrip("_"), set(allowed.split()))
    return routes


def read_openapi():
    """The parts of openapi.yaml that this test needs, by its fixed layout."""
    routes, parameters = {}, {}
    path = method = section = None
    for line in (ROOT / "api/openapi.yaml").read_text().splitlines():
        if found := re.match(r"^(\w+):", line):
            section = found.group(1)
        if section == "paths":
            if found := re.match(r"^  (/\S*):$", line):
                path = found.group(1)
            elif found := re.match(r"^    (get|post|put|patch|delete):$", line):
                method = (found.group(1).upper(), path)
                routes[method] = [None, set()]
            elif found := re.match(r"^      x-patrol-role: (\w+)$", line):
                routes[method][0] = found.group(1)
            elif found := re.match(r'^        - \$ref: "#/components/parameters/(\w+)"$', line):
                routes[method][1].add(found.group(1))
        elif section == "components":
            if found := re.match(r"^    (\w+): \{ name: ([\w-]+), in: query", line):
                parameters[found.group(1)] = found.group(2)
    return {key: (role, {parameters[name] for name in used if name in parameters})
            for key, (role, used) in routes.items()}


class Server:
    def __init__(self, patrol, folder):
        (folder / "password").write_text("correct horse battery\n")
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PATROL_"))}
        environment |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(folder),
                        "PATROL_BOOTSTRAP_OWNER": "owner@example.com",
                        "PATROL_BOOTSTRAP_PASSWORD_FILE": str(folder / "password"),
                        "PATROL_BOOTSTRAP_TOKEN_FILE": str(folder / "token")}
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen([patrol, "server", "--listen", "127.0.0.1:0", "--data", str(folder / "data")],
                                        env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if not found:
            sys.exit(f"the server did not start: {line}{(folder / 'log').read_text()}")
        self.url = found.group(0)
        self.token = (folder / "token").read_text().strip()

    def call(self, method, path, body=None, token=None, headers=None):
        headers = dict(headers or {})
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        if token:
            headers["Authorization"] = "Bearer " + token
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(20)
        self.log.close()
        return code


def fill(path):
    for part, prefix in PREFIX.items():
        if f"/api/v1{part}{{id}}" in path:
            other = path.replace("{id}", prefix + ID[4:])
            return other.replace("{other}", "snp_" + ID[4:])
    return path.replace("{key}", "grp_" + ID[4:]).replace("{number}", "0")


def compare_surfaces(routes, described):
    for key in sorted(routes.keys() | described.keys()):
        check(key in routes, key, "is in openapi.yaml and not in routes.cc")
        check(key in described, key, "is in routes.cc and not in openapi.yaml")
        if key in routes and key in described:
            check(routes[key] == described[key], key, "differ:", routes[key], described[key])


def problem_of(body):
    value = json.loads(body)
    check({"type", "title", "status", "detail", "trace_id"} <= value.keys(), "not a problem:", value)
    return {key: each for key, each in value.items() if key != "trace_id"}


def from_address(server, source, method, path, body, token):
    """The same as Server.call from another address of this machine: guesses are limited by address."""
    target = urllib.parse.urlsplit(server.url)
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=30, source_address=(source, 0))
    headers = {"Authorization": "Bearer " + token} if token else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    found = answer.status, dict(answer.headers), answer.read()
    connection.close()
    return found


def check_identity(server, routes):
    bodies = set()
    for number, ((method, path), (role, _)) in enumerate(routes.items()):
        if role in OPEN:
            continue
        for token in (None, server.token[:20]):
            source = f"127.0.0.{2 + number // 50}"
            status, headers, body = from_address(server, source, method, fill(path),
                                                 b"{" if method != "GET" else None, token)
            check(status == 401, method, path, "without identity:", status)
            check(headers.get("Cache-Control") == "no-store", method, path, "may be cached")
            bodies.add(json.dumps(problem_of(body), sort_keys=True))
    check(len(bodies) == 1, "refusals differ:", bodies)


def check_requests(server, routes):
    for (method, path), (role, _) in routes.items():
        if role in OPEN or role in ("connect_token", "collector"):
            continue
        if "{" in path:
            status, _, body = server.call(method, fill(path), {} if method in ("POST", "PATCH") else None, server.token)
            check(status == 404, method, path, "for an unknown id:", status, body[:200])
            status, _, _ = server.call(method, path.replace("{id}", "x").replace("{other}", "y"), None, server.token)
            check(status == 404, method, path, "for no id at all:", status)
        elif method in ("POST", "PATCH"):
            status, _, _ = server.call(method, path, b"{", server.token)
            check(status == 400, method, path, "for broken JSON:", status)
            status, _, body = server.call(method, path, {"nonsense": 1}, server.token)
            check(status == 422 and problem_of(body).get("field"), method, path, "for an unknown field:", status)
        if method == "GET":
            status, _, body = server.call(method, fill(path) + "?nonsense=1", None, server.token)
            check(status == 422, method, path, "for an unknown parameter:", status)


RANKS = ["viewer", "operator", "admin", "owner", "platform_owner"]


class Person:
    """Somebody signed in with a session cookie, as a browser has it."""

    def __init__(self, server, email, password, token=None):
        self.server, self.email, self.password = server, email, password
        if token:
            self.take(server.call("POST", "/api/v1/invitations/accept", {"token": token, "password": password}), 201)
        else:
            self.sign_in()

    def take(self, answer, expected):
        status, headers, body = answer
        check(status == expected, self.email, "cannot sign in:", status, body[:200])
        self.cookie = headers.get("Set-Cookie", "").split(";")[0]

    def sign_in(self):
        self.take(self.server.call("POST", "/api/v1/session", {"email": self.email, "password": self.password}), 200)

    def call(self, method, path, body=None):
        headers = {"Cookie": self.cookie, "X-Patrol-CSRF": "1"}
        return self.server.call(method, path, body, headers=headers)


def people(server):
    """One of each role, invited and signed in through the API."""
    made = {"platform_owner": Person(server, "owner@example.com", "correct horse battery")}
    for role in RANKS[:-1]:
        email = f"{role}-of-table@example.org"
        status, _, body = server.call("POST", "/api/v1/users", {"email": email, "role": role}, server.token)
        check(status == 201, "inviting", role, status, body[:200])
        made[role] = Person(server, email, "a long and winding road", json.loads(body)["invite_token"])
    return made


def check_roles(server, described):
    """Every operation as every role: 403 below its x-patrol-role, and something else from there on."""
    checked = 0
    for role, person in people(server).items():
        for (method, path), (least, _) in sorted(described.items()):
            if least in OPEN or least in ("connect_token", "collector") or path == "/api/v1/events":
                continue
            # What would do something real is asked for with ids that are not there, or with a field too many.
            body = {"nonsense": 1} if method in ("POST", "PATCH") else None
            status, _, text = person.call(method, fill(path), body)
            denied = RANKS.index(role) < RANKS.index(least)
            check((status == 403) == denied, role, method, path, "needs", least, "and got", status, text[:160])
            if "{" in path and not denied:
                check(status in (404, 409, 422), role, method, path, "for what is not there:", status, text[:160])
            checked += 1
            if (method, path) == ("DELETE", "/api/v1/session"):
                person.sign_in()
    check(checked > 400, "only", checked, "pairs of role and operation")
    return checked


def check_schemas(server):
    """The answers of a short story, against their schemas, where PyYAML is there to read these."""
    try:
        import yaml
    except ImportError:
        print("skipped: schemas (no PyYAML)")
        return
    document = yaml.safe_load((ROOT / "api/openapi.yaml").read_text())
    story = [("POST", "/api/v1/customers", {"name": "Acme"}, 201), ("GET", "/api/v1/customers", None, 200),
             ("POST", "/api/v1/cloud-accounts", {"name": "prod", "provider": "aws"}, 201),
             ("POST", "/api/v1/cloud-accounts", {"name": "vc", "provider": "vmware"}, 201),
             ("GET", "/api/v1/cloud-accounts", None, 200), ("GET", "/api/v1/me", None, 200),
             ("POST", "/api/v1/tokens", {"name": "ci", "role": "viewer"}, 201), ("GET", "/api/v1/tokens", None, 200),
             ("GET", "/api/v1/me/sessions", None, 200),
             ("POST", "/api/v1/users", {"email": "viewer@example.org", "role": "viewer"}, 201),
             ("GET", "/api/v1/users", None, 200),
             ("POST", "/api/v1/platform/tenants", {"name": "T", "owner": {"email": "t@example.org"}}, 201),
             ("GET", "/api/v1/platform/tenants", None, 200),
             ("POST", "/api/v1/secrets", {"name": "k", "manager": "sealed", "value": "v"}, 201),
             ("GET", "/api/v1/secrets", None, 200),
             ("POST", "/api/v1/notification-channels",
              {"name": "hook", "kind": "webhook",
               "webhook": {"url": "https://hooks.example.com/x", "secret": {"manager": "sealed", "ref": "k"}}}, 201),
             ("GET", "/api/v1/notification-channels", None, 200), ("GET", "/api/v1/notification-routes", None, 200),
             ("GET", "/api/v1/notification-deliveries", None, 200), ("GET", "/api/v1/today", None, 200),
             ("GET", "/api/v1/audit", None, 200), ("GET", "/api/v1/audit/verify", None, 200),
             ("GET", "/api/v1/audit/export", None, 200),
             ("GET", "/api/v1/resources", None, 200),
             ("POST", "/api/v1/deployments", {"name": "release", "regions": ["global"]}, 201),
             ("GET", "/api/v1/deployments", None, 200),
             ("POST", "/api/v1/deployments/hooks", {"name": "ci", "kind": "github"}, 201),
             ("GET", "/api/v1/deployments/hooks", None, 200), ("GET", "/api/v1/setup", None, 200), ("GET", "/healthz", None, 200), ("GET", "/readyz", None, 200)]
    for method, path, body, expected in story:
        status, _, text = server.call(method, path, body, server.token)
        check(status == expected, method, path, status, text[:300])
        operation = document["paths"][path][method.lower()]
        schema = operation["responses"][str(expected)]["content"]["application/json"]["schema"]
        for problem in mismatches(document, schema, json.loads(text), path):
            check(False, method, problem)
    accounts = json.loads(server.call("GET", "/api/v1/cloud-accounts?q=provider%3Daws", None, server.token)[2])["items"]
    path = f"/api/v1/cloud-accounts/{accounts[0]['id']}"
    for method, rest, body, expected in (("POST", "/scans", None, 202), ("GET", "/scans", None, 200),
                                         ("POST", "/test", None, 200), ("GET", "", None, 200)):
        status, _, text = server.call(method, path + rest, body, server.token)
        check(status == expected, method, rest, status, text[:300])
        operation = document["paths"]["/api/v1/cloud-accounts/{id}" + rest][method.lower()]
        schema = operation["responses"][str(expected)]["content"]["application/json"]["schema"]
        for problem in mismatches(document, schema, json.loads(text), rest):
            check(False, method, problem)


def mismatches(document, schema, value, where):
    """A small part of JSON Schema: what openapi.yaml uses."""
    if "$ref" in schema:
        target = document
        for part in schema["$ref"].split("/")[1:]:
            target = target[part]
        yield from mismatches(document, target, value, where)
        return
    if "oneOf" in schema:
        fits = [each for each in schema["oneOf"] if not list(mismatches(document, each, value, where))]
        if not fits:
            yield f"{where}: {value!r} fits none of its forms"
        return
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    known = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int}
    if kinds and not any(isinstance(value, known[kind]) and (kind != "integer" or value is not True) for kind in kinds):
        yield f"{where}: {value!r} is not {kinds}"
        return
    if "enum" in schema and value not in schema["enum"] or "const" in schema and value != schema["const"]:
        yield f"{where}: {value!r} is not one of its values"
    if isinstance(value, dict):
        for name in schema.get("required", []):
            if name not in value:
                yield f"{where}: {name} is missing"
        properties = schema.get("properties", {})
        for name, each in value.items():
            if name in properties:
                yield from mismatches(document, properties[name], each, f"{where}.{name}")
            elif properties and "additionalProperties" not in schema:
                yield f"{where}: {name} is not described"
    if isinstance(value, list) and "items" in schema:
        for each in value:
            yield from mismatches(document, schema["items"], each, where + "[]")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--patrol", required=True)
    arguments = parser.parse_args()
    routes, described = read_routes(), read_openapi()
    check(len(routes) > 40, "only", len(routes), "routes were found")
    compare_surfaces(routes, described)
    with tempfile.TemporaryDirectory() as name:
        start = time.monotonic()
        server = Server(os.path.abspath(arguments.patrol), pathlib.Path(name))
        started = time.monotonic() - start
        try:
            check_identity(server, routes)
            check_requests(server, routes)
            check_schemas(server)
            checked = check_roles(server, described)
        finally:
            code = server.stop()
        check(code == 0, "the server ended with", code)
        log = (pathlib.Path(name) / "log").read_text(errors="replace")
        check(server.token not in log, "the log holds the API token")
    for failure in failures:
        print("FAILED:", failure)
    print(f"{len(routes)} routes; {checked} pairs of role and operation; first start in {started * 1000:.0f} ms; {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
