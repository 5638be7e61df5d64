"""Probabilities, waits and moments as a person would say them."""

from datetime import datetime, timedelta
from typing import Final

from answerback.domain.records.reading import Kind

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
KINDS: Final = {
    Kind.COMPLAINT: "a complaint",
    Kind.QUESTION: "a question",
    Kind.REQUEST: "a request",
    Kind.NEED: "a stated need",
    Kind.PRAISE: "praise",
    Kind.COMPARISON: "a comparison",
    Kind.IDEA: "an idea",
    Kind.SPAM: "spam",
    Kind.OTHER: "none of the kinds we know",
}

_PERCENT: Final = tuple(f"{whole} %" for whole in range(101))
_NEVER, _ALWAYS = 0, 1


def percent(probability: float) -> str:
    """
    Return a probability as whole percent.

    Error: rounded to 1 %; never to a certainty that it is not.
    """
    whole = round(probability * 100)
    if probability > _NEVER and whole == 0:
        return "under 1 %"
    if probability < _ALWAYS and whole == 100:  # noqa: PLR2004 - per cent
        return "over 99 %"
    return _PERCENT[whole]


def open_time(told: timedelta) -> str:
    """
    Return a target as a person would say it: "2 open hours", "90 open minutes".

    Error: none down to a minute; under that, rounded to a tenth of a minute.
    """
    minutes = told.total_seconds() / 60
    if minutes % 60 == 0:
        return _counted(minutes / 60, "open hour")
    return _counted(round(minutes, 1), "open minute")


def _counted(count: float, name: str) -> str:
    return f"{count:g} {name}" if count == 1 else f"{count:g} {name}s"


def moment(told: datetime) -> str:
    """
    Return a moment in its own zone, with its date and the zone's name.

    A plan is kept and read again later, so nothing in it may depend on when it is read.
    """
    day = f"{DAYS[told.weekday()]} {told.day} {MONTHS[told.month - 1]} {told.year}"
    return f"{day} {told.hour:02}:{told.minute:02} {told.tzname()}"


#: ISO 639-1 codes of the languages that teams name most; others are told by their code.
_LANGUAGES: Final = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
_WHOLE_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def language_name(code: str) -> str:
    """Return what a language is called, or its code in quotes."""
    return _LANGUAGES.get(code, f"'{code}'")


def day_in_words(moment: datetime, *, at: datetime) -> str:
    """Return a day as people say it: "3 March", with the year where it is another one."""
    said = f"{moment.day} {_WHOLE_MONTHS[moment.month - 1]}"
    return said if moment.year == at.year else f"{said} {moment.year}"
