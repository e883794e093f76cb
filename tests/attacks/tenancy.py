"""Attacks across walls: tenants, roles, customers, people."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.patrol_server import Server  # noqa: E402
from harness.visitor import Visitor  # noqa: E402

ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
RANK = {"viewer": 0, "operator": 1, "admin": 2, "owner": 3}


class Context:
    def __init__(self, patrol):
        self.server = Server(patrol).start()
        self.api = self.server.api()

    def stop(self):
        self.server.stop()


def fill(path):
    return path.replace("{id}", "acc_" + ID).replace("{other}", "snp_" + ID).replace("{key}", "grp_" + ID)


@row(15, "viewer and operator try everything that is above them", "403 for each, before the body is looked at")
def above_the_role(c):
    count = 0
    for role in ("viewer", "operator", "admin"):
        token = c.api.post("/tokens", {"name": role, "role": role})["token"]
        visitor = Visitor(c.server.url, token=token)
        for method, path, needed in attacks.routes():
            if RANK.get(needed, -1) <= RANK[role] or path == "/api/v1/session":
                continue
            for body in (None, b"{", {"nonsense": 1}):
                answer = visitor.send(method, fill(path), body if method != "GET" else None)
                assert answer.status == 403, (role, method, path, answer.status, answer.text)
            count += 1
    assert count > 40, count
    return f"{count} refusals"


@row(6, "tenant B adds the role of A's customer", "STS denies it (another ID); nothing of A is told",
     unbuilt="tenants are made by /api/v1/platform/tenants, which is not there yet")
def role_of_a_foreign_customer(c):
    pass


@row(13, "GET every URL of tenant A as B", "404", unbuilt="there is one tenant yet")
def reading_across(c):
    pass


@row(14, "POST, PATCH, DELETE of A's things as B, and A's ids inside bodies", "404 or 422, nothing changed",
     unbuilt="there is one tenant yet")
def writing_across(c):
    pass


@row(16, "person limited to one customer lists, searches, exports, listens", "only that customer's",
     unbuilt="limits by customer are not there yet")
def beyond_the_customer(c):
    pass


@row(18, "Last-Event-ID of another tenant", "nothing foreign", unbuilt="there is one tenant yet")
def foreign_events(c):
    pass


@row(54, "last owner removes himself; invitation above one's own role", "409, 403",
     unbuilt="there are no further users yet")
def last_owner(c):
    pass


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
