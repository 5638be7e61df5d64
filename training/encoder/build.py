"""Train, export, and keep what the encoder says of posts it never saw."""

import shutil
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from answerback.weights.encoder import ENCODER_FILE, PIECES_FILE, OnnxEncoder
from answerback.weights.store import record_checksum
from training.encoder.export import export
from training.encoder.stages import Course, free, held_back, pretrained_folder
from training.encoder.tasks import COLUMNS, Lesson, lessons
from training.encoder.unseen import keep
from training.fit import SEED

_AT_ONCE = 512
_IN_A_HURRY = 0.06  #: of the large files stand beside the small ones


def build() -> tuple[list[Lesson], NDArray[np.float32]]:
    """
    Train the encoder and write its file.

    Shapes: gives n lessons and (n, columns) logits of those that were held back, NaN else.
    """
    every = lessons()
    folder = pretrained_folder()
    course = Course(every, folder=folder)
    begun = {name: value.clone() for name, value in course.large().state_dict().items()}
    logits = course.unseen(begun)
    export(course.small(begun, without=None), columns=COLUMNS, path=ENCODER_FILE)
    shutil.copyfile(folder / "vocab.txt", PIECES_FILE)
    for path in (ENCODER_FILE, PIECES_FILE):
        record_checksum(path)
    held = np.flatnonzero(course.held)
    logits[held] = read_by_file([every[at].text for at in held])
    keep(logits)
    return every, logits


def judge_in_a_hurry() -> None:
    """
    Make anew what the shipped encoder, or a weaker one, says of posts it never saw.

    What was held back is read by the file that ships.  For the small files a stand-in is trained
    without each third of their groups, on them and a few of the large files' posts: figures that
    lean on it are too low, never too high.  About an hour on two idle cores without AMX.
    """
    every = lessons()
    logits = np.full((len(every), len(COLUMNS)), np.nan, dtype=np.float32)
    held = np.flatnonzero(held_back(every))
    logits[held] = read_by_file([every[at].text for at in held])
    keep(logits, stand_in=True)  # a training that breaks off leaves these at least
    chance = np.random.default_rng(SEED).random(len(every))
    beside = free(every) & (chance < _IN_A_HURRY)
    part = np.array([at for at, one in enumerate(every) if one.small or beside[at]])
    course = Course([every[at] for at in part], folder=pretrained_folder())
    told = course.unseen(None)
    small = ~np.isnan(told[:, 0])
    logits[part[small]] = told[small]
    keep(logits, stand_in=True)


def read_by_file(texts: Sequence[str]) -> NDArray[np.float32]:
    """Let the very file that ships read texts; eight bits count."""
    encoder = OnnxEncoder(path=ENCODER_FILE, pieces=PIECES_FILE, threads=2)
    parts = [
        encoder.read(texts[at : at + _AT_ONCE]).logits for at in range(0, len(texts), _AT_ONCE)
    ]
    return np.concatenate(parts)
