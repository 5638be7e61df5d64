"""
Django's connection to PostgreSQL, which takes any text.

A NUL is in no text that people write, but anybody can put one into an address or a form, and
PostgreSQL takes none: not to store, and not to look for.  It becomes U+FFFD, as in posts that
are taken in (`channels/clean.py`).  Django looks for this module by its name.
"""

from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.types.string import StrDumperUnknown

_NUL, _INSTEAD = "\x00", "\N{REPLACEMENT CHARACTER}"


class _WithoutNul(StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace(_NUL, _INSTEAD))

    def quote(self, obj: str) -> Any:
        return super().quote(obj.replace(_NUL, _INSTEAD))


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        told: dict[str, Any] = super().get_connection_params()
        adapters = AdaptersMap(told["context"])
        adapters.register_dumper(str, _WithoutNul)
        return {**told, "context": adapters}
