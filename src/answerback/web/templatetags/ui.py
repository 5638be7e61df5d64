"""What templates say for our own parts: icons, avatars, and how somebody is written of."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from answerback.domain.records.handles import called as called_on
from answerback.domain.records.handles import known_by_address
from answerback.web import faces, icons
from answerback.web.sentences import in_words

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is hidden from screen readers, so name its button."""
    return mark_safe(icons.icon(name))  # noqa: S308  our own file's content; the name only picks


@register.filter
def called(handle: str, channel: str) -> str:
    """Write of somebody as their channel does: `{{ line.author|called:line.channel }}`."""
    return called_on(handle, channel=channel)


@register.filter
def told(sentence: str) -> str:
    """Say a sentence of the house in the language of the page: `{{ refusal|told }}`."""
    return in_words(str(sentence))


@register.simple_tag
def who(handle: str, channel: str, name: str = "") -> SafeString:
    """
    Name somebody as their channel does: `@ada` and the name beside it; of a mail, name <address>.

    The first of the two is in bold.
    """
    told, name = called_on(handle, channel=channel), " ".join(name.split())
    if not name or name.casefold() == handle.casefold():
        return format_html('<bdi class="author">{}</bdi>', told)
    first, second = told, name
    if known_by_address(channel):
        first, second = name, f"<{told}>" if "@" in told else told
    return format_html('<bdi class="author">{}</bdi> <bdi class="name">{}</bdi>', first, second)


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
