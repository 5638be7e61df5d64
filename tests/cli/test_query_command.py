"""`answerback query`: check one query, or match many against a file."""

import gzip
import json
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from answerback.cli import answerback, main
from answerback.cli.matching import ENGINES
from answerback.domain.listening.match import Engine


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(answerback, ["query", *arguments])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    texts = ["my bag is late", "hello", "bag? bags!", "late bag, http://x.example/bag"]
    lines = [json.dumps({"id": f"p{number}", "text": text}) for number, text in enumerate(texts)]
    path.write_text("\n".join([*lines[:2], "{broken", *lines[2:]]) + "\n", "utf-8")
    return path


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    path = tmp_path / "queries.tsv"
    path.write_text("# what we listen for\nbags\tbag*\n\nlate-bags\tbag NEAR/2 late\r\n", "utf-8")
    return path


def test_check_prints_the_query_as_understood() -> None:
    result = ask("check", "Bag lost OR “Late Bag”")

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        '(bag AND lost) OR "late bag"',
        "warning W-MIX at line 1, column 10: AND, or a space, binds before OR here",
        "  Bag lost OR “Late Bag”",
        "           ^^",
        "  hint: put brackets around what belongs together",
    ]


def test_check_says_what_is_wrong_under_the_character_and_exits_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["query", "check", "-bag (lost"])

    assert left.value.code == 2
    assert capsys.readouterr().err == (
        "answerback: error E-BRACKET at line 1, column 6: this bracket is never closed\n"
        "  -bag (lost\n"
        "       ^\n"
        "  hint: add )\n"
    )


def test_check_speaks_json_of_both() -> None:
    good, bad = ask("check", "--json", "bag bag"), ask("check", "--json", "bag NOT bag")

    told = json.loads(good.output)
    assert (good.exit_code, told["ok"], told["normalised"]) == (0, True, "bag AND bag")
    assert [warning["code"] for warning in told["warnings"]] == ["W-DUP"]
    told = json.loads(bad.output)
    assert (bad.exit_code, told["ok"], told["error"]["code"]) == (2, False, "E-NEVER")
    assert (told["error"]["line"], told["error"]["column"]) == (1, 9)


def test_check_reads_another_dialect_and_answers_in_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ask("check", "--dialect", "Pulsar", '!BT "!late"').output == "{BT} AND late\n"
    with pytest.raises(SystemExit) as left:
        main(["query", "check", "--dialect", "pulser", "x"])

    assert left.value.code == 2
    assert "There is no dialect 'pulser'. There are: answerback, " in capsys.readouterr().err


def test_check_warns_of_a_word_that_would_bring_the_stream() -> None:
    result = ask("check", "acmeparcels OR love")

    assert result.output.splitlines()[:2] == [
        "acmeparcels OR love",
        "warning W-BROAD at line 1, column 16: love alone is in 2.4% of 117,004 posts",
    ]


def test_match_writes_a_line_for_each_pair_in_the_order_of_the_file(
    archive: Path, queries: Path, tmp_path: Path
) -> None:
    out = tmp_path / "pairs.tsv"

    result = ask("match", str(queries), str(archive), "--out", str(out), "--json")

    assert out.read_text("utf-8") == (
        "bags\tp0\nlate-bags\tp0\nbags\tp2\nbags\tp3\nlate-bags\tp3\n"
    )
    told = json.loads(result.stdout)
    assert (told.pop("seconds"), told.pop("posts_per_second")) >= (0, 0)
    assert told.pop("engine") in ("python", "fast")
    assert told == {"queries": 2, "posts": 4, "failed": 1, "pairs": 5}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "pairs.tsv",
        "posts.jsonl",
        "queries.tsv",
    ]


def test_match_without_out_gives_the_pairs_to_standard_output(archive: Path, queries: Path) -> None:
    result = ask("match", str(queries), str(archive))

    assert result.stdout == "bags\tp0\nlate-bags\tp0\nbags\tp2\nbags\tp3\nlate-bags\tp3\n"
    first, second = result.stderr.splitlines()
    assert first == "2 queries, 4 posts (1 unreadable row beside them): 5 pairs"
    assert re.fullmatch(r"engine \w+: \d+\.\d s, [\d,]+ posts/s", second)


def test_match_works_over_more_posts_than_one_batch(queries: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number in range(2_500):
            text = "a bag" if number % 1_000 == 999 else "nothing"
            out.write(json.dumps({"id": str(number), "text": text}) + "\n")

    result = ask("match", str(queries), str(path))

    assert result.stdout == "bags\t999\nbags\t1999\n"


def test_match_speaks_other_dialects_in_every_process(tmp_path: Path) -> None:
    path, queries = tmp_path / "posts.jsonl", tmp_path / "q.tsv"
    rows = [{"id": str(n), "text": ("a kettle", "a lid", "tea")[n % 3]} for n in range(10_002)]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    queries.write_text("either\tkettle lid\n", "utf-8")
    asked = ("match", str(queries), str(path), "--processes", "2")

    assert ask(*asked).stdout == ""
    assert len(ask(*asked, "--dialect", "lucene").stdout.splitlines()) == 6_668
    assert "There is no dialect 'klingon'" in str(ask(*asked, "--dialect", "klingon").exception)


def test_match_explains_each_pair_by_the_places_of_its_words(archive: Path, queries: Path) -> None:
    result = ask("match", str(queries), str(archive), "--explain")

    assert result.stdout == (
        "bags\tp0\t3-6\nlate-bags\tp0\t3-6,10-14\nbags\tp2\t0-3,5-9\n"
        "bags\tp3\t5-8\nlate-bags\tp3\t0-4,5-8\n"
    )


def test_match_speaks_json_lines_with_the_words_themselves(archive: Path, queries: Path) -> None:
    plain = ask("match", str(queries), str(archive), "--format", "jsonl")
    explained = ask("match", str(queries), str(archive), "--format", "jsonl", "--explain")

    assert json.loads(plain.stdout.splitlines()[1]) == {"query": "late-bags", "post": "p0"}
    assert json.loads(explained.stdout.splitlines()[1]) == {
        "query": "late-bags",
        "post": "p0",
        "spans": [[3, 6], [10, 14]],
        "words": ["bag", "late"],
    }


def test_match_asks_for_what_the_columns_of_the_file_tell(tmp_path: Path) -> None:
    path, queries = tmp_path / "posts.csv", tmp_path / "q.tsv"
    path.write_text(
        "id,text,author,language,favorites,tags,headline\n"
        '1,my bag is late,ada,en,30,"late,bag",\n'
        "2,my bag is late,bob,de,3,,Kettles\n"
        "3,good,@Ada,,x,,My kettle\n",
        "utf-8",
    )
    queries.write_text(
        "by-ada\tfrom:ada\nenglish\tbag lang:en\nliked\tbag likes:[10 TO *]\n"
        "late\ttag:late\ntitle\ttitle:kettle\n",
        "utf-8",
    )

    result = ask("match", str(queries), str(path), "--explain")

    assert result.stdout == (
        "by-ada\t1\t\nenglish\t1\t3-6\nliked\t1\t3-6\nlate\t1\t\nby-ada\t3\t\ntitle\t3\t\n"
    )


def test_match_guesses_a_language_that_the_file_does_not_tell(tmp_path: Path) -> None:
    path, queries = tmp_path / "posts.csv", tmp_path / "q.tsv"
    path.write_text(
        "id,text\n1,Mein Koffer ist schon wieder nicht angekommen und niemand hilft\n"
        "2,The Koffer I bought from you has not arrived and nobody answers me\n3,Koffer\n",
        "utf-8",
    )
    queries.write_text("german\tkoffer lang:de\n", "utf-8")

    assert ask("match", str(queries), str(path)).stdout == "german\t1\n"


@pytest.mark.parametrize("form", ["parquet", "arrow"])
@pytest.mark.parametrize("explain", [(), ("--explain",)])
def test_match_writes_tables_for_other_programs(
    form: str, explain: tuple[str, ...], archive: Path, queries: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"pairs.{form}"

    ask("match", str(queries), str(archive), "--out", str(out), *explain)

    table = pq.read_table(out) if form == "parquet" else pa.ipc.open_file(out).read_all()
    pairs = list(zip(table["query"].to_pylist(), table["post"].to_pylist(), strict=True))
    assert pairs == [
        *(("bags", "p0"), ("late-bags", "p0"), ("bags", "p2")),
        *(("bags", "p3"), ("late-bags", "p3")),
    ]
    assert table.column_names == ["query", "post", *(["spans", "words"] if explain else [])]


def test_a_table_is_whole_though_nothing_matches_and_needs_a_file(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries, out = tmp_path / "q.tsv", tmp_path / "pairs.parquet"
    queries.write_text("none\tzeppelin\n", "utf-8")

    ask("match", str(queries), str(archive), "--out", str(out))

    assert pq.read_table(out).num_rows == 0
    with pytest.raises(SystemExit) as left:
        main(["query", "match", str(queries), str(archive), "--format", "arrow"])
    assert left.value.code == 2
    assert "--format arrow is no text. Name a file for it: --out FILE." in capsys.readouterr().err


def test_two_processes_write_the_same_file_as_one(queries: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    rows = [{"id": str(n), "text": f"a bag {'late ' * (n % 3)}" * 9} for n in range(22_000)]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    written = []
    for processes in ("1", "2"):
        out = tmp_path / f"pairs{processes}.tsv"
        told = ask(
            *("match", str(queries), str(path), "--explain"),
            *("--processes", processes, "--out", str(out), "--json"),
        )
        assert json.loads(told.stdout)["posts"] == 22_000
        written.append(out.read_bytes())

    assert written[0] == written[1]
    assert len(written[0]) > 500_000


def test_the_engine_is_chosen_by_name(archive: Path, queries: Path) -> None:
    auto, python = (
        ask("match", str(queries), str(archive), "--engine", engine)
        for engine in ("auto", "python")
    )

    assert auto.stdout == python.stdout
    assert "engine python: " in python.stderr
    assert list(ENGINES) == list(Engine)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from answerback.cli import main\n"
        "try: main(['query', 'match', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('pyarrow', 'numpy', 'django') if name in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # noqa: S603 - ourselves

    assert said.stdout.splitlines()[-1] == b"[]"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"bags bag*\n", "Line 1 of .* is no query. Write its id, a tab, and the query."),
        (b"#\n\tbag\n", "Line 2 of .* is no query."),
        (b"one\tbag\ntwo\tbag NEAR/x late\n", "Line 2 of .*error E-NEARN at line 1, column 5"),
        (b"one\tbag\none\tlate\n", "Line 2 of .* has the id 'one' again"),
        (b"# nothing\n\n", "holds no query"),
        (b"one\tcaf\xe9\n", "is not UTF-8 at byte 7"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_bad_file_of_queries_is_one_sentence_and_exit_2(
    content: bytes | None,
    sentence: str,
    archive: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, out = tmp_path / "bad.tsv", tmp_path / "pairs.tsv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SystemExit) as left:
        main(["query", "match", str(path), str(archive), "--out", str(out)])

    assert left.value.code == 2
    assert re.search(sentence, capsys.readouterr().err, re.DOTALL)
    assert not out.exists()


def test_a_file_that_is_read_is_never_written_over(
    archive: Path, queries: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = queries.read_bytes(), archive.read_bytes()

    for out in (queries, archive):
        with pytest.raises(SystemExit) as left:
            main(["query", "match", str(queries), str(archive), "--out", str(out)])
        assert left.value.code == 2
        assert "is a file that is being read" in capsys.readouterr().err

    assert (queries.read_bytes(), archive.read_bytes()) == before


def test_a_missing_input_leaves_nothing_behind(queries: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs.tsv"

    result = ask("match", str(queries), str(tmp_path / "gone.csv"), "--out", str(out))

    assert result.exit_code != 0
    assert not out.exists()


def test_a_file_that_breaks_off_is_matched_up_to_there_and_then_refused(
    queries: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": f"p{n}", "text": f"bag {sha256(b'%d' % n).hexdigest()}"} for n in range(900)]
    packed = gzip.compress("\n".join(map(json.dumps, rows)).encode())
    cut, out = tmp_path / "cut.jsonl.gz", tmp_path / "pairs.tsv"
    cut.write_bytes(packed[: len(packed) // 2])

    with pytest.raises(SystemExit) as end:
        main(["query", "match", str(queries), str(cut), "--out", str(out)])

    pairs = out.read_text("utf-8").splitlines()
    assert end.value.code == 2
    assert "breaks off after line" in capsys.readouterr().err
    assert pairs == [f"bags\tp{number}" for number in range(len(pairs))]
    assert len(pairs) > 100
