"""
Random queries, posts and edits against both engines, the one in C built to report every fault.

    python tests/domain/listening/fuzz_fast.py [--minutes 1] [--seed N] [--plain]

Builds _fast.c with the address and undefined-behaviour sanitizers (`--plain`: uses the one that
is built) and stops at the first difference or fault.  Needs gcc on Linux.
"""

import argparse
import os
import random
import subprocess
import sys
import sysconfig
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from answerback.domain import listening
from answerback.domain.listening.query import parse
from answerback.domain.listening.syntax import Query, QueryError

if TYPE_CHECKING:
    from answerback.domain.listening.fast import FastMatcher

HOUSE = Path(__file__).resolve().parents[3]
SOURCE = HOUSE / "src/answerback/domain/listening/_fast.c"
MODULE = "answerback.domain.listening._fast"
BUILT = "ANSWERBACK_FUZZED"  #: environment: the module that the second process shall load

WORDS = (
    *("red", "fox", "redfox", "cafe", "café", "the", "usa", "mcdonalds", "mcdonald's", "fo", "re"),
    *("#RedFox", "@red", "@RedFox", "$FOX", "#fox", "@red.fox", "red_fox", "red.fox", "red-fox"),
    *("ред", "ред’s", "é", "éa", "#éaéa", "@éab", "a", "国", "한국", "हिन्", "é.a", "ss", "εσς"),  # noqa: RUF001 - an apostrophe as typed
    *("東", "東京", "한글", "글", "👍", "👍🏽", "😡", "don't", "3.5", "1,000", "U.S.A.", "ru"),
)
WILD = (
    "re*",
    "fox*",
    "fo?es",
    "re?*",
    "#red*x",
    "@re*",
    "ca*",
    "caf?",
    "de*",
    "한글",
    "us*",
    "red*fo?",
    *("ре*", "ли?а", "éa*", "한국*", "#éa*", "éa?", "एक*"),  # noqa: RUF001 - letters that look alike are the point
)
EXACT = (
    "{Red}",
    "{Fox's}",
    "{RED FOX}",
    "{#RedFox}",
    "{@red}",
    "{Fox}",
    "{cafe\u0301}",
    "{USA}",
    "{É}",
    "{É’s}",  # noqa: RUF001 - as typed
    "{Ред}",
    "{#ÉaÉa}",
)
RAW = ('raw:"red fox"', "raw:Fox", 'raw:"e\u0301"', 'raw:"Red, fox"', "raw:café")
FIELDS = (
    *("author:red", "author:fo*", "lang:en", "is:reply", "has:links", "has:mentions", "tag:fox"),
    *("has:hashtags", "has:cashtags", "has:emoji", "url:fox", "domain:fox.example", "tld:example"),
    *("followers:[5 TO 9]", "followers:7", "date:[2026-01-01 TO 2026-02-01]", "verified:true"),
    *("quoted:red", "quoted:(red NEAR/2 fox)", 'title:"red fox"', "parent:(NOT red)", "bio:{Red}"),
    *('quoted:(raw:"Red" OR 東)', "title:(fo* NOT café)", "quoted:(#RedFox OR @red)"),
)
TOKENS = (
    *WORDS,
    *("Red", "Fox", "RED", "foxes", "redder", "CAFE", "cafe\u0301", "McDonald\u2019s", "Fox's"),
    *("http://x.example/red", "https://www.fox.example/a", "www.red.example", "iPhone15", "#aBC"),
    *("RED_FOX", "__red__", "___", "#___", "@_", "@red-fox.example", "@red@fox.example", "#Fox's"),
    *("1️⃣", "#️⃣", "🇫🇷", "❤️", "\u200d", "\u00ad", "\ud800", "\0", "ﬁ", "ß", "İ", "ก", "ำ", "か\u3099"),
    *(
        "a.b.c",
        "A.B",
        "x.y's",
        "R.E.D's",
        "r.e.d",
        "'",
        "''",
        "$redfoxes",
        "$RED",
        "&#red",
        "/#fox",
    ),
    *("É", "É’s", "É.a", "é.a’s", "É_a.1", "#ÉaÉa", "@ÉaB’s", "#東京Éa1", "@Red’s", "x.é"),  # noqa: RUF001 - letters that look alike are the point
    *("ſ", "’", "‘", "９", "٣", "Σς", "ß", "ẞ", "हि", "न्", "한", "국어", "アー", "Ⅷ", "ʼ", "Ａ"),  # noqa: RUF001 - likewise
    *("ǅa", "ªB", "क़", "ো", "ㄱ", "ᄀ", "ᅡ", "ł", "Đ", "#", "@", "ＳＡ", "ΐ", "ᾷ", "\u212a"),  # noqa: RUF001 - likewise
    *(
        "Ред",
        "лиса",
        "é" * 70,
        "a" * 300,
        "#" + "RedFox" * 40,
        "fox.red_" * 9 + "x",
        "ru" + "n" * 9,
    ),
)
GAPS = (" ", " ", " ", ", ", "", " - ", "\n", "。", "'", ".", "_", '"')


def main() -> None:
    """Build, and run what was built in a process of its own."""
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n", 1)[0])
    options.add_argument("--minutes", type=float, default=1.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--plain", action="store_true")
    asked = options.parse_args()
    if asked.plain or BUILT in os.environ:
        fuzz(seconds=asked.minutes * 60, seed=asked.seed)
        return
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "_fast.so"
        _build(built)
        libraries = [_gcc(f"-print-file-name={name}") for name in ("libasan.so", "libubsan.so")]
        environment = os.environ | {
            BUILT: str(built),
            "LD_PRELOAD": " ".join(libraries),
            "PYTHONMALLOC": "malloc",  # so that every byte is watched
            "ASAN_OPTIONS": "detect_leaks=0",  # Python keeps its own until the end
            "UBSAN_OPTIONS": "print_stacktrace=1",
        }
        again = [sys.executable, *sys.argv]
        sys.exit(subprocess.run(again, env=environment, check=False).returncode)  # noqa: S603 - ourselves


def _build(built: Path) -> None:
    include = sysconfig.get_paths()["include"]
    flags = "-std=c11 -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -shared -fPIC"
    sanitizers = "-fsanitize=address,undefined"
    _gcc(*flags.split(), sanitizers, f"-I{include}", str(SOURCE), "-o", str(built))


def _gcc(*arguments: str) -> str:
    ran = subprocess.run(["gcc", *arguments], check=True, capture_output=True, text=True)  # noqa: S603, S607 - the compiler there is
    return ran.stdout.strip()


def _load_built() -> None:
    """Put the module that was built for this where an import finds it."""
    if BUILT not in os.environ:
        return
    loader = ExtensionFileLoader(MODULE, os.environ[BUILT])
    spec = spec_from_file_location(MODULE, os.environ[BUILT], loader=loader)
    if spec is None:
        raise ImportError(MODULE)
    module = module_from_spec(spec)
    loader.exec_module(module)
    sys.modules[MODULE] = module
    listening._fast = module  # noqa: SLF001 - as an import does


def fuzz(*, seconds: float, seed: int) -> None:
    _load_built()
    until, evaluations, rounds = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        chance = random.Random(seed + rounds)  # noqa: S311 - to be drawn again, not a secret
        try:
            evaluations += one_round(chance)
        except BaseException:
            sys.stderr.write(f"seed {seed + rounds} fails\n")
            raise
        rounds += 1
    told = f"{evaluations:,} evaluations in {rounds:,} rounds from seed {seed}: no difference\n"
    sys.stdout.write(told)


def one_round(chance: random.Random) -> int:
    """Ask both engines the same, edit both, ask again; return how many answers agreed."""
    from answerback.domain.listening.fast import FastMatcher  # noqa: PLC0415 - after _load_built
    from answerback.domain.listening.match import PythonMatcher  # noqa: PLC0415 - likewise

    limits: dict[str, int] = {}
    if chance.random() < 0.5:
        limits = {
            "most_entries": chance.choice((0, 1, 7)),
            "most_bytes": chance.choice((0, 99, 9999)),
            "hash_mask": chance.choice((0, 1, 7, 0xFFFF_FFFF_FFFF_FFFF)),
        }
    queries = list(_queries(chance, number=chance.randint(1, 30)))
    seed = chance.getrandbits(64)
    fast, slow = FastMatcher(queries, seed=seed, limits=limits), PythonMatcher(queries)
    agreed, live = 0, len(queries)
    for _ in range(chance.randint(1, 4)):
        texts = [_text(chance) for _ in range(chance.randint(0, 30))]
        facts = None if chance.random() < 0.3 else [_facts(chance) for _ in texts]
        got, meant = fast.match(texts, facts), slow.match(texts, facts)
        if got != meant:
            odd = set(got) ^ set(meant)
            post, which = min(odd)
            shown = texts[post], facts and facts[post], queries[which].text
            raise AssertionError(f"{sorted(odd)[:3]} {shown!a}, limits {limits}")
        _check_arrow(fast, texts, slow.match(texts))
        agreed += len(texts) * live
        for query in _queries(chance, number=chance.randint(0, 5)):
            row = chance.randint(0, live)
            if chance.random() < 0.3:
                fast.drop(row)
                slow.drop(row)
            else:
                fast.put(row, query)
                slow.put(row, query)
            live = max(live, row + 1)
            queries[row : row + 1] = [query]
    return agreed


def _check_arrow(fast: "FastMatcher", texts: Sequence[str], meant: list[tuple[int, int]]) -> None:
    wide = len(texts) % 2 == 1
    parts = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = array("q" if wide else "i", [0])
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    got = fast.match_utf8(offsets, b"".join(parts), len(parts), wide=wide)
    if got != meant:
        raise AssertionError(f"{sorted(set(got) ^ set(meant))[:3]} {texts!a}")


def understood(text: str) -> Query | None:
    """Return a query, or None when it is refused."""
    try:
        return parse(text)
    except QueryError:
        return None


def _queries(chance: random.Random, *, number: int) -> Iterator[Query]:
    made = 0
    while made < number:
        query = understood(_asked(chance, depth=chance.randint(0, 4)))
        if query is not None:
            yield query
            made += 1


def _asked(chance: random.Random, *, depth: int) -> str:
    kind = chance.random()
    if depth == 0 or kind < 0.2:
        return _term(chance) if chance.random() < 0.8 else chance.choice(FIELDS)
    if kind < 0.5:
        return _near(chance, depth=depth)
    sides = [_asked(chance, depth=depth - 1) for _ in range(chance.randint(2, 4))]
    if kind < 0.65:
        return f"({sides[0]} NOT ({sides[1]}))"
    joiner = " OR " if kind < 0.8 else " AND "
    return f"({joiner.join(sides)})"


def _near(chance: random.Random, *, depth: int) -> str:
    if depth == 0 or chance.random() < 0.3:
        return _term(chance)
    left, right = (_near(chance, depth=depth - 1) for _ in range(2))
    if chance.random() < 0.3:
        return f"({left} OR {right})"
    operator = chance.choice(("NEAR", "ONEAR"))
    return f"({left} {operator}/{chance.choice((0, 1, 2, 5, 40))} {right})"


def _term(chance: random.Random) -> str:
    table = chance.choice((WORDS, WORDS, WORDS, WILD, EXACT, RAW))
    if chance.random() < 0.3:
        return '"' + " ".join(chance.choices((*WORDS, "fo*", "re*"), k=chance.randint(2, 3))) + '"'
    return chance.choice(table)


def _text(chance: random.Random) -> str:
    if chance.random() < 0.01:
        return chance.choice(TOKENS) * chance.randint(100, 2000)
    most = chance.choice((3, 9, 9, 40))
    return "".join(
        (chance.choice(TOKENS) if chance.random() < 0.97 else chr(chance.randrange(0x110000)))
        + chance.choice(GAPS)
        for _ in range(chance.randint(0, most))
    )


def _facts(chance: random.Random) -> dict[str, list[str]]:
    known = {
        "author": ["red", "Fox", "@RED.example", "Red Fox"],
        "lang": ["en", "en-GB", "de"],
        "type": ["reply", "post"],
        "has": ["links", "images"],
        "tag": ["fox", "Fox", "x"],
        "verified": ["true", "no"],
        "url": ["https://fox.example/red", "x.example"],
        "followers": ["5", "7", "12", "many"],
        "date": ["2026-01-05T00:00:00", "2025-01-05"],
    }
    told = {name: chance.sample(some, k=1) for name, some in known.items() if chance.random() < 0.3}
    for name in ("quoted", "title", "parent", "bio"):
        if chance.random() < 0.3:
            told[name] = [_text(chance) for _ in range(chance.randint(1, 2))]
    return told


if __name__ == "__main__":
    main()
