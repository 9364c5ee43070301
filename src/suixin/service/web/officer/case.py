"""One case on a page: what a decision rests on, deciding with a reason, the second person's box."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.data.errors import InputError
from suixin.lending.states import Life
from suixin.service.app import cases, deciding, scoring
from suixin.service.app.case_facts import rows_about
from suixin.service.app.cases import Case
from suixin.service.app.credit_files import Kept
from suixin.service.app.day import business_day
from suixin.service.app.own_sheets import own_product
from suixin.service.app.permits import Act, may
from suixin.service.app.proposals import WORDS_MAX, Standing
from suixin.service.store.session import Actor
from suixin.service.web.fields import YuanField
from suixin.service.web.figures import whole
from suixin.service.web.officer import agreeing, evidence
from suixin.service.web.officer import case_parts as drawn
from suixin.service.web.officer.naming import WHO, standing
from suixin.service.web.page import Asked

_LAND: Final = ("parcels", "parcel_observations")
_MONTH: Final = timedelta(days=30)
_OPEN: Final = frozenset({Life.APPLIED, Life.OFFERED})


class Keyed(forms.RadioSelect):
    """Choices that a key reaches each: Alt (or Control and Option) with its letter."""

    keys: Final = {"yes": "y", "no": "n"}

    def create_option(self, name: str, value: Any, *more: Any, **named: Any) -> dict[str, Any]:
        """A choice with its key."""
        made = super().create_option(name, value, *more, **named)
        made["attrs"]["accesskey"] = self.keys[str(value)]
        return made


class DecideForm(forms.Form):
    """Yes or no with a reason; another amount where less is given than was asked for."""

    approve = forms.ChoiceField(
        label=_("决定"),
        choices=(("yes", _("同意")), ("no", _("不同意"))),
        widget=Keyed,
    )
    amount = YuanField(label=_("金额（元）"), required=False)
    why = forms.CharField(
        label=_("理由"),
        help_text=_("必填。写进日志，不能改，只能更正。"),
        widget=forms.Textarea(attrs={"rows": 4, "accesskey": "r"}),
        max_length=WORDS_MAX,
    )


def case(asked: Asked, application: str) -> HttpResponse:
    """Everything a decision rests on, and the decision."""
    found = cases.case(asked.caller, application, at=asked.at)
    form = DecideForm(asked.request.POST if asked.sent else None)
    form.fields["amount"].help_text = gettext("不填就按申请的 %(asked)s") % {
        "asked": whole(found.application.amount_fen)
    }
    if asked.sent:
        done = _sent(asked, form, found)
        if done is not None:
            return done
        found = cases.case(asked.caller, application, at=asked.at)
    actor = asked.caller.actor("looked at a case")
    today = business_day(actor, asked.at)
    sheet = own_product(actor, found.application.product, today)
    waits = [one for one in found.proposals if one.standing is Standing.WAITING]
    deciding_ = found.application.standing in _OPEN and not waits
    names = agreeing.called(
        asked.caller, found.application.applied_by, *(step.by for step in found.steps)
    )
    return asked.page(
        "officer/case.html",
        {
            "section": "officer-worklist",
            "form": form,
            "found": found.application,
            "title": drawn.title(found, sheet),
            "tag": standing(found.application.standing),
            "rules": drawn.rules(found, sheet),
            "guarantees": drawn.guarantees(found),
            "loss": drawn.loss(sheet),
            "debts": drawn.debts(found),
            "others": drawn.others(found),
            "offer": drawn.offered(found.offer),
            "limit_path": drawn.limit_path(found),
            "history": drawn.history(found, {**{k: str(v) for k, v in WHO.items()}, **names}),
            "boxes": tuple(agreeing.box(asked, one, asked.request.path) for one in waits),
            "decides": deciding_ and may(asked.caller, Act.DECIDE),
            "advice": _advice(found),
            "asks": found.application.standing == Life.APPLIED
            and may(asked.caller, Act.ASK_DECISION),
            "today": today,
            **_evidence(asked, found, today),
        },
    )


def _evidence(asked: Asked, found: Case, today: date) -> dict[str, Any]:
    """What the credit file and the land tell, and where there is no file, that."""
    party, product = found.application.party, found.application.product
    kept = _kept(asked, party, today, product)
    if kept is None:
        return {"figures": drawn.figures(found, None, None), "kept": None}
    file = kept.file
    actor = Actor(institution=asked.caller.institution, by=asked.caller.by, why="looked at a case")
    before = _kept(asked, party, file.as_of - _MONTH, product)
    return {
        "figures": drawn.figures(found, kept, before),
        "kept": kept,
        "moves": evidence.contributions(file),
        "warnings": drawn.warnings(file),
        "sales": evidence.sales(file.facts.months),
        "talk": evidence.engagement(file),
        "reviews": evidence.reviews(file),
        "parcel": evidence.parcel(rows_about(actor, _LAND, party, on=today), today)
        if file.crop or any(flag.startswith("CROP_") for flag in file.flags)
        else None,  # No land bore on the file: the lake need not be read.
    }


def _kept(asked: Asked, party: str, on: date, product: str) -> Kept | None:
    try:
        return scoring.credit_file(asked.caller, party, as_of=on, product=product)
    except InputError as fault:
        if fault.code != "NOT_SCORED":
            raise
        return None


def _sent(asked: Asked, form: DecideForm, found: Case) -> HttpResponse | None:
    """What the form that was sent leads to; None where it was refused."""
    name = found.application.application
    sent = asked.request.POST
    if "proposal" in sent:
        plain = agreeing.Plain(sent)
        if plain.is_valid():
            done = agreeing.tried(asked, plain, str(sent["proposal"]))
            if done is not None:
                agreeing.told(asked, done)
                return redirect("officer-case", application=name)
        form.is_valid()
        form.errors.clear()
        form.add_error(None, plain.non_field_errors())
        return None
    if sent.get("do") == "ask":
        return _asked_rules(asked, form, name)
    if not form.is_valid():
        return None
    told = form.cleaned_data
    made = asked.tried(
        form,
        lambda: deciding.decide(
            asked.caller,
            name,
            approve=told["approve"] == "yes",
            why=told["why"],
            key=asked.key,
            at=asked.at,
            amount_fen=told["amount"],
        ),
    )
    if made is None:
        return None
    messages.success(asked.request, gettext("已提出，等另一位有复核职责的人确认。"))
    return redirect("officer-case", application=name)


def _asked_rules(asked: Asked, form: DecideForm, name: str) -> HttpResponse | None:
    """Let the rules decide, inside what the lender's people set."""
    form.is_valid()
    form.errors.clear()
    said = asked.tried(form, lambda: deciding.ask_decision(asked.caller, name, at=asked.at))
    if said is None:
        return None
    if said.application.standing == Life.APPLIED:
        messages.warning(asked.request, gettext("规则不替人决定这一案，请您来定。"))
    else:
        messages.success(asked.request, gettext("规则已经决定，见“经过”。"))
    return redirect("officer-case", application=name)


def _advice(found: Case) -> str:
    """What the rules would do; it takes nobody's place."""
    if found.application.standing not in _OPEN:
        return ""
    if found.refusals:
        return gettext("规则不同意：见“触发的规则”。规则拦住的，人也不能批准。")
    if found.why_a_person:
        return gettext("规则把这一案留给人决定。")
    if found.facts is None:
        return gettext("还没有信用档案，先算分。")
    amount = {"amount": whole(found.application.amount_fen)}
    return gettext("规则同意 %(amount)s。建议不代替决定。") % amount
