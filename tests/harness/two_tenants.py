"""Two tenants and two customers for tests/e2e/tenancy.py: who they are, what is theirs, and every route of
api/openapi.yaml."""
import json
import pathlib
import secrets
import time
import zlib
from hashlib import sha256

import yaml

from harness.database import Sqlite
from harness.patrol_server import OWNER, PASSWORD, Api, Server, Simulator

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
# What the scans read: enough of each account for drift, and little enough for a slow machine.
READ = {"types": ["AWS::EC2::VPC", "AWS::EC2::SecurityGroup", "AWS::S3::Bucket", "AWS::SQS::Queue"],
        "regions": ["us-east-1"]}
VPC = {"type": "AWS::EC2::VPC", "region": "us-east-1", "set": {"InstanceTenancy": "dedicated"}}
CLOUDS = {"globex": ("345678901234", "vpc-0e10be0000000001", "AKIAGLOBEXDEMOADMIN1", "simulated-globex-admin-key"),
          "acme": ("210987654321", "vpc-0aa0000000000001", "AKIAACMEPRODUCTADMIN", "simulated-acme-admin-key")}
OPEN = ("anyone", "sign_in", "connect_token", "collector")
# What a caller reads and writes of himself; what has no customers and is refused to a limited caller.
OWN = ("/api/v1/session", "/api/v1/me")
# What has customers: a limited caller finds his own there.
BY_CUSTOMER = ("/api/v1/customers", "/api/v1/cloud-accounts", "/api/v1/scans", "/api/v1/snapshots",
               "/api/v1/change-sets", "/api/v1/changes", "/api/v1/drift", "/api/v1/rules", "/api/v1/resources",
               "/api/v1/deployments", "/api/v1/today", "/api/v1/events", "/api/v1/collectors")
NOT_BY_CUSTOMER = ("/api/v1/deployments/hooks",)
# Grows with every attempt.
RECORDS = ("/api/v1/audit", "/api/v1/notification-deliveries", "/api/v1/me")
# Moves by itself while nobody changes anything.
RESTLESS = ("last_used_at", "next_scan_at", "trace_id", "evaluated_at", "hits", "last_hit_at", "last_failure_at", "last_error",
            "waiting", "dead")


def described():
    document = yaml.safe_load((ROOT / "api/openapi.yaml").read_text())

    def resolved(schema):
        while "$ref" in schema:
            target = document
            for part in schema["$ref"].split("/")[1:]:
                target = target[part]
            schema = target
        return schema

    def id_fields(schema, before=""):
        schema = resolved(schema)
        for form in ("allOf", "oneOf", "anyOf"):
            for each in schema.get(form, []):
                yield from id_fields(each, before)
        for name, each in schema.get("properties", {}).items():
            if name.endswith(("_id", "_ids")) or name == "ref":
                yield before + name
            yield from id_fields(each, before + name + ".")
        if "items" in schema:
            yield from id_fields(schema["items"], before)

    operations = []
    for path, members in document["paths"].items():
        for method, operation in members.items():
            if method not in ("get", "post", "put", "patch", "delete") or operation["x-patrol-role"] in OPEN:
                continue
            body = resolved(operation.get("requestBody", {})).get("content", {}).get("application/json")
            parameters = [resolved(each) for each in operation.get("parameters", []) + members.get("parameters", [])]
            operations.append({"method": method.upper(), "path": path,
                               "query": {each["name"] for each in parameters if each["in"] == "query"},
                               "ids": sorted(set(id_fields(body["schema"]))) if body else []})
    return operations


OPERATIONS = described()


def new_id(prefix):
    return prefix + "".join(secrets.choice(BASE32) for _ in range(26))


def new_token():
    text = "pat_" + "".join(secrets.choice(BASE62) for _ in range(43))
    rest, check = zlib.crc32(text.encode()), ""
    for _ in range(6):
        check, rest = BASE62[rest % 62] + check, rest // 62
    return text + check


def below(path, roots):
    return any(path == root or path.startswith(root + "/") for root in roots)


def collection_of(path):
    return path.split("/{")[0]


class Person:
    """Somebody with a token of their own, put into the database beside the server."""

    def __init__(self, context, tenant, name, role, customers=None):
        token, user = new_token(), new_id("usr_")
        now = int(time.time() * 1000)
        seen = "NULL" if customers is None else "'" + json.dumps(customers) + "'"
        rows = context.database
        rows.run("INSERT INTO tenant_user(id, tenant, email, name, password_hash, role, platform_owner, disabled, "
                 f"created_at, customers) VALUES ('{user}', '{tenant}', '{name}@example.com', '{name}', '', '{role}', 0, 0, "
                 f"{now}, {seen})")
        rows.run("INSERT INTO api_token(id, tenant, user_id, name, token_hash, hint, role, created_at, expires_at, "
                 f"last_used_at, revoked_at) VALUES ('{new_id('tok_')}', '{tenant}', '{user}', '{name}', "
                 f"{rows.blob(sha256(token.encode()).digest())}, '', '{role}', {now}, {now + 10**9}, 0, 0)")
        self.user = user
        self.api = Api(context.server.url, token)


class Context:
    """Tenant A with the customers globex and acme, each with an account that has drift; tenant B with little; and
    people: A's owner, B's owner, and an administrator of A who sees globex only."""

    def __init__(self, patrol, database=Sqlite):
        self.cloud = Simulator(patrol)
        self.database = database()
        self.server = Server(patrol, self.cloud.server_environment(), arguments=self.database.arguments).start()
        self.database.of(self.server)
        self.a = self.server.api()
        self.of = {}
        for name in CLOUDS:
            self.of[name] = self.customer(name)
        self.shared = self.without_customer()
        self.drift()
        self.wait_for_a_delivery()
        signed_in = self.a.send("POST", "/api/v1/session", {"email": OWNER, "password": PASSWORD},
                                {"Origin": self.server.url}, token="")
        assert signed_in.status in (200, 201), signed_in.text
        self.tenant = self.database.run("SELECT id FROM tenant")[0][0]
        stranger = self.a.post("/platform/tenants", {"name": "stranger", "owner": {"email": "owner@stranger.example"}})
        self.b = Person(self, stranger["id"], "stranger", "owner").api
        self.limited = Person(self, self.tenant, "limited", "admin", [self.of["globex"]["/api/v1/customers"][0]]).api
        self.reader = Person(self, self.tenant, "reader", "viewer", [self.of["globex"]["/api/v1/customers"][0]]).api
        self.nobody = Person(self, self.tenant, "nobody", "admin", []).api

    def customer(self, name):
        a = self.a
        customer = a.post("/customers", {"name": name})["id"]
        account = a.post("/cloud-accounts", {"name": name + " cloud", "provider": "aws", "customer_id": customer,
                                            "auto_scan": False})["id"]
        token = a.post(f"/cloud-accounts/{account}/setup-command")["token"]
        _, _, key, secret = CLOUDS[name]
        done = self.server.run("connect", "aws", "--yes", "--token", token,
                               environment={"AWS_ENDPOINT_URL": self.cloud.url, "AWS_ACCESS_KEY_ID": key,
                                            "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1"})
        assert done.returncode == 0, done.stderr
        snapshot = a.scan(account, READ)["snapshot_id"]
        a.post(f"/snapshots/{snapshot}/accept-as-baseline")
        deployment = a.post("/deployments", {"name": name + " release", "customer_id": customer, "regions": ["none"]})
        rule = a.post("/rules", {"name": name + " rule", "action": "severity", "severity": "high",
                                 "scope": {"account_id": account, "type": "AWS::S3::Bucket"}})
        collector = a.post("/collectors", {"name": name + " site", "customer_id": customer})
        return {"/api/v1/customers": [customer], "/api/v1/cloud-accounts": [account],
                "/api/v1/collectors": [collector["id"]],
                "/api/v1/deployments": [deployment["id"]], "/api/v1/rules": [rule["id"]]}

    def drift(self):
        a = self.a
        for account, vpc, _, _ in CLOUDS.values():
            answer = self.cloud.control("changes", [{"account": account, "id": vpc, **VPC}])
            assert answer.status == 200, answer.text
        assert self.cloud.control("steps/open-database").status == 200
        for ids in self.of.values():
            a.scan(ids["/api/v1/cloud-accounts"][0], READ)
        self.wait_for_attribution()
        for ids in self.of.values():
            account = ids["/api/v1/cloud-accounts"][0]
            scans = a.all(f"/cloud-accounts/{account}/scans")
            ids["/api/v1/scans"] = [each["id"] for each in scans]
            ids["/api/v1/snapshots"] = [each["snapshot_id"] for each in scans if each["snapshot_id"]]
            page = a.get(f"/snapshots/{ids['/api/v1/snapshots'][0]}/resources?limit=5")
            ids["/api/v1/resources"] = [each["id"] for each in page["items"]]
            ids["/api/v1/change-sets"] = [each["id"] for each in a.all(f"/change-sets?q=account%3D{account}")]
            ids["/api/v1/changes"] = [each["id"] for each in a.all(f"/changes?q=account%3D{account}")]
            groups = a.all(f"/drift/groups?q=account%3D{account}")
            ids["/api/v1/drift/groups"] = [each["key"] for each in groups if each["accounts"] == 1]
        # The same change in both accounts is one group; it is nobody's alone.
        both = [each for each in a.all("/drift/groups") if each["accounts"] == 2]
        assert len(both) == 1, [(each["key"], each["type"], each["path"], each["accounts"]) for each in a.all("/drift/groups")]
        self.group = both[0]["key"]
        for ids in self.of.values():
            ids["/api/v1/drift/groups"] = [key for key in ids["/api/v1/drift/groups"] if key != self.group]
            for what in ("scans", "snapshots", "resources", "change-sets", "changes"):
                assert ids["/api/v1/" + what], what

    def wait_for_attribution(self):
        """A group's key names who made the changes, and that is looked up behind the scan."""
        end, before, since = time.time() + 60, None, time.time()
        while time.time() < end and time.time() - since < 3:
            keys = sorted(each["key"] for each in self.a.all("/drift/groups"))
            if keys != before:
                before, since = keys, time.time()
            time.sleep(0.3)

    def wait_for_a_delivery(self):
        end = time.time() + 60
        while not self.a.get("/notification-deliveries")["total"]:
            assert time.time() < end, "drift was told to nobody"
            time.sleep(0.5)

    def without_customer(self):
        a = self.a
        secret = a.post("/secrets", {"name": "hook key", "manager": "sealed", "value": "v"})
        channel = a.post("/notification-channels",
                         {"name": "hook", "kind": "webhook", "webhook": {
                             "url": "https://hooks.example.com/x", "secret": {"manager": "sealed", "ref": "hook key"}}})
        route = a.post("/notification-routes", {"channel_id": channel["id"], "min_severity": "info"})
        hook = a.post("/deployments/hooks", {"name": "ci", "kind": "github"})
        loose = a.post("/cloud-accounts", {"name": "of no customer", "provider": "aws"})
        token = a.post("/tokens", {"name": "ci", "role": "viewer"})
        window = a.post("/deployments", {"name": "everywhere", "regions": ["none"]})
        rule = a.post("/rules", {"name": "all buckets", "action": "severity", "severity": "high",
                                 "scope": {"type": "AWS::S3::Bucket"}})
        collector = a.post("/collectors", {"name": "of every site"})
        return {"/api/v1/collectors": [collector["id"]], "/api/v1/secrets": [secret["id"]], "/api/v1/notification-channels": [channel["id"]],
                "/api/v1/notification-routes": [route["id"]], "/api/v1/deployments/hooks": [hook["id"]],
                "/api/v1/cloud-accounts": [loose["id"]], "/api/v1/tokens": [token["id"]],
                "/api/v1/deployments": [window["id"]], "/api/v1/rules": [rule["id"]]}

    def ids(self, collection, *owners):
        """Ids of a collection: what was made for the test, else what A lists there."""
        found = [each for owner in owners for each in owner.get(collection, [])]
        if found or any(collection in owner for owner in [*self.of.values(), self.shared]):
            return found
        answer = self.a.send("GET", collection)
        listed = answer.body["items"] if answer.status == 200 and "items" in answer.body else []
        return [each["id"] for each in listed][:3]

    def stop(self):
        self.server.stop()
        self.cloud.stop()
        self.database.close()


def all_ids(*owners):
    return {each for owner in owners for ids in owner.values() for each in ids}


def filled(path, one):
    """The path with the id in its first place; another id of the same kind in the second."""
    return path.replace("{id}", one).replace("{key}", one).replace("{other}", one)


def send(api, method, path):
    return api.send(method, path, {} if method in ("POST", "PATCH", "PUT") else None)


def tells(answer, ids, but=()):
    return [each for each in ids if each in answer.text and each not in but]


def state_of(c):
    """Everything that A can read, but for what moves by itself."""
    def settled(value):
        if isinstance(value, dict):
            return {name: settled(each) for name, each in value.items() if name not in RESTLESS}
        return [settled(each) for each in value] if isinstance(value, list) else value

    state = {}
    for operation in OPERATIONS:
        path = operation["path"]
        if operation["method"] != "GET" or path in ("/api/v1/events", "/api/v1/today") or below(path, RECORDS):
            continue
        owners = [*c.of.values(), c.shared]
        for one in c.ids(collection_of(path), *owners) if "{" in path else [""]:
            answer = c.a.send("GET", filled(path, one))
            state[filled(path, one)] = (answer.status, settled(answer.body))
    return state


def differences(before, after):
    return [(path, before.get(path), after.get(path)) for path in before.keys() | after.keys()
            if before.get(path) != after.get(path)]
