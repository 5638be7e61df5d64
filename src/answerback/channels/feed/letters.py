"""A feed's bytes become letters, whatever its headers claim."""

import codecs
import re
from typing import Final

#: What a feed may be written in: a charset is a stranger's word, and some of Python's codecs
#: take quadratic time or are no character sets at all.
_KNOWN: Final = frozenset(
    {"utf-8", "ascii", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be", "utf-32-le"}
    | {f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)}
    | {f"cp{page}" for page in (*range(1250, 1259), 437, 850, 852, 866, 874, 932, 949, 950)}
    | {"koi8-r", "koi8-u", "mac-roman", "gb2312", "gbk", "gb18030", "big5", "big5hkscs"}
    | {"euc_jp", "shift_jis", "shift_jisx0213", "iso2022_jp", "euc_kr", "tis-620"}
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: How "<?" or "<r" looks where a letter has several bytes and no mark stands before it.
_WIDE: Final = (
    (re.compile(rb"<\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00<"), "utf-32-be"),
    (re.compile(rb"<\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x00<\x00[^\x00]"), "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_IN_HEADER: Final = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]{0,400}\?>")


def letters_of(body: bytes, *, content_type: str = "") -> str:
    """
    Return a feed's text, without the declaration of what it was written in.

    Marks in the bytes come first, then what the bytes themselves show: text beyond ASCII that
    is good UTF-8 is UTF-8, whatever a header says.  Then the document's own word, the header's,
    and Windows-1252, which reads anything.  A letter that cannot be read becomes U+FFFD.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _stripped(body[len(mark) :].decode(name, "replace"))
    for shape, name in _WIDE:
        if shape.match(body):
            return _stripped(body.decode(name, "replace"))
    for name in _candidates(body, content_type):
        try:
            return _stripped(body.decode(name))
        except UnicodeDecodeError:
            continue
    return _stripped(body.decode("cp1252", "replace"))


def _candidates(body: bytes, content_type: str) -> list[str]:
    declared = _DECLARED.match(body)
    header = _IN_HEADER.search(content_type)
    told = [declared[1].decode("ascii") if declared else "", header[1] if header else ""]
    names = [known for known in map(_known, told) if known]
    return names if body.isascii() else ["utf-8", *names]


def _known(told: str) -> str:
    try:
        name = codecs.lookup(told).name
    except LookupError:
        return ""
    return {"iso8859-1": "cp1252"}.get(name, name) if name in _KNOWN else ""


def _stripped(text: str) -> str:
    return _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
