"""What was learned of the two readers together, and the files it belongs to."""

import json
from functools import cache

from answerback.domain.understanding.second_reading import Second, SecondReading
from answerback.weights.encoder import load_encoder
from answerback.weights.store import FILES, WeightsCorrupt, checked, checksum_of

SECOND_FILE = FILES / "second-v1.json"


@cache
def load_second() -> Second:
    """
    Load the second reading that ships with the program, once.

    :raises WeightsCorrupt: when a file is not the one that was trained, or the two differ.
    """
    told = json.loads(checked(SECOND_FILE))
    learned = SecondReading.of(told)
    for name, checksum in told["learned_with"].items():
        if checksum_of(FILES / name) != checksum:
            raise WeightsCorrupt(
                f"{SECOND_FILE.name} was learned with another {name} than the one that is here. "
                "Install the program again, or train with: make train."
            )
    return Second(learned=learned, encoder=load_encoder())
