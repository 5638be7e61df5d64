"""
A real server of the Mastodon API for tests: snac2, from Debian's archive by name, on loopback.

Debian 13 has the package; on Debian 12 it is fetched from the archive that apt uses already, out
of the suite of Debian 13, and unpacked: nothing is installed, and nobody need be root.
`python -m tests.servers.snac2 FOLDER` does that; `ANSWERBACK_SNAC2=FOLDER` tells the tests.
"""

import html
import json
import os
import re
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

_OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
_KEYS: Final = "/usr/share/keyrings/debian-archive-keyring.gpg"


def program() -> Path | None:
    """Return the server's program; None: it is not here."""
    named = os.environ.get("ANSWERBACK_SNAC2")
    folder = Path(named) if named else _default()
    fetched = folder / "root" / "usr" / "bin" / "snac"
    if fetched.exists():
        return fetched.resolve()
    installed = shutil.which("snac")
    return None if installed is None else Path(installed)


def _default() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "answerback" / "snac2"


def fetch(folder: Path) -> None:
    """Fetch the package into a folder and unpack it there; what is there already is left."""
    if (folder / "root" / "usr" / "bin" / "snac").exists():
        return
    apt = folder / "apt"
    for part in ("lists/partial", "cache/archives/partial"):
        (apt / part).mkdir(parents=True, exist_ok=True)
    archive = _archive()
    (apt / "sources.list").write_text(f"deb [signed-by={_KEYS}] {archive} trixie main\n")
    told = {
        "Dir::State::lists": apt / "lists",
        "Dir::Cache": apt / "cache",
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
    }
    options = [part for name, value in told.items() for part in ("-o", f"{name}={value}")]
    _run(["apt-get", *options, "update", "-qq"], folder=folder)
    _run(["apt-get", *options, "download", "-qq", "snac2"], folder=folder)
    (package,) = folder.glob("snac2_*.deb")
    _run(["dpkg", "-x", str(package), str(folder / "root")], folder=folder)


def _archive() -> str:
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"],  # noqa: S607
        capture_output=True,
        check=True,
        text=True,
    )
    for line in told.stdout.splitlines():
        address, _, suite = line.partition(" ")
        if suite in {"bookworm", "trixie"}:
            return address
    raise SystemExit("apt here knows no archive of Debian 12 or 13.")


def _run(command: list[str], *, folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@dataclass(slots=True)
class Snac:
    """One server with people on it, whose data outlives its being killed."""

    program: Path
    folder: Path
    port: int = field(default_factory=free_port)
    passwords: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None
    #: A connection for each request: the server closes old ones without saying so.
    _http: httpx.Client = field(
        default_factory=lambda: httpx.Client(
            headers={"connection": "close"}, timeout=30, trust_env=False
        )
    )

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def prepare(self, *people: str) -> None:
        """Make the server's data, and people on it."""
        data = str(self.folder / "data")
        told = f"127.0.0.1\n{self.port}\n{self.host}\n\n\n"
        self._ask("init", data, told=told)
        settings = self.folder / "data" / "server.json"
        kept = json.loads(settings.read_text())
        # Its background work takes threads away from those who ask.
        settings.write_text(json.dumps({**kept, "protocol": "http", "num_threads": 24}))
        for name in people:
            said = self._ask("adduser", data, name, told=f"{name}\n\n\n\n")
            found = re.search(r"User password is (\S+)", said)
            if found is None:
                raise AssertionError(f"snac2 made no user: {said}")
            self.passwords[name] = found[1]

    def _ask(self, command: str, *arguments: str, told: str) -> str:
        done = subprocess.run(  # noqa: S603
            [str(self.program), command, *arguments],
            input=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        return done.stdout

    def start(self) -> None:
        """Begin to serve, and return once it does."""
        self.running = subprocess.Popen(  # noqa: S603
            [str(self.program), "httpd", str(self.folder / "data")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if self._http.get(f"{self.url}/api/v1/instance").is_success:
                    return
            time.sleep(0.1)
        raise AssertionError("snac2 does not answer after 20 seconds.")

    def kill(self) -> None:
        """End it as a power cut would, at once."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    def close(self) -> None:
        """End it for good."""
        self.kill()
        self._http.close()

    def token(self, name: str) -> str:
        """Register a program, sign somebody in and return an access token, as people do by hand."""
        ask, base = self._http, self.url
        told = {"client_name": "tests", "redirect_uris": _OUT_OF_BAND, "scopes": "read write"}
        app = ask.post(f"{base}/api/v1/apps", data=told).json()
        params = {
            "client_id": app["client_id"],
            "redirect_uri": _OUT_OF_BAND,
            "response_type": "code",
            "scope": "read write",
        }
        form = _hidden(ask.get(f"{base}/oauth/authorize", params=params).text)
        signed_in = {**form, "login": name, "passwd": self.passwords[name]}
        code = ask.post(f"{base}/oauth/x-snac-login", data=signed_in).text.strip()
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": _OUT_OF_BAND,
        }
        token: str = ask.post(f"{base}/oauth/token", data=grant).json()["access_token"]
        return token

    def ask(self, method: str, path: str, *, token: str, **form: str) -> Any:
        """Ask as the official apps do, and return what was answered."""
        answer = self._http.request(
            method,
            f"{self.url}/api/v1/{path}",
            data=form or None,
            headers={"authorization": f"Bearer {token}"},
        )
        answer.raise_for_status()
        return answer.json()


def _hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


if __name__ == "__main__":
    fetch(Path(sys.argv[1]).resolve())
