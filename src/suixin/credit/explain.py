"""A credit file told in words and numbers, so that the person it judges can follow and object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from suixin.credit.index import NEUTRAL
from suixin.credit.report import words
from suixin.credit.report.figures import NONE, measured, number, share, signed
from suixin.credit.words import BINDING, step_value, step_words
from suixin.kernel.refusal import WORDING, Wording

if TYPE_CHECKING:
    from suixin.credit.file import (
        AspectLine,
        CreditFile,
        IndexLine,
        PolicyUse,
        PoolLine,
        Reason,
        ReviewEvidence,
    )

Side = Literal["zh", "en"]

# Said where the policies of the file do not give the law's own words.
RIGHTS = Wording(
    "您可要求说明本决定的理由，并可拒绝仅由自动化方式作出的决定，要求人工复核。",
    "You may ask for the reasons of this decision, and refuse one made by automation alone and "
    "have a person review it.",
)
CORRECTION = Wording(
    "事实有误，可以请求更正（个人信息保护法第46条）；更正后按当天的资料重算。",
    "Where a fact is wrong you may have it corrected (PIPL art. 46); the file is then computed "
    "again.",
)


def explain(file: CreditFile, language: Literal["zh", "en", "both"]) -> str:
    """The file in words and numbers: Chinese, English, or one after the other.

    Result, indices with contributions in points, reasons, facts, limit and price step by step, the
    rules with their references, and how to object.
    """
    sides: tuple[Side, ...] = ("zh", "en") if language == "both" else (language,)
    return "\n\n".join("\n".join(_lines(file, _Speaker(side))) for side in sides) + "\n"


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says a pair of wordings in one language."""

    side: Side

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.side == "zh" else en

    def named(self, names: Mapping[str, Wording], code: str) -> str:
        found = names.get(code)
        return code if found is None else self(found.zh, found.en)


def _lines(file: CreditFile, say: _Speaker) -> Iterator[str]:
    yield say(
        f"信用档案 {file.subject}，截至 {file.as_of}",
        f"Credit file {file.subject}, as of {file.as_of}",
    )
    yield from _result(file, say)
    if file.composite is not None:
        yield from _section(say("分数从哪里来", "Where the score comes from"), _points(file, say))
    yield from _section(say("理由", "Reasons"), _reasons(file, say))
    yield from _section(say("事实", "Facts"), _facts(file, say))
    if file.spoken is not None:
        yield from _section(say("买家怎么说", "What buyers say"), _spoken(file.spoken, say))
    yield from _section(say("额度与利率", "Limit and price"), _terms(file, say))
    noted = [*_notes(file, say)]
    if noted:
        yield from _section(say("请留意", "Please note"), noted)
    yield from _section(say("所用规则", "Rules used"), map(_policy, file.policies))
    yield from _section(say("不同意怎么办", "How to object"), _objection(file.policies, say))


def _section(title: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield from lines


def _result(file: CreditFile, say: _Speaker) -> Iterator[str]:
    yield say("状态：", "Status: ") + say.named(words.STATUS, file.status)
    if file.composite is None or file.grade is None:
        return
    yield say(
        f"综合分 {file.composite:.4f}，等级 {file.grade}",
        f"Composite {file.composite:.4f}, grade {file.grade}",
    )
    if file.pd is None:
        yield say(
            "未校准：还没有还款结果可以对照，分数只排先后，不是违约概率。",
            "Uncalibrated: there are no outcomes to hold it against yet, so it ranks and is no "
            "probability of default.",
        )
    else:
        yield say(
            f"信用分 {file.score}，一年内违约概率 {share(file.pd, 4)}（校准 {file.calibration}）",
            f"Score {file.score}, probability of default within a year {share(file.pd, 4)} "
            f"(calibration {file.calibration})",
        )


def _points(file: CreditFile, say: _Speaker) -> Iterator[str]:
    reference = _value_of("composite.reference", file.policies, NEUTRAL)
    yield say(
        f"每项是对参照 {reference:g} 分的加减；权重版本 {file.weight_version}。",
        f"Each figure adds to or takes from the reference {reference:g}; weights "
        f"{file.weight_version}.",
    )
    for index in file.indices:
        yield from _index(index, say)
    for name, points in (("social", file.social), ("crop", file.crop)):
        yield f"{say.named(words.PARTS, name)} {signed(points, 2)}"
    total = (file.composite or 0.0) - reference
    yield say(f"合计 {signed(total, 2)}", f"Together {signed(total, 2)}")


def _index(index: IndexLine, say: _Speaker) -> Iterator[str]:
    name = say.named(words.INDICES, index.name)
    added = signed(sum(part.contribution for part in index.parts), 2)
    if index.value is None:
        unknown = say("没有接入，最多按 50 算", "not connected, counted at 50 at best")
        yield f"{name} {unknown} × {share(index.weight, 2)} → {added}"
        return
    covered = say(f"资料 {share(index.coverage, 0)}", f"coverage {share(index.coverage, 0)}")
    yield f"{name} {index.value:.4f} × {share(index.weight, 2)} → {added} ({covered})"
    for part in index.parts:
        title = say.named(words.PARTS, part.part)
        moved = signed(part.contribution, 2)
        if not part.present or part.points is None:
            yield f"  {title}{say('：没有接入', ': not connected')} → {moved}"
            continue
        seen = measured(part.x, words.MEASURES.get(part.part, "plain"))
        yield (
            f"  {title} {seen} (n {number(part.n)}): {part.points:.2f} × {part.weight:g}% → {moved}"
        )


def _reasons(file: CreditFile, say: _Speaker) -> Iterator[str]:
    for place, reason in enumerate(file.reasons, start=1):
        yield f"{place}. {_reason(reason, say)}"
    if file.raise_ is not None:
        yield say("最能提高的一步：", "What would raise it most: ") + _reason(file.raise_, say)


def _reason(reason: Reason, say: _Speaker) -> str:
    worth = say(f"（{signed(reason.points, 2)} 分）", f" ({signed(reason.points, 2)} points)")
    return f"{say(reason.zh, reason.en)}{worth if reason.points else ''} [{reason.code}]"


def _facts(file: CreditFile, say: _Speaker) -> Iterator[str]:
    facts = file.facts
    yield say(
        f"订单 {facts.orders:,} 笔，计入 {facts.clean_orders:,} 笔",
        f"Orders {facts.orders:,}, of which counted {facts.clean_orders:,}",
    )
    if facts.first_day and facts.last_day:
        yield say("第一笔到最后一笔 ", "First to last ") + f"{facts.first_day} – {facts.last_day}"
    for title, fen in (
        (say("毛额", "Gross"), facts.gross_fen),
        (say("退款", "Refunds"), facts.refund_fen),
        (say("净销售", "Clean sales"), facts.clean_fen),
    ):
        yield f"{title} {step_value('limit', fen)}"
    for cut, (orders, fen) in facts.zeroed.items():
        name = say.named(words.ZEROED, cut)
        yield f"  {say('没有计入', 'Not counted')} {name} {orders:,}, {step_value('limit', fen)}"
    yield say(
        f"消息 {facts.messages:,} 条，回应的人 {facts.repliers:,}，群 {facts.groups:,}，"
        f"评价 {facts.reviews:,} 条",
        f"Messages {facts.messages:,}, people who reply {facts.repliers:,}, groups "
        f"{facts.groups:,}, reviews {facts.reviews:,}",
    )
    for line in file.pools:
        yield _pool(line, say)
    yield say("资料齐全 ", "Data complete ") + share(facts.completeness_bps / 10_000, 0)


def _pool(line: PoolLine, say: _Speaker) -> str:
    name, cost = say.named(words.POOLS, line.pool), step_value("limit", line.cost_fen)
    converted = NONE if line.conversion is None else share(line.conversion)
    each = NONE if line.acquisition_fen is None else step_value("limit", line.acquisition_fen)
    return say(
        f"{name}：触达 {line.touches:,} 次，花费 {cost}，转化 {converted}，"
        f"订单 {line.orders:,} 笔，新客 {line.new_buyers:,}，每个新客 {each}",
        f"{name}: touches {line.touches:,}, cost {cost}, conversion {converted}, orders "
        f"{line.orders:,}, new buyers {line.new_buyers:,}, each for {each}",
    )


def _spoken(spoken: ReviewEvidence, say: _Speaker) -> Iterator[str]:
    """Reviews and what lowers them, then each aspect with a clause a side."""
    if not spoken.reviews:
        yield say("还没有评价", "No reviews yet")
        return
    worth, bought, blame = f"{spoken.weight:,.1f}", f"{spoken.bought:,}", spoken.bought_blame
    yield say(
        f"评价 {spoken.reviews:,} 条，按可信度值 {worth} 条，疑似代写 {bought} 条"
        + (f"（差评 {blame:,} 条）" if blame else ""),
        f"Reviews {spoken.reviews:,}, worth {worth} by credibility, likely made up {bought}"
        + (f" (blame {blame:,})" if blame else ""),
    )
    for doubt, count in spoken.doubts.items():
        yield f"  {say.named(words.DOUBTS, doubt)} {count:,} [{doubt}]"
    for line in spoken.aspects:
        yield _aspect(line, say)
        for side, clause in ((say("好", "praise"), line.praise), (say("差", "blame"), line.blame)):
            if clause is not None:
                yield say(f"    {side}：“{clause}”", f"    {side}: “{clause}”")
    if not spoken.quotable:
        yield say("没有同意引用评价原话，只给数。", "No consent to quote reviews: figures only.")


def _aspect(line: AspectLine, say: _Speaker) -> str:
    name, trend = say.named(words.PARTS, line.aspect), say.named(words.TRENDS, line.trend)
    moved = "" if line.change is None else f" {signed(100 * line.change)}"
    part, low, high = (share(one, 0) for one in (line.share, line.low, line.high))
    return say(
        f"  {name}：好 {line.praised:,}，差 {line.blamed:,}；好评占比 {part}"
        f"（80% 区间 {low} – {high}）；近 90 天{trend}{moved}",
        f"  {name}: praise {line.praised:,}, blame {line.blamed:,}; share of praise {part} "
        f"(80 % interval {low} – {high}); last 90 days {trend}{moved}",
    )


def _terms(file: CreditFile, say: _Speaker) -> Iterator[str]:
    terms = file.terms
    name = _product_name(file, say)
    if terms.refusal is not None:
        why = WORDING[terms.refusal]
        yield say(f"{name}：没有额度。", f"{name}: no limit. ") + say(why.zh, why.en)
    else:
        rate = "" if terms.rate_bps is None else step_value("rate", terms.rate_bps)
        limit = step_value("limit", terms.limit_fen)
        yield say(
            f"{name}：额度 {limit}，年利率 {rate}，期限 {terms.tenor_days} 天",
            f"{name}: limit {limit}, rate {rate} a year, tenor {terms.tenor_days} days",
        )
    if terms.binding in BINDING:
        yield say.named(BINDING, terms.binding)
    for label, value in terms.steps:
        title = step_words(label)
        yield f"  {say(title.zh, title.en)} {step_value(label, value)}"


def _product_name(file: CreditFile, say: _Speaker) -> str:
    for sheet in _value_of("products", file.policies, ()):
        if sheet["product"] == file.terms.product:
            return say(sheet["zh"], sheet["en"])
    return file.terms.product


def _notes(file: CreditFile, say: _Speaker) -> Iterator[str]:
    for sign in file.signs:
        yield f"{say.named(words.SIGNS, sign)} [{sign}]"
    for flag in file.flags:
        yield f"{say.named(words.FLAGS, flag)} [{flag}]"


def _policy(use: PolicyUse) -> str:
    return (
        f"{use.name} = {_value(use.value)} ({use.unit}; {use.since}; {use.confidence}; "
        f"{use.reference})"
    )


def _value_of(name: str, policies: Sequence[PolicyUse], otherwise: Any) -> Any:
    return next((use.value for use in policies if use.name == name), otherwise)


def _value(value: Any) -> str:
    """A policy value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return "–" if value is None else str(value)


def _objection(policies: Sequence[PolicyUse], say: _Speaker) -> Iterator[str]:
    law = next((use for use in policies if use.name == "decision.automated_rights"), None)
    if law is None:
        yield say(RIGHTS.zh, RIGHTS.en) + say("（个人信息保护法第24条）", " (PIPL art. 24)")
    else:
        yield f"{say(law.value['zh'], law.value['en'])} ({law.reference})"
    yield say(CORRECTION.zh, CORRECTION.en)
