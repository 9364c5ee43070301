"""Who signs: whether two names are two people, for whatever takes more than one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def signatory(name: str) -> str:
    """A name as two spellings of it compare: width, case and spaces do not tell people apart.

    >>> signatory(" Risk  Officer"), signatory("Ｒisk officer")
    ('risk officer', 'risk officer')
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def are_two_people(by: Iterable[str]) -> bool:
    """Whether these are two names, of two people.

    >>> are_two_people(("officer", "auditor")), are_two_people(("officer", " Officer"))
    (True, False)
    """
    names = [signatory(name) for name in by]
    return len(names) == 2 and len({*names} - {""}) == 2
