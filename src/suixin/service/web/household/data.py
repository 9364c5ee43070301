"""Who may use my data and since when: given, taken back, exported, disputed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.credit.report import words as credit_words
from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import Wording
from suixin.service.app import consents, disputes, exporting
from suixin.service.app.day import CHINA
from suixin.service.store.people import Consent
from suixin.service.web import parts
from suixin.service.web.figures import local, said
from suixin.service.web.household.own import institution_code, own_party
from suixin.service.web.page import Asked

# What may be allowed, as people speak of it, and the feeds it stands for.
GROUPS: Final = {
    "sales": (
        _("订单、到账、退款、物流"),
        ("orders", "order_lines", "order_events", "refunds", "settlements", "shipments"),
    ),
    "reviews": (_("买家的评价"), ("reviews", "store_ratings")),
    "talk": (_("群聊的时间和次数，不看内容"), ("messages", "memberships", "endorsements")),
    "live": (_("直播场次和人数"), ("live_sessions", "live_events", "live_minutes")),
    "fields": (_("地块和卫星长势"), ("parcels", "parcel_observations", "declarations")),
    "debts": (_("别处的借款"), ("debts_elsewhere", "loan_performance")),
}
MONTHS: Final = (3, 6, 12, 24)
ABOUTS: Final = {
    "score": _("我的分数"),
    "fact": _("一项事实，比如漏了一笔订单"),
    "decision": _("一个决定，请人重新看"),
    "personal": _("我的个人资料"),
    "consent": _("一项授权"),
    "agreement": _("一份借款合同"),
}
_MONTH_DAYS: Final = 30


class GrantForm(forms.Form):
    """Which data, for what, for how long. Nothing is chosen beforehand."""

    groups = forms.MultipleChoiceField(
        label=_("同意使用哪些数据"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, words) for name, (words, _feeds) in GROUPS.items()],
    )
    purpose = forms.ChoiceField(label=_("用来做什么"), widget=forms.RadioSelect)
    months = forms.TypedChoiceField(label=_("用到什么时候"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, purposes: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
        self.fields["months"].choices = [  # type: ignore[attr-defined]
            (n, gettext("%(n)s 个月") % {"n": n}) for n in MONTHS
        ]


class DisputeForm(forms.Form):
    """What is wrong, in the person's own words."""

    about = forms.ChoiceField(label=_("哪里不对"), widget=forms.RadioSelect, choices=ABOUTS.items())
    about_id = forms.CharField(
        label=_("编号（有就写）"),
        max_length=64,
        required=False,
        help_text=_("订单、申请或合同的编号"),
    )
    words = forms.CharField(
        label=_("请写下来"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("哪里不对，应该是什么。有凭证的，带到服务站。"),
    )


def data(asked: Asked) -> HttpResponse:
    """Who may use which data, for what, since when and until when."""
    party = own_party(asked.caller)
    today = asked.at.astimezone(CHINA).date()
    rights = consents.who_may_use(asked.caller, party, on=today)
    now = [_right(one) for one in rights if one.in_force]
    past = [_right(one) for one in rights if not one.in_force]
    return asked.page(
        "household/data.html",
        {
            "now": now,
            "past": past,
            "none": parts.Empty(
                gettext("现在没有人在用您的数据"),
                gettext("没有授权也可以申请，由人工来看，只是慢一些。"),
            ),
            "disputes": _disputes(asked, party),
        },
    )


def grant(asked: Asked) -> HttpResponse:
    """Allow the use of some data, with a receipt."""
    party = own_party(asked.caller)
    today = asked.at.astimezone(CHINA).date()
    named = load_policy("people").on(today)["consent.purposes"]
    purposes = [(code, said(Wording(w["zh"], w["en"]))) for code, w in named.items()]
    form = GrantForm(asked.request.POST if asked.sent else None, purposes=purposes)
    if asked.sent and form.is_valid():
        told = form.cleaned_data
        kinds = tuple(feed for group in told["groups"] for feed in GROUPS[group][1])
        given = Consent(
            consent=f"{party}/{asked.key}",
            party_id=party,
            purpose=told["purpose"],
            receiver=institution_code(asked.caller),
            kinds=kinds,
            since=today,
            until=today + timedelta(days=_MONTH_DAYS * told["months"]),
        )
        done = asked.tried(form, lambda: consents.consent(asked.caller, given, at=asked.at))
        if done is not None:
            return redirect("household-receipt", consent=done.consent)
    return asked.page(
        "household/grant.html",
        {
            "form": form,
            "receiver": institution_code(asked.caller),
            "section": "household-data",
        },
    )


def receipt(asked: Asked, consent: str) -> HttpResponse:
    """What a person can show of a consent; it can be printed."""
    found = consents.receipt(asked.caller, consent)
    facts = parts.Facts(
        (
            parts.Fact(gettext("回执编号"), found.consent, hash=True),
            parts.Fact(gettext("谁可以用"), found.receiver),
            parts.Fact(gettext("从"), found.since.isoformat()),
            parts.Fact(gettext("到"), found.until.isoformat()),
            parts.Fact(gettext("记于"), local(found.given_at)),
            parts.Fact(gettext("存证"), found.record, hash=True),
        )
    )
    words = said(Wording(found.zh, found.en))
    return asked.page(
        "household/receipt.html", {"facts": facts, "words": words, "section": "household-data"}
    )


def revoke(asked: Asked, consent: str) -> HttpResponse:
    """Take a consent back: told what follows, then done at once."""
    party = own_party(asked.caller)
    today = asked.at.astimezone(CHINA).date()
    rights = consents.who_may_use(asked.caller, party, on=today)
    found = next((one for one in rights if one.consent == consent), None)
    if asked.sent:
        consents.revoke(asked.caller, consent, at=asked.at)
        messages.success(
            asked.request, gettext("已经收回。从现在起不再用这些数据评分，分数会重新计算。")
        )
        return redirect("household-data")
    if found is None:
        # Another's is not there: the same words as for one that never was.
        consents.receipt(asked.caller, consent)
    return asked.page(
        "household/revoke.html",
        {"right": None if found is None else _right(found), "section": "household-data"},
    )


def export(asked: Asked) -> HttpResponse:
    """All that is kept of oneself, as a file that machines read too."""
    found = exporting.export_mine(asked.caller, own_party(asked.caller), at=asked.at)
    text = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="suixin-my-data.json"'
    return answer


def dispute(asked: Asked) -> HttpResponse:
    """Say what is wrong; a person answers within the days of the law."""
    party = own_party(asked.caller)
    about = asked.request.GET.get("about", "")
    start = {"about": about} if about in ABOUTS else {}
    form = DisputeForm(asked.request.POST if asked.sent else None, initial=start)
    if asked.sent and form.is_valid():
        told = form.cleaned_data
        done = asked.tried(
            form,
            lambda: disputes.dispute(
                asked.caller,
                party,
                told["about"],
                told["words"],
                key=asked.key,
                at=asked.at,
                about_id=told["about_id"],
            ),
        )
        if done is not None:
            due = {"due": done.due_on.isoformat()}
            messages.success(asked.request, gettext("已经收到，%(due)s 以前由人答复。") % due)
            return redirect("household-data")
    return asked.page("household/dispute.html", {"form": form, "section": "household-data"})


def _right(one: consents.Right) -> dict[str, Any]:
    """A consent as its owner reads it: who, which data in words, for what, until when."""
    named = load_policy("people").on(one.since)["consent.purposes"].get(one.purpose)
    purpose = one.purpose if named is None else said(Wording(named["zh"], named["en"]))
    if one.revoked_at is not None:
        state = gettext("已收回 %(at)s") % {"at": local(one.revoked_at)}
    elif one.in_force:
        state = gettext("%(since)s 到 %(until)s") % {"since": one.since, "until": one.until}
    else:
        state = gettext("已到期 %(until)s") % {"until": one.until}
    return {
        "consent": one.consent,
        "receiver": one.receiver,
        "data": "、".join(_kinds(one.kinds)),
        "purpose": purpose,
        "state": state,
        "revoke": reverse("household-revoke", args=[one.consent]),
        "receipt": reverse("household-receipt", args=[one.consent]),
    }


def _kinds(kinds: tuple[str, ...]) -> list[str]:
    """Feeds in words: a whole group by its name, the others by their own."""
    left, found = set(kinds), []
    for words, feeds in GROUPS.values():
        if left & set(feeds):
            found.append(str(words))
            left -= set(feeds)
    feeds_named = credit_words.FEEDS
    return found + [said(feeds_named[k]) if k in feeds_named else k for k in sorted(left)]


def _disputes(asked: Asked, party: str) -> parts.Table:
    columns = (
        parts.Column(gettext("哪里不对")),
        parts.Column(gettext("最晚答复")),
        parts.Column(gettext("到哪一步")),
    )
    standing = {
        "filed": parts.Tag(gettext("等答复"), "info"),
        "upheld": parts.Tag(gettext("您说得对"), "good"),
        "rejected": parts.Tag(gettext("没有采纳"), "stop"),
    }
    rows = tuple(
        parts.Row(
            (
                parts.Cell(str(ABOUTS.get(one.about, one.about)), note=one.answer or ""),
                parts.Cell(one.due_on.isoformat()),
                parts.Cell(tag=standing.get(one.standing, parts.Tag(one.standing, "idle"))),
            )
        )
        for one in disputes.disputes(asked.caller, party_id=party)
    )
    empty = parts.Empty(gettext("没有提过异议"))
    return parts.Table(gettext("我提过的异议"), columns, rows, empty, headed=True)
