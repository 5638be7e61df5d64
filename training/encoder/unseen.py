"""What the encoder said of posts it had not seen, kept between steps of `make train`."""

import numpy as np
from numpy.typing import NDArray

from training.sources import ROOT, WrongData

UNSEEN = ROOT / "out" / "encoder-unseen.npz"  #: not committed: it is about the public posts


def keep(logits: NDArray[np.float32], *, stand_in: bool = False) -> None:
    """Keep the logits, and whether a weaker stand-in made those of the small files."""
    UNSEEN.parent.mkdir(exist_ok=True)
    np.savez_compressed(UNSEEN, logits=logits, stand_in=np.array(stand_in))


def by_stand_in() -> bool:
    """Say whether the small files' logits are a stand-in's."""
    with np.load(UNSEEN) as stored:
        return bool(stored["stand_in"])


def kept() -> NDArray[np.float32]:
    """
    Give the logits of the last training, in the order of `lessons()`.

    :raises WrongData: when no training was run here.
    """
    if not UNSEEN.exists():
        raise WrongData(
            "The encoder's unseen logits are not here. Run the whole of make train; or, by a "
            "weaker stand-in within the hour: python -m training --unseen-only."
        )
    with np.load(UNSEEN) as stored:
        logits: NDArray[np.float32] = stored["logits"]
        return logits
