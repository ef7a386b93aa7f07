"""Times as a clock shows them."""

from django import template

register = template.Library()


@register.filter
def clock(seconds: int) -> str:
    """Write seconds as 1:05, or 1:01:05 from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
