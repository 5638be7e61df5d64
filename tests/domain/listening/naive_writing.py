"""Trees of the naive reading, written as a person could have typed them."""

from collections.abc import Callable, Sequence
from typing import Any

Tree = tuple[Any, ...]
Choose = Callable[[Sequence[str]], str]

#: Every name of a field that a query may use, the first being its own.
NAMES: dict[str, tuple[str, ...]] = {
    "author": ("author", "from", "authors", "username", "author-Name", "AUTHOR_NAME", "user"),
    "to": ("to", "in_reply_to_user", "replyto"),
    "engaging_with": ("engaging_with", "engagingWith"),
    "repost_of": ("repost_of", "retweets_of", "retweetsOf"),
    "lang": ("lang", "language", "LANG"),
    "channel": ("channel", "network", "platform", "pagetype", "sitetype"),
    "type": ("type", "engagementType"),
    "has": ("has",),
    "verified": ("verified", "authorVerified"),
    "gender": ("gender", "authorGender"),
    "country": ("country", "place_country", "countryCode"),
    "region": ("region", "state"),
    "id": ("id", "guid", "resourceId", "post_id"),
    "conversation": ("conversation", "conversation_id", "thread", "threadId", "engagingWithGuid"),
    "tag": ("tag", "tags", "label", "category"),
    "url": ("url", "links", "link", "url_contains"),
    "domain": ("domain", "site", "host"),
    "tld": ("tld", "topLevelDomain"),
    "followers": ("followers", "authorFollowers"),
    "reposts": ("reposts", "retweets"),
    "rating": ("rating", "reviewRating", "stars"),
    "title": ("title", "url_title", "headline"),
    "quoted": ("quoted", "quote", "quotedText"),
    "parent": ("parent", "parentMessage", "parentText"),
    "bio": ("bio", "userbio", "authorBio", "description"),
}
#: X's names of numbers, where one number means at least so many.
_COUNTS = {
    "followers": "followers_count",
    "following": "following_count",
    "posts": "tweets_count",
}
_IS = {"retweet", "repost", "reply", "comment", "quote", "post"}  #: what X asks by is:
_QUOTES = ('"{}"', "“{}”", "„{}“", "«{}»")
_OR, _AND, _NOT, _CLOSE = range(4)  #: how tightly each binds


def plainly(options: Sequence[str]) -> str:
    """Choose the first way to write a thing."""
    return options[0]


def written(tree: Tree, choose: Choose = plainly) -> str:
    """Write a tree as a query; `choose` picks among the ways to say the same."""
    return _Writer(choose).write(tree, _OR)


class _Writer:
    def __init__(self, choose: Choose) -> None:
        self.choose = choose

    def write(self, tree: Tree, binds: int) -> str:
        """Write a part of a query that binds at least so tightly, or stands in brackets."""
        match tree:
            case ("and", *parts):
                joint = self.choose((" AND ", " ", " && ", "  AND\n", ' AND <<<as "(well>>> '))
                return self._within(self._joined(joint, parts, _NOT), binds > _AND)
            case ("or", *parts):
                joint = self.choose((" OR ", " || ", " | "))
                return self._within(self._joined(joint, parts, _AND), binds > _OR)
            case ("not", part):
                return self._within(self._negated(part), binds > _NOT)
            case ("near" | "onear" as kind, left, right, within):
                return self._near(f"{kind}/{within}", left, right, binds)
            case ("close", inside, within):
                return f"({self.write(inside, _OR)})~{within}"
        return self._field(tree) or self._words(tree)

    def _joined(self, joint: str, parts: Sequence[Tree], binds: int) -> str:
        return joint.join(self.write(part, binds) for part in parts)

    def _within(self, inside: str, needed: bool) -> str:  # noqa: FBT001 - it is told in place
        if needed:
            return self.choose(("({})", "( {} )", "（{}）", "(<<<so>>>{})")).format(inside)  # noqa: RUF001
        return inside

    def _near(self, kind: str, left: Tree, right: Tree, binds: int) -> str:
        bare = _is_bare(left) and _is_bare(right)
        if bare and self.choose(("NEAR", "near:")) == "near:":
            return f"{kind}:{left[1]},{right[1]}"
        said = self._nearness(*kind.split("/"))
        near = f"{self._left(left)} {said} {self.write(right, _CLOSE)}"
        return self._within(near, binds >= _CLOSE)

    def _left(self, left: Tree) -> str:
        """Write the left side of a NEAR; another NEAR needs no brackets there."""
        bare = left[0] in {"near", "onear"} and self.choose(("(", "")) == ""
        return self.write(left, _NOT) if bare else self.write(left, _CLOSE)

    def _nearness(self, kind: str, within: str) -> str:
        usual = within == "4"
        if kind == "near":
            return self.choose((f"NEAR/{within}", "NEAR" if usual else f"NEAR/{within}"))
        ways = (f"NEAR/{within}f", f"ONEAR/{within}", "ONEAR" if usual else f"ONEAR/{within}")
        return self.choose(ways)

    def _negated(self, part: Tree) -> str:
        sign = self.choose(("NOT ", "-", "!"))
        said = self.write(part, _CLOSE if sign != "NOT " else _NOT)
        return f"NOT {said}" if said.startswith("+") else sign + said

    def _words(self, tree: Tree) -> str:
        match tree:
            case ("term", term):
                bare = " " not in term and ("?" in term or self.choose(("", '"')) == "")
                return str(term) if bare else self.choose(_QUOTES).format(term)
            case ("exact", text):
                return f"{{{text}}}"
            case ("raw", text):
                name = self.choose(("raw:", "exactly:", "+", "++"))
                return f'{name}"{text}"'
            case ("spread", phrase, within):
                return self.choose(_QUOTES).format(phrase) + f"~{within}"
        raise ValueError(tree)

    def _field(self, tree: Tree) -> str:
        asked = self._asked(tree)
        if not asked:
            return ""
        said = self.choose(NAMES.get(tree[1], tree[1:2])) + ":" + asked
        if tree[:2] == ("is", "type") and tree[2].lower() in _IS:
            return self.choose((said, f"is:{tree[2]}"))
        if tree == ("is", "verified", "true"):
            return self.choose((said, "is:verified"))
        if tree[0] == "range" and tree[1] in _COUNTS and tree[2] is not None:
            return self.choose((said, _counted(*tree[1:])))
        return said

    def _asked(self, tree: Tree) -> str:
        """Write what is asked of a field; nothing when no field is."""
        asked = ""
        match tree:
            case ("is", _, value):
                asked = self._value(value)
            case ("values", _, inside):
                asked = f"({self._each(inside)})"
            case ("range", _, low, high):
                exactly = low == high and self.choose(("[", "")) == ""
                asked = f"{low}" if exactly else f"[{_open(low)} TO {_open(high)}]"
            case ("moment", _, low, high):
                asked = f"[{_open(low)} TO {_open(high)}]"
            case ("moment", _, moment):
                asked = str(moment)
            case ("text", _, inside):
                alone = inside[0] == "term" and self.choose(("(", "")) == ""
                asked = self._words(inside) if alone else f"({self.write(inside, _OR)})"
        return asked

    def _value(self, value: str) -> str:
        return f'"{value}"' if " " in value else self.choose((value, f'"{value}"'))

    def _each(self, inside: Tree | str) -> str:
        match inside:
            case str(value):
                return self._value(value)
            case ("not", part):
                return f"NOT {self._each(part)}"
            case (joint, *parts):
                return "(" + f" {joint.upper()} ".join(map(self._each, parts)) + ")"
        raise ValueError(inside)


def _is_bare(tree: Tree) -> bool:
    return tree[0] == "term" and str(tree[1]).isascii() and str(tree[1]).isalpha()


def _open(limit: float | str | None) -> str:
    return "*" if limit is None else str(limit)


def _counted(field: str, low: float, high: float | None) -> str:
    return f"{_COUNTS[field]}:{low}" + (f"..{high}" if high is not None else "")
