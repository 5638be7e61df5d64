"""Words of thanks: a simple sign that a conversation ended well."""

import re

#: Thanks in some thirty languages, as people write it in short posts.
_LATIN = (
    "thanks", "thank", "thankyou", "thx", "thanx", "tysm", "cheers",
    "gracias", "merci", "danke", "dankeschön", "vielen dank", "obrigado", "obrigada",
    "grazie", "bedankt", "dank je", "dank u", "dankjewel", "dziękuję", "dzięki",
    "tack", "tusen takk", "kiitos", "teşekkürler", "teşekkür", "sağol",
    "terima kasih", "makasih", "salamat", "cảm ơn", "mulțumesc", "děkuji", "köszönöm",
    "спасибо", "дякую", "ευχαριστώ", "شكرا", "תודה", "धन्यवाद", "شکریہ",
)  # fmt: skip
#: Scripts without spaces between words: no word border to look for.
_UNSPACED = ("ありがとう", "谢谢", "謝謝", "감사", "고마워", "ขอบคุณ")

_THANKS = re.compile(
    r"(?<!\w)(?:" + "|".join(map(re.escape, _LATIN)) + r")(?!\w)|" + "|".join(_UNSPACED)
)
#: Thanks that is none.
_SOUR = re.compile(r"\bno,? thank|\bthank(?:s| you) (?:for|4) nothing|\bthanks to\b")


def gives_thanks(text: str) -> bool:
    """
    Say whether a post gives thanks, by its words alone.

    "Thanks, sorted!" does; "no thanks", "thanks for nothing" and a post that asks
    something ("thanks, but when?") do not.

    Error: a list of words, not a reading: it misses thanks without the word and takes
    irony at its word.  Good for comparing brands, not for judging one post.
    """
    said = text.casefold()
    return "?" not in said and bool(_THANKS.search(said)) and not _SOUR.search(said)
