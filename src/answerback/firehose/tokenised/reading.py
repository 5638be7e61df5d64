"""Which way of cutting and folding words an index was made with."""

from functools import cache
from hashlib import blake2b
from importlib.resources import files
from unicodedata import unidata_version

#: What decides under which forms a post is found.
_DECIDING = {
    "answerback.domain.listening": (
        *("words.py", "patterns.py", "folding.py", "spellings.py"),
        *("fields.py", "field_forms.py", "facts.py"),
    ),
    "answerback.firehose.tokenised": ("entries.py", "segment.py", "text.py"),
}


@cache
def reading() -> str:
    """
    Return a key of the code and of the Unicode tables by which posts are read here.

    An index of another key is no answer to a query of today: its words were cut otherwise, and
    nothing would tell.  A comment that changes is a change too: better once too often.
    """
    told = blake2b(unidata_version.encode(), digest_size=8)
    for package, names in _DECIDING.items():
        for name in names:
            told.update(files(package).joinpath(name).read_bytes())
    return told.hexdigest()
