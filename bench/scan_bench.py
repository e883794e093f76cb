"""How fast a scan is, from the cloud's answers to the database: a simulated account with 100,000 EC2
instances, each with a volume and a network interface, on pages of 1,000. In the same run boto3's paginators
and those of the AWS SDK for Go (Debian: golang-go golang-github-aws-aws-sdk-go-v2-dev) only parse the same
pages, and the demo account is scanned whole with latency. Prints figures and ratios; asserts nothing.

    python3 bench/scan_bench.py --patrol build/release/src/patrol [--instances 100000] [--latency-ms 0] [--rounds 3]
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from harness.patrol_server import Server, Simulator  # noqa: E402

CALLS_AT_ONCE = 16
BOTO3_LISTS = [("describe_instances", "Reservations"), ("describe_volumes", "Volumes"),
               ("describe_network_interfaces", "NetworkInterfaces")]
TYPES = ["AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::EC2::NetworkInterface"]


def memory_mb(pid, field):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return 0


def database_bytes(server):
    return sum(file.stat().st_size for file in (server.folder / "data").glob("patrol.db*"))


def page_sums(server):
    """A checksum of every page of the main database, after a checkpoint of its log. A scan has ended for whoever
    asks a moment before its job is taken from the queue."""
    file = server.folder / "data" / "patrol.db"
    with contextlib.closing(sqlite3.connect(file)) as database:
        end = time.time() + 5
        while database.execute("SELECT COUNT(*) FROM job").fetchone()[0] and time.time() < end:
            time.sleep(0.05)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = database.execute("PRAGMA page_size").fetchone()[0]
    with open(file, "rb") as pages:
        return size, [zlib.crc32(page) for page in iter(lambda: pages.read(size), b"")]


def rewritten_bytes(before, after):
    size, old = before
    new = after[1]
    return size * (sum(a != b for a, b in zip(old, new)) + abs(len(new) - len(old)))


class Memory:
    """The most that the server and its worker processes held at one time, in MB, looked at 20 times a second."""

    def __init__(self, pid):
        self.pid, self.server, self.workers, self.done = pid, 0, 0, threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def look(self):
        children = {child for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir()
                    for child in (task / "children").read_text().split()}
        server, workers = memory_mb(self.pid, "VmRSS"), sum(memory_mb(child, "VmRSS") for child in children)
        if server + workers > self.server + self.workers:
            self.server, self.workers = server, workers

    def watch(self):
        while not self.done.wait(0.05):
            with contextlib.suppress(OSError):
                self.look()

    def stop(self):
        self.done.set()
        self.thread.join()


def boto3_rate(cloud, instances, types):
    """Resources a second of the first so many types, read by boto3's paginators one after the other."""
    try:
        import boto3
    except ImportError:
        return None
    client = boto3.client("ec2", endpoint_url=cloud.url, region_name="us-east-1",
                          aws_access_key_id="AKIAACMEPRODUCTADMIN", aws_secret_access_key="simulated-acme-admin-key")
    start, seen = time.time(), 0
    for operation, items in BOTO3_LISTS[:types]:
        of_type = 0
        for page in client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1000}):
            of_type += len(page[items])
            if of_type >= min(instances, 10_000):
                break
        seen += of_type
    return seen / (time.time() - start)


def go_rate(cloud, instances, types):
    """The same with the AWS SDK for Go, built from Debian's package; None where that is not installed."""
    packages = pathlib.Path("/usr/share/gocode")
    if not shutil.which("go") or not (packages / "src/github.com/aws/aws-sdk-go-v2").is_dir():
        return None
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "peer"
        subprocess.run(["go", "build", "-o", program, pathlib.Path(__file__).parent / "peers/aws_sdk_go/main.go"], check=True,
                       env={**os.environ, "GO111MODULE": "off", "GOPATH": str(packages), "GOPROXY": "off",
                            "GOCACHE": f"{folder}/cache"})
        done = subprocess.run([program, cloud.url, str(min(instances, 100_000)), str(types)], check=True,
                              capture_output=True, text=True)
    seen, seconds = done.stdout.split()
    return int(seen) / float(seconds)


def first_scan_rate(options, cloud, types):
    """Resources a second of a first scan of the first so many types, in a server of its own."""
    server = Server(options.patrol, {**cloud.server_environment(),
                                     "PATROL_AWS_RATE_PERCENT": str(options.rate_percent)}).start()
    try:
        api = server.api()
        account = connect(server, cloud, api, {"name": "bulk", "provider": "aws", "regions": ["us-east-1"]})
        ended, seconds = scan(api, account, {"types": TYPES[:types]})
        return ended["counts"]["resources"] / seconds
    finally:
        server.stop()


def compare_with_peers(options, cloud, types):
    """Patrol and the peers in turn, since a machine's speed comes and goes: the medians of all rounds."""
    patrol, peers = [], {"boto3's paginators": boto3_rate, "AWS SDK for Go's paginators": go_rate}
    rates = {name: [] for name in peers}
    for _ in range(options.rounds):
        patrol.append(first_scan_rate(options, cloud, types))
        for name, peer in peers.items():
            rates[name].append(peer(cloud, options.instances, types))
    print(f"{types} types, first scan: {statistics.median(patrol):.0f} resources/s ({options.rounds} rounds)")
    for name, found in rates.items():
        if None in found:
            print(f"{name}: not installed")
            continue
        ratios = [ours / theirs for ours, theirs in zip(patrol, found)]
        print(f"{name}, the same pages, parse only: {statistics.median(found):.0f} resources/s; Patrol reads, redacts, "
              f"hashes and stores {statistics.median(ratios):.2f} times as many ({min(ratios):.2f} to {max(ratios):.2f})")


def whole_scan_with_latency(patrol, latency_ms):
    """Every type of the demo account: no faster than its calls allow, so many at once."""
    cloud = Simulator(patrol, "--workers", "64")
    server = Server(patrol, {**cloud.server_environment(), "PATROL_AWS_RATE_PERCENT": "0"}).start()
    try:
        api = server.api()
        account = connect(server, cloud, api, {"name": "whole", "provider": "aws"})
        for each in api.all(f"/cloud-accounts/{account}/scans"):
            api.wait_for_scan(each["id"])
        cloud.control("settings", {"latency_ms": latency_ms})
        ended, seconds = scan(api, account, {})
        floor = ended["counts"]["calls"] * latency_ms / 1000 / CALLS_AT_ONCE
        print(f"whole scan, {latency_ms} ms a call: {ended['counts']['calls']} calls in {seconds:.2f} s; {CALLS_AT_ONCE} "
              f"at once not before {floor:.2f} s: {seconds / floor:.2f} times as long")
    finally:
        server.stop()
        cloud.stop()


def connect(server, cloud, api, account):
    made = api.post("/cloud-accounts", account)["id"]
    token = api.post(f"/cloud-accounts/{made}/setup-command")["token"]
    done = server.run("connect", "aws", "--yes", "--token", token, environment=cloud.customer_environment())
    assert done.returncode == 0, done.stderr
    return made


def scan(api, account, body):
    start = time.time()
    begun = api.post(f"/cloud-accounts/{account}/scans", body)["id"]
    ended = api.wait_for_scan(begun, timeout_s=3600, look_every_s=0.05)
    return ended, time.time() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--patrol", required=True)
    parser.add_argument("--instances", type=int, default=100_000)
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--rate-percent", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cloud = Simulator(options.patrol, "--bulk-instances", str(options.instances), "--workers", "64")
    cloud.control("settings", {"latency_ms": options.latency_ms})
    extra = {name: os.environ[name] for name in os.environ if name.startswith("MALLOC_")}
    server = Server(options.patrol, {**cloud.server_environment(), **extra,
                                     "PATROL_AWS_RATE_PERCENT": str(options.rate_percent)}).start()
    try:
        print(f"idle memory: {memory_mb(server.process.pid, 'VmRSS'):.1f} MB")
        api = server.api()
        account = connect(server, cloud, api, {"name": "bulk", "provider": "aws", "regions": ["us-east-1"]})
        body = {"types": TYPES}
        memory = Memory(server.process.pid)
        first, seconds = scan(api, account, body)
        memory.stop()
        resources = first["counts"]["resources"]
        print(f"first scan: {first['state']}, {resources} resources in {seconds:.1f} s = {resources / seconds:.0f}/s, "
              f"{first['counts']['calls']} calls")
        print(f"peak memory: {memory.server + memory.workers:.0f} MB (server {memory.server:.0f}, worker {memory.workers:.0f}), "
              f"database {database_bytes(server) / 1e6:.0f} MB")
        before = page_sums(server)
        second, seconds2 = scan(api, account, body)
        print(f"second scan: {json.dumps(second['counts'])} in {seconds2:.1f} s, "
              f"{rewritten_bytes(before, page_sums(server)) / 1024:.0f} KB of the main database are other than before")
        server.stop()
        for types in (len(TYPES), 1):
            compare_with_peers(options, cloud, types)
    finally:
        server.stop()
        cloud.stop()
    whole_scan_with_latency(options.patrol, 50)


if __name__ == "__main__":
    sys.exit(main())
