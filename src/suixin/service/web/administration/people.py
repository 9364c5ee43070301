"""Who works here: invited, given duties, let go; one proposes each change, another agrees."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.service.app import administration, institutions, people
from suixin.service.app.administration import Newcomer, Request
from suixin.service.app.caller import Duty
from suixin.service.app.duties import Scope
from suixin.service.app.people import Person
from suixin.service.app.proposals import Proposal
from suixin.service.identity import welcoming
from suixin.service.web import parts
from suixin.service.web.auditor.naming import DUTIES
from suixin.service.web.figures import NONE, local
from suixin.service.web.household.naming import named
from suixin.service.web.page import Asked

GIVEN: Final = tuple(
    (duty.value, DUTIES[duty])
    for duty in Duty
    if duty not in {Duty.HOUSEHOLD, Duty.PARTNER, Duty.SERVICE}
)
DEEDS: Final = (
    ("give", _("给一项职责")),
    ("take", _("收回一项职责")),
    ("renew", _("重发登录（丢了密码或验证器）")),
    ("end", _("停止登录")),
)


class InviteForm(forms.Form):
    """One who is to work here."""

    sign_in = forms.CharField(
        label=_("登录名"), max_length=40, help_text=_("小写字母、数字、点和短横，例如工号")
    )
    name = forms.CharField(label=_("姓名"), max_length=60)
    duty = forms.ChoiceField(label=_("职责"), choices=GIVEN)
    county = forms.CharField(
        label=_("县代码（县金融办才写）"), max_length=6, required=False, help_text=_("六位数字")
    )
    station = forms.CharField(label=_("服务站（站点代理员才写）"), max_length=63, required=False)
    villages = forms.CharField(
        label=_("村代码（站点代理员才写）"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("每个十二位，用空格隔开"),
    )
    why = forms.CharField(label=_("理由"), max_length=300)

    def scope(self) -> Scope:
        """Where the newcomer works."""
        told = self.cleaned_data
        return Scope(
            county=told["county"],
            station=told["station"],
            villages=tuple(told["villages"].split()),
        )


class ChangeForm(forms.Form):
    """What is to change of somebody's access."""

    do = forms.ChoiceField(label=_("办什么"), choices=DEEDS)
    duty = forms.ChoiceField(label=_("职责（给或收回时）"), choices=GIVEN)
    why = forms.CharField(label=_("理由"), max_length=300)


def listed(asked: Asked) -> HttpResponse:
    """Everybody who works here; invite another."""
    form = InviteForm(asked.request.POST if asked.sent else None)
    if asked.sent and form.is_valid():
        told = form.cleaned_data
        newcomer = Newcomer(
            sign_in=told["sign_in"],
            name=told["name"],
            duties=frozenset({Duty(told["duty"])}),
            scope=form.scope(),
        )
        done = asked.tried(
            form, lambda: administration.invite(asked.caller, newcomer, _request(asked, told))
        )
        if done is not None:
            _proposed(asked)
            return redirect("administration-people")
    found = people.people(asked.caller, after=asked.request.GET.get("after", ""))
    return asked.page(
        "administration/people.html",
        {
            "form": form,
            "table": _table(found),
            "after": found[-1].username if len(found) == people.LISTED_MAX else "",
            "section": "administration-people",
        },
    )


def person(asked: Asked, username: str) -> HttpResponse:
    """One person: what he may do, what he was, and what is to change."""
    one = people.person(asked.caller, username)
    form = ChangeForm(asked.request.POST if asked.sent and "do" in asked.request.POST else None)
    half = ""
    if asked.sent and "half" in asked.request.POST:
        half = welcoming.my_half(asked.caller, username, at=asked.at)
    elif form.is_bound and form.is_valid():
        told = form.cleaned_data
        done = asked.tried(form, lambda: _change(asked, username, told))
        if done is not None:
            _proposed(asked)
            return redirect("administration-person", username=username)
    return asked.page(
        "administration/person.html",
        {
            "form": form,
            "one": one,
            "facts": _facts(one),
            "changes": _changes(asked, username),
            "half": half,
            "section": "administration-people",
        },
    )


def places(asked: Asked) -> HttpResponse:
    """The institutions that share this service."""
    columns = (
        parts.Column(gettext("机构")),
        parts.Column(gettext("账套")),
        parts.Column(gettext("日志")),
        parts.Column(gettext("开立于")),
        parts.Column(gettext("日终到")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.code, note=one.name, data=True),
                parts.Cell(one.books, hash=True),
                parts.Cell(one.log or NONE, hash=True),
                parts.Cell(one.opened_on.isoformat()),
                parts.Cell(one.closed_through.isoformat() if one.closed_through else NONE),
            ),
            current=one.own,
        )
        for one in institutions.institutions(asked.caller)
    )
    table = parts.Table(gettext("机构"), columns, rows, parts.Empty(gettext("没有机构")))
    return asked.page(
        "administration/places.html", {"table": table, "section": "administration-places"}
    )


def _request(asked: Asked, told: dict[str, Any]) -> Request:
    return Request(key=asked.key, why=told["why"], at=asked.at)


def _change(asked: Asked, username: str, told: dict[str, Any]) -> Proposal:
    request = _request(asked, told)
    if told["do"] == "renew":
        return administration.renew_access(asked.caller, username, request)
    if told["do"] == "end":
        return administration.end_access(asked.caller, username, request)
    duty = Duty(told["duty"])
    act = administration.give_duty if told["do"] == "give" else administration.take_duty
    return act(asked.caller, username, duty, request)


def _proposed(asked: Asked) -> None:
    messages.success(asked.request, gettext("已经提出，等另一位管理员或风控复核；现在还没有改变。"))


def _table(found: tuple[Person, ...]) -> parts.Table:
    columns = (
        parts.Column(gettext("登录名")),
        parts.Column(gettext("姓名")),
        parts.Column(gettext("职责")),
        parts.Column(gettext("最近登录")),
        parts.Column(gettext("状态")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    one.username, href=reverse("administration-person", args=[one.username])
                ),
                parts.Cell(one.name, data=True),
                parts.Cell(_duties(one)),
                parts.Cell(local(one.last_sign_in) if one.last_sign_in else NONE),
                parts.Cell(tag=_state(one)),
            )
        )
        for one in found
    )
    return parts.Table(gettext("人员"), columns, rows, parts.Empty(gettext("没有人")))


def _duties(one: Person) -> str:
    return " · ".join(named(DUTIES, duty) for duty in one.duties) or NONE


def _state(one: Person) -> parts.Tag:
    if not one.active:
        return parts.Tag(gettext("已停用"), "idle")
    if one.welcome_waits:
        return parts.Tag(gettext("等他第一次登录"), "warn")
    if not one.second_factor:
        return parts.Tag(gettext("还没有验证器"), "warn")
    return parts.Tag(gettext("正常"), "good")


def _facts(one: Person) -> parts.Facts:
    scope = one.scope
    return parts.Facts(
        (
            parts.Fact(gettext("姓名"), one.name or NONE, data=True),
            parts.Fact(gettext("职责"), _duties(one)),
            parts.Fact(gettext("县"), scope.county or NONE),
            parts.Fact(gettext("服务站"), scope.station or NONE),
            parts.Fact(gettext("村"), " ".join(scope.villages) or NONE),
            parts.Fact(gettext("最近登录"), local(one.last_sign_in) if one.last_sign_in else NONE),
            parts.Fact(gettext("状态"), "", tag=_state(one)),
        )
    )


def _changes(asked: Asked, username: str) -> parts.Table:
    found = people.changes(asked.caller, username)
    names = people.names(asked.caller, [one.by for one in found])
    columns = (
        parts.Column(gettext("什么时候")),
        parts.Column(gettext("职责")),
        parts.Column(gettext("复核的人")),
        parts.Column(gettext("理由")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(local(one.at)),
                parts.Cell(" · ".join(named(DUTIES, duty) for duty in one.duties) or NONE),
                parts.Cell(names.get(one.by, one.by) or NONE, data=True),
                parts.Cell(one.why or NONE, data=True),
            )
        )
        for one in reversed(found)
    )
    empty = parts.Empty(gettext("没有变过"))
    return parts.Table(gettext("以前的样子"), columns, rows, empty, headed=True)
