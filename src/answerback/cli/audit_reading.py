"""From the rows of an archive to the posts an audit measures."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from answerback.channels.inbound import Fetched
from answerback.domain.measure.spoken import Spoken, spoken
from answerback.domain.records.post import Post

#: Posts judged at once.
_BATCH = 2000

#: A post that needs a response at least this probably is counted by `--judge model`.
NEEDED_ABOVE = 0.5

#: Says of each post whether it asks for an answer.
Judge = Callable[[Sequence[Post]], list[bool]]


@dataclass(kw_only=True)
class Heard:
    """What the file gave: posts, and rows set aside."""

    posts: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)  #: by reason
    first_set_aside: str = ""  #: a sentence about the first of them


def judge_all(posts: Sequence[Post]) -> list[bool]:
    """Count every customer's post."""
    return [True] * len(posts)


def judge_by_model() -> Judge:
    """
    Return the judge that counts what the shipped model takes for needing a response.

    :raises Refusal: when the model's file is damaged.
    """
    from answerback.domain.understanding.read import read_texts
    from answerback.weights.language import load_language
    from answerback.weights.second import load_second
    from answerback.weights.store import load_heads

    heads, language, second = load_heads(), load_language(), load_second()

    def judge(posts: Sequence[Post]) -> list[bool]:
        asked = [at for at, post in enumerate(posts) if post.inbound is not False]
        texts = [posts[at].text for at in asked]
        readings = read_texts(texts=texts, heads=heads, language=language, second=second)
        needs = [False] * len(posts)  # a brand's own post asks for nothing
        for at, reading in zip(asked, readings, strict=True):
            needs[at] = reading.needs_response >= NEEDED_ABOVE
        return needs

    return judge


def posts_of(
    fetched: Iterable[Fetched], *, heard: Heard, voices: frozenset[str], judge: Judge
) -> Iterator[Spoken]:
    """Yield what the measures need of each post, in the order of the file; count in `heard`."""
    stream = iter(fetched)
    while batch := list(islice(stream, _BATCH)):
        posts = []
        for one in batch:
            if one.post is not None:
                posts.append(one.post)
            elif one.failure is not None:
                heard.set_aside[one.failure.reason] += 1
                heard.first_set_aside = heard.first_set_aside or one.failure.sentence
        heard.posts += len(posts)
        for post, needs in zip(posts, judge(posts), strict=True):
            yield spoken(post, voices=voices, needs_response=needs)
