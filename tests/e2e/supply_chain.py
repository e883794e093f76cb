"""What the release is made of and how it was hardened, read from the program and the repository itself."""
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402
from harness.patrol_server import Api, Server  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENDBR64 = b"\xf3\x0f\x1e\xfa"


class Context:
    def __init__(self, patrol):
        self.patrol = pathlib.Path(patrol).resolve()
        self.is_release = "-O2" in (ROOT / "cmake/Toolchain.cmake").read_text() and self.patrol.parent.parent.name == "release"

    def readelf(self, *options):
        return subprocess.run(["readelf", "-W", *options, str(self.patrol)], check=True, capture_output=True, text=True).stdout

    def stop(self):
        pass


def test_position_independent_with_read_only_relocations(c):
    assert "DYN (Position-Independent Executable file)" in c.readelf("-h")
    dynamic, segments = c.readelf("-d"), c.readelf("-l")
    assert re.search(r"FLAGS_1\).*NOW.*PIE", dynamic) and "BIND_NOW" in dynamic, dynamic
    assert "GNU_RELRO" in segments
    assert re.search(r"GNU_STACK.* RW ", segments) and " RWE " not in segments, segments
    assert "RUNPATH" not in dynamic and "RPATH" not in dynamic and "TEXTREL" not in dynamic


def test_stack_protector_and_checked_functions(c):
    symbols = c.readelf("--dyn-syms")
    assert "__stack_chk_fail" in symbols
    if c.is_release:
        checked = set(re.findall(r"__(\w+)_chk@", symbols))
        assert {"memcpy", "vsnprintf"} <= checked or len(checked) >= 2, checked


def segments_of(text):
    """[(offset, address, size)] of what is loaded."""
    found = re.findall(r"LOAD\s+0x(\w+)\s+0x(\w+)\s+0x\w+\s+0x(\w+)", text)
    return [tuple(int(each, 16) for each in line) for line in found]


def test_functions_begin_with_a_branch_target(c):
    """Control flow may be bent only to the beginnings of functions. The note in the program that would say
    so is missing because the C library's start files of Debian 12 carry none, so the code is looked at."""
    if os.uname().machine != "x86_64":
        return
    image, segments = c.patrol.read_bytes(), segments_of(c.readelf("-l"))
    marked = count = 0
    for address, name in re.findall(r"^\s*\d+: (\w+)\s+\d+ FUNC\s+\w+\s+DEFAULT\s+\d+ (_ZNK?6patrol\w+)$", c.readelf("-s"), re.M):
        if "_GLOBAL__N_" in name:
            continue  # of one file and called directly: needs no mark
        value = int(address, 16)
        for offset, start, size in segments:
            if start <= value < start + size:
                at = value - start + offset
                marked += image[at:at + 4] == ENDBR64
                count += 1
    assert count > 500 and marked >= 0.99 * count, (marked, count)


def test_no_path_of_the_machine_that_built_it(c):
    image = c.patrol.read_bytes()
    for path in {str(ROOT), str(ROOT.parent), os.path.expanduser("~") + "/"} - {"/", "//"}:
        assert path.encode() + b"/src" not in image and path.encode() + b"/build" not in image, path


def test_no_time_of_the_build_in_the_code(_):
    for file in [*ROOT.glob("src/**/*.cc"), *ROOT.glob("src/**/*.h"), *ROOT.glob("src/**/*.cpp")]:
        assert not re.search(r"__(DATE|TIME|TIMESTAMP)__", file.read_text()), file


@functools.cache
def bill(c):
    """Of this build, else made anew."""
    made = c.patrol.parent.parent / "patrol.cdx.json"
    if made.exists():
        return json.loads(made.read_text())
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "bill.json"
        subprocess.run([sys.executable, str(ROOT / "tools/sbom.py"), "--binary", str(c.patrol), "--lock",
                        str(ROOT / "web/package-lock.json"), "--version", "0.1.0", "--output", str(output)], check=True)
        return json.loads(output.read_text())


def test_bill_of_materials(c):
    if not shutil.which("dpkg-query"):
        return
    found = bill(c)
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.5", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", found["serialNumber"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["metadata"]["timestamp"])
    components = found["components"]
    references = [each["bom-ref"] for each in components]
    assert len(references) == len(set(references)) > 50, len(references)
    for each in components:
        assert each["type"] == "library" and each["name"] and each["version"] and each["purl"].startswith("pkg:"), each
        for hashed in each.get("hashes", []):
            assert re.fullmatch(r"SHA-(256|384|512)", hashed["alg"]) and re.fullmatch("[0-9a-f]{64,128}", hashed["content"])
        for licence in each.get("licenses", []):
            assert set(licence) in ({"license"}, {"expression"}), licence
    graph = {each["ref"]: each.get("dependsOn", []) for each in found["dependencies"]}
    assert set(graph) == {*references, found["metadata"]["component"]["bom-ref"]}
    assert set(graph[found["metadata"]["component"]["bom-ref"]]) == set(references)


def test_bill_names_every_library_that_is_linked(c):
    if not shutil.which("dpkg-query"):
        return
    names = " ".join(each["name"] for each in bill(c)["components"])
    for library in re.findall(r"Shared library: \[(lib[a-z0-9+_-]+?)[-.\d]*\.so", c.readelf("-d")):
        short = {"libstdc++": "libstdc++6", "libm": "libc6", "libc": "libc6", "libz": "zlib1g", "libgcc_s": "libgcc-s1",
                 "libcrypto": "libssl3"}.get(library, library)
        assert short in names, (library, names)
    assert "libboost" in names and "react" in names


def test_lock_file_pins_every_package_by_its_hash(_):
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    assert lock["lockfileVersion"] == 3
    for folder, entry in lock["packages"].items():
        if folder:
            assert entry["integrity"].startswith("sha512-") and entry["resolved"].startswith("https://"), folder
            assert re.fullmatch(r"\d+\.\d+\.\d+[-+.\w]*", entry["version"]), folder
    asked = json.loads((ROOT / "web/package.json").read_text())
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned: {version}"


def test_no_package_runs_a_script_when_it_is_installed(_):
    places = [ROOT / "src/console/room.cmake", *(each for each in (ROOT / "scripts").iterdir() if each.is_file())]
    commands = [line for place in places for line in re.sub(r"\\\n\s*", " ", place.read_text()).splitlines()
                if re.search(r"(npm|PATROL_NPM\})\s+(ci|install)\b", line) and not line.lstrip().startswith("#")]
    assert len(commands) >= 2, commands
    assert all("--ignore-scripts" in command for command in commands), commands


def test_notices_of_others_are_part_of_the_program(c):
    assert (ROOT / "NOTICE").exists() and (ROOT / "LICENSE").exists()
    server = Server(c.patrol).start()
    try:
        notices = Api(server.url).send("GET", "/third-party-notices.txt")
    finally:
        server.stop()
    if not c.is_release:
        return  # without the console there is nothing of others
    lock = json.loads((ROOT / "web/package-lock.json").read_text())["packages"]
    assert notices.status == 200, notices.status
    for folder, entry in lock.items():
        if folder and not entry.get("dev") and not entry.get("optional"):
            name = re.sub(r"^.*node_modules/", "", folder)
            assert f"{name} {entry['version']}" in notices.text, name


if __name__ == "__main__":
    sys.exit(suite.main(Context, globals()))
