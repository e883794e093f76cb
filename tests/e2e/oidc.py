"""Signing in with an identity provider, end to end: the real server, Debian's glewlwyd, and a browser that
follows the redirects by hand so that it can also cheat."""
import json
import pathlib
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.glewlwyd import SCHEMA, SECRET, Browser, Provider  # noqa: E402
from harness.patrol_server import OWNER, PASSWORD, Server, free_port  # noqa: E402
from harness.people import one_time_code  # noqa: E402
from harness.visitor import Visitor, cookie_of  # noqa: E402


class Context:
    def __init__(self, patrol):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patrol-oidc-"))
        port = free_port()
        self.provider = Provider(self.folder / "provider", {
            "owner": (OWNER, True), "mallory": (OWNER, False), "nobody": ("nobody@patrol.example", True),
            "namesake": (OWNER, True)}, f"http://127.0.0.1:{port}/api/v1/session/oidc/callback")
        (self.folder / "secret").write_text(SECRET + "\n")
        self.server = Server(patrol, folder=self.folder / "patrol", environment={
            "PATROL_OIDC_ISSUER": self.provider.issuer, "PATROL_OIDC_CLIENT_ID": "patrol",
            "PATROL_OIDC_CLIENT_SECRET_FILE": str(self.folder / "secret"), "PATROL_OIDC_NAME": "Glewlwyd",
            "PATROL_ALLOW_ENDPOINTS": f"127.0.0.1:{self.provider.port}"})
        self.server.port = port
        self.server.start()
        self.api = self.server.api()

    def stop(self):
        self.server.stop()
        self.provider.stop()

    def begin(self, browser):
        status, headers, text = browser.send("GET", self.server.url + "/api/v1/session/oidc/start")
        assert status == 303, (status, text)
        return headers["Location"]

    def come_in(self, name):
        """The callback's answer for a person who does all as it should be."""
        browser = Browser()
        self.provider.sign_in(browser, name)
        back = self.provider.go_on(browser, self.begin(browser))
        return browser, browser.send("GET", back)

    def newest(self):
        return self.api.get("/audit?limit=1")["items"][0]


def problem(answer):
    status, _, text = answer
    assert status in (401, 403, 409), (status, text)
    return json.loads(text)["type"].rsplit(":", 1)[1]


def test_the_sign_in_page_knows_the_provider(c):
    assert c.api.get("/session/oidc") == {"enabled": True, "name": "Glewlwyd"}


def test_nobody_comes_in_without_a_user_or_a_verified_address(c):
    assert problem(c.come_in("nobody")[1]) == "oidc-no-user"
    assert problem(c.come_in("mallory")[1]) == "oidc-no-user"
    assert c.newest()["outcome"] == "refused"


def test_a_user_comes_in_and_has_a_session(c):
    browser, (status, headers, text) = c.come_in("owner")
    assert status == 303 and headers["Location"] == "/", (status, text)
    status, _, text = browser.send("GET", c.server.url + "/api/v1/me")
    assert status == 200 and json.loads(text)["email"] == OWNER, text
    actions = [entry["action"] for entry in c.api.get("/audit?limit=2")["items"]]
    assert actions == ["session.create", "identity.link"], actions
    c.come_in("owner")
    assert c.newest()["action"] == "session.create"
    assert SECRET not in c.server.log_text()


def test_another_subject_with_the_same_address_stays_outside(c):
    assert problem(c.come_in("namesake")[1]) == "identity-linked"


def test_the_subject_counts_when_the_address_has_changed(c):
    c.provider.rename("owner", "new@patrol.example")
    assert c.come_in("owner")[1][0] == 303


def test_a_swapped_state_and_a_stolen_code_are_refused(c):
    browser, other = Browser(), Browser()
    c.provider.sign_in(browser, "owner")
    back = c.provider.go_on(browser, c.begin(browser))
    state = urllib.parse.parse_qs(urllib.parse.urlparse(back).query)["state"][0]
    assert problem(browser.send("GET", back.replace(state, "x" * len(state)))) == "oidc-state"
    # The address in another browser, with and without an attempt of its own.
    assert problem(other.send("GET", back)) == "oidc-state"
    mine = c.begin(other)
    assert problem(other.send("GET", back)) == "oidc-state"
    # The code under the other attempt's state: its verifier does not fit.
    other_state = urllib.parse.parse_qs(urllib.parse.urlparse(mine).query)["state"][0]
    assert problem(other.send("GET", back.replace(state, other_state))) == "oidc-code"


def test_a_code_works_once(c):
    browser = Browser()
    c.provider.sign_in(browser, "owner")
    back = c.provider.go_on(browser, c.begin(browser))
    attempt = [cookie for cookie in browser.cookies if cookie.name.endswith("-oidc")][0]
    assert browser.send("GET", back)[0] == 303
    browser.cookies.set_cookie(attempt)
    assert problem(browser.send("GET", back)) == "oidc-code"


def test_the_providers_second_factor_counts(c):
    """The organisation asks for one; a password alone does not do then, the provider's word does."""
    visitor = Visitor(c.server.url)
    assert visitor.sign_in().status == 200
    secret = visitor.api("POST", "/me/totp").body["secret"]
    visitor.cookie = cookie_of(visitor.api("POST", "/me/totp/confirm", {"code": one_time_code(secret)}))
    assert visitor.api("PATCH", "/tenant", {"require_second_factor": True}).status == 200
    assert visitor.api("DELETE", "/me/totp", {"password": PASSWORD}).status == 204
    assert visitor.api("GET", "/customers").status == 403
    browser, _ = c.come_in("owner")
    for path, expected in (("/customers", 200), ("/me", 200)):
        status, _, text = browser.send("GET", c.server.url + "/api/v1" + path)
        assert status == expected, text
    assert json.loads(text)["second_factor_needed"] is False and json.loads(text)["mfa"] is False, text


def test_a_provider_that_is_down_is_said_so(c):
    c.provider.stop()
    browser = Browser()
    status, _, text = browser.send("GET", c.server.url + "/api/v1/session/oidc/start")
    if status == 303:  # the discovery document is still known
        location = urllib.parse.urlparse(browser.send("GET", c.server.url + "/api/v1/session/oidc/start")[1]["Location"])
        state = urllib.parse.parse_qs(location.query)["state"][0]
        status, _, text = browser.send("GET", f"{c.server.url}/api/v1/session/oidc/callback?code=x&state={state}")
    assert status == 503 and json.loads(text)["type"].endswith("oidc-provider"), (status, text)


if __name__ == "__main__":
    if not suite.have("glewlwyd") or not SCHEMA.exists():
        suite.skip_all("glewlwyd is not installed")
    suite.main(Context, globals())
