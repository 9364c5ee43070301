"""A quote: what a product would cost and when it would be repaid, before anybody applies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from suixin.data.errors import InputError
from suixin.kernel.calendar import UnknownYear
from suixin.kernel.money import Money
from suixin.kernel.policy import load_policy
from suixin.lending.caps import LENDER, Cap, CapTest, cap_flags, cap_tests, caps_on
from suixin.lending.cost import annual_cost, band_figure, flows, simple_rate
from suixin.lending.cost_table import CostItem, cost_items, fee_fen, late_flows
from suixin.lending.crop_calendar import CropRules, harvest_due
from suixin.lending.methods.registry import Case, method
from suixin.lending.product import Product, product_on
from suixin.lending.refused import Refused
from suixin.lending.schedule import Schedule, Terms, schedule


@dataclass(frozen=True, slots=True)
class Asked:
    """What may be asked of a quote beside product, principal and day; None: as the sheet has it.

    `lender` is licensed, microloan or private; `guarantor` agricultural_guarantee or "".
    """

    rate_bps: int | None = None
    times: int | None = None
    method: str | None = None
    crop: str | None = None
    village_code: str = ""
    distributed: tuple[date, ...] = ()
    rows: tuple[tuple[date, int], ...] = ()
    lender: str = "licensed"
    guarantor: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A schedule with its cost: yearly figures in percent, the table, and the caps in force.

    `all_in` is the effective yearly cost with every fee, paid in time; `all_in_late` that of who
    pays every instalment `late_days` late; `simple` the cost in time as a simple rate; `band` what
    is held against the mode's band; `received` what reaches the payee. `flags` are caps that do not
    bind this lender but that the cost is above.
    """

    product: Product
    principal: Money
    received: Money
    on: date
    rate_bps: int
    method: str
    schedule: Schedule
    items: tuple[CostItem, ...]
    all_in: Decimal
    all_in_late: Decimal
    late_days: int
    simple: Decimal
    band: Decimal
    caps: tuple[CapTest, ...]
    flags: tuple[Cap, ...]

    @property
    def refusals(self) -> tuple[Refused, ...]:
        """Why the loan may not be made at this cost; empty when it may."""
        return tuple(test.refusal for test in self.caps if test.refusal is not None)

    @property
    def total_cost(self) -> Money:
        """What a borrower who pays in time pays above the principal."""
        normal = (item.amount_fen for item in self.items if not item.default)
        return Money(sum(normal), self.principal.currency)


def quote(
    product: str,
    principal: Money,
    on: date,
    asked: Asked = Asked(),
    *,
    policies: Path | None = None,
) -> Quote:
    """What a product costs: schedule, cost table, all-in yearly cost, and the caps of that day.

    Raises `InputError` naming what was asked and what the sheet allows. Source: formulas §10.

    >>> made = quote("sales_sweep", Money(50_000_00), date(2026, 6, 30))
    >>> made.product.name, len(made.schedule.rows), str(made.all_in), made.refusals
    ('sales_flow', 6, '11.0202', ())
    """
    sheet = product_on(product, on, policies)
    terms, name = _terms(sheet, principal, on, asked, policies)
    made, upfront = _scheduled(sheet, terms, on)
    all_in = annual_cost(flows(made, upfront))
    cost = load_policy("cost", policies).on(on)
    late = late_flows(
        made,
        upfront,
        days=cost["cost.late_example"],
        rate_bps=terms.rate_bps,
        penalty_bps=sheet.penalty_bps,
    )
    band = band_figure(terms.rate_bps, all_in, annual_cost(flows(made, fees=False)))
    found = {"all_in": all_in, "band": band}
    caps = caps_on(cost, load_policy("law", policies).on(on))
    loan = {"mode": sheet.mode, LENDER: asked.lender, "guarantor": asked.guarantor}
    return Quote(
        product=sheet,
        principal=principal,
        received=Money(principal.minor - upfront, principal.currency),
        on=on,
        rate_bps=terms.rate_bps,
        method=name,
        schedule=made,
        items=cost_items(
            sheet, made, rate_bps=terms.rate_bps, method=name, late_days=cost["cost.late_example"]
        ),
        all_in=all_in,
        all_in_late=annual_cost(late),
        late_days=cost["cost.late_example"],
        simple=simple_rate(made, upfront),
        band=band,
        caps=cap_tests(caps, loan, found),
        flags=cap_flags(caps, loan, found),
    )


def _terms(
    sheet: Product, principal: Money, on: date, asked: Asked, policies: Path | None
) -> tuple[Terms, str]:
    """The terms asked for, and the name of the method that repays them."""
    rate_bps, times, name = _within(sheet, principal, asked)
    repayment = sheet.repayment
    case = _case(sheet, principal, on, asked, policies)
    terms = Terms(
        principal.minor,
        rate_bps,
        method=method(name, repayment.settings, case),
        times=times,
        cycle=sheet.tenor.cycle,
        day_count=repayment.day_count,
        rounding=repayment.rounding,
        shift=repayment.shift,
    )
    return terms, name


def _within(sheet: Product, principal: Money, asked: Asked) -> tuple[int, int, str]:
    """Rate, turns and method asked for, or the sheet's own; raises where it does not allow them."""
    least, most = sheet.amount_min_fen, sheet.amount_max_fen
    if principal.currency != "CNY" or not least <= principal.minor <= most:
        wrong = f"{sheet.name} does not lend {principal}."
        raise InputError("AMOUNT", wrong, f"Ask for {Money(least)} to {Money(most)}.")
    rate = sheet.rate_middle_bps if asked.rate_bps is None else asked.rate_bps
    if not sheet.rate_min_bps <= rate <= sheet.rate_max_bps:
        wrong = f"{sheet.name} is not lent at {rate} bps."
        raise InputError(
            "RATE", wrong, f"Ask for {sheet.rate_min_bps} to {sheet.rate_max_bps} bps."
        )
    tenor = sheet.tenor
    times = tenor.usual if asked.times is None else asked.times
    if not tenor.least <= times <= tenor.most:
        wrong = f"{sheet.name} does not run for {times} turns of {tenor.cycle}."
        raise InputError("TENOR", wrong, f"Ask for {tenor.least} to {tenor.most}.")
    allowed = (sheet.repayment.method, *sheet.repayment.also)
    name = sheet.repayment.method if asked.method is None else asked.method
    if name not in allowed:
        wrong = f"{sheet.name} is not repaid by {name}."
        raise InputError("METHOD", wrong, f"Its sheet allows {', '.join(allowed)}.")
    return rate, times, name


def _case(sheet: Product, principal: Money, on: date, asked: Asked, policies: Path | None) -> Case:
    due = None
    if asked.crop is not None:
        rules = CropRules.from_policy(
            load_policy("categories", policies).on(on),
            load_policy("crop_calendar", policies).on(on),
        )
        due = harvest_due(asked.crop, on, rules, village_code=asked.village_code)
    return Case(principal.minor, sheet.repayment.rounding, due, asked.distributed, asked.rows)


def _scheduled(sheet: Product, terms: Terms, on: date) -> tuple[Schedule, int]:
    """The schedule with the fees of its rows, and the fees that are paid with the payout."""

    def fees(kind: str) -> int:
        return sum(
            fee_fen(fee, terms.principal_fen, terms.rounding)
            for fee in sheet.fees
            if fee.method == kind
        )

    try:
        bare = schedule(terms, on)
        made = (
            schedule(terms, on, fees_fen=[fees("each")] * len(bare.rows)) if fees("each") else bare
        )
    except UnknownYear as unknown:
        raise InputError("UNKNOWN_YEAR", str(unknown), "Ask for a shorter loan.") from unknown
    return made, fees("once")
