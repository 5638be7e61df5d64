"""An index of posts: each once, the newest version counts, nothing lost when somebody is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.listening.test_columns import entries, pairs

from answerback.domain.listening.clauses import count, report
from answerback.domain.listening.places import GAP
from answerback.domain.listening.query import parse
from answerback.domain.listening.spellings import keys, one_edit_apart
from answerback.domain.listening.syntax import Word
from answerback.firehose.tokenised import index, segment
from answerback.firehose.tokenised.files import Damaged
from answerback.firehose.tokenised.index import Index, Ledger, NoIndex, OtherReading, take_in
from answerback.firehose.tokenised.segment import Entry

ROOT = Path(__file__).parents[2]
TEXTS = ("my kettle leaks", "a toaster", "the kettle, the lid", "lovely weather")


def matched(folder: Path, query: str) -> int:
    return count(parse(query), shelves=Index(folder).segments)


def test_posts_taken_in_again_are_duplicates_and_the_ledger_balances(tmp_path: Path) -> None:
    first = take_in(tmp_path, [*entries(TEXTS), None])
    again = take_in(tmp_path, [*entries(TEXTS[2:], first=2), *entries(("new",), first=9)])

    assert first == Ledger(posts_in=5, indexed=4, unreadable=1)
    assert again == Ledger(posts_in=3, indexed=1, duplicate=2)
    assert Index(tmp_path).ledger.balances
    assert (Index(tmp_path).posts, matched(tmp_path, "kettle")) == (5, 2)


def test_the_newest_version_counts_in_whatever_order_they_come(tmp_path: Path) -> None:
    (post,) = entries(("my kettle leaks",))
    edited = replace(post, version=3, text="my oven leaks")
    take_in(tmp_path, [post])
    within = take_in(tmp_path, [replace(post, version=2, text="my lid leaks"), edited])
    late = take_in(tmp_path, [replace(post, version=2, text="my lid leaks")])

    assert within == Ledger(posts_in=2, indexed=2, replaced=2)
    assert late == Ledger(posts_in=1, older=1)
    found = [matched(tmp_path, query) for query in ("kettle", "lid", "oven", "leaks")]
    assert found == [0, 0, 1, 1]
    told = report(parse("kettle OR leaks"), shelves=Index(tmp_path).segments)
    assert (told.posts, [one.found for one in told.alternatives]) == (1, [0, 1])


def test_small_segments_become_one_so_that_there_are_always_few(tmp_path: Path) -> None:
    for number in range(40):
        take_in(tmp_path, entries((f"post {number} kettle",), first=number))

    assert len(Index(tmp_path).segments) <= 6
    assert matched(tmp_path, "kettle") == 40
    files = {path.name for path in tmp_path.glob("*.columns")}
    assert files == {one.path.name for one in Index(tmp_path).segments}


def test_segments_stay_apart_whose_words_would_not_fit_on_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "LONGEST_LINE", 3 * GAP)
    take_in(tmp_path, entries(TEXTS[:2]))
    take_in(tmp_path, entries(TEXTS[2:], first=2))

    assert [one.posts for one in Index(tmp_path).segments] == [2, 2]
    assert matched(tmp_path, "kettle") == 2


def test_a_full_segment_begins_the_next_and_queries_ask_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "MOST_POSTS", 3)
    take_in(tmp_path, entries([*TEXTS, *TEXTS[:3]]))

    index = Index(tmp_path)
    assert [one.posts for one in index.segments] == [3, 3, 1]
    assert pairs(index, [parse("kettle NOT lid")]) == [(0, 0), (4, 0)]
    told = report(parse("kettle OR toaster"), shelves=index.segments)
    assert [one.alone for one in told.alternatives] == [4, 2]


def test_a_mark_is_kept_with_the_posts(tmp_path: Path) -> None:
    take_in(tmp_path, entries(TEXTS), mark="as far as row 4")
    take_in(tmp_path, entries(TEXTS))

    assert Index(tmp_path).mark == "as far as row 4"


def test_the_share_of_posts_with_a_word_is_told(tmp_path: Path) -> None:
    take_in(tmp_path, entries(TEXTS))
    index = Index(tmp_path)

    shares = [index.share(word) for word in (Word("kettle"), Word("ket*", wild=True), Word("no"))]
    assert shares == [0.5, 0.5, 0.0]
    assert index.share(Word("Kettle", exact=True)) == 0.0


def test_without_any_post_no_share_can_be_told(tmp_path: Path) -> None:
    take_in(tmp_path, [])

    assert Index(tmp_path).share(Word("kettle")) is None


def test_a_folder_that_is_not_there_and_one_that_is_no_index_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="There is no index in .*Type: answerback query index"):
        Index(tmp_path / "gone")
    (tmp_path / "letter.txt").write_text("dear diary", encoding="utf-8")
    with pytest.raises(NoIndex, match="holds other things than an index"):
        take_in(tmp_path, entries(TEXTS))
    with pytest.raises(NoIndex, match="cannot be used|is no index"):
        take_in(tmp_path / "letter.txt", entries(TEXTS))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def damage(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    if how == "cut off":
        data = data[: len(data) // 2]
    elif how == "empty":
        data = bytearray()
    elif how == "head":
        data[40] ^= 1
    else:
        data[data.index(b"kettle")] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("how", ["cut off", "empty", "head", "gone"])
def test_a_damaged_file_is_told_when_the_index_is_opened(tmp_path: Path, how: str) -> None:
    take_in(tmp_path, entries(TEXTS))
    (path,) = tmp_path.glob("*.columns")
    path.unlink() if how == "gone" else damage(path, how)

    with pytest.raises(Damaged, match=f"The index file {path} is damaged: .* Delete the folder"):
        Index(tmp_path)


def test_one_changed_byte_is_found_by_the_check(tmp_path: Path) -> None:
    take_in(tmp_path, entries(TEXTS))
    (path,) = tmp_path.glob("*.columns")
    damage(path, "a byte")

    with pytest.raises(Damaged, match="is not as it was written"):
        Index(tmp_path).check()


@pytest.mark.parametrize("told", ["", "{", "[]", '{"format": 2}'])
def test_a_damaged_manifest_is_one_sentence(tmp_path: Path, told: str) -> None:
    take_in(tmp_path, entries(TEXTS))
    (tmp_path / "manifest.json").write_text(told, encoding="utf-8")

    with pytest.raises(Damaged, match="The manifest of the index .* is damaged"):
        Index(tmp_path)


@pytest.mark.parametrize("part", ["format", "reading"])
def test_an_index_by_another_version_is_refused_for_it_may_have_cut_words_otherwise(
    tmp_path: Path, part: str
) -> None:
    take_in(tmp_path, entries(TEXTS))
    manifest = tmp_path / "manifest.json"
    told = {**json.loads(manifest.read_text("utf-8")), part: "another"}
    manifest.write_text(json.dumps(told), encoding="utf-8")

    with pytest.raises(OtherReading, match=r"by another version of Answerback. Delete the folder"):
        Index(tmp_path)
    with pytest.raises(OtherReading):
        take_in(tmp_path, entries(TEXTS, first=9))


def test_what_a_killed_writer_left_is_tidied_away(tmp_path: Path) -> None:
    take_in(tmp_path, entries(TEXTS))
    for name in (".000002.columns.77.part", "000002.columns"):
        (tmp_path / name).write_bytes(b"half a segment")

    take_in(tmp_path, entries(("new",), first=9))

    assert matched(tmp_path, "kettle OR new") == 3
    assert len(list(tmp_path.glob("*.columns*"))) == len(Index(tmp_path).segments)


def test_a_folder_is_no_other_thing_because_its_maker_was_killed(tmp_path: Path) -> None:
    for name in (".manifest.json.77.part", "writing.lock", "writing.lock-journal"):
        (tmp_path / name).write_bytes(b"")

    take_in(tmp_path, entries(TEXTS))

    assert matched(tmp_path, "kettle") == 2


def test_who_comes_while_another_begins_loses_nothing_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = index._alone  # noqa: SLF001 - the moment between looking and locking

    @contextmanager
    def overtaken(folder: Path) -> Iterator[None]:
        monkeypatch.setattr(index, "_alone", alone)
        take_in(folder, entries(TEXTS))
        with alone(folder):
            yield

    monkeypatch.setattr(index, "_alone", overtaken)
    take_in(tmp_path, entries(("a new kettle",), first=9))

    assert matched(tmp_path, "kettle") == 3


@pytest.mark.slow  # starts the real command again and again
def test_the_real_command_survives_kill_9_at_any_moment(tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    rows = (f"p{n},the kettle of number {n} leaks" for n in range(20_000))
    posts.write_text("\n".join(["id,text", *rows]), encoding="utf-8")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    began = time.monotonic()
    assert _start(posts, whole).wait() == 0
    took = time.monotonic() - began

    deaths = 0
    for part in range(2, 12):
        child = _start(posts, killed)
        time.sleep(took * part / 14)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
        deaths += child.wait() == -signal.SIGKILL
    assert _start(posts, killed).wait() == 0

    assert deaths >= 5
    assert Index(killed).posts == Index(whole).posts == 20_000
    assert Index(killed).ledger.balances
    assert matched(killed, "kettle") == 20_000


def _start(posts: Path, folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "answerback", "query", "index", str(posts)]
    return subprocess.Popen(  # noqa: S603  our own program
        [*command, "--out", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stderr=subprocess.DEVNULL,
    )


def test_dying_between_two_segments_loses_only_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "MOST_POSTS", 2)

    def breaking_off() -> Iterator[Entry]:
        yield from entries(TEXTS[:3])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(tmp_path, breaking_off())
    assert Index(tmp_path).ledger == Ledger(posts_in=2, indexed=2)

    again = take_in(tmp_path, entries(TEXTS))
    assert again == Ledger(posts_in=4, indexed=2, duplicate=2)


def test_a_text_of_lone_halves_of_characters_and_one_not_composed_are_kept(tmp_path: Path) -> None:
    texts = ("half \ud83d a kettle", "cafe\u0301 kettle", "nothing")
    take_in(tmp_path, entries(texts))
    (one,) = Index(tmp_path).segments

    assert [one.post(row).text for row in range(3)] == list(texts)
    assert matched(tmp_path, 'raw:"café kettle"') == 1


@settings(max_examples=200)
@given(word=st.text("abé", min_size=1, max_size=6), data=st.data())
def test_words_one_edit_apart_share_a_key(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abé"))
    edits = {
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }

    for other in edits - {word, ""}:
        assert one_edit_apart(word, other)
        assert set(keys(word)) & set(keys(other))
    assert not one_edit_apart(word, word)
    assert not one_edit_apart(word, f"{word}ab")


def test_rows_and_masks_are_the_same_sets(tmp_path: Path) -> None:
    texts = [f"{'kettle' * (n % 2 == 0)} {'lid' * (n % 33 == 0)}" for n in range(400)]
    take_in(tmp_path, entries(texts))
    (one,) = Index(tmp_path).segments
    few, many = (one.evaluator.posts(parse(word).root) for word in ("lid", "kettle"))

    assert (few.few, many.few) == (True, False)
    rows = np.arange(400)
    assert (few & many).rows.tolist() == rows[(rows % 66) == 0].tolist()
    assert (few - many).rows.tolist() == rows[(rows % 33 == 0) & (rows % 2 == 1)].tolist()
    assert (many - few).count == 200 - 7
    assert (~few).count == 400 - few.count
