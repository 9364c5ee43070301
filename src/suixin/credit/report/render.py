"""The templates, compiled once, and the sheet of styles made small."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from suixin.credit.report import words
from suixin.credit.report.figures import NONE, signed
from suixin.credit.report.tongue import Shown, Tongue

OWN_NAME: Final = MappingProxyType({"zh": "中文", "en": "English"})

# The first language is shown until the reader asks for the second: by the switch of the page, or by
# coming from a page read in it, through a link that ends in #en. No script; and a page that was
# moved away from its sheet still shows one language and its switch.
_ASKED: Final = ":is(body:has(#second:checked),body:has(main:target):not(:has(#first:checked)))"
_SWITCH: Final = """
[lang=SECOND]{display:none}
ASKED [lang=SECOND]{display:revert}
ASKED [lang=SECOND]+*{display:none}
"""


def read(name: str) -> str:
    """The text of a template or of the sheet, from the package."""
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def small(sheet: str) -> str:
    """A sheet of styles without comments and needless space.

    >>> small("/* ink */ a , b { color:red ; margin:0 auto }")
    'a,b{color:red;margin:0 auto}'
    """
    without = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    joined = re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", without))
    return joined.replace(";}", "}").strip()


def sheet() -> Markup:
    """The styles of every page: components, and which language's name is marked."""
    return Markup(small(read("suixin.css").replace("ASKED", _ASKED)))


@cache
def templates(first: Shown) -> Environment:
    """The compiled templates of a report that shows `first` until asked for the other language."""
    environment = Environment(
        loader=FunctionLoader(read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    tongue = Tongue(first)
    environment.globals.update(
        t=tongue,
        switch=Markup(small(_SWITCH.replace("ASKED", _ASKED).replace("SECOND", tongue.second))),
        own_name=OWN_NAME,
        words=words,
        dash=NONE,
    )
    environment.filters.update(signed=signed, plain=lambda minor: f"{minor / 100:,.2f}")
    return environment
