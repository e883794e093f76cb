"""`patrol collector enrol` and `run` in a folder of their own, as on a customer's machine."""
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

ACCOUNT = "210987654321"
KEY_ID, KEY = "AKIAACMEPRODUCTADMIN", "simulated-acme-admin-key"


class Collector:
    def __init__(self, patrol, server_url, cloud_url, credentials=None, settings=None):
        self.patrol = str(pathlib.Path(patrol).resolve())
        self.server_url, self.cloud_url = server_url, cloud_url
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patrol-collector-"))
        self.state, self.file = self.folder / "state", self.folder / "collector.yaml"
        self.process = None
        (self.folder / "key").write_text(KEY + "\n")
        self.write(credentials or {"acme": self.own_keys()}, **(settings or {}))

    def own_keys(self, account=ACCOUNT):
        return {"account": account, "access_key_id": {"env": "ACME_KEY_ID"},
                "secret_access_key": {"file": str(self.folder / "key")}}

    def write(self, credentials, **settings):
        """JSON is YAML."""
        self.file.write_text(json.dumps({"credentials": credentials, **settings}))
        self.file.chmod(0o600)

    def environment(self, more=None):
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_ENDPOINT_URL": self.cloud_url, "ACME_KEY_ID": KEY_ID, **(more or {})}

    def enrol(self, token, more=None, stdin=None):
        given = ["--token", token] if token else []
        return subprocess.run([self.patrol, "collector", "enrol", "--server", self.server_url, "--state", str(self.state), *given],
                              env=self.environment(more), input=stdin, capture_output=True, text=True, timeout=60)

    def start(self, more=None):
        self.log = open(self.folder / "collector.log", "ab")
        self.process = subprocess.Popen(
            [self.patrol, "collector", "run", "--state", str(self.state), "--config", str(self.file)],
            env=self.environment(more), stdout=self.log, stderr=self.log)
        return self

    def log_text(self):
        return (self.folder / "collector.log").read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """The exit code, and the seconds that it took."""
        begun = time.time()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        return (self.process.returncode if self.process else None), time.time() - begun

    def workers(self):
        """How many worker processes it has."""
        found = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                found += len((task / "children").read_text().split())
            except (FileNotFoundError, ProcessLookupError):
                pass
        return found


def without_marks(document):
    """Marks of secret values are keyed by account: the same in every account of a comparison."""
    return json.loads(re.sub(r"patrol-redacted:v1:[0-9a-f]{8}:[0-9a-f]{32}", "patrol-redacted", json.dumps(document)))
