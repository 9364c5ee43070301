"""Products: dated sheets, one YAML file each. A new product is a new file, and no code.

A sheet is a policy file of fourteen parameters (`policies/products/*.yaml`); an institution's own
folder may hold `products/<name>.yaml` beside its other policies, new ones or in place of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from suixin.data.errors import InputError
from suixin.data.feed import nearest
from suixin.kernel.money import Rounding
from suixin.kernel.parameter import Setting
from suixin.kernel.policy import Policy, PolicyError, PolicyOn, load_policy, read_policy
from suixin.lending.cycle import Cycle, Shift
from suixin.lending.day_count import DayCount
from suixin.lending.methods.registry import METHODS
from suixin.lending.sheet import SheetReader


@dataclass(frozen=True, slots=True)
class Fee:
    """What the borrower pays beside interest: a share of the principal (bps) or an amount (fen).

    `method` is `once`, with the payout, or `each`, with every instalment.
    """

    zh: str
    en: str
    method: str
    payee: str
    bps: int = 0
    fen: int = 0


@dataclass(frozen=True, slots=True)
class Repayment:
    """How a product is repaid, and how its interest is counted and rounded."""

    method: str
    also: tuple[str, ...]
    day_count: DayCount
    rounding: Rounding
    shift: Shift
    settings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tenor:
    """Turns of a cycle: how many when none are asked for, fewest and most."""

    cycle: Cycle
    usual: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Product:
    """A sheet as it stands on one day; `sources` has the reference and confidence of each part."""

    name: str
    zh: str
    en: str
    also: tuple[str, ...]
    mode: str
    purposes: tuple[str, ...]
    amount_min_fen: int
    amount_max_fen: int
    tenor: Tenor
    rate_min_bps: int
    rate_max_bps: int
    repayment: Repayment
    lenders: Mapping[str, int]
    money_to: str
    loss_order: tuple[str, ...]
    reads: tuple[str, ...]
    paid: tuple[Mapping[str, str], ...]
    fees: tuple[Fee, ...]
    penalty_bps: int
    rules: tuple[str, ...]
    sources: Mapping[str, Setting]

    @property
    def rate_middle_bps(self) -> int:
        """The rate that is quoted where no grade has set one."""
        return (self.rate_min_bps + self.rate_max_bps) // 2


def products_on(day: date, folder: Path | None = None) -> dict[str, Product]:
    """Every product whose sheet is in force on a day, by name.

    Raises `PolicyError` with file, line and field where a sheet is at fault.

    >>> list(products_on(date(2026, 6, 30)))[:3]
    ['community_chain', 'live_slot', 'purchase_order']
    """
    found: dict[str, Product] = {}
    for name, path in sorted(_paths(folder).items()):
        sheet = _sheet(path)
        if all(parameter.settings[0].since <= day for parameter in sheet.parameters.values()):
            found[name] = read_product(path, day, folder)
    return found


def product_on(name: str, day: date, folder: Path | None = None) -> Product:
    """The product of that name, or that also answers to it, as its sheet stands on a day.

    Raises `InputError` NO_PRODUCT, `NotInForce` before the sheet's first day, `PolicyError`.

    >>> product_on("sales_sweep", date(2026, 6, 30)).name
    'sales_flow'
    """
    paths = _paths(folder)
    if name in paths:
        return read_product(paths[name], day, folder)
    known = products_on(day, folder)
    for product in known.values():
        if name in product.also:
            return product
    near = nearest(name, known)
    hint = f"Did you mean {near}?" if near else f"Products: {', '.join(known)}."
    raise InputError("NO_PRODUCT", f"There is no product named {name}.", hint)


def check_products(folder: Path) -> list[PolicyError]:
    """The first fault of each sheet in a folder's `products`; none means they may be used.

    A sheet is read on every day that something in it changes.

    >>> check_products(Path(__file__).parents[1] / "policies")
    []
    """
    faults = []
    for path in sorted((folder / "products").glob("*.yaml")):
        try:
            sheet = _sheet(path)
            first = max(parameter.settings[0].since for parameter in sheet.parameters.values())
            changes = {
                s.since for parameter in sheet.parameters.values() for s in parameter.settings
            }
            for day in sorted({first, *(day for day in changes if day > first)}):
                read_product(path, day)
        except PolicyError as fault:
            faults.append(fault)
    return faults


def read_product(path: Path, day: date, folder: Path | None = None) -> Product:
    """A product from its file, every field checked; raises `PolicyError`, `NotInForce`.

    `folder` holds an institution's own policies, as elsewhere.
    """
    sheet = SheetReader(path, _sheet(path).on(day))
    cost = load_policy("cost", folder).on(day)
    if sheet.whole("amount.min_fen", least=1) > sheet.whole("amount.max_fen"):
        raise sheet.fault("amount.max_fen", "should not be below min_fen")
    if sheet.whole("rate.min_bps") > sheet.whole("rate.max_bps"):
        raise sheet.fault("rate.max_bps", "should not be below min_bps")
    lenders = sheet.mapping("funding.lenders")
    if not lenders or any(type(share) is not int or share < 1 for share in lenders.values()):
        raise sheet.fault("funding.lenders", "should give each lender a whole share ≥ 1")
    return Product(
        name=path.stem,
        zh=sheet.text("name.zh"),
        en=sheet.text("name.en"),
        also=sheet.texts("name.also"),
        mode=sheet.one_of("mode", ("platform", "government", "community")),
        purposes=sheet.texts("purposes"),
        amount_min_fen=sheet.whole("amount.min_fen", least=1),
        amount_max_fen=sheet.whole("amount.max_fen", least=1),
        tenor=_tenor(sheet),
        rate_min_bps=sheet.whole("rate.min_bps"),
        rate_max_bps=sheet.whole("rate.max_bps"),
        repayment=_repayment(sheet),
        lenders=MappingProxyType(lenders),
        money_to=sheet.text("funding.money_to"),
        loss_order=sheet.texts("loss_order"),
        reads=sheet.feeds("reads"),
        paid=tuple(MappingProxyType(row) for row in sheet.rows("paid", ("payee", "by", "what"))),
        fees=_fees(sheet, cost),
        penalty_bps=_penalty(sheet, cost),
        rules=sheet.texts("rules"),
        sources=sheet.policy.settings,
    )


def _tenor(sheet: SheetReader) -> Tenor:
    least, most = sheet.whole("tenor.min", least=1), sheet.whole("tenor.max", least=1)
    usual = sheet.whole("tenor.usual", least=1)
    if not least <= usual <= most:
        raise sheet.fault("tenor.usual", f"should lie from min to max, {least} to {most}")
    try:
        cycle = Cycle.parse(sheet.text("tenor.cycle"))
    except InputError as wrong:
        raise sheet.fault("tenor.cycle", f"is no cycle. {wrong.hint}") from None
    return Tenor(cycle, usual, least, most)


def _repayment(sheet: SheetReader) -> Repayment:
    settings = sheet.mapping("repayment.settings")
    for key, value in settings.items():
        if type(value) is not int:
            raise sheet.fault(
                f"repayment.settings.{key}", f"should be a whole number, got {value!r}"
            )
    also = sheet.texts("repayment.also")
    for method in also:
        if method not in METHODS:
            raise sheet.fault(
                "repayment.also", f"{method} is no method; known are {', '.join(METHODS)}"
            )
    rounding: Rounding = (
        "half_up"
        if sheet.one_of("repayment.rounding", ("half_up", "half_even")) == "half_up"
        else "half_even"
    )
    return Repayment(
        method=sheet.one_of("repayment.method", tuple(METHODS)),
        also=also,
        day_count=DayCount(sheet.one_of("repayment.day_count", tuple(DayCount))),
        rounding=rounding,
        shift=Shift(sheet.one_of("repayment.shift", tuple(Shift))),
        settings=MappingProxyType(settings),
    )


def _fees(sheet: SheetReader, cost: PolicyOn) -> tuple[Fee, ...]:
    fees, payees = [], cost["cost.payees"]
    for number, row in enumerate(
        sheet.rows("fees", ("zh", "en", "method", "payee"), ("bps", "fen"))
    ):
        where = f"fees.{number}"
        if row["method"] not in ("once", "each"):
            raise sheet.fault(f"{where}.method", f"should be once or each, got {row['method']!r}")
        if row["payee"] not in payees:
            wrong = f"{row['payee']} may not be paid by a borrower; one of {', '.join(payees)} may"
            raise sheet.fault(f"{where}.payee", wrong)
        amounts = [row.get("bps", 0), row.get("fen", 0)]
        if any(type(amount) is not int or amount < 0 for amount in amounts) or not any(amounts):
            raise sheet.fault(where, "should have bps or fen as a whole number above 0")
        fees.append(Fee(**row))
    return tuple(fees)


def _penalty(sheet: SheetReader, cost: PolicyOn) -> int:
    penalty = sheet.whole("penalty")
    if "cost.penalty" not in cost:  # Before its first day nothing bounds it.
        return penalty
    allowed = cost["cost.penalty"]
    if not allowed["min"] <= penalty <= allowed["max"]:
        wrong = f"should lie from {allowed['min']} to {allowed['max']} (R-PEN), got {penalty}"
        raise sheet.fault("penalty", wrong)
    return penalty


def _paths(folder: Path | None) -> dict[str, Path]:
    """Where the sheet of each product is; an institution's comes before the packaged one."""
    packaged = Path(__file__).resolve().parents[1] / "policies" / "products"
    own = () if folder is None else sorted((folder / "products").glob("*.yaml"))
    return {path.stem: path for path in (*sorted(packaged.glob("*.yaml")), *own)}


def _sheet(path: Path) -> Policy:
    return _read_at(path, path.stat().st_mtime_ns)


@cache
def _read_at(path: Path, written: int) -> Policy:
    """A sheet, read again only when it was written since."""
    sheet = read_policy(path)
    missing = [name for name in PARAMETERS if name not in sheet.parameters]
    if missing:
        raise PolicyError(str(path), 1, f"the sheet lacks {', '.join(missing)}")
    for name in sheet.parameters:
        if name not in PARAMETERS:
            near = nearest(name, PARAMETERS)
            raise PolicyError(
                str(path),
                1,
                f"{name} is no part of a sheet" + (f"; nearest is {near}" if near else ""),
            )
    return sheet


PARAMETERS = (
    "name", "mode", "purposes", "amount", "tenor", "rate", "repayment", "funding", "loss_order",
    "reads", "paid", "fees", "penalty", "rules",
)  # fmt: skip
