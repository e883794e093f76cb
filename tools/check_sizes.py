"""Checks the size rules: files of at most 400 lines, functions of at most 70, lines of at most 120."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
LINE_CHARS_MAX = 120
FOLDERS = ("src", "bench", "fuzz", "tools", "tests", "scripts", "web/src", "web/scripts")
SUFFIXES = {".cc", ".h", ".cpp", ".py", ".mjs", ".sh", ".ts", ".tsx", ".css"}
GENERATED = {"schema.d.ts"}
# A function body opens at column 0 (clang-format's layout) and closes with a lone brace there.
OPENS = re.compile(r"^[^\s#/}].*\)\s*(const|noexcept|override|->.*|\s)*\{$|^\S.*\)\s*:.*\{$")
# A function of the console, in the layout of its formatter.
OPENS_SCRIPT = re.compile(r"^(export )?(default )?(async )?function\b|^(export )?const \w+ = .*(=>|\()\s*\{?$")


def functions(lines, opens=OPENS):
    """(first line, length) of each top-level function."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and opens.match(line) and not line.startswith(("namespace", "class", "struct", "enum")):
            start = number
        elif start is not None and line.startswith("}"):
            yield start, number - start + 1
            start = None


def is_code(file):
    """Tests and benches hold documents as text, which no formatter may break."""
    return file.suffix in (".cc", ".h", ".cpp") and not file.stem.endswith(("_test", "_bench"))


def function_form(name):
    """How a function of this file opens; None where functions are not measured."""
    if name.suffix in (".cc", ".h") and not name.name.endswith("_test.cc"):
        return OPENS
    if name.suffix in (".ts", ".tsx", ".mjs") and ".test." not in name.name:
        return OPENS_SCRIPT
    return None


def problems():
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix not in SUFFIXES or not file.is_file() or "node_modules" in file.parts:
                continue
            if file.name in GENERATED:
                continue
            name = file.relative_to(ROOT)
            lines = file.read_text().splitlines()
            if len(lines) > FILE_LINES_MAX:
                yield f"{name}: {len(lines)} lines, at most {FILE_LINES_MAX}"
            for number, line in enumerate(lines, 1):
                if len(line) > LINE_CHARS_MAX and is_code(file):
                    yield f"{name}:{number}: {len(line)} characters, at most {LINE_CHARS_MAX}"
            if opens := function_form(name):
                for number, length in functions(lines, opens):
                    if length > FUNCTION_LINES_MAX:
                        yield f"{name}:{number}: a function of {length} lines, at most {FUNCTION_LINES_MAX}"


def main():
    found = list(problems())
    for problem in found:
        print(problem)
    print(f"{len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
