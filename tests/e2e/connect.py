"""`patrol connect aws` as a customer's administrator meets it: tokens, prompts, takeovers, --dry-run,
--verify, --extended; against the real server and the simulated AWS."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.patrol_server import Api, Server, Simulator  # noqa: E402

ROLE = "arn:aws:iam::210987654321:role/PatrolReadOnly"
WRITES = ("iam.CreateRole", "iam.AttachRolePolicy", "iam.UpdateAssumeRolePolicy", "iam.TagRole", "iam.CreatePolicy")


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.account = self.api.post("/cloud-accounts", {"name": "acme", "provider": "aws"})["id"]

    def token(self, account=None):
        return self.api.post(f"/cloud-accounts/{account or self.account}/setup-command")["token"]

    def connect(self, *arguments, token=None, environment=None, stdin=None):
        given = ["--token", token] if token else []
        return self.server.run("connect", "aws", *given, *arguments,
                               environment={**self.cloud.customer_environment(), **(environment or {})}, stdin=stdin)

    def writes(self):
        calls = self.cloud.calls()
        return sum(calls.get(name, 0) for name in WRITES)

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def test_without_terminal_and_without_yes_nothing_is_done(c):
    token = c.token()
    done = c.connect(token=token)
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert c.writes() == 0
    assert c.connect("--dry-run", token=token).returncode == 0  # the token is still good


def test_dry_run_prints_the_calls_and_changes_nothing(c):
    done = c.connect("--dry-run", token=c.token())
    assert done.returncode == 0, done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["CreateRole", "AttachRolePolicy", "AttachRolePolicy"]
    assert c.writes() == 0


def test_verify_before_there_is_a_role(c):
    done = c.connect("--verify", token=c.token())
    assert done.returncode == 1 and "does not exist" in done.stderr, done.stderr


def test_bad_tokens_are_refused(c):
    good = c.token()
    for bad in (good[:-1], good[:-1] + ("0" if good[-1] != "0" else "1"), "pat_" + good[4:], "x", "pct_" + "A" * 49):
        done = c.connect("--yes", token=bad)
        assert done.returncode == 3, (bad, done.returncode, done.stderr)
    revoked, _ = good, c.token()
    assert c.connect("--yes", token=revoked).returncode == 3
    assert c.writes() == 0


def test_connect_by_environment_variable(c):
    done = c.connect("--yes", environment={"PATROL_CONNECT_TOKEN": c.token()})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == ROLE and len(done.stdout.splitlines()) == 1, done.stdout
    assert "210987654321" in done.stderr and "acme-production" in done.stderr, done.stderr
    account = c.api.get(f"/cloud-accounts/{c.account}")
    assert account["native_account_id"] == "210987654321" and account["status"] == "connected", account
    assert account["auth"]["role_arn"] == ROLE, account["auth"]


def test_used_token_is_gone(c):
    token = c.token()
    assert c.connect("--yes", token=token).returncode == 0
    again = c.connect("--yes", token=token)
    assert again.returncode == 3, (again.returncode, again.stderr)
    answer = Api(c.server.url, token).send("POST", "/api/v1/connect/exchange", {"nonce": "another-nonce"})
    assert answer.status == 410, answer.text


def test_second_run_changes_nothing(c):
    before = c.writes()
    done = c.connect("--yes", token=c.token())
    assert done.returncode == 0 and "already as it should be" in done.stderr, done.stderr
    assert c.writes() == before


def test_token_from_stdin(c):
    done = c.connect("--yes", stdin=c.token() + "\n")
    assert done.returncode == 0, done.stderr


def test_verify_of_a_good_role(c):
    done = c.connect("--verify", token=c.token())
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == ROLE, done.stderr


def test_foreign_role_is_left_alone_unless_forced(c):
    done = c.connect("--yes", "--role-name", "app-admin", token=c.token())
    assert done.returncode == 0, done.stderr
    c.cloud.control("trust", {"account": "210987654321", "role": "app-admin", "untag": True, "policy": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}})
    refused = c.connect("--yes", "--role-name", "app-admin", token=c.token())
    assert refused.returncode == 1 and "not made for Patrol" in refused.stderr, refused.stderr
    forced = c.connect("--yes", "--force", "--role-name", "app-admin", token=c.token())
    assert forced.returncode == 0, forced.stderr


def test_extended_attaches_a_managed_policy(c):
    done = c.connect("--yes", "--extended", token=c.token())
    assert done.returncode == 0, done.stderr
    verified = c.connect("--verify", "--extended", token=c.token())
    assert verified.returncode == 0, verified.stderr
    scan = c.api.scan(c.account)
    lines = c.api.all(f"/scans/{scan['id']}/coverage?q=status%3Dnot_granted")
    assert len({line["type"] for line in lines}) < 10, sorted({line["type"] for line in lines})[:20]


def test_another_account_cannot_use_the_token(c):
    globex = {"AWS_ACCESS_KEY_ID": "AKIAGLOBEXDEMOADMIN1", "AWS_SECRET_ACCESS_KEY": "simulated-globex-admin-key"}
    done = c.connect("--yes", token=c.token(), environment=globex)
    assert done.returncode == 1 and "expects 210987654321" in done.stderr, done.stderr


def test_same_account_twice_is_a_conflict(c):
    other = c.api.post("/cloud-accounts", {"name": "twin", "provider": "aws"})["id"]
    token = c.token(other)
    done = c.connect("--yes", "--role-name", "PatrolTwin", token=token)
    assert done.returncode == 1, done.stderr
    answer = c.api.send("PATCH", f"/api/v1/cloud-accounts/{other}", {"auth": {"kind": "role", "role_arn": ROLE}})
    assert answer.status == 409 and "acme" in answer.text, answer.text


def test_denied_iam_call_says_what_to_do(c):
    c.cloud.control("faults", [{"service": "iam", "operation": "UpdateAssumeRolePolicy", "code": "AccessDenied"},
                               {"service": "iam", "operation": "CreateRole", "code": "AccessDenied"}])
    done = c.connect("--yes", "--role-name", "Another", token=c.token())
    c.cloud.control("faults", [])
    assert done.returncode in (1, 3) and "iam:CreateRole" in done.stderr, done.stderr


def test_script_of_the_setup_card_runs(c):
    if not suite.have("aws"):
        print("         skipped: the AWS CLI is not installed")
        return
    import os
    import subprocess
    setup = c.api.get(f"/cloud-accounts/{c.account}/setup")
    for _ in range(2):
        done = subprocess.run(["bash", "-c", setup["aws_cli_script"]], capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "HOME": str(c.server.folder), **c.cloud.customer_environment()})
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == ROLE, done.stdout


if __name__ == "__main__":
    sys.exit(suite.main(Context, globals()))
