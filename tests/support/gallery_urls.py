"""Every part on a phone's page and on a desk's, for tests: the service's addresses and two more."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from suixin.service import urls as service
from suixin.service.web import charts
from suixin.service.web import parts as p

handler404 = service.handler404
handler500 = service.handler500

PAGE = """{% extends base %}{% load suixin %}
{% block title %}部件{% endblock %}{% block content %}<div class="head"><h1>部件</h1></div>
{% part crumbs %}<section class="card">{% part band %}{% part figures %}{% part progress %}
</section><section class="card">{% part shown %}</section>{% part refusal %}{% part cost %}
<section class="card">{% part chart %}{% part curves %}{% part held %}{% part across %}</section>
<section class="card">{% part proof %}</section>{% part dual %}
<form class="card" method="post">{% errors form %}{% for f in form %}{% field f %}{% endfor %}
<button class="button">送出</button></form>{% endblock %}"""

LONG = (
    "很长的名字没有空格的机构村合作社联合社" * 6 + "averyveryverylongwordwithoutanyspaceatall" * 3
)


class Form(forms.Form):
    """A field of each kind."""

    amount = forms.CharField(label="金额（元）", help_text="最多 ¥30,000")
    product = forms.ChoiceField(label="产品", choices=[("a", "村播贷"), ("b", "流水信用贷")])
    how = forms.ChoiceField(
        label="决定", widget=forms.RadioSelect, choices=[("y", "同意"), ("n", "不同意")]
    )
    agree = forms.BooleanField(label="我同意县农商银行使用我的订单来评分")
    why = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}))


def table(**more: Any) -> p.Table:
    """A table of two agreements."""
    return p.Table(
        "在还的借款合同",
        (p.Column("合同"), p.Column("余额", number=True), p.Column("状态")),
        (
            p.Row((p.Cell("VB-1", href="#main"), p.Cell("¥30,000.00"), p.Cell(tag=p.Tag("正常")))),
            p.Row(
                (
                    p.Cell(LONG),
                    p.Cell("¥18,600.00", note="本月还 ¥1,560.00"),
                    p.Cell(tag=p.Tag("逾期 3 天", "warn")),
                ),
                current=True,
            ),
        ),
        p.Empty("没有借款合同"),
        **more,
    )


def simple() -> dict[str, Any]:
    """Parts of words and figures, with a long text somewhere."""
    tags = tuple(
        p.Tag(word, shape)
        for word, shape in (
            ("通过", "good"),
            ("提醒", "warn"),
            ("不通过", "stop"),
            ("进行中", "info"),
            ("未开始", "idle"),
        )
    )
    return {
        "crumbs": p.Crumbs((p.Next("我的信用", href="#main"),), "部件"),
        "band": p.Band(("D", "CCC", "B", "BB", "BBB", "A", "AA", "AAA"), "A", 0.4),
        "figures": p.Figures(
            (
                p.Figure("信用分", "641", "A 级", tag=p.Tag("比上月 +8 分"), huge=True),
                p.Figure("现在还可以借", "¥30,000", "额度 ¥48,600"),
            )
        ),
        "progress": p.Progress("已用 38%，目标 80%", 38, 80),
        "shown": (
            *tags,
            table(
                headed=True,
                pages=p.Pages(3, 9),
                foot=p.Row((p.Cell("合计"), p.Cell("¥48,600.00"), p.Cell())),
            ),
            p.Facts((p.Fact("贷款人", LONG), p.Fact("最晚还清", "2027-11-30", note="到那天为止"))),
            p.Notice("贴息另外退给您", "没有算进成本。", next=p.Next("看明细", href="#main")),
            p.Notice("保险单 12月5日到期", shape="warn"),
            p.Empty("今天没有待办", "新的申请会出现在这里"),
            p.Steps(
                (
                    p.Step("申请", when="2026-11-23 10:12"),
                    p.Step("退款变多", standing="down"),
                    p.Step("客户经理决定", standing="now"),
                    p.Step("签约", standing="still"),
                )
            ),
            p.Contributions(
                tuple(
                    p.Moved(f"原因 {n}", f"{'−' if n % 2 else '+'}{n}", (-1) ** n * n / 6)
                    for n in range(1, 7)
                )
            ),
            p.Tabs("种类", (p.Next("全部", href="?"), p.Next("资金", href="?a=1")), "?"),
        ),
    }


def papers() -> dict[str, Any]:
    """A refusal, a cost table, a proof, a proposal."""
    return {
        "refusal": p.Refusal(
            "这一次没有通过",
            "您申请 ¥80,000，12 个月。",
            "预计到账不够还。",
            "村播贷第 4 条：还款能力",
            date(2026, 7, 1),
            (p.Next("改为不超过 ¥30,000", "最多是这个数", "#main"),),
            "#main",
            (p.Next("近 12 个月结算 52 笔", href="#main"),),
            "RF-1",
        ),
        "cost": p.CostTable(
            "6.80%",
            "7.56%",
            "8.90%",
            30,
            "¥30,000.00",
            "¥32,100.57",
            "¥2,100.57",
            "¥29,850.00",
            (
                p.CostLine("利息", "6.80%", "¥1,950.57", "每季付一次。收款方：县农商银行"),
                p.CostLine("担保费", "0.50%", "¥150.00"),
            ),
            (p.CostLine("逾期利息", "10.20%", "", "只算逾期的本金"),),
        ),
        "proof": p.ProofPath(
            5,
            8,
            "ab" * 32,
            (p.ProofStep(True, "cd" * 32, "ef" * 32), p.ProofStep(False, "01" * 32, "23" * 32)),
            "45" * 32,
        ),
        "dual": p.DualControl(
            number="p-1",
            what="核销 ¥1,200.00",
            content=p.Facts((p.Fact("合同", "VB-1"),)),
            digest="67" * 32,
            maker="风控 #02",
            at=datetime(2026, 6, 30, 8, tzinfo=UTC),
            why="已过两年",
            state=p.Tag("等人复核", "warn"),
            may_confirm=True,
            confirm="?a",
            reject="?b",
        ),
    }


def drawn() -> dict[str, Any]:
    """Charts of each kind."""
    months = [f"2026-{m:02d}" for m in range(1, 13)]
    values = [3.0, 2, 2, 1, 1, 1, 2, 4, 9, 15, 8, 4]
    return {
        "chart": p.Chart(
            "一年到账 ¥168,420，十月最旺",
            "每月到账货款，万元",
            charts.columns(values, months, "十月最高", pale=[v * 1.2 for v in values]),
            table(),
            "来源：平台结算 52 笔",
            (p.Key("c", "净"), p.Key("g", "毛")),
        ),
        "curves": p.Chart(
            "两条线",
            "万元",
            charts.curves(
                (charts.Line("o", values), charts.Line("s", values[::-1])), months, "两条"
            ),
            table(),
        ),
        "across": p.Chart(
            "一家占了 38%",
            "份额",
            charts.across((("社区团购 #17", 38, "38%"), ("其他", 62, "62%")), "最大买家 38%"),
            table(),
        ),
        "held": p.Chart(
            "额度升了三次",
            "元",
            charts.held(
                [120, 114, 120, 126, 132],
                ["19:30", "19:52", "20:22", "20:48", "21:04"],
                "从 120 到 132",
                low=84,
                high=144,
            ),
            table(),
        ),
    }


def page(request: HttpRequest, kind: str) -> HttpResponse:
    """All parts, on one kind of page."""
    form = Form(request.POST if request.method == "POST" else None)
    template = engines["django"].from_string(PAGE)
    return HttpResponse(
        template.render(
            {"base": f"{kind}.html", "form": form, **simple(), **papers(), **drawn()}, request
        )
    )


urlpatterns = [path("gallery/<str:kind>/", page), *service.urlpatterns]
