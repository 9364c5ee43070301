"""Any record, found and proved: drawn from the entry to the root, and taken away to be checked."""

from __future__ import annotations

import binascii
import json
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.data.errors import InputError
from suixin.evidence import checkpoint as heads
from suixin.evidence import note
from suixin.evidence import policy as parties
from suixin.evidence.entry import Kind
from suixin.evidence.keys import Verifier
from suixin.evidence.verifier import Verdict
from suixin.service.app import evidence, records
from suixin.service.app.evidence import Proved
from suixin.service.app.proof_files import proof_files
from suixin.service.app.records import RecordSeen, Search
from suixin.service.web import parts
from suixin.service.web.auditor.naming import CHECKS, KINDS
from suixin.service.web.figures import local, short
from suixin.service.web.household.naming import named
from suixin.service.web.page import Asked

_TABS: Final = (
    ("", _("全部")),
    (Kind.AGREEMENT.value, _("借款合同")),
    (Kind.DECISION.value, _("决定")),
    (Kind.LEDGER_DAY.value, _("日终账")),
    (Kind.FUND_CLAIM.value, _("代偿")),
    (Kind.CONSENT.value, _("授权")),
)


class SearchForm(forms.Form):
    """What is looked for; all of it stands in the address."""

    q = forms.CharField(
        label=_("找一条记录"),
        help_text=_("合同号、申请号、代偿号、主体号，或记录的指纹（64 位）"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    since = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_kind(self) -> Kind | None:
        """The kind that is named, or none."""
        told = str(self.cleaned_data["kind"])
        return Kind(told) if told in set(Kind) else None


def find(asked: Asked) -> HttpResponse:
    """The log's records, newest first, as they are looked for."""
    form = SearchForm(asked.request.GET or None)
    search = Search()
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        search = Search(
            about=told["q"].strip(), kind=told["kind"], since=told["since"], until=told["until"]
        )
    found = asked.tried(form, lambda: records.records(asked.caller, search, number=asked.number))
    rows = () if found is None else found.rows
    more = found is not None and found.more
    return asked.page(
        "auditor/records.html",
        {
            "form": form,
            "size": 0 if found is None else found.size,
            "tabs": _tabs(asked, search),
            "table": _table(rows, parts.Pages(asked.number, asked.number + more, asked.query)),
            "section": "auditor-records",
        },
    )


def record(asked: Asked, record: str) -> HttpResponse:
    """One record: its proof drawn, every check made, who cosigned, and how to check it oneself."""
    proved = evidence.proof(asked.caller, name_of(record), at=asked.at)
    files = proof_files(proved)
    return asked.page(
        "auditor/record.html",
        {
            "proved": proved,
            "facts": _facts(proved),
            "path": _path(proved),
            "checks": _checks(records.verdict_of(proved)),
            "holds": bool(records.verdict_of(proved)),
            "signers": _signers(proved),
            "opened": _opened(proved),
            "entry": proved.entry.decode("utf-8", "replace"),
            "files": files,
            "size": f"{len(files.content) / 1024:.0f} KB",
            "file": reverse("auditor-proof", args=[proved.record.hex()]),
            "section": "auditor-records",
        },
    )


def proof(asked: Asked, record: str) -> HttpResponse:
    """The files by which anybody checks a record, offline."""
    files = proof_files(evidence.proof(asked.caller, name_of(record), at=asked.at))
    answer = HttpResponse(files.content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{files.name}"'
    return answer


def name_of(told: str) -> bytes:
    """A record's name or leaf as it stands in an address; raises `InputError` NO_RECORD."""
    try:
        return binascii.unhexlify(told)
    except (binascii.Error, ValueError):
        wrong = f"There is no record {told[:80]}."
        raise InputError(
            "NO_RECORD", wrong, "A record is named by 64 hexadecimal digits."
        ) from None


def _tabs(asked: Asked, search: Search) -> parts.Tabs:
    """Kinds, with what else is looked for kept."""

    def href(kind: str) -> str:
        kept = asked.request.GET.copy()
        kept.pop("page", None)
        kept["kind"] = kind
        return f"?{kept.urlencode()}"

    here = search.kind.value if search.kind else ""
    tabs = tuple(parts.Next(str(words), href=href(kind)) for kind, words in _TABS)
    return parts.Tabs(gettext("种类"), tabs, href(here))


def _table(rows: tuple[RecordSeen, ...], pages: parts.Pages) -> parts.Table:
    columns = (
        parts.Column(gettext("记录")),
        parts.Column(gettext("种类")),
        parts.Column(gettext("记入")),
        parts.Column(gettext("指纹")),
        parts.Column(gettext("涉及")),
    )
    return parts.Table(
        gettext("日志的记录"),
        columns,
        tuple(_row(one) for one in rows),
        parts.Empty(
            gettext("没有这样的记录"),
            gettext("换一个编号或日期；别的机构的记录不在这里。"),
            reverse("auditor-records"),
            gettext("看全部记录"),
        ),
        pages=pages,
    )


def _row(one: RecordSeen) -> parts.Row:
    if not one.kept:
        tag = parts.Tag(gettext("原文已删除"), "idle")
    elif one.personal:
        tag = parts.Tag(gettext("个人，原文密存"), "info")
    else:
        tag = parts.Tag(gettext("不涉及个人"), "good")
    href = reverse("auditor-record", args=[one.record.hex()])
    return parts.Row(
        (
            parts.Cell(f"#{one.index:,}", href=href),
            parts.Cell(named(KINDS, one.kind)),
            parts.Cell(local(one.told_at)),
            parts.Cell(short(one.record.hex()), hash=True),
            parts.Cell(tag=tag),
        )
    )


def _facts(proved: Proved) -> parts.Facts:
    return parts.Facts(
        (
            parts.Fact(gettext("种类"), named(KINDS, proved.kind)),
            parts.Fact(gettext("记入"), local(proved.told_at)),
            parts.Fact(gettext("记录号"), proved.record.hex(), hash=True),
            parts.Fact(gettext("叶的指纹"), proved.leaf.hex(), hash=True),
        )
    )


def _path(proved: Proved) -> parts.ProofPath:
    head = heads.read(note.read(_note(proved)).text)
    return parts.ProofPath(
        index=proved.index,
        size=head.size,
        leaf=proved.leaf.hex(),
        steps=tuple(
            parts.ProofStep(one.left, one.neighbour.hex(), one.made.hex())
            for one in records.climbed(proved)
        ),
        root=head.root.hex(),
    )


def _note(proved: Proved) -> str:
    """The signed head at the end of a proof."""
    return proved.proof.split("\n\n", 1)[1]


def _checks(verdict: Verdict) -> parts.Table:
    columns = (parts.Column(gettext("核对")), parts.Column(gettext("结果")))
    tags = {
        True: parts.Tag(gettext("相符"), "good"),
        False: parts.Tag(gettext("不符"), "stop"),
        None: parts.Tag(gettext("没有可核对的"), "idle"),
    }
    rows = tuple(
        parts.Row((parts.Cell(named(CHECKS, one.name)), parts.Cell(tag=tags[one.held])))
        for one in verdict.checks
    )
    return parts.Table(gettext("六项核对"), columns, rows, parts.Empty(gettext("没有可核对的")))


def _signers(proved: Proved) -> parts.Table:
    """The parties of the policy, each with whether and when it signed this very head."""
    told = parties.parse(proved.policy)
    opened = note.open(_note(proved), told.verifiers())
    by = {one.by: one.time for one in opened.signed}
    rows = [_signer(gettext("日志自己"), one.key, by) for one in told.logs if one.key in by]
    rows += [_signer(name, one.key, by) for name, one in told.witnesses.items()]
    columns = (
        parts.Column(gettext("谁")),
        parts.Column(gettext("签名")),
        parts.Column(gettext("时间")),
    )
    return parts.Table(
        gettext("谁签了这个根"), columns, tuple(rows), parts.Empty(gettext("没有人签")), headed=True
    )


def _signer(name: str, key: Any, by: dict[Verifier, int | None]) -> parts.Row:
    signed = (
        parts.Tag(gettext("已签"), "good") if key in by else parts.Tag(gettext("没有签"), "warn")
    )
    time = by.get(key)
    return parts.Row(
        (
            parts.Cell(name, note=str(getattr(key, "name", key)).split("+")[0]),
            parts.Cell(tag=signed),
            parts.Cell(_moment(time) if time else "–"),
        )
    )


def _moment(seconds: int) -> str:
    return local(datetime.fromtimestamp(seconds, UTC))


def _opened(proved: Proved) -> str:
    """What is hidden, laid out for reading; its bytes are in the files."""
    text = records.opened_text(proved)
    return json.dumps(json.loads(text), ensure_ascii=False, indent=1) if text else ""
