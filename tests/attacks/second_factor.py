"""Attacks on the second factor and on the links that let people in."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server  # noqa: E402
from harness.people import PASSWORD, accept, invite, one_time_code  # noqa: E402
from harness.visitor import Visitor, cookie_of  # noqa: E402


class Context:
    def __init__(self, patrol):
        self.server = Server(patrol).start()
        self.api = self.server.api()
        self.next_address = 0

    def visitor(self):
        """From an address that nobody has used yet."""
        self.next_address += 1
        return Visitor(self.server.url, f"127.4.0.{self.next_address}")

    def sign_in(self, email, **more):
        return self.visitor().api("POST", "/session", {"email": email, "password": PASSWORD, **more})

    def enrolled(self, email):
        """(secret, recovery codes) of a new person with a second factor."""
        person, _ = invite(self.server, self.api, email, "operator")
        secret = person.api("POST", "/me/totp", {}).body["secret"]
        confirmed = person.api("POST", "/me/totp/confirm", {"code": one_time_code(secret, -1)})
        assert confirmed.status == 200, confirmed.text
        person.cookie = cookie_of(confirmed)
        return secret, confirmed.body["recovery_codes"], person

    def stop(self):
        self.server.stop()


def wait_for_a_fresh_step():
    """So that the test's codes are all of one step."""
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left + 0.1)


@row(36, "TOTP code used twice, an older one after it, one of long ago or of the future; a recovery code twice",
     "401: each is good once")
def codes_used_twice(c):
    wait_for_a_fresh_step()
    secret, recovery, _ = c.enrolled("twice@a.example")
    assert c.sign_in("twice@a.example").status == 401, "the password alone"
    code = one_time_code(secret)
    assert c.sign_in("twice@a.example", totp=code).status == 200  # the control
    for wrong in (code, one_time_code(secret, -1), one_time_code(secret, -20), one_time_code(secret, 20)):
        assert c.sign_in("twice@a.example", totp=wrong).status == 401, wrong
    assert c.sign_in("twice@a.example", totp=recovery[0]).status == 200
    assert c.sign_in("twice@a.example", totp=recovery[0]).status == 401


@row(36, "six digits guessed, with the right password, each from another address", "429 after five, for the person")
def codes_guessed(c):
    c.enrolled("guessed@a.example")
    statuses = [c.sign_in("guessed@a.example", totp=f"{i:06}").status for i in range(15)]
    assert statuses.count(401) <= 5 and set(statuses[6:]) == {429}, statuses[:12]
    return f"{statuses.count(401)} were tried"


@row(36, "second factor removed with a stolen cookie; sessions from before it was switched on", "password needed; 401")
def factor_removed(c):
    _, _, person = c.enrolled("stolen@a.example")
    assert person.api("DELETE", "/me/totp", {}).status == 422
    assert person.api("DELETE", "/me/totp", {"password": "not the password"}).status in (401, 403, 422)
    earlier, _ = invite(c.server, c.api, "earlier@a.example", "viewer")
    other = Visitor(c.server.url)
    other.cookie = cookie_of(c.sign_in("earlier@a.example"))
    secret = earlier.api("POST", "/me/totp", {}).body["secret"]
    assert other.api("GET", "/me").status == 200
    assert earlier.api("POST", "/me/totp/confirm", {"code": one_time_code(secret)}).status == 200
    assert other.api("GET", "/me").status == 401


@row(32, "old cookie after a change of password, after being disabled, after a change of role", "401")
def cookie_after_changes(c):
    person, number = invite(c.server, c.api, "changes@a.example", "operator")
    other = Visitor(c.server.url)
    other.cookie = cookie_of(c.sign_in("changes@a.example"))
    changed = person.api("POST", "/me/password", {"current_password": PASSWORD, "password": "an even longer road home"})
    assert changed.status < 300, changed.text
    assert other.api("GET", "/me").status == 401
    for change in ({"role": "viewer"}, {"disabled": True}):
        fresh = Visitor(c.server.url)
        signed = fresh.api("POST", "/session", {"email": "changes@a.example", "password": "an even longer road home"})
        fresh.cookie = cookie_of(signed)
        assert fresh.api("GET", "/me").status == 200
        assert c.api.send("PATCH", f"/api/v1/users/{number}", change).status == 200
        assert fresh.api("GET", "/me").status == 401, change


@row(8, "invitation and password link used twice, after a newer one, mistyped", "refused; the password stays")
def links_used_twice(c):
    made = c.api.post("/users", {"email": "link@a.example", "role": "viewer"})
    newer = c.api.post(f"/users/{made['id']}/invitation")
    for token in (made["invite_token"], newer["invite_token"][:-1], "x"):
        answer = c.visitor().api("POST", "/invitations/accept", {"token": token, "password": PASSWORD})
        assert answer.status in (401, 410, 422), (answer.status, answer.text)
    accept(c.server, newer["invite_token"])
    again = c.visitor().api("POST", "/invitations/accept", {"token": newer["invite_token"], "password": "somebody else's road"})
    assert again.status in (401, 410), (again.status, again.text)
    assert c.sign_in("link@a.example").status == 200


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
