"""Tests of the desk run on a database file of their own, where the write-ahead log matters."""

import pytest


@pytest.fixture(autouse=True)
def _tables(db: None) -> None:
    """Give every test here the tables, and take back what it wrote."""
