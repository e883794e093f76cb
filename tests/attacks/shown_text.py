"""Attacks on those who look: names and tags of a customer's cloud that are markup, formulas, control
characters or paths, in every view. The console's own views are tests/web's."""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.mail_server import MailServer  # noqa: E402
from harness.patrol_server import Server, Simulator  # noqa: E402
from harness.visitor import Visitor  # noqa: E402

MARKUP = ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "{{7*7}}${7*7}<%= 7 %>",
          "javascript:alert(1)", "\u202etxt.exe\u2066", "a\u001b[31mred\u001b]0;title\u0007", "\u0000nul", "line\r\nbreak: x"]
FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1"]
PATHS = ["../../x", "..\\..\\x", "/etc/passwd", "a/../../b", "CON", "x" * 250]
HOSTILE = MARKUP + FORMULAS + PATHS
IN_XML = [text for text in HOSTILE if min(text) >= " "]  # the rest comes from services that speak JSON
BOTH = "type%20in%20(AWS::EC2::VPC,AWS::ECS::Cluster)"


def scenario(folder):
    """Two accounts; the customer's VPCs carry the hostile texts as names and tags."""
    resources = [{"type": "AWS::EC2::VPC", "region": "us-east-1", "document": {
        "VpcId": f"vpc-{i:017}", "State": "available", "CidrBlock": "10.0.0.0/16",
        "Tags": [{"Key": "Name", "Value": text}, {"Key": text[:100], "Value": text}]}} for i, text in enumerate(IN_XML)]
    for i, text in enumerate(text for text in HOSTILE if text not in IN_XML):
        arn = f"arn:aws:ecs:us-east-1:210987654321:cluster/c{i}"
        resources.append({"type": "AWS::ECS::Cluster", "region": "us-east-1", "listed": arn, "document": {
            "clusterArn": arn, "clusterName": text, "status": "ACTIVE", "tags": [{"key": "Name", "value": text}]}})
    user = "arn:aws:iam::aws:policy/AdministratorAccess"
    accounts = [
        {"id": "123456789012", "alias": "patrol", "regions": ["us-east-1"], "users": [
            {"name": "patrol", "access_key_id": "AKIAPATROLDEMOSERVER",
             "secret_access_key": "simulated-patrol-server-key", "policies": [user]}]},
        {"id": "210987654321", "alias": "acme", "regions": ["us-east-1"], "resources": resources, "users": [
            {"name": "admin", "access_key_id": "AKIAACMEPRODUCTADMIN",
             "secret_access_key": "simulated-acme-admin-key", "policies": [user]}]}]
    path = folder / "scenario.yaml"
    path.write_text(json.dumps({"page_size": 50, "accounts": accounts}))  # JSON is YAML
    return path


class Context:
    def __init__(self, patrol):
        self.cloud = Simulator(patrol, "--scenario", str(scenario(pathlib.Path(tempfile.mkdtemp(prefix="patrol-text-")))))
        self.mail = MailServer()
        self.server = Server(patrol, {**self.cloud.server_environment(), "PATROL_ALLOW_ENDPOINTS": "127.0.0.0/8"}).start()
        self.api = self.server.api()
        self.account = self.api.post("/cloud-accounts", {"name": "<b>acme</b>", "provider": "aws"})["id"]
        token = self.api.post(f"/cloud-accounts/{self.account}/setup-command")["token"]
        done = self.server.run("connect", "aws", "--yes", "--token", token, environment=self.cloud.customer_environment())
        assert done.returncode == 0, done.stderr
        self.snapshot = self.api.scan(self.account)["snapshot_id"]

    def stop(self):
        self.server.stop()
        self.cloud.stop()
        self.mail.stop()


def is_inert(text):
    """No control characters but line ends, no bidirectional overrides."""
    return not [each for each in text if (ord(each) < 32 and each not in "\r\n\t") or ord(each) == 127
                or 0x80 <= ord(each) < 0xa0 or each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]


@row(38, "markup, formulas, control and bidirectional characters as names and tags: API", "JSON that no browser takes for a page")
def api_answers(c):
    visitor = Visitor(c.server.url, token=c.api.token)
    answer = visitor.api("GET", "/resources?q=" + BOTH)
    assert answer.status == 200 and answer.body["total"] == len(HOSTILE), answer.text[:300]
    assert answer.headers["Content-Type"].startswith("application/json"), answer.headers["Content-Type"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    kept = {each["name"] for each in answer.body["items"]}
    assert MARKUP[0] in kept and FORMULAS[0] in kept, "the inventory tells the truth"
    for text in HOSTILE[:6]:
        problem = visitor.api("GET", "/resources?" + "q=" + "%28" + text.encode().hex())
        assert problem.headers["Content-Type"] == "application/problem+json"
    page = visitor.send("GET", "/resources/%3Cscript%3Ealert(1)%3C/script%3E?q=<script>alert(1)</script>")
    assert "alert(1)" not in page.text


@row(38, "the same in tables of the command line", "no control character reaches the terminal")
def terminal_tables(c):
    for arguments in (("resource", "search", "--q", "type in (AWS::EC2::VPC,AWS::ECS::Cluster)"), ("snapshot", "resources", c.snapshot),
                      ("account", "list")):
        done = c.server.run(*arguments)
        assert done.returncode == 0, done.stderr
        assert is_inert(done.stdout + done.stderr), repr(done.stdout)


@row(38, "the same in CSV", "cells that are formulas are prefixed")
def csv_cells(c):
    done = c.server.run("resource", "search", "--q", "type in (AWS::EC2::VPC,AWS::ECS::Cluster)", "--output", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))
    cells = [cell for line in rows for cell in line]
    assert len(rows) == len(HOSTILE) + 1, len(rows)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")], cells
    assert any(cell.startswith("'=cmd") for cell in cells), cells


@row(38, "the same in e-mail", "plain text and escaped HTML, one line as the subject")
def mail(c):
    channel = c.api.post("/notification-channels", {"name": "mail", "kind": "email", "email": {
        "host": "127.0.0.1", "port": c.mail.port, "security": "none", "from": "patrol@example.com",
        "to": ["ops@example.com"]}})
    c.api.post("/notification-routes", {"channel_id": channel["id"], "min_severity": "info"})
    c.api.post(f"/snapshots/{c.snapshot}/accept-as-baseline", {})
    for i, text in enumerate(text for text in MARKUP if text in IN_XML):
        c.cloud.control("changes", [{"account": "210987654321", "op": "add", "type": "AWS::EC2::SecurityGroup",
                                     "region": "us-east-1", "document": {
                                         "GroupId": f"sg-{i:017}", "GroupName": text, "Description": text, "IpPermissions": [
                                             {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}}])
    c.api.scan(c.account)
    kept = c.mail.wait(lambda each: True, timeout_s=90)["message"]
    plain, page = (kept.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert is_inert(kept["Subject"] + plain + page), (kept["Subject"], plain)
    assert "<img" not in page and "<script" not in page and "<b>acme" not in page, page
    assert "&lt;b&gt;acme" in page, page


@row(39, "resource named ../../x: answers of the API and exports of the command line",
     "no answer names a file; exports go to the output and make none")
def export_names(c):
    ids = {"/snapshots/": c.snapshot, "/cloud-accounts/": c.account,
           "/resources/": c.api.get("/resources?limit=1&q=" + BOTH)["items"][0]["id"],
           "/scans/": c.api.all(f"/cloud-accounts/{c.account}/scans")[0]["id"]}
    answered = 0
    for method, path, role in attacks.routes():
        known = next((one for part, one in ids.items() if part + "{id}" in path), None)
        if method != "GET" or role == "connect_token" or path == "/api/v1/events" or ("{" in path and not known):
            continue
        answer = c.api.send("GET", path.replace("{id}", known or "").replace("{other}", c.snapshot))
        answered += answer.status == 200
        assert "Content-Disposition" not in answer.headers, path
    assert answered > 30, answered
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for arguments in (("resource", "search", "--q", "type in (AWS::EC2::VPC,AWS::ECS::Cluster)", "--output", "csv"),
                              ("snapshot", "resources", c.snapshot, "--output", "json"), ("audit", "export")):
                done = c.server.run(*arguments)
                assert done.returncode == 0 and done.stdout, (arguments, done.stderr)
        finally:
            os.chdir(before)
        assert not os.listdir(folder), os.listdir(folder)
    return f"{answered} answers"


@row(39, "the same in files that the console hands out", "a plain name of the console's own making")
def console_file_names(c):
    web = attacks.ROOT / "web"
    assert (web / "node_modules/.bin/vitest").exists(), "the console's tools are missing: npm ci --ignore-scripts in web/"
    done = subprocess.run(["node_modules/.bin/vitest", "run", "src/ui/download.test.ts"], cwd=web, capture_output=True,
                          text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return "web/src/ui/download.test.ts"


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
