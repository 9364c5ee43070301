"""Which event debits and credits which accounts: the model's table, as data.

What an agreement's own history moves is posted by `replay`; the rest (subsidy, pledges, commission,
charges, the co-operative) is posted from here by those who decide it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.parameter import nearest
from suixin.lending.transaction import NO_DIMENSIONS, Dimensions, Posting, pair_of

Sides = tuple[tuple[str, str], ...]

MOVEMENTS: Final[Mapping[str, Sides]] = MappingProxyType(
    {
        "limit granted": (("9001", "9000"),),
        "limit cut": (("9000", "9001"),),
        "limit drawn": (("9000", "9001"),),
        "limit repaid": (("9001", "9000"),),
        "penalty charged": (("1103", "4002"),),
        "fee charged": (("1104", "4003"),),
        "receipt arrives": (("1001", "2001"),),
        "proceeds arrive": (("1001", "2001"),),
        "bank charge": (("5003", "1001"),),
        "disbursed to household": (("1101", "1002"),),
        "household payment sent": (("1002", "1001"),),
        "disbursed to supplier": (("1101", "2002"),),
        "supplier payment sent": (("2002", "1001"),),
        "interest accrued": (("1102", "4001"),),
        "interest suspended": (("4001", "1102"), ("9003", "9000")),
        "interest noted": (("9003", "9000"),),
        "interest resumed": (("1102", "4001"), ("9000", "9003")),
        "penalty resumed": (("1103", "4002"), ("9000", "9003")),
        "suspended interest paid": (("2001", "4001"), ("9000", "9003")),
        "suspended penalty paid": (("2001", "4002"), ("9000", "9003")),
        "fee paid": (("2001", "1104"),),
        "penalty paid": (("2001", "1103"),),
        "interest paid": (("2001", "1102"),),
        "principal paid": (("2001", "1101"),),
        "principal given back": (("1101", "2001"), ("2001", "1001")),
        "interest given back": (("1102", "2001"), ("2001", "1001")),
        "penalty given back": (("1103", "2001"), ("2001", "1001")),
        "fee given back": (("1104", "2001"), ("2001", "1001")),
        "suspended interest given back": (("4001", "2001"), ("2001", "1001"), ("9003", "9000")),
        "suspended penalty given back": (("4002", "2001"), ("2001", "1001"), ("9003", "9000")),
        "payment returned": (("1001", "1101"),),
        "overpayment released": (("2001", "2003"),),
        "subsidy earned": (("1105", "1102"),),
        "subsidy earned on paid interest": (("1105", "2003"),),
        "subsidy earned on suspended interest": (("1105", "4001"), ("9000", "9003")),
        "subsidy received": (("1001", "1105"),),
        "subsidy clawed back": (("1102", "2006"),),
        "subsidy returned": (("2006", "1001"),),
        "loss provided": (("5001", "1901"),),
        "guarantor called": (("9005", "9000"),),
        "fund claim after write-off": (("1106", "1901"), ("9000", "9004")),
        "guarantor call ended": (("9000", "9005"),),
        "guarantor paid principal": (("1001", "1101"), ("9000", "9005")),
        "guarantor paid interest": (("1001", "1102"), ("9000", "9005")),
        "guarantor paid penalty": (("1001", "1103"), ("9000", "9005")),
        "guarantor paid fee": (("1001", "1104"), ("9000", "9005")),
        "guarantor paid suspended interest": (("1001", "4001"), ("9000", "9003")),
        "guarantor paid suspended penalty": (("1001", "4002"), ("9000", "9003")),
        "claim accepted on principal": (("1106", "1101"),),
        "claim accepted on interest": (("1106", "4001"), ("9000", "9003")),
        "fund: claim accepted": (("F102", "F201"),),
        "fund paid": (("1001", "1106"),),
        "fund: paid": (("F201", "F101"),),
        "claim reduced": (("1101", "1106"),),
        "fund: claim reduced": (("F201", "F102"),),
        "written off": (("1901", "1101"), ("9004", "9000")),
        "penalty written off": (("1901", "1103"), ("9004", "9000")),
        "fee written off": (("1901", "1104"), ("9004", "9000")),
        "interest written off": (("1901", "1102"), ("9004", "9000")),
        "recovered for fund": (("2001", "2004"),),
        "recovered for guarantors": (("2001", "2005"),),
        "recovered for lender": (("2001", "1901"), ("9000", "9004")),
        "recovery passed to fund": (("2004", "1001"),),
        "fund: recovery": (("F101", "F102"),),
        "pledge in": (("9002", "9000"),),
        "pledge out": (("9000", "9002"),),
        "commission to agent": (("5002", "1001"),),
        "co-op: sale": (("C101", "C201"),),
        "co-op: distribution": (("C201", "C202"),),
        "co-op: payment": (("C202", "C101"),),
    }
)


def movement(
    name: str, fen: int, about: Dimensions = NO_DIMENSIONS, *, currency: str = "CNY"
) -> tuple[Posting, ...]:
    """The postings of a movement of so much; raises `InputError` MOVEMENT where none is so named.

    Source: the ledger's table of the model.

    >>> [(one.account, one.fen) for one in movement("interest suspended", 55_50)]
    [('4001', 5550), ('1102', -5550), ('9003', 5550), ('9000', -5550)]
    """
    if name not in MOVEMENTS:
        near = nearest(name, MOVEMENTS) or "."
        raise InputError("MOVEMENT", f"There is no movement {name}{near}", "See docs/ledger.md.")
    return tuple(
        posting
        for debit, credit in MOVEMENTS[name]
        for posting in pair_of(debit, credit, fen, about, currency=currency)
    )
