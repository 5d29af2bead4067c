"""Builds HTML out of elements; text is always made harmless."""

from __future__ import annotations

from html import escape


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *inside: str | None, **attributes: str | bool | None) -> Html:
    """Make an element.

    Args:
        name: of the element.
        inside: its content: HTML as it is, plain text made harmless; None is nothing.
        attributes: with a `_` at the end where the name is a word of Python, and `_` for `-`; False and None are left out.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{name}{written}>{joined(*inside)}</{name}>")


def joined(*parts: str | None) -> Html:
    """Put HTML and plain text together."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts if part is not None))


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
