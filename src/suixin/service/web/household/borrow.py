"""Looking at what a loan would cost, and asking for it; nothing is signed on these pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.kernel.refusal import Wording
from suixin.lending.product import Product, products_on
from suixin.lending.quote import Asked as AskedQuote
from suixin.lending.quote import Quote, quote
from suixin.service.app import applying
from suixin.service.app.applications import Backer, applications_of
from suixin.service.app.day import business_day
from suixin.service.app.own_sheets import folder_of, own_product
from suixin.service.web import parts
from suixin.service.web.fields import YuanField
from suixin.service.web.figures import in_wan, percent, said, whole
from suixin.service.web.household import borrow_parts as drawn
from suixin.service.web.household.naming import METHODS, PURPOSES, life, named
from suixin.service.web.household.own import limit_left, own_party
from suixin.service.web.page import Asked

_MEMBERS: Final = 4
"""How many may be named to stand for a loan: a group has five households at most."""


class LoanForm(forms.Form):
    """How much, how long, what for; and what the product's own sheet asks besides."""

    amount = YuanField(label=_("借多少（元）"))
    times = forms.TypedChoiceField(label=_("借多久"), coerce=int)
    repays = forms.ChoiceField(label=_("怎么还"))
    purpose = forms.ChoiceField(label=_("用来做什么"))

    def __init__(self, product: Product, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        given = self.fields
        least, most = product.amount_min_fen, product.amount_max_fen
        amount = given["amount"]
        amount.help_text = gettext("%(least)s 到 %(most)s") % {
            "least": whole(least),
            "most": whole(most),
        }
        amount.least, amount.most = least, most  # type: ignore[attr-defined]
        _choose(given["times"], [(n, _how_long(product, n)) for n in _times(product)])
        methods = (product.repayment.method, *product.repayment.also)
        _choose(given["repays"], [(m, named(METHODS, m)) for m in methods])
        _choose(given["purpose"], [(p, named(PURPOSES, p)) for p in product.purposes])
        if product.money_to == "supplier":
            given["order"] = forms.CharField(label=gettext("采购单号"), max_length=64)
            given["supplier"] = forms.CharField(
                label=gettext("供应商编号"),
                help_text=gettext("钱直接付给供应商，不经过您的账户。"),
                max_length=64,
            )
        for number in range(1, _stands_for(product) + 1):
            told = {"n": number}
            given[f"backer{number}"] = forms.CharField(
                label=gettext("担保人 %(n)s 的编号") % told, max_length=64, required=number == 1
            )
            given[f"cap{number}"] = YuanField(
                label=gettext("担保人 %(n)s 最多担保（元）") % told, required=number == 1
            )
        if "members" in product.loss_order:
            given["group"] = forms.CharField(label=gettext("小组的名字"), max_length=64)

    def asked(self, product: Product, party: str, *, wants_person: bool) -> applying.Asked:
        """What is applied for."""
        told = self.cleaned_data
        about = {name: told[name] for name in ("order", "supplier") if told.get(name)}
        backers = tuple(
            Backer(party=told[f"backer{n}"], cap_fen=told[f"cap{n}"])
            for n in range(1, _MEMBERS + 1)
            if told.get(f"backer{n}") and told.get(f"cap{n}")
        )
        usual = told["repays"] == product.repayment.method
        return applying.Asked(
            party=party,
            product=product.name,
            amount_fen=told["amount"],
            purpose=told["purpose"],
            times=told["times"],
            repays="" if usual else told["repays"],
            group=told.get("group", ""),
            backers=backers,
            about=about,
            wants_person=wants_person,
        )


def borrow(asked: Asked) -> HttpResponse:
    """Which loans there are, what each costs about, and what was asked for so far."""
    party = own_party(asked.caller)
    actor = asked.caller.actor("looked at products")
    day = business_day(actor, asked.at)
    sheets = products_on(day, folder_of(actor))
    limit, left = limit_left(asked.caller, party, on=day)
    offered = [
        {
            "name": product.name,
            "title": _name(product),
            "amount": gettext("%(least)s 到 %(most)s")
            % {"least": in_wan(product.amount_min_fen), "most": in_wan(product.amount_max_fen)},
            "rate": f"{percent(product.rate_min_bps)}–{percent(product.rate_max_bps)}",
            "repays": named(METHODS, product.repayment.method),
        }
        for product in sheets.values()
    ]
    return asked.page(
        "household/borrow.html",
        {
            "products": offered,
            "limit": limit,
            "left": left,
            "asked_for": _asked_for(asked, party, sheets),
        },
    )


def _asked_for(asked: Asked, party: str, sheets: Mapping[str, Product]) -> parts.Table:
    columns = (
        parts.Column(gettext("申请")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("到哪一步")),
    )
    names = {name: _name(sheet) for name, sheet in sheets.items()}
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    names.get(one.product, one.product),
                    href=f"/my/applications/{one.application}/",
                    note=one.applied_on.isoformat(),
                ),
                parts.Cell(whole(one.amount_fen)),
                parts.Cell(tag=life(one.standing)),
            )
        )
        for one in applications_of(asked.caller, party, limit=10)
    )
    empty = parts.Empty(gettext("还没有申请过"), gettext("看报价不算申请，也不影响信用分。"))
    return parts.Table(gettext("我的申请"), columns, rows, empty, headed=True)


def product(asked: Asked, product: str) -> HttpResponse:
    """What a loan would cost for an amount; then, from there, asking for it."""
    party = own_party(asked.caller)
    actor = asked.caller.actor("looked at a quote")
    sheet = own_product(actor, product, business_day(actor, asked.at))
    told = asked.request.POST if asked.sent else asked.request.GET
    form = LoanForm(sheet, told if "amount" in told else None)
    made: Quote | None = None
    if form.is_bound and form.is_valid():
        made = asked.tried(form, lambda: _quoted(asked, sheet, form.cleaned_data))
    if asked.sent and made is not None:
        person = asked.request.POST.get("person") == "yes"
        wanted = form.asked(sheet, party, wants_person=person)
        done = asked.tried(
            form, lambda: applying.apply(asked.caller, wanted, key=asked.key, at=asked.at)
        )
        if done is not None:
            return redirect("household-application", application=done.application.application)
    return asked.page(
        "household/product.html",
        {
            "title": _name(sheet),
            "form": form,
            "section": "household-borrow",
            "carried": [(name, form[name].value()) for name in form.fields] if made else [],
            **_shown(made),
        },
    )


def _quoted(asked: Asked, sheet: Product, told: dict[str, Any]) -> Quote:
    actor = asked.caller.actor("looked at a quote")
    day = business_day(actor, asked.at)
    usual = told["repays"] == sheet.repayment.method
    terms = AskedQuote(times=told["times"], method=None if usual else told["repays"])
    return quote(sheet.name, Money(told["amount"]), day, terms, policies=folder_of(actor))


def _shown(made: Quote | None) -> dict[str, Any]:
    if made is None:
        return {"cost": None}
    return {
        "cost": drawn.cost_of_quote(made),
        "dues": drawn.dues_chart(drawn.dues_of_quote(made)),
        "above": [
            parts.Notice(
                gettext("这个金额现在借不了"), f"{one.found} / {one.allowed}（{one.rule}）", "stop"
            )
            for one in made.refusals
        ],
    }


def _times(sheet: Product) -> range:
    return range(sheet.tenor.least, sheet.tenor.most + 1)


def _how_long(sheet: Product, times: int) -> str:
    cycle = sheet.tenor.cycle
    if cycle.unit == "M":
        return gettext("%(n)s 个月") % {"n": times * cycle.times}
    if cycle.unit == "D":
        return gettext("%(n)s 天") % {"n": times * cycle.times}
    raise InputError("TENOR", f"{sheet.name} runs in {cycle.unit}.", "Ask the lender.")


def _stands_for(sheet: Product) -> int:
    """How many may be named to stand for a loan of a product, by its order of loss."""
    if "members" in sheet.loss_order:
        return _MEMBERS
    return 1 if "streamer" in sheet.loss_order else 0


def _name(sheet: Product) -> str:
    return said(Wording(sheet.zh, sheet.en))


def _choose(field: forms.Field, choices: list[tuple[Any, str]]) -> None:
    field.choices = choices  # type: ignore[attr-defined]
