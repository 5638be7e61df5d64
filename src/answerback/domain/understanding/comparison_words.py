"""The words of comparisons: which compare, which way they point, which name nothing."""

import re
from typing import Final

_UP: Final = (
    "better faster quicker easier simpler cheaper safer nicer cleaner smoother stronger cooler "
    "quieter lighter smarter prettier sharper richer friendlier healthier tastier superior "
    "preferable brighter sweeter finer greater sturdier wiser warmer fresher happier"
)
_DOWN: Final = (
    "worse slower harder uglier weaker dirtier noisier louder heavier clumsier poorer inferior "
    "uncooler pricier costlier riskier duller crappier lesser"
)
_PLAIN: Final = (
    "bigger smaller larger longer shorter higher lower older newer younger wider deeper taller "
    "thinner thicker closer later earlier further fewer rather other different colder hotter"
)

COMPARATIVE: Final = (
    rf"{'|'.join((_UP + ' ' + _DOWN + ' ' + _PLAIN).split())}|(?:more|less)(?:\s\w+){{0,3}}?"
)
BETTER: Final = re.compile(
    rf"\b(?:{'|'.join(_UP.split())}|more\s(?!expensive|difficult|complicated|painful|annoying|"
    r"complex)(?:\w+)|less\s(?:expensive|difficult|complicated|annoying|painful|of\sa)|beats?|"
    r"prefer\w*|advantages?|improvement|upgrade|wins?|love)\b"
)
WORSE: Final = re.compile(
    rf"\b(?:{'|'.join(_DOWN.split())}|less\s(?!expensive|difficult|complicated|annoying|painful)"
    r"\w+|more\s(?:expensive|difficult|complicated|painful|annoying|complex))\b"
)
NEUTRAL: Final = re.compile(rf"\b(?:{'|'.join(_PLAIN.split())}|more\sthan|less\sthan)\b")
EQUAL: Final = (
    r"(?:not\s(?:nearly\s|quite\s)?)?(?:just\s)?as\s\w+(?:\s\w+)?\sas|same\s(?:\w+\s)?as|equal\sto|"
    r"equivalent\sto|identical\sto|similar\sto|on\spar\swith"
)
SWITCHED: Final = (
    r"switch|switched|switching|moved|moving|changed|went|migrated|migrating|converted"
)
NOT: Final = re.compile(
    r"\b(?:not|no|isn't|wasn't|aren't|ain't|never|nothing|none|neither|hardly|doubt|skeptical)\b|n't\b"
)
#: Words that never begin or belong to the name of a thing.
STOPS: Final = frozenset(
    """
    a an and are as at be been but by can could did do does for from get got had has have he her
    his how i i'd i'll i'm i've if in into is isn't it it's its just like made make makes me more
    most much my no not of on one or our out over she so some such than that that's the their them
    then there these they this those to too up us use using very was way we well were what when
    where which while who why will with would you your far even lot still also really actually
    probably any all only better worse best good great bad nice decent solid easier faster slower
    harder cooler simpler cheaper superior inferior looks look seems seem works work think feel
    find found say said know i'm don't doesn't because think about think always being both though
    however although since until after before during per now here only find many other another
    same different new run runs running easy hard want need time times things thing lot bit
    """.split()  # noqa: SIM905 - a word a line would be a page
)
