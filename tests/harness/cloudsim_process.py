"""Starts `patrol cloudsim`, and its control endpoint."""
import json
import pathlib
import subprocess
import urllib.error
import urllib.request

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
DEMO = REPOSITORY / "src/cloudsim/scenarios/demo.yaml"


class Cloudsim:
    def __init__(self, patrol, *arguments):
        self.process = subprocess.Popen([patrol, "cloudsim", *arguments], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.ended = self.process.wait(timeout=20)

    def control(self, path, body=None, method=None):
        data = None if body is None and method != "POST" else json.dumps({} if body is None else body).encode()
        request = urllib.request.Request(f"{self.url}/_cloudsim/{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def faults(self, *faults):
        status, answer = self.control("faults", list(faults))
        assert status == 200, answer


def numbered(value, number):
    if isinstance(value, dict):
        return {key: numbered(each, number) for key, each in value.items()}
    if isinstance(value, list):
        return [numbered(each, number) for each in value]
    return value.replace("{i}", f"{number:04x}") if isinstance(value, str) else value


def scenario_items(account_id, file=DEMO):
    """(type, region, document, listed) of every resource of an account."""
    content = yaml.load(file.read_text(), PlainLoader)
    account = next(each for each in content["accounts"] if each["id"] == account_id)
    for resource in account["resources"]:
        for region in resource.get("regions") or [resource["region"]]:
            for number in range(resource.get("count", 1)):
                each = numbered(resource, number)
                yield each["type"], region, each["document"], each.get("listed", each["document"])


class PlainLoader(yaml.SafeLoader):
    """YAML 1.2's idea of plain scalars: only true and false are booleans, times stay text."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers
            if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(true|false)$"), "tf")
