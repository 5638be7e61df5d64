"""A no without its reason, or without another way."""

import re
from dataclasses import dataclass

from answerback.domain.records.mention import Span
from answerback.domain.records.reply import Check, Finding, Weight


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How one language says no, why, and what else."""

    no: re.Pattern[str]
    reason: re.Pattern[str]
    instead: re.Pattern[str]


#: "We cannot wait to meet you" is no decline, so only these deeds make one.
_DEEDS = (
    r"(?:accept|add|allow|alter|amend|approve|arrange|book|cancel|carry|change|collect|compensate"
    r"|confirm|credit|deliver|do(?![ ](?:it|this)[ ]without)|exchange|extend|fix|give|grant"
    r"|help(?![ ]but)|honou?r|issue"
    r"|make(?![ ](?:any[ ])?(?:promise|guarantee|call|up|your|it|things)\w?)|match|move|offer|pay"
    r"|process|provide|re-?book|redeliver|refund|reimburse|release"
    r"|remove|replace|reserve|return|send|ship|stop|swap|take|transfer|transport|upgrade|waive)"
)

#: Somebody else's no: "if you are unable to provide it, …".
_NOT_OURS = re.compile(
    r"\b(?:you|your|he|she|they|who|was|were|may|sometimes|crew|customer|driver)\b(?:'\w{1,3})?(?:\s\w{1,6}){0,1}\s?$",
    re.IGNORECASE,
)

#: A reason word of one language can be another's noun ("car"), so each is kept apart.
_LANGUAGES = (
    _Words(
        no=_compiled(
            rf"""\b(?:
              (?:can't|cannot|can[ ]not|(?:won't|will[ ]not)[ ]be[ ]able[ ]to)
                [ ](?:\w{{2,13}}ly[ ]|also[ ]|just[ ])?{_DEEDS}
            | (?:unable|not[ ]able)[ ]to[ ](?:\w{{2,13}}ly[ ])?{_DEEDS}
            | (?:isn't|is[ ]not|it's[ ]not|that's[ ]not|won't[ ]be)
                [ ](?:something[ ]we[ ](?:can|do|offer)|possible)
            | (?:we|i)[ ](?:also[ ])?(?:don't|do[ ]not|no[ ]longer)
                [ ](?:offer|accept|carry|ship|deliver|provide|refund)
            | (?:isn't|aren't|not)[ ]eligible
            )\b"""
        ),
        reason=_compiled(
            r"""\b(?:because|therefore|why|when|if|due[ ]to|since|owing[ ]to|as[ ]other
            |to[ ](?:maintain|keep|protect|ensure)|the[ ]reason
            |so[ ]that|in[ ]order[ ]to
            |for[ ](?:safety|security|legal|privacy)|by[ ]law|otherwise|which[ ]would|as[ ](?:it|the
            |they|this|these|those|we|our|your|you|he|she|there|a|an)
            |are[ ]run[ ]by|once[ ](?:it|the|a|your))\b"""
        ),
        instead=_compiled(
            r"""\b(?:instead|alternatively|another[ ]way|feel[ ]free
            |how[ ]about|what[ ]we[ ]can[ ]do
            |(?:you|we|they|he|she|it|i)[ ](?:can|could|may|might|will)(?!'t|[ ]not\b)
            |(?:we|you|i|they)'ll|(?:you|we)'re[ ]welcome[ ]to|try|ask|(?:is|are)[ ]free[ ]to
            |(?:please|do|kindly)[ ](?:call|contact|visit|fill|reach|use|send|see|check|go|dm
            |write|speak|email|e-mail|work|continue|take|look)
            |until[ ]then|here's[ ]how|suggest|recommend
            |but[ ](?:we|you)[ ]can(?!'t|[ ]not\b))\b"""
        ),
    ),
    _Words(
        no=_compiled(
            r"""\b(?:(?:können|kann|könnten)[ ](?:wir|ich)[ ](?:\w{1,14}[ ]){0,4}
                (?:nicht|kein\w{0,2})
            |(?:wir|ich)[ ](?:können|kann)[ ](?:\w{1,14}[ ]){0,4}(?:nicht|kein\w{0,2})
            |(?:ist|war)[ ](?:\w{1,14}[ ]){0,3}nicht[ ](?:möglich|machbar)|leider[ ]nicht
            |nicht[ ]möglich)\b"""
        ),
        reason=_compiled(
            r"""\b(?:weil|denn|wegen|aufgrund|damit|sonst|grund\w{0,2}
            |da[ ](?:wir|die|der|das|es|sie|ihr|du|ein))\b"""
        ),
        instead=_compiled(
            r"""\b(?:stattdessen|alternativ|dafür|aber[ ](?:wir|sie|du)|(?:sie|du)[ ](?:könn\w{1,4}
            |kannst)(?![ ]nicht)|(?:können|könnten)[ ]sie|kannst[ ]du|versuch\w{1,3}|probier\w{1,3}
            |gerne?[ ]können|bieten|schreib\w{1,3}[ ]uns|bitte[ ]\w{2,20}[ ]sie)\b"""
        ),
    ),
    _Words(
        no=_compiled(
            r"""\b(?:ne[ ]pouvons[ ](?:\w{1,14}[ ]){0,2}pas
            |n'est[ ](?:\w{1,14}[ ]){0,3}pas[ ]possible
            |pas[ ]possible|ne[ ]peux[ ](?:\w{1,14}[ ]){0,2}pas|(?:est|sera)[ ]impossible
            |n'acceptons[ ]pas|ne[ ]proposons[ ]pas)\b"""
        ),
        reason=_compiled(
            r"""\b(?:parce[ ]qu\w{0,1}|car|puisqu\w{0,1}|en[ ]raison|à[ ]cause|afin|pour[ ]des
            [ ]raisons|étant[ ]donné|sinon)\b"""
        ),
        instead=_compiled(
            r"""\b(?:vous[ ](?:pouvez|pourriez)|tu[ ]peux|à[ ]la[ ]place|en[ ]revanche|plutôt
            |par[ ]contre|nous[ ]pouvons|essayez|essaie|proposons[ ](?!pas)|contactez|écrivez)\b"""
        ),
    ),
    _Words(
        no=_compiled(
            r"""\b(?:no[ ](?:podemos|puedo|podremos|es[ ]posible|nos[ ]es[ ]posible|aceptamos
            |ofrecemos)|resulta[ ]imposible|es[ ]imposible)\b"""
        ),
        reason=_compiled(
            r"""\b(?:porque|ya[ ]que|debido|dado[ ]que|puesto[ ]que|por[ ](?:motivos|razones|ley
            |seguridad)|para[ ]que|pues)\b"""
        ),
        instead=_compiled(
            r"""\b(?:en[ ](?:su|tu)[ ]lugar|en[ ]cambio|(?:puedes?|podrías?|podéis|pueden)
            |sí[ ]podemos|pero[ ]podemos|alternativa|prueb[ae]|intent[ae]|te[ ]ofrecemos
            |le[ ]ofrecemos|escríb\w{2,6}|llám\w{2,5})\b"""
        ),
    ),
)


def decline(*, text: str) -> list[Finding]:
    """
    Say what a no lacks: its reason, an alternative, or both.

    Works in English, German, French and Spanish.  It asks and never blocks: a person
    knows better than a word list whether the why was said.
    """
    plain = text.replace("’", "'")  # noqa: RUF001 - the typed apostrophe; one for one, spans hold
    for words in _LANGUAGES:
        hit = next((one for one in words.no.finditer(plain) if not _is_theirs(one)), None)
        if hit is None:
            continue
        around = plain[: hit.start()] + " " * (hit.end() - hit.start()) + plain[hit.end() :]
        lacks = [
            name
            for name, pattern in (("a reason", words.reason), ("an alternative", words.instead))
            if pattern.search(around) is None
        ]
        return [_finding(hit=hit, lacks=lacks)] if lacks else []
    return []


def _is_theirs(hit: re.Match[str]) -> bool:
    return _NOT_OURS.search(hit.string[max(0, hit.start() - 24) : hit.start()]) is not None


def _finding(*, hit: re.Match[str], lacks: list[str]) -> Finding:
    add = {
        "a reason": 'say why ("because …")',
        "an alternative": 'say what the person can do instead ("you can …")',
    }
    return Finding(
        check=Check.DECLINE,
        weight=Weight.ASKS,
        sentence=(
            f'The reply says no ("{hit.group()}") without {" or ".join(lacks)}: '
            f"{', and '.join(add[lack] for lack in lacks)}."
        ),
        spans=(Span(start=hit.start(), end=hit.end()),),
    )
