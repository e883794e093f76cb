"""A real OpenID Connect provider: Debian's glewlwyd on SQLite in a scratch folder, with one client and the
people that a test gives it."""
import http.cookiejar
import json
import pathlib
import sqlite3
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from harness.patrol_server import free_port

SCHEMA = pathlib.Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
MODULES = "/usr/lib/glewlwyd"
SECRET = "s3cret-of-patrol"
PASSWORD = "glewlwyd password"
SCOPES = "openid email"


class KeepRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Cookies, and redirects that are looked at one by one."""

    def __init__(self):
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(KeepRedirect, urllib.request.HTTPCookieProcessor(self.cookies))

    def send(self, method, url, body=None, headers=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.headers, problem.read().decode()


class Provider:
    """`people`: name → (e-mail address, verified)."""

    def __init__(self, folder, people, redirect_uri):
        self.folder, self.people = pathlib.Path(folder), people
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.issuer = self.url + "/oidc"
        self.make_database()
        self.write_settings()
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(["glewlwyd", "-c", str(self.folder / "settings")], stdout=self.log, stderr=self.log)
        self.wait()
        self.set_up(redirect_uri)

    def make_database(self):
        database = sqlite3.connect(self.folder / "glewlwyd.db")
        database.executescript(SCHEMA.read_text())
        text, = database.execute("SELECT gumi_parameters FROM g_user_module_instance").fetchone()
        parameters = json.loads(text)
        parameters["data-format"]["email_verified"] = {"multiple": False, "read": True, "write": True}
        database.execute("UPDATE g_user_module_instance SET gumi_parameters = ?", (json.dumps(parameters),))
        database.commit()
        database.close()

    def write_settings(self):
        folders = {name: f"{MODULES}/{folder}" for name, folder in (
            ("user_module_path", "user"), ("user_middleware_module_path", "user_middleware"),
            ("client_module_path", "client"), ("user_auth_scheme_module_path", "scheme"), ("plugin_module_path", "plugin"))}
        texts = {"bind_address": "127.0.0.1", "external_url": f"http://127.0.0.1:{self.port}", "login_url": "login.html",
                 "api_prefix": "api", "static_files_path": str(self.folder), "log_mode": "console", "log_level": "WARNING",
                 "cookie_domain": "127.0.0.1", "admin_scope": "g_admin", "profile_scope": "g_profile",
                 "hash_algorithm": "SHA512", **folders}
        lines = [f"port={self.port}", "cookie_secure=0", *(f'{name}="{text}"' for name, text in texts.items()),
                 f'database = {{ type="sqlite3"; path="{self.folder}/glewlwyd.db"; }};']
        (self.folder / "settings").write_text("\n".join(lines) + "\n")

    def wait(self):
        for _ in range(100):
            assert self.process.poll() is None, (self.folder / "log").read_text()
            try:
                Browser().send("GET", self.url + "/")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("glewlwyd does not answer")

    def expect(self, browser, method, path, body):
        status, _, text = browser.send(method, self.url + path, body)
        assert status == 200, (method, path, status, text)

    def set_up(self, redirect_uri):
        self.admin = Browser()
        self.expect(self.admin, "POST", "/auth/", {"username": "admin", "password": "password"})
        self.expect(self.admin, "POST", "/mod/plugin/", {"module": "oidc", "name": "oidc", "display_name": "OIDC",
                                                         "parameters": self.plugin()})
        self.expect(self.admin, "POST", "/scope/", {"name": "email", "display_name": "E-mail", "description": "address",
                                                    "password_required": True, "scheme": {}})
        for name, (email, verified) in self.people.items():
            self.expect(self.admin, "POST", "/user/", {
                "username": name, "name": name, "email": email, "email_verified": "yes" if verified else "no",
                "password": PASSWORD, "scope": SCOPES.split(), "enabled": True})
        self.expect(self.admin, "POST", "/client/", {
            "client_id": "patrol", "name": "Patrol", "client_secret": SECRET, "confidential": True, "enabled": True,
            "redirect_uri": [redirect_uri], "authorization_type": ["code"], "scope": [],
            "token_endpoint_auth_method": ["client_secret_basic"]})

    def plugin(self):
        def openssl(*arguments, given=None):
            return subprocess.run(["openssl", *arguments], input=given, capture_output=True, text=True, check=True).stdout
        key = openssl("genrsa", "2048")
        verified = {"name": "email_verified", "user-property": "email_verified", "type": "boolean",
                    "boolean-value-true": "yes", "boolean-value-false": "no", "mandatory": True, "on-demand": False,
                    "scope": []}
        unused = {f"auth-type-{kind}-enabled": False for kind in ("token", "none", "password", "client", "refresh")}
        return {"iss": self.issuer, "jwt-type": "rsa", "jwt-key-size": "256", "key": key,
                "cert": openssl("rsa", "-pubout", given=key), "access-token-duration": 600, "refresh-token-duration": 600,
                "code-duration": 60, "refresh-token-rolling": False, "allow-non-oidc": False,
                "auth-type-code-enabled": True, "auth-type-id-token-enabled": True, **unused, "pkce-allowed": True,
                "pkce-required": True, "email-claim": "mandatory", "scope-claim": "no", "name-claim": "no",
                "claims": [verified], "secret-type": "", "allowed-scope": ["openid"], "subject-type": "public"}

    def sign_in(self, browser, name):
        """The person signs in at the provider and lets Patrol know who it is."""
        self.expect(browser, "POST", "/auth/", {"username": name, "password": PASSWORD})
        self.expect(browser, "PUT", "/auth/grant/patrol", {"scope": SCOPES})

    def go_on(self, browser, location):
        """From the address that Patrol sent the browser to, to the one that the provider sends it back to."""
        status, headers, text = browser.send("GET", location + "&g_continue=")
        assert status == 302, (status, text)
        return headers["Location"]

    def rename(self, name, email):
        self.expect(self.admin, "PUT", f"/user/{name}", {"username": name, "name": name, "email": email,
                                                         "email_verified": "yes", "scope": SCOPES.split(), "enabled": True})

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()
