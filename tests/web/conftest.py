"""Pages are asked through Django's own test client, on a database file as the desk's tests."""

import pytest
from django.core.cache import cache
from django.template import engines
from django.test import Client
from tests.people import signed_in

from answerback.web.briefly import forget_all

MISSING = "MISSING-IN-TEMPLATE"


@pytest.fixture(autouse=True)
def _tables(db: None) -> None:
    """Give every test here the tables, and take back what it wrote."""


@pytest.fixture
def client(_tables: None) -> Client:
    """Return Olga's browser: she owns every brand there is, and is signed in."""
    return signed_in()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Let every test count its own cases, and its own tries at the door: people's ids recur."""
    forget_all()
    cache.clear()


@pytest.fixture(autouse=True)
def _names_in_templates_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show a mistyped name in a template as `MISSING`, where Django would show nothing."""
    engine = engines["django"].engine  # type: ignore[attr-defined]  # stubs know only the base
    monkeypatch.setattr(engine, "string_if_invalid", MISSING)
