"""Which posts an audit sample asks people about: drawn by chance, most of them far away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType

from answerback.domain.measure.sampled import Side

#: The least a stratum gets, where it has as many posts.
_LEAST = 5
#: What was set aside, from the nearest score to the farthest: each stratum's share of the
#: posts and of the labels.  The far tail gets most, for there nobody ever looks.
_BY_RANK = (("near", 0.05, 0.15), ("middle", 0.15, 0.20), ("far", 0.80, 0.50))
_KEPT_LABELS = 0.15
_SKETCH = 64  #: hashes
#: Of all labels, when there are stored posts that were not heard.
_NOT_HEARD_LABELS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A post that may be drawn."""

    id: str
    relevance: float
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnStratum:
    """
    A stratum and what was drawn from it.

    Units: `population` counts posts.
    """

    name: str
    side: Side
    population: int
    drawn: tuple[str, ...]  #: ids

    @property
    def chance(self) -> float:
        """Return the chance, in [0, 1], that any one post of the stratum had to be drawn."""
        return len(self.drawn) / self.population if self.population else 0.0


def draw(candidates: Sequence[Candidate], *, size: int, seed: int) -> list[DrawnStratum]:
    """
    Draw a stratified sample of about `size` posts, each stratum by simple chance.

    The same candidates, in any order, with the same seed give the same draw: chance is a
    hash of seed and id.  A stratum with fewer posts than its labels is drawn whole, and the
    others share what is left over.

    Shapes: n candidates in; one stratum for each name, empty ones left out.

    :raises ValueError: for a size below one.
    """
    if size < 1:
        raise ValueError(f"A sample has at least one post; got size={size}.")
    strata = _strata(candidates, seed=seed)
    sizes = labels_for({name: len(some) for name, (_, some) in strata.items()}, size=size)
    return [
        DrawnStratum(
            name=name,
            side=side,
            population=len(some),
            drawn=tuple(sorted((one.id for one in some), key=_lot(seed, "drawn"))[: sizes[name]]),
        )
        for name, (side, some) in strata.items()
    ]


def in_blind_order(strata: Sequence[DrawnStratum], *, seed: int) -> list[tuple[str, DrawnStratum]]:
    """
    Return all drawn ids with their strata, mixed by chance.

    Then the place of a post tells nothing of its score, and whoever stops early has labelled
    a random part.
    """
    lot = _lot(seed, "order")
    pairs = [(id_, stratum) for stratum in strata for id_ in stratum.drawn]
    return sorted(pairs, key=lambda pair: lot(pair[0]))


def sketch(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """
    Return what tells draws from overlapping posts: the smallest hashes of all ids.

    Whatever seed or size, draws from the same posts have the same sketch.  Of two sets of
    posts that overlap, the sketches share hashes in proportion.

    Shapes: n candidates in; n hashes out, or 64 at most.
    Error: two disjoint sets share a hash by accident less than once in a million million pairs.
    Source: bottom-k sketches, Cohen and Kaplan 2007, PODC.
    """
    lot = _Lot(b"sketch ")
    return tuple(sorted(lot(id_).hex() for id_ in {one.id for one in candidates})[:_SKETCH])


_Strata = dict[str, tuple[Side, Sequence[Candidate]]]


def _strata(candidates: Sequence[Candidate], *, seed: int) -> _Strata:
    sides = {side: [one for one in candidates if one.side is side] for side in Side}
    lot = _lot(seed, "ties")
    away = sorted(sides[Side.SET_ASIDE], key=lambda one: (-one.relevance, lot(one.id)))
    found: _Strata = {"kept": (Side.KEPT, sides[Side.KEPT])}
    for name, (start, end) in places_by_rank(len(away)).items():
        found[name] = (Side.SET_ASIDE, away[start:end])
    found["not_heard"] = (Side.NOT_HEARD, sides[Side.NOT_HEARD])
    return {name: told for name, told in found.items() if told[1]}


def places_by_rank(posts: int) -> dict[str, tuple[int, int]]:
    """
    Return which places, from the nearest score on, each stratum of `posts` set aside has.

    Shapes: `places_by_rank(100)["near"]` is (0, 5), end exclusive; together they are all.
    """
    found: dict[str, tuple[int, int]] = {}
    start, up_to = 0, 0.0
    for name, share, _ in _BY_RANK:
        up_to += share
        end = min(posts, round(up_to * posts))
        found[name] = (start, end)
        start = end
    return found


def _labels(there: Mapping[str, int]) -> Mapping[str, float]:
    """Return each stratum's share of the labels, as if all were large enough."""
    heard = 1 - _NOT_HEARD_LABELS if "not_heard" in there else 1.0
    by_rank = {name: labels * heard for name, _, labels in _BY_RANK}
    return MappingProxyType(
        {"kept": _KEPT_LABELS * heard, **by_rank, "not_heard": _NOT_HEARD_LABELS}
    )


def labels_for(there: Mapping[str, int], *, size: int) -> dict[str, int]:
    """
    Return how many posts to draw from each stratum, of which `there` tells how many posts it has.

    Strata that are too small are drawn whole, smallest first; what they leave over goes to
    the others in proportion.
    """
    shares, told, left = _labels(there), dict[str, int](), size
    weight = sum(shares[name] for name in there)
    for name in sorted(there, key=lambda one: there[one] / shares[one]):
        wanted = max(_LEAST, round(left * shares[name] / weight))
        told[name] = min(there[name], wanted)
        left, weight = max(0, left - told[name]), weight - shares[name]
    return told


def _lot(seed: int, purpose: str) -> "_Lot":
    return _Lot(f"{seed} {purpose} ".encode())


@dataclass(frozen=True, slots=True)
class _Lot:
    """Draws the same lot for the same id, and lots that nobody can foresee between ids."""

    salt: bytes

    def __call__(self, id_: str) -> bytes:
        return blake2b(self.salt + id_.encode("utf-8", "surrogatepass"), digest_size=16).digest()
