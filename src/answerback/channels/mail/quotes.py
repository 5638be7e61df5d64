"""What is new in a mail, beside what it repeats of earlier ones, and how it is signed."""

import re
from dataclasses import dataclass
from typing import Final

#: Lines that are looked at; what stands behind them is left as it is.
_MOST_LINES: Final = 5_000
_LONGEST_SIGNATURE: Final = 30
_SHORT_LINE: Final = 400

#: Everything from here on was said before.
_ORIGINAL: Final = re.compile(
    r"[-_—=*\s]{2,40}(?:original(?:\s+message)?|ursprüngliche\s+nachricht|"
    r"original\s?nachricht|message\s+d'origine|mensaje\s+original|messaggio\s+originale|"
    r"mensagem\s+original|oorspronkelijk\s+bericht|oprindelig\s+meddelelse|"
    r"ursprungligt\s+meddelande|opprinnelig\s+melding|wiadomość\s+oryginalna)[-_—=*\s]{0,40}",
    re.IGNORECASE,
)
#: What was passed on is what the mail is about.
_FORWARDED: Final = re.compile(
    r"[-_—=\s]{0,40}(?:begin\s+forwarded\s+message|forwarded\s+message|weitergeleitete\s+nachricht|"
    r"message\s+transféré|mensaje\s+reenviado|messaggio\s+inoltrato)\s*:?[-_—=\s]{0,40}",
    re.IGNORECASE,
)
_WROTE: Final = re.compile(
    r"(?:(?:on|am|le|el|il|op|em|den|w dniu|dnia)\b.{4,300}"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał)"
    r"(?:[^:]{0,120})?\s?:|\d{4}-\d\d-\d\d.{1,200}(?:wrote|schrieb)?.{0,80}<[^>]{3,200}>\s?:)\s*",
    re.IGNORECASE,
)
_BEGINS_WROTE: Final = re.compile(r"(?:on|am|le|el|il|op|em|den)\b.{4,}", re.IGNORECASE)
_DATED: Final = re.compile(r"\d|@")
_FROM: Final = re.compile(r"\*?(?:from|von|de|da|van|från|fra|od)\s?:\*?\s.{1,300}", re.IGNORECASE)
_SENT: Final = re.compile(
    r"\*?(?:sent|date|gesendet|datum|envoyé|enviado|fecha|inviato|data|verzonden|skickat|sendt|"
    r"to|an|à|para|a|aan|till|til|do|subject|betreff|objet|asunto|oggetto|onderwerp)\s?:\*?\s.{0,300}",
    re.IGNORECASE,
)
_SENT_FROM: Final = re.compile(
    r"(?:sent from (?:my |outlook|yahoo|mail for|proton)|von meine[mr] .{2,40} gesendet|"
    r"gesendet (?:von|mit) |envoyé (?:de|depuis) mon |enviado desde mi |inviato da(?:l mio)? |"
    r"get outlook for|verstuurd vanaf mijn ).{0,80}",
    re.IGNORECASE,
)
_LIST_FOOTER: Final = re.compile(r"_{30,}|-{60,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A mail's words, told apart."""

    new: str  #: what its author says now
    quoted: str = ""  #: what it repeats of earlier mails
    signature: str = ""


def told_apart(text: str) -> Said:
    """
    Return what a mail says anew, what it repeats, and its signature.

    Answers written between quoted lines stay; what was forwarded stays, for it is the matter.
    A mail that only repeats keeps all its words as new ones: better too much than nothing.

    Error: the forms of quoting of common programs in eleven languages; others stay in the text.
    """
    lines = text.split("\n")
    lines, behind = lines[:_MOST_LINES], lines[_MOST_LINES:]
    forwarded = next((n for n, line in enumerate(lines) if _is(_FORWARDED, line)), len(lines))
    new, quoted, ended = _without_quotes(lines[:forwarded])
    kept, signature = _without_signature(new)
    (quoted if ended else kept).extend((*lines[forwarded:], *behind))
    said = "\n".join(kept).strip()
    if not said:
        return Said(new=text.strip())
    return Said(new=said, quoted="\n".join(quoted).strip(), signature="\n".join(signature).strip())


def _without_quotes(lines: list[str]) -> tuple[list[str], list[str], bool]:
    """Return new lines, repeated ones, and whether all that follows is repeated as well."""
    new: list[str] = []
    quoted: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        lead = _lead_in(lines, place)
        # "On 2 March … wrote:" without a mark at each line: all that follows was said before.
        dated = lead and _DATED.search(" ".join(lines[place : place + lead]))
        unmarked = dated and not _quoted_next(lines, place + lead)
        if unmarked or _is(_ORIGINAL, line) or _is_header_block(lines, place):
            quoted.extend(lines[place:])
            return new, quoted, True
        if lead:
            quoted.extend(lines[place : place + lead])
            place += lead
            continue
        (quoted if line.lstrip().startswith(">") else new).append(line)
        place += 1
    return new, quoted, False


def _lead_in(lines: list[str], place: int) -> int:
    """Return over how many lines "On … wrote:" goes from here; 0: it is none."""
    if not _BEGINS_WROTE.match(lines[place][:_SHORT_LINE]) and not lines[place][:4].isdigit():
        return 0
    for many in (1, 2, 3):
        if not lines[place : place + many][-1].rstrip().endswith(":"):
            continue
        joined = " ".join(line.strip() for line in lines[place : place + many])
        if len(joined) <= _SHORT_LINE and _WROTE.fullmatch(joined.strip()):
            return many
    return 0


def _quoted_next(lines: list[str], place: int) -> bool:
    following = (line for line in lines[place : place + 5] if line.strip())
    return next(following, "").lstrip().startswith(">")


def _is_header_block(lines: list[str], place: int) -> bool:
    """Say whether the headers of an earlier mail begin here, as Outlook writes them."""
    if not _is(_FROM, lines[place]):
        return False
    near = [line for line in lines[place + 1 : place + 7] if line.strip()]
    return sum(_is(_SENT, line) for line in near[:4]) >= 2  # noqa: PLR2004  of date, to, subject


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - _LONGEST_SIGNATURE), -1):
        line = lines[place].rstrip("\r")
        if line in ("-- ", "--", "—") or _LIST_FOOTER.fullmatch(line.strip()):
            return lines[:place], lines[place:]
        if _is(_SENT_FROM, line) and not any(one.strip() for one in lines[place + 1 :]):
            return lines[:place], lines[place:]
    return lines, []


def _is(pattern: re.Pattern[str], line: str) -> bool:
    return len(line) <= _SHORT_LINE and pattern.fullmatch(line.strip()) is not None
