"""My credit: the answer, why, what would raise it, the limit and how it was found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext

from suixin.credit.report.words import refusal_words
from suixin.data.errors import InputError
from suixin.kernel.refusal import Wording
from suixin.lending.product import products_on
from suixin.service.app import limits, scoring
from suixin.service.app.credit_files import Kept
from suixin.service.app.day import business_day
from suixin.service.app.own_sheets import folder_of
from suixin.service.web import charts, parts
from suixin.service.web.figures import NONE, percent, said, signed, whole
from suixin.service.web.household import credit_parts as drawn
from suixin.service.web.household.own import own_party
from suixin.service.web.page import Asked

_MONTH: Final = timedelta(days=30)
_MOVES: Final = 12


def credit(asked: Asked) -> HttpResponse:
    """The score and its reasons; for who has none yet, how to come by one."""
    party = own_party(asked.caller)
    today = _today(asked)
    kept = _kept(asked, party, today)
    if kept is None:
        return asked.page("household/unscored.html", {})
    file = kept.file
    before = _kept(asked, party, file.as_of - _MONTH)
    return asked.page(
        "household/credit.html",
        {
            "file": file,
            "answer": drawn.answer(file),
            "since": _since(file.score, before),
            "reached": drawn.reached(file),
            "chance": drawn.chance(file),
            "moves": drawn.moves(file),
            "raises": drawn.raise_steps(file),
            "sales": drawn.sales(file.facts.months),
            "limit": file.terms.limit_fen,
            "refused": _refused(kept),
            "flags": drawn.flags(file),
        },
    )


def why(asked: Asked) -> HttpResponse:
    """Every number behind the score: each part, what did not count, the rules with their texts."""
    kept = _found(asked)
    file = kept.file
    return asked.page(
        "household/why.html",
        {
            "file": file,
            "kept": kept,
            "indices": drawn.index_tables(file),
            "taken_out": drawn.taken_out(file),
            "rules": drawn.rules_used(file),
            "section": "household-credit",
        },
    )


def limit(asked: Asked) -> HttpResponse:
    """The limit under each product, how it was found, and how it moved."""
    party = own_party(asked.caller)
    today = _today(asked)
    kept, actor = _found(asked), asked.caller.actor("looked at his limits")
    found = {
        sheet.name: (said(Wording(sheet.zh, sheet.en)), _kept(asked, party, today, sheet.name))
        for sheet in products_on(today, folder_of(actor)).values()
    }
    columns = (
        parts.Column(gettext("产品")),
        parts.Column(gettext("额度"), number=True),
        parts.Column(gettext("年利率"), number=True),
    )
    rows = tuple(parts.Row((parts.Cell(title), *_cells(one))) for title, one in found.values())
    empty = parts.Empty(gettext("现在没有可以申请的产品"))
    return asked.page(
        "household/limit.html",
        {
            "section": "household-borrow",
            "kept": kept,
            "by_product": parts.Table(gettext("各产品的额度"), columns, rows, empty, headed=True),
            "steps": drawn.limit_facts(kept.file),
            "refused": _refused(kept),
            "path": _path(asked, party, kept.product),
        },
    )


def _cells(kept: Kept | None) -> tuple[parts.Cell, parts.Cell]:
    if kept is None or kept.refusal:
        return parts.Cell(tag=parts.Tag(gettext("现在没有"), "idle")), parts.Cell(NONE)
    rate = NONE if kept.rate_bps is None else percent(kept.rate_bps)
    return parts.Cell(whole(kept.limit_fen)), parts.Cell(rate)


def _path(asked: Asked, party: str, product: str) -> parts.Chart | None:
    """How the limit moved: each move holds until the next."""
    moves = limits.limits(asked.caller, party, product)[-_MOVES:]
    if len(moves) < 2:
        return None
    days = [move.on.isoformat()[2:] for move in moves]
    told = {"first": whole(moves[0].to_fen), "last": whole(moves[-1].to_fen)}
    finding = gettext("额度从 %(first)s 到 %(last)s") % told
    columns = (parts.Column(gettext("日期")), parts.Column(gettext("额度"), number=True))
    rows = tuple(
        parts.Row((parts.Cell(move.on.isoformat()), parts.Cell(whole(move.to_fen))))
        for move in moves
    )
    drawing = charts.held([move.to_fen / 100 for move in moves], days, finding)
    table = parts.Table(finding, columns, rows, parts.Empty(finding))
    return parts.Chart(finding, gettext("每次变动后，元"), drawing, table)


def _today(asked: Asked) -> date:
    return business_day(asked.caller.actor("looked at his score"), asked.at)


def _kept(asked: Asked, party: str, on: date, product: str = "") -> Kept | None:
    """The credit file in force on a day; None where there is none yet."""
    try:
        return scoring.credit_file(asked.caller, party, as_of=on, product=product)
    except InputError as fault:
        if fault.code != "NOT_SCORED":
            raise
        return None


def _found(asked: Asked) -> Kept:
    party = own_party(asked.caller)
    return scoring.credit_file(asked.caller, party, as_of=_today(asked))


def _since(score: int | None, before: Kept | None) -> str:
    if score is None or before is None or before.score is None:
        return ""
    return gettext("比一个月前 %(n)s 分") % {"n": signed(score - before.score, 0)}


def _refused(kept: Kept) -> dict[str, Any] | None:
    """Why there is no limit, and what to do next."""
    refusal = kept.file.terms.refusal
    if refusal is None:
        return None
    why_, next_ = refusal_words(refusal)
    return {"why": said(why_), "next": said(next_)}
