"""`import`, `inbox` and `ledger` on real files and a real database."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.builders import MONDAY_9
from tests.cli.saying import Say
from tests.databases import SERVER, on_files_only

from answerback.cli.inbox import deadline_in_words
from answerback.cli.ledger import draw
from answerback.desk import models
from answerback.desk.queries.ledger import SourceLedger

AT = "2026-03-02T12:00+00:00"
BRAND = 'name = "Acme"\nhandles = ["acme"]\n'
POSTS = (
    {"id": "1", "author": "ada", "text": "@acme my kettle leaks, please help!"},
    {"id": "2", "author": "acme", "text": "@ada we are sorry", "in_reply_to": "1"},
    {"id": "3", "author": "bob", "text": "@acme my kettle caught fire, I need help now!"},
    {"id": "4", "author": "cleo", "text": "lovely weather"},
)


@pytest.fixture
def acme(tmp_path: Path) -> tuple[str, ...]:
    """Return the arguments that import four posts and a broken line for Acme."""
    rows = [json.dumps({**post, "created_at": MONDAY_9.isoformat()}) for post in POSTS]
    (tmp_path / "posts.jsonl").write_text("\n".join([*rows, "{broken", ""]), encoding="utf-8")
    (tmp_path / "acme.toml").write_text(BRAND, encoding="utf-8")
    archive, brand = str(tmp_path / "posts.jsonl"), str(tmp_path / "acme.toml")
    return ("import", archive, "--brand", brand, "--at", AT)


@pytest.mark.usefixtures("empty_database")
def test_import_says_what_became_of_every_row_and_what_to_type_next(
    say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    said = say(*acme)

    parts = "2 stored + 0 duplicate + 2 discarded + 1 failed"
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"archive:posts.jsonl for Acme: 5 fetched = {parts}.",
        "Discarded in this file: not_heard 1, own_post 1.",
        "Failed in this file: not_json 1.",
        "2 cases opened; 1 post was answered on the network already. 1 case waits for an answer.",
        "Next: answerback inbox" + ("" if SERVER else f" --data {tmp_path / 'data'}"),
    ]


def test_importing_again_is_harmless(say: Say, acme: tuple[str, ...]) -> None:
    say(*acme)

    again = say(*acme, "--json").json

    parts = [again[part] for part in ("fetched", "stored", "duplicate", "discarded", "failed")]
    assert parts == [5, 0, 4, 0, 1]
    assert (again["cases_opened"], again["cases_open"], again["balances"]) == (0, 1, True)


@pytest.mark.parametrize("name", ["renamed.csv", "posts.csv.gz"])
def test_a_file_without_identifiers_renamed_or_packed_is_taken_once(
    name: str, say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    rows = ["text,author,created_at", "@acme it leaks,,", "@acme it smokes,ada,2026-03-01", ""]
    told = "\n".join(rows).encode()
    (tmp_path / "posts.csv").write_bytes(told)
    (tmp_path / name).write_bytes(gzip.compress(told) if name.endswith(".gz") else told)
    say("import", str(tmp_path / "posts.csv"), *acme[2:])

    again = say("import", str(tmp_path / name), *acme[2:], "--json").json

    assert [again[part] for part in ("fetched", "stored", "duplicate")] == [2, 0, 2]
    assert again["cases_opened"] == 0


def test_the_inbox_shows_what_nobody_answered(say: Say, acme: tuple[str, ...]) -> None:
    say(*acme)

    said = say("inbox", "--at", AT)

    header, line = said.out.splitlines()
    assert header.split("\t")[:4] == ["deadline", "", "priority", "kind"]
    assert [cell for cell in line.split("\t") if cell.startswith("@")] == [
        "@bob",
        "@acme my kettle caught fire, I need help now!",
    ]
    shown = say("inbox", "--at", AT, "--json").json
    assert [one["id"] for one in shown["lines"]] == ["3"]
    assert shown["lines"][0]["why"] != []


@pytest.mark.parametrize("option", ["--queue", "--brand"])
def test_a_queue_or_brand_with_a_typing_mistake_is_refused(
    say: Say, acme: tuple[str, ...], option: str
) -> None:
    say(*acme)

    said = say("inbox", option, "repiars")

    assert (said.code, said.out) == (2, "")
    what = option.removeprefix("--")
    assert said.err.startswith(f"answerback: There is no {what} 'repiars' here.")


def test_the_ledger_balances_and_says_so(say: Say, acme: tuple[str, ...]) -> None:
    say(*acme)

    said = say("ledger")

    assert said.code == 0
    header, line = (row.split("\t") for row in said.out.splitlines())
    told = dict(zip(header, line, strict=True))
    assert told["why set aside"] == "not_heard 1, own_post 1, not_json 1"
    assert [told[part] for part in ("fetched", "stored", "duplicate", "discarded", "failed")] == [
        "5",
        "2",
        "0",
        "2",
        "1",
    ]
    assert (told["balances"], told["read to the end"]) == ("yes", "yes")


def test_a_lost_post_makes_the_ledger_exit_1(say: Say, acme: tuple[str, ...]) -> None:
    say(*acme)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM desk_mention")
        cursor.execute("DELETE FROM desk_post WHERE external_id = '4'")

    said = say("ledger")

    assert said.code == 1
    assert said.err == (
        "archive:posts.jsonl does not balance: the ledger tells of 4 posts kept, but 3 are in "
        "the database. Please report this.\n"
    )
    assert say("ledger", "--json").json["sources"][0]["balances"] is False


def test_a_drawn_ledger_can_be_read_at_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = SourceLedger(
        source_id=1, brand="Kettle & Sons", channel="archive",
        source="archive:posts-of-march.jsonl", opened_at=MONDAY_9, finished_at=None, batches=130,
        fetched=64_801, stored=60_127, duplicate=4_001, discarded=671, failed=2,
        discarded_by={"not_heard": 606, "own_post": 65}, failed_by={"not_json": 1},
        problems=("a post is gone",),
    )  # fmt: skip
    monkeypatch.setenv("COLUMNS", "80")

    draw([source])

    lines = capsys.readouterr().out.splitlines()
    said = "\n".join(lines)
    assert max(map(len, lines)) <= 80
    told = (
        "Kettle & Sons", "64,801 fetched", "= 60,127 stored + 4,001 duplicate",
        "+ 671 discarded + 2 failed", " NO ", "not_heard 606", "own_post 65", "not_json 1",
        "(each row once)",
        "unfinished: import it again",
    )  # fmt: skip
    assert [words for words in told if words not in said] == []
    assert "…" not in said


def test_rows_set_aside_can_be_written_down(
    say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    aside = tmp_path / "aside.jsonl"

    say(*acme, "--set-aside", str(aside))

    (row,) = (json.loads(line) for line in aside.read_text(encoding="utf-8").splitlines())
    assert (row["line"], row["reason"], row["raw"]) == (5, "not_json", "{broken")


def test_a_changed_brand_file_hears_what_was_discarded(
    say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    say(*acme)
    (tmp_path / "acme.toml").write_text(f'{BRAND}query = "lovely OR @acme"\n', encoding="utf-8")

    said = say(*acme, "--json").json

    assert (said["heard_anew"], said["sorted"], said["discarded_by"]) == (1, 1, {"own_post": 1})
    assert said["balances"] is True


def test_other_targets_move_the_deadlines_and_import_says_so(
    say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    say(*acme)
    (before,) = say("inbox", "--at", AT, "--json").json["lines"]
    policy.write_text(
        "".join(f'[kinds.{kind}]\ntarget = "7m"\n' for kind in ("complaint", "request", "need")),
        encoding="utf-8",
    )

    said = say(*acme, "--policy", str(policy))

    (after,) = say("inbox", "--at", AT, "--json").json["lines"]
    assert before["respond_by"] != after["respond_by"] == "2026-03-02T09:07:00+00:00"
    words = (
        "The brand file or the policy changed: 0 earlier posts are heard otherwise, 1 planned "
        "otherwise. Cases that somebody owns and answered ones were not planned anew."
    )
    assert [line for line in said.out.splitlines() if line.startswith("The brand")] == [words]


@on_files_only
@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize("command", ["inbox", "ledger"])
def test_without_a_database_it_says_what_to_type(say: Say, command: str, tmp_path: Path) -> None:
    said = say(command)

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"answerback: There is no database in {tmp_path / 'data'} yet. Type: answerback import "
        f"POSTS.jsonl --brand BRAND.toml --data {tmp_path / 'data'}\n"
    )
    assert not (tmp_path / "data").exists()


def test_an_empty_inbox_says_so(say: Say, acme: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text(json.dumps(POSTS[3]) + "\n", encoding="utf-8")
    say(*acme)

    assert say("inbox").out == "Nothing waits for an answer.\n"


@on_files_only
@pytest.mark.usefixtures("empty_database")
def test_a_file_that_is_no_database_is_one_sentence(say: Say, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "answerback.sqlite3").write_text("dear diary " * 500, encoding="utf-8")

    said = say("inbox")

    assert said.code == 2
    assert said.err == (
        f"answerback: The database {tmp_path / 'data' / 'answerback.sqlite3'} cannot be used. It "
        "is not a database. Move the file away, or name another folder with --data DIR.\n"
    )


@on_files_only
@pytest.mark.usefixtures("empty_database")
def test_a_full_disk_is_one_sentence_and_what_was_stored_is_safe(
    say: Say, acme: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(*acme)
    posts = [{"id": str(n), "author": "dan", "text": "@acme help! " * 40} for n in range(600)]
    lines = "\n".join(json.dumps(post) for post in posts)
    (tmp_path / "posts.jsonl").write_text(lines, encoding="utf-8")
    options = connection.settings_dict["OPTIONS"]
    with monkeypatch.context() as small:
        # SQLite itself then says "database or disk is full", as it does on a real one.
        full = f"{options['init_command']}; PRAGMA max_page_count=150"
        small.setitem(options, "init_command", full)
        said = say(*acme)

    assert said.code == 2
    assert said.err == (
        f"answerback: The database {tmp_path / 'data' / 'answerback.sqlite3'} cannot be used. The "
        "disk is full. What was taken in so far is safe; make room and type the same command "
        "again.\n"
    )
    again = say(*acme, "--json").json
    assert (again["duplicate"], again["balances"]) == (0, True)
    assert say("ledger", "--json").json["sources"][1]["fetched"] == 600


def test_a_database_from_a_newer_version_is_one_sentence(say: Say, acme: tuple[str, ...]) -> None:
    say(*acme)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('desk', '0099_telepathy', '2036-01-01')"
        )

    said = say(*acme)

    assert said.code == 2
    assert "was written by a newer Answerback (it knows '0099_telepathy')" in said.err


@on_files_only
def test_a_data_folder_that_cannot_be_made_is_one_sentence(
    say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    said = say(*acme, "--data", str(tmp_path / "posts.jsonl" / "data"))

    assert said.code == 2
    assert said.err == (
        f"answerback: The data folder {tmp_path / 'posts.jsonl' / 'data'} cannot be made: Not a "
        "directory. Name another with --data DIR.\n"
    )


@pytest.mark.usefixtures("empty_database")
def test_a_missing_brand_file_is_told_before_anything_is_stored(
    say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "acme.toml").unlink()

    said = say(*acme)

    assert said.code == 2
    assert "There is no brand file at" in said.err
    assert not (tmp_path / "data").exists()


@on_files_only
@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize("made_before", [False, True])
def test_nobody_else_may_read_the_database(
    say: Say,
    acme: tuple[str, ...],
    tmp_path: Path,
    made_before: bool,  # noqa: FBT001  parametrized
) -> None:
    if made_before:
        (tmp_path / "data").mkdir(mode=0o755)

    say(*acme)

    there = (tmp_path / "data").iterdir()
    assert {file.name: oct(file.stat().st_mode & 0o077) for file in there} == {
        "answerback.sqlite3": "0o0",
        "starting.lock": "0o0",
    }


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-3 * 60, "overdue 3 h"),
        (-1, "overdue 1 min"),
        (0, "in 0 min"),
        (40, "in 40 min"),
        (119, "in 119 min"),
        (120, "in 2 h"),
        (49 * 60, "in 2 d"),
    ],
)
def test_a_deadline_is_said_in_words(minutes: int, words: str) -> None:
    by = MONDAY_9 + timedelta(minutes=minutes)

    assert deadline_in_words(by, at=MONDAY_9) == words


def test_a_post_without_a_clock_has_no_deadline_to_say() -> None:
    assert deadline_in_words(None, at=MONDAY_9) == "no clock"


def test_the_inbox_says_how_many_say_the_same_and_lists_them(
    say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    text = "@acme my kettle leaks all over the hob and nobody at your desk will help me, please!"
    rows = [{"id": f"{n}", "author": f"a{n}", "text": f"RT @a0: {text} #{n}"} for n in range(1_203)]
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    say(*acme)

    page = say("inbox", "--at", AT)
    told = say("inbox", "--at", AT, "--json").json["lines"]
    case = str(told[0]["case"])
    listed = say("inbox", "--case", case)

    assert page.out.splitlines()[1].endswith("\t×1,202 copies by 1,202 people")  # noqa: RUF001 - times
    assert [(one["copies"], one["copied_by"]) for one in told] == [(1_202, 1_202)]
    assert [row.split("\t")[1] for row in listed.out.splitlines()[1:]] == [
        f"@a{n}" for n in range(1, 1_203)
    ]
    assert [one["id"] for one in say("inbox", "--case", case, "--json").json["lines"]] == [
        str(n) for n in range(1, 1_203)
    ]


def test_a_case_without_copies_says_so_and_one_that_is_not_there_is_refused(
    say: Say, acme: tuple[str, ...]
) -> None:
    say(*acme)
    case = str(say("inbox", "--at", AT, "--json").json["lines"][0]["case"])

    alone, none = say("inbox", "--case", case), say("inbox", "--case", "99")

    assert (alone.code, alone.out) == (0, "")
    assert "Nobody else says the same." in alone.err
    assert (none.code, "There is no case 99." in none.err) == (2, True)


def test_the_desk_has_the_files_that_an_import_was_given(
    say: Say, acme: tuple[str, ...], tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[kinds.complaint]\ntarget = "7m"\n', encoding="utf-8")
    say(*acme, "--policy", str(policy))

    said = say(*acme, "--json").json  # the desk's own policy holds where none is given

    rows = models.BrandText.objects.order_by("what")
    kept = list(rows.values_list("what", "number", "text", "by"))
    assert kept == [
        ("brand", 1, (tmp_path / "acme.toml").read_text(encoding="utf-8"), None),
        ("policy", 1, policy.read_text(encoding="utf-8"), None),
    ]
    assert (said["heard_anew"], said["planned_anew"]) == (0, 0)
