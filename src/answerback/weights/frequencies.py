"""The counted words that come with the program."""

import json
from functools import cache
from importlib.resources import files

from answerback.domain.listening.frequencies import CommonWords


@cache
def load_frequencies() -> CommonWords:
    """
    Return the words counted by `training/word_frequencies.py`.

    :raises Refusal: when the file is spoilt.
    """
    text = files("answerback.weights").joinpath("files/word_frequencies.json").read_text("utf-8")
    return CommonWords.of(json.loads(text))
