"""What the program says without a server: `patrol catalogue`, `patrol completion`, wrong usage."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import suite  # noqa: E402


class Program:
    def __init__(self, patrol):
        self.patrol = str(pathlib.Path(patrol).resolve())

    def stop(self):
        pass

    def run(self, *arguments):
        return subprocess.run([self.patrol, *arguments], capture_output=True, text=True, timeout=30,
                              env={"PATROL_SERVER": "http://127.0.0.1:1"})

    def complete(self, *words):
        """What bash offers for the last word."""
        typed = " ".join(f"'{word}'" for word in ("patrol", *words))
        script = f'source <("$0" completion bash); COMP_WORDS=({typed}); COMP_CWORD={len(words)}; _patrol; echo "${{COMPREPLY[@]}}"'
        done = subprocess.run(["bash", "-c", script, self.patrol], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and not done.stderr, done.stderr
        return done.stdout.split()


def test_catalogue_lists_every_type(p):
    done = p.run("catalogue", "list", "--output", "json")
    types = {each["type"]: each for each in json.loads(done.stdout)["items"]}
    assert len(types) == 452, len(types)
    assert types["AWS::EC2::Instance"]["service"] == "ec2", types["AWS::EC2::Instance"]
    of_one = p.run("catalogue", "list", "--service", "sqs", "--output", "ndjson").stdout.splitlines()
    assert of_one and all(json.loads(line)["service"] == "sqs" for line in of_one), of_one


def test_catalogue_shows_one_type(p):
    shown = json.loads(p.run("catalogue", "show", "AWS::S3::Bucket", "--output", "json").stdout)
    assert "s3:ListAllMyBuckets" in shown["iam_actions"] and "ListBuckets" in shown["operations"], shown
    table = p.run("catalogue", "show", "AWS::S3::Bucket")
    assert table.returncode == 0 and "s3:ListAllMyBuckets" in table.stdout, table.stdout


def test_catalogue_counts_services(p):
    services = json.loads(p.run("catalogue", "services", "--output", "json").stdout)["items"]
    assert sum(each["types"] for each in services) == 452, services[:3]
    assert sum(each["not_granted"] for each in services) > 0, services[:3]


def test_unknown_names_are_said(p):
    for arguments in (("show", "AWS::No::Thing"), ("list", "--service", "nothing")):
        done = p.run("catalogue", *arguments)
        assert done.returncode == 4 and "There is no" in done.stderr and not done.stdout, (arguments, done)
    assert p.run("catalogue").returncode == 2
    assert p.run("catalogue", "list", "--output", "xml").returncode == 2


def test_bash_completes_words_and_options(p):
    assert {"server", "account", "catalogue", "completion", "connect"} <= set(p.complete("")), p.complete("")
    assert p.complete("acc") == ["account"]
    assert {"list", "get", "setup-command"} <= set(p.complete("account", ""))
    assert p.complete("scan", "start", "--wa") == ["--wait"]
    assert "--server" in p.complete("scan", "start", "--type", "AWS::EC2::VPC", "--")
    assert p.complete("connect", "aws", "--ver") == ["--verify"]
    assert p.complete("completion", "") == ["bash", "zsh", "fish"]
    assert p.complete("no", "such", "word") == []


def test_other_shells_read_their_script(p):
    for shell, check in (("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])):
        done = p.run("completion", shell)
        assert done.returncode == 0 and "catalogue" in done.stdout, done.stderr
        if not suite.have(shell):
            print(f"         skipped: {shell} is not installed")
            continue
        read = subprocess.run(check, input=done.stdout, capture_output=True, text=True, timeout=30)
        assert read.returncode == 0, read.stderr


def test_completion_of_an_unknown_shell(p):
    for arguments in ((), ("tcsh",), ("bash", "zsh")):
        done = p.run("completion", *arguments)
        assert done.returncode == 2 and "bash|zsh|fish" in done.stderr, (arguments, done)


if __name__ == "__main__":
    sys.exit(suite.main(Program, globals()))
