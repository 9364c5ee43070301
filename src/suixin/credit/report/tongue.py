"""One thing in two languages, of which a page shows one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from suixin.kernel.refusal import Wording

Shown = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a page that shows `first` until asked writes both languages.

    The second language comes first, marked with its `lang`, and the first right behind it: the
    page's rules hide either the marked one or its neighbour. A pair costs 22 bytes that way, and a
    report holds some hundred thousand pairs.
    """

    first: Shown

    @property
    def second(self) -> Shown:
        """The language a reader has to ask for."""
        return "en" if self.first == "zh" else "zh"

    def __call__(self, zh: str, en: str) -> Markup:
        """A pair inside a line.

        >>> print(Tongue("zh")("退款", "Refunds & returns"))
        <i lang=en>Refunds &amp; returns</i><i>退款</i>
        """
        shown, asked = (zh, en) if self.first == "zh" else (en, zh)
        return Markup(f"<i lang={self.second}>{escape(asked)}</i><i>{escape(shown)}</i>")

    def of(self, tag: str, zh: str, en: str) -> Markup:
        """A pair of elements that need no end: a cell, a term, a paragraph.

        >>> print(Tongue("zh").of("th", "月", "Month"))
        <th lang=en>Month<th>月
        """
        shown, asked = (zh, en) if self.first == "zh" else (en, zh)
        return Markup(f"<{tag} lang={self.second}>{escape(asked)}<{tag}>{escape(shown)}")

    def link(self, href: str, zh: str, en: str) -> Markup:
        """A link in both, of which the second asks the next page for its own language.

        >>> print(Tongue("zh").link("rules.html", "规则", "Rules"))
        <a lang=en href="rules.html#en">Rules</a><a href="rules.html">规则</a>
        """
        shown, asked = (zh, en) if self.first == "zh" else (en, zh)
        to = escape(href)
        return Markup(
            f'<a lang={self.second} href="{to}#{self.second}">{escape(asked)}</a>'
            f'<a href="{to}">{escape(shown)}</a>'
        )

    def skip(self, zh: str, en: str) -> Markup:
        """A link past the head of the page that keeps the language asked for.

        >>> print(Tongue("zh").skip("跳到正文", "Skip"))
        <a lang=en href=#en>Skip</a><a href=#main>跳到正文</a>
        """
        shown, asked = (zh, en) if self.first == "zh" else (en, zh)
        return Markup(
            f"<a lang={self.second} href=#{self.second}>{escape(asked)}</a>"
            f"<a href=#main>{escape(shown)}</a>"
        )

    def name(self, names: Mapping[str, Wording], code: str) -> Markup:
        """The name of a code, or the code itself where it has none.

        >>> print(Tongue("zh").name({}, "<new>"))
        &lt;new&gt;
        """
        wording = names.get(code)
        return escape(code) if wording is None else self(wording.zh, wording.en)

    def cell(self, names: Mapping[str, Wording], code: str, tag: str = "th") -> Markup:
        """The name of a code as cells."""
        wording = names.get(code)
        if wording is None:
            return Markup(f"<{tag}>{escape(code)}")
        return self.of(tag, wording.zh, wording.en)
