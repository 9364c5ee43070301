"""Identity numbers: are they well formed? Whether they are anyone's is the registry's to say.

An error never repeats the number: messages end in logs, and the number is personal.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

# GB/T 2260 province codes; 81-83 stand on residence permits of Hong Kong, Macao and Taiwan people.
_PROVINCE: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_SEPARATORS: Final = re.compile(r"[\s-]")

_RESIDENT: Final = re.compile(r"[0-9]{17}[0-9X]")
_RESIDENT_WEIGHTS: Final = tuple(pow(2, 17 - place, 11) for place in range(17))  # ISO 7064
_RESIDENT_CHECKS: Final = "10X98765432"  # By the weighted sum mod 11.

_USCC_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z.
_USCC: Final = re.compile(rf"[{_USCC_LETTERS}]{{2}}[0-9]{{6}}[{_USCC_LETTERS}]{{10}}")
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))

_BANK_CARD: Final = re.compile(r"[0-9]{12,19}")  # ISO/IEC 7812; mainland cards have 16 to 19.


class BadIdentity(ValueError):
    """A number is not well formed: `kind` of number, and what is wrong without repeating it."""

    def __init__(self, kind: str, wrong: str) -> None:
        super().__init__(kind, wrong)
        self.kind, self.wrong = kind, wrong

    def __str__(self) -> str:
        return f"Not a {self.kind}: {self.wrong}."


def check_resident_id(text: str) -> str:
    """The 18-character resident id, without separators and with a capital X (GB 11643-1999).

    >>> check_resident_id("11010519491231002x")
    '11010519491231002X'
    >>> check_resident_id("110105194912310021")
    Traceback (most recent call last):
    ...
    suixin.kernel.identity.BadIdentity: Not a resident id: its check character does not fit.
    """
    kind, number = "resident id", _plain(text)
    if len(number) == 15 and number.isdecimal():
        raise BadIdentity(kind, "it has 15 digits; cards with 15 lost their force on 2013-01-01")
    if not _RESIDENT.fullmatch(number):
        raise BadIdentity(
            kind, f"expected 17 digits and a digit or X, got {len(number)} characters"
        )
    if number[17] != resident_check(number[:17]):
        raise BadIdentity(kind, "its check character does not fit")
    if not _PROVINCE.match(number):
        raise BadIdentity(kind, "its first two digits are no province")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BadIdentity(kind, "its digits 7 to 14 are no date of birth") from None
    return number


def check_uscc(text: str) -> str:
    """The 18-character unified social credit code, without separators, in capitals (GB 32100-2015).

    The first two characters may be letters: village collectives are registered under N.

    >>> check_uscc("9111 0000 6000 37341l")
    '91110000600037341L'
    """
    kind, number = "unified social credit code", _plain(text)
    if not _USCC.fullmatch(number):
        wrong = "expected 18 characters, digits 3 to 8 numeric, without I, O, S, V and Z"
        raise BadIdentity(kind, wrong)
    values = [_USCC_LETTERS.index(character) for character in number]
    total = sum(value * weight for value, weight in zip(values, _USCC_WEIGHTS, strict=False))
    if values[17] != -total % 31:
        raise BadIdentity(kind, "its check character does not fit")
    return number


def check_bank_card(text: str) -> str:
    """The bank card number, digits only, its Luhn digit checked (ISO/IEC 7812-1).

    >>> check_bank_card("6222 0212 3456 7894")
    '6222021234567894'
    """
    kind, number = "bank card number", _plain(text)
    if not _BANK_CARD.fullmatch(number):
        raise BadIdentity(kind, f"expected 12 to 19 digits, got {len(number)} characters")
    if number[-1] != luhn_check(number[:-1]):
        raise BadIdentity(kind, "its check digit does not fit")
    return number


def resident_check(known: str) -> str:
    """The check character that the first 17 digits of a resident id ask for (ISO 7064, MOD 11-2).

    >>> resident_check("11010519491231002")
    'X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(known, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def luhn_check(known: str) -> str:
    """The digit that ends a card number which begins with these digits (ISO/IEC 7812-1).

    >>> luhn_check("622202123456789")
    '4'
    """
    digits = [int(digit) for digit in reversed(known)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[::2])
    return str(-(doubled + sum(digits[1::2])) % 10)


def _plain(text: str) -> str:
    """Without separators, in ASCII capitals: forms are often filled in full-width characters."""
    halved = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)
    return _SEPARATORS.sub("", halved).upper()
