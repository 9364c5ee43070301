"""The terms of an ACTUS contract, read once; everything after works on these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from suixin.data.errors import InputError, shown
from suixin.lending.actus.reading import Reader
from suixin.lending.actus.times import BusinessDays, Every, Recurring
from suixin.lending.day_count import DayCount, day_count

Value = TypeVar("Value")
Code = TypeVar("Code", bound=StrEnum)

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


class ContractType(StrEnum):
    """The types implemented; `docs/actus.md` names those that are not."""

    PAM = "PAM"  # Principal at maturity.
    LAM = "LAM"  # Linear amortizer: the same principal each time.
    NAM = "NAM"  # Negative amortizer: the same payment, principal may grow.
    ANN = "ANN"  # Annuity: the same payment, fixed so that nothing is left.
    LAX = "LAX"  # Exotic linear amortizer: principal up and down by a list.
    CLM = "CLM"  # Call money: due a notice period after it is called.
    UMP = "UMP"  # Undefined maturity: in and out at any time.
    CSH = "CSH"  # Cash.


class Base(StrEnum):
    """What interest is counted on."""

    NOTIONAL = "NT"
    FIRST_NOTIONAL = "NTIED"
    LAGGED = "NTL"


class FeeBasis(StrEnum):
    """A fee as a sum, or as a rate a year on the notional."""

    AMOUNT = "A"
    NOTIONAL = "N"


class Penalty(StrEnum):
    """What an early payment costs: nothing, a sum, a rate, or the interest difference."""

    NONE = "O"
    AMOUNT = "A"
    NOTIONAL = "N"
    INTEREST = "I"


SIGNS: Final = {"RPA": 1, "LG": 1, "RPL": -1, "ST": -1}


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of an array schedule: from its anchor, every so often, with a value of its own."""

    anchor: datetime
    every: Every | None
    value: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Reset:
    """How a rate follows the market: multiplied, spread added, held in bounds."""

    when: Recurring
    market: str
    multiplier: Decimal
    spread: Decimal
    fixed_next: Decimal | None
    life_cap: Decimal | None
    life_floor: Decimal | None
    period_cap: Decimal | None
    period_floor: Decimal | None


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee: its rate or sum, basis and times, and what is accrued at the status date."""

    when: Recurring
    rate: Decimal
    basis: FeeBasis
    accrued: Decimal | None


@dataclass(frozen=True, slots=True)
class Scaling:
    """How an index scales interest (`interest`) and principal (`notional`)."""

    when: Recurring
    market: str
    index_at_start: Decimal | None
    interest: bool
    notional: bool
    interest_multiplier: Decimal
    notional_multiplier: Decimal


@dataclass(frozen=True, slots=True)
class EarlyPayment:
    """Times at which principal may be paid early, and what it costs."""

    when: Recurring
    market: str
    allowed: bool
    penalty: Penalty
    penalty_rate: Decimal


@dataclass(frozen=True, slots=True)
class Traded:
    """A day the contract is bought or sold on, and the price without accrued interest."""

    when: datetime
    price: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """One contract. Sums and rates are exact decimals; `sign` is +1 for the lender, -1 for the
    borrower. Source: ACTUS data dictionary.
    """

    type: ContractType
    name: str
    sign: int
    currency: str
    status: datetime
    exchanged: datetime | None
    matures: datetime | None
    amortizes: datetime | None
    notional: Decimal
    premium: Decimal
    rate: Decimal | None
    accrued: Decimal | None
    day_count: DayCount
    end_of_month: bool
    business_days: BusinessDays
    interest: Recurring
    capitalised_until: datetime | None
    base: Base
    base_amount: Decimal | None
    base_when: Recurring
    redemption: Recurring
    next_redemption: Decimal | None
    reset: Reset
    fee: Fee
    scaling: Scaling
    early: EarlyPayment
    bought: Traded | None
    sold: Traded | None
    notice: Every | None
    interest_segments: tuple[Segment, ...]
    redemption_segments: tuple[Segment, ...]
    reset_segments: tuple[Segment, ...]


def contract_type(given: Mapping[str, object]) -> ContractType:
    """The type of the terms; raises `InputError` ACTUS_TYPE for one not implemented.

    >>> contract_type({"contractType": "PAM"})
    <ContractType.PAM: 'PAM'>
    """
    name = str(given.get("contractType", ""))
    if name not in tuple(ContractType):
        known = ", ".join(ContractType)
        wrong = f"The contract type {shown(name) or '(none)'} is not implemented."
        raise InputError("ACTUS_TYPE", wrong, f"Implemented are {known}.")
    return ContractType(name)


def read_terms(given: Mapping[str, object]) -> Terms:
    """Terms under their dictionary names (camel case); raises `InputError` that names the term."""
    found = Reader(given)
    kind = contract_type(given)
    return Terms(
        type=kind,
        name=found.word("contractID"),
        sign=_sign(found),
        currency=found.word("currency"),
        status=_needed(found.time("statusDate"), "statusDate"),
        exchanged=_exchanged(found, kind),
        matures=found.time("maturityDate"),
        amortizes=found.time("amortizationDate"),
        notional=_notional(found),
        premium=found.number("premiumDiscountAtIED") or ZERO,
        rate=found.number("nominalInterestRate"),
        accrued=found.number("accruedInterest"),
        day_count=day_count(found.word("dayCountConvention", "A365")),
        end_of_month=found.word("endOfMonthConvention", "SD") == "EOM",
        business_days=BusinessDays.parse(
            found.word("businessDayConvention"), found.word("calendar")
        ),
        interest=_recurring(found, "InterestPayment"),
        capitalised_until=found.time("capitalizationEndDate"),
        base=_coded(found, "interestCalculationBase", Base.NOTIONAL),
        base_amount=found.number("interestCalculationBaseAmount"),
        base_when=_recurring(found, "InterestCalculationBase"),
        redemption=_recurring(found, "PrincipalRedemption"),
        next_redemption=found.number("nextPrincipalRedemptionPayment"),
        reset=_reset(found),
        fee=_fee(found),
        scaling=_scaling(found),
        early=_early(found),
        bought=_traded(found, "purchaseDate", "priceAtPurchaseDate"),
        sold=_traded(found, "terminationDate", "priceAtTerminationDate"),
        notice=_notice(found),
        interest_segments=_segments(found, "InterestPayment", value="", kind=""),
        redemption_segments=_segments(
            found,
            "PrincipalRedemption",
            value="arrayNextPrincipalRedemptionPayment",
            kind="arrayIncreaseDecrease",
        ),
        reset_segments=_segments(found, "RateReset", value="arrayRate", kind="arrayFixedVariable"),
    )


def _needed(value: Value | None, name: str) -> Value:
    if value is None:
        raise InputError("ACTUS_TERM", f"{name} is missing.", "Add it to the terms.")
    return value


def _notional(found: Reader) -> Decimal:
    notional = _needed(found.number("notionalPrincipal"), "notionalPrincipal")
    if notional < 0:
        wrong = f"notionalPrincipal: {notional} is below zero."
        raise InputError("ACTUS_TERM", wrong, "Give it without a sign; the role has one.")
    return notional


def _sign(found: Reader) -> int:
    role = found.word("contractRole")
    if role not in SIGNS:
        wrong = f"contractRole: {shown(role) or '(none)'} is no role of such a contract."
        raise InputError("ACTUS_TERM", wrong, f"Use one of {', '.join(SIGNS)}.")
    return SIGNS[role]


def _exchanged(found: Reader, kind: ContractType) -> datetime | None:
    if kind is ContractType.CSH:
        return None
    return _needed(found.time("initialExchangeDate"), "initialExchangeDate")


def _coded(found: Reader, name: str, default: Code) -> Code:
    """A code of an enum, by its value; raises `InputError` ACTUS_TERM for one unknown."""
    text, codes = found.word(name, default), type(default)
    if text not in tuple(codes):
        wrong = f"{name}: {shown(text)} is unknown."
        raise InputError("ACTUS_TERM", wrong, f"Use one of {', '.join(codes)}.")
    return codes(text)


def _notice(found: Reader) -> Every | None:
    """The notice period of a call; none where it is of no days."""
    at_once = found.word("xDayNotice").lstrip("P")[:-1].strip("0") == ""
    return None if at_once else found.cycle("xDayNotice")


def _recurring(found: Reader, of: str) -> Recurring:
    return Recurring(found.time(f"cycleAnchorDateOf{of}"), found.cycle(f"cycleOf{of}"))


def _reset(found: Reader) -> Reset:
    multiplier = found.number("rateMultiplier")
    return Reset(
        when=_recurring(found, "RateReset"),
        market=found.word("marketObjectCodeOfRateReset"),
        multiplier=ONE if multiplier is None else multiplier,
        spread=found.number("rateSpread") or ZERO,
        fixed_next=found.number("nextResetRate"),
        life_cap=found.number("lifeCap"),
        life_floor=found.number("lifeFloor"),
        period_cap=found.number("periodCap"),
        period_floor=found.number("periodFloor"),
    )


def _fee(found: Reader) -> Fee:
    return Fee(
        when=_recurring(found, "Fee"),
        rate=found.number("feeRate") or ZERO,
        basis=_coded(found, "feeBasis", FeeBasis.NOTIONAL),
        accrued=found.number("feeAccrued"),
    )


def _scaling(found: Reader) -> Scaling:
    effect = found.word("scalingEffect", "OOO")
    if len(effect) != 3 or effect[0] not in "IO0" or effect[1] not in "NO0":
        wrong = f"scalingEffect: {shown(effect)} is unknown."
        raise InputError("ACTUS_TERM", wrong, "Use OOO, IOO, ONO or INO.")
    at_status = found.number("scalingIndexAtStatusDate")
    interest = found.number("interestScalingMultiplier")
    notional = found.number("notionalScalingMultiplier")
    return Scaling(
        when=_recurring(found, "ScalingIndex"),
        market=found.word("marketObjectCodeOfScalingIndex"),
        index_at_start=found.number("scalingIndexAtContractDealDate", at_status),
        interest=effect[0] == "I",
        notional=effect[1] == "N",
        interest_multiplier=ONE if interest is None else interest,
        notional_multiplier=ONE if notional is None else notional,
    )


def _early(found: Reader) -> EarlyPayment:
    return EarlyPayment(
        when=_recurring(found, "Optionality"),
        market=found.word("objectCodeOfPrepaymentModel"),
        allowed=found.word("prepaymentEffect", "N") != "N",
        penalty=_coded(found, "penaltyType", Penalty.NONE),
        penalty_rate=found.number("penaltyRate") or ZERO,
    )


def _traded(found: Reader, date_name: str, price_name: str) -> Traded | None:
    when = found.time(date_name)
    if when is None:
        return None
    return Traded(when, _needed(found.number(price_name), price_name))


def _segments(found: Reader, of: str, *, value: str, kind: str) -> tuple[Segment, ...]:
    """The parts of an array schedule; one cycle given holds for every part."""
    anchors = found.times(f"arrayCycleAnchorDateOf{of}")
    cycles: tuple[Every | None, ...] = found.cycles(f"arrayCycleOf{of}") or (None,)
    values = found.numbers(value) or (ZERO,)
    kinds = found.words(kind) or ("",)
    parts = len(anchors)
    for name, listed in ((f"arrayCycleOf{of}", cycles), (value, values), (kind, kinds)):
        if parts and len(listed) not in (1, parts):
            wrong = f"{name} has {len(listed)} parts, its anchors {parts}."
            raise InputError("ACTUS_TERM", wrong, "Give one part, or one for each anchor.")
    return tuple(
        Segment(anchor, _part(cycles, n), _part(values, n), _part(kinds, n))
        for n, anchor in enumerate(anchors)
    )


def _part(listed: tuple[Value, ...], n: int) -> Value:
    return listed[0] if len(listed) == 1 else listed[n]
