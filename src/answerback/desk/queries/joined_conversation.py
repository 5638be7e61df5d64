"""One person's conversation over all places of joined cases, in time."""

from collections.abc import Sequence

from answerback.desk.queries.conversation import (
    Conversation,
    ConversationPost,
    Moment,
    Thread,
    conversation,
    post_in,
)
from answerback.desk.queries.joined import Place


def threads_of(thread: Thread, *, places: Sequence[Place]) -> tuple[Thread, ...]:
    """Return the conversations of a case: its own, then those of the cases joined into it."""
    others = [
        Thread(
            brand_id=thread.brand_id,
            channel=place.channel,
            conversation=place.conversation,
            author_key=place.author_key,
        )
        for place in places
    ]
    return (thread, *(one for one in others if one != thread))


def conversations(
    threads: Sequence[Thread],
    *,
    limit: int = 100,
    before: Moment | None = None,
    since: Moment | None = None,
) -> Conversation:
    """Return one window over several conversations: as `conversation` does for one, for each."""
    told = [conversation(one, limit=limit, before=before, since=since) for one in threads]
    if len(told) == 1:
        return told[0]
    posts = sorted(
        (post for one in told for post in one.posts), key=lambda post: (post.at, post.post_id)
    )
    shown = posts if since is not None else posts[-limit:]
    left_out = len(shown) < len(posts) or any(one.earlier is not None for one in told)
    # What one conversation shows, another may have cut: the window begins where all are whole.
    cut = [one.earlier for one in told if one.earlier is not None]
    if cut and since is None:
        begins = max((one.at, one.post_id) for one in cut)
        shown = [post for post in shown if (post.at, post.post_id) >= begins]
    earlier = since if since is not None else shown[0].moment if shown and left_out else None
    return Conversation(posts=tuple(shown), earlier=earlier)


def post_among(
    threads: Sequence[Thread], *, post_id: int
) -> tuple[Thread, ConversationPost] | None:
    """Return a post of one of these conversations, and which; None: it is in none of them."""
    for one in threads:
        found = post_in(one, post_id=post_id)
        if found is not None:
            return one, found
    return None
