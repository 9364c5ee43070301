"""Words of the pages: every Chinese sentence has its English, and nothing else is kept.

Chinese is what stands in templates and in `gettext("…")`; English stands in
`web/locale/en/LC_MESSAGES/ROOM.po`, a file a room (`base`, and a folder of pages each). This tool
adds what is new (to be translated by hand), and writes the one `django.mo` that Django reads.

The story: a page was translated except for the one line that a person had added on a Friday, and
no test could see it: an untranslated line is a page like any other, only in the wrong language.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.house import ROOT, finish, name_of

WEB: Final = ROOT / "src/suixin/service/web"
LOCALE: Final = WEB / "locale/en/LC_MESSAGES"
COMPILED: Final = LOCALE / "django.mo"
BASE: Final = "base"
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
# The same words give the same bytes.
_NO_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
Key = str | tuple[str, str]


def sources() -> Iterator[tuple[str, Path]]:
    """Every file with words and the room it belongs to, base first."""
    found = [
        *((path, path.relative_to(WEB).parts) for path in WEB.rglob("*.py")),
        *((path, path.relative_to(WEB / "templates").parts) for path in WEB.rglob("*.html")),
    ]
    rooms = {p.name for p in WEB.iterdir() if (p / "__init__.py").is_file()} - {"templatetags"}
    told = [(parts[0] if parts[0] in rooms else BASE, path) for path, parts in found]
    yield from sorted(told, key=lambda one: (one[0] != BASE, one))


def words_of(path: Path) -> Iterator[Key]:
    """The words of a template or a module; a pair for those that are counted."""
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        from django.utils.translation.template import templatize

        # What is left of a template is words and blanks: no line of it is indented Python.
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    for _, key, _, _ in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        yield (key[0], key[1]) if isinstance(key, tuple) else key


def needed() -> dict[Key, str]:
    """Every word and the room that keeps it: the first that says it."""
    found: dict[Key, str] = {}
    for room, path in sources():
        for key in words_of(path):
            found.setdefault(key, room)
    return found


def kept() -> dict[str, Catalog]:
    """The English of every room."""
    return {
        path.stem: read_po(BytesIO(path.read_bytes()), "en") for path in sorted(LOCALE.glob("*.po"))
    }


def faults(words: dict[Key, str], catalogs: dict[str, Catalog]) -> list[str]:
    """Words without English, English without words, and English that is said twice."""
    wrong: list[str] = []
    seen: dict[Key, str] = {}
    for room, catalog in catalogs.items():
        for message in _messages(catalog):
            key, where = _key(message), f"{name_of(LOCALE)}/{room}.po"
            if key not in words:
                wrong.append(f"{where}: nothing says {message.id!r} any more; drop it")
            elif not _is_whole(message):
                wrong.append(f"{where}: {message.id!r} has no English, or lacks a %(name)s of it")
            elif key in seen:
                wrong.append(f"{where}: {message.id!r} stands in {seen[key]}.po too")
            seen[key] = room
    missing = [
        f"{room}: {key!r} has no line; run python -m tools.words"
        for key, room in words.items()
        if key not in seen
    ]
    return wrong + missing


def compiled(catalogs: dict[str, Catalog]) -> bytes:
    """The one file that Django reads, of all rooms."""
    whole = Catalog("en", fuzzy=False, creation_date=_NO_DAY, revision_date=_NO_DAY)
    for message in (m for catalog in catalogs.values() for m in _messages(catalog)):
        whole.add(message.id, message.string)
    out = BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def add(words: dict[Key, str], catalogs: dict[str, Catalog]) -> None:
    """Write a line without English for every new word, and drop what nothing says any more."""
    known = {_key(message) for catalog in catalogs.values() for message in _messages(catalog)}
    for room in {BASE, *words.values(), *catalogs}:
        catalog = Catalog("en", fuzzy=False)
        for message in _messages(catalogs.get(room, catalog)):
            if _key(message) in words:
                catalog.add(message.id, message.string)
        for key in (key for key, home in words.items() if home == room and key not in known):
            catalog.add(key)
        out = BytesIO()
        write_po(out, catalog, width=0, omit_header=True, sort_output=False)
        (LOCALE / f"{room}.po").write_bytes(_HEADER + out.getvalue().lstrip())


_HEADER: Final = (
    b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    b'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _key(message: Message) -> Key:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def _is_whole(message: Message) -> bool:
    """Whether there is English, and every name that is filled in stands in it."""
    said = message.string if isinstance(message.string, tuple | list) else (message.string,)
    named = [set(_names(one)) for one in said]
    asked = _names(message.id if isinstance(message.id, str) else message.id[1])
    return all(said) and set(asked) == named[-1]


def _names(text: str | None) -> list[str]:
    return [part.split(")s")[0] for part in (text or "").split("%(")[1:]]


def main() -> None:
    words = needed()
    if "--check" not in sys.argv[1:]:
        add(words, kept())
    catalogs = kept()
    wrong = faults(words, catalogs)
    made = compiled(catalogs)
    if "--check" not in sys.argv[1:]:
        COMPILED.write_bytes(made)
    elif not COMPILED.is_file() or COMPILED.read_bytes() != made:
        wrong.append(f"{name_of(COMPILED)} is not made of the .po files; run python -m tools.words")
    finish("words", wrong)


if __name__ == "__main__":
    main()
