"""That a post was edited since somebody began to answer it, and how."""

from answerback.desk.queries.case_replies import Answers
from answerback.desk.queries.setting import Setting
from answerback.web.diffs import Piece, diff


def edited_since(answers: Answers | None, *, setting: Setting) -> tuple[Piece, ...]:
    """Return both texts of the post as one; nothing, where it says what it said, or is gone."""
    now = setting.post
    if answers is None or setting.deleted or answers.external_id != now.external_id:
        return ()
    if now.version <= answers.version or now.text == answers.text:
        return ()
    return tuple(diff(answers.text, now.text))
