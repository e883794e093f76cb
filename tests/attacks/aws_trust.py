"""Attacks on the trust between Patrol and a customer's AWS account: whose role, whose external ID."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402

CUSTOMER, OWN = "210987654321", "123456789012"
ROLE = f"arn:aws:iam::{CUSTOMER}:role/PatrolReadOnly"
OPEN_TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWN}:root"}, "Action": "sts:AssumeRole"}]}


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol)
        self.server = Server(patrol, self.cloud.server_environment()).start()
        self.api = self.server.api()
        self.account = self.new_account("acme")

    def new_account(self, name):
        return self.api.post("/cloud-accounts", {"name": name, "provider": "aws"})["id"]

    def patch(self, account, body):
        etag = self.api.send("GET", f"/api/v1/cloud-accounts/{account}").headers["ETag"]
        return self.api.send("PATCH", f"/api/v1/cloud-accounts/{account}", body, {"If-Match": etag})

    def connect(self):
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token,
                               environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr

    def role_calls(self):
        return self.cloud.calls().get("sts.AssumeRole", 0)

    def stop(self):
        self.server.stop()
        self.cloud.stop()


def problem(answer, status, field):
    assert answer.status == status and answer.body.get("field", "").endswith(field), (answer.status, answer.text)


@row(1, "POST an account with an external_id of one's own", "422 naming the field")
def external_id_in_a_new_account(c):
    for body in ({"external_id": "x"}, {"auth": {"kind": "role", "external_id": "x"}},
                 {"auth": {"kind": "role", "patrol_principal": "arn:aws:iam::210987654321:root"}},
                 {"native_account_id": CUSTOMER}, {"status": "connected"}):
        answer = c.api.send("POST", "/api/v1/cloud-accounts", {"name": "a", "provider": "aws", **body})
        assert answer.status == 422 and answer.body["field"], (body, answer.text)


@row(2, "PATCH the external_id later", "422; it stays as it was")
def external_id_changed_later(c):
    before = c.api.get(f"/cloud-accounts/{c.account}")["auth"]["external_id"]
    for body in ({"external_id": "x"}, {"external_id": None}, {"auth": {"kind": "role", "external_id": "x"}},
                 {"native_account_id": "345678901234"}):
        answer = c.patch(c.account, body)
        assert answer.status == 422, (body, answer.status, answer.text)
    c.patch(c.account, {"auth": {"external_id": None}})  # a null is an absent member: nothing happens
    assert c.api.get(f"/cloud-accounts/{c.account}")["auth"]["external_id"] == before
    assert before.startswith("patrol-") and len(before) == len("patrol-") + 26, before


@row(3, "role ARN of another account than the bound one", "422, and no call to STS was made")
def role_of_another_account(c):
    c.connect()
    calls = c.role_calls()
    answer = c.patch(c.account, {"auth": {"kind": "role", "role_arn": "arn:aws:iam::345678901234:role/PatrolReadOnly"}})
    problem(answer, 422, "role_arn")
    token = c.api.post(f"/cloud-accounts/{c.account}/setup-command")["token"]
    answer = c.api.send("POST", "/api/v1/connect/complete", token=token, body={
        "provider": "aws", "aws": {"role_arn": "arn:aws:iam::345678901234:role/PatrolReadOnly"}})
    problem(answer, 422, "role_arn")
    answer = c.patch(c.account, {"auth": {"kind": "role", "role_arn": f"arn:aws-cn:iam::{CUSTOMER}:role/PatrolReadOnly"}})
    assert answer.status in (200, 422), answer.text
    assert c.role_calls() == calls, "STS was asked"
    c.patch(c.account, {"auth": {"kind": "role", "role_arn": ROLE}})


@row(4, "role ARN in Patrol's own account", "422, and no call to STS was made")
def role_of_patrol_itself(c):
    account, calls = c.new_account("own"), c.role_calls()
    own = f"arn:aws:iam::{OWN}:role/PatrolReadOnly"
    problem(c.patch(account, {"auth": {"kind": "role", "role_arn": own}}), 422, "role_arn")
    token = c.api.post(f"/cloud-accounts/{account}/setup-command")["token"]
    answer = c.api.send("POST", "/api/v1/connect/complete", token=token,
                        body={"provider": "aws", "aws": {"role_arn": own}})
    problem(answer, 422, "role_arn")
    assert c.role_calls() == calls, "STS was asked"


@row(7, "role ARN with a line break, %0a, 10 KB, digits of other scripts, wildcards, other services", "422")
def malformed_role(c):
    account = c.new_account("malformed")
    tried = [ROLE + "\n", "\n" + ROLE, ROLE.replace(":role/", ":role/\n"), ROLE + "%0a", ROLE + "\0", ROLE + " ",
             f"arn:aws:iam::{CUSTOMER}:role/" + "a" * 10_000, ROLE.replace(CUSTOMER, "٢١٠٩٨٧٦٥٤٣٢١"),
             ROLE.replace(CUSTOMER, "２１０９８７６５４３２１"), ROLE.replace(CUSTOMER, "*"), ROLE.replace(CUSTOMER, ""),
             ROLE.replace(CUSTOMER, CUSTOMER + "0"), ROLE.replace("iam", "sts"), ROLE.replace(":role/", ":user/"),
             ROLE.replace("::", ":us-east-1:"), f"arn:aws:iam::{CUSTOMER}:role/", f"arn:aws:iam::{CUSTOMER}:role/*",
             f"arn:evil:iam::{CUSTOMER}:role/a", f"arn:aws:iam::{CUSTOMER}:role/../a b", "x", "arn:aws:iam"]
    for arn in tried:
        answer = c.patch(account, {"auth": {"kind": "role", "role_arn": arn}})
        assert answer.status == 422, (arn[:80], answer.status, answer.text)
    return f"{len(tried)} forms"


@row(5, "role that opens without the external ID", "account is insecure_trust, the scan is refused, nothing is read")
def role_without_external_id(c):
    c.cloud.control("trust", {"account": CUSTOMER, "role": "PatrolReadOnly", "policy": OPEN_TRUST})
    report = c.api.post(f"/cloud-accounts/{c.account}/test")
    failed = {check["id"] for check in report["checks"] if check["status"] == "fail"}
    assert not report["ok"] and "external_id_required" in failed, report
    reads = c.cloud.calls().get("ec2.DescribeInstances", 0)
    scan = c.api.scan(c.account)
    assert scan["state"] == "failed" and not scan["snapshot_id"], scan
    assert c.api.get(f"/cloud-accounts/{c.account}")["status"] == "insecure_trust"
    assert c.cloud.calls().get("ec2.DescribeInstances", 0) == reads, "the account was read"


@row(5, "role that opens for any ID of Patrol's, or for anybody", "insecure_trust as well")
def role_for_everybody(c):
    statement = OPEN_TRUST["Statement"][0]
    for change in ({"Condition": {"StringLike": {"sts:ExternalId": "*"}}}, {"Principal": {"AWS": "*"}}):
        policy = {**OPEN_TRUST, "Statement": [{**statement, **change}]}
        c.cloud.control("trust", {"account": CUSTOMER, "role": "PatrolReadOnly", "policy": policy})
        report = c.api.post(f"/cloud-accounts/{c.account}/test")
        assert not report["ok"], (change, report)
        assert c.api.scan(c.account)["state"] == "failed", change


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
