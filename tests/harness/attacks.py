"""Rows of the attack list: each test names its row, what is tried and what must come of it.

A row whose feature is not there is told as open, never as passed. docs/reference/attacks.md is made from
these decorations by tools/attack_table.py.
"""
import pathlib
import re
import time
import traceback

from harness import suite

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
KEPT = []  # what must not be collected while a server runs


def has_route(path):
    """Whether the API has this path."""
    return f'"{path}"' in (ROOT / "src/api/routes.cc").read_text()


def row(number, attempt, expect, needs="", unbuilt=""):
    """`needs`: a path of the API without which the row is open. `unbuilt`: why the row is open always."""
    def mark(function):
        function.attack_row = {"number": number, "attempt": attempt, "expect": expect, "needs": needs, "unbuilt": unbuilt}
        return function
    return mark


def reason_open(marked):
    if marked["unbuilt"]:
        return marked["unbuilt"]
    if marked["needs"] and not has_route(marked["needs"]):
        return f"the API has no {marked['needs']} yet"
    return ""


def main(make_context, names):
    """Runs the rows of `names` in their order; exit code 1 when one failed."""
    options = suite.arguments()
    tests = [value for value in names.values() if hasattr(value, "attack_row") and options.only in value.__name__]
    context = make_context(options.patrol)
    counts = {"passed": 0, "failed": 0, "open": 0}
    try:
        for test in tests:
            counts[run(test, context)] += 1
    finally:
        context.stop()
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["failed"] else 0


def run(test, context):
    name = f"row {test.attack_row['number']}: {test.attack_row['attempt']}"
    if reason := reason_open(test.attack_row):
        print(f"open: {name}: {reason}", flush=True)
        return "open"
    start = time.time()
    try:
        figure = test(context)
    except Exception:
        print(f"FAILED  {name}", flush=True)
        traceback.print_exc()
        return "failed"
    print(f"ok      {name}{f': {figure}' if figure else ''} ({time.time() - start:.1f} s)", flush=True)
    return "passed"


def routes():
    """[(method, path, role)] of the whole API, without what streams for ever."""
    text = (ROOT / "src/api/routes.cc").read_text()
    rows = re.findall(r'\{Method::(\w+),\s*"([^"]+)",\s*(\w+),', text)
    return [(method.rstrip("_").upper(), path, role.rstrip("_")) for method, path, role in rows]
