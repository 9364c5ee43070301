"""What a subject's page says: findings in words, and every figure written out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from suixin.credit.file import CreditFile, Facts, IndexLine, Month, PartLine, PolicyUse, Terms
from suixin.credit.report import chart, words
from suixin.credit.report.figures import (
    NONE,
    measured,
    money,
    percent,
    share,
    signed,
    symbol_of,
    whole,
)
from suixin.credit.report.spoken import spoken_of
from suixin.credit.report.tongue import Tongue
from suixin.credit.report.words import Names
from suixin.credit.words import BINDING, step_words
from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import Wording

MIDDLE: Final = 50
"""Where the composite stands when nothing is known, unless the file's own policy says otherwise."""

YEAR: Final = 12
"""Months of the sum that heads a sales chart, and of the table under it."""

NAMED: Final = 3
"""How many categories a page names."""

TOLD: Final = 0.05
"""Points under which an index is not worth a word: they round to 0.0."""


class Row(NamedTuple):
    """A line of the table of parts; `bar` runs from −100 to 100, of the longest."""

    name: Markup
    bar: int
    adds: str
    points: str = ""
    measured: Markup | str = ""
    n: str = ""
    weight: str = ""


class IndexRows(NamedTuple):
    """An index and its parts; none where no feed of it is connected."""

    head: Row
    parts: list[Row]


@dataclass(frozen=True, slots=True)
class Pages:
    """How the subjects' pages of one report write words and amounts."""

    t: Tongue
    symbol: str
    goods: Names
    products: Names

    @classmethod
    def on(cls, day: date, tongue: Tongue, currency: str) -> Pages:
        """Pages that name goods and products as the policies of a day do.

        >>> Pages.on(date(2026, 6, 30), Tongue("zh"), "CNY").goods["navel_orange"].zh
        '脐橙'
        """
        goods = load_policy("categories").on(day)["categories"]
        products = load_policy("terms").on(day)["products"]
        return cls(
            tongue,
            symbol_of(currency),
            {g["category"]: Wording(g["zh"], g["category"].replace("_", " ")) for g in goods},
            {p["product"]: Wording(p["zh"], p["en"]) for p in products},
        )

    def money(self, minor: int) -> str:
        """An amount with its cents."""
        return money(minor, self.symbol)

    def whole(self, minor: int) -> str:
        """An amount, without empty cents."""
        return whole(minor, self.symbol)

    def of(self, file: CreditFile) -> dict[str, Any]:
        """Everything the template shows beside the file itself."""
        return {
            **self._answers(file),
            **self._sales(file.facts.months),
            **self._parts(file),
            **self._terms(file),
            **self._facts(file.facts),
            **spoken_of(self.t, file.spoken),
        }

    def _answers(self, file: CreditFile) -> dict[str, Any]:
        t, terms = self.t, file.terms
        if file.pd is not None:
            grade_note = t(f"违约概率 {share(file.pd, 2)}", f"default: {share(file.pd, 2)}")
        elif file.grade:
            grade_note = t("没有还款结果，只作排序", "no outcomes: it only ranks")
        else:
            grade_note = t("事实还不够", "too few facts")
        return {
            "composite": NONE if file.composite is None else f"{file.composite:.2f}",
            "grade_note": grade_note,
            "limit": self.whole(terms.limit_fen),
            "limit_note": self._product(terms),
            "rate": NONE if terms.rate_bps is None else percent(terms.rate_bps),
            "complete": share(file.facts.completeness_bps / 10_000, 0),
            "refusal": None if terms.refusal is None else words.refusal_words(terms.refusal),
        }

    def _product(self, terms: Terms) -> Markup:
        code, days = terms.product, terms.tenor_days
        name = self.products.get(code, Wording(code, code))
        return self.t(f"{name.zh}，{days} 天", f"{name.en}, {days} days")

    def _sales(self, months: Sequence[Month]) -> dict[str, Any]:
        if not any(m.orders or m.gross_fen or m.refund_fen for m in months):
            return {"sales": None}
        year = months[-YEAR:]
        total, best = sum(m.clean_fen for m in year), max(year, key=lambda m: m.clean_fen)
        if total:
            title = self.t(
                f"{len(year)} 个月净销售 {self.whole(total)}，{best.month} 最旺",
                f"{self.whole(total)} of clean sales in {len(year)} months, most in {best.month}",
            )
        else:
            title = self.t(f"{len(year)} 个月没有净销售", f"No clean sales in {len(year)} months")
        return {
            "sales": chart.sales(
                months, f"每月销售 Sales a month, {months[0].month} – {months[-1].month}"
            ),
            "sales_title": title,
            "season": any(m.season is not None for m in months),
            "year": year,
        }

    def _parts(self, file: CreditFile) -> dict[str, Any]:
        if not any(index.present for index in file.indices):
            return {"indices": []}
        sums = {i.name: sum(p.contribution for p in i.parts) for i in file.indices}
        extras = {"social": file.social, "crop": file.crop}
        middle = next((p.value for p in file.policies if p.name == "composite.reference"), MIDDLE)
        parts = [abs(p.contribution) for i in file.indices if i.present for p in i.parts]
        scale = 100 / max([*parts, *map(abs, sums.values()), *map(abs, extras.values()), TOLD])
        return {
            "indices": [self._index(i, file.facts, sums[i.name], scale) for i in file.indices],
            "extras": [
                Row(self.t.cell(words.PARTS, name), round(points * scale), signed(points))
                for name, points in extras.items()
                if points
            ],
            "parts_title": self._moved(sums),
            "adds": NONE if file.composite is None else signed(file.composite - middle),
            "middle": f"{middle:g}",
        }

    def _moved(self, sums: Mapping[str, float]) -> Markup:
        """The finding: the two indices that move the composite most."""
        ranked = sorted(sums, key=lambda name: (-abs(sums[name]), name))
        told = [name for name in ranked[:2] if abs(sums[name]) >= TOLD]
        if not told:
            return self.t("三个指数都在中间", "All three indices stand at the middle")
        return self.t(
            "，".join(f"{words.INDICES[n].zh} {signed(sums[n])}" for n in told),
            ", ".join(f"{words.INDICES[n].en} {signed(sums[n])}" for n in told),
        )

    def _index(self, index: IndexLine, facts: Facts, adds: float, scale: float) -> IndexRows:
        note = self.t("没有接入，按不高于 50 计", "not connected: at most 50")
        if index.present:
            note = self.t(*_seen(index, facts))
        head = Row(
            self.t.cell(words.INDICES, index.name),
            round(adds * scale),
            signed(adds),
            NONE if index.value is None else f"{index.value:.2f}",
            note,
            weight=share(index.weight, 0),
        )
        if not index.present:
            return IndexRows(head, [])
        return IndexRows(head, [self._part(p, facts, scale) for p in index.parts])

    def _part(self, part: PartLine, facts: Facts, scale: float) -> Row:
        kind = words.MEASURES.get(part.part, "plain")
        found: Markup | str = measured(part.x, kind)
        if kind == "log_yuan" and part.x is not None:
            found = f"{self.symbol}{found}"
        n = f"{part.n:,.0f}" if part.n else NONE
        if not part.present:
            found, n = self.t("未接入", "not connected"), NONE
        elif part.part in facts.aspects and part.index == "reputation":
            good, bad = facts.aspects[part.part]
            found = share(good / (good + bad), 0) if good + bad else NONE
            n = f"{_mentions(good)} : {_mentions(bad)}"
        return Row(
            self.t.cell(words.PARTS, part.part),
            round(part.contribution * scale),
            signed(part.contribution),
            NONE if part.points is None else f"{part.points:.1f}",
            found,
            n,
            f"{part.weight:g}%",
        )

    def _terms(self, file: CreditFile) -> dict[str, Any]:
        terms, since = file.terms, {p.name: p for p in file.policies}
        steps = []
        rules: dict[str, PolicyUse] = {}
        for label, value in terms.steps:
            if value == 0 and label.startswith("rate_"):
                continue  # Nothing is added for it.
            named, rule = step_words(label), words.STEP_RULES.get(label, "")
            if rule in rules:
                rule = ""  # Named once is enough.
            elif rule in since:
                rules[rule] = since[rule]
            steps.append(
                (self.t.of("th", named.zh, named.en), rule, self._figure(named.unit, value))
            )
        if terms.refusal is None:
            why = BINDING.get(terms.binding, Wording(terms.binding, terms.binding))
            title = self.t(why.zh, why.en)
        else:
            title = self.t("没有额度", "No limit")
        return {
            "terms_title": title,
            "steps": steps,
            "rules": list(_references(rules.values())),
            "beside": 2 + bool(file.flags),
        }

    def _figure(self, unit: str, value: float | str) -> Markup | str:
        """The value of a step in its unit."""
        if isinstance(value, str):
            return value or NONE
        match unit:
            case "fen":
                return self.money(int(value))
            case "bps":
                return percent(int(value))
            case "days":
                return self.t(f"{value} 天", f"{value} days")
            case _:
                return f"{value:g}"

    def _facts(self, facts: Facts) -> dict[str, Any]:
        zeroed = [
            (self.t.cell(words.ZEROED, reason), f"{orders:,}", self.money(fen))
            for reason, (orders, fen) in sorted(facts.zeroed.items(), key=_in_order_of_tests)
            if orders or fen
        ]
        cut = sum(orders for orders, _ in facts.zeroed.values())
        if zeroed:
            title = self.t(f"{cut:,} 笔订单没有全算", f"{cut:,} orders were not counted in full")
        elif facts.orders:
            title = self.t("订单全都算进来了", "Every order was counted")
        else:
            title = self.t("还没有订单", "No orders yet")
        return {"zeroed": zeroed, "zeroed_title": title, "facts": list(self._counts(facts))}

    def _counts(self, facts: Facts) -> Iterator[tuple[Markup, Markup | str]]:
        if not facts.orders:
            return
        yield self.t.of("th", "订单", "Orders"), f"{facts.orders:,}"
        yield self.t.of("th", "毛额", "Gross"), self.money(facts.gross_fen)
        yield self.t.of("th", "退款", "Refunds"), self.money(facts.refund_fen)
        yield self.t.of("th", "净销售", "Clean sales"), self.money(facts.clean_fen)
        yield (
            self.t.of("th", "从哪天到哪天", "From and to"),
            f"{facts.first_day} – {facts.last_day}",
        )
        largest = sorted(facts.categories, key=lambda c: (-facts.categories[c], c))
        if largest:
            yield self.t.of("th", "卖的是", "Sells"), self._named_goods(largest)

    def _named_goods(self, codes: Sequence[str]) -> Markup:
        more = " …" if len(codes) > NAMED else ""
        told = [self.goods.get(code, Wording(code, code)) for code in codes[:NAMED]]
        return self.t("、".join(w.zh for w in told) + more, ", ".join(w.en for w in told) + more)


def _seen(index: IndexLine, facts: Facts) -> tuple[str, str]:
    """What an index stands on, in both languages."""
    if index.name == "engagement":
        return (
            f"消息 {facts.messages:,}，来往 {facts.repliers:,} 人，群 {facts.groups:,}；不读内容",
            f"messages {facts.messages:,}, people {facts.repliers:,}, groups {facts.groups:,}; "
            "never what was said",
        )
    if index.name == "reputation":
        return f"{facts.reviews:,} 条评价；好 : 差", f"reviews {facts.reviews:,}; good : bad"
    covered = share(index.coverage, 0)
    return f"资料 {covered}", f"{covered} of its data"


def _in_order_of_tests(cut: tuple[str, Any]) -> int:
    order = list(words.ZEROED)
    return order.index(cut[0]) if cut[0] in order else len(order)


def _mentions(weight: float) -> str:
    return f"{weight:.0f}" if weight == round(weight) else f"{weight:.1f}"


def _references(rules: Iterable[PolicyUse]) -> Iterator[str]:
    """Each text that set a value used, once, with the values it set and since when."""
    grouped: dict[tuple[str, Any], list[str]] = {}
    for rule in rules:
        grouped.setdefault((rule.reference, rule.since), []).append(rule.name)
    for (reference, since), names in grouped.items():
        yield f"{since} · {reference} · {', '.join(names)}"


def told(value: Any) -> str:
    """A policy value as it reads: pairs and lists without brackets, a row of a table on its line.

    >>> told({"BBB": 1.5, "BB": 1.0})
    'BBB 1.5, BB 1.0'
    >>> print(told([{"days_max": 30, "factor": 0.5}, {"days_max": None, "factor": 1.25}]))
    days_max 30, factor 0.5
    days_max –, factor 1.25
    """
    if value is None:
        return NONE
    if isinstance(value, Mapping):
        nested = any(isinstance(v, Mapping) for v in value.values())
        return ("\n" if nested else ", ").join(f"{key} {told(v)}" for key, v in value.items())
    if isinstance(value, list | tuple):
        nested = any(isinstance(v, Mapping) for v in value)
        return ("\n" if nested else ", ").join(told(v) for v in value)
    return str(value)
