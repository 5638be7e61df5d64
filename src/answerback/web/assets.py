"""Style sheets and pictures, found in the packages they come with and named by their content."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

_DIGEST_LENGTH = 16


class NoSuchAsset(Exception):
    """A template names a file that no package carries: a bug, not a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file that every browser may keep for ever: another content is another address."""

    content: bytes
    content_type: str
    digest: str


def find_asset(name: str) -> Asset | None:
    """
    Return the file of that name, or None where no package has one.

    :raises SuspiciousFileOperation: when the name leads out of its folder.
    """
    path = finders.find(name)
    return None if path is None else _read(Path(path))


@cache  # only files that exist come here, so it holds a handful
def _read(path: Path) -> Asset:
    content = path.read_bytes()
    kind, _ = guess_type(path.name)
    return Asset(
        content=content,
        content_type=kind or "application/octet-stream",
        digest=sha256(content).hexdigest()[:_DIGEST_LENGTH],
    )


class HashedAssets(StaticFilesStorage):
    """What `{% static %}` asks: the address of a file, its content's hash in it."""

    def url(self, name: str | None) -> str:
        """
        Return the address of an asset.

        :raises NoSuchAsset: when no package carries it.
        """
        found = find_asset(name or "")
        if found is None:
            raise NoSuchAsset(f"No package carries the static file '{name}'.")
        return f"{self.base_url}{found.digest}/{name}"
