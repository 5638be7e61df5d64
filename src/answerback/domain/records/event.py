"""What happened, once, in past tense: a closed list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class EventName(StrEnum):
    """Every event there is.  Add one in the commit that writes it."""

    BATCH_TAKEN_IN = "batch_taken_in"
    ROWS_READ_AGAIN = "rows_read_again"  #: what could not be read was, with today's code
    POST_READ = "post_read"
    CASE_OPENED = "case_opened"
    CASE_MOVED = "case_moved"
    ANSWER_SEEN = "answer_seen"  #: the brand's own words on the network, a native reply
    ANSWER_LOST = "answer_lost"  #: it did not arrive, was taken away, or was none of the brand's
    CASE_CLOSED = "case_closed"
    BRAND_HEARD_AGAIN = "brand_heard_again"  #: its file changed; its posts were heard anew
    OPERATING_POINT_CHOSEN = "operating_point_chosen"  #: by a person, who told why
    POSTS_JUDGED_AGAIN = "posts_judged_again"  #: by another operating point
    POST_EDITED = "post_edited"  #: a newer version took the place of an older one in its case
    POST_DELETED = "post_deleted"  #: the network says that it is gone; its words are erased
    CASES_JOINED = "cases_joined"  #: a person said that two cases are of one person, and why
    CASES_PARTED = "cases_parted"  #: and that was undone
    THREAD_WANTED = "thread_wanted"  #: a person asked for the whole thread
    POST_CORRECTED = "post_corrected"  #: somebody said whether it is about the brand
    FILTER_TRAINED = "filter_trained"  #: the brand filter has a new version
    FILTER_ROLLED_BACK = "filter_rolled_back"  #: an earlier version is active again
    AUDIT_DRAWN = "audit_drawn"  #: posts were drawn by chance, to measure recall on
    AUDIT_LABELLED = "audit_labelled"  #: a person said of drawn posts whether they are relevant
    CASE_ASSIGNED = "case_assigned"  #: somebody owns it now: took it, or was offered or given it
    CASE_GIVEN_BACK = "case_given_back"  #: to its queue
    CASE_TRANSFERRED = "case_transferred"  #: to another queue
    CASE_ESCALATED = "case_escalated"  #: to the most experienced people
    CASE_SNOOZED = "case_snoozed"
    CASE_WOKEN = "case_woken"
    CASE_REOPENED = "case_reopened"
    AUTHOR_WROTE = "author_wrote"  #: the author of a case that was there said something more
    CASE_TAGGED = "case_tagged"
    CASE_UNTAGGED = "case_untagged"
    CASE_READ = "case_read"  #: a person opened it
    NOTE_ADDED = "note_added"  #: among ourselves
    WATCH_BEGUN = "watch_begun"
    WATCH_ENDED = "watch_ended"
    READING_CORRECTED = "reading_corrected"  #: a person said what a post is, feels like or presses
    DRAFT_BEGUN = "draft_begun"
    REPLY_SUBMITTED = "reply_submitted"  #: for approval
    REPLY_EDITED = "reply_edited"  #: while it waited for approval
    REPLY_APPROVED = "reply_approved"
    REPLY_SENT_BACK = "reply_sent_back"  #: to its author, with a note
    REPLY_QUEUED = "reply_queued"  #: it goes out when the time for undoing is over
    REPLY_CANCELLED = "reply_cancelled"
    REPLY_SENT = "reply_sent"
    REPLY_FAILED = "reply_failed"
    REPLY_UNKNOWN = "reply_unknown"  #: nobody can tell whether it went out: a person looks
    REPLY_BOUNCED = "reply_bounced"  #: it was sent, and its network says that it did not arrive
    REPLY_REMOVAL_ASKED = "reply_removal_asked"  #: a person wants it gone from its network
    REPLY_REMOVED = "reply_removed"  #: its network has taken it away
    REPLY_REMOVAL_FAILED = "reply_removal_failed"  #: it stands there still
    REPLY_SETTLED = "reply_settled"  #: a person looked, and said so
    DEADLINE_BREACHED = "deadline_breached"
    BULK_DONE = "bulk_done"
    BULK_UNDONE = "bulk_undone"
    BRAND_CHANGED = "brand_changed"  #: its file has a new version
    POLICY_CHANGED = "policy_changed"
    SOURCE_ADDED = "source_added"
    CHANNEL_ADDED = "channel_added"  #: an account on a live network
    CHANNEL_CHANGED = "channel_changed"  #: its settings, its secrets, on or off, its test
    CHANNEL_REMOVED = "channel_removed"
    GAP_FOUND = "gap_found"  #: something of a source may never have been fetched
    GAP_REPAIRED = "gap_repaired"  #: it was fetched after all
    GAP_GIVEN_UP = "gap_given_up"  #: it cannot be had any more
    BACKFILL_ASKED = "backfill_asked"  #: a person asked for a window of the past
    CHANNEL_STOPPED = "channel_stopped"  #: its network refuses the login; a person must mend it
    MACRO_CHANGED = "macro_changed"
    TEAM_CHANGED = "team_changed"
    VIEW_SHARED = "view_shared"
    PERSON_INVITED = "person_invited"
    MEMBER_CHANGED = "member_changed"  #: a role, skills or capacity
    MEMBER_REMOVED = "member_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, once; never updated or deleted.  Holds ids and closed words only."""

    what: EventName
    at: datetime
    by: str | None = None  #: None: the machine
    case_id: int | None = None
    post_id: int | None = None
    particulars: Mapping[str, str | int | float | None] = field(
        default_factory=lambda: MappingProxyType({})
    )
