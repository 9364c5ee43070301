"""Standing for others: what one is asked to sign and reads back, what one signed, one's group."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.data.errors import InputError
from suixin.kernel.refusal import Wording
from suixin.lending.product import product_on
from suixin.service.app import accepting, backings
from suixin.service.app.applications import Told
from suixin.service.app.day import business_day
from suixin.service.web import parts
from suixin.service.web.fields import YuanField
from suixin.service.web.figures import money, said
from suixin.service.web.household import refusing
from suixin.service.web.household.naming import why_refused
from suixin.service.web.household.own import own_party
from suixin.service.web.page import Asked


class SignForm(forms.Form):
    """Amount and last day as they are signed, and both typed again from memory."""

    cap = YuanField(label=_("最多替他还多少（元）"))
    until = forms.DateField(label=_("担保到哪一天"), widget=forms.DateInput(attrs={"type": "date"}))
    read_cap = YuanField(label=_("再写一遍：最多多少"), help_text=_("不看上面，自己写。"))
    read_until = forms.DateField(
        label=_("再写一遍：到哪一天"), widget=forms.DateInput(attrs={"type": "date"})
    )
    joint = forms.BooleanField(label=_("我知道：他还不上，我要和他一样负责还"))

    def clean(self) -> dict[str, Any]:
        """Both times the same, or it was not understood."""
        told = super().clean() or {}
        if told.get("cap") and told.get("read_cap") and told["cap"] != told["read_cap"]:
            self.add_error("read_cap", gettext("两次写的金额不一样。请再听一遍，再写。"))
        both = told.get("until") and told.get("read_until")
        if both and told["until"] != told["read_until"]:
            self.add_error("read_until", gettext("两次写的日子不一样。请再听一遍，再写。"))
        return told


def guarantees(asked: Asked) -> HttpResponse:
    """What one is asked to sign, and what one signed before."""
    party = own_party(asked.caller)
    asks = parts.Table(
        gettext("等我签的"),
        (
            parts.Column(gettext("替谁")),
            parts.Column(gettext("他借"), number=True),
            parts.Column(gettext("请我担保"), number=True),
        ),
        tuple(
            parts.Row(
                (
                    parts.Cell(
                        one.debtor,
                        href=reverse("household-sign", args=[one.application]),
                        note=_product(one.product, one.applied_on),
                    ),
                    parts.Cell(money(one.amount_fen)),
                    parts.Cell(gettext("您自己定") if one.cap_fen is None else money(one.cap_fen)),
                )
            )
            for one in backings.to_sign(asked.caller, party)
        ),
        parts.Empty(gettext("没有人请您担保")),
        headed=True,
    )
    signed = parts.Table(
        gettext("我签过的"),
        (
            parts.Column(gettext("替谁")),
            parts.Column(gettext("最多"), number=True),
            parts.Column(gettext("到哪天")),
            parts.Column(gettext("要我还过"), number=True),
        ),
        tuple(
            parts.Row(
                (
                    parts.Cell(one.debtor, note=one.group),
                    parts.Cell(money(one.cap_fen)),
                    parts.Cell(one.until.isoformat()),
                    parts.Cell(money(one.asked_fen)),
                )
            )
            for one in backings.signed_by(asked.caller, party)
        ),
        parts.Empty(gettext("没有替别人担保")),
        headed=True,
    )
    return asked.page(
        "household/guarantees.html",
        {"asks": asks, "signed": signed, "section": "household-group"},
    )


def sign(asked: Asked, application: str) -> HttpResponse:
    """Read what is to be borne, say it back, sign, or leave it."""
    party = own_party(asked.caller)
    waiting = backings.to_sign(asked.caller, party)
    found = next((one for one in waiting if one.application == application), None)
    if found is None:
        raise InputError("NO_APPLICATION", f"There is no {application} to sign.", "Check the id.")
    form = SignForm(asked.request.POST if asked.sent else None)
    if asked.sent and form.is_valid():
        told = form.cleaned_data
        said_ = accepting.ReadBack(
            cap_fen=told["cap"],
            until=told["until"],
            read_fen=told["read_cap"],
            read_until=told["read_until"],
            joint=told["joint"],
        )
        done = asked.tried(
            form,
            lambda: accepting.sign_guarantee(asked.caller, application, party, said_, at=asked.at),
        )
        if done is not None and done.refusal is None:
            messages.success(asked.request, gettext("已经签好。您签的金额和日子都记下来了。"))
            return redirect("household-guarantees")
        if done is not None and done.refusal is not None:
            form.add_error(None, _refused(done.refusal))
    facts = parts.Facts(
        (
            parts.Fact(gettext("替谁"), found.debtor),
            parts.Fact(gettext("借什么"), _product(found.product, found.applied_on)),
            parts.Fact(gettext("他借"), money(found.amount_fen)),
            parts.Fact(
                gettext("请您最多替他还"),
                gettext("您自己定") if found.cap_fen is None else money(found.cap_fen),
            ),
        )
    )
    return asked.page(
        "household/sign.html", {"facts": facts, "form": form, "section": "household-group"}
    )


def group(asked: Asked) -> HttpResponse:
    """Who stands with whom, each with the most it bears."""
    party = own_party(asked.caller)
    day = business_day(asked.caller.actor("looked at his group"), asked.at)
    members = backings.groups_of(asked.caller, party, on=day)
    tables = [
        _members(name, list(found), party)
        for name, found in groupby(members, key=lambda one: one.group)
    ]
    none = parts.Empty(
        gettext("您不在联保小组里"),
        gettext("三到五户可以组成小组，各自签明替别人最多还多少。不是近亲，也不能互相绕圈担保。"),
    )
    waiting = len(backings.to_sign(asked.caller, party))
    return asked.page("household/group.html", {"tables": tables, "none": none, "waiting": waiting})


def _members(name: str, members: list[backings.GroupMember], party: str) -> parts.Table:
    columns = (
        parts.Column(gettext("户")),
        parts.Column(gettext("最多替别人还"), number=True),
        parts.Column(gettext("到哪天")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    one.party, tag=parts.Tag(gettext("您"), "info") if one.party == party else None
                ),
                parts.Cell(money(one.cap_fen)),
                parts.Cell(one.until.isoformat()),
            ),
            current=one.party == party,
        )
        for one in members
    )
    told = {"name": name, "n": len(members)}
    caption = gettext("%(name)s，%(n)s 户") % told
    return parts.Table(caption, columns, rows, parts.Empty(caption), headed=True)


def _refused(told: Told) -> str:
    found, allowed = refusing.plainly(told.found), refusing.plainly(told.allowed)
    words = {"why": why_refused(told.why), "found": found, "allowed": allowed}
    return gettext("%(why)s量得 %(found)s，标准 %(allowed)s。") % words


def _product(name: str, day: date) -> str:
    sheet = product_on(name, day)
    return said(Wording(sheet.zh, sheet.en))
