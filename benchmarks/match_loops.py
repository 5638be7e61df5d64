"""Go through the posts one by one: a loop of patterns, and Aho-Corasick with a plain evaluator."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from benchmarks.match_engines import Asked, Deadline, Loaded, Pair
from benchmarks.match_queries import Group, Wish

Test = Callable[..., object]  #: a text → something, or nothing


def patterns(asked: Asked, deadline: Deadline) -> Loaded:
    """Ask every query's compiled patterns of every post."""
    made: list[tuple[list[Test], Test | None]] = []
    for wish in asked.wishes:
        deadline.check(len(made), len(asked.wishes))
        made.append(_tests(wish))

    def match(texts: Sequence[str], _: Deadline) -> list[Pair]:
        return [
            (row, query)
            for row, text in enumerate(texts)
            for query, (required, excluded) in enumerate(made)
            if all(test(text) for test in required) and not (excluded and excluded(text))
        ]

    return Loaded(match=match)


def _tests(wish: Wish) -> tuple[list[Test], Test | None]:
    groups = [rf"\b(?:{'|'.join(group)})\b" for group in wish.required]
    if wish.near is not None:
        between = rf" (?:\w+ ){{0,{wish.near}}}"
        left, right = groups
        groups = [*groups, f"{left}{between}{right}|{right}{between}{left}"]  # cheap tests first
    excluded = rf"\b(?:{'|'.join(wish.excluded)})\b"
    found: list[Test] = [re.compile(group).search for group in groups]
    return found, re.compile(excluded).search if wish.excluded else None


def aho_corasick(asked: Asked, deadline: Deadline) -> Loaded:
    """Find all terms at once, then evaluate the queries whose rarest group turned up."""
    import ahocorasick_rs

    groups = {group for wish in asked.wishes for group in (*wish.required, wish.excluded)}
    number = {term: at for at, term in enumerate(sorted({t for group in groups for t in group}))}
    # The ends of a word are part of a pattern, or "bus" would be found in "business".
    automaton = ahocorasick_rs.AhoCorasick([f" {term} " for term in number])
    anchored: dict[int, list[int]] = {}
    for row, wish in enumerate(asked.wishes):
        deadline.check(row, len(asked.wishes))
        rarest = min(wish.required, key=lambda group: _share(group, asked.shares))
        for term in rarest:
            anchored.setdefault(number[term], []).append(row)

    def match(texts: Sequence[str], _: Deadline) -> list[Pair]:
        pairs: list[Pair] = []
        for row, text in enumerate(texts):
            found = automaton.find_matches_as_indexes(f" {text} ", overlapping=True)
            candidates = {q for term, _, _ in found for q in anchored.get(term, ())}
            words = text.split() if candidates else []
            pairs.extend((row, q) for q in sorted(candidates) if _holds(asked.wishes[q], words))
        return pairs

    return Loaded(match=match)


def _share(group: Group, shares: dict[str, float]) -> float:
    return sum(min(shares.get(word, 0.0) for word in term.split()) for term in group)


def _holds(wish: Wish, words: Sequence[str]) -> bool:
    spans = [sorted(_spans(group, words)) for group in wish.required]
    if not all(spans) or next(_spans(wish.excluded, words), None):
        return False
    if wish.near is None:
        return True
    left, right = spans
    return _beside(left, right, wish.near) or _beside(right, left, wish.near)


def _spans(group: Group, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    for term in group:
        parts = term.split()
        for at, word in enumerate(words):
            if word == parts[0] and list(words[at : at + len(parts)]) == parts:
                yield at, at + len(parts)


def _beside(
    first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]], within: int
) -> bool:
    starts = [start for start, _ in second]
    for _, end in first:
        at = bisect_left(starts, end)
        if at < len(starts) and starts[at] - end <= within:
            return True
    return False
