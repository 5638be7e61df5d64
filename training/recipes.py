"""
What each public file teaches each head.

A label is 1, 0 or unknown.  So that no head merely recognises the file its positives
came from, negatives come from other files too: tweets at large are a background for
the rare kinds, and service files teach both sides (a banking question and a banking
statement).  What is not labelled by people is marked silver in the card.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from training.sources import Row, rows, same_text, text_of

HEADS = (
    *("complaint", "question", "request", "need", "praise", "comparison", "idea", "spam"),
    *("needs_response", "offensive"),
)
MOODS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One text with what is known of it."""

    text: str
    source: str
    group: str  #: whole groups go to one fold: a brand, an author, a domain, near-duplicates
    labels: dict[str, int]  #: head to 1 or 0; unknown heads are absent
    mood: str | None = None


_ASKS = re.compile(
    r"^(?:hi|hello|hey|so|and|but|ok|um)?[\s,]*(?:how|what|what's|whats|when|where|which|who|why|"
    r"is|are|do|does|did|am|was|were|has|have|should|may|can i|could i|will i|will my|can my)\b",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:please|pls|can you|could you|would you|will you|help me|i need|i want|i'd like|"
    r"i would like|assist|let me know|tell me|show me)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"@\w+.*\b(?:thank|thanks|thx|love (?:you|your|this|the)|great (?:job|service|work)|well done|"
    r"awesome|amazing|kudos|best|gracias|merci|danke|grazie|obrigad[oa])\b",
    re.IGNORECASE | re.DOTALL,
)
#: Silver: what a suggestion to somebody who makes something looks like.
_SUGGESTS = re.compile(
    r"\b(?:should|needs? to|ought to) (?:add|make|bring|allow|let|include|offer|give)\b|"
    r"\b(?:would|'d) be (?:so |really |very )?(?:nice|great|cool|awesome|helpful|useful|better) "
    r"(?:if|to have)\b|\bwish (?:you|they|there|it|@\w+) (?:would|could|was|were|had|made)\b|"
    r"\bplease (?:add|bring back|consider|allow)\b|"
    r"\bwhy (?:not|don't you|can't you) (?:add|make|let)\b|\bfeature request\b|"
    r"\bi (?:would )?(?:suggest|recommend) (?:you|that|they|adding|making)\b|"
    r"\b(?:would|'d) (?:love|like) to see\b|\badd (?:a|an|the) (?:option|feature|button|support)\b",
    re.IGNORECASE,
)
_SUGGESTED_IN = (
    *("sentiment", "apple_sentiment", "brand_emotion", "comparatives_jl", "comparisons"),
)

_CALM = {"spam": 0, "comparison": 0, "idea": 0}


def _part(row: Row, one_in: int) -> bool:
    """Take one row in so many, the same ones on every machine."""
    return zlib.crc32(str(row["id"]).encode()) % one_in == 0


def _background(text: str, mood: str) -> dict[str, int]:
    """Say what tweets at large are not; a chance match costs a few in a hundred."""
    labels = {"spam": 0, "comparison": 0, "need": 0, "idea": 0}
    asks = "?" in text or "؟" in text
    if not asks:
        labels["question"] = 0
        if not _WANTS.search(text):
            labels["request"] = 0
    if mood != "negative":
        labels["complaint"] = 0
        if not asks:
            labels["needs_response"] = 0
        labels["offensive"] = 0
    if mood != "positive":
        labels["praise"] = 0
    elif _THANKS.search(text):
        labels["praise"] = 1
    return labels


def _sentiment(row: Row) -> dict[str, int]:
    return _background(row["text"], row["label"]) if _part(row, 4) else {}


def _complaints(row: Row) -> dict[str, int]:
    complains = int(row["label"] == "complaint")
    labels = {"complaint": complains, **_CALM}
    if complains or "?" not in row["text"]:
        labels["needs_response"] = complains
    if complains:
        labels["praise"] = 0
    return labels


def _tweet_acts(row: Row) -> dict[str, int]:
    act = row["label"]
    if act in ("threat", "other"):
        return {}
    labels = {
        "question": int(act == "question"),
        "request": int(act == "request"),
        "idea": int(act == "suggestion"),
        "spam": 0,
        "comparison": 0,
    }
    if act in ("statement", "expression"):
        labels["needs_response"] = 0
        labels["complaint"] = 0
    if act == "question":
        labels["needs_response"] = 1
    return labels


def _purchase_intent(row: Row) -> dict[str, int]:
    return {"need": int(row["label"] == "intent"), "spam": 0}


def _corporate(_row: Row) -> dict[str, int]:
    return {"spam": 0, "complaint": 0, "praise": 0, "need": 0, "needs_response": 0, "idea": 0}


def _comparisons(row: Row) -> dict[str, int]:
    return {"comparison": int(row["label"] != "none"), "spam": 0}


def _comparatives(row: Row) -> dict[str, int]:
    return {"comparison": int(row["label"] == "comparative"), "spam": 0}


def _brand_emotion(row: Row) -> dict[str, int]:
    feeling = row["label"]
    labels = {
        "praise": int(feeling == "positive"),
        "complaint": int(feeling == "negative"),
        "spam": 0,
    }
    if feeling != "negative" and "?" not in row["text"]:
        labels["needs_response"] = 0
    return labels


def _apple(row: Row) -> dict[str, int]:
    feeling = row["label"]
    if feeling == "not_relevant":
        return {}
    labels = {"praise": int(feeling == "positive"), "complaint": int(feeling == "negative")}
    if feeling == "positive":
        labels["needs_response"] = 0
    return labels


def _spam(row: Row) -> dict[str, int]:
    spam = int(row["label"] == "spam")
    return {"spam": spam, **({"needs_response": 0, "complaint": 0, "praise": 0} if spam else {})}


def _davidson(row: Row) -> dict[str, int]:
    return {"offensive": int(row["label"] != "neither")}


def _offensive(row: Row) -> dict[str, int]:
    return {"offensive": int(row["label"] == "offensive")}


#: Matters of service texts in which nobody has been let down yet.
_CALM_MATTERS = frozenset(
    """
    contact_customer_service contact_human_agent check_payment_methods delivery_options
    track_order delivery_period check_refund_policy place_order create_account
    newsletter_subscription check_cancellation_fee get_invoice set_up_shipping_address
    change_shipping_address age_limit atm_support country_support exchange_rate
    fiat_currency_support order_physical_card supported_cards_and_currencies
    visa_or_mastercard top_up_limits verify_my_identity
    """.split()  # noqa: SIM905 -- a word a line would be a page
)


def _service(row: Row) -> dict[str, int]:
    """Silver: a service text is a question by its form, a request by its words, or neither."""
    if not _part(row, 3):
        return {}
    text = row["text"]
    asks = bool(_ASKS.match(text)) or ("?" in text and not _WANTS.search(text))
    labels = {"question": int(asks), "praise": 0, "offensive": 0, "needs_response": 1, **_CALM}
    if row["label"] in _CALM_MATTERS:
        labels["complaint"] = 0
    if asks != bool(_WANTS.search(text)):
        labels["request"] = int(not asks)
    return labels


def _assistant(row: Row) -> dict[str, int]:
    """Silver: what is said to an assistant; out-of-scope rows are left alone."""
    if row["label"] == "oos" or not _part(row, 4):
        return {}
    asks = bool(_ASKS.match(row["text"]))
    return {
        "question": int(asks),
        "request": int(not asks),
        "complaint": 0,
        "offensive": 0,
        **_CALM,
    }


def _care(row: Row) -> dict[str, int]:
    """Silver: who wrote first was answered by people; what the brand says needs no answer."""
    if row["inbound"]:
        first = row.get("in_reply_to") is None
        return {"needs_response": 1, "spam": 0, "offensive": 0} if first else {"spam": 0}
    return {"needs_response": 0, "complaint": 0, "spam": 0, "offensive": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one file is read."""

    labels: Callable[[Row], dict[str, int]]
    group: str | None = None  #: the column that groups rows; None: near-duplicates
    silver: bool = False  #: labelled by a rule or by what happened, not by people for this use


RECIPES = {
    "sentiment": Recipe(labels=_sentiment),
    "multilingual_sentiment": Recipe(labels=_sentiment),
    "complaints": Recipe(labels=_complaints, group="domain"),
    "tweet_acts": Recipe(labels=_tweet_acts),
    "purchase_intent": Recipe(labels=_purchase_intent),
    "corporate_messaging": Recipe(labels=_corporate, group="brand"),
    "comparisons": Recipe(labels=_comparisons, group="object_a"),
    "comparatives_jl": Recipe(labels=_comparatives, group="doc"),
    "brand_emotion": Recipe(labels=_brand_emotion),
    "apple_sentiment": Recipe(labels=_apple),
    "spam_youtube": Recipe(labels=_spam, group="video"),
    "spam_sms": Recipe(labels=_spam),
    "spam_utkml": Recipe(labels=_spam),
    "toxic_davidson": Recipe(labels=_davidson),
    "tweeteval_offensive": Recipe(labels=_offensive),
    "intent_banking77": Recipe(labels=_service, group="label", silver=True),
    "intent_bitext": Recipe(labels=_service, group="label", silver=True),
    "intent_clinc150": Recipe(labels=_assistant, group="label", silver=True),
    "conversations:ibm_care": Recipe(labels=_care, group="conversation_id", silver=True),
}


def examples() -> Iterator[Example]:
    """Give every example of every recipe, files in a fixed order."""
    for source, recipe in RECIPES.items():
        for row in rows(source):
            text = text_of(row)
            labels = recipe.labels({**row, "text": text})
            if source in _SUGGESTED_IN and _SUGGESTS.search(text):
                labels = {**labels, "idea": 1}
            mood = _mood(source, row)
            if labels or mood:
                key = row[recipe.group] if recipe.group else same_text(text)
                group = f"{source}/{key}" if recipe.group else str(key)
                yield Example(text=text, source=source, group=group, labels=labels, mood=mood)


def _mood(source: str, row: Row) -> str | None:
    if source in ("sentiment", "multilingual_sentiment", "apple_sentiment"):
        label: str = row["label"]
        return label if label in MOODS else None
    return None
