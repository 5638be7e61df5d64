"""`answerback query index`, `report` and `try`: a query replayed on stored posts."""

import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from rich.console import Console
from tests.cli.saying import Say
from tests.databases import on_files_only

from answerback.cli import answerback
from answerback.cli.output import table
from answerback.domain.listening import places

POSTS = (
    ("ada", "2026-03-02T09:00:00Z", "my new kettle leaks all over"),
    ("bob", "2026-03-02T10:00:00Z", "selling a kettle that leaks a bit"),
    ("cleo", "2026-03-03T10:00:00Z", "the ketle drips. the kettle, I say, drips"),
    ("dan", "2026-03-04T10:00:00Z", "a ketle leaks"),
    ("eve", "2026-03-09T10:00:00Z", "toaster\x1b[31m, as good as new"),
)
QUERY = "(kettle NEAR/3 (leak* OR drip*) OR toaster) NOT selling"


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Return a file of five posts and a broken line."""
    path = tmp_path / "posts.jsonl"
    rows = [
        {"id": str(row), "author": author, "created_at": at, "text": text}
        for row, (author, at, text) in enumerate(POSTS, start=1)
    ]
    path.write_text("\n".join([*map(json.dumps, rows), "{broken", ""]), encoding="utf-8")
    return path


@pytest.fixture
def index(say: Say, posts: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    say("query", "index", str(posts), "--out", str(folder))
    return folder


def test_index_says_where_every_row_went(say: Say, posts: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "index")
    said = say("query", "index", str(posts), "--out", folder)
    again = say("query", "index", str(posts), str(posts), "--out", folder, "--json")

    assert said.code == 0
    assert said.err.startswith(
        "6 posts in = 5 indexed + 0 duplicate + 0 older versions + 1 unreadable. "
        "5 posts can be asked. "
    )
    told = again.json
    assert [told[part] for part in ("posts_in", "indexed", "duplicate", "unreadable")] == [
        12,
        0,
        10,
        2,
    ]
    assert (told["balances"], told["posts"]) == (True, 5)


def test_a_file_that_cannot_be_read_is_told_before_anything_is_written(
    say: Say, posts: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "index"

    said = say("query", "index", str(posts), str(tmp_path / "gone.csv"), "--out", str(folder))

    assert (said.code, said.out) == (2, "")
    assert not folder.exists()


def test_report_tells_what_each_clause_does(say: Say, index: Path) -> None:
    told = say("query", "report", QUERY, "--on", str(index), "--json").json

    assert (told["posts"], told["matches"]) == (5, 3)
    assert told["normalised"] == "(kettle NEAR/3 (leak* OR drip*) OR toaster) AND NOT selling"
    assert [
        (one["clause"], one["inside_near"], one["found"], one["matched"], one["alone"])
        for one in told["alternatives"]
    ] == [
        ("kettle NEAR/3 (leak* OR drip*)", False, 3, 2, 2),
        ("leak*", True, 3, 1, 1),
        ("drip*", True, 1, 1, 1),
        ("toaster", False, 1, 1, 1),
    ]
    (excluded,) = told["exclusions"]
    assert [excluded[part] for part in ("clause", "part", "found", "removes")] == [
        "selling",
        False,
        1,
        1,
    ]
    (example,) = excluded["examples"]
    (start, end), text = example["spans"][0], example["text"]
    assert (text[start:end], example["author"], example["id"]) == ("selling", "bob", "2")
    (near,) = told["nears"]
    assert (near["clause"], near["within"]) == ("kettle NEAR/3 (leak* OR drip*)", 3)
    assert [(one["within"], one["matches"]) for one in near["matches"][:3]] == [
        (0, 2),
        (1, 3),
        (2, 3),
    ]
    assert near["anywhere"] == 3
    assert told["spellings"] == {"kettle": [{"form": "ketle", "posts": 2}]}
    assert told["per_day"]["expected"] == pytest.approx(3 / (7 + 1 / 24))
    assert told["per_day"]["low"] < told["per_day"]["expected"] < told["per_day"]["high"]


def test_report_in_words_marks_what_was_found_and_obeys_no_stranger(say: Say, index: Path) -> None:
    said = say("query", "report", QUERY, "--on", str(index))

    assert said.code == 0
    assert (
        "3 of 5 posts match (60 %). Matches a day: 0.43 (95 %: 0.086-1.2), from 5 posts" in said.out
    )
    assert "  @bob: [selling] a kettle that leaks a bit" in said.out
    assert "leak*\t3\t60 %\t1\t1" in said.out
    assert "Also seen, one letter from 'kettle': ketle 2." in said.out
    assert "toaster\N{REPLACEMENT CHARACTER}[31m" in said.out.replace("[toaster]", "toaster")
    assert "\x1b" not in said.out


@pytest.mark.parametrize("command", ["check", "report"])
def test_a_warning_of_a_pasted_query_moves_no_cursor(say: Say, index: Path, command: str) -> None:
    pasted = 'raw:"kettle\x9b31m" OR raw:"kettle\x9b31m"'
    said = say("query", command, pasted, "--on", str(index))

    assert "warning W-DUP" in said.out
    assert "\x9b" not in said.out


def test_a_table_named_after_a_clause_with_brackets_is_drawn_as_it_is_written() -> None:
    drawn = Console(width=80, file=StringIO())
    drawn.print(
        table(title='raw:"[/lid]" NEAR/2 \x1b', columns=("words",), rows=[("kettle " * 9,)])
    )

    assert isinstance(drawn.file, StringIO)
    assert 'raw:"[/lid]" NEAR/2 \N{REPLACEMENT CHARACTER}' in drawn.file.getvalue()


def test_posts_of_one_moment_give_no_rate_and_it_is_said_why(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"id": "1", "text": "kettle", "created_at": "2026-03-02T09:00:00Z"}\n')

    said = say("query", "report", "kettle", "--on", str(path))

    assert "not told, for the posts tell no times, or all the same one." in said.out


@pytest.fixture
def stream(say: Say, tmp_path: Path) -> Path:
    """Index enough posts that a share of them says something."""
    posts, folder = tmp_path / "stream.jsonl", tmp_path / "stream"
    texts = ["my kettle" if number % 60 == 0 else "good day" for number in range(600)]
    rows = [json.dumps({"id": str(at), "text": text}) for at, text in enumerate(texts)]
    posts.write_text("\n".join(rows) + "\n", "utf-8")
    assert say("query", "index", str(posts), "--out", str(folder)).code == 0
    return folder


def test_broad_and_unseen_words_are_warned_of(say: Say, stream: Path) -> None:
    told = say("query", "report", "kettle OR teapot", "--on", str(stream), "--json").json

    assert [(one["code"], one["column"]) for one in told["warnings"]] == [
        ("W-BROAD", 1),
        ("I-UNSEEN", 11),
    ]


def test_check_on_an_index_warns_of_the_same(say: Say, stream: Path) -> None:
    alone = say("query", "check", "kettle OR teapot", "--json").json
    told = say("query", "check", "kettle OR teapot", "--on", str(stream), "--json").json

    assert alone["warnings"] == []
    assert [one["code"] for one in told["warnings"]] == ["W-BROAD", "I-UNSEEN"]


def test_report_asks_a_file_and_leaves_nothing_behind(
    say: Say, posts: Path, tmp_path: Path
) -> None:
    before = sorted(tmp_path.iterdir())
    told = say("query", "report", "kettle", "--on", str(posts), "--json").json

    assert (told["posts"], told["matches"]) == (5, 3)
    assert sorted(tmp_path.iterdir()) == before


def test_report_takes_the_query_of_a_brand(say: Say, index: Path, tmp_path: Path) -> None:
    brand = tmp_path / "acme.toml"
    brand.write_text("name = 'Acme'\nquery = 'kettle'\n", encoding="utf-8")

    assert (
        say("query", "report", "--brand", str(brand), "--on", str(index), "--json").json["matches"]
        == 3
    )


def test_a_wrong_query_is_told_with_its_place(say: Say, index: Path) -> None:
    said = say("query", "report", "kettle (lid", "--on", str(index))

    assert said.code == 2
    assert said.err == (
        "answerback: error E-BRACKET at line 1, column 8: this bracket is never closed\n"
        "  kettle (lid\n"
        "         ^\n"
        "  hint: add )\n"
    )


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("kettle", "--on", "gone"), "There is no index in gone."),
        ((), "Tell either a query or --brand BRAND.toml."),
        (("kettle", "--brand", "acme.toml"), "Tell either a query or --brand BRAND.toml."),
        pytest.param(("kettle",), "There is no database in", marks=on_files_only),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    say: Say, arguments: tuple[str, ...], sentence: str
) -> None:
    said = say("query", "report", *arguments)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"answerback: {sentence}")


def test_a_brand_that_listens_by_handle_alone_has_no_report(say: Say, tmp_path: Path) -> None:
    brand = tmp_path / "acme.toml"
    brand.write_text("name = 'Acme'\nhandles = ['acme']\n", encoding="utf-8")

    said = say("query", "report", "--brand", str(brand))

    assert (said.code, "has no query to report" in said.err) == (2, True)


def test_a_damaged_index_is_one_sentence(say: Say, index: Path) -> None:
    (path,) = index.glob("*.columns")
    path.write_bytes(path.read_bytes()[:200])

    said = say("query", "report", "kettle", "--on", str(index))

    assert said.code == 2
    assert said.err.startswith(f"answerback: The index file {path} is damaged:")


def test_try_answers_line_after_line_and_goes_on_after_a_mistake(index: Path) -> None:
    typed = "kettle\n\nkettle (\nlid NOT lid\ntoaster\n"
    said = CliRunner().invoke(answerback, ["query", "try", "--on", str(index)], input=typed)

    assert said.exit_code == 0
    lines = said.output.splitlines()
    assert [line.split(" match")[0] for line in lines if " posts match" in line] == [
        "3 of 5 posts",
        "1 of 5 posts",
    ]
    assert [line.split(" at ")[0] for line in lines if line.startswith("error")] == [
        "error E-BRACKET",
        "error E-NEVER",
    ]
    assert sum(line.endswith(" ms.") for line in lines) == 2


def test_a_near_of_too_many_pairs_is_refused_before_it_fills_the_memory(
    say: Say, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST_PAIRS", 1)
    said = say("query", "report", QUERY, "--on", str(index))
    tried = CliRunner().invoke(
        answerback, ["query", "try", "--on", str(index), "--json"], input=f"{QUERY}\nkettle\n"
    )

    sentence = "pairs in these posts, too many for the memory. Lower its distance"
    assert (said.code, sentence in said.err) == (2, True)
    refused, answered = map(json.loads, tried.output.splitlines())
    assert (refused["ok"], answered["matches"]) == (False, 3)


def test_try_speaks_json_a_line_for_each_query(index: Path) -> None:
    said = CliRunner().invoke(
        answerback, ["query", "try", "--on", str(index), "--json"], input="kettle\n(\n"
    )

    good, bad = map(json.loads, said.output.splitlines())
    assert (good["ok"], good["matches"], good["milliseconds"] > 0) == (True, 3, True)
    assert (bad["ok"], bad["error"]["code"]) == (False, "E-BRACKET")


def test_without_on_the_stored_posts_are_asked_discarded_ones_too(
    say: Say, posts: Path, tmp_path: Path
) -> None:
    brand = tmp_path / "acme.toml"
    brand.write_text("name = 'Acme'\nhandles = ['acme']\nquery = 'kettle'\n", encoding="utf-8")
    say("import", str(posts), "--brand", str(brand), "--at", "2026-03-10T09:00+00:00")

    told = say("query", "report", "ketle OR kettle", "--json").json
    assert (told["posts"], told["matches"]) == (5, 4)

    more = {"id": "9", "author": "fay", "text": "another ketle"}
    posts.write_text(f"{json.dumps(more)}\n", encoding="utf-8")
    say("import", str(posts), "--brand", str(brand), "--at", "2026-03-10T09:00+00:00")
    told = say("query", "report", "ketle OR kettle", "--json").json
    assert (told["posts"], told["matches"]) == (6, 5)


def test_the_index_of_another_database_is_built_anew(say: Say, posts: Path, tmp_path: Path) -> None:
    brand = tmp_path / "acme.toml"
    brand.write_text("name = 'Acme'\nquery = 'kettle'\n", encoding="utf-8")
    say("import", str(posts), "--brand", str(brand), "--at", "2026-03-10T09:00+00:00")
    say("query", "report", "kettle")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE desk_post SET external_id = 'x' || external_id")
        cursor.execute("UPDATE desk_post SET text = 'no more'")

    told = say("query", "report", "kettle", "--json").json
    assert (told["posts"], told["matches"]) == (5, 0)


def test_report_and_try_speak_other_dialects(say: Say, index: Path) -> None:
    words = ("kettle toaster", "--on", str(index))
    asked = CliRunner().invoke(
        answerback,
        ["query", "try", "--on", str(index), "--dialect", "Lucene", "--json"],
        input="kettle toaster\n",
    )

    ours, theirs = (
        say("query", "report", *words, *dialect, "--json").json
        for dialect in ((), ("--dialect", "lucene"))
    )
    assert (ours["matches"], theirs["matches"]) == (0, 4)
    assert theirs["normalised"] == json.loads(asked.output)["normalised"] == "kettle OR toaster"
    assert json.loads(asked.output)["matches"] == 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("kettle", "--dialect", "klingon"), "There is no dialect 'klingon'."),
        (("--brand", "acme.toml", "--dialect", "lucene"), "A brand file's query is in our own"),
    ],
)
def test_a_dialect_that_cannot_be_is_refused(
    say: Say, index: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    said = say("query", "report", *arguments, "--on", str(index))

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"answerback: {sentence}")


def test_the_index_of_the_stored_posts_is_built_anew_by_another_version(
    say: Say, posts: Path, tmp_path: Path
) -> None:
    brand = tmp_path / "acme.toml"
    brand.write_text("name = 'Acme'\nquery = 'kettle'\n", encoding="utf-8")
    say("import", str(posts), "--brand", str(brand), "--at", "2026-03-10T09:00+00:00")
    say("query", "report", "kettle")
    manifest = tmp_path / "data" / "query-index" / "manifest.json"
    ours = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**ours, "reading": "another"}), encoding="utf-8")

    told = say("query", "report", "kettle", "--json").json
    assert (told["posts"], told["matches"]) == (5, 3)
    assert json.loads(manifest.read_text("utf-8")) == ours
