"""What a browser sends of a saved reply."""

from dataclasses import replace

from answerback.desk.operations.save_draft import Typed
from answerback.desk.operations.save_macro import MacroTold
from answerback.desk.queries.macros import MacroLine, MacroPreview
from answerback.domain.etiquette.blanks import own_blanks
from answerback.web.reply_form import number_of, text_of
from answerback.web.request import DeskRequest

_MOST_TOLD = 200


def told_of(request: DeskRequest) -> MacroTold:
    """Return a saved reply as it was typed on its page."""
    tags = request.POST.get("tags", "").split(",")
    return MacroTold(
        name=request.POST.get("name", ""),
        text=text_of(request),
        tags=[tag for tag in tags if tag.strip()],
        queue=request.POST.get("queue", ""),
        snooze_hours=number_of(request, "snooze_hours"),
        close=request.POST.get("close") == "1",
    )


def own_blanks_told(request: DeskRequest, *, macro: MacroLine) -> dict[str, str]:
    """Return what the writer put into a saved reply's own blanks, by name."""
    fields = {name: f"blank-{place}" for place, name in enumerate(own_blanks(macro.text))}
    told = request.POST if request.method == "POST" else request.GET
    return {name: told.get(field, "")[:_MOST_TOLD] for name, field in fields.items()}


def with_macro(typed: Typed, *, preview: MacroPreview) -> Typed:
    """
    Return a draft with a saved reply in it.

    Its words come after what is written already; its actions are added to those chosen.
    """
    before = typed.text.rstrip()
    text = f"{before}\n\n{preview.text}" if before else preview.text
    return replace(typed, text=text, after_send={**typed.after_send, **preview.macro.after_send})
