"""The encoder that ships: our own fine-tuned MiniLM in eight bits, run by onnxruntime."""

import json
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from answerback.domain.records.refusal import Refusal
from answerback.domain.understanding.encoder import Encoded, Matrix
from answerback.domain.understanding.pieces import Cutter
from answerback.domain.understanding.spoken_words import spoken
from answerback.weights.store import FILES, checked

if TYPE_CHECKING:
    import onnxruntime

ENCODER_FILE = FILES / "encoder-v1.onnx"
PIECES_FILE = FILES / "pieces.txt"  #: the pretrained encoder's own vocabulary, a piece a line
LONGEST = 128  #: pieces of words; what a longer post says behind them is not read
_AT_ONCE = 2_048  #: pieces in one call: bounds the memory
_STEP = 8  #: pieces; texts are padded to a multiple of it
_WIDTH = 384

THREADS = "ANSWERBACK_ENCODER_THREADS"  #: docs/reference/settings.md tells of it
_MOST_THREADS = 64


class ThreadsNotUnderstood(Refusal):
    """The setting of the encoder's threads holds no number of them."""


class OnnxEncoder:
    """
    An encoder from a file that `training.encoder.export` wrote.

    Keeps what it made of its last batch, because two stages ask for the same posts.
    """

    def __init__(self, *, path: Path, pieces: Path, threads: int = 1) -> None:
        """
        Load the model; a tenth of a second.

        :raises WeightsCorrupt: when a file is missing, or not the one that was trained.
        """
        content, vocabulary = checked(path), checked(pieces).decode().splitlines()
        self._cutter = Cutter(vocabulary, longest=LONGEST)
        self._session = _session(content, threads=threads)
        told = self._session.get_modelmeta().custom_metadata_map
        self._columns = tuple(json.loads(told["columns"]))
        self._bias = np.array(json.loads(told["bias"]), dtype=np.float32)
        self._last: tuple[tuple[str, ...], Encoded] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def read(self, texts: Sequence[str]) -> Encoded:
        asked = tuple(texts)
        if self._last is None or self._last[0] != asked:
            self._last = asked, self._read(asked)
        return self._last[1]

    def _read(self, texts: Sequence[str]) -> Encoded:
        words = spoken(texts)
        cut = [self._cutter.cut(some) for some in words]
        each: list[Matrix] = [np.zeros((0, 0), dtype=np.float32)] * len(texts)
        tags = list(each)
        meanings = np.zeros((len(texts), _WIDTH), dtype=np.float32)
        for rows in _batches([len(pieces) for pieces, _ in cut]):
            scores, meaning = self._run([cut[at][0] for at in rows])
            meanings[rows] = meaning
            for place, at in enumerate(rows):
                each[at] = _by_word(scores[place], cut[at][1], words=len(words[at]))
                tags[at] = _tags(each[at][:-1], cut[at][1]) + self._bias
        sums = np.array([one.sum(axis=0) for one in each]).reshape(len(texts), len(self._columns))
        logits = (sums + self._bias).astype(np.float32)
        return Encoded(
            logits=logits, meanings=meanings, words=[one[:-1] for one in each], tags=tags
        )

    def _run(self, rows: Sequence[Sequence[int]]) -> tuple[Matrix, Matrix]:
        longest = -(-max(map(len, rows)) // _STEP) * _STEP
        pieces = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=np.float32)
        for at, row in enumerate(rows):
            pieces[at, : len(row)] = row
            mask[at, : len(row)] = 1.0
        scores, meaning = self._session.run(None, {"pieces": pieces, "mask": mask})
        return scores, meaning


@cache
def load_encoder() -> OnnxEncoder:
    """
    Load the encoder that ships with the program, once.

    :raises WeightsCorrupt: when a file is not the one that was trained.
    :raises ThreadsNotUnderstood: when the setting holds no number of threads.
    """
    return OnnxEncoder(path=ENCODER_FILE, pieces=PIECES_FILE, threads=_threads())


def _threads() -> int:
    told = os.environ.get(THREADS, "1").strip()
    if told not in map(str, range(1, _MOST_THREADS + 1)):
        raise ThreadsNotUnderstood(
            f"{THREADS}='{told}' is not understood. Set it to a whole number from 1 to "
            f"{_MOST_THREADS}, or remove it for 1."
        )
    return int(told)


def _session(content: bytes, *, threads: int) -> "onnxruntime.InferenceSession":
    import onnxruntime  # noqa: PLC0415 -- loaded when it is first needed

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """
    Put texts of one padded length together; no batch has more than so many pieces.

    A text is always padded to the same length, whatever stands beside it: so are its sums.
    """
    padded = [-(-length // _STEP) * _STEP for length in lengths]
    batch: list[int] = []
    for at in sorted(range(len(padded)), key=padded.__getitem__):
        full = (len(batch) + 1) * padded[at] > _AT_ONCE
        if batch and (full or padded[at] != padded[batch[0]]):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _by_word(scores: Matrix, owners: Sequence[int], *, words: int) -> Matrix:
    """
    Sum what the pieces added, word by word; the last row is what belongs to no word.

    Shapes: (t, c) scores, owners of the first t or fewer of them; (words + 1, c) out.
    """
    sums = np.zeros((words + 1, scores.shape[1]), dtype=np.float32)
    np.add.at(sums, np.array(owners), scores[: len(owners)])
    return sums


def _tags(sums: Matrix, owners: Sequence[int]) -> Matrix:
    """
    Undo the mean over the text: what each word's pieces say, on average.

    Shapes: (w, c) sums, owners of all pieces; (w, c) out.
    """
    counts = np.bincount(np.array(owners), minlength=len(sums) + 1)[: len(sums), None]
    tags: Matrix = (sums * len(owners) / np.maximum(counts, 1)).astype(np.float32)
    return tags
