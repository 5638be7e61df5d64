"""Nothing goes out past a post that its writer has not seen."""

from collections.abc import Sequence

from answerback.desk.queries.setting import Setting, posts_since
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal


class SomebodyPosted(Refusal):
    """Somebody posted in the conversation since the writer looked."""

    def __init__(self, *, posts: Sequence[Post]) -> None:
        people = tuple(dict.fromkeys(f"@{post.author.handle}" for post in posts))
        edited = all(post.version > 1 for post in posts)
        done = "edited what they had posted" if edited else "posted here"
        super().__init__(
            f"{' and '.join(people[:3])} {done} while you were writing. Your text is kept: "
            "read what is new, change what you want to change, and send again."
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
