"""Two hundred secrets of known text, planted where customers and operators keep theirs; then a search for
them in everything that the server has written, said or kept. A marker that is no secret proves the search."""
import base64
import json
import pathlib
import resource
import secrets
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks, stored_bytes  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.hook_receiver import HookReceiver  # noqa: E402
from harness.patrol_server import PASSWORD, Server, Simulator  # noqa: E402
from harness.visitor import Raw, Visitor  # noqa: E402

CUSTOMER = "210987654321"
MARKER = "marker-that-is-no-secret-4711"
REGION = "us-east-1"
VARIABLES = ["DB_PASSWORD", "STAGE", "PLAIN_WORD", "API_TOKEN", "COLOUR"]  # whatever they are called
ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"


class Canaries:
    """Makes secrets and remembers every form in which they could be met again."""

    def __init__(self):
        self.planted = {}

    def make(self, kind, shape="{}"):
        text = "cnry" + secrets.token_hex(12)
        self.plant(kind, text)
        return shape.format(text)

    def plant(self, kind, text, *forms):
        self.planted[text] = (kind, [text.encode(), *forms])

    def encoded(self, kind):
        """User data: base64 of a script with a secret in it, which may be kept in either form."""
        text = "cnry" + secrets.token_hex(12)
        script = base64.b64encode(f"#!/bin/sh\nexport DB_PASSWORD={text}\n".encode()).decode()
        self.plant(kind, text, script[16:60].encode())
        return script

    def hits(self, parts):
        """[(kind, place)] of every secret that is met in [(place, bytes)]."""
        return [(kind, place) for place, data in parts
                for kind, forms in self.planted.values() if any(form in data for form in forms)]

    def count(self):
        return len(self.planted)


def resources(canary):
    """The customer's account: what holds a secret, by type."""
    def arn(service, rest):
        return f"arn:aws:{service}:{REGION}:{CUSTOMER}:{rest}"

    def one(kind, document, **more):
        return {"type": kind, "region": REGION, "document": document, **more}

    out = []
    for i in range(50):
        variables = {VARIABLES[i % len(VARIABLES)]: canary.make("Lambda variable")}
        out.append(one("AWS::Lambda::Function", {
            "FunctionName": f"{MARKER}-{i}", "FunctionArn": arn("lambda", f"function:f{i}"), "Runtime": "python3.12",
            "Environment": {"Variables": variables}}))
    for i in range(40):
        out.append(one("AWS::EC2::Instance", {
            "InstanceId": f"i-{i:017}", "InstanceType": "t3.large", "State": {"Code": 16, "Name": "running"},
            "Tags": [{"Key": "Name", "Value": MARKER}], "UserData": {"Value": canary.encoded("user data")}}))
    for i in range(30):
        task = arn("ecs", f"task-definition/t{i}:1")
        out.append(one("AWS::ECS::TaskDefinition", {"taskDefinition": {
            "taskDefinitionArn": task, "family": f"t{i}", "revision": 1, "status": "ACTIVE", "containerDefinitions": [
                {"name": "web", "image": "web:1",
                 "environment": [{"name": VARIABLES[i % 5], "value": canary.make("ECS environment")}]}]}}, listed=task))
    for i in range(15):
        out.append(one("AWS::CloudFormation::Stack", {
            "StackId": arn("cloudformation", f"stack/s{i}/1"), "StackName": f"s{i}", "StackStatus": "CREATE_COMPLETE",
            "CreationTime": "2025-01-01T00:00:00Z",
            "Parameters": [{"ParameterKey": "Word", "ParameterValue": canary.make("CloudFormation parameter")}],
            "Outputs": [{"OutputKey": "Place", "OutputValue": canary.make("CloudFormation output")}]}))
    for i in range(10):
        template = f"lt-{i:017}"
        out.append(one("AWS::EC2::LaunchTemplate", {
            "LaunchTemplateId": template, "LaunchTemplateName": f"l{i}", "Versions": [
                {"LaunchTemplateId": template, "VersionNumber": 1,
                 "LaunchTemplateData": {"UserData": canary.encoded("launch template")}}]}))
    for i in range(5):
        out.append(one("AWS::Glue::Job", {"Name": f"g{i}", "DefaultArguments": {"--word": canary.make("Glue argument")}}))
        out.append(one("AWS::SQS::Queue", {
            "QueueArn": arn("sqs", f"q{i}"), "VisibilityTimeout": "30"},
            listed=f"https://sqs.{REGION}.amazonaws.com/{CUSTOMER}/q{i}"))
    shapes = ["https://user:{}@db.example.com/", "ghp_{}abcdefgh",
              "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----"]
    for i, shape in enumerate(shapes * 2):
        text = canary.make("credential in a tag", shape)
        out.append(one("AWS::EC2::VPC", {
            "VpcId": f"vpc-{i:017}", "CidrBlock": "10.0.0.0/16", "State": "available",
            "Tags": [{"Key": "Name", "Value": MARKER}, {"Key": "note", "Value": text}]}))
    return out


def scenario(folder, canary):
    policies = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    users = {"123456789012": ("patrol", "AKIAPATROLDEMOSERVER", "simulated-patrol-server-key"),
             CUSTOMER: ("admin", "AKIAACMEPRODUCTADMIN", "simulated-acme-admin-key")}
    accounts = [{"id": number, "alias": name, "regions": [REGION], "users": [
        {"name": name, "access_key_id": key, "secret_access_key": secret, "policies": policies}]}
        for number, (name, key, secret) in users.items()]
    accounts[1]["resources"] = resources(canary)
    path = folder / "scenario.yaml"
    path.write_text(json.dumps({"page_size": 50, "accounts": accounts}))  # JSON is YAML
    return path


class Context:
    def __init__(self, patrol):
        self.canary, self.folder = Canaries(), pathlib.Path(tempfile.mkdtemp(prefix="patrol-canaries-"))
        self.patrol, self.hook = patrol, HookReceiver()
        self.cloud = Simulator(patrol, "--scenario", str(scenario(self.folder, self.canary)))
        self.files = self.folder / "secrets"
        (self.files / "notify").mkdir(parents=True)
        self.server = Server(patrol, {
            **self.cloud.server_environment(), "PATROL_LOG_LEVEL": "debug", "PATROL_SECRETS_DIR": str(self.files),
            "PATROL_ALLOW_ENDPOINTS": "127.0.0.0/8"}, folder=self.folder / "server").start()
        self.api = self.server.api()
        self.own_secrets()
        self.account = self.api.post("/cloud-accounts", {"name": MARKER, "provider": "aws"})["id"]
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        self.canary.plant("connect token", token)
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr
        self.story()

    def own_secrets(self):
        """What people and operators give to Patrol itself."""
        for i in range(20):
            self.api.post("/secrets", {"name": f"sealed {i}", "manager": "sealed", "value": self.canary.make("sealed secret")})
        for i in range(5):
            (self.files / f"notify/{i}").write_text(self.canary.make("secret in a file"))
            channel = self.api.post("/notification-channels", {
                "name": f"hook {i}", "kind": "webhook", "webhook": {
                    "url": f"{self.hook.url}/{i}", "secret": {"manager": "file", "ref": f"notify/{i}"}}})
            assert self.api.post(f"/notification-channels/{channel['id']}/test")["ok"]
        for secret in self.api.all("/secrets"):
            assert self.api.post(f"/secrets/{secret['id']}/test")["ok"]
        for i in range(5):
            self.canary.plant("API token", self.api.post("/tokens", {"name": f"t{i}", "role": "viewer"})["token"])
        visitor = Visitor(self.server.url)
        for _ in range(5):
            visitor.sign_in()
            self.canary.plant("session", visitor.cookie)
            visitor.sign_in(password=self.canary.make("wrong password"))
        self.canary.plant("password", PASSWORD)
        self.canary.plant("API token", self.api.token)

    def story(self):
        """A scan, a baseline, changed secrets, a scan that fails in places, drift, notifications."""
        first = self.api.scan(self.account)
        assert first["snapshot_id"] and first["counts"]["resources"] > 150, first
        self.api.post(f"/snapshots/{first['snapshot_id']}/accept-as-baseline", {"note": MARKER})
        changes = [{"account": CUSTOMER, "type": "AWS::Lambda::Function", "region": REGION, "id": f"{MARKER}-{i}", "set": {
            "Environment": {"Variables": {VARIABLES[i % 5]: self.canary.make("changed Lambda variable")}}}} for i in range(10)]
        assert self.cloud.control("changes", changes).status == 200
        self.cloud.control("faults", [{"service": "sqs", "code": "Broken", "status": 400,
                                       "message": "token=" + self.canary.make("error message", "ghp_{}abcdefgh")}])
        self.second = self.api.scan(self.account)
        self.first = first
        self.cloud.control("faults", [])

    def stop(self):
        self.server.stop()
        self.cloud.stop()
        self.hook.stop()


def answers(c):
    """[(place, bytes)] of every GET of the API, with the ids of everything that is there."""
    snapshots = [c.first["snapshot_id"], c.second["snapshot_id"]]
    ids = {"/cloud-accounts/": [c.account], "/scans/": [c.first["id"], c.second["id"]], "/snapshots/": snapshots,
           "/resources/": [each["id"] for each in c.api.all("/resources")],
           "/changes/": [each["id"] for each in c.api.all("/changes")],
           "/change-sets/": [each["id"] for each in c.api.all("/change-sets")],
           "/notification-channels/": [each["id"] for each in c.api.all("/notification-channels")]}
    parts = []
    for method, path, role in attacks.routes():
        if method != "GET" or role == "connect_token" or path == "/api/v1/events":
            continue
        known = next((found for prefix, found in ids.items() if prefix + "{id}" in path), ["acc_" + ID])
        for each in known if "{" in path else [""]:
            filled = path.replace("{id}", each).replace("{other}", snapshots[1])
            for query in ("?limit=500", "?limit=500&fields=document", "?by=type", ""):
                answer = c.api.send("GET", filled + query)
                if answer.status == 200:
                    parts.append((filled + query, answer.text.encode()))
    return parts


def events(c):
    """What the stream of events says from its beginning on."""
    stream = Raw(c.server, timeout_s=2).send(
        f"GET /api/v1/events?topics=account:{c.account},drift,scan:{c.second['id']} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {c.api.token}\r\nLast-Event-ID: 1\r\n\r\n")
    received, _ = stream.read_all()
    stream.close()
    return [("/api/v1/events", received)]


def searched(c, what, parts):
    """No canary may be met. How often the marker is met tells that the search can see."""
    hits = c.canary.hits(parts)
    size = sum(len(data) for _, data in parts)
    markers = sum(data.count(MARKER.encode()) for _, data in parts)
    assert not hits, (what, len(hits), hits[:10])
    return f"{c.canary.count()} canaries, 0 hits in {len(parts)} parts, {size / 1e6:.1f} MB; marker met {markers} times"


@row(27, "200 planted secrets: databases and their logs of changes", "0 hits")
def in_the_database(c):
    assert c.canary.count() >= 200, c.canary.count()
    zstd = stored_bytes.Zstd()
    parts, unpacked = stored_bytes.files_of(c.server.folder / "data"), 0
    for database in sorted((c.server.folder / "data").glob("*.db")):
        rows, frames = stored_bytes.rows_of(database, zstd)
        parts += rows
        unpacked += frames
    told = searched(c, "database", parts)
    names = {pathlib.Path(place.split(":")[0]).name for place, _ in parts}
    assert unpacked > 100 and {"patrol.db", "patrol.db-wal", "journal.db"} <= names, (unpacked, names)
    assert any(MARKER.encode() in data for place, data in parts if "unpacked" in place), "no document was unpacked"
    return f"{told}; {unpacked} frames unpacked"


@row(27, "200 planted secrets: every answer of the API and the stream of events", "0 hits")
def in_answers(c):
    parts = answers(c)
    assert any(MARKER.encode() in data for _, data in parts)
    assert sum("fields=document" in place for place, _ in parts) > 5
    return searched(c, "answers", parts + events(c))


@row(27, "200 planted secrets: the log at its most talkative, and what receivers were told", "0 hits")
def in_logs(c):
    log = (c.server.folder / "server.log").read_bytes()
    assert b"owner@patrol.example" in log, "the log says nothing"
    told = [("hook", json.dumps(each["headers"]).encode() + each["body"]) for each in c.hook.requests]
    assert told
    return searched(c, "log", [("log", log), *told])


@row(27, "200 planted secrets: `patrol backup`", "0 hits")
def in_a_backup(c):
    target = c.folder / "backup.db"
    done = c.server.run("backup", str(target), "--data", str(c.server.folder / "data"))
    assert done.returncode == 0, done.stderr
    zstd = stored_bytes.Zstd()
    rows, unpacked = stored_bytes.rows_of(target, zstd)
    assert unpacked > 100 and any(MARKER.encode() in data for _, data in rows)
    return searched(c, "backup", [("backup", target.read_bytes()), *rows])


@row(27, "a changed Lambda variable", "drift that says that a secret changed, and not what it is")
def changed_secret(c):
    changes = c.api.all("/changes?q=state%3Dopen")
    paths = [(path["path"], json.dumps(path)) for each in changes
             for path in c.api.get(f"/changes/{each['id']}")["paths"]]
    secret = [text for path, text in paths if "Environment" in path]
    assert len(secret) == 10, paths
    assert all("patrol-redacted:v1:" in text or "secret" in text for text in secret), secret[0]
    return f"{len(secret)} secrets changed"


@row(27, "200 planted secrets: /proc/*/environ and command lines of the server's processes", "0 hits")
def in_environments(c):
    parts = []
    for pid in family(c.server.process.pid):
        for name in ("environ", "cmdline"):
            try:
                parts.append((f"/proc/{pid}/{name}", pathlib.Path(f"/proc/{pid}/{name}").read_bytes()))
            except OSError:
                pass  # another user's, or ended: nothing to be read
    assert any(b"PATROL_SECRETS_DIR" in data for _, data in parts), "nothing was read"
    return searched(c, "environment", parts)


def family(pid):
    """The process and all below it."""
    out = [pid]
    for child in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for each in child.read_text().split():
            out += family(int(each))
    return out


@row(27, "200 planted secrets: the memory of the idle server",
     "no secret, password or token that was sent to it; what is left of documents is told")
def in_memory(c):
    time.sleep(2)
    try:
        parts = [part for pid in family(c.server.process.pid) for part in stored_bytes.memory_of(pid)]
    except PermissionError:
        return "not readable for this user, which is what others meet too"
    if not parts:
        return "not readable for this user, which is what others meet too"
    hits = c.canary.hits(parts)
    kinds = {kind: sum(each == kind for each, _ in hits) for kind, _ in hits}
    credentials = {"sealed secret", "secret in a file", "password", "wrong password", "session", "API token", "connect token"}
    assert not credentials & set(kinds), kinds
    return f"{sum(len(data) for _, data in parts) / 1e6:.0f} MB read; left: {kinds or 'nothing'}"


@row(27, "the server killed by a signal that writes a core file", "no core file")
def core_file(c):
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    limits = pathlib.Path(f"/proc/{c.server.process.pid}/limits").read_text()
    line = next(each for each in limits.splitlines() if each.startswith("Max core file size"))
    assert line.split()[4:6] == ["0", "0"], line
    for pid in family(c.server.process.pid):
        status = pathlib.Path(f"/proc/{pid}/stat")
        assert status.exists()
    c.server.process.send_signal(signal.SIGSEGV)
    c.server.process.wait()
    cores = [path for path in [*c.server.folder.rglob("core*"), *pathlib.Path(".").glob("core*")] if path.is_file()]
    assert not cores, cores


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
