"""What each page that comes in asks the database is found by an index, however much there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.hearing import gone, heard, live_post, live_source

from answerback.channels.inbound import Gone

#: Of these there may be millions.
_LARGE = ("desk_post ", "desk_reply ", "desk_case ", "desk_tombstone ", "desk_letter ")
#: An index of these alone leaves all of a brand's rows, or a channel's.
_WIDE = ("(brand_id=?)", "(brand_id=? AND channel=?)")


@pytest.mark.usefixtures("db")
def test_a_page_reads_no_table_through_and_no_brand() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("Plans are read as SQLite writes them.")
    source = live_source()
    heard(source, live_post("1"), live_post("2"))

    with CaptureQueriesContext(connection) as asked:
        heard(source, live_post("3"), gone("1"), Gone(channel="fake", author_id="ada"))

    wide = [
        step
        for one in asked.captured_queries
        if one["sql"].startswith(("SELECT", "UPDATE"))
        for step in _plan(one["sql"])
        if any(name in f"{step} " for name in _LARGE)
        and (step.startswith("SCAN") or step.endswith(_WIDE))
    ]
    assert wide == []


def _plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [str(row[-1]) for row in cursor.fetchall()]
