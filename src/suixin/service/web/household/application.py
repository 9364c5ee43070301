"""One application: where it stands, why it was refused, its offer, accepting it, taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from suixin.kernel.refusal import Wording
from suixin.lending.states import Happening, Life
from suixin.service.app import accepting, applying
from suixin.service.app.applications import Application, Step, application_of, steps_of
from suixin.service.app.offers import Offer, offer_of
from suixin.service.app.own_sheets import own_product
from suixin.service.web import parts
from suixin.service.web.figures import local, said, whole
from suixin.service.web.household import borrow_parts as drawn
from suixin.service.web.household import refusing
from suixin.service.web.household.naming import PURPOSES, life, named
from suixin.service.web.page import Asked

_WORDS: Final = {
    Happening.REFUSE: lambda: gettext("没有通过"),
    Happening.OFFER: lambda: gettext("贷款人给出报价"),
    Happening.ACCEPT: lambda: gettext("您接受了报价"),
    Happening.LAPSE: lambda: gettext("报价过期"),
    Happening.WITHDRAW: lambda: gettext("您撤回了申请"),
    Happening.CONDITIONS_MET: lambda: gettext("签字齐了，借款合同成立"),
    Happening.DISBURSE: lambda: gettext("放款在路上"),
    Happening.PAYMENT_CONFIRMED: lambda: gettext("钱到了"),
    Happening.PAYMENT_FAILED: lambda: gettext("放款被退回"),
    Happening.FACTS_CHANGED: lambda: gettext("事实变了，报价收回"),
}


class Plain(forms.Form):
    """A button: what it does is what it was sent with."""


def application(asked: Asked, application: str) -> HttpResponse:
    """Where it stands, and the one thing to do next."""
    found = application_of(asked.caller, application)
    form = Plain(asked.request.POST if asked.sent else None)
    if asked.sent and form.is_valid():
        done = _done(asked, form, found)
        if done is not None:
            return done
        found = application_of(asked.caller, application)
    steps = steps_of(asked.caller.actor("looked at an application"), application)
    offer = offer_of(steps)
    waits = found.standing == Life.OFFERED and offer is not None
    context: dict[str, Any] = {
        "form": form,
        "section": "household-borrow",
        "found": found,
        "title": _title(asked, found),
        "tag": life(found.standing),
        "history": _history(found, steps),
        "refusal": _refusal(asked, found, steps),
        "withdrawable": not found.agreement and found.standing in {Life.APPLIED, Life.OFFERED},
        "waits": waits,
    }
    if offer is not None:
        if waits:
            _note_shown(asked, offer)
        context |= {
            "offer": offer,
            "cost": drawn.cost_of_offer(offer),
            "dues": drawn.dues_chart(drawn.dues_of_offer(offer)),
        }
    return asked.page("household/application.html", context)


def _done(asked: Asked, form: forms.Form, found: Application) -> HttpResponse | None:
    """What the button that was pressed leads to; None where it was refused."""
    name, caller, at = found.application, asked.caller, asked.at
    match asked.request.POST.get("do", ""):
        case "accept":
            told = str(asked.request.POST.get("offer", ""))
            seconds = _seconds_shown(asked, told)
            after = asked.tried(
                form,
                lambda: accepting.accept(caller, name, offer=told, read_seconds=seconds, at=at),
            )
            if after is not None:
                messages.success(asked.request, _accepted(after))
        case "withdraw":
            done = asked.tried(
                form, lambda: applying.withdraw(caller, name, why="household", at=at)
            )
            if done is not None:
                messages.success(asked.request, gettext("申请已经撤回，不影响信用分。"))
        case "person":
            anew = asked.tried(
                form, lambda: applying.ask_for_a_person(caller, name, key=asked.key, at=at)
            )
            if anew is not None:
                messages.success(asked.request, gettext("已转给客户经理，由人来看。"))
                name = anew.application.application
    if form.errors:
        return None
    return redirect("household-application", application=name)


def _accepted(after: accepting.Accepted) -> str:
    if after.to_sign:
        return gettext("报价已接受。还要这些人签字：%(who)s。") % {"who": "、".join(after.to_sign)}
    return gettext("报价已接受，借款合同成立。还没放款时想取消，请找客户经理。")


def _note_shown(asked: Asked, offer: Offer) -> None:
    """Note in the session, which he cannot write, when this offer first stood before its reader."""
    asked.request.session.setdefault(f"read:{offer.digest}", asked.at.isoformat())


def _seconds_shown(asked: Asked, digest: str) -> int:
    noted = asked.request.session.get(f"read:{digest}")
    if noted is None:
        return 0
    return int((asked.at - datetime.fromisoformat(noted)).total_seconds())


def _title(asked: Asked, found: Application) -> str:
    actor = asked.caller.actor("looked at an application")
    sheet = own_product(actor, found.product, found.applied_on)
    told = {"product": said(Wording(sheet.zh, sheet.en)), "amount": whole(found.amount_fen)}
    return gettext("%(product)s %(amount)s") % told


def _history(found: Application, steps: tuple[Step, ...]) -> parts.Steps:
    """What happened, in order, and what it now waits for."""
    told = [
        parts.Step(gettext("申请"), named(PURPOSES, found.purpose), when=local(found.applied_at))
    ]
    for step in steps:
        words = _WORDS.get(Happening(step.happening))
        if words is not None:
            bad = step.happening in {Happening.REFUSE, Happening.PAYMENT_FAILED}
            standing: parts.Standing = "down" if bad else "done"
            told.append(parts.Step(words(), when=local(step.at), standing=standing))
    ahead = {
        Life.APPLIED: gettext("客户经理决定"),
        Life.OFFERED: gettext("您看报价，接受或不接受"),
        Life.ACCEPTED: gettext("担保人签字"),
        Life.READY: gettext("放款"),
    }.get(Life(found.standing))
    if ahead:
        told.append(parts.Step(ahead, standing="now"))
    return parts.Steps(tuple(told))


def _refusal(asked: Asked, found: Application, steps: tuple[Step, ...]) -> parts.Refusal | None:
    """Why it was refused: the first reason, the rule and its day, the facts, what to do next."""
    step = next((one for one in steps if one.happening == Happening.REFUSE), None)
    if step is None:
        return None
    told: list[dict[str, Any]] = list(step.content.get("refusals", ())) or [{"why": step.why}]
    actor = asked.caller.actor("looked at a refusal")
    rule, since = refusing.rule(told[0], own_product(actor, found.product, step.on), step.on)
    return parts.Refusal(
        title=gettext("这一次没有通过"),
        what=gettext("您申请 %(amount)s，%(purpose)s。")
        % {"amount": whole(found.amount_fen), "purpose": named(PURPOSES, found.purpose)},
        why=refusing.why(told),
        rule=rule,
        since=since,
        next=refusing.nexts(told),
        review="#person",
        facts=refusing.facts(told),
        number=found.application,
    )
