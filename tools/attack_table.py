"""Writes docs/reference/attacks.md from the rows that tests/attacks name.

usage: attack_table.py [--check]   --check: exit 1 when the page is not what the tests say
"""
import ast
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reference/attacks.md"
ROWS = 55
HEAD = """# Attacks

What an attacker may try, and the test that tries it against the running server, at every `./scripts/test`.
Made by `tools/attack_table.py` from `tests/attacks/`; the numbers are those of the list that these tests
were written from. *Open* is what cannot be tried because the feature is not built: it is told at every run
and counts as neither passed nor failed.

    python3 tests/attacks/egress.py --patrol PATH     # one theme; --only NAME for one test

| # | what is tried | what must come of it | test |
|---|---|---|---|
"""


def literal(node):
    return ast.literal_eval(node)


def rows_of(path):
    """[(number, attempt, expected, needs, unbuilt, function)] of a file."""
    found = []
    for node in ast.parse(path.read_text()).body:
        for decorator in getattr(node, "decorator_list", []):
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "row":
                number, attempt, expected = (literal(argument) for argument in decorator.args)
                named = {each.arg: literal(each.value) for each in decorator.keywords}
                found.append((number, attempt, expected, named.get("needs", ""), named.get("unbuilt", ""), node.name))
    return found


def is_open(needs, unbuilt):
    return unbuilt or (needs and f'"{needs}"' not in (ROOT / "src/api/routes.cc").read_text())


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def page():
    lines = []
    for path in sorted((ROOT / "tests/attacks").glob("*.py")):
        for number, attempt, expected, needs, unbuilt, name in rows_of(path):
            where = f"`{path.name}` {name}"
            if is_open(needs, unbuilt):
                where = f"*open*: {unbuilt or 'the API has no ' + needs + ' yet'}"
            lines.append((number, f"| {number} | {cell(attempt)} | {cell(expected)} | {cell(where)} |"))
    lines.sort(key=lambda line: line[0])
    missing = sorted(set(range(1, ROWS + 1)) - {number for number, _ in lines})
    if missing:
        sys.exit(f"tests/attacks: no test names row {', '.join(map(str, missing))}")
    told = len({number for number, line in lines if "*open*" in line})
    tail = f"\n{len(lines)} tests of {ROWS} rows; {told} rows have an open part.\n"
    return HEAD + "\n".join(text for _, text in lines) + "\n" + tail


def main():
    text = page()
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != text:
            sys.exit("docs/reference/attacks.md is stale: run python3 tools/attack_table.py")
        return
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
