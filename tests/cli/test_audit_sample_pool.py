"""Which audit samples may be pooled: those whose draws stand for different posts."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.cli.saying import Say, lines_of, written

from answerback.cli.audit_sample_file import Item, Sample
from answerback.cli.audit_sample_pool import CannotPool, check_pool


def labelled(say: Say, out: Path, *, posts: range, scored: str = "scored.jsonl", **how: int) -> str:
    """Draw from these invented posts, label all that is drawn, and return the sample's file."""
    source = out.with_name(scored)
    lines = [
        {"id": f"p{place}", "relevance": 1 - place / 1_000, "kept": place % 10 == 0}
        for place in posts
    ]
    written(source, lines)
    options = [word for key, value in how.items() for word in (f"--{key}", str(value))]
    drawn = say("audit-sample", "draw", str(source), "--out", str(out), *options)
    assert drawn.code == 0, drawn.err
    items = [{**line, "label": "relevant"} for line in lines_of(out)[1:]]
    labels = out.with_name("labels.jsonl")
    written(labels, items)
    assert say("audit-sample", "label", str(out), "--labels", str(labels)).code == 0
    return str(out)


def test_a_second_draw_of_another_size_is_not_pooled_with_the_first(
    say: Say, tmp_path: Path
) -> None:
    small = labelled(say, tmp_path / "small.jsonl", posts=range(200), size=40)
    large = labelled(say, tmp_path / "large.jsonl", posts=range(200), size=60)

    said = say("audit-sample", "report", small, large)

    assert said.code == 2
    assert f"{small} and {large} share posts, such as 'p" in said.err
    assert "Report one of them; or draw from posts of another time" in said.err


def test_another_seed_does_not_make_other_posts(say: Say, tmp_path: Path) -> None:
    one = labelled(say, tmp_path / "one.jsonl", posts=range(900), size=20, seed=1)
    other = labelled(say, tmp_path / "other.jsonl", posts=range(900), size=20, seed=2)
    shared = {line["id"] for line in lines_of(Path(one))[1:]}.intersection(
        line["id"] for line in lines_of(Path(other))[1:]
    )

    said = say("audit-sample", "report", one, other)

    assert shared == set()
    assert said.code == 2
    assert f"{one} and {other} were drawn from the same posts, or some of them" in said.err


def test_weeks_of_different_posts_are_pooled(say: Say, tmp_path: Path) -> None:
    weeks = [
        labelled(say, tmp_path / f"{week}.jsonl", posts=range(week * 200, week * 200 + 200))
        for week in range(3)
    ]

    told = say("audit-sample", "report", *weeks, "--json")

    assert told.code == 0, told.err
    assert told.json["filter_recall"]["n"] == 600


def test_a_file_of_another_name_may_number_its_posts_from_one_again(
    say: Say, tmp_path: Path
) -> None:
    weeks = [
        labelled(say, tmp_path / f"{name}.jsonl", posts=range(200), scored=f"of-{name}", size=size)
        for name, size in (("a", 40), ("b", 60))
    ]

    assert say("audit-sample", "report", *weeks).code == 0


def sample(
    draw: str,
    *,
    texts: Sequence[str | None],
    brand: str | None = "Acme",
    drawn_from: str = "Acme /",
) -> tuple[Path, Sample]:
    """Return a sample of posts 1 to n with these texts."""
    items = tuple(
        Item(id=str(row), text=text, stratum="kept", chance=1.0)
        for row, text in enumerate(texts, start=1)
    )
    told = Sample(draw=draw, drawn_from=drawn_from, seed=1, brand=brand, layers=(), items=items)
    return Path(f"{draw}.jsonl"), told


def test_draws_of_the_database_share_a_post_whatever_their_windows_are_called() -> None:
    with pytest.raises(CannotPool, match=r"a\.jsonl and b\.jsonl share posts, such as '2'"):
        check_pool(
            [
                sample("a", texts=["late", "broken"], drawn_from="Acme 2026-03-01T00:00Z/"),
                sample("b", texts=["it was edited", "broken"]),
            ]
        )


def test_row_numbers_of_another_database_are_other_posts() -> None:
    check_pool([sample("a", texts=["late", "broken"]), sample("b", texts=["fine", "thanks"])])


def test_the_same_post_in_files_of_two_names_is_known_by_id_and_text() -> None:
    one = sample("a", texts=["late"], brand=None, drawn_from="week1.jsonl")
    same = sample("b", texts=["late"], brand=None, drawn_from="week2.jsonl")
    other = sample("c", texts=["fine"], brand=None, drawn_from="week3.jsonl")

    check_pool([one, other])
    with pytest.raises(CannotPool, match="share posts, such as '1'"):
        check_pool([one, other, same])


def test_samples_of_two_brands_are_not_pooled() -> None:
    with pytest.raises(CannotPool, match=r"of different brands: \(a file\), Acme"):
        check_pool([sample("a", texts=["late"]), sample("b", texts=["fine"], brand=None)])
