"""
Random queries on random posts: the engines and the naive reading must agree on every pair.

    python -m tests.domain.listening.differential --evaluations 20000000 --seed 1 --processes 2

Prints one line of JSON, and exits 1 at the first disagreement, with the smallest case it could
make of it.
"""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.domain.listening.invented import KINDS, inventor_of
from tests.domain.listening.naive import Post, Tree, naive_match, reading
from tests.domain.listening.naive_writing import written

from answerback.domain.listening.match import Engine, compile_queries
from answerback.domain.listening.query import Query, QueryError, parse
from answerback.domain.records.refusal import Refusal

#: What a random query may be refused for; E-NEVER is checked against the posts.
FORESEEN = frozenset({"E-NEG", "E-NEVER"})
Facts = Mapping[str, Sequence[str]]
Said = tuple[str, Facts]  # a post's text, and what is known beside it


class Disagreement(AssertionError):
    """Two readings of one query differ on one post."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was compared."""

    evaluations: int = 0
    matches: int = 0
    queries: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Count another's too."""
        self.evaluations += other.evaluations
        self.matches += other.matches
        self.queries += other.queries
        for code, count in other.refused.items():
            self.refused[code] = self.refused.get(code, 0) + count


def engines() -> list[Engine]:
    """Return the engines that are built here."""
    try:
        compile_queries([], engine=Engine.FAST)
    except Refusal:
        return [Engine.PYTHON]
    return [Engine.PYTHON, Engine.FAST]


def compare(*, seed: int, queries: int, posts: int, kinds: Mapping[str, int] = KINDS) -> Tally:
    """
    Compare all readings on one block: every query drawn on every post drawn.

    :raises Disagreement: with a small case to repeat.
    """
    inventor = inventor_of(seed, kinds=kinds)
    said = [inventor.post() for _ in range(posts)]
    read = [Post(text, facts) for text, facts in said]
    tally = Tally()
    kept: list[tuple[Tree, Query]] = []
    while len(kept) < queries:
        tree = inventor.query()
        query = parsed(written(tree, inventor.draw.choice))
        if isinstance(query, Query):
            kept.append((tree, query))
        else:
            code = query.problem.code
            tally.refused[code] = tally.refused.get(code, 0) + 1
            _check_refusal(tree, query, said, read)
    naive = _naive_pairs([tree for tree, _ in kept], read)
    for engine in engines():
        found = _found(engine, [query for _, query in kept], said)
        if found != naive:
            text, at = min(set(found) ^ set(naive), key=lambda pair: _size(kept, said, pair))
            raise Disagreement(_smallest(engine, kept[at], said[text]))
    tally.queries = len(kept)
    tally.evaluations = len(kept) * posts
    tally.matches = len(naive)
    return tally


def parsed(text: str) -> Query | QueryError:
    """Parse a query, or return its refusal."""
    try:
        return parse(text)
    except QueryError as refused:
        return refused


def _naive_pairs(trees: Sequence[Tree], posts: Sequence[Post]) -> list[tuple[int, int]]:
    asked = [reading(tree) for tree in trees]
    return [
        (row, at)
        for row, post in enumerate(posts)
        for at, holds in enumerate(asked)
        if holds(post, post.own)
    ]


def _found(engine: Engine, queries: Sequence[Query], said: Sequence[Said]) -> list[tuple[int, int]]:
    matcher = compile_queries(queries, engine=engine)
    return list(matcher.match([text for text, _ in said], [facts for _, facts in said]))


def _check_refusal(
    tree: Tree, refused: QueryError, said: Sequence[Said], posts: Sequence[Post]
) -> None:
    code = refused.problem.code
    if code not in FORESEEN or (code == "E-NEG" and stands(tree)):
        raise Disagreement(f"refused without need: {tree}\n{refused}")
    holds = reading(tree)
    for (text, facts), post in zip(said, posts, strict=True):
        if code == "E-NEVER" and holds(post, post.own):
            case = _case(tree, (text, facts))
            raise Disagreement(f"refused, but it can match: {case}\n{refused}")


#: Fields that may stand alone in a query.
_ALONE = frozenset(
    {"author", "to", "engaging_with", "repost_of", "url", "domain", "id", "conversation", "tag"}
    | {"subreddit", "title", "quoted", "parent", "bio"}
)


def stands(tree: Tree) -> bool:
    """Say whether every match of a query has something that may stand alone."""
    match tree:
        case ("and", *parts):
            return any(map(stands, parts))
        case ("or", *parts):
            return all(map(stands, parts))
        case ("not", _) | ("range", *_) | ("moment", *_):
            return False
        case ("text", _, inside):
            return stands(inside)
        case ("is" | "values", name, _):
            return name in _ALONE
    return True


def _size(kept: Sequence[tuple[Tree, Query]], said: Sequence[Said], pair: tuple[int, int]) -> int:
    return len(kept[pair[1]][1].text) + len(repr(said[pair[0]]))


def _differ(engine: Engine, tree: Tree, post: Said) -> bool:
    query = parsed(written(tree))
    if isinstance(query, QueryError):
        return False
    return bool(_found(engine, [query], [post])) != naive_match(tree, *post)


def _smallest(engine: Engine, kept: tuple[Tree, Query], post: Said) -> str:
    """Make the case smaller as long as the two readings differ on it."""
    tree, query = kept
    naive = naive_match(tree, *post)
    whole = f"{engine}: {not naive}, naive: {naive}\nquery: {query.text}\npost: {post!r}"
    if not _differ(engine, tree, post):
        return f"{whole}\n(only as written there, or beside other queries)"
    tree, post = shrunk((tree, post), lambda one: _differ(engine, *one))
    naive = naive_match(tree, *post)
    return f"{engine}: {not naive}, naive: {naive}\n{_case(tree, post)}"


def _case(tree: Tree, post: Said) -> str:
    return f"query: {written(tree)}\ntree: {tree!r}\npost: {post[0]!r}\nfacts: {post[1]!r}"


def shrunk(
    case: tuple[Tree, Said], fails: Callable[[tuple[Tree, Said]], bool]
) -> tuple[Tree, Said]:
    """Return a smaller case that still fails: no one part of it can be left out."""
    while True:
        smaller = next((one for one in _smaller(*case) if fails(one)), None)
        if smaller is None:
            return case
        case = smaller


def _smaller(tree: Tree, post: Said) -> Iterator[tuple[Tree, Said]]:
    text, facts = post
    for less in _subtrees(tree):
        yield less, post
    words = text.split(" ")
    for at in range(len(words) if text else 0):
        yield tree, (" ".join(words[:at] + words[at + 1 :]), facts)
    for name in facts:
        yield tree, (text, {key: told for key, told in facts.items() if key != name})


def _subtrees(tree: Tree) -> Iterator[Tree]:
    """Yield the tree with one part left out, or replaced by a part of its own."""
    kind, *parts = tree
    for at, part in enumerate(parts):
        if not isinstance(part, tuple) or kind == "values":
            continue
        if kind != "text":
            yield part
        if kind in {"and", "or"} and len(parts) > 2:
            yield (kind, *parts[:at], *parts[at + 1 :])
        for less in _subtrees(part):
            yield (kind, *parts[:at], less, *parts[at + 1 :])


def _block(seed: int) -> tuple[Tally, str]:
    try:
        return compare(seed=seed, queries=300, posts=300), ""
    except Disagreement as differ:
        return Tally(evaluations=300 * 300), f"seed {seed}: {differ}"


def main() -> int:
    """Compare until enough was compared; return 1 at a disagreement."""
    parser = ArgumentParser(description=(__doc__ or "").split("\n\n")[0].strip())
    parser.add_argument("--evaluations", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + -(-options.evaluations // (300 * 300)))
    began = time.perf_counter()
    tally, wrong = Tally(), list[str]()
    with ProcessPoolExecutor(options.processes) as pool:
        for block, differ in pool.map(_block, seeds):
            tally.add(block)
            wrong += [differ] * bool(differ)
    seconds = round(time.perf_counter() - began, 1)
    sys.stdout.write("".join(differ + "\n\n" for differ in wrong))
    counted = {
        "evaluations": tally.evaluations,
        "queries": tally.queries,
        "matches": tally.matches,
        "refused": tally.refused,
        "mismatches": len(wrong),
        "engines": ["naive", *engines()],
        "seconds": seconds,
    }
    sys.stdout.write(json.dumps(counted) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
