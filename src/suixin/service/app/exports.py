"""Sheets that an auditor takes away. That each was taken, by whom, and of what, is in the log.

The file and its entry in the log are made together: who holds a file can show that it is the one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.service.app.caller import Caller
from suixin.service.app.evidence import tell
from suixin.service.app.ledger import trial_balance
from suixin.service.app.log_heads import heads_of_days
from suixin.service.app.matrix import matrix
from suixin.service.app.permits import Act, check_may
from suixin.service.app.records import LISTED_MAX, Search, records
from suixin.service.app.rule_versions import rules_of, sheet_names
from suixin.service.app.sheets import written
from suixin.service.store.session import acting, query

ROWS_MAX: Final = 100_000
DAYS_MAX: Final = 366
Content = tuple[Sequence[str], Iterable[Sequence[object]]]
_POSTINGS: Final = """
    select t.booked_on, t.value_on, t.key, t.text, p.line, p.account, p.fen, p.currency,
           p.agreement, p.sheet, p.mode, p.tier, t.reverses, t.corrects, t.pair
      from posting as p
      join transaction as t on (t.institution_id, t.id) = (p.institution_id, p.transaction_id)
     where p.institution_id = %s and t.booked_on between %s and %s
     order by t.id, p.line limit %s
"""


class Sheet(StrEnum):
    """What may be taken away; none of it is personal."""

    RECORDS = "records"
    CHECKPOINTS = "checkpoints"
    TRIAL_BALANCE = "trial_balance"
    POSTINGS = "postings"
    RULES = "rules"
    DUTIES = "duties"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A sheet as a file: its name, its text, its digest, and the log's record of its taking."""

    name: str
    text: str
    rows: int
    digest: str
    record: bytes


def export(
    caller: Caller, sheet: Sheet, *, since: date, until: date, why: str, at: datetime
) -> Exported:
    """A sheet of these days as CSV; that it was taken is told to the log.

    Raises `InputError` NOT_PERMITTED, DATES, WHY, TOO_MANY.
    """
    check_may(caller, Act.SEE_EVIDENCE)
    check_may(caller, Act.SEE_LEDGER)
    if not 0 <= (until - since).days < DAYS_MAX:
        wrong = f"From {since} to {until} are no 1 to {DAYS_MAX} days."
        raise InputError("DATES", wrong, "Give the earlier day first, and at most a year.")
    if not why.strip():
        raise InputError("WHY", "What for is not said.", "Say in a sentence what it is for.")
    columns, found = _CONTENT[sheet](caller, since, until)
    rows = [tuple(row) for row in found]
    if len(rows) > ROWS_MAX:
        wrong = f"The sheet would have more than {ROWS_MAX} rows."
        raise InputError("TOO_MANY", wrong, "Take fewer days at a time.")
    text = written(columns, rows)
    digest = hashlib.sha256(text.encode()).hexdigest()
    content = {
        "what": "exported",
        "sheet": sheet,
        "since": since,
        "until": until,
        "rows": len(rows),
        "digest": digest,
        "by": caller.by,
        "why": why.strip(),
    }
    record = tell(caller.actor(why.strip()), Kind.DECISION, content, at=at)
    name = f"suixin-{sheet.value.replace('_', '-')}-{since}-{until}.csv"
    return Exported(name=name, text=text, rows=len(rows), digest=digest, record=record)


def _records(caller: Caller, since: date, until: date) -> Content:
    columns = ("index", "told_at", "kind", "record", "leaf", "personal", "kept")
    return columns, _each_record(caller, Search(since=since, until=until))


def _each_record(caller: Caller, search: Search) -> Iterable[Sequence[object]]:
    number = 1
    while True:
        found = records(caller, search, number=number, limit=LISTED_MAX)
        for one in found.rows:
            yield (
                *(one.index, one.told_at.isoformat(), one.kind.value),
                *(one.record.hex(), one.leaf.hex(), one.personal, one.kept),
            )
        if not found.more or number * LISTED_MAX > ROWS_MAX:
            return
        number += 1


def _checkpoints(caller: Caller, since: date, until: date) -> Content:
    columns = ("day", "size", "root", "signed_at", "cosigned", "missing", "enough", "continues")
    days = (until - since).days + 1
    return columns, (
        (
            *(one.on, one.size, one.root.hex(), one.signed_at.isoformat()),
            *(" ".join(name for name, _ in one.signed), " ".join(one.missing)),
            *(one.enough, "" if one.continues is None else one.continues),
        )
        for one in heads_of_days(caller, until=until, days=days)
    )


def _trial_balance(caller: Caller, since: date, until: date) -> Content:
    found = trial_balance(caller, on=until)
    columns = ("account", "name", "debit_fen", "credit_fen")
    rows = [(o.account.code, o.account.en, o.debit_fen, o.credit_fen) for o in found.accounts]
    return columns, [*rows, ("", "total", found.debit_fen, found.credit_fen)]


def _postings(caller: Caller, since: date, until: date) -> Content:
    columns = (
        *("booked_on", "value_on", "key", "text", "line", "account", "fen", "currency"),
        *("agreement", "sheet", "mode", "tier", "reverses", "corrects", "pair"),
    )
    with acting(caller.actor("took postings away")):
        return columns, query(_POSTINGS, [caller.institution, since, until, ROWS_MAX + 1])


def _rules(caller: Caller, since: date, until: date) -> Content:
    columns = (
        "sheet",
        "rule",
        "since",
        "value",
        "unit",
        "reference",
        "confidence",
        "own",
        "agreed",
    )
    return columns, (
        (
            *(one.sheet, one.parameter, one.since, one.value, rule.unit),
            *(one.reference, one.confidence, one.own, one.agreed),
        )
        for sheet in sheet_names()
        for rule in rules_of(caller, sheet, on=until)
        for one in rule.versions
    )


def _duties(caller: Caller, since: date, until: date) -> Content:
    found = matrix()
    return ("act", *found.duties, "scope"), (
        (act, *(row[duty] for duty in found.duties), row["scope"]) for act, row in found.rows
    )


_CONTENT: Final[Mapping[Sheet, Callable[[Caller, date, date], Content]]] = {
    Sheet.RECORDS: _records,
    Sheet.CHECKPOINTS: _checkpoints,
    Sheet.TRIAL_BALANCE: _trial_balance,
    Sheet.POSTINGS: _postings,
    Sheet.RULES: _rules,
    Sheet.DUTIES: _duties,
}
