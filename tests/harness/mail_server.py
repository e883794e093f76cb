"""A mail server for tests: real SMTP over a real socket, with STARTTLS and sign-in where they are wanted."""
import base64
import email
import email.policy
import socketserver
import ssl
import subprocess
import threading


def make_certificate(folder, name="localhost"):
    """A self-signed certificate: (certificate, key)."""
    certificate, key = folder / "mail.crt", folder / "mail.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


class _Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + "\r\n").encode())

    def handle(self):
        self.box = self.server.box
        self.secure = False
        self.user = None
        self.sender, self.recipients = None, []
        self.say("220 mail.test ESMTP")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if not getattr(self, "on_" + verb.lower(), self.on_unknown)(rest):
                return

    def on_unknown(self, _):
        self.say("502 no")
        return True

    def on_ehlo(self, name):
        self.box.names.append(name)
        extensions = []
        if self.box.context and not self.secure:
            extensions.append("STARTTLS")
        if self.box.password and (self.secure or not self.box.context):
            extensions.append("AUTH PLAIN")
        lines = ["mail.test", *extensions]
        for line in lines[:-1]:
            self.say("250-" + line)
        self.say("250 " + lines[-1])
        return True

    def on_starttls(self, _):
        self.say("220 go on")
        self.wfile.flush()
        try:
            self.connection = self.box.context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.secure = True
        return True

    def on_auth(self, rest):
        _, _, initial = rest.partition(" ")
        if not initial:
            self.say("334 ")
            initial = self.rfile.readline().decode().strip()
        _, user, password = base64.b64decode(initial).decode().split("\0")
        self.user = user if password == self.box.password else None
        self.say("235 welcome" if self.user else "535 no")
        return True

    def on_mail(self, rest):
        if self.box.password and not self.user:
            self.say("530 sign in first")
            return True
        self.sender, self.recipients = rest, []
        self.say("250 ok")
        return True

    def on_rcpt(self, rest):
        self.recipients.append(rest)
        self.say("250 ok")
        return True

    def on_data(self, _):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.box.keep({"from": self.sender, "to": self.recipients, "message": message, "secure": self.secure,
                       "user": self.user})
        self.say("250 kept")
        return True

    def on_quit(self, _):
        self.say("221 bye")
        return False


class MailServer:
    """`certificate`: (certificate, key) switches STARTTLS on; `password`: senders must sign in."""

    def __init__(self, certificate=None, password=None):
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.password = password
        self.messages, self.names = [], []
        self.changed = threading.Condition()
        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session)
        self.server.box = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def keep(self, message):
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def wait(self, fits, timeout_s=30):
        """The first message that fits."""
        with self.changed:
            found = self.changed.wait_for(lambda: [each for each in self.messages if fits(each)], timeout_s)
        assert found, f"no such mail among {[each['message']['Subject'] for each in self.messages]}"
        return found[0]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
