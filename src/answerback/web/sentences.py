"""
Sentences that the house says in English, as pages say them in the language of who reads.

Refusals, tests of channels and findings of manners are written where they are known: in channels
and operations, which know no languages; many are stored.  So a page knows them by their shape.
A sentence that has none here is shown as it was said.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Final

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

#: As they are written, each blank named.  A test finds every one where it is said.
SENTENCES: Final = (
    _("'%(label)s' is needed. %(help)s"),
    _(
        "This brand was imported before the desk kept brand files. Write its file on the page of "
        "the brand first, or import once more with the command."
    ),
    _("'%(label)s' has %(count)s characters; it may have %(most)s."),
    _("'%(label)s' holds a sign that cannot be typed."),
    _("'%(label)s' cannot be '%(value)s'. It may be: %(there)s."),
    _("'%(value)s' is no hashtag: it is one word. Several have commas between."),
    _("'%(value)s' is no port. Write a number like 993."),
    _("'%(value)s' is no address. Write it whole: %(example)s."),
    _("'%(value)s' is no address. Write one like support@acme.example."),
    _(
        "'%(value)s' is no server. Write where the account lives, for example "
        "https://mastodon.example."
    ),
    _("'%(value)s' is no address we fetch from. Write it like https://example.org/feed."),
    _("%(host)s said no (%(status)s%(why)s)."),
    _("%(host)s asks us to wait %(seconds)s s%(why)s."),
    _("%(host)s refuses our login%(why)s. Set the account's secret anew."),
    _(
        "%(host)s refuses our login (%(status)s). Make a new access token there and set "
        "it in the account."
    ),
    _("%(host)s has a fault of its own (%(status)s%(why)s)."),
    _("%(host)s cannot be reached: %(why)s."),
    _("%(host)s is no address we fetch from: %(why)s."),
    _("%(host)s broke off in the middle: %(why)s."),
    _("%(host)s took longer than %(seconds)s s to answer."),
    _("Nobody answers at %(host)s, port %(port)s: %(why)s."),
    _("The name %(host)s cannot be looked up: %(why)s."),
    _("The account has no handle or no app password. Set both."),
    _(
        "%(host)s asks for a second factor. Make an app password in the settings of the "
        "account there and set that one here."
    ),
    _(
        "%(host)s does not know @%(handle)s with this app password. Set the account's "
        "handle and app password anew."
    ),
    _("%(host)s does not say who we are. Is it a Mastodon server?"),
    _("Signed in to %(host)s as @%(handle)s."),
    _("Signed in to %(host)s as @%(handle)s; a post may have %(most)s characters."),
    _("Signed in as %(address)s, to read and to send; '%(folder)s' holds %(holds)s; %(told)s."),
    _(
        "%(host)s refuses the login of '%(user)s': %(why)s. Check the user and the "
        "password; many providers want an app password, some a sign-in by OAuth."
    ),
    _("%(host)s refuses the login: %(why)s. Check user and password."),
    _("%(host)s takes no login now: %(why)s."),
    _("The user or the password of the mailbox is missing or unusable."),
    _(
        "The mailbox at %(host)s has no folder %(folder)s that may be read: %(why)s. "
        "Correct it in the settings of the account."
    ),
    _(
        "The certificate of %(host)s is not one to trust: %(why)s. Check the server's "
        "name in the settings."
    ),
    _("The line to %(host)s broke: %(why)s."),
    _("The line to the mail server broke: %(why)s."),
    _("%(host)s cannot be spoken to: %(why)s."),
    _(
        "%(host)s does not begin with TLS on port %(port)s. Choose starttls as the line, "
        "or the port on which it does (993 to read, 465 to send)."
    ),
    _("An account needs a name of up to %(most)s characters."),
    _("The brand has an account '%(name)s' on %(channel)s already. Give this one another name."),
    _("This account was removed, and its secrets are forgotten. Set it up anew."),
    _("Check the settings, then test it again; what is set up stays as it is."),
    _("Correct its settings or set its secret anew, then test it again."),
    _(
        "The brand's file does not know us as '%(handle)s': add that to its handles "
        "(Manage, Brands), so that posts to it are heard as addressed to us."
    ),
    _("The window must begin before it ends, and end no later than now. Choose other times."),
    _("Somebody asked for it."),
    _(
        "Sending this broke off in the middle time and again; the log of the background "
        "work tells why. Look at the conversation there."
    ),
    _(
        "%(who)s edited a post before this was sent, so it was held back. Read what is "
        "new, and send again."
    ),
    _(
        "%(who)s posted in the conversation before this was sent, so it was held back. "
        "Read what is new, and send again."
    ),
    _(
        "The worker that was sending this stopped, and this network cannot be asked "
        "whether it heard. Look at the conversation there."
    ),
    _(
        "Nobody can tell whether this was said: the network does not show it, and shows "
        "nothing that we said later either, so it may be slow to show it. Look at the "
        "conversation there."
    ),
    _(
        "The account '%(name)s' is switched off, so this waits. Switch it on, or take the "
        "reply back."
    ),
    _("A reply on %(channel)s carries no files. Remove those of this one."),
    _("A reply of @%(who)s is on its way in this case. Your draft is kept; read theirs first."),
    _("This reply was submitted already. Look at what became of it."),
    _("There is nothing to send yet: the reply is empty. Write it first."),
    _("The blank '{%(name)s}' is not filled in. Write what belongs there, or take it out."),
    _("%(finding)s If it is right all the same, say so beside the text, and send."),
    _("@%(who)s looked on the network: it is not there."),
    _(
        "%(who)s asked this in private (%(channel)s), and this reply would stand where "
        "everybody reads it. Answer there; what was asked in public can be answered after "
        "that."
    ),
    _(
        "%(who)s deleted the post that this answers, so it is not sent: there is nothing "
        "to answer any more. Your text is kept here."
    ),
    _(
        "It came back: the mail server says that it did not arrive (%(why)s). Find "
        "another way to reach them, or another address."
    ),
    _(
        "%(who)s edited what they had posted while you were writing. Your text is kept: "
        "read what is new, change what you want to change, and send again."
    ),
    _(
        "%(who)s posted here while you were writing. Your text is kept: read what is new, "
        "change what you want to change, and send again."
    ),
    _(
        "The reply is %(over)s characters too long: %(channel)s takes %(most)s, counted "
        "its way. Shorten it, or say the rest in a second reply."
    ),
    _(
        'The reply shows a phone number ("%(shown)s"). Send it if it is a public line of '
        "ours; otherwise move it to a direct message."
    ),
    _(
        "The reply shows a bank account number to everybody. Take it out and send it by "
        "direct message."
    ),
    _("The reply shows a card number to everybody. Take it out; never ask for one here."),
    _('The reply repeats the person\'s e-mail address in public ("%(shown)s"). Take it out.'),
    _(
        'The reply repeats a number of the person in public ("%(shown)s"). Leave it out; '
        "they know which one you mean."
    ),
    _(
        'The reply shows an e-mail address ("%(shown)s"). Send it if it is an office of '
        "ours; otherwise move it to a direct message."
    ),
    _(
        'The reply shows what looks like a person\'s own number ("%(shown)s"). Send it by '
        "direct message, or give the number of the desk."
    ),
    _(
        "Nearly the same words went to %(people)s in the last 24 hours. Say what is true "
        "of this person's case, or post the news once for everybody."
    ),
)
#: The blanks whose value is a word of ours: the name of a field, and what helps to fill it in.
_OURS: Final = frozenset({"label", "help"})
#: A longer one is no sentence of ours, and is not looked through.
_LONGEST: Final = 2_000
_END: Final = re.compile(r"[.?](?= )")
#: Sentences of ours that stand together are two or three, of a few sentences each.
_MOST_ENDS: Final = 8
_Shape = tuple[str, tuple[str, ...], tuple[str, ...]]  # msgid, what is fixed, names of the blanks


def in_words(told: str) -> str:
    """Return what was said in English in the language of the page, sentence by sentence."""
    if (get_language() or "en").startswith("en") or len(told) > _LONGEST:
        return told
    return " ".join(_parts(told.strip()))


def _parts(told: str) -> Iterator[str]:
    while told:
        for end in _ends(told):
            said = _said(told[:end])
            if said is not None:
                break
        else:
            end = _ends(told)[0]
            said = told[:end]
        yield said
        told = told[end:].lstrip()


def _ends(told: str) -> list[int]:
    """Return where a sentence of a text may end, the nearest first."""
    return [*(found.end() for found in islice(_END.finditer(told), _MOST_ENDS)), len(told)]


def _said(sentence: str) -> str | None:
    """Return a sentence in the language of the page; None: it has no shape that is known."""
    found = [
        (sum(map(len, fixed)), msgid, dict(zip(names, values, strict=True)))
        for msgid, fixed, names in _shapes()
        if (values := _values(sentence, fixed=fixed)) is not None
    ]
    if not found:
        return None
    _, msgid, told = max(found, key=lambda one: one[:2])
    words = {name: _value(name, value) for name, value in told.items()}
    return gettext(msgid) % words if words else gettext(msgid)


def _value(name: str, value: str) -> str:
    """Return what stands in a blank: our own words and sentences in the page's language."""
    if name in _OURS and value:
        return gettext(value)
    return in_words(value) if value.endswith(".") else value


def _values(sentence: str, *, fixed: tuple[str, ...]) -> list[str] | None:
    """Return what stands in the blanks between fixed parts; None: it does not fit.  Linear."""
    if len(fixed) == 1:
        return [] if sentence == fixed[0] else None
    if not sentence.startswith(fixed[0]) or not sentence.endswith(fixed[-1]):
        return None
    at, values = len(fixed[0]), []
    last = len(sentence) - len(fixed[-1])
    for part in fixed[1:-1]:
        place = sentence.find(part, at, last)
        if place < 0:
            return None
        values.append(sentence[at:place])
        at = place + len(part)
    return [*values, sentence[at:last]] if at <= last else None


@cache
def _shapes() -> tuple[_Shape, ...]:
    return tuple(shape_of(msgid) for msgid in SENTENCES)


def shape_of(msgid: str) -> _Shape:
    """Return a sentence with what is fixed in it, and the names of its blanks between."""
    first, *rest = msgid.split("%(")
    pairs = [one.partition(")s") for one in rest]
    return msgid, (first, *(after for _, _, after in pairs)), tuple(name for name, _, _ in pairs)
