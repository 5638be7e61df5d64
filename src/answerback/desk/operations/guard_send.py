"""Nothing goes out past a post that its writer has not seen."""

from collections.abc import Sequence

from answerback.desk.queries.setting import Setting, posts_since
from answerback.domain.records.handles import called
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal


class SomebodyPosted(Refusal):
    """Somebody posted in the conversation since the writer looked."""

    def __init__(self, *, posts: Sequence[Post]) -> None:
        told = [called(post.author.handle, channel=post.channel) for post in posts]
        people = ", ".join(tuple(dict.fromkeys(told))[:3])
        edited = all(post.version > 1 for post in posts)
        super().__init__(
            f"{people} edited what they had posted while you were writing. Your text is kept: "
            "read what is new, change what you want to change, and send again."
            if edited
            else f"{people} posted here while you were writing. Your text is kept: read what is "
            "new, change what you want to change, and send again."
        )
        self.posts = tuple(posts)


def guard_send(setting: Setting, *, seen: int) -> None:
    """
    Do nothing when nobody has posted since, and refuse aloud when somebody has.

    :raises SomebodyPosted: with their posts.
    """
    posts = posts_since(setting, seen=seen)
    if posts:
        raise SomebodyPosted(posts=posts)
