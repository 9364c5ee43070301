"""`suixin quote` and `suixin products`: what a loan would cost, and the sheets behind it."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suixin.cli.common import (
    INPUT_FAULT,
    AsJson,
    On,
    OnOrToday,
    Policies,
    faults_exit,
    print_json,
)

if TYPE_CHECKING:
    from suixin.lending.product import Product
    from suixin.lending.quote import Quote


class Lender(StrEnum):
    """Whose caps hold."""

    LICENSED = "licensed"
    MICROLOAN = "microloan"
    PRIVATE = "private"


@faults_exit
def quote(
    product: Annotated[str, typer.Argument(help="A product, or a name it also answers to.")],
    amount: Annotated[str, typer.Option("--amount", metavar="YUAN", help="Principal, in yuan.")],
    on: On,
    rate: Annotated[int | None, typer.Option("--rate", help="Yearly rate in bps.")] = None,
    times: Annotated[int | None, typer.Option("--times", help="Turns of its cycle.")] = None,
    method: Annotated[str | None, typer.Option("--method", help="Another way to repay.")] = None,
    crop: Annotated[str | None, typer.Option("--crop", help="Crop, if due after harvest.")] = None,
    village: Annotated[str, typer.Option("--village", help="Code of the place of the crop.")] = "",
    lender: Annotated[Lender, typer.Option("--lender", help="Kind of lender.")] = Lender.LICENSED,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Quote a loan: schedule, itemised cost, all-in yearly cost, and the caps of that day.

    Example: suixin quote sales_flow --amount 50000 --on 2026-06-30
    """
    from suixin.data.errors import InputError
    from suixin.kernel.money import Money
    from suixin.lending.quote import Asked
    from suixin.lending.quote import quote as make_quote

    try:
        principal = Money.from_yuan(amount.replace(",", ""))
    except ValueError as wrong:
        raise InputError("AMOUNT", str(wrong), "Give the amount in yuan.") from wrong
    asked = Asked(
        rate_bps=rate, times=times, method=method, crop=crop, village_code=village, lender=lender
    )
    made = make_quote(product, principal, on, asked, policies=policies)
    if as_json:
        print_json(quote_as_json(made))
    else:
        _print_quote(made)
    if made.refusals:
        raise typer.Exit(INPUT_FAULT)


@faults_exit
def products(
    name: Annotated[str | None, typer.Argument(help="A product; without one, all.")] = None,
    on: OnOrToday = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """List the products of a day (today, if none is given), or one product's sheet.

    Example: suixin products --on 2026-06-30
    """
    from suixin.data.read import today_in_china
    from suixin.lending.product import product_on, products_on

    on = on or today_in_china()
    if name is None:
        found = list(products_on(on, policies).values())
    else:
        found = [product_on(name, on, policies)]
    if as_json:
        print_json({"products": [_product_as_json(product) for product in found]})
    elif name is None:
        _print_products(found)
    else:
        _print_sheet(found[0])


def quote_as_json(made: Quote) -> dict[str, Any]:
    """A quote for machines: amounts in fen, yearly figures in percent as text."""
    return {
        "product": made.product.name,
        "mode": made.product.mode,
        "on": made.on,
        "principal_fen": made.principal.minor,
        "received_fen": made.received.minor,
        "money_to": made.product.money_to,
        "rate_bps": made.rate_bps,
        "method": made.method,
        "schedule": [{**asdict(row), "total_fen": row.total_fen} for row in made.schedule.rows],
        "costs": [asdict(item) for item in made.items],
        "total_cost_fen": made.total_cost.minor,
        "all_in_percent": str(made.all_in),
        "all_in_late_percent": str(made.all_in_late),
        "late_days": made.late_days,
        "simple_percent": str(made.simple),
        "band_percent": str(made.band),
        "caps": [
            {
                "rule": test.cap.rule,
                "figure": test.cap.figure,
                "found_percent": str(test.found),
                "most_percent": str(test.cap.most),
                "passed": test.passed,
                "outranks": [cap.rule for cap in test.outranked],
                "reference": test.cap.reference,
                "confidence": test.cap.confidence,
            }
            for test in made.caps
        ],
        "flags": [cap.rule for cap in made.flags],
        "refusals": [asdict(refused) for refused in made.refusals],
    }


def _print_quote(made: Quote) -> None:
    from rich.console import Console

    from suixin.kernel.money import Money
    from suixin.kernel.rate import Rate

    console = Console()
    product = made.product
    console.print(f"{product.zh} {product.en} ({product.mode})", style="bold", highlight=False)
    paid_out = f"{made.principal} at {Rate(made.rate_bps)} from {made.on}, {made.method}"
    console.print(f"{paid_out}; {made.received} goes to the {product.money_to}.", highlight=False)
    rows = [
        (row.number, row.due, row.days, *(Money(fen).yuan for fen in (
            row.principal_fen, row.interest_fen, row.fees_fen, row.total_fen, row.balance_fen)))
        for row in made.schedule.rows
    ]  # fmt: skip
    heads = (
        "期\nno", "到期\ndue", "天\ndays", "本金\nprincipal", "利息\ninterest", "费\nfees",
        "应还\ntotal", "余额\nbalance",
    )  # fmt: skip
    console.print(_table("还款计划 Schedule", heads, rows))
    for title, default in (("正常履约成本 Cost, paid in time", False), ("逾期成本 If late", True)):
        items = [
            (
                f"{item.zh} {item.en}",
                item.method,
                item.rate,
                Money(item.amount_fen).yuan,
                item.payee,
            )
            for item in made.items
            if item.default is default
        ]
        console.print(_table(title, ("项目 item", "方式 method", "标准 rate", "金额 amount",
                                     "收取方 payee"), items))  # fmt: skip
    console.print(f"年化综合融资成本 All-in yearly cost: {made.all_in:.2f} %", style="bold")
    days = made.late_days
    late = f"每期均逾期{days}天 If every instalment is {days} days late: {made.all_in_late:.2f} %"
    console.print(late, highlight=False)
    console.print(f"单利年化 As a simple rate: {made.simple:.2f} %", highlight=False)
    for test in made.caps:
        verdict = "within" if test.passed else "OUTSIDE"
        limits = f"{test.cap.least:.2f} to {test.cap.most:.2f} %"
        told = f"{test.cap.rule}: {test.found:.2f} % is {verdict} {limits} ({test.cap.confidence})"
        console.print(told, style=None if test.passed else "red", highlight=False)
    for cap in made.flags:
        lenders = " or ".join(cap.scope["lender"])
        told = f"Above {cap.rule}, {cap.most:.2f} %, which binds a {lenders} lender only"
        console.print(f"{told} ({cap.confidence}).", highlight=False)
    for refused in made.refusals:
        told = f"Refused ({refused.why}): {refused.found}, allowed {refused.allowed}, "
        console.print(f"{told}{refused.rule}: {refused.reference}", style="red", highlight=False)


def _table(title: str, heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Any:
    """A table whose names, days and amounts are never cut; only words fold."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(heads):
        words = any(" " in str(row[place]) for row in rows)
        table.add_column(head, no_wrap=not words, overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    return table


def _print_products(found: list[Product]) -> None:
    from suixin.kernel.money import Money
    from suixin.kernel.rate import Rate

    for product in found:
        typer.secho(f"{product.name}: {product.zh} {product.en} ({product.mode})", bold=True)
        amounts = f"{Money(product.amount_min_fen)} to {Money(product.amount_max_fen)}"
        rates = f"{Rate(product.rate_min_bps)} to {Rate(product.rate_max_bps)}"
        methods = ", ".join((product.repayment.method, *product.repayment.also))
        typer.echo(f"  {amounts} at {rates} a year; repaid by {methods}")
        typer.echo(f"  loss borne by {', then '.join(product.loss_order)}")


def _print_sheet(product: Product) -> None:
    typer.secho(f"{product.name}: {product.zh} {product.en}", bold=True)
    for part, setting in product.sources.items():
        typer.echo(f"{part}: {_plain(setting.value)}")
        typer.echo(f"  since {setting.since}, {setting.confidence}: {setting.reference}")


def _product_as_json(product: Product) -> dict[str, Any]:
    return {
        "name": product.name,
        "parts": {
            part: {
                "value": _plain(setting.value),
                "since": setting.since,
                "reference": setting.reference,
                "confidence": setting.confidence,
            }
            for part, setting in product.sources.items()
        },
    }


def _plain(value: Any) -> Any:
    """A frozen policy value as the lists and mappings it was written as."""
    from collections.abc import Mapping

    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
