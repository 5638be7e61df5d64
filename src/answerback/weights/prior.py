"""The measured relevance prior that comes with the program."""

import json
from functools import cache
from importlib.resources import files

from answerback.domain.listening.relevance import RelevancePrior


@cache
def load_prior() -> RelevancePrior:
    """
    Return the shares counted by `training/relevance_prior.py`.

    :raises Refusal: when the file is spoilt.
    """
    text = files("answerback.weights").joinpath("files/relevance_prior.json").read_text("utf-8")
    return RelevancePrior.of(json.loads(text))
