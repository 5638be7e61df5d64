"""A database on a PostgreSQL server, and what can stand between it and us."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from answerback.project import databases, env
from answerback.project.databases import DatabaseRefused

#: "answerback" in eight bytes: whoever makes the tables holds this advisory lock.
_LOCK = int.from_bytes(b"answrbck")
#: How long one start waits for another that is making the tables.
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """The database that a URL names."""

    url: str

    @property
    def settings(self) -> databases.Settings:
        return databases.server(self.url)

    @property
    def where(self) -> str:
        return f"PostgreSQL database {self._name}"

    @property
    def elsewhere(self) -> str:
        return f"name another database in {env.DATABASE_URL}"

    @property
    def option(self) -> str:
        return ""

    @property
    def _name(self) -> str:
        """The database without its user and password."""
        told = self.settings
        host = told["HOST"] or told["OPTIONS"].get("host") or "this machine"
        return f"'{told['NAME']}' on {host}{':' if told['PORT'] else ''}{told['PORT']}"

    def look(self, *, create: bool) -> None:
        """See that the driver is installed; the server itself is asked by the first question."""
        del create  # the database is the operator's to make, whatever the command
        if find_spec("psycopg") is None:
            raise DatabaseRefused(
                f"{env.DATABASE_URL} names a PostgreSQL database, and the driver for it is not "
                "installed. Type: pip install 'answerback[postgres]'"
            )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Keep other processes from making the same tables, and give them all the time they need.

        The lock, and what is set here, end with the connection, however that ends.
        """
        from django.db import connection  # noqa: PLC0415  needs Django

        try:
            with connection.cursor() as cursor:
                cursor.execute("SHOW server_encoding")
                (encoding,) = cursor.fetchone()
                if encoding != "UTF8":
                    raise DatabaseRefused(
                        f"The {self.where} keeps text as {encoding}, which cannot hold every "
                        "post. Make one with: createdb --template=template0 --encoding=UTF8"
                    )
                cursor.execute(f"SET lock_timeout = '{_PATIENCE_SECONDS}s'")
                cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
                cursor.execute("SET statement_timeout = 0")
            yield
        finally:
            connection.close()

    def sentence(self, wrong: Exception) -> str | None:
        from django.db import NotSupportedError, OperationalError  # noqa: PLC0415  needs Django

        if isinstance(wrong, NotSupportedError):  # Django's own words: which version, and which not
            return f"The {self.where} cannot be used. {wrong} Update the server."
        code = _code(wrong)
        known = next((told for start, told in _BY_CODE.items() if code.startswith(start)), None)
        if code and known is None:
            return None
        if known is None and not isinstance(wrong, OperationalError):
            return None
        said = str(wrong).strip().splitlines()
        known = known or next((told for part, told in _BY_WORDS.items() if part in str(wrong)), "")
        words = known or f"{_NO_WAY_IN} The server says: {said[-1].strip() if said else 'nothing'}"
        return f"The {self.where} cannot be used. {words}"


def _code(wrong: BaseException | None) -> str:
    """Return PostgreSQL's code of what went wrong first; "" where there was no server to say it."""
    while wrong is not None:
        if code := getattr(wrong, "sqlstate", None):
            return str(code)
        wrong = wrong.__cause__ or wrong.__context__
    return ""


_AGAIN = "What was taken in so far is safe; type the same command again."
_NO_WAY_IN = f"Correct {env.DATABASE_URL}, or mend the server."

#: By the beginning of PostgreSQL's own code of a fault (its manual's Appendix A).
_BY_CODE = {
    "53100": "The server's disk is full. What was taken in so far is safe; make room and type the "
    "same command again.",
    "53": "The server has no room for one more. End another program, or raise its limits.",
    "55P03": "Another program has held it for 20 seconds. End that program and type the same "
    "command again.",
    "57014": "It took longer than two minutes over one question. See what else the server does, "
    "and type the same command again.",
    "40": f"Another program wanted the same rows, and this one gave way. {_AGAIN}",
    "42501": "Its user may not make or change tables there. Make that user the owner: ALTER "
    "DATABASE name OWNER TO user.",
    "25006": "It takes no changes: a standby, or one that is set to read only. Name the primary "
    f"server in {env.DATABASE_URL}.",
    "25P03": f"The connection was ended, because this program stood still for a minute. {_AGAIN}",
    "57P": f"The server was ended or restarted. {_AGAIN}",
    "08": f"The connection broke. {_AGAIN}",
    "58": "The server's disk cannot be read or written. What was taken in before is safe; see "
    "the server's log.",
    "XX001": "It is damaged. Restore it from a backup.",
    "XX002": "An index of it is damaged. Rebuild it: REINDEX DATABASE.",
}

#: By words of what is said before there is a connection, which has no code.
_BY_WORDS = {
    "password": f"The server refuses the user or the password. Correct {env.DATABASE_URL}; signs "
    "that are no letter or digit are written as %-codes there.",
    "authentication failed": f"The server does not know the user. Correct {env.DATABASE_URL}.",
    "role ": f"The server does not know the user. Make it (createuser), or correct "
    f"{env.DATABASE_URL}.",
    "pg_hba.conf": "The server lets this user in from nowhere near here. Add a line to its "
    "pg_hba.conf.",
    "database ": "There is none of this name. Make it: createdb --owner=USER NAME",
    "too many": "The server has no room for one more. End another program, or raise its limits.",
    "slots are reserved": "The server has no room for one more. End another program, or raise "
    "its limits.",
    "starting up": "The server is starting. Wait a moment and type the same command again.",
    "shutting down": "The server is being ended. Start it, and type the same command again.",
    "refused": f"No server answers there. Start it, or correct {env.DATABASE_URL}.",
    "No such file": f"No server answers there. Start it, or correct {env.DATABASE_URL}.",
    "timeout expired": f"No server answers there within ten seconds. Start it, or correct "
    f"{env.DATABASE_URL}.",
    "resolve host": f"There is no host of that name. Correct {env.DATABASE_URL}.",
    "translate host": f"There is no host of that name. Correct {env.DATABASE_URL}.",
    "closed the connection": f"The connection broke. {_AGAIN}",
    "connection is lost": f"The connection broke. {_AGAIN}",
    "terminating connection": f"The server ended the connection. {_AGAIN}",
}
