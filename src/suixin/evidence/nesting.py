"""JSON so deep that reading it would overflow the stack, told before it is read.

Python's own reader stops at the interpreter's recursion limit. An EVM in the process raises that
limit beyond what the stack holds, and then a few thousand brackets end the process.
"""

from __future__ import annotations

import re
from typing import Final

NESTED_MAX: Final = 200

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")


def too_deep(text: str) -> bool:
    """Whether arrays and objects of a text lie more than 200 deep in one another.

    >>> too_deep("[" * 201), too_deep("[]" * 201), too_deep('"' + "[" * 201)
    (True, False, False)
    """
    if text.count("[") + text.count("{") <= NESTED_MAX:
        return False
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > NESTED_MAX:
            return True
    return False
