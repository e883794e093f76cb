"""Attacks on the audit log: by the API, by SQL below it, and by who would like not to be in it."""
import http.client
import os
import pathlib
import re
import sqlite3
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server  # noqa: E402
from harness.visitor import Visitor  # noqa: E402


class Context:
    def __init__(self, patrol):
        self.server = Server(patrol).start()
        self.api = self.server.api()
        for i in range(20):
            self.api.post("/customers", {"name": f"customer {i}"})

    def database(self):
        return sqlite3.connect(self.server.folder / "data/patrol.db", timeout=20)

    def verify(self, *arguments):
        return self.server.run("audit", "verify", *arguments)

    def stop(self):
        self.server.stop()


def without_triggers(database):
    """What somebody with the file in hand does first."""
    for name, in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'").fetchall():
        database.execute(f"DROP TRIGGER {name}")


@row(29, "the server killed while people work, ten times", "every act that was done is in the log, as done or as unknown")
def killed_between_act_and_entry(c):
    made, stop = 0, threading.Event()

    def work():
        nonlocal made
        while not stop.is_set():
            try:
                made += c.api.send("POST", "/api/v1/customers", {"name": f"hurried {made}-{os.urandom(4).hex()}"}).status == 201
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(10):
        time.sleep(0.15 + 0.037 * turn)
        c.server.kill()
        c.server.start()
    stop.set()
    for thread in threads:
        thread.join()
    customers = [each for each in c.api.all("/customers") if each["name"].startswith("hurried")]
    entries = [each for each in c.api.all("/audit?q=action%3Dcustomer.create")]
    told = {each["object"]["id"] for each in entries if each["outcome"] == "done"}
    untold = [each for each in customers if each["id"] not in told]
    unknown = [each for each in entries if each["outcome"] == "unknown"]
    assert len(untold) <= len(unknown), (len(untold), len(unknown))
    assert all(each["actor"]["id"] and each["reason"] == "interrupted" for each in unknown), unknown
    assert len(customers) >= made > 50, (len(customers), made)
    with c.database() as database:
        assert database.execute("SELECT COUNT(*) FROM audit_announced").fetchone() == (0,)
    return f"{len(customers)} acts, 10 kills: {len(unknown)} unknown, {len(untold)} of them done"


@row(29, "one byte of an audit row changed by SQL, through the database's own refusal and around it",
     "the database refuses; then `patrol audit verify` exits 1 and names the row")
def changed_row(c):
    assert c.verify().returncode == 0
    with c.database() as database:
        number, name = database.execute("SELECT seq, object_name FROM audit_entry WHERE object_name = 'customer 7'").fetchone()
        for text in ("UPDATE audit_entry SET object_name = 'x'", "DELETE FROM audit_entry",
                     "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"):
            try:
                database.execute(text)
                raise AssertionError(f"done: {text}")
            except sqlite3.DatabaseError as error:
                assert "append-only" in str(error), error
    with c.database() as database:
        saved = [line[0] for line in database.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'")]
        without_triggers(database)
        database.execute("UPDATE audit_entry SET object_name = 'customer 8' WHERE seq = ?", (number,))
        database.commit()
        done = c.verify()
        assert done.returncode == 1 and re.search(rf"\b{number}\b", done.stdout + done.stderr), (done.stdout, done.stderr)
        database.execute("UPDATE audit_entry SET object_name = ? WHERE seq = ?", (name, number))
        for trigger in saved:
            database.execute(trigger)
        database.commit()
    assert c.verify().returncode == 0


@row(29, "a middle row deleted, rows exchanged, the newest rows deleted with the chain's end set back",
     "named; the last only with a head noted elsewhere")
def deleted_rows(c):
    noted = c.api.get("/audit/verify")["head"]
    with c.database() as database:
        without_triggers(database)
        database.commit()
        rows = database.execute("SELECT tenant, MAX(seq) FROM audit_entry GROUP BY tenant").fetchall()
        (tenant, newest), = rows
        gone = database.execute("SELECT * FROM audit_entry WHERE seq = 5").fetchone()
        places = ", ".join("?" * len(gone))
        database.execute("DELETE FROM audit_entry WHERE seq = 5")
        database.commit()
        done = c.verify()
        assert done.returncode == 1 and re.search(r"\b[45]\b|\b6\b", done.stdout + done.stderr), done.stdout + done.stderr
        database.execute(f"INSERT INTO audit_entry VALUES ({places})", gone)
        database.commit()
        assert c.verify().returncode == 0
        for pair in ((3, -1), (4, 3), (-1, 4)):
            database.execute("UPDATE audit_entry SET seq = ? WHERE seq = ?", (pair[1], pair[0]))
        database.commit()
        assert c.verify().returncode == 1
        for pair in ((4, -1), (3, 4), (-1, 3)):
            database.execute("UPDATE audit_entry SET seq = ? WHERE seq = ?", (pair[1], pair[0]))
        database.commit()
        assert c.verify().returncode == 0
        database.execute("DELETE FROM audit_entry WHERE seq = ?", (newest,))
        hashed, = database.execute("SELECT hash FROM audit_entry WHERE seq = ?", (newest - 1,)).fetchone()
        database.execute("UPDATE audit_head SET seq = ?, hash = ? WHERE tenant = ?", (newest - 1, hashed, tenant))
        database.commit()
    done = c.verify("--head", noted)
    assert done.returncode == 1, done.stdout + done.stderr


@row(29, "changing the log by the API; reading it below the role of an administrator", "405 or 404; 403")
def by_the_api(c):
    visitor = Visitor(c.server.url, token=c.api.token)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/audit", "/audit/1", "/audit/verify", "/audit/export"):
            assert visitor.api(method, path, {} if method != "DELETE" else None).status in (404, 405), (method, path)
    for role in ("viewer", "operator"):
        token = c.api.post("/tokens", {"name": role, "role": role})["token"]
        for path in ("/audit", "/audit/verify", "/audit/export"):
            assert Visitor(c.server.url, token=token).api("GET", path).status == 403, (role, path)


@row(15, "what is above a role is tried", "an entry of the audit log: refused, who, what")
def refusals_are_written_down(c):
    token = c.api.post("/tokens", {"name": "curious", "role": "viewer"})["token"]
    answer = Visitor(c.server.url, token=token).api("POST", "/customers", {"name": "mine"})
    assert answer.status == 403, answer.text
    found = [each for each in c.api.all("/audit?q=outcome%3Drefused") if answer.body["trace_id"] in str(each)]
    assert len(found) == 1 and found[0]["action"] == "customer.create", found


@row(10, "passwords and connect tokens guessed until the door is shut", "an entry of the audit log with the address")
def guesses_are_written_down(c):
    visitor = Visitor(c.server.url, "127.3.0.1")
    statuses = [visitor.sign_in(password=f"guess number {i:04}").status for i in range(13)]
    assert 429 in statuses, statuses
    found = [each for each in c.api.all("/audit") if "127.3.0.1" in str(each)]
    assert any(each["outcome"] == "refused" for each in found), found
    assert not any("guess number" in str(each) for each in c.api.all("/audit")), "a password is in the log"


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
