"""Google's token service and Secret Manager for tests. A login is a JWT whose RS256 signature, issuer, audience and
times are really checked; tokens it did not give are refused. Needs Python's cryptography."""
import base64
import http.server
import json
import re
import secrets
import threading
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class FakeGoogle:
    MAIL = "patrol@acme.iam.gserviceaccount.com"

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.tokens = set()
        self.values = {}     # "projects/p/secrets/s/versions/latest" → bytes
        self.denied = set()
        self.wrong_sum = set()
        self.logins = 0
        google = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(*google.log_in(form))

            def do_GET(self):
                token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
                self.answer(*google.access(self.path, token))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def write_key(self, path, key=None):
        """The service account's key file; with another key the signature does not fit."""
        pem = (key or self.key).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                              serialization.NoEncryption()).decode()
        path.write_text(json.dumps({"type": "service_account", "client_email": self.MAIL, "private_key_id": "kid-1",
                                    "private_key": pem, "token_uri": self.url + "/token"}))

    def log_in(self, form):
        self.logins += 1
        refused = 400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
        if form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
            return 400, {"error": "unsupported_grant_type"}
        head, claims, signature = form["assertion"][0].split(".")
        try:
            self.key.public_key().verify(decode(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(),
                                         hashes.SHA256())
        except InvalidSignature:
            return refused
        header, body = json.loads(decode(head)), json.loads(decode(claims))
        now = time.time()
        fits = (header["alg"] == "RS256" and header["kid"] == "kid-1" and body["iss"] == self.MAIL
                and body["aud"] == self.url + "/token" and body["scope"].endswith("/cloud-platform")
                and now - 60 < body["iat"] < now + 60 and body["exp"] - body["iat"] <= 3600)
        if not fits:
            return refused
        token = "ya29." + secrets.token_urlsafe(24)
        self.tokens.add(token)
        return 200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}

    def access(self, path, token):
        if token not in self.tokens:
            return 401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}}
        name = re.fullmatch(r"/v1/(projects/[^:]*):access", path)
        if not name:
            return 404, {"error": {"code": 404, "status": "NOT_FOUND"}}
        name = name.group(1)
        if name in self.denied:
            return 403, {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "Permission denied on " + name}}
        if name not in self.values:
            return 404, {"error": {"code": 404, "status": "NOT_FOUND"}}
        data = self.values[name]
        total = crc32c(data) ^ (1 if name in self.wrong_sum else 0)
        return 200, {"name": name, "payload": {"data": base64.b64encode(data).decode(), "dataCrc32c": str(total)}}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
