"""Attacks on signing in with an identity provider: tokens that nobody may sign, tokens for somebody else or
of another time, and browsers that bring back what was meant for another one. The provider is one of ours
that lies as it is told."""
import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.glewlwyd import Browser  # noqa: E402
from harness.patrol_server import OWNER, Server  # noqa: E402

SECRET = "client secret"


def part(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    def __init__(self, folder, name):
        self.file = folder / name
        subprocess.run(["openssl", "genrsa", "-out", self.file, "2048"], check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", self.file, "-noout", "-modulus"], check=True, capture_output=True,
                                 text=True).stdout
        self.jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k1", "e": "AQAB",
                    "n": part(bytes.fromhex(modulus.strip().split("=")[1]))}

    def sign(self, header, claims):
        text = part(header) + "." + part(claims)
        done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.file], input=text.encode(), check=True, capture_output=True)
        return text + "." + part(done.stdout)


class Liar:
    """`lie(claims)` makes the ID token."""

    def __init__(self, folder):
        self.key, self.other = Key(folder, "key.pem"), Key(folder, "other.pem")
        self.tell_the_truth()
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.reply(liar.discovery() if "openid-configuration" in self.path else {"keys": [liar.key.jwk]})

            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                verifier = form["code_verifier"][0].encode()
                if part(hashlib.sha256(verifier).digest()) != liar.asked["code_challenge"]:
                    return self.reply({"error": "invalid_grant"}, 400)
                self.reply({"id_token": liar.lie(liar.claims())})

            def reply(self, body, status=200):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def tell_the_truth(self):
        self.lie = lambda claims: self.key.sign({"alg": "RS256", "kid": "k1"}, claims)

    def discovery(self):
        return {"issuer": self.issuer, "authorization_endpoint": self.issuer + "/auth",
                "token_endpoint": self.issuer + "/token", "jwks_uri": self.issuer + "/keys"}

    def claims(self):
        now = int(time.time())
        return {"iss": self.issuer, "aud": "patrol", "sub": "subject", "iat": now, "exp": now + 300,
                "nonce": self.asked["nonce"], "email": OWNER, "email_verified": True}


class Context:
    def __init__(self, patrol):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="patrol-liar-"))
        self.liar = Liar(folder)
        (folder / "secret").write_text(SECRET)
        self.server = Server(patrol, environment={
            "PATROL_OIDC_ISSUER": self.liar.issuer, "PATROL_OIDC_CLIENT_ID": "patrol",
            "PATROL_OIDC_CLIENT_SECRET_FILE": str(folder / "secret"),
            "PATROL_ALLOW_ENDPOINTS": f"127.0.0.1:{self.liar.server.server_port}"}).start()
        self.api = self.server.api()

    def begin(self):
        browser = Browser()
        status, headers, text = browser.send("GET", self.server.url + "/api/v1/session/oidc/start")
        assert status == 303, (status, text)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["Location"]).query)
        return browser, {name: values[0] for name, values in query.items()}

    def back(self, browser, state, more=""):
        return browser.send("GET", f"{self.server.url}/api/v1/session/oidc/callback?code=c&state={state}{more}")

    def visit(self):
        """What becomes of one sign-in: "in", or the problem."""
        browser, self.liar.asked = self.begin()
        status, headers, text = self.back(browser, self.liar.asked["state"])
        if status == 303 and headers["Location"] == "/":
            assert browser.send("GET", self.server.url + "/api/v1/me")[0] == 200
            return "in"
        assert status in (401, 403), (status, text)
        assert browser.send("GET", self.server.url + "/api/v1/me")[0] == 401
        return json.loads(text)["type"].rsplit(":", 1)[1]

    def stop(self):
        self.server.stop()
        self.liar.server.shutdown()


@row(37, "OIDC: alg none, HMAC with the client secret or the public key, another key, keys of the token's own header", "401")
def unsigned_tokens(c):
    liar = c.liar
    assert c.visit() == "in"  # the control

    def keyed(secret):
        def lie(claims):
            text = part({"alg": "HS256", "kid": "k1"}) + "." + part(claims)
            return text + "." + part(hmac.digest(secret, text.encode(), "sha256"))
        return lie
    lies = {
        "none": lambda claims: part({"alg": "none"}) + "." + part(claims) + ".",
        "None with a signature": lambda claims: part({"alg": "None", "kid": "k1"}) + "." + part(claims) + ".AAAA",
        "no algorithm": lambda claims: liar.key.sign({"kid": "k1"}, claims),
        "client secret": keyed(SECRET.encode()),
        "public key": keyed(json.dumps(liar.key.jwk).encode()),
        "another key": lambda claims: liar.other.sign({"alg": "RS256", "kid": "k1"}, claims),
        "a key of its own": lambda claims: liar.other.sign({"alg": "RS256", "kid": "k1", "jwk": liar.other.jwk}, claims),
        "an unknown key id": lambda claims: liar.key.sign({"alg": "RS256", "kid": "k2"}, claims),
        "another algorithm": lambda claims: liar.key.sign({"alg": "RS512", "kid": "k1"}, claims),
        "cut": lambda claims: liar.key.sign({"alg": "RS256", "kid": "k1"}, claims)[:-10],
        "an extension": lambda claims: liar.key.sign({"alg": "RS256", "kid": "k1", "crit": ["x"], "x": 1}, claims),
    }
    for name, lie in lies.items():
        liar.lie = lie
        assert c.visit() == "id-token", name
    liar.tell_the_truth()
    return f"{len(lies)} forgeries"


@row(37, "OIDC: wrong issuer, audience, party, nonce, times; an address that nobody verified", "401; 403")
def wrong_claims(c):
    liar, now = c.liar, int(time.time())
    wrong = [{"iss": "https://evil.example"}, {"aud": "other"}, {"aud": ["patrol", "other"]}, {"azp": "other"},
             {"nonce": "stale"}, {"nonce": None}, {"exp": now - 3600}, {"exp": None}, {"iat": now + 3600},
             {"iat": now - 7200}, {"nbf": now + 3600}, {"sub": ""}]
    for claims in wrong:
        liar.lie = lambda good, bad=claims: liar.key.sign({"alg": "RS256", "kid": "k1"}, good | bad)
        assert c.visit() == "id-token", claims
    for claims in ({"sub": "other"}, {"sub": "new", "email_verified": False}, {"sub": "new", "email_verified": "true"},
                   {"sub": "new", "email": "nobody@patrol.example"}):
        liar.lie = lambda good, bad=claims: liar.key.sign({"alg": "RS256", "kid": "k1"}, good | bad)
        browser, liar.asked = c.begin()
        assert c.back(browser, liar.asked["state"])[0] in (403, 409), claims
    liar.tell_the_truth()
    assert c.visit() == "in"


@row(37, "OIDC: swapped state, another browser's answer, its code under one's own state, another provider's answer", "403; 401")
def swapped_state(c):
    mine, asked = c.begin()
    theirs, other = c.begin()
    c.liar.asked = asked
    for browser, state in ((mine, "x"), (mine, other["state"]), (theirs, asked["state"]), (Browser(), asked["state"])):
        status, _, text = c.back(browser, state)
        assert status == 403 and "oidc-state" in text, (status, text)
    status, _, text = c.back(theirs, other["state"])  # the code was made for the first one's challenge
    assert status == 401 and "oidc-code" in text, (status, text)
    status, _, text = c.back(mine, asked["state"], "&iss=https://evil.example")
    assert status == 403 and "oidc-state" in text, (status, text)
    assert c.back(mine, asked["state"])[0] == 303  # the control


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
