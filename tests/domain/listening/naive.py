"""
A second reading of the query language, slow and plain, written from its description alone.

It shares no code with the product: texts are cut letter by letter, and every rule of places is
tried on all pairs.  It knows the scripts that the generated texts use, no more.  A query here is
a nested tuple: ("term", text), ("near", left, right, n), ("and" | "or", *parts), ("not", part).
"""

import unicodedata
from itertools import product
from typing import Any

Tree = tuple[Any, ...]
Found = list[tuple[str, int, int]]  # form, first place, place after the last


def naive_match(tree: Tree, text: str) -> bool:
    """Say whether a post matches."""
    return _holds(tree, _post(text))


def written(tree: Tree) -> str:
    """Write a tree as a query, with brackets everywhere."""
    match tree:
        case ("term", term):
            return f'"{term}"' if " " in term else str(term)
        case ("near", left, right, within):
            return f"({written(left)} NEAR/{within} {written(right)})"
        case ("not", part):
            return f"NOT {written(part)}"
        case (joint, *parts):
            return "(" + f" {joint.upper()} ".join(written(part) for part in parts) + ")"
    raise ValueError(tree)


def _holds(tree: Tree, found: Found) -> bool:
    match tree:
        case ("and", *parts):
            return all(_holds(part, found) for part in parts)
        case ("or", *parts):
            return any(_holds(part, found) for part in parts)
        case ("not", part):
            return not _holds(part, found)
    return bool(_places(tree, found))


def _places(tree: Tree, found: Found) -> set[tuple[int, int]]:
    match tree:
        case ("term", term):
            return _term(term, found)
        case ("or", *parts):
            return set[tuple[int, int]]().union(*(_places(part, found) for part in parts))
        case ("near", left, right, within):
            return {
                (min(a, c), max(b, d))
                for (a, b), (c, d) in product(_places(left, found), _places(right, found))
                if 0 <= c - b <= within or 0 <= a - d <= within
            }
    raise ValueError(tree)


def _term(term: str, found: Found) -> set[tuple[int, int]]:
    """Find a term; one of several words is a phrase: each begins where the one before ends."""
    rows = [{(s, e) for form, s, e in found if _is(word, form)} for word in _cut(term, query=True)]
    joined = rows[0]
    for row in rows[1:]:
        joined = {(s, e2) for (s, e), (s2, e2) in product(joined, row) if s2 == e}
    return joined


def _is(word: str, form: str) -> bool:
    folded = _fold(word).replace("'", "")
    if folded.endswith("*"):
        return form.startswith(folded[:-1])
    if len(folded) > 1 and all(0xAC00 <= ord(letter) <= 0xD7A3 for letter in folded):
        return form.startswith(folded)
    return form == folded


def _post(text: str) -> Found:
    found: Found = []
    at = 0
    for raw in _cut(text, query=False):
        parts, whole, entity = _seen(raw)
        found += [(form, at, at + len(parts)) for form in (entity, *_forms(whole)) if form]
        if len(parts) > 1:
            found += [
                (form, at + i, at + i + 1) for i, part in enumerate(parts) for form in _forms(part)
            ]
        at += len(parts)
    return found


def _seen(raw: str) -> tuple[list[str], str, str]:
    """Return the words inside a token, its whole, and its tag or mention."""
    if raw.startswith("http"):
        return [""], "", ""
    if raw[0] in "#@":
        return _camel(raw[1:]), raw[1:], _fold(raw)
    for sign in "_.":
        if sign in raw:
            return raw.split(sign), raw, ""
    return [raw], raw, ""


def _camel(name: str) -> list[str]:
    parts = [""]
    for i, letter in enumerate(name):
        if i and letter.isupper() and name[i - 1].islower():
            parts.append("")
        parts[-1] += letter
    return parts


def _forms(word: str) -> set[str]:
    folded = _fold(word)
    spelled = {folded, folded.replace("'", "")}
    if folded.endswith("'s"):
        spelled.add(folded[:-2])
    if "\N{EMOJI MODIFIER FITZPATRICK TYPE-4}" in word:
        spelled.add(folded.replace("\N{EMOJI MODIFIER FITZPATRICK TYPE-4}", ""))
    return {form for one in spelled for form in (one, _plain(one)) if form}


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("’", "'")  # noqa: RUF001


def _plain(folded: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFD", folded)
        if not 0x300 <= ord(letter) <= 0x36F
    )


def _cut(text: str, *, query: bool) -> list[str]:
    """Cut a text into tokens, letter by letter."""
    cut: list[str] = []
    for chunk in text.split():
        if chunk.startswith("http"):
            cut.append(chunk)
            continue
        glued = False  # does the next letter belong to the token before it?
        for i, letter in enumerate(chunk):
            following = chunk[i + 1 : i + 2]
            if _alone(letter):
                cut.append(letter)
                glued = False
            elif unicodedata.category(letter) == "Sk":  # a skin tone belongs to its hand
                cut[-1] += letter
            elif _in_word(letter, following, glued=glued, query=query):
                cut[-1:] = [cut[-1] + letter] if glued else [*cut[-1:], letter]
                glued = True
            else:
                glued = False
    return cut


def _in_word(letter: str, following: str, *, glued: bool, query: bool) -> bool:
    if letter in "#@":
        return not glued and following.isalpha()
    if letter in "'’.":  # noqa: RUF001 - people type either
        return glued and following.isalpha() and not _alone(following)
    mark = unicodedata.category(letter)[0] == "M"
    return letter.isalnum() or letter == "_" or mark or (query and letter == "*")


def _alone(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    return "CJK UNIFIED" in name or unicodedata.category(letter) == "So"
