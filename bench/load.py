"""How many requests a second the server answers, and nginx beside it with the same bytes from a file.

usage: load.py [--patrol PATH] [--seconds 10] [--connections 32] [--resources 5000] [--slow 500]

Needs wrk and nginx (Debian: wrk, nginx-light). All three share the machine: on two cores wrk takes a good part
of them, from nginx as from Patrol. The aims are 20,000 small authenticated GETs and 5,000 pages of 50 resources
a second on two cores, and a p99 of others under 100 ms while 500 slow peers hold connections open.
"""
import argparse
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from harness.patrol_server import Server, Simulator, free_port  # noqa: E402

CONFIGURATION = """
worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; default_type application/json; keepalive_requests 10000000; sendfile on;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  add_header X-Content-Type-Options nosniff; add_header Cache-Control no-store;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


class Nginx:
    def __init__(self, files):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patrol-nginx-"))
        self.folder.chmod(0o755)
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        self.port = free_port()
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(folder=self.folder, port=self.port))
        self.process = subprocess.Popen(["nginx", "-c", str(self.folder / "nginx.conf")], stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}"
        for _ in range(100):
            try:
                urllib.request.urlopen(self.url + "/" + next(iter(files)), timeout=1).read()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("nginx does not answer: " + (self.folder / "error.log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class SlowPeers:
    """Connections that send a head byte by byte and never end it; each is opened again when it is closed."""

    def __init__(self, port, count):
        self.port, self.stopping = port, threading.Event()
        self.peers = [self.open(place) for place in range(count)]
        self.opened_again = 0
        self.thread = threading.Thread(target=self.drip)
        self.thread.start()

    def open(self, place):
        peer = socket.socket()
        peer.bind((f"127.0.{1 + place // 100}.{1 + place % 100}", 0))
        peer.connect(("127.0.0.1", self.port))
        peer.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        return peer

    def drip(self):
        while not self.stopping.wait(1):
            for place, peer in enumerate(self.peers):
                try:
                    peer.sendall(b"x")
                except OSError:
                    peer.close()
                    self.peers[place] = self.open(place)
                    self.opened_again += 1

    def stop(self):
        self.stopping.set()
        self.thread.join()
        for peer in self.peers:
            peer.close()


def measure(options, url, token=None):
    """(requests a second, p99 in ms)"""
    headers = ["-H", f"Authorization: Bearer {token}"] if token else []
    done = subprocess.run(["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s", "--latency", *headers, url],
                          check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        sys.exit(done)
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", done).groups()
    p99 = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done).group(1)), p99


def with_snapshot(options):
    """A server with a scanned account: (cloud, server, snapshot id)."""
    cloud = Simulator(options.patrol, "--bulk-instances", str(options.resources // 3))
    server = Server(options.patrol, cloud.server_environment()).start()
    api = server.api()
    account = api.post("/cloud-accounts", {"name": "acme", "provider": "aws"})["id"]
    token = api.post(f"/cloud-accounts/{account}/setup-command")["token"]
    done = server.run("connect", "aws", "--yes", "--token", token, environment=cloud.customer_environment())
    assert done.returncode == 0, done.stderr
    snapshot = api.scan(account)["snapshot_id"]
    cloud.stop()
    return server, snapshot


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--patrol", default=str(ROOT / "build/release/src/patrol"))
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--resources", type=int, default=5000)
    parser.add_argument("--slow", type=int, default=500)
    options = parser.parse_args()
    server, snapshot = with_snapshot(options)
    api = server.api()
    customer = api.post("/customers", {"name": "Acme"})["id"]
    paths = {"customer": f"/api/v1/customers/{customer}", "health": "/healthz",
             "page": f"/api/v1/snapshots/{snapshot}/resources?limit=50"}
    bodies = {name: api.send("GET", path).text.encode() for name, path in paths.items()}
    nginx = Nginx(bodies)
    try:
        for name, path in paths.items():
            ours = measure(options, server.url + path, api.token)
            theirs = measure(options, f"{nginx.url}/{name}")
            print(f"{name:9} {len(bodies[name]):6} bytes: Patrol {ours[0]:8.0f}/s (p99 {ours[1]:.1f} ms), nginx "
                  f"{theirs[0]:8.0f}/s (p99 {theirs[1]:.1f} ms), ratio {ours[0] / theirs[0]:.2f}", flush=True)
        slow = SlowPeers(server.port, options.slow)
        try:
            rate, p99 = measure(options, server.url + paths["customer"], api.token)
        finally:
            slow.stop()
        print(f"customer  beside {options.slow} slow peers ({slow.opened_again} opened again): {rate:8.0f}/s "
              f"(p99 {p99:.1f} ms)", flush=True)
    finally:
        nginx.stop()
        server.stop()


if __name__ == "__main__":
    main()
