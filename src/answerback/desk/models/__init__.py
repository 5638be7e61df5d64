"""All tables.  One file a model, one migration history."""

from answerback.desk.models.account import ChannelAccount, Gap, Joined, Letter, Tombstone
from answerback.desk.models.audit import AuditItem, AuditLabel, AuditSample
from answerback.desk.models.audit_entry import AuditEntry, SignInFailure
from answerback.desk.models.beside import CaseTag, Correction, Note, Notice, Presence, Watch
from answerback.desk.models.brand import Brand
from answerback.desk.models.brand_text import BrandText
from answerback.desk.models.case import Case
from answerback.desk.models.event import Event
from answerback.desk.models.failed_row import FailedRow
from answerback.desk.models.filter_version import FilterVersion
from answerback.desk.models.gist_key import GistKey
from answerback.desk.models.installation import Installation
from answerback.desk.models.known_author import KnownAuthor
from answerback.desk.models.ledger_line import LedgerLine
from answerback.desk.models.macro import Macro
from answerback.desk.models.membership import Invitation, Membership
from answerback.desk.models.mention import Mention
from answerback.desk.models.operating_point import OperatingPoint
from answerback.desk.models.plan import Plan
from answerback.desk.models.post import Post
from answerback.desk.models.raw_input import RawInput, RawPlace
from answerback.desk.models.reading import Reading
from answerback.desk.models.reply import LostAnswer, Removal, Reply, ReplyFile, ReplyText
from answerback.desk.models.source import Source
from answerback.desk.models.team import Team
from answerback.desk.models.thread_look import ThreadLook
from answerback.desk.models.upload import Lease, Upload
from answerback.desk.models.user import User
from answerback.desk.models.view import Bulk, View

__all__ = [
    "AuditEntry",
    "AuditItem",
    "AuditLabel",
    "AuditSample",
    "Brand",
    "BrandText",
    "Bulk",
    "Case",
    "CaseTag",
    "ChannelAccount",
    "Correction",
    "Event",
    "FailedRow",
    "FilterVersion",
    "Gap",
    "GistKey",
    "Installation",
    "Invitation",
    "Joined",
    "KnownAuthor",
    "Lease",
    "LedgerLine",
    "Letter",
    "LostAnswer",
    "Macro",
    "Membership",
    "Mention",
    "Note",
    "Notice",
    "OperatingPoint",
    "Plan",
    "Post",
    "Presence",
    "RawInput",
    "RawPlace",
    "Reading",
    "Removal",
    "Reply",
    "ReplyFile",
    "ReplyText",
    "SignInFailure",
    "Source",
    "Team",
    "ThreadLook",
    "Tombstone",
    "Upload",
    "User",
    "View",
    "Watch",
]
