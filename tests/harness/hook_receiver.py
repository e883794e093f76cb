"""A receiver of web hooks: keeps every request, answers with the statuses it was given."""
import http.server
import json
import threading


class HookReceiver:
    def __init__(self, *statuses, headers=None):
        """Answers with each status once, then with the last one (200 where there is none)."""
        self.statuses, self.last = list(statuses), (list(statuses) or [200])[-1]
        self.headers = headers or {}
        self.requests = []
        self.changed = threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with receiver.changed:
                    receiver.requests.append({"method": self.command, "path": self.path,
                                              "headers": dict(self.headers), "body": body})
                    status = receiver.statuses.pop(0) if receiver.statuses else receiver.last
                    receiver.changed.notify_all()
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"words of the receiver that nobody may repeat")

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, fits=lambda request: True, count=1, timeout_s=30):
        """The requests that fit, when there are so many."""
        with self.changed:
            self.changed.wait_for(lambda: len([each for each in self.requests if fits(each)]) >= count, timeout_s)
            found = [each for each in self.requests if fits(each)]
        assert len(found) >= count, f"{len(found)} of {count} requests at {self.url}: {self.requests}"
        return found

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def kind_of(request):
    return json.loads(request["body"])["kind"]
