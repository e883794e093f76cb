"""The catalogue's calls made by boto3: an independent reader of what Patrol reads.

Parses list, detail and child calls of catalogue/aws/*.yaml (docs/reference/catalogue.md) and makes
them with boto3's own clients and paginators. Knows nothing of Patrol's code.
"""
import base64
import datetime
import json
import pathlib
import re

import yaml
from botocore import xform_name
from botocore.exceptions import ClientError


class Path:
    """A.B[].C, {key}, @ and . ; `root` is item or listed."""

    def __init__(self, text):
        self.root = "item"
        if text.startswith("$item"):
            self.root, text = "listed", text[6:] or "."
        self.steps = []
        if text in ("@", "."):
            return
        for part in re.findall(r"\{[^}]*\}|\[\]|[^.\[\]{}]+", text):
            if part == "[]":
                self.steps.append(("each", ""))
            else:
                self.steps.append(("member", part.strip("{}")))

    def select(self, value):
        found = [value]
        for kind, name in self.steps:
            if kind == "each":
                found = [e for v in found if isinstance(v, list) for e in v]
            else:
                found = [v[name] for v in found if isinstance(v, dict) and name in v]
        return [v for v in found if v is not None]

    def first(self, value):
        return next(iter(self.select(value)), None)

    @property
    def plural(self):
        return any(kind == "each" for kind, _ in self.steps)


class Expressions:
    """Evaluates one argument's text. Raises LookupError where a path has no match."""

    def __init__(self, text, bindings):
        self.text, self.at, self.bindings = text, 0, bindings

    def value(self):
        self.skip()
        start = self.text[self.at]
        if start == "'":
            end = self.text.index("'", self.at + 1)
            literal, self.at = self.text[self.at + 1:end], end + 1
            return literal
        if start == "[":
            return self.list()
        if start == "{":
            return self.object()
        word = re.match(r"[^,\]}]+", self.text[self.at:]).group(0).strip()
        if word.startswith("$each"):
            self.at = len(self.text)
            return self.bindings["scope"]
        self.at += len(word)
        return self.word(word)

    def word(self, word):
        if word in ("true", "false"):
            return word == "true"
        if re.fullmatch(r"-?\d+", word):
            return int(word)
        if word == "$account":
            return self.bindings["account"]
        if word == "$scope":
            return self.bindings["scope"]
        prefix = "parent_" if word.startswith("^") else ""
        path = Path(word.lstrip("^"))
        found = path.first(self.bindings.get(prefix + path.root))
        if found is None:
            raise LookupError(word)
        return found

    def skip(self):
        while self.at < len(self.text) and self.text[self.at] in " ,":
            self.at += 1

    def list(self):
        self.at += 1
        out = []
        while self.skip() or self.text[self.at] != "]":
            out.append(self.value())
        self.at += 1
        batch = re.match(r"\*\d+", self.text[self.at:])
        self.at += len(batch.group(0)) if batch else 0
        return out

    def object(self):
        self.at += 1
        out = {}
        while self.skip() or self.text[self.at] != "}":
            key = self.value()
            self.at = self.text.index(":", self.at) + 1
            out[key] = self.value()
        self.at += 1
        return out


def split_arguments(text):
    """Top-level "Name=expression" pairs."""
    out, depth, quoted, start = [], 0, False, 0
    for at, char in enumerate(text + ","):
        if char == "'":
            quoted = not quoted
        elif not quoted and char in "[{":
            depth += 1
        elif not quoted and char in "]}":
            depth -= 1
        elif char == "," and depth == 0 and not quoted:
            if text[start:at].strip():
                name, expression = text[start:at].split("=", 1)
                out.append((name.strip(), expression.strip()))
            start = at + 1
    return out


class Call:
    def __init__(self, text, page=None, absent=""):
        match = re.fullmatch(r"(\w+)(?:\((.*)\))?\s*->\s*(\S+)", " ".join(text.split()))
        self.operation, arguments, result = match.groups()
        self.arguments = split_arguments(arguments or "")
        self.result = Path(result)
        self.absent = absent.split()
        self.tokens, self.limit = [], None
        if page:
            words = page.split()
            tokens = words[0]
            if "limit" in words:
                self.limit = words[words.index("limit") + 1:][:2]
            inputs, outputs = (tokens.split("=") + [tokens])[:2]
            self.tokens = list(zip(inputs.split(","), map(Path, outputs.split(","))))

    def each(self):
        return next((e for _, e in self.arguments if e.startswith("$each:")), None)

    def pages(self, client, bindings):
        arguments = {name: Expressions(text, bindings).value() for name, text in self.arguments}
        method = xform_name(self.operation)
        shape = client.meta.service_model.operation_model(self.operation).input_shape
        if self.limit and self.limit[0] in shape.required_members:
            arguments[self.limit[0]] = int(self.limit[1].split("..")[-1])
        if client.can_paginate(method):
            yield from client.get_paginator(method).paginate(**arguments)
            return
        while True:
            answer = getattr(client, method)(**arguments)
            yield answer
            following = {name: path.first(answer) for name, path in self.tokens if path.first(answer)}
            if not following:
                return
            arguments.update(following)


class Guard:
    """"Path=value" or "Path!=value"; without a text it lets everything through."""

    def __init__(self, text):
        self.path = None
        if text:
            path, self.equal, self.value = re.fullmatch(r"([^!=]+)(!?=)(.+)", text).groups()
            self.path = Path(path)

    def holds(self, item):
        return self.path is None or (str(self.path.first(item) or "") == self.value) == (self.equal == "=")


class Types:
    def __init__(self, folder):
        self.by_name = {}
        for file in sorted(pathlib.Path(folder).glob("*.yaml")):
            content = yaml.safe_load(file.read_text())
            for name, rule in (content.get("types") or {}).items():
                self.by_name[name] = Type(name, content["service"], rule)


class Type:
    def __init__(self, name, service, rule):
        self.name, self.service, self.rule = name, service, rule
        self.list = Call(rule["list"], rule.get("page"))
        detail = rule.get("detail")
        self.detail = self.call_of(detail) if detail else None
        self.children = {key: self.call_of(each) for key, each in (rule.get("children") or {}).items()}
        self.only = Guard(rule.get("only"))
        self.child_only = {key: Guard(each.get("only") if isinstance(each, dict) else None)
                           for key, each in (rule.get("children") or {}).items()}
        self.parent = rule.get("parent")
        self.singleton = rule.get("singleton", False)
        self.scope = rule.get("scope", "regional")

    @staticmethod
    def call_of(written):
        if isinstance(written, str):
            return Call(written)
        return Call(written["call"], written.get("page"), written.get("absent", ""))

    def id_of(self, document, listed):
        rule = self.rule.get("id", "account" if self.singleton else "#hash")
        if rule == "account":
            return "account"
        if rule == "#hash":
            return json.dumps(plain(document), sort_keys=True)
        found = []
        for word in rule.split(" + "):
            path = Path(word.strip())
            value = path.first(listed if path.root == "listed" else document)
            found.append("" if value is None else str(value))
        return "+".join(found)


def joined(path, pages):
    """What a child's path finds over all pages: one value as it is, several as one list."""
    found = [value for page in pages for value in path.select(page)]
    if not found or (len(found) == 1 and not path.plural):
        return found[0] if found else None
    if len(found) == 1:
        return found[0]
    return [each for value in found for each in (value if isinstance(value, list) else [value])]


class Reader:
    """Reads every item of a type in a region, with its detail and child calls."""

    def __init__(self, types, client_of, account):
        self.types, self.client_of, self.account, self.read_types = types, client_of, account, {}

    def items(self, name, region):
        if (name, region) not in self.read_types:
            self.read_types[name, region] = list(self.read(self.types.by_name[name], region))
        return self.read_types[name, region]

    def scopes(self, type_, client, region):
        written = type_.list.each()
        if not written:
            return [""]
        name = written.removeprefix("$each:")
        if not name.startswith("["):
            return client.meta.service_model.shape_for(name).enum
        values = [value.strip().split("@") for value in name.strip("[]").split(",")]
        return [value[0] for value in values if len(value) == 1 or value[1] == region]

    def read(self, type_, region):
        client = self.client_of(type_.service, region)
        parents = self.items(type_.parent, region) if type_.parent else [(None, None)]
        for scope in self.scopes(type_, client, region):
            for document, listed in parents:
                bindings = {"account": self.account, "scope": scope, "parent_item": document, "parent_listed": listed}
                for page in type_.list.pages(client, bindings):
                    for item in filter(type_.only.holds, type_.list.result.select(page)):
                        yield self.whole(type_, client, item, bindings), item

    def whole(self, type_, client, item, bindings):
        bindings = bindings | {"item": item, "listed": item}
        document = item
        if type_.detail:
            document = joined(type_.detail.result, type_.detail.pages(client, bindings))
        document = dict(document) if isinstance(document, dict) else document
        bindings["item"] = document
        if type_.scope == "global_list_regional_children" and document.get("BucketRegion"):
            client = self.client_of(type_.service, document["BucketRegion"])
        for key, call in type_.children.items():
            if not type_.child_only[key].holds(document):
                continue
            try:
                value = joined(call.result, call.pages(client, bindings))
            except LookupError:
                continue
            except ClientError as error:
                if error.response["Error"]["Code"] not in call.absent:
                    raise
                continue
            if isinstance(value, dict):
                value.pop("ResponseMetadata", None)
            if value is not None:
                document[key] = value
        return document


def plain(value):
    """boto3's values as JSON has them."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value
