"""Starts the real `patrol server` on SQLite in a scratch folder and talks to its API."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

OWNER = "owner@patrol.example"
PASSWORD = "correct horse battery staple"


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def body(self):
        return json.loads(self.text) if self.text else None


class Api:
    """The API of a running server, as one identity."""

    def __init__(self, url, token=None):
        self.url, self.token = url, token

    def send(self, method, path, body=None, headers=None, token=None):
        request = urllib.request.Request(self.url + path, method=method)
        used = self.token if token is None else token
        if used:
            request.add_header("Authorization", "Bearer " + used)
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, data, timeout=120) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as problem:
            return Answer(problem.code, problem.headers, problem.read().decode())

    def get(self, path):
        return self.expect("GET", path)

    def post(self, path, body=None):
        return self.expect("POST", path, body)

    def expect(self, method, path, body=None):
        answer = self.send(method, "/api/v1" + path, body)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.text}"
        return answer.body

    def all(self, path):
        """Every item of a list, page by page."""
        separator = "&" if "?" in path else "?"
        cursor, items = None, []
        while True:
            page = self.get(f"{path}{separator}limit=500" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return items

    def scan(self, account, body=None, timeout_s=600):
        """Scans and waits for the end."""
        scan = self.post(f"/cloud-accounts/{account}/scans", body or {})
        return self.wait_for_scan(scan["id"], timeout_s)

    def wait_for_scan(self, scan_id, timeout_s=600, look_every_s=0.2):
        end = time.time() + timeout_s
        while time.time() < end:
            scan = self.get(f"/scans/{scan_id}")
            if scan["state"] not in ("queued", "running"):
                return scan
            time.sleep(look_every_s)
        raise AssertionError(f"the scan {scan_id} did not end: {scan}")


class Server:
    """A server process; `environment` is added to a clean one."""

    def __init__(self, patrol, environment=None, folder=None, arguments=()):
        self.patrol = str(pathlib.Path(patrol).resolve())
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="patrol-e2e-"))
        self.folder.mkdir(exist_ok=True)
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o600)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "AWS_EC2_METADATA_DISABLED": "true",
            "PATROL_BOOTSTRAP_OWNER": OWNER, "PATROL_BOOTSTRAP_PASSWORD_FILE": str(self.folder / "password"),
            "PATROL_BOOTSTRAP_TOKEN_FILE": str(self.folder / "token"), **(environment or {})}
        self.arguments = list(arguments)
        self.process = None
        self.port = None

    def start(self):
        self.log = open(self.folder / "server.log", "ab")
        self.port = self.port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [self.patrol, "server", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.folder / "data"),
             *self.arguments], env=self.environment, stdout=self.log, stderr=self.log)
        for _ in range(300):
            if self.process.poll() is not None:
                raise AssertionError("the server ended: " + self.log_text()[-2000:])
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2) as ready:
                    if ready.status == 200:
                        return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the server is not ready: " + self.log_text()[-2000:])

    def log_text(self):
        return (self.folder / "server.log").read_text(errors="replace")

    def api(self):
        return Api(self.url, (self.folder / "token").read_text().strip())

    def run(self, *arguments, environment=None, stdin=None, timeout_s=300):
        """A client command of the same binary."""
        token = (self.folder / "token").read_text().strip()
        return subprocess.run([self.patrol, *arguments], input=stdin, capture_output=True, text=True, timeout=timeout_s,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "PATROL_SERVER": self.url,
                                   "PATROL_TOKEN": token, "AWS_EC2_METADATA_DISABLED": "true", **(environment or {})})

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Simulator:
    """`patrol cloudsim`: a simulated AWS with its scenario."""

    def __init__(self, patrol, *arguments):
        self.process = subprocess.Popen([patrol, "cloudsim", *arguments], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), self.url

    def control(self, path, body=None):
        return Api(self.url).send("POST", "/_cloudsim/" + path, body if body is not None else {})

    def calls(self):
        return Api(self.url).send("GET", "/_cloudsim/calls").body

    def server_environment(self):
        return {"AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": "AKIAPATROLDEMOSERVER",
                "AWS_SECRET_ACCESS_KEY": "simulated-patrol-server-key", "AWS_REGION": "us-east-1"}

    def customer_environment(self):
        return {"AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": "AKIAACMEPRODUCTADMIN",
                "AWS_SECRET_ACCESS_KEY": "simulated-acme-admin-key", "AWS_REGION": "us-east-1"}

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
