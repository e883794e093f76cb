#!/usr/bin/env python3
"""Makes src/store/document.dict: the compression dictionary that every installation begins with.

The samples are invented documents: the member names of the API tables (catalogue/aws/shapes.json) with
made-up values in the usual forms (ids, ARNs, addresses, times). No resource of anybody is in it.
Deterministic: the same tables give the same file. Needs the `zstd` program.

    tools/document_dictionary.py            writes the file
    tools/document_dictionary.py --samples DIR N SEED    only writes sample documents, to measure with

A released dictionary never changes: stored rows name it by number. A better one gets the next number.
"""
import json
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIZE = 64 * 1024
DICTIONARY_ID = 1
REGIONS = ["us-east-1", "eu-central-1", "us-west-2", "eu-west-1", "ap-southeast-2"]
TAG_KEYS = ["Name", "Environment", "Owner", "CostCenter", "Project", "Team", "Application", "ManagedBy",
            "aws:cloudformation:stack-name", "aws:autoscaling:groupName", "kubernetes.io/cluster/main"]
COMMON = {"ec2": 8, "iam": 4, "elbv2": 3, "lambda": 3, "rds": 3, "s3": 2, "ecs": 2}  # most resources are theirs
WORDS = ["web", "api", "worker", "orders", "billing", "data", "prod", "staging", "dev", "main", "cache",
         "queue", "login", "search", "media", "batch", "report", "edge", "core", "shared"]


class Maker:
    def __init__(self, tables, seed):
        self.services = tables["services"]
        self.random = random.Random(seed)

    def hexes(self, count):
        return "".join(self.random.choice("0123456789abcdef") for _ in range(count))

    def name(self):
        return "-".join(self.random.sample(WORDS, 2))

    def identifier(self, member):
        prefixes = {"vpc": "vpc", "subnet": "subnet", "group": "sg", "instance": "i", "volume": "vol",
                    "image": "ami", "interface": "eni", "attachment": "eni-attach", "snapshot": "snap",
                    "allocation": "eipalloc", "association": "rtbassoc", "table": "rtb", "key": "key"}
        for word, prefix in prefixes.items():
            if word in member.lower():
                return f"{prefix}-0{self.hexes(16)}"
        return "".join(self.random.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(14))

    def text(self, service, member):
        low = member.lower()
        pick = self.random
        account = "%012d" % pick.randrange(10**12)
        if low.endswith("arn") or low.endswith("arns"):
            kind = low[:-3] or "resource"
            return f"arn:aws:{service}:{pick.choice(REGIONS)}:{account}:{kind}/{self.name()}"
        if "ipv6" in low:
            return f"2600:1f14:{self.hexes(4)}::/64" if "cidr" in low else f"2600:1f14:{self.hexes(4)}::1"
        if "cidr" in low:
            return pick.choice(["0.0.0.0/0", f"10.{pick.randrange(256)}.0.0/16"])
        if low.endswith("ip") or "ipaddress" in low:
            return f"10.{pick.randrange(256)}.{pick.randrange(256)}.{pick.randrange(256)}"
        if "dnsname" in low:
            return f"ip-10-0-{pick.randrange(256)}-{pick.randrange(256)}.ec2.internal"
        if low.endswith("ownerid") or low.endswith("accountid"):
            return account
        if low.endswith("time") or low.endswith("date") or low.endswith("at"):
            return self.time()
        if "availabilityzone" in low:
            return pick.choice(REGIONS) + pick.choice("abc")
        if "region" in low:
            return pick.choice(REGIONS)
        if low.endswith("id") or low.endswith("ids"):
            return self.identifier(member)
        if low.endswith("name") or low.endswith("names"):
            return self.name()
        if "policy" in low and "document" in low:
            return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {
                "Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
        if low in ("state", "status"):
            return pick.choice(["available", "active", "ACTIVE", "enabled", "in-use", "running"])
        if low == "key":
            return pick.choice(TAG_KEYS)
        if low == "value":
            return pick.choice(WORDS)
        return pick.choice(["default", "enabled", "disabled", "none", "standard", self.name()])

    def time(self):
        pick = self.random
        return "20%02d-%02d-%02dT%02d:%02d:%02dZ" % (pick.randrange(18, 27), pick.randrange(1, 13),
                                                     pick.randrange(1, 29), pick.randrange(24),
                                                     pick.randrange(60), pick.randrange(60))

    def value(self, service, shapes, shape, member, depth):
        pick = self.random
        if isinstance(shape, str):
            return {"b": lambda: pick.random() < 0.5, "n": lambda: pick.choice([0, 1, 5, 80, 443, 3600]),
                    "i": lambda: pick.choice([0, 1, 8, 30, 443]), "t": self.time}.get(
                        shape, lambda: self.text(service, member))()
        entry = shapes[shape]
        if depth > 5:
            return None
        if "s" in entry:
            out = {}
            for key, spec in entry["s"].items():
                inner = spec[0] if isinstance(spec, list) else spec
                if pick.random() < 0.85:
                    made = self.value(service, shapes, inner, key, depth + 1)
                    if made is not None:
                        out[key] = made
            return out
        if "l" in entry:
            made = [self.value(service, shapes, entry["l"], member, depth + 1)
                    for _ in range(pick.choice([0, 1, 1, 2]))]
            return [each for each in made if each is not None]
        if "values" in entry or "v" in entry:
            values = entry.get("values") or entry.get("v")
            if isinstance(values, list) and values and isinstance(values[0], str):
                return pick.choice(values)
        return self.text(service, member)

    def documents(self, per_operation):
        """Objects in the answers of the reading operations, as a scan stores them."""
        for name, service in sorted(self.services.items()):
            shapes = service["shapes"]
            for operation in sorted(service["operations"]):
                output = service["operations"][operation][3]
                if not isinstance(output, int) or "s" not in shapes[output]:
                    continue
                for _ in range(per_operation * COMMON.get(name, 1)):
                    yield from self.items(name, shapes, output, 0)

    def items(self, service, shapes, shape, depth):
        entry = shapes[shape]
        for key, spec in entry.get("s", {}).items():
            inner = spec[0] if isinstance(spec, list) else spec
            if not isinstance(inner, int):
                continue
            element = shapes[inner].get("l")
            target = element if isinstance(element, int) else inner
            if "s" not in shapes[target]:
                continue
            if key == "Reservations" and depth == 0:
                yield from self.items(service, shapes, target, 1)
                continue
            made = self.value(service, shapes, target, key, 0)
            text = json.dumps(made, separators=(",", ":"))
            if 80 < len(text) < 20000:
                yield text


def write_samples(folder, tables, per_operation, seed):
    count = 0
    for text in Maker(tables, seed).documents(per_operation):
        with open(os.path.join(folder, "%06d.json" % count), "w", encoding="utf-8") as out:
            out.write(text)
        count += 1
    return count


def main():
    with open(os.path.join(ROOT, "catalogue/aws/shapes.json"), encoding="utf-8") as source:
        tables = json.load(source)
    if len(sys.argv) > 1 and sys.argv[1] == "--samples":
        os.makedirs(sys.argv[2], exist_ok=True)
        print(write_samples(sys.argv[2], tables, int(sys.argv[3]), int(sys.argv[4])), "samples")
        return
    target = os.path.join(ROOT, "src/store/document.dict")
    with tempfile.TemporaryDirectory() as folder:
        count = write_samples(folder, tables, 4, 1)
        listing = sorted(os.path.join(folder, each) for each in os.listdir(folder))
        subprocess.run(["zstd", "-q", "-3", "--train-fastcover=k=200,d=8,steps=4", "-T1", f"--maxdict={SIZE}",
                        f"--dictID={DICTIONARY_ID}", "-o", target, "-f", "--filelist",
                        write_list(folder, listing)], check=True)
    print(f"{count} samples, {os.path.getsize(target)} bytes")


def write_list(folder, listing):
    path = os.path.join(folder, "list")
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(listing) + "\n")
    return path


if __name__ == "__main__":
    main()
