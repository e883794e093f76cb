"""Checks src/LAYERS: the table has no cycle, and no room includes another without a door."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z_]+)/')


def read_doors():
    doors = {}
    for line in (SRC / "LAYERS").read_text().splitlines():
        if line.startswith("#") or ":" not in line:
            continue
        room, allowed = line.split(":", 1)
        doors[room.strip()] = set(allowed.split())
    return doors


def cycle(doors):
    done, path = set(), []

    def visit(room):
        if room in path:
            return path[path.index(room):] + [room]
        if room in done:
            return None
        path.append(room)
        for next_room in sorted(doors.get(room, ())):
            found = visit(next_room)
            if found:
                return found
        path.pop()
        done.add(room)
        return None

    for room in sorted(doors):
        found = visit(room)
        if found:
            return found
    return None


def problems(doors):
    for file in sorted(SRC.rglob("*")):
        if file.suffix not in (".cc", ".h", ".cpp"):
            continue
        room = file.relative_to(SRC).parts[0]
        if room == "testing":
            continue
        if room not in doors:
            yield f"{file.relative_to(ROOT)}: the room {room} is not in src/LAYERS"
            continue
        allowed = doors[room] | {room, "base"}
        if file.name.endswith("_test.cc"):
            allowed = allowed | {"testing", "model"}
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if match and match[1] in doors and match[1] not in allowed:
                yield f"{file.relative_to(ROOT)}:{number}: {room} has no door to {match[1]}"


def main():
    doors = read_doors()
    found = list(problems(doors))
    loop = cycle(doors)
    if loop:
        found.append("src/LAYERS: a cycle: " + " -> ".join(loop))
    for problem in found:
        print(problem)
    print(f"{len(doors)} rooms, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
