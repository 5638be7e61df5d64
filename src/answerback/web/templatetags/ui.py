"""What templates say for our own parts: `{% icon "inbox" %}`, `{% avatar name %}`."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from answerback.web import faces, icons

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is hidden from screen readers, so name its button."""
    return mark_safe(icons.icon(name))  # noqa: S308  our own file's content; the name only picks


@register.inclusion_tag("parts/ui/avatar.html")
def avatar(name: str, size: str = "", *, silent: bool = False) -> dict[str, object]:
    """
    Draw a person as a disc with initials; `size` is "", "small" or "large".

    `silent` where the name stands beside it, so that it is not read twice.
    """
    return {
        "name": name,
        "size": size,
        "silent": silent,
        "tone": faces.tone(name),
        "initials": faces.initials(name),
    }
