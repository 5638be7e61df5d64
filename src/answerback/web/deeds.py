"""What people do, in words: for the audit log."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS: Mapping[str, str | Promise] = MappingProxyType(
    {
        # at the door
        "signed_in": _("Signed in"),
        "signed_out": _("Signed out"),
        "sign_in_refused": _("Sign-in refused"),
        "password_changed": _("Password changed"),
        "password_set_on_the_server": _("Password set on the server"),
        "codes_app_added": _("Codes from an app turned on"),
        "codes_app_removed": _("Codes from an app turned off"),
        "passkey_added": _("Passkey added"),
        "passkey_removed": _("Passkey removed"),
        "recovery_codes_made": _("Recovery codes made"),
        "second_step_removed_on_the_server": _("Second step removed on the server"),
        "account_changed": _("Own account changed"),
        "account_closed": _("Account closed"),
        "account_reopened": _("Account opened again"),
        # people and what the desk is
        "person_added": _("Person added"),
        "person_invited": _("Person invited"),
        "invitation_withdrawn": _("Invitation withdrawn"),
        "member_changed": _("Seat changed"),
        "member_removed": _("Seat taken away"),
        "brand_changed": _("Brand changed"),
        "policy_changed": _("Policy changed"),
        "source_added": _("Source added"),
        "channel_added": _("Channel set up"),
        "channel_changed": _("Channel changed"),
        "channel_removed": _("Channel removed"),
        "channel_keys_changed": _("Keys of the channels changed"),
        "sending_stopped": _("Sending stopped: perhaps a copy"),
        "sending_resumed": _("Sending resumed: the only copy"),
        "macro_changed": _("Macro changed"),
        "team_changed": _("Team changed"),
        "view_shared": _("View shared"),
        # cases
        "case_moved": _("Case moved"),
        "case_closed": _("Case closed"),
        "case_assigned": _("Case assigned"),
        "case_given_back": _("Case given back"),
        "case_transferred": _("Case transferred"),
        "case_escalated": _("Case escalated"),
        "case_snoozed": _("Case snoozed"),
        "case_woken": _("Case woken"),
        "case_reopened": _("Case reopened"),
        "case_tagged": _("Case tagged"),
        "case_untagged": _("Tag taken off"),
        "case_read": _("Case read"),
        "note_added": _("Note added"),
        "watch_begun": _("Watching begun"),
        "watch_ended": _("Watching ended"),
        "reading_corrected": _("Reading corrected"),
        "bulk_done": _("Done to many at once"),
        "bulk_undone": _("Undone for many at once"),
        # replies
        "draft_begun": _("Draft begun"),
        "reply_submitted": _("Reply submitted for approval"),
        "reply_edited": _("Reply edited"),
        "reply_approved": _("Reply approved"),
        "reply_sent_back": _("Reply sent back"),
        "reply_queued": _("Reply queued"),
        "reply_cancelled": _("Reply cancelled"),
        "reply_sent": _("Reply sent"),
        "reply_removal_asked": _("Reply to be deleted on its network"),
        "reply_settled": _("Reply settled"),
        # what is heard
        "post_corrected": _("Post corrected"),
        "operating_point_chosen": _("Operating point chosen"),
        "filter_trained": _("Filter trained"),
        "filter_rolled_back": _("Filter rolled back"),
        "audit_drawn": _("Sample drawn"),
        "audit_labelled": _("Sample labelled"),
    }
)


def deed_in_words(what: str) -> str | Promise:
    """Return what an entry calls its deed, as people say it."""
    return DEEDS.get(what) or what.replace("_", " ").capitalize()
