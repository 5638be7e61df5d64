"""The words of a mail that came as HTML: plain text, quotations marked, nothing run or loaded."""

import re
from html import unescape
from typing import Final

#: Letters of HTML that are read; a mail's own words stand at its beginning.
MOST: Final = 256 << 10
#: Tags that are read as what they are; those behind them are taken away, no more.
_MOST_TAGS: Final = 10_000

#: Behind these nothing is to be read until they are closed.
_UNSEEN: Final = frozenset({"script", "style", "head", "title", "template", "svg", "math"})
_BREAKS: Final = frozenset({"br", "tr", "li", "dt", "dd", "hr", "option"})
_BLOCKS: Final = frozenset(
    {
        *("p", "div", "table", "ul", "ol", "dl", "blockquote", "pre", "section", "article"),
        *("header", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "form", "center", "address"),
    }
)
_TAG_NAME: Final = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_ANGLES: Final = re.compile("<+")
_ANY_TAG: Final = re.compile(r"<[^<>]{0,2000}>?")
_LINK: Final = re.compile(
    r"""\bhref\s*=\s*(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s>"']{1,2000}))"""
)
_QUOTE_MARK: Final = re.compile(
    r"""(?:gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote)"""
)
_MANY_BREAKS: Final = re.compile(r"\n{3,}")
_SPACES: Final = re.compile(r"[ \t\xa0]+")
#: Marks that a line was said by somebody else before, as plain text has it.
_QUOTED_LINE: Final = "> "
_DEEPEST_QUOTE: Final = 8


def text_of_html(html: str) -> str:
    """
    Return the words of HTML as plain text: one line a block, quoted blocks behind "> ".

    A link keeps its address in brackets where it is not what the link says already.

    Error: cost is linear in the length; what stands behind the first 256 K letters is left out.
    """
    return _Reader(html[:MOST]).read()


class _Reader:
    """Goes over HTML once, from left to right; no step looks back."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.out: list[str] = []
        self.lines: list[str] = []
        self.quotes = 0
        self.link: tuple[str, int] | None = None

    def read(self) -> str:
        html, place, end = self.html, 0, len(self.html)
        tags = 0
        while place < end:
            tags += 1
            if tags > _MOST_TAGS:
                self._say(_ANY_TAG.sub(" ", html[place:]))
                break
            opened = html.find("<", place)
            if opened < 0:
                self._say(html[place:])
                break
            if opened > place:
                self._say(html[place:opened])
            place = self._tag(opened)
        self._end_line()
        text = "\n".join(self.lines)
        return _MANY_BREAKS.sub("\n\n", text).strip()

    def _tag(self, opened: int) -> int:
        """Read what begins with "<" and return where it ends."""
        html = self.html
        if html.startswith("<!--", opened):
            return self._behind("-->", opened + 4)
        found = _TAG_NAME.match(html, opened + 1)
        if found is None:
            if html.startswith(("<!", "<?"), opened):
                return self._behind(">", opened + 2)
            closed = max(opened + 1, _ANGLES.match(html, opened).end() - 1)  # type: ignore[union-attr]
            self._say(html[opened:closed])
            return closed
        closed = self._end_of_tag(found.end())
        name = found[2].casefold()
        if found[1]:
            self._close(name)
        elif name in _UNSEEN and not html.endswith("/>", opened, closed):
            return self._behind_unseen(name, closed)
        else:
            self._open(name, html[found.end() : closed])
        return closed

    def _behind(self, what: str, place: int) -> int:
        found = self.html.find(what, place)
        return len(self.html) if found < 0 else found + len(what)

    def _end_of_tag(self, place: int) -> int:
        """Return where a tag ends; a ">" within quotes, of a few, does not end it."""
        end = place
        for _ in range(4):
            found = self.html.find(">", end)
            if found < 0:
                return len(self.html)
            end = found + 1
            if self.html.count('"', place, end) % 2 == 0:
                break
        return end

    def _behind_unseen(self, name: str, place: int) -> int:
        found = self.html.find(f"</{name}", place)
        if found < 0:
            found = self.html.find(f"</{name.upper()}", place)
        if found < 0:  # never closed: a head ends where the body begins
            body = self.html.find("<body", place) if name in ("head", "title") else -1
            return len(self.html) if body < 0 else body
        return self._behind(">", found)

    def _open(self, name: str, inside: str) -> None:
        if name in _BLOCKS:
            self._end_line()
            if name in ("p", "h1", "h2", "h3", "blockquote"):
                self._end_line(empty=True)
        elif name in _BREAKS:
            self._end_line(forced=name == "br")
        elif name in ("td", "th"):
            self.out.append(" ")
        if name == "li":
            self.out.append("- ")
        if name == "blockquote":
            self.quotes += 1
        elif name == "div" and _QUOTE_MARK.search(inside):
            self.lines.append("")
        elif name == "a" and (found := _LINK.search(inside)):
            self.link = (unescape(found[1] or found[2] or found[3] or ""), len(self.out))

    def _close(self, name: str) -> None:
        if name == "a" and self.link is not None:
            address, begun = self.link
            self.link = None
            said = "".join(self.out[begun:]).strip()
            if address.startswith(("http://", "https://")) and address.rstrip("/") not in said:
                self.out.append(f" [{address}]")
        if name in _BLOCKS:
            self._end_line()
            if name == "p":
                self._end_line(empty=True)
        if name == "blockquote":
            self.quotes = max(0, self.quotes - 1)

    def _say(self, text: str) -> None:
        self.out.append(unescape(text).replace("\n", " ").replace("\r", " "))

    def _end_line(self, *, forced: bool = False, empty: bool = False) -> None:
        line = _SPACES.sub(" ", "".join(self.out)).strip()
        self.out.clear()
        self.link = None
        mark = _QUOTED_LINE * min(self.quotes, _DEEPEST_QUOTE)
        if line or forced:
            self.lines.append(f"{mark}{line}" if mark else line)
        elif empty and self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark.rstrip())
