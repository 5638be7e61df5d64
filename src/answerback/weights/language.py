"""Language by py3langid's model, walked over a whole batch at once."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from answerback.domain.understanding.language import ENOUGH_LETTERS, UNDETERMINED

#: What people post in; the model's rarer neighbours of these only cost accuracy.
LANGUAGES = tuple(
    """
    ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ka ko lt lv ms nl no pl
    pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur vi zh
    """.split()  # noqa: SIM905 -- a word a line would be a page
)
HINDI_SURE = 0.9  #: what the word rule claims; measured in the card
SURE = 0.5  #: below this probability the answer is "und"
#: Hindi in Latin letters, which the model was never shown: words that other languages lack...
_HINDI = frozenset(
    """
    aap aapka aapke aapki aapko abhi acha accha apna apne apni aur baat bahut bohot bhai bhi
    bilkul chahiye dekho gaya gaye gayi hai hain hamara hamare hamari hoga hogi hota hoti
    hua hui humare humko inki inke iska iske iski isliye jaise jab kaise kabhi kaha kahan
    karo karna karne karte karta kahi koi kuch kya kyo kyon kyu kyun kyuki lekin liye maine
    mein mera mere meri mujhe nahi nahin nhi raha rahe rahi rha sab sabse sahi sirf tha thi
    toh tum tumhara unka unke unki uska uske uski wala wale wali yaar yahi yeh zindagi diya
    kiya krne phir fir apko apke haan nai krna krte karke wahi waise logo logon baad pehle
    kr
    """.split()  # noqa: SIM905 -- a word a line would be a page
)
_WORDS = 2  #: how many it takes; two little ones stand for one
#: ... and little words that other languages have too, which count only beside them.
_LITTLE = frozenset(["ka", "ki", "ke", "ko", "se", "ho", "jo", "na", "par", "hi", "ji"])
READ = 1_000  #: bytes of a text that are looked at; more would not change the answer

_NOISE = re.compile(r"[@#]\w+|(?:https?://|www\.)[^\s\x00]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Py3Langid:
    """
    The automaton and the table of py3langid, restricted to `LANGUAGES`.

    Shapes: s states, f features, k languages; `moves` (rows * 256,), `row_of` and
    `feature_of` (s,), `table` (f, k), `prior` (k,).
    Source: py3langid 0.4 (BSD-3), a fork of langid.py; the model lies in its wheel.
    """

    moves: NDArray[np.uint32]
    row_of: NDArray[np.int64]
    feature_of: NDArray[np.int64]
    table: NDArray[np.float32]
    prior: NDArray[np.float32]
    languages: tuple[str, ...]

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """
        Tell the language of each text, or "und".

        Shapes: n texts in, n pairs out.
        Error: see the card; a text of fewer than 20 letters is always "und".
        """
        cleaned = [_NOISE.sub(" ", text[: 4 * READ]) for text in texts]
        enough = [sum(map(str.isalpha, text)) >= ENOUGH_LETTERS for text in cleaned]
        chances = self._chances([_encoded(text) for text in cleaned])
        best = chances.argmax(axis=1).tolist()
        sure = chances.max(axis=1, initial=0.0).tolist()
        hindi = [_romanised_hindi(text) for text in cleaned]
        return [
            _told(self.languages[at], chance=chance, enough=letters, hindi=spoken)
            for at, chance, letters, spoken in zip(best, sure, enough, hindi, strict=True)
        ]

    def _chances(self, texts: Sequence[bytes]) -> NDArray[np.float32]:
        """Shapes: n texts in, (n, k) out, rows sum to 1."""
        if not texts:
            return np.zeros((0, len(self.languages)), dtype=np.float32)
        visited_by, features = self._visits(texts)
        pairs, counts = np.unique(visited_by * len(self.table) + features, return_counts=True)
        owner, feature = np.divmod(pairs, len(self.table))
        scores = np.tile(self.prior, (len(texts), 1))
        weighted = self.table.take(feature, axis=0)
        weighted *= np.log1p(counts).astype(np.float32)[:, None]
        starts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
        if len(pairs):
            scores[owner[starts]] += np.add.reduceat(weighted, starts, axis=0)
        lengths = np.array([max(len(text), 1) for text in texts])
        scores /= np.sqrt(lengths)[:, None]
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: NDArray[np.float32] = scores / scores.sum(axis=1, keepdims=True)
        return result

    def _visits(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Walk the automaton over all texts in step; give (text, feature) for each find."""
        lengths = np.array([len(text) for text in texts])
        order = np.argsort(-lengths, kind="stable")
        lengths = lengths[order]
        width = int(lengths[0])
        table = np.frombuffer(
            b"".join(texts[at].ljust(width, b"\0") for at in order.tolist()), dtype=np.uint8
        ).reshape(len(texts), width)
        columns = np.ascontiguousarray(table.T)
        active = np.searchsorted(-lengths, -np.arange(width), side="left").tolist()
        state = np.zeros(len(texts), dtype=np.int64)
        owners, features = [], []
        for step in range(width):
            going = active[step]
            state = self.moves[self.row_of[state[:going]] + columns[step, :going]].astype(np.int64)
            found = self.feature_of[state]
            hits = np.flatnonzero(found >= 0)
            owners.append(order[hits])
            features.append(found[hits])
        return np.concatenate([order[:0], *owners]), np.concatenate([order[:0], *features])


def _told(language: str, *, chance: float, enough: bool, hindi: float) -> tuple[str, float]:
    if not enough:
        return UNDETERMINED, round(chance, 4)
    if hindi:
        return "hi", hindi
    return (language if chance >= SURE else UNDETERMINED), round(chance, 4)


def _romanised_hindi(text: str) -> float:
    """Give how sure we are that this is Hindi in Latin letters; 0 where nothing says so."""
    words = text.lower().split()
    known = {word for word in words if word in _HINDI}
    little = {word for word in words if word in _LITTLE}
    enough = len(known) + min(len(little), 2) / 2 >= _WORDS and known
    return HINDI_SURE if enough and len(known) + len(little) >= len(words) / 8 else 0.0


def _encoded(text: str) -> bytes:
    if text.isupper():
        text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.encode("utf-8", "surrogatepass")[:READ]


@cache
def load_language() -> Py3Langid:
    """Load py3langid's model once; about half a second."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages(LANGUAGES)
    return Py3Langid(
        moves=np.asarray(model.tk_nextmove, dtype=np.uint32),
        row_of=np.asarray(model.tk_row, dtype=np.int64) << 8,
        feature_of=np.asarray(model.tk_output, dtype=np.int64),
        table=model.nb_ptc.astype(np.float32),
        prior=model.nb_pc.astype(np.float32),
        languages=tuple(model.nb_classes),
    )
