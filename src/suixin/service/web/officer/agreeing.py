"""What another proposed and this one may agree to: the list, and each proposal read in full.

The same pages stand at every desk of a lender; a desk names them DESK-agree and DESK-proposal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.service.app import people, proposals
from suixin.service.app.caller import Caller
from suixin.service.app.permits import PERMITS, Act
from suixin.service.app.proposals import Proposal, Standing
from suixin.service.web import parts
from suixin.service.web.figures import NONE, local, money, percent
from suixin.service.web.household.naming import named
from suixin.service.web.officer.naming import ACTS, CONTENT, WAYS
from suixin.service.web.page import Asked

# Of these acts the subject is an application that has a page of its own.
_OF_CASES: Final = frozenset({Act.DECIDE})
_OF_LOANS: Final = frozenset(
    {Act.DISBURSE, Act.CALL_GUARANTORS, Act.CLAIM, Act.WRITE_OFF, Act.CORRECT, Act.RESTRUCTURE}
)
_HASHES: Final = frozenset({"file", "sealed", "sha256", "digest"})
STANDINGS: Final[Mapping[Standing, tuple[Any, parts.Shape]]] = {
    Standing.WAITING: (_("等复核"), "warn"),
    Standing.CONFIRMED: (_("已复核"), "good"),
    Standing.REJECTED: (_("已退回"), "idle"),
}


class Plain(forms.Form):
    """A button: what it does is what it was sent with."""


def agree(asked: Asked) -> HttpResponse:
    """What waits for this one's agreement, the longest waiting first."""
    found = proposals.waiting(asked.caller)
    names = called(asked.caller, *(one.proposed_by for one in found))
    columns = (
        parts.Column(gettext("要办的事")),
        parts.Column(gettext("对象")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("提出的人")),
        parts.Column(gettext("理由")),
        parts.Column(gettext("提出时间")),
    )
    last = max(1, -(-len(found) // parts.PER_PAGE))
    number = min(asked.number, last)
    shown = found[(number - 1) * parts.PER_PAGE : number * parts.PER_PAGE]
    rows = tuple(_row(asked, one, names) for one in shown)
    empty = parts.Empty(
        gettext("没有等您复核的"), gettext("别人提出、您可以复核的事会排在这里，先来的在前。")
    )
    pages = parts.Pages(number, last, asked.query)
    table = parts.Table(gettext("等您复核"), columns, rows, empty, pages=pages)
    return asked.page(
        "officer/agree.html",
        {"table": table, "waiting": len(found), "section": f"{asked.desk.name}-agree"},
    )


def proposal(asked: Asked, proposal: str) -> HttpResponse:
    """One proposal: its whole content and digest; agreed to, sent back, or taken back."""
    form = Plain(asked.request.POST if asked.sent else None)
    if asked.sent and form.is_valid():
        done = tried(asked, form, proposal)
        if done is not None:
            told(asked, done)
            return redirect(f"{asked.desk.name}-agree")
    found = proposals.proposed(asked.caller, proposal)
    waits = found.standing is Standing.WAITING
    return asked.page(
        "officer/proposal.html",
        {
            "form": form,
            "section": f"{asked.desk.name}-agree",
            "title": named(ACTS, found.act),
            "home": reverse(f"{asked.desk.name}-agree"),
            "box": box(asked, found),
            "subject": subject(asked, found),
            "ended": ended(asked, found),
            "mine": waits and found.proposed_by == asked.caller.by,
        },
    )


def tried(asked: Asked, form: forms.Form, name: str) -> Proposal | None:
    """What was pressed in the box: agreed to what was read, or sent back with a reason."""
    sent, caller = asked.request.POST, asked.caller
    digest, why = str(sent.get("digest", "")), str(sent.get("why", ""))
    if digest:
        return asked.tried(
            form, lambda: proposals.confirm(caller, name, digest=digest, at=asked.at)
        )
    return asked.tried(form, lambda: proposals.reject(caller, name, why=why, at=asked.at))


def told(asked: Asked, done: Proposal) -> None:
    """Say what came of it, on the next page."""
    what = {"what": named(ACTS, done.act)}
    if done.standing is Standing.CONFIRMED:
        messages.success(asked.request, gettext("已复核并办理：%(what)s。") % what)
    else:
        messages.success(asked.request, gettext("已退回，没有办理：%(what)s。") % what)


def box(asked: Asked, found: Proposal, here: str = "") -> parts.DualControl:
    """The second person's box; only who may agree, and did not propose it, has its buttons.

    They send to `here`, a page that takes them, or to the proposal's own.
    """
    names = called(asked.caller, found.proposed_by)
    may = bool(PERMITS[found.act].second & asked.caller.duties)
    waits = found.standing is Standing.WAITING and found.proposed_by != asked.caller.by
    word, shape = STANDINGS[found.standing]
    here = here or reverse(f"{asked.desk.name}-proposal", args=[found.proposal])
    return parts.DualControl(
        number=found.proposal,
        what=named(ACTS, found.act),
        content=content(found),
        digest=found.digest,
        maker=names[found.proposed_by],
        at=found.proposed_at,
        why=found.why,
        state=parts.Tag(str(word), shape),
        may_confirm=may and waits,
        confirm=here,
        reject=here,
    )


def content(found: Proposal) -> parts.Facts:
    """All that is proposed, field by field: what the digest is of."""
    lines = [parts.Fact(gettext("对象"), found.subject)]
    for path, value in _flat(found.content):
        label = " · ".join(named(CONTENT, one) for one in path)
        text, hash_ = _written(path[-1], value)
        lines.append(parts.Fact(label, text or NONE, hash=hash_))
    return parts.Facts(tuple(lines), wide=True)


def subject(asked: Asked, found: Proposal) -> parts.Next | None:
    """Where what it is about can be read."""
    if asked.desk.name != "officer":
        return None
    if found.act in _OF_CASES:
        return parts.Next(gettext("看这一案"), href=reverse("officer-case", args=[found.subject]))
    if found.act in _OF_LOANS:
        href = reverse("officer-loan", args=[found.subject])
        return parts.Next(gettext("看借款合同"), href=href)
    return None


def ended(asked: Asked, found: Proposal) -> parts.Facts | None:
    """Who ended it, when and why."""
    if found.ended_at is None:
        return None
    names = called(asked.caller, found.ended_by)
    word, _shape = STANDINGS[found.standing]
    lines = [parts.Fact(str(word), names[found.ended_by], local(found.ended_at))]
    if found.ended_why:
        lines.append(parts.Fact(gettext("理由"), found.ended_why))
    return parts.Facts(tuple(lines))


def called(caller: Caller, *by: str) -> Mapping[str, str]:
    """How those who did something are called; a program of the service by what it is."""
    known = people.names(caller, by)
    own = {"service": gettext("系统"), "household": gettext("借款人"), "client": gettext("合作方")}
    return {one: own.get(one.partition(":")[0], name) for one, name in known.items()}


def _row(asked: Asked, one: Proposal, names: Mapping[str, str]) -> parts.Row:
    fen = one.content.get("amount_fen", one.content.get("fen", one.content.get("principal_fen")))
    href = reverse(f"{asked.desk.name}-proposal", args=[one.proposal])
    return parts.Row(
        (
            parts.Cell(named(ACTS, one.act), href=href),
            parts.Cell(one.subject, hash=True),
            parts.Cell(money(fen) if isinstance(fen, int) and fen else NONE),
            parts.Cell(names[one.proposed_by]),
            parts.Cell(one.why),
            parts.Cell(local(one.proposed_at)),
        )
    )


def _flat(content: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[Any]:
    """Every field with the names that lead to it; a list of fields is numbered."""
    for name, value in content.items():
        here = (*above, str(name))
        if isinstance(value, Mapping):
            yield from _flat(value, here)
        elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
            for number, one in enumerate(value, 1):
                yield from _flat(one, (*here, str(number)))
        else:
            yield here, value


def _written(name: str, value: Any) -> tuple[str, bool]:
    """A field as a person reads it, and whether it is a fingerprint; "" where it says nothing."""
    if isinstance(value, bool):
        return (gettext("是") if value else gettext("否")), False
    if name == "all_in" and value:
        return f"{float(value):.2f}%", False
    if name.endswith("_bps") and isinstance(value, int):
        return ("" if value < 0 else percent(value)), False
    if (name == "fen" or name.endswith("_fen")) and isinstance(value, int):
        return money(value), False
    if name == "way":
        return named(WAYS, str(value)), False
    if isinstance(value, list | tuple):
        return json.dumps(value, ensure_ascii=False), False
    return ("" if value is None else str(value)), name in _HASHES


__all__ = ["agree", "box", "called", "content", "proposal", "told", "tried"]
