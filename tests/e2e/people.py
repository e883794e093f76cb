"""People on the real server, by the command line and as browsers: invitations, passwords, an authenticator
app, sessions, further tenants, tokens with scopes; the way back in at the server."""
import base64
import hashlib
import hmac
import http.cookies
import json
import pathlib
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.patrol_server import OWNER, PASSWORD, Api, Server  # noqa: E402

NEW_PASSWORD = "a long and winding road"


class Browser:
    """A session cookie, and what the console sends beside it."""

    def __init__(self, server):
        self.api, self.cookie = Api(server.url), None

    def send(self, method, path, body=None):
        headers = {"X-Patrol-CSRF": "1"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        answer = self.api.send(method, "/api/v1" + path, body, headers)
        for value in answer.headers.get_all("Set-Cookie") or []:
            cookie = http.cookies.SimpleCookie(value)["patrol"]
            self.cookie = f"patrol={cookie.value}"
        return answer

    def sign_in(self, email, password, totp=None):
        body = {"email": email, "password": password} | ({"totp": totp} if totp else {})
        return self.send("POST", "/session", body)

    def is_in(self):
        return self.send("GET", "/me").status == 200


class World(Server):
    def __init__(self, patrol):
        super().__init__(patrol)
        self.start()

    def do(self, *arguments, token=None):
        """A command that works; its answer."""
        environment = {"PATROL_TOKEN": token} if token else None
        done = self.run(*arguments, "--output", "json", environment=environment)
        assert done.returncode == 0, (arguments, done.returncode, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def join(self, email, *options):
        """Invited at the command line, accepted in a browser."""
        invited = self.do("user", "invite", "--email", email, *options)
        browser = Browser(self)
        token = invited["invite_url"].split("#token=")[1]
        answer = browser.send("POST", "/invitations/accept", {"token": token, "password": PASSWORD})
        assert answer.status == 201, answer.text
        return invited["id"], browser


def code_of(secret, at=None):
    """RFC 6238, on its own."""
    step = struct.pack(">Q", int((at or time.time()) // 30))
    mac = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    place = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[place:place + 4])[0] & 0x7fffffff) % 1000000:06}"


def test_a_person_comes_in_is_changed_and_goes(w):
    person, browser = w.join("ada@example.com", "--role", "viewer", "--name", "Ada")
    listed = w.do("user", "list", "--q", "email=ada@example.com")["items"]
    assert [each["state"] for each in listed] == ["active"], listed
    assert browser.send("POST", "/customers", {"name": "x"}).status == 403
    assert w.do("user", "update", person, "--role", "admin")["role"] == "admin"
    assert not browser.is_in() and browser.sign_in("ada@example.com", PASSWORD).status == 200
    customer = browser.send("POST", "/customers", {"name": "Acme"}).body["id"]
    assert w.do("user", "update", person, "--customer", customer)["customers"] == [customer]
    assert w.do("user", "update", person, "--all-customers")["customers"] is None
    assert w.do("user", "update", person, "--disable")["state"] == "disabled"
    assert browser.sign_in("ada@example.com", PASSWORD).status == 401
    w.do("user", "remove", person)
    assert w.run("user", "get", person).returncode == 4


def test_the_only_owner_cannot_go(w):
    me = w.api().get("/me")["id"]
    done = w.run("user", "remove", me)
    assert done.returncode == 1 and "owner" in done.stderr, done


def test_passwords(w):
    person, browser = w.join("grace@example.com")
    other = Browser(w)
    assert other.sign_in("grace@example.com", PASSWORD).status == 200
    change = {"current_password": PASSWORD, "password": NEW_PASSWORD}
    assert browser.send("POST", "/me/password", change).status == 200
    assert browser.is_in() and not other.is_in()
    url = w.do("user", "reset-password", person)["reset_url"]
    token = url.split("#token=")[1]
    assert url.startswith(w.url + "/password-reset#"), url
    assert other.send("POST", "/password-reset", {"token": token, "password": "password1234"}).status == 422
    assert other.send("POST", "/password-reset", {"token": token, "password": PASSWORD}).status == 204
    assert not browser.is_in() and other.sign_in("grace@example.com", PASSWORD).status == 200
    assert other.send("POST", "/password-reset", {"token": token, "password": PASSWORD}).status == 401


def test_an_authenticator_app(w):
    person, browser = w.join("hedy@example.com")
    begun = browser.send("POST", "/me/totp").body
    secret = begun["secret"]
    assert f"secret={secret}&" in begun["otpauth_uri"]
    confirmed = browser.send("POST", "/me/totp/confirm", {"code": code_of(secret)})
    assert confirmed.status == 200, confirmed.text
    codes = confirmed.body["recovery_codes"]
    other = Browser(w)
    assert other.sign_in("hedy@example.com", PASSWORD).body["type"].endswith("totp-required")
    assert other.sign_in("hedy@example.com", PASSWORD, code_of(secret)).body["type"].endswith("wrong-totp")
    assert other.sign_in("hedy@example.com", PASSWORD, code_of(secret, time.time() + 30)).status == 200
    assert other.sign_in("hedy@example.com", PASSWORD, codes[0].upper()).status == 200
    assert other.sign_in("hedy@example.com", PASSWORD, codes[0]).status == 401
    assert other.sign_in("hedy@example.com", PASSWORD, codes[1]).status == 200
    assert other.send("DELETE", "/me/totp", {"password": "not this one at all"}).status == 422
    assert other.send("DELETE", "/me/totp", {"password": PASSWORD}).status == 204
    assert browser.sign_in("hedy@example.com", PASSWORD).status == 200
    for kept in (secret, codes[2], PASSWORD):
        for file in (w.folder / "data").glob("**/*"):
            assert not file.is_file() or kept.encode() not in file.read_bytes(), (file, kept[:4])
        assert kept not in w.log_text()


def test_a_second_factor_is_asked_of_everybody(w):
    """Of a tenant of its own: nobody else's test is shut out."""
    made = w.do("tenant", "create", "--name", "Strict", "--owner-email", "grace@strict.example")
    boss = Browser(w)
    token = made["invite_url"].split("#token=")[1]
    assert boss.send("POST", "/invitations/accept", {"token": token, "password": PASSWORD}).status == 201
    owner = boss.send("POST", "/tokens", {"name": "cli", "role": "owner"}).body["token"]

    def do(*arguments):
        return w.run(*arguments, "--output", "json", environment={"PATROL_TOKEN": owner})

    refused = do("tenant", "update", "--require-second-factor")
    assert refused.returncode != 0 and "no second factor yourself" in refused.stderr, refused
    secret = boss.send("POST", "/me/totp").body["secret"]
    first = boss.send("POST", "/me/totp/confirm", {"code": code_of(secret)}).body["recovery_codes"]
    renewed = boss.send("POST", "/me/recovery-codes", {"password": PASSWORD}).body["recovery_codes"]
    assert len(renewed) == len(first) and not set(first) & set(renewed)
    invited = boss.send("POST", "/users", {"email": "ida@strict.example", "role": "admin"}).body
    ida = Browser(w)
    assert ida.send("POST", "/invitations/accept", {"token": invited["invite_token"], "password": PASSWORD}).status == 201
    assert ida.send("GET", "/customers").status == 200
    done = do("tenant", "update", "--require-second-factor")
    assert done.returncode == 0 and json.loads(done.stdout)["require_second_factor"] is True, done
    answer = ida.send("GET", "/customers")
    assert answer.status == 403 and answer.body["type"].endswith(":second-factor-required"), answer.text
    assert ida.send("GET", "/me").body["second_factor_needed"] is True
    secret = ida.send("POST", "/me/totp").body["secret"]
    assert ida.send("POST", "/me/totp/confirm", {"code": code_of(secret)}).status == 200
    assert ida.send("GET", "/customers").status == 200
    assert json.loads(do("tenant", "update", "--second-factor-optional").stdout)["require_second_factor"] is False
    assert json.loads(do("tenant", "show").stdout)["name"] == "Strict"
    other = Browser(w)
    assert other.sign_in("grace@strict.example", PASSWORD, first[0]).status == 401
    assert other.sign_in("grace@strict.example", PASSWORD, renewed[0]).status == 200
    actions = [each["action"] for each in boss.send("GET", "/audit").body["items"]]
    assert {"tenant.update", "recovery-codes.create", "second-factor.confirm"} <= set(actions), actions


def test_sessions_are_listed_and_ended(w):
    browser = Browser(w)
    assert browser.sign_in(OWNER, PASSWORD).status == 200
    sessions = w.do("session", "list")["items"]
    assert sessions and sessions[0]["address"] == "127.0.0.1", sessions
    w.do("session", "revoke", sessions[0]["id"])
    assert not browser.is_in()
    assert browser.sign_in(OWNER, PASSWORD).status == 200
    w.do("session", "revoke-all")
    assert not browser.is_in()


def test_a_further_tenant_sees_nothing_of_this_one(w):
    made = w.do("tenant", "create", "--name", "Second", "--owner-email", "boss@second.example")
    browser = Browser(w)
    token = made["invite_url"].split("#token=")[1]
    assert browser.send("POST", "/invitations/accept", {"token": token, "password": PASSWORD}).status == 201
    assert browser.send("GET", "/me").body["platform_owner"] is False
    assert browser.send("GET", "/users").body["total"] == 1
    assert browser.send("GET", "/platform/tenants").status == 403
    assert browser.send("GET", "/users/" + w.api().get("/me")["id"]).status == 404
    assert {each["name"] for each in w.do("tenant", "list")["items"]} >= {"Second"}


def test_a_token_does_what_it_was_made_for(w):
    made = w.do("token", "create", "--name", "ci", "--role", "operator", "--scope", "deploy",
                "--expires-in-days", "1")
    listed = {each["name"]: each for each in w.do("token", "list")["items"]}
    assert listed["ci"]["scopes"] == ["deploy"], listed["ci"]
    api = Api(w.url, made["token"])
    assert api.send("POST", "/api/v1/deployments", {"name": "r", "regions": ["global"]}).status == 201
    refused = api.send("GET", "/api/v1/deployments")
    assert refused.status == 403 and refused.body["type"].endswith(":scope"), refused.text
    assert w.run("user", "list", environment={"PATROL_TOKEN": made["token"]}).returncode == 3


def test_the_way_back_in_at_the_server(w):
    usage = w.run("server", "password-reset")
    assert usage.returncode == 2, usage
    data = str(w.folder / "data")
    done = w.run("server", "password-reset", OWNER, "--data", data)
    assert done.returncode == 0, done.stderr
    token = done.stdout.strip().split("/password-reset#token=")[1]
    browser = Browser(w)
    assert browser.send("POST", "/password-reset", {"token": token, "password": NEW_PASSWORD}).status == 204
    assert browser.sign_in(OWNER, NEW_PASSWORD).status == 200
    assert w.run("server", "password-reset", "nobody@example.com", "--data", data).returncode != 0
    actions = [each["action"] for each in w.api().get("/audit?q=actor_kind%3Dsystem")["items"]]
    assert "password-reset.create" in actions, actions


if __name__ == "__main__":
    sys.exit(suite.main(World, globals()))
