"""A page of the report as a person reads it, for tests."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import ClassVar


class Reader(HTMLParser):
    """A page as a person reads it in one language: its words, its cells, what it links to."""

    VOID = frozenset({"meta", "link", "input", "br", "path", "rect"})
    # A start of one of these ends an open one of its kind, as HTML has it.
    ENDS: ClassVar[dict[str, frozenset[str]]] = {
        "tr": frozenset({"tr", "td", "th", "thead", "tbody"}),
        "td": frozenset({"td", "th"}),
        "th": frozenset({"td", "th"}),
        "li": frozenset({"li"}),
        "dt": frozenset({"dt", "dd"}),
        "dd": frozenset({"dt", "dd"}),
        **{block: frozenset({"p"}) for block in ("p", "table", "ul", "ol", "dl", "div", "details")},
        "tbody": frozenset({"tr", "td", "th", "thead", "tbody"}),
        "tfoot": frozenset({"tr", "td", "th", "tbody"}),
    }

    def __init__(self, second: str, *, asked: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.second, self.asked = second, asked
        self.open: list[tuple[str, bool]] = []  # (tag, hidden)
        self.after_pair: list[bool] = [False]  # by depth: the last sibling was the second language
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag in self.VOID:
            return
        while self.open and self.open[-1][0] in self.ENDS.get(tag, frozenset()):
            self._close()
        second = given.get("lang") == self.second
        hidden = second != self.asked and (second or self.after_pair[-1])
        self.after_pair[-1] = second
        self.open.append((tag, hidden))
        self.after_pair.append(False)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self._close() != tag:
            pass

    def handle_data(self, data: str) -> None:
        quiet = {"style", "title", "head", "script"}
        if data.strip() and not any(hidden or tag in quiet for tag, hidden in self.open):
            self.words.append(data.strip())

    def _close(self) -> str:
        self.after_pair.pop()
        return self.open.pop()[0]

    @property
    def text(self) -> str:
        return " ".join(self.words)
