"""Notifications of the real server, to a real mail server and real receivers of web hooks: at least once,
signed, retried, given up visibly, sent again; the daily digest; the heartbeat; no way to a metadata service.

usage: notifications.py --patrol PATH
"""
import datetime
import hashlib
import hmac
import json
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.hook_receiver import HookReceiver, kind_of  # noqa: E402
from harness.mail_server import MailServer, make_certificate  # noqa: E402
from harness.patrol_server import Server  # noqa: E402

SIGNING_KEY = "signing key of the tests"
MAIL_PASSWORD = "password of the mail server"
HOSTILE = "north </td><script>alert(1)</script> \u202e <!channel> *x*"


class World:
    def __init__(self, patrol):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patrol-notify-"))
        self.certificate = make_certificate(self.folder)
        self.next_number = 123456789012
        self.heart = HookReceiver()
        self.slack = HookReceiver()
        self.server = Server(patrol, {
            "PATROL_ALLOW_ENDPOINTS": "127.0.0.0/8", "PATROL_NOTIFICATION_ATTEMPTS": "3",
            "PATROL_HEARTBEAT_URL": self.heart.url + "/beat", "PATROL_PUBLIC_URL": "http://patrol.test:8080",
            "SSL_CERT_FILE": str(self.certificate[0]), "PATROL_SECRET_NOTIFY_KEY": SIGNING_KEY,
            "PATROL_SECRET_NOTIFY_MAIL": MAIL_PASSWORD, "PATROL_SECRET_OTHER": "not for channels",
            "PATROL_SECRET_NOTIFY_SLACK": self.slack.url + "/services/T/B/x"}, folder=self.folder / "server").start()
        self.api = self.server.api()

    def channel(self, name, kind, target):
        return self.api.post("/notification-channels", {"name": name, "kind": kind, kind: target})

    def hook(self, name, receiver):
        return self.channel(name, "webhook", {"url": receiver.url + "/hook", "secret": env("NOTIFY_KEY")})

    def mail(self, name, server, **changes):
        return self.channel(name, "email", {"host": "127.0.0.1", "port": server.port, "from": "patrol@example.com",
                                            "to": ["ops@example.com", "lead@example.com"], **changes})

    def route(self, channel, **fields):
        return self.api.post("/notification-routes", {"channel_id": channel["id"], "min_severity": "info", **fields})

    def failing_account(self, name):
        """An account whose scan fails: there is no AWS identity here."""
        account = self.api.post("/cloud-accounts", {"name": name, "provider": "aws", "auth": {
            "kind": "role", "role_arn": f"arn:aws:iam::{self.next_number}:role/PatrolReadOnly"}})
        self.next_number += 1
        scan = self.api.scan(account["id"])
        assert scan["state"] == "failed", scan
        return account

    def delivery(self, channel, state, timeout_s=30):
        end = time.time() + timeout_s
        while time.time() < end:
            found = self.api.get(f"/notification-deliveries?q=state={state}%20and%20channel={channel['id']}")["items"]
            if found:
                return found[0]
            time.sleep(0.2)
        raise AssertionError(self.api.get("/notification-deliveries"))

    def forget(self, channel):
        answer = self.api.send("DELETE", f"/api/v1/notification-channels/{channel['id']}")
        assert answer.status == 204, answer.text

    def stop(self):
        self.server.stop()
        self.heart.stop()
        self.slack.stop()


def env(name):
    return {"manager": "env", "ref": "PATROL_SECRET_" + name}


def check_signature(request):
    headers, body = request["headers"], request["body"]
    signed = headers["Patrol-Timestamp"].encode() + b"." + body
    expected = "v1=" + hmac.new(SIGNING_KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(headers["Patrol-Signature"], expected), headers
    assert abs(int(headers["Patrol-Timestamp"]) - time.time()) < 60


def test_the_heart_beats(world):
    beat = world.heart.wait()[0]
    assert (beat["method"], beat["path"]) == ("GET", "/beat"), beat


def test_a_hook_that_fails_twice_gets_the_same_delivery_again(world):
    receiver = HookReceiver(500, 503, 200)
    channel = world.hook("flaky", receiver)
    world.route(channel, kinds=["credentials_failing"])
    account = world.failing_account("flaky account")
    requests = receiver.wait(count=3, timeout_s=60)
    for request in requests:
        check_signature(request)
    assert len({request["headers"]["Patrol-Delivery"] for request in requests}) == 1
    assert len({request["body"] for request in requests}) == 1
    body = json.loads(requests[0]["body"])
    assert body["kind"] == "credentials_failing" and body["account"]["id"] == account["id"], body
    assert body["url"] == f"http://patrol.test:8080/accounts/{account['id']}", body
    sent = world.delivery(channel, "sent")
    assert sent["attempts"] == 3 and sent["id"] == body["id"], sent
    time.sleep(12)
    assert len(receiver.requests) == 3, "an episode is told once"
    world.forget(channel)
    receiver.stop()


def test_the_last_attempt_makes_a_dead_letter_that_can_be_sent_again(world):
    receiver = HookReceiver(500, 500, 500, 204)
    channel = world.hook("dead", receiver)
    world.route(channel)
    world.failing_account("dead account")
    dead = world.delivery(channel, "dead", 60)
    assert dead["attempts"] == 3 and "status 500" in dead["error"], dead
    assert "nobody may repeat" not in json.dumps(dead)
    shown = world.api.get(f"/notification-channels/{channel['id']}")
    assert shown["dead"] == 1 and "nobody may repeat" not in json.dumps(shown), shown
    world.api.post(f"/notification-deliveries/{dead['id']}/retry")
    again = receiver.wait(count=4)[3]
    assert again["headers"]["Patrol-Delivery"] == dead["id"]
    assert world.delivery(channel, "sent")["id"] == dead["id"]
    answer = world.api.send("POST", f"/api/v1/notification-deliveries/{dead['id']}/retry")
    assert answer.status == 409, answer.text
    world.forget(channel)
    receiver.stop()


def test_a_killed_server_delivers_after_its_start(world):
    receiver = HookReceiver()
    channel = world.hook("killed", receiver)
    world.route(channel)
    world.failing_account("killed account")
    world.server.kill()
    world.server.start()
    receiver.wait(timeout_s=90)
    world.forget(channel)
    receiver.stop()


def test_mail_goes_by_starttls_with_sign_in_and_hostile_names_are_inert(world):
    server = MailServer(world.certificate, MAIL_PASSWORD)
    channel = world.mail("mail", server, username="patrol", password=env("NOTIFY_MAIL"))
    tested = world.api.post(f"/notification-channels/{channel['id']}/test")
    assert tested["ok"], tested
    world.route(channel)
    world.failing_account(HOSTILE)
    kept = server.wait(lambda each: "alert(1)" in each["message"]["Subject"])
    assert kept["secure"] and kept["user"] == "patrol", kept
    assert kept["to"] == ["TO:<ops@example.com>", "TO:<lead@example.com>"], kept["to"]
    message = kept["message"]
    assert message["From"] == "Patrol <patrol@example.com>" and "\u202e" not in message["Subject"], message["Subject"]
    assert message.get_content_type() == "multipart/alternative"
    plain = message.get_body(("plain",)).get_content()
    page = message.get_body(("html",)).get_content()
    assert "http://patrol.test:8080/accounts/acc_" in plain, plain
    assert "<script" not in page and "&lt;script&gt;" in page and "\u202e" not in page + plain, page
    assert message["Message-ID"].strip("<>").split("@")[0] == message["Patrol-Delivery"]
    world.forget(channel)
    server.stop()


def test_mail_without_tls_or_with_a_wrong_password_is_not_sent(world):
    plain = MailServer(password=MAIL_PASSWORD)
    channel = world.mail("no tls", plain, username="patrol", password=env("NOTIFY_MAIL"))
    tested = world.api.post(f"/notification-channels/{channel['id']}/test")
    assert not tested["ok"] and "TLS" in tested["checks"][0]["detail"], tested
    assert not plain.messages
    world.forget(channel)
    server = MailServer(world.certificate, "another password")
    channel = world.mail("wrong", server, username="patrol", password=env("NOTIFY_MAIL"))
    tested = world.api.post(f"/notification-channels/{channel['id']}/test")
    assert not tested["ok"] and "password" in tested["checks"][0]["detail"], tested
    assert MAIL_PASSWORD not in json.dumps(tested)
    world.forget(channel)
    unknown = MailServer(make_certificate(pathlib.Path(tempfile.mkdtemp())), MAIL_PASSWORD)
    channel = world.mail("unknown", unknown)
    tested = world.api.post(f"/notification-channels/{channel['id']}/test")
    assert not tested["ok"] and "trusted" in tested["checks"][0]["detail"], tested
    world.forget(channel)
    for each in (plain, server, unknown):
        each.stop()


def test_slack_is_given_plain_text(world):
    channel = world.channel("slack", "slack", {"url": env("NOTIFY_SLACK")})
    world.route(channel)
    world.failing_account(HOSTILE + " 2")
    request = world.slack.wait(timeout_s=60)[0]
    assert request["path"] == "/services/T/B/x"
    text = request["body"].decode()
    assert "<!channel>" not in text and "\u202e" not in text and "&lt;!channel&gt;" in text, text
    assert '"mrkdwn":false' in text and '"type":"mrkdwn"' not in text, text
    assert "/services/T/B/x" not in json.dumps(world.api.get(f"/notification-channels/{channel['id']}"))
    world.forget(channel)


def test_a_digest_comes_in_its_hour_once(world):
    receiver = HookReceiver()
    channel = world.hook("digest", receiver)
    now = datetime.datetime.now(datetime.timezone.utc)
    route = world.route(channel, kinds=["digest"], digest_hour=(now.hour + 12) % 24)
    time.sleep(12)
    assert not receiver.requests, receiver.requests
    answer = world.api.send("PATCH", f"/api/v1/notification-routes/{route['id']}",
                            {"digest_hour": datetime.datetime.now(datetime.timezone.utc).hour})
    assert answer.status == 200, answer.text
    request = receiver.wait(timeout_s=30)[0]
    assert kind_of(request) == "digest", request
    body = json.loads(request["body"])
    assert body["facts"]["needs_you"] and body["url"].endswith("/today"), body
    time.sleep(12)
    assert len(receiver.requests) == 1, receiver.requests
    world.forget(channel)
    receiver.stop()


def test_redirects_are_not_followed_and_answers_not_repeated(world):
    elsewhere = HookReceiver()
    receiver = HookReceiver(302, headers={"Location": elsewhere.url + "/"})
    channel = world.hook("redirect", receiver)
    tested = world.api.post(f"/notification-channels/{channel['id']}/test")
    assert not tested["ok"] and "302" in tested["checks"][0]["detail"], tested
    assert "nobody may repeat" not in json.dumps(tested)
    assert not elsewhere.requests
    world.forget(channel)
    receiver.stop()
    elsewhere.stop()


def test_no_channel_leads_to_a_metadata_service_or_takes_a_foreign_secret(world):
    for url in ("http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/", "https://metadata.google.internal/",
                "http://2130706433/", "http://0x7f.1/"):
        answer = world.api.send("POST", "/api/v1/notification-channels", {
            "name": "x", "kind": "webhook", "webhook": {"url": url, "secret": env("NOTIFY_KEY")}})
        assert answer.status == 422 and answer.body["field"] == "webhook.url", (url, answer.text)
    answer = world.api.send("POST", "/api/v1/notification-channels", {
        "name": "x", "kind": "email", "email": {"host": "169.254.169.254", "from": "a@b", "to": ["c@d"]}})
    assert answer.status == 422 and answer.body["field"] == "email.host", answer.text
    answer = world.api.send("POST", "/api/v1/notification-channels", {
        "name": "x", "kind": "slack", "slack": {"url": env("OTHER")}})
    assert answer.status == 422 and answer.body["field"] == "slack.url.ref", answer.text


def test_the_command_line_does_it_too(world):
    receiver = HookReceiver()
    made = world.server.run("notification-channel", "create", "--name", "cli", "--kind", "webhook", "--url",
                            receiver.url + "/", "--secret", "env:PATROL_SECRET_NOTIFY_KEY", "--output", "json")
    assert made.returncode == 0, made.stderr
    channel = json.loads(made.stdout)
    tested = world.server.run("notification-channel", "test", channel["id"])
    assert tested.returncode == 0, tested.stderr + tested.stdout
    check_signature(receiver.wait()[0])
    assert kind_of(receiver.requests[0]) == "test"
    routed = world.server.run("notification-route", "create", "--channel", channel["id"], "--kind", "digest")
    assert routed.returncode == 0, routed.stderr
    today = world.server.run("today", "show", "--output", "json")
    assert today.returncode == 0 and "failing" in today.stdout, today.stderr
    assert world.server.run("notification-delivery", "list").returncode == 0
    receiver.stop()


def test_no_secret_in_log_or_database(world):
    files = [world.server.folder / "server.log", *(world.server.folder / "data").glob("patrol.db*")]
    for file in files:
        content = file.read_bytes()
        for secret in (SIGNING_KEY, MAIL_PASSWORD, "/services/T/B/x"):
            assert secret.encode() not in content, (file, secret)


def main():
    arguments = suite.arguments()
    if not suite.have("openssl"):
        suite.skip_all("openssl is not installed")
    world = World(arguments.patrol)
    tests = [each for name, each in sorted(globals().items(), key=lambda pair: getattr(
        pair[1], "__code__", main.__code__).co_firstlineno) if name.startswith("test_")]
    try:
        return suite.run(tests, world, only=arguments.only)
    finally:
        world.stop()


if __name__ == "__main__":
    sys.exit(main())
