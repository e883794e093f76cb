"""Microsoft Entra and key vaults for tests: client secrets and federated tokens whose RS256 signature, issuer, subject
and audience are really checked; vaults challenge whoever comes without a token. Needs Python's cryptography."""
import base64
import http.server
import json
import re
import secrets
import threading
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from harness.fake_google import decode


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class FakeAzure:
    TENANT = "11111111-2222-3333-4444-555555555555"
    CLIENT = "66666666-7777-8888-9999-000000000000"
    ISSUER, SUBJECT = "https://cluster.example", "system:serviceaccount:patrol:patrol"

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.secret = "secret~" + secrets.token_hex(8)
        self.tokens = set()
        self.values = {}      # "vault/name" → value
        self.refused = {}     # "vault/name" → inner error code
        self.evil = set()     # vaults that ask for a token of another resource
        self.tokens_at_evil = 0
        self.logins = 0
        azure = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body, headers=None):
                text = json.dumps(body).encode()
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(*azure.log_in(self.path, {name: values[0] for name, values in form.items()}))

            def do_GET(self):
                token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
                self.answer(*azure.read(self.path, token))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def federated_token(self, subject=None, key=None):
        now = int(time.time())
        head = encode(json.dumps({"alg": "RS256", "typ": "JWT"}).encode())
        claims = encode(json.dumps({"iss": self.ISSUER, "sub": subject or self.SUBJECT, "iat": now, "exp": now + 600,
                                    "aud": "api://AzureADTokenExchange"}).encode())
        signature = (key or self.key).sign(f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{head}.{claims}.{encode(signature)}"

    def refuse(self, code):
        return 401, {"error": "invalid_client", "error_description": f"AADSTS{code}: refused.", "error_codes": [code]}

    def log_in(self, path, form):
        self.logins += 1
        if path != f"/{self.TENANT}/oauth2/v2.0/token":
            return self.refuse(90002)
        if form.get("client_id") != self.CLIENT:
            return self.refuse(700016)
        if form.get("scope") != self.url + "/.default":
            return self.refuse(500011)
        if "client_assertion" in form:
            code = self.check(form["client_assertion"])
            if code:
                return self.refuse(code)
        elif form.get("client_secret") != self.secret:
            return self.refuse(7000215)
        token = "eyJ" + secrets.token_urlsafe(24)
        self.tokens.add(token)
        return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token}

    def check(self, assertion):
        head, claims, signature = assertion.split(".")
        try:
            self.key.public_key().verify(decode(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(),
                                         hashes.SHA256())
        except InvalidSignature:
            return 700211
        body = json.loads(decode(claims))
        good = body["iss"] == self.ISSUER and body["aud"] == "api://AzureADTokenExchange" and body["exp"] > time.time()
        return 0 if good and body["sub"] == self.SUBJECT else 700213

    def read(self, path, token):
        name = re.fullmatch(r"/([\w-]+)/secrets/([\w-]+)(/\w+)?\?api-version=7\.4", path)
        if not name:
            return 404, {"error": {"code": "NotFound"}}
        vault = name.group(1)
        evil = vault in self.evil
        self.tokens_at_evil += evil and bool(token)
        if not token or token not in self.tokens:
            resource = "https://vault.azure.net" if evil else self.url
            return 401, {"error": {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}}, {
                "WWW-Authenticate": f'Bearer authorization="{self.url}/{self.TENANT}", resource="{resource}"'}
        name = f"{vault}/{name.group(2)}"
        if name in self.refused:
            return 403, {"error": {"code": "Forbidden", "innererror": {"code": self.refused[name]}}}
        if name not in self.values:
            return 404, {"error": {"code": "SecretNotFound"}}
        return 200, {"value": self.values[name], "id": self.url, "attributes": {"enabled": True}}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
