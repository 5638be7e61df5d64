"""A proxy before a real server, on loopback, through which answers get lost."""

import http.client
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Not passed on: the answer is handed back as it is, and each call has a line of its own.
_OURS = frozenset({"accept-encoding", "connection"})


@dataclass(slots=True)
class Faulty:
    """What goes wrong with calls to one path, and how often."""

    port: int  #: of the real server
    path: str  #: calls whose path ends so may go wrong
    share: float = 0.45
    chance: random.Random = field(default_factory=lambda: random.Random(45))  # noqa: S311
    seen: dict[str, int] = field(default_factory=dict)

    def next_fault(self) -> str:
        fault = "none"
        if self.chance.random() < self.share:
            fault = self.chance.choice(("drop before", "drop after", "500", "504 after"))
        self.seen[fault] = self.seen.get(fault, 0) + 1
        return fault


@contextmanager
def faulty(plan: Faulty) -> Iterator[int]:
    """Run the proxy until the block ends, and give its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  their name for it
            """Say nothing."""

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            fault = plan.next_fault() if self.path.endswith(plan.path) else "none"
            if fault == "drop before":
                self.close_connection = True
                return
            if fault == "500":
                self._answer(500, b'{"error":"InternalServerError"}')
                return
            line = http.client.HTTPConnection("127.0.0.1", plan.port, timeout=20)
            headers = {name: one for name, one in self.headers.items() if name not in _OURS}
            line.request(self.command, self.path, body=body, headers=headers)
            answer = line.getresponse()
            told = answer.read()
            line.close()
            if fault == "drop after":
                self.close_connection = True
            elif fault == "504 after":
                self._answer(504, b"")
            else:
                self._answer(answer.status, told)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _pass_on  # noqa: N815  their names

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join(timeout=5)
