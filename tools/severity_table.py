"""Writes the tables of docs/reference/severity.md from catalogue/severity: run it after a rule changed.

    python3 tools/severity_table.py        rewrites the file between its two marks
"""
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/reference/severity.md"
BEGIN, END = "<!-- rules -->\n", "<!-- end of rules -->\n"
WORST_FIRST = ["critical", "high", "medium", "low", "info"]


def load(section):
    out = {}
    for file in sorted((ROOT / "catalogue/severity/aws").glob("*.yaml")):
        out.update(yaml.safe_load(file.read_text()).get(section) or {})
    return out


def service(rule):
    return rule["types"].split()[0].split("::")[1]


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def tables():
    rules = load("rules")
    services = {}
    for name, rule in rules.items():
        services.setdefault(service(rule), []).append((name, rule))
    yield f"{len(rules)} rules over {len({t for r in rules.values() for t in r['types'].split()})} types.\n"
    for title in sorted(services, key=str.lower):
        yield f"\n### {title}\n\n| rule | severity | says |\n|---|---|---|\n"
        for name, rule in sorted(services[title], key=lambda item: WORST_FIRST.index(item[1]["severity"])):
            yield f"| `{name}` | {rule['severity']} | {cell(rule['title'])} |\n"
    yield "\n## Built-in noise classes\n\n| class | of | what it hides |\n|---|---|---|\n"
    yield "| `reordered` | every type | The same elements of a list in another order |\n"
    for name, rule in load("noise").items():
        types = ", ".join(t.split("::", 1)[1] for t in rule.get("types", "").split()) or "every type"
        yield f"| `{name}` | {types} | {cell(rule['title'])} |\n"


def main():
    text = DOCUMENT.read_text()
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    new = head + BEGIN + "".join(tables()) + END + tail
    if "--check" in sys.argv:
        return 0 if new == text else 1
    DOCUMENT.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
