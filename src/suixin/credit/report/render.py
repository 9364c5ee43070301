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
# moved away from its sheet still shows one language and its switch. A browser that knows no :has()
# drops the rules of the link alone.
_SWITCH: Final = """
[lang=SECOND]{display:none}
#l-SECOND:checked~* [lang=SECOND]{display:revert}
#l-SECOND:checked~* [lang=SECOND]+*{display:none}
ASKED [lang=SECOND]{display:revert}
ASKED [lang=SECOND]+*{display:none}
"""
_ASKED: Final = "body:has(#l-FIRST:not(:checked)~main:target)"
# The name of the language in use is underlined and heavy.
_CHOSEN: Final = """
[for=l-FIRST],#l-SECOND:checked~* [for=l-SECOND],ASKED [for=l-SECOND]
  {border-color:#FAF8F3;font-weight:600}
#l-SECOND:checked~* [for=l-FIRST],ASKED [for=l-FIRST]{border-color:#0000;font-weight:400}
#l-zh:focus-visible~* [for=l-zh],#l-en:focus-visible~* [for=l-en]{outline:3px solid #D9A441}
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


def sheet(tongue: Tongue) -> Markup:
    """The styles of every page: components, and which language's name is marked."""
    return Markup(small(read("suixin.css") + _in(tongue, _CHOSEN)))


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
        switch=Markup(small(_in(tongue, _SWITCH))),
        own_name=OWN_NAME,
        words=words,
        dash=NONE,
    )
    environment.filters.update(signed=signed, plain=lambda minor: f"{minor / 100:,.2f}")
    return environment


def _in(tongue: Tongue, rules: str) -> str:
    whole = rules.replace("ASKED", _ASKED)
    return whole.replace("FIRST", tongue.first).replace("SECOND", tongue.second)
