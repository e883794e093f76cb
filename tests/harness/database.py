"""The database of a server under test: SQLite in its folder, or a scratch schema of the PostgreSQL that
$PATROL_TEST_POSTGRES names. SQL is of their common subset; bytes are written with blob()."""
import os
import secrets
import shutil
import sqlite3
import subprocess


class Sqlite:
    arguments = ()

    def __init__(self):
        self.file = None

    def of(self, server):
        self.file = server.folder / "data/patrol.db"

    def run(self, sql):
        """[[text]] of the rows."""
        rows = sqlite3.connect(self.file, timeout=30)
        with rows:
            found = [list(each) for each in rows.execute(sql).fetchall()]
        rows.close()
        return found

    @staticmethod
    def blob(data):
        return f"x'{data.hex()}'"

    def close(self):
        pass


class Postgres:
    """As the platform: row-level security binds the role of the tests too."""

    def __init__(self, url):
        self.schema = "patrol_" + secrets.token_hex(6)
        self.plain = url
        self.url = url + ("&" if "?" in url else "?") + "options=-csearch_path%3D" + self.schema
        self.psql(self.plain, f"CREATE SCHEMA {self.schema}")
        self.arguments = ("--database", self.url)

    def of(self, server):
        pass

    @staticmethod
    def psql(url, sql):
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", url],
                              input=sql + ";\n", capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def run(self, sql):
        return self.psql(self.url, "SET app.platform = 'on';\n" + sql)

    @staticmethod
    def blob(data):
        return f"decode('{data.hex()}', 'hex')"

    def close(self):
        self.psql(self.plain, f"SET client_min_messages = warning; DROP SCHEMA {self.schema} CASCADE")


def every():
    """A maker of each database that is there: [(name, maker)]."""
    found = [("SQLite", Sqlite)]
    url = os.environ.get("PATROL_TEST_POSTGRES")
    if url and shutil.which("psql"):
        found.append(("PostgreSQL", lambda: Postgres(url)))
    else:
        print("skipped: PostgreSQL (PATROL_TEST_POSTGRES is not set, or psql is not installed)")
    return found
