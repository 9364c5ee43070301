"""The parts of a case: six figures, rules with their days, guarantees, debts, how it went on."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext

from suixin.credit.file import CreditFile
from suixin.credit.limit_path import WORDING as MOVED
from suixin.credit.report import words as named_
from suixin.kernel.refusal import Wording
from suixin.lending.caps import CapTest
from suixin.lending.product import Product
from suixin.lending.states import Happening, Life
from suixin.service.app.applications import Step
from suixin.service.app.cases import Case
from suixin.service.app.credit_files import Kept
from suixin.service.app.offers import Offer
from suixin.service.web import charts, parts
from suixin.service.web.figures import NONE, local, percent, said, share, whole
from suixin.service.web.household import refusing
from suixin.service.web.household.naming import PURPOSES, named, why_refused
from suixin.service.web.officer.naming import AHEAD, BEARERS, GUARANTEES, STEPS, grade, standing

_HALF_YEAR: Final = 6
_MOVES: Final = 12


def figures(found: Case, kept: Kept | None, before: Kept | None) -> parts.Figures:
    """The six figures that a decision begins with."""
    file = None if kept is None else kept.file
    return parts.Figures(
        (
            _score(file, None if before is None else before.file),
            _chance(file),
            _limit(found),
            _monthly(file),
            _cost(found),
            _complete(file),
        )
    )


def _score(file: CreditFile | None, before: CreditFile | None) -> parts.Figure:
    if file is None or file.composite is None:
        return parts.Figure(gettext("信用分"), NONE, gettext("还没有算出来"))
    notes = [gettext("%(grade)s 级") % {"grade": file.grade}] if file.grade else []
    if file.score is None:
        notes.append(gettext("综合分，满分 100"))
        return parts.Figure(gettext("信用分"), f"{file.composite:.0f}", " · ".join(notes))
    if before is not None and before.score is not None:
        notes.append(gettext("上月 %(score)s") % {"score": before.score})
    return parts.Figure(gettext("信用分"), str(file.score), " · ".join(notes))


def _chance(file: CreditFile | None) -> parts.Figure:
    if file is None or file.pd is None:
        note = gettext("还没有足够的还款结果来校准")
        return parts.Figure(gettext("违约概率"), NONE, note)
    note = gettext("一年内逾期超过 90 天；%(version)s 校准") % {"version": file.calibration}
    return parts.Figure(gettext("违约概率"), share(file.pd, 2), note)


def _limit(found: Case) -> parts.Figure:
    facts = found.facts
    if facts is None or facts.limit_fen is None:
        return parts.Figure(gettext("额度"), NONE, gettext("现在没有"))
    left = facts.limit_left_fen(found.application.product)
    note = gettext("还可用 %(left)s") % {"left": NONE if left is None else whole(left)}
    return parts.Figure(gettext("额度"), whole(facts.limit_fen), note)


def _monthly(file: CreditFile | None) -> parts.Figure:
    months = () if file is None else file.facts.months[-_HALF_YEAR:]
    if not months:
        return parts.Figure(gettext("月均到账"), NONE, gettext("没有看到销售"))
    middle = int(median(m.clean_fen for m in months))
    note = gettext("近 %(n)s 个月中位数") % {"n": len(months)}
    return parts.Figure(gettext("月均到账"), whole(middle // 100 * 100), note)


def _cost(found: Case) -> parts.Figure:
    """The all-in yearly cost, of the offer or of what an offer would be; its rate beside it."""
    label = gettext("综合年化成本")
    if found.offer is not None:
        note = gettext("年利率 %(rate)s") % {"rate": percent(found.offer.rate_bps)}
        return parts.Figure(label, f"{float(found.offer.all_in):.2f}%", note)
    if found.quote is not None:
        note = gettext("年利率 %(rate)s") % {"rate": percent(found.quote.rate_bps)}
        return parts.Figure(label, f"{found.quote.all_in:.2f}%", note)
    return parts.Figure(label, NONE, gettext("没有报价"))


def _complete(file: CreditFile | None) -> parts.Figure:
    if file is None:
        return parts.Figure(gettext("资料齐全"), NONE)
    missing = [said(named_.INDICES[i.name]) for i in file.indices if not i.present]
    note = (
        gettext("缺：%(what)s") % {"what": "、".join(missing)} if missing else gettext("都接入了")
    )
    return parts.Figure(gettext("资料齐全"), percent(file.facts.completeness_bps), note)


def rules(found: Case, sheet: Product) -> parts.Table:
    """What the rules say: each refusal, each reason for a person, each cap on the cost."""
    columns = (
        parts.Column(gettext("规则")),
        parts.Column(gettext("结果")),
        parts.Column(gettext("这一案")),
        parts.Column(gettext("标准")),
        parts.Column(gettext("起用")),
    )
    rows = [_refused(found, sheet, told) for told in map(_told, found.refusals)]
    rows += [_person(why) for why in found.why_a_person]
    if found.quote is not None:
        rows += [_cap(test) for test in found.quote.caps]
    empty = parts.Empty(gettext("没有规则拦住这一案"), gettext("每一条都查过；拦住的才列在这里。"))
    return parts.Table(gettext("触发的规则"), columns, tuple(rows), empty, headed=True)


def _told(refusal: Any) -> Mapping[str, Any]:
    return {
        name: getattr(refusal, name) for name in ("why", "found", "allowed", "rule", "reference")
    }


def _refused(found: Case, sheet: Product, told: Mapping[str, Any]) -> parts.Row:
    day = found.application.applied_on
    rule, since = refusing.rule(told, sheet, day)
    return parts.Row(
        (
            parts.Cell(why_refused(str(told["why"])), note=rule),
            parts.Cell(tag=parts.Tag(gettext("不通过"), "stop")),
            parts.Cell(refusing.plainly(str(told["found"])) or NONE),
            parts.Cell(refusing.plainly(str(told["allowed"])) or NONE),
            parts.Cell(NONE if since is None else since.isoformat()),
        )
    )


def _person(why: str) -> parts.Row:
    """A reason for which the rules leave it to a person, in the reader's words."""
    return parts.Row(
        (
            parts.Cell(gettext("由人决定"), note="approval.automatic"),
            parts.Cell(tag=parts.Tag(gettext("要人看"), "warn")),
            parts.Cell(_why_person(why)),
            parts.Cell(NONE),
            parts.Cell(NONE),
        )
    )


def _why_person(why: str) -> str:
    kind, _, rest = why.partition(" ")
    if kind == "flag" and rest in named_.FLAGS:
        return said(named_.FLAGS[rest])
    if kind == "sign" and rest in named_.SIGNS:
        return said(named_.SIGNS[rest])
    if kind == "grade":
        return gettext("等级 %(grade)s") % {"grade": rest}
    if why.startswith("amount above "):
        most = refusing.plainly(why.removeprefix("amount above "))
        return gettext("金额高于 %(most)s") % {"most": most}
    words = {
        "a related party": gettext("关联方"),
        "the borrower asked for a person": gettext("借款人要求由人决定"),
    }
    return words.get(why, why)


def _cap(test: CapTest) -> parts.Row:
    names = {"all_in": gettext("综合年化成本"), "band": gettext("利率区间")}
    passed = test.passed
    tag = parts.Tag(gettext("通过")) if passed else parts.Tag(gettext("不通过"), "stop")
    least = f"{test.cap.least:.2f}%–" if test.cap.least else "≤ "
    return parts.Row(
        (
            parts.Cell(names.get(test.cap.figure, test.cap.figure), note=test.rule),
            parts.Cell(tag=tag),
            parts.Cell(f"{test.found:.2f}%"),
            parts.Cell(f"{least}{test.cap.most:.2f}%"),
            parts.Cell(test.cap.since.isoformat()),
        )
    )


def warnings(file: CreditFile) -> tuple[parts.Notice, ...]:
    """Signs that call for a person, and what is to be known of the data."""
    grave = [
        sign for sign in file.signs if named_.SIGN_SHAPES.get(sign, "").strip() in {"stop", "warn"}
    ]
    signs = [parts.Notice(said(named_.SIGNS[sign]), shape="stop") for sign in grave]
    flags = [parts.Notice(said(named_.FLAGS[f])) for f in file.flags if f in named_.FLAGS]
    return (*signs, *flags)


def guarantees(found: Case) -> parts.Table:
    """Who stands for it, of those who signed and those who are asked."""
    columns = (
        parts.Column(gettext("谁")),
        parts.Column(gettext("承担")),
        parts.Column(gettext("到期"), number=True),
    )
    rows = [
        parts.Row(
            (
                parts.Cell(one.guarantor, note=named(GUARANTEES, one.kind)),
                parts.Cell(
                    (gettext("连带保证 %(cap)s") if one.joint else gettext("一般保证 %(cap)s"))
                    % {"cap": whole(one.cap_fen)}
                ),
                parts.Cell(one.until.isoformat()),
            )
        )
        for one in found.guarantees
    ]
    signed = {one.guarantor for one in found.guarantees}
    rows += [
        parts.Row(
            (
                parts.Cell(one.party),
                parts.Cell(
                    gettext("最多 %(cap)s") % {"cap": whole(one.cap_fen)},
                    tag=parts.Tag(gettext("还没签"), "idle"),
                ),
                parts.Cell(NONE),
            )
        )
        for one in found.application.backers
        if one.party not in signed
    ]
    empty = parts.Empty(gettext("没有保证"), gettext("这一案由贷款人自己承担。"))
    return parts.Table(gettext("保证与兜底"), columns, tuple(rows), empty, headed=True)


def loss(sheet: Product) -> str:
    """Who bears a loss, in order: by the product's sheet."""
    who = " → ".join(named(BEARERS, one) for one in sheet.loss_order)
    return gettext("损失由谁先担：%(who)s") % {"who": who}


def debts(found: Case) -> parts.Table:
    """What the household owes here already."""
    columns = (
        parts.Column(gettext("借款合同")),
        parts.Column(gettext("余额"), number=True),
        parts.Column(gettext("逾期"), number=True),
        parts.Column(gettext("分类")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    one.agreement, href=reverse("officer-loan", args=[one.agreement]), hash=True
                ),
                parts.Cell(whole(one.principal_fen)),
                parts.Cell(gettext("%(n)s 天") % {"n": one.days_past_due}),
                parts.Cell(tag=grade(one.grade)),
            )
        )
        for one in found.loans
    )
    empty = parts.Empty(gettext("在这里没有别的借款"))
    return parts.Table(gettext("在还的借款合同"), columns, rows, empty, headed=True)


def limit_path(found: Case) -> parts.Chart | None:
    """How the limit moved, each move with its reason; None before the second move."""
    moves = found.limit[-_MOVES:]
    if len(moves) < 2:
        return None
    told = {"first": whole(moves[0].to_fen), "last": whole(moves[-1].to_fen), "n": len(moves)}
    finding = gettext("额度动了 %(n)s 次，从 %(first)s 到 %(last)s") % told
    columns = (
        parts.Column(gettext("日期")),
        parts.Column(gettext("额度"), number=True),
        parts.Column(gettext("为什么")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(move.on.isoformat()),
                parts.Cell(whole(move.to_fen)),
                parts.Cell(said(MOVED[move.move])),
            )
        )
        for move in moves
    )
    drawing = charts.held(
        [move.to_fen / 100 for move in moves], [move.on.isoformat()[2:] for move in moves], finding
    )
    table = parts.Table(finding, columns, rows, parts.Empty(finding))
    return parts.Chart(finding, gettext("每次变动后，元"), drawing, table)


def history(found: Case, names: Mapping[str, str]) -> parts.Steps:
    """Everything done about it, by whom and when, and what it waits for."""
    application = found.application
    steps = [
        parts.Step(
            gettext("申请"),
            names.get(application.applied_by, application.applied_by),
            local(application.applied_at),
        )
    ]
    steps += [_step(step, names) for step in found.steps]
    ahead = AHEAD.get(Life(application.standing))
    if ahead is not None:
        steps.append(parts.Step(str(ahead), standing="now"))
    return parts.Steps(tuple(steps), small=True)


def _step(step: Step, names: Mapping[str, str]) -> parts.Step:
    bad = step.happening in {Happening.REFUSE, Happening.PAYMENT_FAILED}
    by = names.get(step.by, step.by)
    note = f"{by} · {_why(step.why)}" if step.why else by
    return parts.Step(named(STEPS, step.happening), note, local(step.at), "down" if bad else "done")


def _why(why: str) -> str:
    """A reason that the rules or a person gave; a rule's own name becomes its words."""
    if why == "automatic":
        return gettext("规则之内")
    return why_refused(why) if why.replace("_", "").isalpha() and "_" in why else why


def others(found: Case) -> parts.Facts | None:
    """What the household asked for besides."""
    lines = tuple(
        parts.Fact(
            one.applied_on.isoformat(),
            whole(one.amount_fen),
            named(PURPOSES, one.purpose),
            reverse("officer-case", args=[one.application]),
            standing(one.standing),
        )
        for one in found.others[:5]
    )
    return parts.Facts(lines) if lines else None


def offered(offer: Offer | None) -> parts.Facts | None:
    """What was offered, and until when."""
    if offer is None:
        return None
    return parts.Facts(
        (
            parts.Fact(gettext("报价金额"), whole(offer.amount_fen)),
            parts.Fact(gettext("年利率"), percent(offer.rate_bps)),
            parts.Fact(gettext("综合年化成本"), f"{float(offer.all_in):.2f}%"),
            parts.Fact(gettext("期数"), str(offer.times)),
            parts.Fact(gettext("有效到"), offer.until.isoformat()),
            parts.Fact(gettext("报价指纹"), offer.digest, hash=True),
        )
    )


def title(found: Case, sheet: Product) -> str:
    """What is asked for, by whom."""
    told = {
        "party": found.application.party,
        "product": said(Wording(sheet.zh, sheet.en)),
        "amount": whole(found.application.amount_fen),
    }
    return gettext("%(party)s 申请%(product)s %(amount)s") % told
