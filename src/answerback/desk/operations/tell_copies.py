"""Tell which of the posts at hand are copies, and remember the others for those to come."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Max, Min

from answerback.desk import models
from answerback.desk.operations.insert_rows import insert_rows
from answerback.desk.rows import post_record
from answerback.domain.listening.duplicates import Copies, First
from answerback.domain.listening.gist import Gist, gist

#: Keys that are kept over all brands: those of the latest 70,000 first posts or more.
MOST_KEYS = 500_000
_CHUNK = 500

#: By key, the rows that hold it: their own id and the post's.
_Rows = Mapping[int, Sequence[tuple[int, int]]]


def tell_copies(
    *, brand_id: int, posts: Sequence[models.Post], gists: Mapping[int, Gist | None]
) -> None:
    """
    Set `copy_of` on those of the posts that say again what an earlier one said.

    `gists` holds, by post id, what each heard post says; the others are nobody's copies.  The
    memory lies in the database and is written in the caller's transaction, which must hold the
    brand's row: so a post is judged once, wherever the machine stops and however many sort.
    """
    heard = [post for post in posts if post.pk in gists and post.copy_of_id is None]
    told = {post.pk: gists[post.pk] for post in heard}
    own = _in_talks(heard) | _judged_before(told)
    told = {
        pk: one._replace(original=True) if one and pk in own else one for pk, one in told.items()
    }
    memory: Copies[int] = Copies()
    known = _recall(brand_id=brand_id, gists=told, memory=memory)
    for post in heard:
        judged = memory.judge(post.pk, told[post.pk], at=post.created_at)
        post.copy_of_id = judged.copy_of
    firsts = memory.firsts(post.pk for post in heard)
    _remember(brand_id=brand_id, firsts=firsts, memory=memory, known=known)


def _in_talks(posts: Sequence[models.Post]) -> set[int]:
    """
    Return those whose authors wrote in the same conversation before.

    What somebody says in a talk is an own word, though others may have said it too.
    """
    if not posts:
        return set()
    rows = (
        models.Post.objects.filter(
            brand_id=posts[0].brand_id,
            channel=posts[0].channel,
            conversation__in={post.conversation for post in posts},
            discard_reason__isnull=True,
        )
        .order_by()
        .values_list("conversation", "author_key")
        .annotate(Min("pk"))
    )
    began = {(conversation, author): pk for conversation, author, pk in rows}
    for post in posts:  # their conversations are worked out, and not all written yet
        person = (post.conversation, post.author_key)
        began[person] = min(post.pk, began.get(person, post.pk))
    return {post.pk for post in posts if began[post.conversation, post.author_key] < post.pk}


def _judged_before(ids: Iterable[int]) -> set[int]:
    """Return those that others are known as copies of: they stay what they were."""
    copied = models.Post.objects.filter(copy_of_id__in=list(ids)).order_by()
    return set(copied.values_list("copy_of_id", flat=True).distinct())


def _recall(*, brand_id: int, gists: Mapping[int, Gist | None], memory: Copies[int]) -> _Rows:
    """Bring back the first posts that may have been copied."""
    keys = {pk: one.keys() for pk, one in gists.items() if one is not None}
    rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for some in _chunks(sorted({key for several in keys.values() for key in several})):
        found = models.GistKey.objects.filter(brand_id=brand_id, key__in=some).order_by("pk")
        for pk, key, post_id in found.values_list("pk", "key", "post_id"):
            rows[key].append((pk, post_id))
    memory.recall({key: [post_id for _, post_id in some] for key, some in rows.items()})
    wanted = {post_id for several in keys.values() for post_id in memory.candidates(several)}
    for some in _chunks(sorted(wanted)):
        for post in models.Post.objects.filter(pk__in=some):
            if (told := gist(post_record(post))) is not None:
                memory.bring(First(post.pk, told, post.created_at, told.keys()))
    return rows


def _remember(
    *, brand_id: int, firsts: Sequence[First[int]], memory: Copies[int], known: _Rows
) -> None:
    there = set(
        models.GistKey.objects.filter(post_id__in=[first.post_id for first in firsts])
        .order_by()
        .values_list("post_id", flat=True)
        .distinct()
    )
    new = [first for first in firsts if first.post_id not in there]
    rows = [
        {"brand_id": brand_id, "key": key, "post_id": first.post_id}
        for first in new
        for key in first.keys
        if first.post_id in memory.under(key)
    ]
    insert_rows(model=models.GistKey, rows=rows)
    # No key holds more posts than are compared: whoever has many alike costs no more.
    over = [
        pk
        for key in {key for first in new for key in first.keys}
        for pk, post_id in known.get(key, ())
        if post_id not in memory.under(key)
    ]
    for some in _chunks(over):
        models.GistKey.objects.filter(pk__in=some).delete()
    last = models.GistKey.objects.aggregate(Max("pk"))["pk__max"]
    if rows and last is not None:
        # Of all brands, of which we hold one: what another sorting is removing is left to it.
        old = models.GistKey.objects.filter(pk__lte=last - MOST_KEYS)
        free = old.select_for_update(skip_locked=True).values("pk")
        models.GistKey.objects.filter(pk__in=free).delete()


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
