"""What becomes of a file that somebody handed in."""

from enum import StrEnum


class UploadState(StrEnum):
    """How far the reading of a file is: a closed list."""

    WAITING = "waiting"
    READING = "reading"  #: its posts are taken in
    SORTING = "sorting"  #: all are in, and are read and decided
    DONE = "done"
    REFUSED = "refused"  #: it cannot be read, or not to its end; a sentence says why


#: The background work goes on with these.
UNDER_WAY = (UploadState.WAITING, UploadState.READING, UploadState.SORTING)
