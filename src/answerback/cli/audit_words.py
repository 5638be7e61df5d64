"""What an audit says to a reader: a headline, tables, and what not to trust."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from answerback.cli.audit_counts import Counts, counts_by_part, talk_counts
from answerback.domain.measure.answered import HORIZONS
from answerback.domain.measure.delays import ENOUGH, Clocked, Response
from answerback.domain.measure.engaging import RANKED_AT, Told, rate_by_clock
from answerback.domain.measure.rate import Rate
from answerback.domain.measure.waiting import Part

if TYPE_CHECKING:
    from answerback.cli.audit import Audit
    from answerback.domain.measure.conversation import Gathered

#: What each measure means, shown with the figures; docs/reference/measures.md says it at length.
DEFINITIONS: Mapping[str, str] = {
    "first": "an author's first counted post in a conversation, answered or not",
    "next": "each later counted post of that author in the conversation",
    "follow_up": "those of `next` written after the brand had answered that author once",
    "shares": "answered share 1 - S(t) by Kaplan-Meier, open posts watched to the report's "
    "moment; 95 % interval by exponential Greenwood; null: beyond the watched time",
    "answered_at_all": "share with any later answer, for posts without a clock, by their order; "
    "95 % interval by Wilson",
    "spread": "seconds of wall time until half, and nine tenths, of ALL posts had an answer; "
    "null: not reached",
    "counts": "posts of that part, however few: asked = answered + open + never + "
    "unanswered_untimed (no answer and no clock); `talk_counts`: conversations",
    "never": "no answer, 7 days old or more; `open`: no answer, younger",
    "talk": "turns are runs of posts by one side; rates with Wilson's 95 % interval",
    "too few": f"null where fewer than {ENOUGH} posts (or conversations) stand behind a figure",
}

_NAMED = 3  #: brands named in a note

#: The share of customers' posts that may belong to no brand before the report warns first.
_LOST_AT_MOST = 0.1

#: What stands in place of a share that would mean nothing.
WITHHELD = "withheld: the archive was collected from answers"

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def span(seconds: float) -> str:
    """Return a duration in its two largest units: '5 h 41 min', '8 min', '0 s'."""
    left = round(seconds)
    said: list[tuple[int, str]] = []
    for size, unit in _UNITS:
        many, left = divmod(left, size)
        if many or said:
            said.append((many, unit))
    return " ".join(f"{many} {unit}" for many, unit in said[:2] if many) or "0 s"


def shown(rate: Rate | None, *, n: int) -> str:
    """Return a rate, or why there is none."""
    if rate is not None:
        return str(rate)
    if n == 0:
        return "-"
    return too_few(n) if n < ENOUGH else "not watched so long"


def too_few(n: int) -> str:
    """Return what stands in place of a figure of fewer than 50 posts."""
    return f"too few (n={n})"


def middle(measured: Response) -> str:
    """Return the median with its interval, or 'not reached', or why there is none."""
    if measured.clocked is None:
        return shown(None, n=measured.with_clock)
    spread = measured.clocked.spread
    if spread.median is None:
        return "not reached"
    low = span(spread.median_low or 0)
    high = "not reached" if spread.median_high is None else span(spread.median_high)
    return f"{span(spread.median)} ({low} to {high})"


def headline(told: Told, *, from_answers: bool) -> str:
    """Answer the question in words, for one brand."""
    first, name = told.figures.first, told.figures.brand
    if from_answers:
        return _of_the_answered(told)
    if first.clocked is not None:
        return f"{name}: {_by_clock(first.clocked)}"
    if first.answered_at_all is not None:
        clock = f"only {first.with_clock} of these posts have a clock" if first.with_clock else ""
        return (
            f"{name} answered {first.answered_at_all} of the people who wrote to it; "
            f"{clock or 'the archive has no clock'}, so nothing tells how soon."
        )
    if not first.counted:
        return f"{name}: no post up to the report's moment asks it for an answer."
    counts = counts_by_part(told)["first"]
    meant = " (no answer in 7 days or more)" if counts.never else ""
    return (
        f"{name}: {counts.asked} wrote: {counts.in_words()}{meant}. Under {ENOUGH} posts chance "
        "speaks, not the brand: no rate, no rank."
    )


def _by_clock(clocked: Clocked) -> str:
    day = clocked.shares[RANKED_AT]
    share = "(nobody watched for 24 h)" if day is None else str(day)
    reached = clocked.spread.median
    half = "the median was not reached" if reached is None else f"half within {span(reached)}"
    return (
        f"{share} of the people who wrote had an answer within 24 hours; {half}; "
        f"{clocked.never} had none in 7 days or more."
    )


def _of_the_answered(told: Told) -> str:
    """Speak only of what an archive of answers can tell."""
    figures = told.figures
    said = [f"{figures.brand}: whether people are ignored, this archive cannot tell"]
    if figures.first.clocked is not None:
        said.append(f"the middle wait for a first answer was {middle(figures.first)}")
    after = figures.follow_up
    day = rate_by_clock(after)
    if day is not None:
        said.append(f"{day} of the follow-ups had an answer within 24 hours")
    if after.answered_at_all is not None:
        said.append(f"{after.answered_at_all} of the follow-ups without a clock had one at all")
    if after.counted and _no_rate(after):
        counts = counts_by_part(told)["follow_up"]
        said.append(f"follow-ups: {counts.asked}, of them {counts.in_words()}")
    return "; ".join(said) + "."


def brand_rows(told: Told, *, from_answers: bool) -> Iterator[tuple[str, str]]:
    """Yield every figure of one brand as (measure, figure); a part with too few is one line."""
    figures, counts = told.figures, counts_by_part(told)
    yield "posts (with a clock)", f"{figures.posts} ({figures.posts_with_clock})"
    yield "conversations", str(figures.conversations)
    yield "spoke for the brand", ", ".join(figures.voices) or "nobody"
    yield "report's moment", figures.at.isoformat() if figures.at else "no clock"
    for name, part, measured in (
        ("first response", "first", figures.first),
        ("next response", "next", figures.next),
        ("follow-ups", "follow_up", figures.follow_up),
    ):
        withheld = from_answers and part == "first"
        yield from _part_rows(name, measured, counts=counts[part], withheld=withheld)
    yield from _talk_rows(told)
    if figures.delay is not None:
        offered = figures.delay.spread.median
        yield "network's own delay, median", f"{span(offered or 0)} (n={figures.delay.n})"


def _talk_rows(told: Told) -> Iterator[tuple[str, str]]:
    talk = told.figures.talk
    if talk is None:
        counts = talk_counts(told)
        yield (
            "both sides",
            "no conversation"
            if counts is None
            else f"brand spoke last in {counts['brand_spoke_last']} of {counts['conversations']}, "
            f"no word from it in {counts['without_brand']}; {counts['ended_with_thanks']} ended "
            f"with thanks, {counts['abandoned']} abandoned",
        )
    else:
        yield "turns: customers, brand", f"{talk.customer_turns}, {talk.brand_turns}"
        yield "turns of the middle conversation", str(talk.middle_turns)
        yield "begun by the brand", str(talk.begun_by_brand)
        yield "no word from the brand", str(talk.without_brand)
        yield "brand spoke last", str(talk.brand_spoke_last)
        yield "ended with thanks", str(talk.ended_with_thanks)
        yield "abandoned", str(talk.abandoned)


def _no_rate(measured: Response) -> bool:
    """Say whether there are too few posts for any rate, by the clock or by order."""
    return measured.clocked is None and measured.answered_at_all is None


def _part_rows(
    name: str, measured: Response, *, counts: Counts, withheld: bool
) -> Iterator[tuple[str, str]]:
    if not measured.counted:
        yield name, "none"
        return
    if _no_rate(measured):
        yield name, f"{counts.asked}: {WITHHELD}" if withheld else _few(counts)
        return
    yield f"{name}: counted", str(measured.counted)
    if withheld:
        yield f"{name}: answered share", WITHHELD
    if measured.clocked is not None:
        yield from _clocked_rows(name, measured, clocked=measured.clocked, withheld=withheld)
    elif measured.with_clock and not withheld:
        yield f"{name}: with a clock", _few(counts.by_clock())
    if measured.answered_at_all is not None and not withheld:
        yield f"{name}: answered at all, no clock", str(measured.answered_at_all)
    elif measured.without_clock and not withheld:
        yield f"{name}: no clock", _few(counts.by_order())


def _few(counts: Counts) -> str:
    return f"{counts.asked}: {counts.in_words()} (too few to rate)"


def _clocked_rows(
    name: str, measured: Response, *, clocked: Clocked, withheld: bool
) -> Iterator[tuple[str, str]]:
    if not withheld:
        for moment in HORIZONS:
            yield f"{name}: answered at {moment}", shown(clocked.shares[moment], n=clocked.n)
    yield f"{name}: median", middle(measured)
    p90 = clocked.spread.p90
    yield f"{name}: nine tenths within", "not reached" if p90 is None else span(p90)
    yield f"{name}: never answered, open", f"{clocked.never}, {clocked.open}"


def summary(audit: "Audit") -> str:
    """Answer for a whole archive in a sentence or two."""
    count, talks = audit.of_many, len(audit.gathered.conversations)
    held = f"{audit.gathered.posts:,} posts in {talks:,} conversations with {count} brands"
    if audit.from_answers:
        return (
            f"{held}. Whether people are ignored, this archive cannot tell: it looks collected "
            "from answers. It does tell how soon answers came, and what became of follow-ups."
        )
    return f"{held}. An author's first post in a conversation is the one that must be answered."


def without_brand(gathered: "Gathered") -> int:
    """Count the posts that belong to no brand; customers' all, for a brand's belong to it."""
    return sum(len(talk.posts) for talk in gathered.conversations if talk.brand is None)


def many_lost(gathered: "Gathered") -> bool:
    """Say whether more customers' posts belong to no brand than can be passed over."""
    return without_brand(gathered) > _LOST_AT_MOST * gathered.customer_posts


def caution(audit: "Audit") -> str:
    """Return what must be read before the headline; mostly nothing."""
    if not many_lost(audit.gathered):
        return ""
    lost, of = without_brand(audit.gathered), audit.gathered.customer_posts
    return (
        f"Careful: {lost:,} of the {of:,} customers' posts ({lost / of:.1%}) belong to no brand "
        "and are in no figure; the ignored may be among them. "
    )


def _lost_note(lost: int) -> str:
    return (
        f"{lost:,} posts belong to no brand: no brand speaks in their conversation, and they "
        "name none of the brands' accounts."
    )


def denominator(audit: "Audit") -> str:
    """Say which posts are counted."""
    who = (
        "every customer's post"
        if audit.judge == "all"
        else (
            "customers' posts that the shipped model says need a response (probability 0.5 or more)"
        )
    )
    return (
        f"Counted: {who}. An author's first one in a conversation is a first response, "
        "later ones are next responses."
    )


def notes(audit: "Audit") -> Iterator[str]:
    """Yield what to trust and what not, most weighty first."""
    if many_lost(audit.gathered):
        yield (
            _lost_note(without_brand(audit.gathered))
            + " If they were written to a brand audited here and ignored, its figures are too "
            "good. --map brand=… names the column that tells whom a post is to."
        )
    if audit.from_answers:
        talks = len(audit.gathered.conversations)
        yield (
            f"Every one of the {talks:,} conversations in this archive holds a word from its "
            "brand: it was probably collected from answers. The answered share of first posts "
            "would mean nothing and is withheld. (A brand that truly answers everybody would "
            "look the same.)"
        )
        if not any(told.figures.next.counted for told in audit.told):
            yield (
                "No customer in it writes twice: it holds pairs of post and answer, so who spoke "
                "last and how the talk ended mean nothing and are withheld too."
            )
    yield denominator(audit)
    yield from _clock_notes(audit)
    if len(audit.told) > 1 and any(0 < told.figures.first.counted < ENOUGH for told in audit.told):
        yield (
            f"Too few: under {ENOUGH} posts chance speaks, not the brand. Such posts are counted, "
            "but neither rated nor ranked."
        )
    yield (
        "An archive does not tell a holding or automatic reply from an answer: both stop the "
        "clock here, so the figures flatter."
    )
    thanks = sum(
        wait.post.thanks and wait.answer is None and wait.part is Part.NEXT
        for told in audit.told
        for wait in told.counted
    )
    if thanks and audit.judge == "all":
        yield (
            f"{thanks:,} of the later posts without an answer give thanks, which seldom asks for "
            "one, and they count against the brand. --judge model leaves out what needs no answer."
        )
    yield (
        "Posts of one conversation resemble each other: the intervals of next responses and "
        "follow-ups are somewhat too narrow."
    )
    yield "Times are wall time, nights and holidays included; what was deleted is not in them."
    yield from _row_notes(audit)


def _clock_notes(audit: "Audit") -> Iterator[str]:
    figures = [told.figures for told in audit.told]
    posts = sum(one.posts for one in figures)
    clocked = sum(one.posts_with_clock for one in figures)
    yield (
        f"{clocked:,} of {posts:,} posts have a clock; only they stand behind figures with a time."
    )
    if audit.at is None and clocked:
        yield (
            "Open posts are watched to the brand's latest post in the archive: nothing shows that "
            "anybody was collecting after it. --at sets another moment."
        )
    untimed = sum(one.first.untimed + one.next.untimed for one in figures)
    if untimed:
        yield (
            f"{untimed:,} posts with a clock were answered at a time that is not told or absurd: "
            "they are counted among those without a clock, in no curve."
        )
    holes = [one.brand for one in figures if one.hole is not None]
    if holes:
        more = ", …" if len(holes) > _NAMED else ""
        yield (
            f"Nothing at all for 90 days or more in the posts of {', '.join(holes[:_NAMED])}{more} "
            f"({len(holes)} of {len(figures)} brands audited), as when two collections are glued: "
            "silence before the hole may be a gap in collecting. Audit one collection at a time."
        )


def _row_notes(audit: "Audit") -> Iterator[str]:
    gathered, aside = audit.gathered, audit.heard.set_aside
    if aside:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(aside.items()))
        yield (
            f"{sum(aside.values()):,} rows could not be read and are set aside ({reasons}). "
            f"The first: {audit.heard.first_set_aside}"
        )
    if gathered.duplicates:
        yield f"{gathered.duplicates:,} posts came more than once; the first of each counts."
    if gathered.sideless:
        yield f"{gathered.sideless:,} posts are left out: neither brand nor customer is told."
    lost = without_brand(gathered)
    if lost and not many_lost(audit.gathered):
        yield _lost_note(lost)
