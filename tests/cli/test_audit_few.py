"""`answerback audit` for small businesses and narrow terminals: plain counts, nothing cut."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from answerback.cli import answerback
from answerback.cli.audit_counts import Counts
from answerback.cli.audit_tables import CLOCK_COLUMNS, TALK_COLUMNS, Table, draw

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT = "2026-03-16T09:00+00:00"

Row = dict[str, Any]


def shop(
    brand: str, *, answered: int, waiting: int, never: int, later: int = 0, clock: bool = True
) -> list[Row]:
    """Return the posts of a shop; `later` of the answered write again, and get nothing."""
    rows: list[Row] = []

    def say(name: str, *, day: float, **told: Any) -> None:
        moment = {"created_at": (MONDAY_9 + timedelta(days=day)).isoformat()} if clock else {}
        rows.append({"id": name, "brand": brand, "text": "Hello", **moment, **told})

    for number in range(answered + waiting + never):
        talk = f"{brand}-{number}"
        late = answered <= number < answered + waiting
        person = {"author": f"u{number}", "inbound": True, "conversation_id": talk}
        say(f"{talk}-q", day=9 if late else 1, **person)
        if number < answered:
            desk = {"author": brand, "inbound": False, "conversation_id": talk}
            say(f"{talk}-a", day=1.5, in_reply_to=f"{talk}-q", **desk)
        if number < later:
            say(f"{talk}-m", day=2, in_reply_to=f"{talk}-a", **person)
    return rows


@pytest.fixture
def two_shops(tmp_path: Path) -> Path:
    """Write a bakery with 40 talks, and a bookshop with 32 that has no clock."""
    rows = [
        *shop("Fern Bakery", answered=16, waiting=19, never=5, later=3),
        *shop("Quill Books", answered=12, waiting=0, never=20, clock=False),
    ]
    path = tmp_path / "shops.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def audited(*arguments: str | Path, at: str = AT) -> str:
    done = CliRunner().invoke(
        answerback, ["audit", *map(str, arguments), "--at", at], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_small_business_is_told_how_many_it_answered(two_shops: Path) -> None:
    said = audited(two_shops, "--brand", "Fern Bakery").splitlines()

    assert said[0] == (
        "# Fern Bakery: 40 wrote: 16 answered, 19 waiting, 5 never (no answer in 7 days or more). "
        "Under 50 posts chance speaks, not the brand: no rate, no rank."
    )
    start, end = (
        said.index("measure\tfigure"),
        said.index("# Never answered: 5 first posts, oldest first"),
    )
    assert said[start + 5 : end] == [
        "first response\t40: 16 answered, 19 waiting, 5 never (too few to rate)",
        "next response\t3: 0 answered, 0 waiting, 3 never (too few to rate)",
        "follow-ups\t3: 0 answered, 0 waiting, 3 never (too few to rate)",
        (
            "both sides\tbrand spoke last in 13 of 40, no word from it in 24; 0 ended with "
            "thanks, 8 abandoned"
        ),
    ]


def test_a_small_business_without_a_clock_is_told_so_too(two_shops: Path) -> None:
    said = audited(two_shops, "--brand", "Quill Books").splitlines()

    assert said[0].startswith("# Quill Books: 32 wrote: 12 answered, 20 not. Under 50 posts ")
    assert "first response\t32: 12 answered, 20 not (too few to rate)" in said
    assert "next response\tnone" in said


def test_before_its_first_post_a_brand_owes_nothing(two_shops: Path) -> None:
    said = audited(two_shops, "--brand", "Fern Bakery", at="2020-01-01T00:00Z").splitlines()

    assert said[0] == "# Fern Bakery: no post up to the report's moment asks it for an answer."
    assert [line for line in said if line.endswith(("\tnone", "\tno conversation"))] == [
        "first response\tnone",
        "next response\tnone",
        "follow-ups\tnone",
        "both sides\tno conversation",
    ]


def test_small_brands_have_their_counts_side_by_side(two_shops: Path) -> None:
    said = audited(two_shops, "--all").splitlines()

    assert [line for line in said if line.startswith(("\t", "Fern", "Quill"))] == [
        "Fern Bakery\t59\t40\t13 of 40\t0 of 40\t8 of 40",
        "Quill Books\t44\t32\t12 of 32\t0 of 32\t20 of 32",
        "\tFern Bakery\t40\t16 answered (too few)\t\t5\t19",
        "\tQuill Books\t32\t12 answered (too few)",
    ]


def test_json_has_the_counts_and_leaves_the_rates_null(two_shops: Path) -> None:
    bakery, books = json.loads(audited(two_shops, "--all", "--json"))["brands"]

    assert (bakery["first"]["clocked"], bakery["first"]["answered_at_all"]) == (None, None)
    assert bakery["talk"] is None
    assert bakery["first"]["counts"] == {
        "asked": 40, "answered": 16, "open": 19, "never": 5, "unanswered_untimed": 0,
    }  # fmt: skip
    assert bakery["follow_up"]["counts"]["asked"] == 3
    assert books["first"]["counts"] == {
        "asked": 32, "answered": 12, "open": 0, "never": 0, "unanswered_untimed": 20,
    }  # fmt: skip
    assert books["talk_counts"] == {
        "conversations": 32, "without_brand": 20, "brand_spoke_last": 12, "ended_with_thanks": 0,
        "abandoned": 20,
    }  # fmt: skip


def test_posts_with_and_without_a_clock_are_told_apart_in_words() -> None:
    counts = Counts(answered=4, open=2, never=1, answered_untimed=3, unanswered_untimed=5)

    assert counts.asked == 15
    assert counts.in_words() == "7 answered, 2 waiting, 1 never, 5 unanswered without a clock"
    assert counts.by_clock().in_words() == "4 answered, 2 waiting, 1 never"
    assert counts.by_order().in_words() == "3 answered, 5 not"


# --------------------------------------------------------------------------------- on a terminal


def ranked(*, enough: int, few: int) -> Table:
    big = [
        (f"{n} =", f"Shop{n}WithANameOf25Letters", "13257", "77.7% (77.0%-78.4%, n=13257)",
         "10 h 35 min (10 h 15 min to 23 h 59 min)", "1200", "1300")
        for n in range(1, enough + 1)
    ]  # fmt: skip
    small = [("", f"small{n}", "12", "7 answered (too few)", "", "3", "2") for n in range(few)]
    return Table(title="Ranked", columns=CLOCK_COLUMNS, rows=[*big, *small])


@pytest.fixture
def drawn(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Draw a table at 80 columns; return its lines."""
    monkeypatch.setenv("COLUMNS", "80")

    def lines(table: Table) -> list[str]:
        draw(table)
        return [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]

    return lines


def test_no_figure_is_cut_at_80_columns(drawn: Any) -> None:
    talk = Table(
        title="Talk",
        columns=TALK_COLUMNS,
        rows=[("AName", "36980", "13257", *["100.0% (97.5%-100.0%, n=13257)"] * 3)],
        counted="talks",
    )

    ranks, talks = "\n".join(drawn(ranked(enough=1, few=1))), "\n".join(drawn(talk))

    figures = ("77.7%", "77.0%-78.4%", "10 h 35 min", "10 h 15 min", "to 23 h 59 min", "1300")
    assert [figure for figure in figures if figure not in ranks] == []
    assert talks.count("97.5%-100.0%") == talks.count(" 100.0% ") + 1 == 3
    assert "…" not in ranks + talks


@pytest.mark.parametrize(
    ("enough", "few", "shown", "last"),
    [
        (2, 5, 5, None),
        (2, 6, 0, "and 6 brands with fewer than 50 posts (list: --json)"),
        (0, 11, 10, "and 1 brand with fewer than 50 posts (list: --json)"),
    ],
)
def test_many_small_brands_are_folded_into_one_line(
    drawn: Any, enough: int, few: int, shown: int, last: str | None
) -> None:
    lines = drawn(ranked(enough=enough, few=few))

    assert sum(line.startswith("small") for line in lines) == shown
    assert (lines[-1] if lines[-1].startswith("and ") else None) == last
