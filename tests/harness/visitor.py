"""Somebody who talks HTTP to the server from a loopback address of his own: as a browser with its cookie,
as a program with a token, or with raw bytes."""
import http.client
import json
import socket
import time
import urllib.parse

from harness.patrol_server import OWNER, PASSWORD, Answer


class Visitor:
    def __init__(self, url, address="127.0.0.1", token=None):
        self.url, self.address, self.token, self.cookie = url, address, token, None
        self.host = urllib.parse.urlsplit(url)

    def open(self, timeout_s=60):
        return http.client.HTTPConnection(self.host.hostname, self.host.port, timeout=timeout_s,
                                          source_address=(self.address, 0))

    def send(self, method, path, body=None, headers=None, connection=None):
        """`headers` with the value None are left out."""
        fields = {}
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            fields["Content-Type"] = "application/json"
        if self.token:
            fields["Authorization"] = "Bearer " + self.token
        if self.cookie:
            fields |= {"Cookie": f"patrol={self.cookie}", "Origin": self.url, "X-Patrol-CSRF": "1"}
        fields |= headers or {}
        used = connection or self.open()
        used.request(method, path, data, {name: value for name, value in fields.items() if value is not None})
        answer = used.getresponse()
        text = answer.read().decode(errors="replace")
        if connection is None:
            used.close()
        return Answer(answer.status, answer.headers, text)

    def api(self, method, path, body=None, headers=None, connection=None):
        return self.send(method, "/api/v1" + path, body, headers, connection)

    def sign_in(self, email=OWNER, password=PASSWORD, headers=None):
        """Signs in and keeps the cookie, if one came."""
        answer = self.api("POST", "/session", {"email": email, "password": password}, headers)
        if answer.status == 200:
            self.cookie = cookie_of(answer)
        return answer


def cookie_of(answer):
    return answer.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]


class Raw:
    """A socket with bytes of our choice."""

    def __init__(self, server, address="127.0.0.1", timeout_s=15, receive_bytes=None):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.bind((address, 0))
        self.socket.settimeout(timeout_s)
        self.socket.connect(("127.0.0.1", server.port))

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))
        return self

    def read_all(self):
        """Everything until the other side closes: (bytes, closed)."""
        received = b""
        try:
            while part := self.socket.recv(65536):
                received += part
        except TimeoutError:
            return received, False
        except ConnectionError:
            pass
        return received, True

    def close(self):
        self.socket.close()


def exchange(server, data, timeout_s=5):
    """(statuses of all answers, whether the server closed) for raw bytes."""
    raw = Raw(server, timeout_s=timeout_s).send(data)
    received, closed = raw.read_all()
    raw.close()
    statuses = [int(line.split(b" ")[1]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    return statuses, closed, received


def cpu_ms(pid):
    """What the process has used so far."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 10


def memory_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
