"""`answerback audit`: an honest report, and evidence that anybody can recompute."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from answerback.cli import answerback, main
from answerback.cli.audit_evidence import COLUMNS, guarded
from answerback.cli.audit_words import span

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH_LATER = "2026-04-01T09:00+00:00"

Row = dict[str, Any]


def row(name: str, brand: str, *, minute: float | None, talk: str, **told: Any) -> Row:
    """One invented post; a minute of None leaves the clock out."""
    clock = {}
    if minute is not None:
        clock["created_at"] = (MONDAY_9 + timedelta(minutes=minute)).isoformat()
    return {"id": name, "conversation_id": talk, "brand": brand, "text": "Hello", **clock, **told}


def case(number: int, brand: str, *, wait: float | None, clock: bool = True) -> Iterator[Row]:
    """One person's talk with a brand: asked, perhaps answered, perhaps going on."""
    talk, author = f"{brand}-{number}", f"={brand}-kim-{number}"
    start = number * 7.0 if clock else None
    yield row(f"{talk}-q", brand, minute=start, talk=talk, author=author, inbound=True)
    if wait is None:
        return
    answered = None if start is None else start + wait
    yield row(
        f"{talk}-a", brand, minute=answered, talk=talk, author=brand, inbound=False,
        in_reply_to=f"{talk}-q",
    )  # fmt: skip
    if number % 3 == 0:
        on = None if answered is None else answered + 11
        yield row(
            f"{talk}-m", brand, minute=on, talk=talk, author=author, inbound=True,
            in_reply_to=f"{talk}-a", text="Thanks a lot!" if number % 2 else "It is still lost",
        )  # fmt: skip
    if number % 6 == 0:
        last = None if answered is None else answered + 11 + number % 5
        yield row(
            f"{talk}-b", brand, minute=last, talk=talk, author=f"{brand}Help", inbound=False,
            in_reply_to=f"{talk}-m",
        )  # fmt: skip


def write(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Acme answers two in three, slowly at times; Bolt has no clock; Few has few posts."""
    rows: list[Row] = []
    for n in range(180):
        rows += case(n, "Acme", wait=None if n % 3 == 1 else n * n % 997)
        rows += case(n, "Acme-2", wait=1 + n * 37 % 4001)
    for n in range(70):
        rows += case(n, "Bolt", wait=1.0 if n % 5 else None, clock=False)
    for n in range(9):
        rows += case(n, "Few", wait=5.0 if n % 2 else None)
    # One answer that is dated before its post: an answer, but in no curve.
    rows.append(row("odd-q", "Acme", minute=50, talk="odd", author="lee", inbound=True))
    rows.append(
        row(
            "odd-a", "Acme", minute=20, talk="odd", author="Acme", inbound=False,
            in_reply_to="odd-q",
        )
    )  # fmt: skip
    return write(tmp_path / "archive.jsonl", rows)


def audited(*arguments: str | Path) -> str:
    done = CliRunner().invoke(answerback, ["audit", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    with pytest.raises(SystemExit) as left:
        main(["audit", *map(str, arguments)])
    assert left.value.code == 2
    return capsys.readouterr().err


def test_a_brand_that_ignores_a_third_is_told_so_in_words(archive: Path) -> None:
    said = audited(archive, "--brand", "@acme", "--at", MONTH_LATER).splitlines()

    waits = sorted(n * n % 997 for n in range(180) if n % 3 != 1)  # minutes; 90 of 180: a half
    assert said[0] == (
        "# Acme: 66.7% (59.8%-73.4%, n=180) of the people who wrote had an answer within 24 "
        f"hours; half within {span((waits[89] + waits[90]) * 30)}; 60 had none in 7 days or more."
    )
    assert "first response: never answered, open\t60, 0" in said
    assert (
        "# Never answered: 60 first posts, oldest first, the first 10; the rest with --evidence"
        in said
    )
    assert sum(line.startswith("Acme-") and "-q\t" in line for line in said) == 10


def test_brands_stand_side_by_side_with_the_few_last(archive: Path) -> None:
    said = audited(archive, "--all", "--at", MONTH_LATER).splitlines()

    start = said.index(
        "# First posts with a clock: answered within 24 h (estimate that counts the ones still "
        "waiting), ranked; = : no clear difference from the one above"
    )
    lines = [line.split("\t") for line in said[start + 1 : start + 5]]
    assert lines[0][:4] == ["place", "brand", "posts", "answered at 24 h"]
    assert [line[:3] for line in lines[1:]] == [
        ["1", "Acme", "180"],
        ["2", "Acme-2", "180"],
        ["", "Few", "9"],
    ]
    assert lines[3][3:] == ["4 answered (too few)", "", "5", "0"]
    assert "1\tBolt\t70\t80.0% (69.2%-87.7%, n=70)" in said


def test_an_archive_of_answers_says_so_and_withholds_the_share(tmp_path: Path) -> None:
    rows = [post for n in range(1, 90) for post in case(n, "Acme", wait=30.0)]
    path = write(tmp_path / "answers.jsonl", rows)

    said = audited(path, "--brand", "Acme", "--at", MONTH_LATER)
    document = json.loads(audited(path, "--all", "--json", "--at", MONTH_LATER))

    assert "Every one of the 89 conversations in this archive holds a word from its brand" in said
    assert "first response: answered share\twithheld" in said
    assert "100.0%" not in said.split("\nturns")[0].replace("follow-ups: answered", "")[:400]
    (acme,) = document["brands"]
    assert document["collected_from_answers"] is True
    assert acme["first"]["clocked"]["shares"] is None
    assert acme["first"]["clocked"]["spread"]["median"] == 1800
    assert document["ranking"]["of"] == "follow_up"


def test_one_ignored_person_is_enough_to_tell_the_share(tmp_path: Path) -> None:
    rows = [post for n in range(1, 90) for post in case(n, "Acme", wait=30.0)]
    path = write(tmp_path / "all.jsonl", [*rows, *case(99, "Acme", wait=None)])

    document = json.loads(audited(path, "--json", "--at", MONTH_LATER))

    assert document["collected_from_answers"] is False
    assert document["brands"][0]["first"]["clocked"]["shares"]["24 h"]["share"] == pytest.approx(
        89 / 90
    )


def test_the_layout_of_the_public_support_file_is_read_by_itself(tmp_path: Path) -> None:
    head = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id"
    day = "Tue Oct 31 {}:10:00 +0000 2017"
    lines = [
        f"1,115712,True,{day.format(20)},@AcmeHelp my box is wet,2,",
        f"2,AcmeHelp,False,{day.format(22)},@115712 Oh no!,,1",
        f"3,115713,True,{day.format(21)},@AcmeHelp anybody there?,,",
        f"4,115714,True,{day.format(21)},@BoltCares hi,5,",
        f"5,BoltCares,False,{day.format(23)},@115714 Hi!,,4",
    ]
    path = tmp_path / "twcs.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    out = tmp_path / "evidence.csv"

    audited(path, "--all", "--evidence", out)

    told = {line["post_id"]: (line["brand"], line["state"], line["seconds"]) for line in read(out)}
    assert told == {
        "1": ("AcmeHelp", "answered", "7200"),
        "2": ("AcmeHelp", "", ""),
        "3": ("AcmeHelp", "open", "3600"),
        "4": ("BoltCares", "answered", "7200"),
        "5": ("BoltCares", "", ""),
    }


def test_equal_ids_on_two_channels_are_all_counted(tmp_path: Path) -> None:
    rows = [
        {**post, "channel": channel}
        for channel in ("mastodon", "bluesky")
        for n in range(100)
        for post in case(n, "Acme", wait=None if (n % 2) == (channel == "bluesky") else 30.0)
    ]
    path = write(tmp_path / "two.jsonl", rows)

    document = json.loads(audited(path, "--json", "--at", MONTH_LATER))

    assert (document["rows"]["posts"], document["rows"]["duplicates"]) == (len(rows), 0)
    assert document["conversations"] == 200
    first = document["brands"][0]["first"]["clocked"]
    assert (first["answered"], first["never"]) == (100, 100)
    lost = document["brands"][0]["never_answered"]
    assert {post["channel"] for post in lost} == {"mastodon", "bluesky"}


@pytest.mark.parametrize(
    ("strangers", "before", "first_note"),
    [
        (20, "", "Counted: every customer's post"),
        (
            21,
            (
                "Careful: 21 of the 201 customers' posts (10.4%) belong to no brand and are in no "
                "figure; the ignored may be among them. "
            ),
            "21 posts belong to no brand",
        ),
    ],
)
def test_many_posts_of_no_brand_are_told_before_the_headline(
    tmp_path: Path, *, strangers: int, before: str, first_note: str
) -> None:
    rows = [post for n in range(100) for post in case(n, "Acme", wait=None)]
    rows += [post for n in range(78) for post in case(n, "Bolt", wait=None)]
    rows += [post for brand in ("Acme", "Bolt") for post in case(1000, brand, wait=1.0)]
    rows += [
        {"id": f"s{n}", "author": f"s{n}", "text": "@nobody hi", "inbound": True}
        for n in range(strangers)
    ]
    path = write(tmp_path / "strangers.jsonl", rows)

    one, every, document = (
        audited(path, *arguments, "--at", MONTH_LATER)
        for arguments in (["--brand", "Acme"], ["--all"], ["--all", "--json"])
    )

    assert one.startswith(f"# {before}Acme: ")
    assert every.startswith(f"# {before}{182 + strangers} posts in ")
    assert json.loads(document)["notes"][0].startswith(first_note)


def test_rows_that_cannot_be_read_are_counted_and_shown(archive: Path) -> None:
    with archive.open("a", encoding="utf-8") as out:
        out.write('{"id": "broken\n')
        out.write(json.dumps(next(case(1, "Acme", wait=None))) + "\n")  # an id seen before

    document = json.loads(audited(archive, "--all", "--json", "--at", MONTH_LATER))

    assert sum(document["rows"]["set_aside"].values()) == 1
    assert document["rows"]["duplicates"] == 1
    assert any("1 rows could not be read" in note for note in document["notes"])


@pytest.mark.slow  # loads the shipped model
def test_the_model_can_judge_who_needs_a_response(tmp_path: Path) -> None:
    def asked(text: str, number: int) -> Row:
        return row(f"{number}", "Acme", minute=number, talk=str(number), author=f"u{number}",
                   inbound=True, text=text)  # fmt: skip

    rows = [
        asked("My parcel never arrived and nobody picks up the phone, please help me now!", 1),
        asked("lol", 2),
        row("r", "Acme", minute=9, talk="1", author="Acme", inbound=False, in_reply_to="1"),
    ]
    path = write(tmp_path / "few.jsonl", rows)

    every, some = (
        json.loads(audited(path, "--json", "--judge", judge))["brands"][0]["first"]["counted"]
        for judge in ("all", "model")
    )

    assert (every, some) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--brand", "acmee"], "no brand 'acmee' among the 4 in the archive. Nearest: 'Acme'"),
        (["--brand", "zzzzzz"], "None is spelt alike"),
        ([], r"holds 4 brands \(Acme, Acme-2, Bolt, Few\)\. Choose one with --brand NAME"),
        (["--all", "--at", "2026-03-02T12:00"], "--at needs a zone"),
        (["--all", "--evidence", "/nowhere/at/all.csv"], "cannot be written"),
    ],
)
def test_a_wrong_question_is_one_sentence_and_exit_2(
    archive: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    said = refused(capsys, archive, *arguments)

    assert said.count("\n") == 1
    assert re.search(sentence, said)


@pytest.mark.parametrize(
    ("sides", "sentence"),
    [
        ([True, True], "only customers' posts"),
        ([False, False], "only the brand's posts"),
        ([None, None], "who speaks, brand or customer"),
    ],
)
def test_a_file_without_two_sides_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sides: list[bool | None], sentence: str
) -> None:
    rows = [
        row(str(n), "Acme", minute=n, talk="t", author="kim", inbound=side)
        for n, side in enumerate(sides)
    ]
    path = write(tmp_path / "one-sided.jsonl", rows)

    assert sentence in refused(capsys, path, "--all")


def test_a_file_that_links_no_posts_is_refused_rather_than_called_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": str(n), "author": "kim", "text": "Hi", "inbound": n > 0} for n in range(60)]

    said = refused(capsys, write(tmp_path / "flat.jsonl", rows), "--all")

    assert "nothing that tells which answers which. Map a column" in said


def test_the_brands_account_tells_the_sides_where_the_file_does_not(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "author": "kim", "text": "@acme help", "created_at": "2026-03-02T09:00Z"},
        {"id": "2", "author": "Acme", "text": "@kim Sure", "created_at": "2026-03-02T10:00Z",
         "in_reply_to": "1"},
        {"id": "3", "author": "lee", "text": "@acme hello?", "created_at": "2026-03-02T09:30Z"},
    ]  # fmt: skip
    out = tmp_path / "evidence.csv"

    audited(write(tmp_path / "plain.jsonl", rows), "--brand", "acme", "--evidence", out)

    assert [(line["post_id"], line["side"], line["state"]) for line in read(out)] == [
        ("1", "customer", "answered"),
        ("2", "brand", ""),
        ("3", "customer", "open"),
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.6, "1 min"), (3600, "1 h"), (20_481, "5 h 41 min"), (90_000, "1 d 1 h")],
)
def test_durations_are_told_in_their_two_largest_units(seconds: float, words: str) -> None:
    assert span(seconds) == words


# ------------------------------------------------------------------------------- the evidence


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            {name: cell.removeprefix("'") for name, cell in line.items()}
            for line in csv.DictReader(lines)
        ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@kim", "\t=1", "'quoted", "plain", ""])
def test_no_cell_is_a_formula_and_every_cell_can_be_restored(cell: str) -> None:
    kept = guarded(cell)

    assert not kept.startswith(("=", "+", "-", "@", "\t"))
    assert kept.removeprefix("'") == cell


def test_authors_that_look_like_formulas_are_written_as_text(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "evidence.csv"

    audited(archive, "--all", "--evidence", out)

    text = out.read_text(encoding="utf-8")
    assert text.startswith(",".join(COLUMNS) + "\n")
    assert ",'=Acme-kim-1," in text
    assert ",=Acme-kim-1," not in text


# ----------------------------------------------------------------------------------- the page


def first_cells(heading: str) -> list[str]:
    """Return the names in the table under a heading of docs/reference/audit.md."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "audit.md").read_text("utf-8")
    section = page.split(f"\n{heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE)


def test_the_page_tells_every_option_column_and_key(archive: Path) -> None:
    command = answerback.get_command(click.Context(answerback), "audit")
    document = json.loads(audited(archive, "--all", "--json"))

    assert command is not None
    options = [option.opts[0] for option in command.params if option.opts[0].startswith("-")]
    page = (Path(__file__).parents[2] / "docs" / "reference" / "audit.md").read_text("utf-8")
    assert re.findall(r"^\| `(--[a-z]+)` \|", page, flags=re.MULTILINE) == options
    assert first_cells("## The evidence file") == list(COLUMNS)
    assert first_cells("## The JSON document") == list(document)
