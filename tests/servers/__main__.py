"""
Fetch what tests speak to that others wrote: real servers, and recordings of networks.

    python -m tests.servers

Debian's snac2 and npm's Bluesky server are unpacked or built under the cache of the user, nothing
is installed; Dovecot comes with `apt-get install dovecot-imapd dovecot-lmtpd`.  What cannot be had
is said, and the tests that need it are skipped.
"""

import subprocess
import sys
from functools import partial

from tests.servers import bluesky, snac2
from tests.servers.recordings import cache, fetch


def main() -> None:
    """Fetch each in turn."""
    wanted = {
        "feeds of feedparser's tests": partial(fetch, "feeds"),
        "recordings of praw's tests": partial(fetch, "cassettes"),
        "snac2": partial(snac2.fetch, cache() / "snac2"),
        "the Bluesky server": partial(bluesky.install, cache() / "bluesky"),
    }
    for name, take in wanted.items():
        try:
            take()
        except (OSError, subprocess.CalledProcessError, SystemExit, ValueError) as wrong:
            print(f"{name} cannot be had here: {wrong}", file=sys.stderr)  # noqa: T201  a program


if __name__ == "__main__":
    main()
