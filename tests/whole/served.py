"""A real desk for real browsers: `answerback serve` in its own process, on files of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import override_settings

from answerback.desk import models
from answerback.project import databases, env
from answerback.project.start import desk

#: Whoever signs sessions here and whoever reads them in the server must hold the same one.
KEY = "a-key-of-the-tests-of-browsers-that-nobody-else-has"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A desk that answers."""

    url: str  #: without a slash at its end
    folder: Path
    process: "subprocess.Popen[str]"


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """
    Let this process use the database of a folder: what a test makes there, the server shows.

    A browser's own turns run in this thread, which Django would take for an async one.
    """
    before = {**settings.DATABASES["default"]}
    unsafe = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    home = os.environ.get(env.HOME)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with (
            override_settings(SECRET_KEY=KEY),
            desk(folder, create=True, own_file=True),
        ):
            yield
    finally:
        databases.use(before)
        _put_back("DJANGO_ALLOW_ASYNC_UNSAFE", unsafe)
        _put_back(env.HOME, home)


def _put_back(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


@contextmanager
def serving(folder: Path, *told: str) -> Iterator[Served]:
    """Serve a folder's desk until the block ends; it must end cleanly."""
    surroundings = {**os.environ, env.SECRET_KEY: KEY}
    surroundings.pop(env.DATABASE_URL, None)
    line = [sys.executable, "-m", "answerback", "serve", "--data", str(folder), "--port", "0"]
    with subprocess.Popen(  # noqa: S603  our own words
        [*line, *told], stdout=subprocess.PIPE, text=True, env=surroundings
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition("The desk: ")[2].partition("/  (")[0]
        try:
            yield Served(url=url, folder=folder, process=process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=_PATIENCE_SECONDS)


def session_of(handle: str) -> str:
    """Return the key of a session in which somebody is signed in; call it `inside`."""
    user = models.User.objects.get(handle=handle)
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = _BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
