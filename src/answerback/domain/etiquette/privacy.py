"""Private data in public: said by us, or asked for."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from answerback.domain.records.mention import Span
from answerback.domain.records.post import Post
from answerback.domain.records.reply import Check, Finding, Weight

_NUMBER = re.compile(r"(?<![\w/=.-])\+?\(?\d(?:[ ()./-]{0,2}\d){7,18}(?![\w=])")
_CARD_DIGITS = range(13, 20)
_PHONE_DIGITS = range(9, 16)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_IBAN_LENGTHS = range(15, 35)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
_OFFICE = re.compile(
    r"^(?:info|help|hello|support|service|care|team|contact|press|office|sales|claims|privacy"
    r"|customer|kundenservice|kontakt|contacto|ayuda|aide)[\w.+-]{0,30}@",
    re.IGNORECASE,
)
#: Lines that a caller reaches free or shared cost: a service, never a person.
_SERVICE_LINE = re.compile(
    r"^(?:0|\+?440?)(?:80\d|84\d|87\d|3[0347]\d)|^\+?1?8(?:00|33|44|55|66|77|88)|^\+?(?:49|33|34)?0?800"
)
_DATE = re.compile(r"^\d{1,4}([./-])\d{1,2}\1\d{2,4}\b")
_SOMEBODYS = re.compile(
    r"\b(?:(?:own|private|personal|home)[ ](?:mobile|phone|number|cell)|(?:his|her|their)[ ]"
    r"(?:mobile|number|cell)|privatnummer|sein\w?[ ]handynummer|su[ ]móvil|son[ ]portable)\b",
    re.IGNORECASE,
)

_ASK = (
    r"(?:reply|respond|post|comment|tell|give|send|share|provide|confirm|let[ ]us[ ]know"
    r"|what(?:'s|[ ]is|[ ]are)|need|may[ ]we[ ]have|can[ ](?:we|i)[ ]have|schick\w{0,3}|nenn\w{0,3}"
    r"|teil\w{0,2}|envoyez|donnez|indiquez|env[íi]\w{1,5}|dinos|díganos|indique|indícanos|pod\w{0,2})"
)
_YOURS = r"(?:your|ihre\w?|deine\w?|votre|vos|su|tu|twoj\w{1,2}|swój)"
_GRAVE = (
    r"(?:date[ ]of[ ]birth|birth[ ]?date|password|passwort|pin|card[ ](?:number|details)"
    r"|passport[ ]number"
    r"|(?:home[ ]|postal[ ]|full[ ]|billing[ ])?address|bank[ ]details|geburtsdatum|kartennummer"
    r"|adresse|anschrift|date[ ]de[ ]naissance|mot[ ]de[ ]passe|fecha[ ]de[ ]nacimiento"
    r"|contraseña|dirección)"
)
_PLAIN = (
    r"(?:full[ ]name|order(?:[ ](?:number|no|id|reference))|booking[ ](?:number|reference)"
    r"|(?:tracking|account|customer|parcel|confirmation|reference|phone|telephone|mobile)[ ]number"
    r"|e-?mail(?:[ ]address)?|post[ ]?code|zip[ ]code|bestellnummer|sendungsnummer|kundennummer"
    r"|telefonnummer|numéro[ ]de[ ](?:commande|suivi|client|téléphone)"
    r"|número[ ]de[ ](?:pedido|seguimiento|cliente|teléfono)|numer[ ](?:zamówienia|paczki))"
)
#: "Send us …", but not "we will send …".
_ASKING = re.compile(
    rf"(?<!we'll[ ])(?<!i'll[ ])(?<!we[ ]will[ ])(?<!i[ ]will[ ])\b{_ASK}\b",
    re.IGNORECASE | re.VERBOSE,
)
_WANTED = re.compile(
    rf"\b{_YOURS}[ ](?!(?:order[ ])?confirmation[ ]e)(?:\w{{1,14}}[ ]){{0,2}}?"
    rf"(?:(?P<grave>{_GRAVE})|(?P<plain>{_PLAIN}))\b",
    re.IGNORECASE | re.VERBOSE,
)
#: So many letters may lie between the asking and what is wanted, and between two wanted things.
_REACH = 34
_STOP = re.compile(r"[.?!\n]")
_IN_PRIVATE = re.compile(
    r"\b(?:dms?|dm'd|direct(?:[ ]|-)?messages?|private(?:ly)?|pm|inbox|in[ ]chat|via[ ]chat"
    r"|securely"
    r"|secure|form|call[ ]us|phone[ ]us|by[ ]phone|direktnachricht|per[ ]pn|privat\w{0,2}|mp"
    r"|message[ ]privé|privé|mensaje[ ](?:privado|directo)|privado|md|formulario|wiadomości"
    r"|don't[ ](?:post|share)|do[ ]not[ ](?:post|share)|never[ ](?:post|share))\b|https?://|\bt\.co/",
    re.IGNORECASE,
)


def privacy(*, text: str, conversation: Sequence[Post]) -> list[Finding]:
    """
    Say what private data a public reply holds, and what it asks to be told in public.

    A card number, an account number or the private line of a person blocks; what may
    be a public line or desk of ours asks.  Freephone lines and office addresses
    (help@…) are no finding.  Asking "by direct message" or through a link is right.

    Error: numbers are checked by Luhn (cards) and mod 97 (IBAN); a phone is only known
    by its look.
    """
    plain = text.replace("’", "'")  # noqa: RUF001 - the typed apostrophe; one for one, spans hold
    theirs = "\n".join(post.text for post in conversation if post.inbound is not False)
    return [
        *_accounts(plain),
        *_numbers(plain, theirs=theirs),
        *_mails(plain, theirs=theirs),
        *_asked(plain),
    ]


def _accounts(text: str) -> Iterator[Finding]:
    for hit in _IBAN.finditer(text):
        if _is_iban(hit.group()):
            yield _finding(
                Weight.BLOCKS,
                "The reply shows a bank account number to everybody. Take it out and send it by "
                "direct message.",
                hit.span(),
            )


def _numbers(text: str, *, theirs: str) -> Iterator[Finding]:
    known = {_digits(hit.group()) for hit in _NUMBER.finditer(theirs)}
    for hit in _NUMBER.finditer(text):
        digits = _digits(hit.group())
        shown = hit.group()
        if len(digits) in _CARD_DIGITS and _passes_luhn(digits):
            yield _finding(
                Weight.BLOCKS,
                "The reply shows a card number to everybody. Take it out; never ask for one here.",
                hit.span(),
            )
        elif digits in known:
            yield _finding(
                Weight.ASKS,
                f'The reply repeats a number of the person in public ("{shown}"). Leave it out; '
                "they know which one you mean.",
                hit.span(),
            )
        elif _looks_like_phone(shown, digits):
            yield _phone(text, hit)


def _phone(text: str, hit: re.Match[str]) -> Finding:
    digits = _digits(hit.group())
    mobile = digits.startswith(("07", "447")) or _SOMEBODYS.search(text) is not None
    if mobile:
        return _finding(
            Weight.BLOCKS,
            f'The reply shows what looks like a person\'s own number ("{hit.group()}"). Send it by '
            "direct message, or give the number of the desk.",
            hit.span(),
        )
    return _finding(
        Weight.ASKS,
        f'The reply shows a phone number ("{hit.group()}"). Send it if it is a public line of '
        "ours; otherwise move it to a direct message.",
        hit.span(),
    )


def _mails(text: str, *, theirs: str) -> Iterator[Finding]:
    for hit in _MAIL.finditer(text):
        if hit.group().casefold() in theirs.casefold():
            yield _finding(
                Weight.BLOCKS,
                f'The reply repeats the person\'s e-mail address in public ("{hit.group()}"). '
                "Take it out.",
                hit.span(),
            )
        elif not _OFFICE.match(hit.group()):
            yield _finding(
                Weight.ASKS,
                f'The reply shows an e-mail address ("{hit.group()}"). Send it if it is an office '
                "of ours; otherwise move it to a direct message.",
                hit.span(),
            )


def _asked(text: str) -> Iterator[Finding]:
    if _IN_PRIVATE.search(text):
        return
    wanted = list(_WANTED.finditer(text))
    told = 0
    for asking in _ASKING.finditer(text) if wanted else ():
        things = _things_after(asking, wanted) if asking.start() >= told else []
        if things:
            told = things[-1].end()
            grave = any(thing["grave"] is not None for thing in things)
            named = " and ".join((thing["grave"] or thing["plain"]).lower() for thing in things)
            yield _finding(
                Weight.BLOCKS if grave else Weight.ASKS,
                f"The reply asks for the {named} where everybody can read the answer. "
                "Ask for it by direct message or on a form, and say so.",
                (asking.start(), told),
            )


def _things_after(asking: re.Match[str], wanted: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """Return what one asking asks for: "your name, your order number and your address"."""
    here, things = asking.end(), []
    for place in range(bisect_left(wanted, here, key=_start), len(wanted)):
        hit = wanted[place]
        between = asking.string[here : hit.start()]
        if len(between) > _REACH or _STOP.search(between):
            break
        things.append(hit)
        here = hit.end()
    return things


def _start(hit: re.Match[str]) -> int:
    return hit.start()


def _looks_like_phone(shown: str, digits: str) -> bool:
    """Tell a phone from an order number: it has a trunk 0, a + or brackets, and groups."""
    if len(digits) not in _PHONE_DIGITS or _DATE.match(shown):
        return False
    if _SERVICE_LINE.match(("+" if shown.startswith("+") else "") + digits):
        return False
    if shown.startswith(("+", "(", "0")):
        return True
    return re.fullmatch(r"1?[ .-]?\d{3}[ .-]\d{3}[ .-]\d{4}", shown) is not None


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def _passes_luhn(digits: str) -> bool:
    """Source: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the cross sum of two digits
    return total % 10 == 0 and len(set(digits)) > 1


def _is_iban(shown: str) -> bool:
    """Source: ISO 13616-1, check digits by mod 97."""
    account = shown.replace(" ", "")
    if len(account) not in _IBAN_LENGTHS:
        return False
    moved = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def _finding(weight: Weight, sentence: str, span: tuple[int, int]) -> Finding:
    return Finding(
        check=Check.PRIVACY,
        weight=weight,
        sentence=sentence,
        spans=(Span(start=span[0], end=span[1]),),
    )
