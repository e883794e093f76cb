"""Attacks on secrets that Patrol keeps or refers to: oracles, reading back, moving sealed values."""
import pathlib
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server  # noqa: E402

VALUE = "the value that nobody may read back 7391"
OTHER = "another value that stays where it is 2846"
ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"


class Context:
    def __init__(self, patrol):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patrol-secrets-"))
        (self.folder / "good").write_text("a good secret")
        (self.folder / "link").symlink_to("/etc/passwd")
        (self.folder / "up").symlink_to("..")
        (self.folder / "inner").mkdir()
        self.server = Server(patrol, {"PATROL_SECRETS_DIR": str(self.folder), "PATROL_SECRET_GOOD": "a good secret",
                                      "OTHER_SECRET": "not for tenants"}).start()
        self.api = self.server.api()

    def sql(self, text, *values):
        with sqlite3.connect(self.server.folder / "data/patrol.db", timeout=20) as database:
            return database.execute(text, values).fetchall()

    def secret(self, name, value):
        return self.api.post("/secrets", {"name": name, "manager": "sealed", "value": value})["id"]

    def stop(self):
        self.server.stop()


@row(25, "reference to PATROL_MASTER_KEY, PATH, a setting, a file outside of the folder, a link out of it", "422 when written")
def references_as_oracles(c):
    environment = ["PATROL_MASTER_KEY", "PATROL_MASTER_KEY_FILE", "PATH", "HOME", "OTHER_SECRET", "PATROL_SECRETS_DIR",
                   "PATROL_BOOTSTRAP_PASSWORD_FILE", "patrol_secret_good", "PATROL_SECRET_", "PATROL_SECRET_A=B",
                   "PATROL_SECRET_\n", "PATROL_SECRET_ÄÖ", "", "PATROL_SECRET_" + "A" * 5000]
    files = ["../../etc/shadow", "/etc/shadow", "..", ".", "", "inner/../../x", "./../good", "good\0", "a\nb",
             "a" * 5000]
    for manager, refs in (("env", environment), ("file", files)):
        for ref in refs:
            answer = c.api.send("POST", "/api/v1/secrets", {"name": "oracle", "manager": manager, "ref": ref})
            assert answer.status == 422, (manager, ref[:60], answer.status, answer.text)
            answer = c.api.send("POST", "/api/v1/cloud-accounts", {"name": "a", "provider": "aws", "auth": {
                "kind": "access_keys", "access_key_id": {"manager": manager, "ref": ref},
                "secret_access_key": {"manager": manager, "ref": ref}}})
            assert answer.status == 422, (manager, ref[:60], answer.status, answer.text)
    for ref in ("link", "up/etc/passwd"):
        answer = c.api.send("POST", "/api/v1/secrets", {"name": "link", "manager": "file", "ref": ref})
        if answer.status == 201:  # the folder may change later, so a link is found when it is followed
            report = c.api.post(f"/secrets/{answer.body['id']}/test")
            assert not report["ok"] and "root:" not in str(report), report
            c.api.send("DELETE", f"/api/v1/secrets/{answer.body['id']}")
        else:
            assert answer.status == 422, (ref, answer.text)
    for manager, ref in (("env", "PATROL_SECRET_GOOD"), ("file", "good")):
        made = c.api.send("POST", "/api/v1/secrets", {"name": manager, "manager": manager, "ref": ref})
        assert made.status == 201, made.text  # the control
        report = c.api.post(f"/secrets/{made.body['id']}/test")
        assert report["ok"] and "a good secret" not in str(report), report
    return f"{len(environment)} variables, {len(files)} files"


@row(26, "read a stored secret back by any endpoint", "never: has_value at most")
def reading_back(c):
    made = c.api.send("POST", "/api/v1/secrets", {"name": "read back", "manager": "sealed", "value": VALUE})
    assert made.status == 201 and VALUE not in made.text, made.text
    secret = made.body["id"]
    answers = [made.text, c.api.send("POST", f"/api/v1/secrets/{secret}/test", {}).text,
               c.api.send("PATCH", f"/api/v1/secrets/{secret}", {"name": "renamed"}).text,
               c.api.send("POST", "/api/v1/secrets", {"name": "renamed", "manager": "sealed", "value": VALUE}).text,
               c.api.send("PATCH", f"/api/v1/secrets/{secret}", {"value": 7}).text]
    count = 0
    for method, path, role in attacks.routes():
        if method != "GET" or role == "connect_token" or path == "/api/v1/events":
            continue
        answers.append(c.api.send("GET", path.replace("{id}", secret).replace("{other}", secret)).text)
        count += 1
    for search in (f"q={VALUE.split()[0]}", "q=value%5Ethe", "sort=value", "fields=value"):
        answers.append(c.api.send("GET", "/api/v1/secrets?" + search).text)
    assert not [text for text in answers if VALUE in text or VALUE[:20] in text]
    listed = next(each for each in c.api.all("/secrets") if each["id"] == secret)
    assert listed["has_value"] is True and not {"value", "sealed"} & set(listed), listed
    stored = c.sql("SELECT sealed FROM secret WHERE id = ?", secret)[0][0]
    assert VALUE.encode() not in stored
    assert VALUE not in c.server.log_text()
    return f"{count} endpoints"


@row(28, "sealed value copied into another record, cut, or changed by one bit (SQL)", "it does not open; nothing is told of it")
def moved_values(c):
    first, second = c.secret("first", VALUE), c.secret("second", OTHER)
    sealed = c.sql("SELECT sealed FROM secret WHERE id = ?", first)[0][0]
    assert c.api.post(f"/secrets/{second}/test")["ok"]  # the control
    flipped = bytes([sealed[0], *sealed[1:-1], sealed[-1] ^ 1])
    for wrong in (sealed, flipped, sealed[:-1], sealed[:10], b"", sealed + b"\0"):
        c.sql("UPDATE secret SET sealed = ? WHERE id = ?", wrong, second)
        answer = c.api.send("POST", f"/api/v1/secrets/{second}/test", {})
        assert answer.status >= 400 or not answer.body["ok"], (len(wrong), answer.text)
        assert VALUE not in answer.text and OTHER not in answer.text
    assert c.api.post(f"/secrets/{first}/test")["ok"]
    assert VALUE not in c.server.log_text() and OTHER not in c.server.log_text()


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
