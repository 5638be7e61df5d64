"""The clause report says what taking a clause out would do; here each is taken out, and counted."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.domain.listening.invented import Inventor
from tests.domain.listening.test_columns import entries, invented_queries, inventors

from answerback.domain.listening.clauses import ClauseReport, report
from answerback.domain.listening.fields import Facts
from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import Query, parse
from answerback.domain.listening.syntax import And, FieldText, Near, Node, Not, Or, parts_of
from answerback.firehose.tokenised.index import Index, take_in

POSTS = (
    "my kettle leaks",
    "the kettle broke and the toaster broke",
    "a toaster, hardly used, for sale",
    "kettle for sale, good as new",
    "job: kettle tester",
    "my oven leaks",
    "lovely weather",
)


def replayed(query: str | Query, texts: Sequence[str], folder: Path) -> ClauseReport:
    take_in(folder, entries(texts))
    asked = parse(query) if isinstance(query, str) else query
    return report(asked, shelves=Index(folder).segments)


def matches(root: Node, texts: Sequence[str], facts: Sequence[Facts]) -> set[int]:
    asked = compile_queries([Query(root=root, text="")])
    return {row for row, _ in asked.match(texts, facts)}


def changed(node: Node, old: Node, new: Node | None) -> Node | None:
    """Return a tree with one part of it changed; None: taken out."""
    if node is old:
        return new
    match node:
        case Not(part=part) | FieldText(part=part):
            inner = changed(part, old, new)
            return None if inner is None else replace(node, part=inner)
        case Near(left=left, right=right):
            sides = changed(left, old, new), changed(right, old, new)
            assert sides[0] is not None
            assert sides[1] is not None
            return replace(node, left=sides[0], right=sides[1])
        case And(parts=parts) | Or(parts=parts):
            kept = tuple(one for part in parts if (one := changed(part, old, new)))
            if len(kept) > 1:
                return type(node)(kept, node.place)
            return kept[0] if kept else None
    return node


def nots(node: Node) -> list[Not]:
    """Return the NOTs that stand among the parts of an AND."""
    here = [part for part in parts_of(node) if isinstance(part, Not) and isinstance(node, And)]
    return here + [one for part in parts_of(node) for one in nots(part)]


def test_an_example_marks_no_word_of_the_post_for_one_found_in_what_it_quotes(
    tmp_path: Path,
) -> None:
    (post,) = entries(("my kettle hums too",))
    take_in(tmp_path, [replace(post, facts={"quoted": ("a kettle that leaks",)})])

    told = report(parse("quoted:(kettle OR lid)"), shelves=Index(tmp_path).segments)

    (example,) = told.alternatives[0].examples
    assert (example.post.text, example.spans) == ("my kettle hums too", ())


def test_an_alternative_alone_brings_what_no_other_does(tmp_path: Path) -> None:
    told = replayed("kettle OR leaks OR toaster OR teapot", POSTS, tmp_path)

    assert (told.posts, told.matches) == (7, 6)
    assert [(one.found, one.matched, one.alone) for one in told.alternatives] == [
        (4, 4, 2),
        (2, 2, 1),
        (2, 2, 1),
        (0, 0, 0),
    ]
    assert [one.post.text for one in told.alternatives[1].examples] == ["my oven leaks"]


def test_a_not_removes_what_the_query_would_match_without_it(tmp_path: Path) -> None:
    told = replayed('(kettle OR toaster) NOT (job OR "for sale")', POSTS, tmp_path)

    whole, job, sale = told.exclusions
    assert told.matches == 2
    assert [(one.part, one.found, one.removes) for one in (whole, job, sale)] == [
        (False, 3, 3),
        (True, 1, 1),
        (True, 2, 2),
    ]
    (example,) = job.examples
    marked = [example.post.text[span.start : span.end] for span in example.spans]
    assert marked == ["job"]


def test_the_curve_of_a_near_counts_the_whole_query_at_each_distance(tmp_path: Path) -> None:
    texts = ("bag lost", "bag was lost", "lost my own bag", "bag and then no more lost", "bag")
    told = replayed("(bag NEAR/1 lost) OR own", texts, tmp_path)

    (curve,) = told.curves
    assert told.matches == 3
    assert curve.matches[:6] == ((0, 2), (1, 3), (2, 3), (3, 3), (4, 4), (5, 4))
    assert curve.anywhere == 4


def test_alternatives_inside_a_near_are_taken_out_too(tmp_path: Path) -> None:
    texts = ("lost bag", "lost case", "gone bag, lost bag", "gone case")
    told = replayed("(lost OR gone) NEAR/0 (bag OR case)", texts, tmp_path)

    assert [(one.inside_near, one.found, one.alone) for one in told.alternatives] == [
        (True, 3, 2),
        (True, 2, 1),
        (True, 2, 2),
        (True, 2, 2),
    ]


def test_matches_a_day_come_with_their_span_and_interval(tmp_path: Path) -> None:
    told = replayed("kettle", POSTS, tmp_path)

    assert told.per_day is not None
    assert told.per_day.days == pytest.approx(6 / 24)
    assert told.per_day.expected == pytest.approx(4 / (6 / 24))
    assert 0 < told.per_day.low < told.per_day.expected < told.per_day.high


def test_without_a_clock_matches_a_day_are_not_told(tmp_path: Path) -> None:
    timeless = [replace(one, created_at=None) for one in entries(POSTS)]
    take_in(tmp_path, timeless)

    assert report(parse("kettle"), shelves=Index(tmp_path).segments).per_day is None


def test_seen_spellings_an_edit_away_come_with_their_posts(tmp_path: Path) -> None:
    texts = [*["my ketle"] * 3, *["my kettel"] * 2, "kettles", "kettles!", "kettle", "nettlex"]
    told = replayed("kettle", texts, tmp_path)

    assert told.spellings == {"kettle": (("ketle", 3), ("kettel", 2), ("kettles", 2))}


def test_the_words_of_a_match_are_shown_beside_a_field_too(tmp_path: Path) -> None:
    take_in(tmp_path, entries(POSTS[:2], [{"lang": ("en",)}, {"lang": ("de",)}]))
    told = report(parse("kettle lang:en"), shelves=Index(tmp_path).segments)

    (example,) = told.examples
    assert [example.post.text[span.start : span.end] for span in example.spans] == ["kettle"]


def test_examples_of_one_clause_all_say_something_else(tmp_path: Path) -> None:
    texts = [*["Kettle sale"] * 30, "kettle  SALE", "a kettle", "no kettle"]
    told = replayed("kettle OR teapot", texts, tmp_path)

    shown = [one.post.text.casefold() for one in told.alternatives[0].examples]
    assert sorted(shown) == ["a kettle", "kettle sale", "no kettle"]


@settings(max_examples=120, deadline=None)
@given(inventor=inventors)
def test_each_figure_is_what_a_changed_query_gives(
    inventor: Inventor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    said = [inventor.post() for _ in range(12)]
    texts, facts = [text for text, _ in said], [some for _, some in said]
    folder = tmp_path_factory.mktemp("index")
    take_in(folder, entries(texts, facts))
    for query in invented_queries(inventor, 3):
        root, told = query.root, report(query, shelves=Index(folder).segments)
        now = matches(root, texts, facts)
        assert told.matches == len(now)
        for one in told.alternatives:
            if isinstance(one.node, Not) or any(one.node is part.part for part in nots(root)):
                continue  # a NOT within a NOT: taken out below
            less = changed(root, one.node, None)
            left = matches(less, texts, facts) if less else set()
            assert one.alone == len(now - left), query.text
        removed = {id(one.node): one.removes for one in told.exclusions if not one.part}
        for excluded in nots(root):
            less = changed(root, excluded, None)
            if less is not None and id(excluded.part) in removed:
                more = matches(less, texts, facts) - now
                assert removed[id(excluded.part)] == len(more), query.text
        for curve in told.curves:
            for distance, count in curve.matches[:5]:
                other = changed(root, curve.node, replace(curve.node, within=distance))
                assert other is not None
                assert count == len(matches(other, texts, facts)), query.text
