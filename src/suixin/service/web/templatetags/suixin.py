"""Parts, figures and fields for templates. Amounts are whole fen, rates basis points."""

from __future__ import annotations

import re
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any, Final

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from suixin.kernel.refusal import Wording
from suixin.service.web import figures, parts

register: Final = template.Library()

_CHINESE: Final = re.compile("[\u4e00-\u9fff]")


@register.simple_tag(takes_context=True)
def part(context: template.Context, shown: Any, **more: Any) -> SafeString:
    """A part, or several one after another; nothing where there is none."""
    if shown is None or shown == "":
        return mark_safe("")
    if isinstance(shown, tuple | list):
        return mark_safe("".join(part(context, one, **more) for one in shown))
    # A form in a part carries the token of the page's own session.
    given = {"part": shown, "csrf_token": context.get("csrf_token"), **more}
    return render_to_string(f"parts/{shown.template}.html", given)


@register.simple_tag
def row(shown: parts.Row, columns: tuple[parts.Column, ...]) -> SafeString:
    """A line of a table, each cell with its column."""
    pairs = tuple(zip(shown.cells, columns, strict=True))
    return render_to_string("parts/row.html", {"row": shown, "pairs": pairs})


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the foot navigation, of those below; its words stand beside it."""
    return mark_safe(_ICONS[name])


_ICONS: Final = {
    name: f'<svg viewBox="0 0 24 24" aria-hidden="true">{shapes}</svg>'
    for name, shapes in {
        "home": '<path d="M4 11l8-7 8 7v9h-5v-6H9v6H4z"/>',
        "money": '<path d="M3 8h15l-4-4M21 16H6l4 4"/>',
        "people": '<circle cx="8" cy="9" r="3.5"/><circle cx="17" cy="10" r="2.5"/>'
        '<path d="M2 20c0-4 3-6 6-6s6 2 6 6M16 15c3 0 6 1 6 5"/>',
        "book": '<path d="M4 5c3-1 6-1 8 1v14c-2-2-5-2-8-1zM20 5c-3-1-6-1-8 1v14c2-2 5-2 8-1z"/>',
    }.items()
}


@register.simple_tag
def once() -> SafeString:
    """The key of a form: sent twice, what it asks for is done once."""
    return format_html('<input type="hidden" name="key" value="{}">', token_urlsafe(12))


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, autofocus: bool = False) -> dict[str, Any]:
    """A field with its label, its hint and what is wrong with it."""
    kind = getattr(bound.field.widget, "input_type", "") or ""
    many = kind in {"radio", "checkbox"} and hasattr(bound.field, "choices")
    return {"field": bound, "kind": kind, "many": many}


@register.inclusion_tag("parts/errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with a form, each leading to its field; nothing where all is well."""
    found = [
        (form[name].id_for_label if name != "__all__" and name in form.fields else "", text)
        for name, texts in form.errors.items()
        for text in texts
    ]
    return {"found": found}


@register.filter
def money(fen: int | None) -> str:
    """¥12,345.67."""
    return figures.NONE if fen is None else figures.money(fen)


@register.filter
def whole(fen: int | None) -> str:
    """¥12,345, without empty fen."""
    return figures.NONE if fen is None else figures.whole(fen)


@register.filter
def wan(fen: int | None) -> str:
    """1.23 万元."""
    return figures.NONE if fen is None else figures.in_wan(fen)


@register.filter
def percent(bps: int | None) -> str:
    """Basis points as 6.80%."""
    return figures.NONE if bps is None else figures.percent(bps)


@register.filter
def share(part_of_one: float | None) -> str:
    """A share of one as 12.5%."""
    return figures.NONE if part_of_one is None else figures.share(part_of_one)


@register.filter
def said(wording: Wording | None) -> str:
    """Words of both languages in the reader's."""
    return figures.said(wording)


@register.filter
def day(when: date | datetime | None) -> str:
    """2026-11-23; a moment is told to the minute, in the time of China."""
    if when is None:
        return figures.NONE
    return figures.local(when) if isinstance(when, datetime) else when.isoformat()


@register.filter
def month_day(when: date | None) -> str:
    """11月23日."""
    return figures.NONE if when is None else figures.month_day(when)


@register.filter
def short(fingerprint: str) -> str:
    """89b6b1…8d1e."""
    return figures.short(fingerprint)


@register.filter
def tongue(text: str) -> SafeString:
    """What was written in one language, marked as that: a reader's voice reads it rightly."""
    language = "zh-Hans" if _CHINESE.search(text) else "en"
    own = "en" if figures.english() else "zh-Hans"
    if language == own or not any(letter.isalpha() for letter in text):
        return format_html("{}", text)
    return format_html('<span lang="{}">{}</span>', language, text)
