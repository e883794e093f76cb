"""The secret managers of the real server, end to end: each value is used by a notification channel whose hook receives
it, each failure is what `POST /secrets/{id}/test` says. AWS is moto; Vault, Google and Azure are fakes that check
logins as the real ones do. Then the master key: rotation under SIGKILL. No value shows up anywhere else.

usage: secret_managers.py --patrol PATH
"""
import os
import pathlib
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.fake_vault import FakeVault  # noqa: E402
from harness.hook_receiver import HookReceiver  # noqa: E402
from harness.patrol_server import Server, free_port  # noqa: E402

try:
    from harness.fake_azure import FakeAzure
    from harness.fake_google import FakeGoogle
except ImportError:
    FakeAzure = FakeGoogle = None


class World:
    def __init__(self, patrol):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patrol-secrets-"))
        self.canaries, self.answers, self.count = [], [], 0
        self.hook = HookReceiver()
        self.vault = FakeVault()
        self.google = FakeGoogle() if FakeGoogle else None
        self.azure = FakeAzure() if FakeAzure else None
        self.moto = None
        if suite.have("moto_server"):
            from harness.moto_server import MotoServer
            self.moto = MotoServer()
        self.secret_id = self.canary("secret-id")
        self.vault.allow("approle", "role-1", self.secret_id, "secret/patrol/", "old/patrol/")
        (self.folder / "secret-id").write_text(self.secret_id + "\n")
        self.environment_value = self.canary("variable")
        self.server = Server(patrol, self.environment(), folder=self.folder / "server").start()
        self.api = self.server.api()

    def environment(self):
        environment = {
            "PATROL_ALLOW_ENDPOINTS": "127.0.0.0/8", "PATROL_VAULT_ADDR": self.vault.url, "PATROL_VAULT_AUTH": "approle",
            "PATROL_VAULT_ROLE": "role-1", "PATROL_VAULT_CREDENTIAL_FILE": str(self.folder / "secret-id"),
            "PATROL_SECRET_NOTIFY_HOOK": self.environment_value}
        if self.moto:
            environment |= {"AWS_ENDPOINT_URL": self.moto.url, "AWS_ACCESS_KEY_ID": "AKIAPATROLSERVEROWN0",
                            "AWS_SECRET_ACCESS_KEY": "the server's own", "AWS_REGION": "eu-west-1"}
        if self.google:
            self.google.write_key(self.folder / "google.json")
            environment |= {"GOOGLE_APPLICATION_CREDENTIALS": str(self.folder / "google.json"),
                            "PATROL_GCP_SECRETS_URL": self.google.url}
        if self.azure:
            self.canaries.append(self.azure.secret)
            environment |= {"AZURE_TENANT_ID": FakeAzure.TENANT, "AZURE_CLIENT_ID": FakeAzure.CLIENT,
                            "AZURE_CLIENT_SECRET": self.azure.secret, "AZURE_AUTHORITY_HOST": self.azure.url,
                            "PATROL_AZURE_VAULT_URL": self.azure.url + "/{vault}"}
        return environment

    def canary(self, name):
        """A value that nobody may find anywhere; it is the address of a hook, so that using it shows."""
        value = f"{self.hook.url}/services/CANARY-{name}-{secrets.token_hex(12)}"
        self.canaries.append(value.rpartition("/")[2])
        return value

    def send(self, method, path, body=None):
        answer = self.api.send(method, "/api/v1" + path, body)
        self.answers.append(answer.text)
        return answer

    def add(self, manager, ref):
        self.count += 1
        return self.send("POST", "/secrets", {"name": f"s{self.count}", "manager": manager, "ref": ref})

    def test(self, manager, ref):
        """What the test of a secret says: None where it passes, else its sentence and hint."""
        made = self.add(manager, ref)
        assert made.status == 201, made.text
        report = self.send("POST", f"/secrets/{made.body['id']}/test", {}).body
        if report["ok"]:
            return None
        return " ".join(f"{check['detail']} {check['hint']}" for check in report["checks"])

    def use(self, manager, ref, value):
        """Posts to the address that the secret holds."""
        self.count += 1
        made = self.send("POST", "/notification-channels", {"name": f"c{self.count}", "kind": "slack", "slack": {
            "url": {"manager": manager, "ref": ref}}})
        assert made.status == 201, made.text
        tested = self.send("POST", f"/notification-channels/{made.body['id']}/test", {})
        assert tested.status == 200 and tested.body["ok"], tested.text
        path = value.removeprefix(self.hook.url)
        assert self.hook.wait(lambda request: request["path"] == path)

    def refused(self, manager, ref, field, words=""):
        answer = self.add(manager, ref)
        assert answer.status == 422 and answer.body["field"] == field, answer.text
        assert words in answer.text, answer.text

    def stop(self):
        self.server.stop()
        for each in (self.hook, self.vault, self.google, self.azure, self.moto):
            if each:
                each.stop()


def says(text, *words):
    assert text is not None, "the test passed"
    for word in words:
        assert word in text, text


def test_the_fake_vault_is_one_for_hvac(w):
    """Where python3-hvac is installed it is the judge of the fake."""
    try:
        import hvac
    except ImportError:
        print("         skipped: python3-hvac is not installed")
        return
    client = hvac.Client(url=w.vault.url, token=w.vault.root)
    assert client.is_authenticated()
    client.secrets.kv.v2.create_or_update_secret(path="hvac", secret={"a": "b"})
    assert client.secrets.kv.v2.read_secret_version(path="hvac")["data"]["data"] == {"a": "b"}
    assert hvac.Client(url=w.vault.url).auth.approle.login("role-1", w.secret_id)["auth"]["client_token"]


def test_vault(w):
    first, second, old = w.canary("vault-1"), w.canary("vault-2"), w.canary("vault-old")
    w.vault.write("secret/patrol/notify/hook", url=first, number=5)
    w.vault.write("secret/patrol/notify/hook", url=second)
    w.vault.write("old/patrol/notify/hook", url=old)
    w.use("vault", "secret/patrol/notify/hook#url", second)
    w.use("vault", "secret/patrol/notify/hook#url@1", first)
    w.use("vault", "old/patrol/notify/hook#url", old)
    assert w.vault.logged_in("approle") == 1, w.vault.seen
    w.vault.revoke_all()
    assert w.test("vault", "secret/patrol/notify/hook#url") is None
    assert w.vault.logged_in("approle") == 2
    w.vault.write("secret/other/key", key=w.canary("forbidden"))
    says(w.test("vault", "secret/other/key#key"), "did not let Patrol read", "secret/data/other/key")
    says(w.test("vault", "secret/patrol/none#key"), "no secret at")
    says(w.test("vault", "secret/patrol/notify/hook#none"), "no text field")
    says(w.test("vault", "secret/patrol/notify/hook#number@1"), "no text field")
    says(w.test("vault", "old/patrol/notify/hook#url@1"), "keeps no versions")
    says(w.test("vault", "database/creds/role#password"), "Vault")
    w.vault.delete_newest("secret/patrol/notify/hook")
    says(w.test("vault", "secret/patrol/notify/hook#url"), "was deleted", "undelete")
    w.vault.sealed = True
    says(w.test("vault", "old/patrol/notify/hook#url"), "sealed")
    w.vault.sealed = False
    w.vault.revoke_all()
    (w.folder / "secret-id").write_text("another")
    says(w.test("vault", "old/patrol/notify/hook#url"), "refused Patrol's login", "PATROL_VAULT_ROLE")
    (w.folder / "secret-id").write_text(w.secret_id)
    assert w.test("vault", "old/patrol/notify/hook#url") is None
    for bad in ("secret/../sys/raw#x", "secret//a#x", "secret/%2e%2e/a#x", "secret/a", "https://evil.example/a#x"):
        w.refused("vault", bad, "ref")


def test_a_channel_uses_only_what_was_put_aside_for_channels(w):
    for manager, ref in (("vault", "secret/patrol/key#x"), ("aws_ssm", "/patrol/key"), ("azure_key_vault", "acme/key"),
                         ("gcp_secret_manager", "projects/p/secrets/key"), ("aws_secrets_manager", "patrol/key")):
        answer = w.send("POST", "/notification-channels", {"name": "thief", "kind": "slack",
                                                           "slack": {"url": {"manager": manager, "ref": ref}}})
        assert answer.status == 422 and answer.body["field"] == "slack.url.ref", answer.text


def test_aws(w):
    if not w.moto:
        print("         skipped: moto_server is not installed")
        return
    import json

    import boto3
    keys = {"aws_access_key_id": "writer", "aws_secret_access_key": "writer", "endpoint_url": w.moto.url}
    text, field, parameter, elsewhere = (w.canary("aws-" + name) for name in ("text", "json", "ssm", "region"))
    manager = boto3.client("secretsmanager", region_name="eu-west-1", **keys)
    manager.create_secret(Name="patrol/notify/text", SecretString=text)
    manager.create_secret(Name="patrol/notify/json", SecretString=json.dumps({"url": field, "other": 1}))
    manager.create_secret(Name="patrol/notify/gone", SecretString="x")
    manager.delete_secret(SecretId="patrol/notify/gone")
    arn = boto3.client("secretsmanager", region_name="us-east-1", **keys).create_secret(
        Name="patrol/notify/text", SecretString=elsewhere)["ARN"]
    store = boto3.client("ssm", region_name="eu-west-1", **keys)
    store.put_parameter(Name="/patrol/notify/hook", Value=parameter, Type="SecureString")
    w.use("aws_secrets_manager", "patrol/notify/text", text)
    w.use("aws_secrets_manager", "patrol/notify/json#url", field)
    w.use("aws_secrets_manager", arn, elsewhere)
    w.use("aws_ssm", "/patrol/notify/hook", parameter)
    w.use("aws_ssm", "/patrol/notify/hook:1", parameter)
    says(w.test("aws_secrets_manager", "patrol/none"), "in this region", "AWS_REGION")
    says(w.test("aws_secrets_manager", "patrol/notify/text#url"), "no JSON object")
    says(w.test("aws_secrets_manager", "patrol/notify/json#other"), "no text field")
    says(w.test("aws_secrets_manager", "patrol/notify/gone"), "marked for deletion")
    says(w.test("aws_ssm", "/patrol/none"), "/patrol/none")
    w.refused("aws_ssm", "/patrol/../x", "ref")
    w.refused("aws_secrets_manager", "arn:aws:s3:::bucket", "ref")


def test_google(w):
    if not w.google:
        print("         skipped: Python's cryptography is not installed")
        return
    value, older = w.canary("google"), w.canary("google-old")
    name = "projects/acme/secrets/patrol-notify-hook"
    w.google.values |= {name + "/versions/latest": value.encode(), name + "/versions/1": older.encode(),
                        "projects/acme/secrets/damaged/versions/latest": b"x",
                        "projects/acme/secrets/binary/versions/latest": b""}
    w.google.wrong_sum.add("projects/acme/secrets/damaged/versions/latest")
    w.google.denied.add("projects/acme/secrets/closed/versions/latest")
    w.use("gcp_secret_manager", name, value)
    w.use("gcp_secret_manager", name + "/versions/1", older)
    assert w.google.logins == 1
    says(w.test("gcp_secret_manager", "projects/acme/secrets/damaged"), "checksum")
    says(w.test("gcp_secret_manager", "projects/acme/secrets/binary"), "empty")
    says(w.test("gcp_secret_manager", "projects/acme/secrets/closed"), "roles/secretmanager.secretAccessor")
    says(w.test("gcp_secret_manager", "projects/acme/secrets/none"), "versions/latest")
    w.google.tokens.clear()
    assert w.test("gcp_secret_manager", name) is None
    from cryptography.hazmat.primitives.asymmetric import rsa
    w.google.write_key(w.folder / "google.json", rsa.generate_private_key(public_exponent=65537, key_size=2048))
    w.google.tokens.clear()
    says(w.test("gcp_secret_manager", name), "refused the server's credentials")
    w.google.write_key(w.folder / "google.json")
    assert w.test("gcp_secret_manager", name) is None
    w.refused("gcp_secret_manager", "projects/acme/secrets/x:destroy", "ref")


def test_azure(w):
    if not w.azure:
        print("         skipped: Python's cryptography is not installed")
        return
    value = w.canary("azure")
    w.azure.values |= {"acme-ops/patrol-notify-hook": value, "evil-vault/key": "x"}
    w.azure.refused |= {"acme-ops/walled": "ForbiddenByFirewall", "acme-ops/rbac": "ForbiddenByRbac"}
    w.azure.evil.add("evil-vault")
    w.use("azure_key_vault", "acme-ops/patrol-notify-hook", value)
    assert w.azure.logins == 1
    says(w.test("azure_key_vault", "acme-ops/walled"), "firewall")
    says(w.test("azure_key_vault", "acme-ops/rbac"), "Key Vault Secrets User")
    says(w.test("azure_key_vault", "acme-ops/none"), "no secret none")
    says(w.test("azure_key_vault", "evil-vault/key"), "sent it none")
    assert w.azure.tokens_at_evil == 0
    w.azure.tokens.clear()
    assert w.test("azure_key_vault", "acme-ops/patrol-notify-hook") is None
    w.refused("azure_key_vault", "evil.example/key", "ref")
    w.refused("azure_key_vault", "acme-ops/a_b", "ref")


def test_an_account_with_an_endpoint_of_its_own_gets_no_other_secret(w):
    """The access key ID travels in clear: whoever names the endpoint would read it there."""
    ref = {"manager": "env", "ref": "PATROL_SECRET_NOTIFY_HOOK"}
    made = w.send("POST", "/cloud-accounts", {"name": "thief", "provider": "aws", "endpoint_url": w.hook.url, "auth": {
        "kind": "access_keys", "access_key_id": ref, "secret_access_key": ref}})
    assert made.status == 201, made.text
    before = len(w.hook.requests)
    tested = w.send("POST", f"/cloud-accounts/{made.body['id']}/test", {})
    assert tested.status != 200 or not tested.body["ok"], tested.text
    assert "does not look like one" in tested.text, tested.text
    assert len(w.hook.requests) == before


def test_variables_leave_the_environment_and_still_serve(w):
    w.use("env", "PATROL_SECRET_NOTIFY_HOOK", w.environment_value)
    environment = pathlib.Path(f"/proc/{w.server.process.pid}/environ").read_bytes().decode()
    assert "PATROL_VAULT_ADDR=" in environment
    for canary in w.canaries:
        assert canary not in environment, canary


def test_no_value_is_anywhere_else(w):
    texts = {"answers": "\n".join(w.answers).encode(), "log": w.server.log_text().encode()}
    for path in ("/secrets", "/notification-channels", "/notification-deliveries"):
        texts["GET " + path] = w.send("GET", path).text.encode()
    for file in (w.server.folder / "data").rglob("*"):
        if file.is_file():
            texts[file.name] = file.read_bytes()
    assert len(w.canaries) >= 5
    for name, text in texts.items():
        for canary in w.canaries:
            assert canary.encode() not in text, f"{canary} in {name}"


def test_managers_that_are_not_set_up_name_their_setting(w):
    bare = Server(w.server.patrol, folder=w.folder / "bare").start()
    try:
        api = bare.api()
        for manager, ref, setting in (
                ("vault", "secret/a#b", "PATROL_VAULT_ADDR"), ("aws_ssm", "/a", "AWS_REGION"),
                ("aws_secrets_manager", "a", "AWS_REGION"), ("azure_key_vault", "acme/a", "AZURE_TENANT_ID"),
                ("gcp_secret_manager", "projects/p/secrets/s", "GOOGLE_APPLICATION_CREDENTIALS")):
            answer = api.send("POST", "/api/v1/secrets", {"name": manager, "manager": manager, "ref": ref})
            assert answer.status == 422 and answer.body["field"] == "manager", answer.text
            assert setting in answer.text, answer.text
    finally:
        bare.stop()


def test_vault_at_patrols_own_address_is_refused(w):
    port = free_port()
    done = subprocess.run([w.server.patrol, "server", "--listen", f"127.0.0.1:{port}", "--data", str(w.folder / "own"),
                           "--vault-addr", f"http://localhost:{port}"], capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "HOME": str(w.folder), "AWS_EC2_METADATA_DISABLED": "true"})
    assert done.returncode != 0 and "Patrol's own address" in done.stderr, done.stderr


def rotate(w, kill_after_s=None):
    process = subprocess.Popen([w.server.patrol, "server", "rotate-master-key", "--data", str(w.server.folder / "data")],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env={"PATH": os.environ["PATH"], "HOME": str(w.folder)})
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        process.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


def test_the_master_key_is_rotated_beside_the_server_and_under_kills(w):
    data = w.server.folder / "data"
    made = [w.api.post("/secrets", {"name": f"sealed {i}", "manager": "sealed", "value": f"value {i}"})["id"]
            for i in range(400)]

    def all_open(ids):
        for each in ids:
            report = w.api.post(f"/secrets/{each}/test", {})
            assert report["ok"], report

    first_key = (data / "master.key").read_bytes()
    start = time.monotonic()
    code, text = rotate(w)
    assert code == 0, text
    one_rotation_s = time.monotonic() - start
    kills = 0
    for _ in range(12):
        code, _ = rotate(w, kill_after_s=random.uniform(0.0, one_rotation_s))
        kills += code == -signal.SIGKILL
        all_open(random.sample(made, 20))
    code, text = rotate(w)
    assert code == 0, text
    assert kills > 0
    print(f"         {kills} of 12 rotations were killed; then: {text.splitlines()[0]}")
    late = w.api.post("/secrets", {"name": "late", "manager": "sealed", "value": "late"})["id"]
    all_open(made + [late])
    assert (data / "master.key").read_bytes() != first_key
    assert not (data / "master.key.next").exists()
    assert (data / "master.key").stat().st_mode & 0o77 == 0
    w.server.stop()
    w.server.start()
    for old in data.glob("master.key.*.old"):
        old.unlink()
    all_open(made + [late])
    doctor = subprocess.run([w.server.patrol, "doctor", "--data", str(data)], capture_output=True, text=True, timeout=60,
                            env={"PATH": os.environ["PATH"], "HOME": str(w.folder), "AWS_EC2_METADATA_DISABLED": "true"})
    assert "master.key" in doctor.stdout, doctor.stdout + doctor.stderr


def test_a_key_from_the_environment(w):
    key = secrets.token_hex(32)
    server = Server(w.server.patrol, {"PATROL_MASTER_KEY": key}, folder=w.folder / "variable").start()
    api = server.api()
    made = api.post("/secrets", {"name": "sealed", "manager": "sealed", "value": "value"})["id"]
    assert api.post(f"/secrets/{made}/test", {})["ok"]
    assert not (server.folder / "data/master.key").exists()
    environment = pathlib.Path(f"/proc/{server.process.pid}/environ").read_bytes()
    assert key.encode() not in environment and b"PATROL_BOOTSTRAP_OWNER" in environment
    server.stop()
    new = server.folder / "new.key"
    done = subprocess.run([w.server.patrol, "server", "rotate-master-key", "--data", str(server.folder / "data"),
                           "--new-key-file", str(new)], capture_output=True, text=True, timeout=60,
                          env={**server.environment, "PATROL_MASTER_KEY": key})
    assert done.returncode == 0, done.stderr
    server.environment["PATROL_MASTER_KEY"] = new.read_bytes().hex()
    server.start()
    assert server.api().post(f"/secrets/{made}/test", {})["ok"]
    server.stop()
    credentials = w.folder / "credentials"
    credentials.mkdir()
    (credentials / "patrol-master-key").write_bytes(new.read_bytes())
    del server.environment["PATROL_MASTER_KEY"]
    server.environment["CREDENTIALS_DIRECTORY"] = str(credentials)
    server.start()
    assert server.api().post(f"/secrets/{made}/test", {})["ok"]
    server.stop()


if __name__ == "__main__":
    sys.exit(suite.main(World, globals()))
