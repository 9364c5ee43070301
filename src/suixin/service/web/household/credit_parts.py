"""What a credit file says on its owner's page: the answer, why, what would raise it, the sales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext

from suixin.credit.file import CreditFile, IndexLine, Month, Reason
from suixin.credit.grade import GradeRules, score_of
from suixin.credit.report import chart
from suixin.credit.report import words as named
from suixin.credit.report.figures import measured
from suixin.credit.words import BINDING, step_value, step_words
from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import Wording
from suixin.service.web import parts
from suixin.service.web.figures import NONE, money, percent, said, share, signed, whole

_YEAR: Final = 12
_TOLD: Final = 0.05
"""Composite points under which a part is not worth a line: they round to 0.0."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A grade and how far it is: points of the score or of the composite to the next, if any."""

    band: parts.Band
    next_grade: str
    points: str


def answer(file: CreditFile) -> parts.Figure:
    """The one answer: the score where outcomes calibrate it, else the composite."""
    grade = parts.Tag(gettext("%(grade)s 级") % {"grade": file.grade}) if file.grade else None
    if file.score is not None:
        return parts.Figure(gettext("信用分"), str(file.score), tag=grade, huge=True)
    if file.composite is None:
        waiting = parts.Tag(said(named.STATUS[file.status]), "warn")
        return parts.Figure(gettext("信用分"), NONE, tag=waiting, huge=True)
    note = gettext("满分 100，中间 50")
    return parts.Figure(gettext("综合分"), f"{file.composite:.0f}", note, tag=grade, huge=True)


def reached(file: CreditFile) -> Reached | None:
    """Where the grade stands on its ladder; None where there is none."""
    if file.grade is None or file.composite is None:
        return None
    rules = GradeRules.from_policy(load_policy("scoring").on(file.as_of))
    ladder = tuple(reversed(rules.grades))
    if file.score is None:
        floors = {grade: float(least) for least, grade in rules.by_composite}
        now, top = file.composite, 100.0
    else:
        floors = {
            grade: float(score_of(min(below, rules.pd_max), rules)) for below, grade in rules.by_pd
        }
        now, top = float(file.score), float(rules.score_max)
    place = ladder.index(file.grade)
    above = ladder[place + 1] if place + 1 < len(ladder) else ""
    low, high = floors.get(file.grade, 0.0), floors.get(above, top)
    within = (now - low) / (high - low) if high > low else 0.5
    to_go = max(1.0, high - now) if above else 0.0
    return Reached(parts.Band(ladder, file.grade, within), above, f"{to_go:.0f}" if above else "")


def chance(file: CreditFile) -> str:
    """What a probability of default means, in households."""
    if file.pd is None:
        return gettext("还没有足够的还款结果可比，所以等级只作排序，不说会不会逾期。")
    told = {"bad": f"{file.pd * 1000:.0f}"}
    return gettext("1,000 户与您情况相近的人家里，约有 %(bad)s 户会逾期超过 90 天。") % told


def moves(file: CreditFile) -> parts.Contributions | None:
    """Every part that adds or takes away, the named reasons first and in their own words."""
    lines = [*_told(file.reasons), *_untold(file)]
    if not lines:
        return None
    most = max(abs(points) for _, points in lines)
    return parts.Contributions(
        tuple(parts.Moved(name, signed(points), points / most) for name, points in lines)
    )


def _told(reasons: Sequence[Reason]) -> Iterator[tuple[str, float]]:
    for reason in reasons:
        if abs(reason.points) >= _TOLD:
            yield said(Wording(reason.zh, reason.en)).rstrip("。."), reason.points


def _untold(file: CreditFile) -> list[tuple[str, float]]:
    """Parts that no reason speaks of, the largest first."""
    spoken = {reason.code.rsplit("_", 1)[0].lower() for reason in file.reasons}
    every = [(p.part, p.contribution) for i in file.indices if i.present for p in i.parts]
    every += [("social", file.social), ("crop", file.crop)]
    rest = [(part, points) for part, points in every if part not in spoken and abs(points) >= _TOLD]
    return [(_name(part), points) for part, points in sorted(rest, key=lambda one: -abs(one[1]))]


def _name(part: str) -> str:
    wording = named.PARTS.get(part)
    return part if wording is None else said(wording)


def raise_steps(file: CreditFile) -> parts.Steps | None:
    """What would raise the file most, computed; then what each silent index waits for."""
    found = []
    if file.raise_ is not None:
        gain = ""
        if abs(file.raise_.points) >= _TOLD:
            points = {"points": signed(file.raise_.points)}
            gain = gettext("约 %(points)s 分（综合分）") % points
        words = Wording(file.raise_.zh, file.raise_.en)
        found.append(parts.Step(said(words), gain, standing="still"))
    for index in file.indices:
        if not index.present:
            feeds = "、".join(said(named.FEEDS[feed]) for feed in named.SERVES[index.name])
            name = {"index": said(named.INDICES[index.name])}
            text = gettext("授权后可以算“%(index)s”") % name
            found.append(parts.Step(text, feeds, standing="still"))
    return parts.Steps(tuple(found)) if found else None


def sales(months: Sequence[Month]) -> parts.Chart | None:
    """Twelve months of sales: clean before gross, refunds hanging, the season dashed."""
    if not any(m.orders or m.gross_fen or m.refund_fen for m in months):
        return None
    year = months[-_YEAR:]
    total, best = sum(m.clean_fen for m in year), max(year, key=lambda m: m.clean_fen)
    told = {"n": len(year), "total": whole(total), "best": best.month}
    finding = gettext("%(n)s 个月净到账 %(total)s，%(best)s 最旺") % told
    key = [
        parts.Key("c", gettext("净到账")),
        parts.Key("g", gettext("毛额")),
        parts.Key("r", gettext("退款，在零线下")),
    ]
    if any(m.season is not None for m in year):
        key.append(parts.Key("s", gettext("只随季节")))
    return parts.Chart(
        finding,
        gettext("每月，元；净到账已减退款和不算数的订单"),
        chart.sales(year, finding),
        sales_table(year),
        key=tuple(key),
    )


def sales_table(months: Sequence[Month]) -> parts.Table:
    """Each month's sales, the latest first."""
    columns = (
        parts.Column(gettext("月")),
        parts.Column(gettext("订单"), number=True),
        parts.Column(gettext("毛额"), number=True),
        parts.Column(gettext("退款"), number=True),
        parts.Column(gettext("净到账"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(m.month),
                parts.Cell(f"{m.orders:,}"),
                parts.Cell(money(m.gross_fen)),
                parts.Cell(money(m.refund_fen)),
                parts.Cell(money(m.clean_fen)),
            )
        )
        for m in reversed(months)
    )
    empty = parts.Empty(gettext("没有看到过一笔销售"))
    return parts.Table(gettext("每月销售"), columns, rows, empty)


def limit_facts(file: CreditFile) -> parts.Facts:
    """The steps that led to the limit and the price, each with its value, the binding one first."""
    steps = [_step(label, value) for label, value in file.terms.steps]
    binding = BINDING.get(file.terms.binding)
    head = [parts.Fact(gettext("定额度的是"), said(binding))] if binding else []
    return parts.Facts((*head, *steps), wide=True)


def _step(label: str, value: float | str) -> parts.Fact:
    words = step_words(label)
    name = said(Wording(words.zh, words.en))
    if words.unit == "fen" and not isinstance(value, str):
        return parts.Fact(name, money(int(value)))
    if words.unit == "bps" and not isinstance(value, str):
        return parts.Fact(name, percent(int(value)))
    return parts.Fact(name, step_value(label, value))


def index_tables(file: CreditFile) -> tuple[parts.Table, ...]:
    """Every part of every index: what was measured, over how much, what it brought."""
    return tuple(_index_table(index) for index in file.indices)


def _index_table(index: IndexLine) -> parts.Table:
    value = NONE if index.value is None else f"{index.value:.0f}"
    told = {"name": said(named.INDICES[index.name]), "value": value, "of": share(index.weight, 0)}
    columns = (
        parts.Column(gettext("项")),
        parts.Column(gettext("量得"), number=True),
        parts.Column(gettext("得分"), number=True),
        parts.Column(gettext("加减"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(_name(p.part)),
                parts.Cell(measured(p.x, named.MEASURES.get(p.part, "plain"))),
                parts.Cell(NONE if p.points is None else f"{p.points:.0f}"),
                parts.Cell(signed(p.contribution)),
            )
        )
        for p in index.parts
        if index.present
    )
    empty = parts.Empty(
        gettext("还没有接入"), gettext("没有接入的按中间分算，不加分，也不当作坏记录。")
    )
    caption = gettext("%(name)s %(value)s 分，占 %(of)s") % told
    return parts.Table(caption, columns, rows, empty, headed=True)


def taken_out(file: CreditFile) -> parts.Facts | None:
    """Sales that do not count, by reason: how many and how much."""
    counted = _zeroed(file.facts.zeroed)
    return parts.Facts(counted) if counted else None


def _zeroed(found: Mapping[str, tuple[int, int]]) -> tuple[parts.Fact, ...]:
    return tuple(
        parts.Fact(
            said(named.ZEROED[why]) if why in named.ZEROED else why,
            money(fen),
            gettext("%(n)s 笔") % {"n": f"{orders:,}"},
        )
        for why, (orders, fen) in found.items()
        if orders
    )


def flags(file: CreditFile) -> tuple[parts.Notice, ...]:
    """What is to be known of the file: data that is not seen, a field that was checked."""
    return tuple(
        parts.Notice(said(named.FLAGS[flag])) for flag in file.flags if flag in named.FLAGS
    )


def rules_used(file: CreditFile) -> parts.Table:
    """Each dated value that the file used, with the text that set it."""
    columns = (
        parts.Column(gettext("规则")),
        parts.Column(gettext("起用")),
        parts.Column(gettext("依据")),
    )
    rows = tuple(
        parts.Row((parts.Cell(use.name), parts.Cell(_day(use.since)), parts.Cell(use.reference)))
        for use in file.policies
    )
    return parts.Table(
        gettext("用到的规则"), columns, rows, parts.Empty(gettext("没有用到规则")), headed=True
    )


def _day(day: date) -> str:
    return day.isoformat()
