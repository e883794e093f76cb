"""A customer's account in moto_server, some 100 types in 3 regions: connected by the real `patrol connect
aws`, scanned, and compared type by type with what boto3 itself lists. Skipped without moto_server."""
import datetime
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402

TYPES_MIN = 60
CANARY = "CANARY"
# moto answers these with the time of the call, or goes on with each call, so that no two readings agree.
MOVING = {("AWS::Athena::WorkGroup", "CreationTime"), ("AWS::ECS::Task", "lastStatus"), ("AWS::RDS::DBCluster", "LatestRestorableTime"),
          ("AWS::RDS::DBInstance", "LatestRestorableTime")}


class Context:
    def __init__(self, patrol):
        from harness import moto_account
        from harness.moto_server import MotoServer
        from harness.patrol_server import Server
        self.moto = MotoServer()
        self.customer = moto_account.populate(self.moto.url)
        self.regions = list(moto_account.REGIONS)
        self.server = Server(patrol, {"AWS_ENDPOINT_URL": self.moto.url, "AWS_ACCESS_KEY_ID": "testing",
                                      "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1"}).start()
        self.api = self.server.api()
        self.account = None
        self.snapshot = None

    def stop(self):
        self.server.stop()
        self.moto.stop()


def test_connect_with_the_customers_credentials(c):
    made = c.api.post("/cloud-accounts", {"name": "moto", "provider": "aws", "regions": c.regions,
                                          "auth": {"kind": "role", "role_arn": None, "allow_insecure_trust": True}})
    c.account = made["id"]
    token = c.api.post(f"/cloud-accounts/{c.account}/setup-command")["token"]
    done = c.server.run("connect", "aws", "--token", token, "--yes", "--server", c.server.url,
                        environment={"AWS_ENDPOINT_URL": c.moto.url, "AWS_REGION": "us-east-1", **c.customer.environment})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"arn:aws:iam::{c.customer.account_id}:role/PatrolReadOnly", done.stdout
    attached = c.customer.client("iam").list_attached_role_policies(RoleName="PatrolReadOnly")["AttachedPolicies"]
    assert sorted(p["PolicyName"] for p in attached) == ["SecurityAudit", "ViewOnlyAccess"], attached


def test_account_has_settled(c):
    """moto issues certificates a minute after they were requested: a change that a scan would rightly report."""
    end = time.time() + 100
    while time.time() < end:
        pending = [cert for region in c.regions
                   for cert in c.customer.client("acm", region).list_certificates()["CertificateSummaryList"]
                   if c.customer.client("acm", region).describe_certificate(CertificateArn=cert["CertificateArn"])
                   ["Certificate"]["Status"] != "ISSUED"]
        if not pending:
            return
        time.sleep(2)
    raise AssertionError(f"certificates are still pending: {pending}")


def test_connection_passes(c):
    report = c.api.post(f"/cloud-accounts/{c.account}/test")
    assert report["ok"], json.dumps(report, indent=1)
    assert c.api.get(f"/cloud-accounts/{c.account}")["native_account_id"] == c.customer.account_id


def test_scan_makes_a_snapshot(c):
    scan = c.api.scan(c.account, timeout_s=900)
    assert scan["state"] in ("succeeded", "partial"), scan
    c.snapshot = scan["snapshot_id"]
    print("        ", scan["state"], scan["counts"])


def read_back(c):
    """(type → {(region, id): item}) as boto3 lists it; types that moto does not list are left out."""
    from harness.moto_readback import Reader
    clients = {}

    def client(service, region):
        if (service, region) not in clients:
            clients[service, region] = c.customer.client(service, region)
        return clients[service, region]

    reader = Reader(client, c.customer.account_id)
    listed = {}
    for name, entry in reader.types.items():
        regions = c.regions
        shown = None
        if entry.get("scope", "regional") != "regional":
            regions, shown = ["us-east-1"], "global"
        if "home" in entry:
            regions = [r for r in regions if r == entry["home"]]
        found, failed = {}, False
        for region in regions:
            try:
                for item_id, item, of_region in reader.items(name, region):
                    found[shown or of_region, item_id] = item
            except Exception:  # moto does not know it, or answers what no client can read
                failed = True
        if not failed and found:
            listed[name] = found
    return listed


def test_same_ids_as_boto3(c):
    listed = read_back(c)
    mine = {}
    for resource in c.api.all(f"/snapshots/{c.snapshot}/resources"):
        mine.setdefault(resource["type"], {})[resource["region"], resource["native_id"]] = resource["id"]
    c.listed, c.mine = listed, mine
    wrong = []
    for name, items in sorted(listed.items()):
        ours = set(mine.get(name, {}))
        theirs = set(items)
        if name == "AWS::S3::Bucket":  # listed once, shown in the bucket's own region
            ours, theirs = {i for _, i in ours}, {i for _, i in theirs}
        if ours != theirs:
            wrong.append(f"{name}: missing {sorted(theirs - ours)[:3]}, extra {sorted(ours - theirs)[:3]}")
    print(f"         {len(listed)} types, {sum(map(len, listed.values()))} resources listed by boto3")
    assert len(listed) >= TYPES_MIN, sorted(listed)
    assert not wrong, "\n".join(wrong)


def plain(value):
    """As Patrol writes it."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def test_same_fields_as_boto3(c):
    compared, wrong = 0, []
    for name, items in c.listed.items():
        for key, item in list(items.items())[:3]:
            resource = c.mine.get(name, {}).get(key)
            if resource is None or not isinstance(item, dict):
                continue
            document = c.api.get(f"/resources/{resource}")["document"]
            for field, value in item.items():
                if isinstance(value, (dict, list, bytes)) or hasattr(value, "read") or (name, field) in MOVING:
                    continue
                ours = document.get(field)
                if str(ours).startswith("patrol-redacted:") or isinstance(ours, (dict, list)):
                    continue
                compared += 1
                same = ours == plain(value) or (isinstance(value, datetime.datetime) and str(ours)[:19] == plain(value)[:19])
                if not same and value not in ("", None):
                    wrong.append(f"{name} {key} {field}: {ours!r} is not {plain(value)!r}")
    print(f"         {compared} fields compared")
    assert compared > 500
    assert not wrong, "\n".join(wrong[:40])


def test_second_scan_has_no_changes(c):
    scan = c.api.scan(c.account, timeout_s=900)
    changes = c.api.get(f"/snapshots/{c.snapshot}/diff/{scan['snapshot_id']}")
    moved = [f"{x['op']} {x['resource']['type']} {x['resource']['region']} {[p['path'] for p in x['paths'] or []][:4]}"
             for x in changes["items"]]
    assert not moved, "\n".join(moved)
    assert (scan["counts"]["added"], scan["counts"]["modified"], scan["counts"]["removed"]) == (0, 0, 0), scan


def test_no_secret_is_stored(c):
    for file in (c.server.folder / "data").rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), f"a planted secret is in {file.name}"
    for resource in c.api.all(f"/snapshots/{c.snapshot}/resources?fields=document"):
        assert CANARY not in json.dumps(resource), resource["type"]
    assert CANARY not in c.server.log_text()


def main():
    if not suite.have("moto_server"):
        suite.skip_all("moto_server is not installed")
    try:
        import boto3  # noqa: F401
        import yaml  # noqa: F401
    except ImportError as missing:
        suite.skip_all(str(missing))
    return suite.main(Context, globals())


if __name__ == "__main__":
    sys.exit(main())
