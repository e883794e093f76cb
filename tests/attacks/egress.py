"""Attacks through addresses that users write: web hooks, mail servers, account endpoints (SSRF)."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402
from harness.hook_receiver import HookReceiver  # noqa: E402
from harness.patrol_server import Server  # noqa: E402

METADATA = ["http://169.254.169.254/", "https://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/",
            "https://[fd00:ec2::254]/", "https://169.254.170.2/", "https://[fe80::1]/", "https://100.100.100.200/",
            "https://metadata.google.internal/"]
NEAR = ["http://127.0.0.1/", "https://127.0.0.1/", "https://127.9.9.9/", "https://localhost./", "https://localhost/",
        "https://LOCALHOST/", "https://x.localhost/", "https://0.0.0.0/", "https://[::]/", "https://[::1]/",
        "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://100.64.0.1/", "https://198.18.0.1/",
        "https://224.0.0.1/", "https://255.255.255.255/", "https://[fc00::1]/", "https://[ff02::1]/"]
NUMBERS = ["https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/",
           "https://017700000001/", "https://127.0.0.1./", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
           "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://１２７.0.0.1/",
           "https://①②⑦.0.0.1/", "https://127。0。0。1/", "https://0/", "https://[::1%25lo]/"]
FORMS = ["file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "dict://example.com/",
         "ldap://example.com/", "https://user:pw@example.com/", "https://user@example.com/", "https://example.com:22/",
         "https://example.com:25/", "https://example.com:6379/", "https://example.com:0/", "https://example.com:99999/",
         "http://example.com/", "//example.com/", "https:example.com", "https://exa mple.com/", "https://example.com\\@x/",
         "https://example.com\r\nX: y/", "https://ex\0ample.com/", "https:///x", "javascript:alert(1)", "https://[::1/"]

# Answers for the names below one: the first time with a public address, from then on with ours. Several
# names, because an answer is remembered for its name.
RESOLVER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <string.h>
int getaddrinfo(const char* name, const char* service, const struct addrinfo* hints, struct addrinfo** result) {
    static atomic_int asked;
    int (*real)(const char*, const char*, const struct addrinfo*, struct addrinfo**) = dlsym(RTLD_NEXT, "getaddrinfo");
    if (name != NULL && strstr(name, ".rebind.example.com") != NULL)
        name = atomic_fetch_add(&asked, 1) == 0 ? "93.184.216.34" : "127.0.0.1";
    return real(name, service, hints, result);
}
"""


class Context:
    def __init__(self, patrol):
        self.patrol = patrol
        self.server = Server(patrol, {"PATROL_SECRET_NOTIFY_KEY": "signing key of the tests",
                                      "PATROL_PUBLIC_URL": "https://patrol.example.com"}).start()
        self.api = self.server.api()

    def stop(self):
        self.server.stop()


def webhook(url):
    return {"name": "hook", "kind": "webhook",
            "webhook": {"url": url, "secret": {"manager": "env", "ref": "PATROL_SECRET_NOTIFY_KEY"}}}


def refused(c, url):
    """By every field that takes an address."""
    answer = c.api.send("POST", "/api/v1/notification-channels", webhook(url))
    assert answer.status == 422 and answer.body["field"] == "webhook.url", (url, answer.status, answer.text)
    answer = c.api.send("POST", "/api/v1/cloud-accounts", {"name": "a", "provider": "aws", "endpoint_url": url})
    assert answer.status == 422 and answer.body["field"] == "endpoint_url", (url, answer.status, answer.text)


def mail_refused(c, host):
    answer = c.api.send("POST", "/api/v1/notification-channels", {"name": "mail", "kind": "email", "email": {
        "host": host, "from": "a@example.com", "to": ["b@example.com"]}})
    assert answer.status == 422, (host, answer.status, answer.text)


@row(19, "web hook, account endpoint or mail server at metadata services, loopback and private addresses",
     "422, blocked when it is written")
def near_addresses(c):
    for url in METADATA + NEAR:
        refused(c, url)
    for host in ("169.254.169.254", "127.0.0.1", "localhost", "fd00:ec2::254", "10.0.0.1", "::1"):
        mail_refused(c, host)
    good = c.api.send("POST", "/api/v1/notification-channels", webhook("https://hooks.example.com/x"))
    assert good.status == 201, good.text  # the control
    return f"{len(METADATA + NEAR)} addresses"


@row(20, "the same addresses as numbers: decimal, octal, hexadecimal, IPv4 in IPv6, digits of other scripts", "422")
def addresses_as_numbers(c):
    for url in NUMBERS:
        refused(c, url)
    for host in ("2130706433", "0x7f.1", "0177.0.0.1", "127.1"):
        mail_refused(c, host)
    return f"{len(NUMBERS)} forms"


@row(23, "other schemes, user information, ports of other protocols, broken addresses", "422")
def other_forms(c):
    for url in FORMS:
        refused(c, url)
    return f"{len(FORMS)} forms"


@row(24, "web hook or endpoint at Patrol's own address", "422, blocked")
def own_address(c):
    for url in ("https://patrol.example.com/api/v1/me", "https://PATROL.example.com./", "https://patrol.example.com:8443/",
                c.server.url + "/api/v1/setup"):
        refused(c, url)


@row(22, "endpoint that answers with a redirect to a metadata service or to another listener", "not followed")
def redirect(c):
    target = HookReceiver()
    hooks = [HookReceiver(status, headers={"Location": target.url + "/latest/meta-data"}) for status in (301, 302, 307, 308)]
    server = Server(c.patrol, {"PATROL_ALLOW_ENDPOINTS": "127.0.0.0/8", "PATROL_SECRET_NOTIFY_KEY": "key"}).start()
    try:
        api = server.api()
        for hook in hooks:
            channel = api.post("/notification-channels", {**webhook(hook.url + "/x"), "name": hook.url})["id"]
            answer = api.send("POST", f"/api/v1/notification-channels/{channel}/test", {})
            hook.wait()
            assert "words of the receiver" not in answer.text and not (answer.body or {}).get("ok"), answer.text
        assert not target.requests, target.requests
        metadata = api.send("POST", "/api/v1/notification-channels", webhook("http://169.254.169.254/"))
        assert metadata.status == 422, "a metadata address is open to nobody"
    finally:
        server.stop()
        for each in [target, *hooks]:
            each.stop()


class Listener:
    """Counts who connects."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 443 if os.geteuid() == 0 else 8443))
        self.count = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.count += 1

    @property
    def port(self):
        return self.socket.getsockname()[1]

    def stop(self):
        self.socket.close()


def preload(folder):
    """The library with our resolver; None without a C compiler."""
    compiler = next((name for name in ("clang-19", "cc", "gcc") if shutil.which(name)), None)
    if compiler is None:
        return None
    (folder / "resolver.c").write_text(RESOLVER)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", folder / "resolver.so", folder / "resolver.c", "-ldl"], check=True)
    return folder / "resolver.so"


@row(21, "name that resolves to a public address first and to loopback afterwards (rebinding)",
     "connects to checked addresses only: never to loopback")
def rebinding(c):
    library = preload(pathlib.Path(tempfile.mkdtemp(prefix="patrol-resolver-")))
    assert library, "a C compiler is needed"
    listener = Listener()
    try:
        assert connections(c, library, listener, allow="127.0.0.0/8") > 0  # the control: the name does lead there
        assert connections(c, library, listener, allow="") == 0, "it connected to loopback"
    finally:
        listener.stop()


def connections(c, library, listener, allow):
    """How many connections three tests of a hook made to the listener."""
    before = listener.count
    server = Server(c.patrol, {"LD_PRELOAD": str(library), "PATROL_SECRET_NOTIFY_KEY": "key",
                               "PATROL_ALLOW_ENDPOINTS": allow}).start()
    try:
        api = server.api()
        for name in ("first", "second", "third"):
            hook = webhook(f"https://{name}.rebind.example.com:{listener.port}/")
            channel = api.post("/notification-channels", {**hook, "name": name})["id"]
            answer = api.send("POST", f"/api/v1/notification-channels/{channel}/test", {})
            assert not (answer.body or {}).get("ok"), answer.text
    finally:
        server.stop()
    return listener.count - before


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
