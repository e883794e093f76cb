"""An independent inventory: boto3 lists every resource type of the catalogue, with its own parsers and
paginators. Only the facts of the catalogue's files (which call, which member is the id) are shared.
"""
import pathlib
import re

import botocore.exceptions
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CALL = re.compile(r"^(\w+)(?:\((.*)\))?\s*(?:->\s*(\S+))?$")
LONGEST_LIST = 50


def catalogue():
    """type name → its entry, with the service's name in `service`."""
    types = {}
    for file in sorted((ROOT / "catalogue/aws").glob("*.yaml")):
        if file.name.startswith("_"):
            continue
        content = yaml.safe_load(file.read_text())
        for name, entry in content["types"].items():
            types[name] = {**entry, "service": content["service"]}
    return types


def call_of(entry, key):
    value = entry.get(key)
    if value is None:
        return None
    text = value["call"] if isinstance(value, dict) else value
    operation, arguments, result = CALL.match(" ".join(text.split())).groups()
    return operation, arguments or "", result or "@"


def snake(operation):
    from botocore import xform_name
    return xform_name(operation)


def select(value, path):
    """All values at a path of the catalogue (without {keys})."""
    values = [value]
    for part in [] if path in ("@", ".") else path.split("."):
        many = part.endswith("[]")
        name = part[:-2] if many else part
        found = []
        for each in values:
            inner = each.get(name) if isinstance(each, dict) else None
            if inner is None:
                continue
            found += inner if many and isinstance(inner, list) else [inner]
        values = found
    return values


def literal(text):
    """Arguments that need no item: literals and lists of them. None for everything else."""
    text = text.strip()
    if re.fullmatch(r"'[^']*'", text):
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"\d+", text):
        return int(text)
    if re.fullmatch(r"\[('[^']*',?\s*)*\]", text):
        return re.findall(r"'([^']*)'", text)
    if text.startswith("{"):
        import ast
        return ast.literal_eval(text)
    return None


def split_arguments(text):
    """"A=x, B=['y','z']" → {"A": "x", "B": "['y','z']"}."""
    out, depth, start = {}, 0, 0
    for i, c in enumerate(text + ","):
        depth += c in "[{(" and 1 or 0
        depth -= c in "]})" and 1 or 0
        if c == "," and depth == 0:
            if "=" in text[start:i]:
                name, value = text[start:i].split("=", 1)
                out[name.strip()] = value.strip()
            start = i + 1
    return out


def belongs(entry, item):
    """`only` of a type: "Path=value" or "Path!=value"."""
    if "only" not in entry:
        return True
    path, wanted = entry["only"].split("=", 1)
    return (select(item, path.rstrip("!")) == [wanted]) != path.endswith("!")


class Reader:
    """Lists types of one account by boto3; `client(service, region)` makes the clients."""

    def __init__(self, client, account_id):
        self.client, self.account_id = client, account_id
        self.types = catalogue()
        self.cache = {}

    def pages(self, service, region, operation, arguments):
        client = self.client(service, region)
        name = snake(operation)
        if client.can_paginate(name):
            yield from client.get_paginator(name).paginate(**arguments)
        else:
            yield getattr(client, name)(**arguments)

    def argument_sets(self, name, region, arguments):
        """Every set of arguments that the list call needs: parents and $each multiply."""
        sets = [({}, None)]
        for key, text in split_arguments(arguments).items():
            made = []
            for arguments_so_far, parent in sets:
                for value, of_parent in self.values(name, region, text, parent):
                    made.append(({**arguments_so_far, key: value}, of_parent))
            sets = made
        return sets

    def values(self, name, region, text, parent):
        if text == "$account":
            return [(self.account_id, parent)]
        if text.startswith("$each:["):
            out = []
            for value in text[7:-1].split(","):
                value, _, only = value.strip().partition("@")
                if not only or only == region:
                    out.append((value, parent))
            return out
        if text.startswith("^"):
            parents = [parent] if parent is not None else [full for _, full, _ in self.items(self.types[name]["parent"], region)]
            return [(found[0], each) for each in parents for found in [select(each, text[1:])] if found]
        value = literal(text)
        if value is None:
            raise NotImplementedError(text)
        return [(value, parent)]

    def items(self, name, region):
        """[(id, item after its detail call, region)] of a type in a region."""
        if (name, region) not in self.cache:
            self.cache[name, region] = list(self.read(name, region))
        return self.cache[name, region]

    def read(self, name, region):
        entry = self.types[name]
        operation, arguments, result = call_of(entry, "list")
        for given, parent in self.argument_sets(name, region, arguments):
            for page in self.pages(entry["service"], region, operation, given):
                for item in select(page, result):
                    if not belongs(entry, item):
                        continue
                    full = self.detailed(entry, region, item, parent)
                    if full is not None:
                        yield self.id_of(entry, full, item), full, region

    def detailed(self, entry, region, item, parent):
        detail = call_of(entry, "detail")
        if detail is None:
            return item
        operation, arguments, result = detail
        given = {}
        for key, text in split_arguments(arguments).items():
            batch = re.fullmatch(r"\[(.+)\]\*\d+", text)
            source = batch[1] if batch else text
            if literal(source) is not None:
                given[key] = literal(source)
                continue
            base, path = (parent, source[1:]) if source.startswith("^") else (item, source)
            found = select(base, path)
            if not found:
                return None
            given[key] = [found[0]] if batch else found[0]
        answer = getattr(self.client(entry["service"], region), snake(operation))(**given)
        found = select(answer, result)
        return found[0] if found else None

    def id_of(self, entry, full, listed):
        text = str(entry["id"])
        if text.startswith("'"):
            return text.strip("'")
        parts = []
        for path in text.split(" + "):
            base = listed if path.startswith("$item") else full
            found = select(base, path.removeprefix("$item.").removeprefix("$item") or ".")
            parts.append(str(found[0]) if found else "")
        return "+".join(parts)
