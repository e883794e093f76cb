"""A Vault for tests: KV version 1 and 2, tokens, AppRole, Kubernetes and JWT logins, policies by path, namespaces,
sealing. Answers as the HTTP API documentation says; python3-hvac can be its client where it is installed."""
import http.server
import json
import re
import secrets
import threading
import time


class FakeVault:
    def __init__(self):
        self.root = "hvs.root-" + secrets.token_hex(8)
        self.tokens = {self.root: {"paths": [""], "until": None}}
        self.mounts = {"secret/": 2, "old/": 1, "database/": None}
        self.values = {}       # "secret/a/b" → [{fields} or None for deleted, …]
        self.logins = {}       # ("approle", role) → (credential, paths)
        self.sealed = False
        self.namespace = ""
        self.lease = 3600
        self.seen = []         # (method, path)
        vault = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def handle_call(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                path, _, query = self.path.partition("?")
                vault.seen.append((self.command, path))
                if vault.sealed:
                    return self.answer(503, {"errors": ["Vault is sealed"]})
                if (self.headers.get("X-Vault-Namespace") or "").strip("/") != vault.namespace:
                    return self.answer(403, {"errors": ["permission denied"]})
                return self.answer(*vault.call(self.command, path.removeprefix("/v1/"), query, body,
                                               self.headers.get("X-Vault-Token")))

            do_GET = do_POST = do_PUT = do_DELETE = handle_call

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def write(self, path, **fields):
        self.values.setdefault(path, []).append(fields)

    def allow(self, method, role, credential, *paths):
        """A login method's role: who shows the credential may read below the paths."""
        self.logins[(method, role)] = (credential, list(paths))

    def token(self, *paths):
        token = "hvs." + secrets.token_hex(12)
        self.tokens[token] = {"paths": list(paths), "until": time.time() + self.lease}
        return token

    def revoke_all(self):
        self.tokens = {self.root: {"paths": [""], "until": None}}

    def logged_in(self, method):
        return sum(1 for verb, path in self.seen if verb == "POST" and path == f"/v1/auth/{method}/login")

    def call(self, verb, path, query, body, token):
        login = re.fullmatch(r"auth/(\w+)/login", path)
        if login:
            return self.log_in(login.group(1), body)
        holder = self.tokens.get(token)
        if holder is None or (holder["until"] and holder["until"] < time.time()):
            return 403, {"errors": ["permission denied"]}
        if path.startswith("sys/internal/ui/mounts/"):
            return self.mount(path.removeprefix("sys/internal/ui/mounts/"), holder)
        if path == "auth/token/lookup-self":
            return 200, {"data": {"id": token, "policies": ["default"]}}
        mount = next((each for each in self.mounts if path.startswith(each)), None)
        if mount is None or self.mounts[mount] is None:
            return 404, {"errors": []}
        rest = path.removeprefix(mount)
        if self.mounts[mount] == 2:
            if not rest.startswith("data/"):
                return 404, {"errors": []}
            rest = rest.removeprefix("data/")
        name = mount + rest
        if not any(name.startswith(allowed) for allowed in holder["paths"]):
            return 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
        if verb in ("POST", "PUT"):
            self.write(name, **(body["data"] if self.mounts[mount] == 2 else body))
            return 200, {"data": {"version": len(self.values[name])}}
        return self.read(mount, name, query)

    def log_in(self, method, body):
        role = body.get("role_id") if method == "approle" else body.get("role")
        shown = body.get("secret_id") if method == "approle" else body.get("jwt")
        credential, paths = self.logins.get((method, role), (None, None))
        if credential is None or credential != shown:
            return 400, {"errors": ["invalid role or secret ID"]}
        return 200, {"auth": {"client_token": self.token(*paths), "lease_duration": self.lease, "renewable": True}}

    def mount(self, path, holder):
        mount = next((each for each in self.mounts if (path + "/").startswith(each)), None)
        if mount is None or not any(a.startswith(mount) or mount.startswith(a) for a in holder["paths"]):
            return 403, {"errors": ["preflight capability check returned 403"]}
        version = self.mounts[mount]
        return 200, {"data": {"path": mount, "type": "database" if version is None else "kv",
                              "options": {"version": str(version)} if version == 2 else None}}

    def read(self, mount, name, query):
        versions = self.values.get(name)
        if not versions:
            return 404, {"errors": []}
        if self.mounts[mount] == 1:
            return 200, {"data": versions[-1]}
        asked = re.search(r"version=(\d+)", query)
        number = int(asked.group(1)) if asked and asked.group(1) != "0" else len(versions)
        if number > len(versions):
            return 404, {"errors": []}
        fields = versions[number - 1]
        metadata = {"version": number, "created_time": "2026-01-01T00:00:00Z", "custom_metadata": None,
                    "deletion_time": "" if fields else "2026-01-02T00:00:00Z", "destroyed": False}
        return (200 if fields else 404), {"data": {"data": fields, "metadata": metadata}}

    def delete_newest(self, path):
        self.values[path][-1] = None

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
