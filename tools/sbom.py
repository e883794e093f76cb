"""Writes the software bill of materials of a built `patrol`: CycloneDX 1.5, JSON.

usage: sbom.py --binary FILE --lock web/package-lock.json --version V --output FILE

What is in it: the libraries that the program is linked with, to the last one, as packages of Debian with
their exact versions (ldd, dpkg-query); header-only libraries that are compiled in; the npm packages that may be
part of the console, with the hashes of the lock file. Two runs over the same inputs write the same bytes:
the time is SOURCE_DATE_EPOCH where that is set, else the binary's, and the serial number follows from the
content.
"""
import argparse
import base64
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import uuid

COMPILED_IN = ["libboost1.81-dev"]  # headers of these packages become code of the binary
SPDX = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.+-]*$")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def linked_libraries(binary):
    """The files that the loader will take, direct and indirect."""
    return sorted({match for match in re.findall(r"=> (/\S+)", output_of("ldd", str(binary)))})


def packages_of(files):
    """The Debian packages that own the files, whose paths may be written in two ways (/lib, /usr/lib)."""
    paths = set()
    for file in files:
        real = os.path.realpath(file)
        paths |= {file, real, real.removeprefix("/usr"), "/usr" + real}
    found = subprocess.run(["dpkg-query", "-S", *sorted(paths)], capture_output=True, text=True, check=False).stdout
    return {line.split(": ")[0].split(",")[0] for line in found.splitlines() if not line.startswith("diversion")}


def licences_of(package):
    """Names in the package's machine-readable copyright file; none where it has no such file."""
    path = pathlib.Path("/usr/share/doc") / package / "copyright"
    if not path.exists() or "copyright-format/1.0" not in (text := path.read_text(errors="replace")):
        return []
    names = {name.strip() for name in re.findall(r"^License:[ \t]*(.+)$", text, re.M)}
    return [{"license": {"name": name}} for name in sorted(names)[:10]]


def system_components(packages):
    form = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n"
    lines = output_of("dpkg-query", "-W", "-f", form, *sorted(packages)).splitlines()
    return [system_component(*line.split("\t")) for line in sorted(set(lines))]


def system_component(name, version, architecture, source, source_version):
    purl = f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?arch={architecture}"
    component = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
                 "properties": [{"name": "patrol:source", "value": f"{source} {source_version}"}]}
    if licences := licences_of(name):
        component["licenses"] = licences
    return component


def npm_components(lock):
    """Every package that `dependencies` reach: what may be shipped."""
    out = []
    for folder, entry in json.loads(lock.read_text())["packages"].items():
        if not folder or entry.get("dev") or entry.get("optional"):
            continue
        name = re.sub(r"^.*node_modules/", "", folder)
        algorithm, _, digest = entry["integrity"].partition("-")
        purl = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
        component = {"type": "library", "bom-ref": f"{purl}#{folder}", "name": name, "version": entry["version"],
                     "purl": purl, "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"),
                                               "content": base64.b64decode(digest).hex()}]}
        if licence := entry.get("license"):
            simple = SPDX.match(licence)
            component["licenses"] = [{"license": {"id": licence}} if simple else {"expression": licence}]
        out.append(component)
    return out


def time_of(binary):
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or pathlib.Path(binary).stat().st_mtime)
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def bill(options):
    components = system_components(packages_of(linked_libraries(options.binary)) | set(COMPILED_IN))
    components += npm_components(options.lock)
    digest = hashlib.sha256(options.binary.read_bytes()).hexdigest()
    program = {"type": "application", "bom-ref": f"pkg:generic/patrol@{options.version}", "name": "patrol",
               "version": options.version, "purl": f"pkg:generic/patrol@{options.version}",
               "licenses": [{"license": {"id": "Apache-2.0"}}], "hashes": [{"alg": "SHA-256", "content": digest}]}
    content = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"timestamp": time_of(options.binary), "component": program,
                     "tools": {"components": [{"type": "application", "name": "tools/sbom.py", "version": options.version}]}},
        "components": components,
        "dependencies": [{"ref": program["bom-ref"], "dependsOn": [each["bom-ref"] for each in components]}]
        + [{"ref": each["bom-ref"]} for each in components]}
    name = json.dumps(content, sort_keys=True)
    return {"$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", **content,
            "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--lock", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.output.write_text(json.dumps(bill(options), indent=2) + "\n")


if __name__ == "__main__":
    main()
