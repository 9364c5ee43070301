"""What is to be done in a village: made by people or by what is missing, done once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.parties import registered
from suixin.service.app.permits import Act, check_may
from suixin.service.app.sync_ops import Operation
from suixin.service.store.session import Actor, acting, query

LISTED_MAX: Final = 200
_MAKE: Final = """
    insert into station_task (institution_id, task, village_code, party_id, kind, words, due_on,
                              made_by, made_at)
    select p.institution_id, %s, p.village_code, p.party_id, %s, %s, %s, %s, %s from party as p
     where p.institution_id = %s and p.party_id = %s
    on conflict do nothing
"""
_ONE: Final = """
    select done_at, village_code, notes from station_task
     where institution_id = %s and task = %s for update
"""
_DONE: Final = """
    update station_task set done_at = %s, done_by = %s, op_id = %s, notes = %s::jsonb
     where institution_id = %s and task = %s
"""
_NOTED: Final = """
    update station_task set notes = %s::jsonb where institution_id = %s and task = %s
"""
_OPEN: Final = """
    select task, village_code, party_id, kind, words, due_on, done_at from station_task
     where institution_id = %s and (done_at is null or done_at > %s)
     order by due_on, task limit %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do."""

    task: str
    village: str
    party: str
    kind: str
    words: str
    due_on: date
    done: bool


def make_task(
    caller: Caller, party: str, words: str, *, due_on: date, key: str, at: datetime
) -> str:
    """Ask the agent of a party's village to do something by a day; the task's name.

    Sent again with its key it is the same one. Raises `InputError` NOT_PERMITTED, NO_PARTY, WORDS.
    """
    check_may(caller, Act.SETTLE_CONFLICT)
    told = words.strip()
    if not told or len(told) > 400:
        raise InputError("WORDS", "A task has 1 to 400 letters.", "Say in a sentence what to do.")
    actor = caller.actor("asked a station to do something")
    name = f"t-{sha256(f'{caller.by}/{key}'.encode()).hexdigest()[:20]}"
    with acting(actor):
        registered(actor, party)
        query(_MAKE, [name, "visit", told, due_on, caller.by, at, actor.institution, party])
    return name


def open_tasks(actor: Actor, *, at: datetime) -> tuple[Task, ...]:
    """What is to be done in an agent's villages, and what was in the last week; soonest first."""
    with acting(actor):
        rows = query(_OPEN, [actor.institution, at - timedelta(days=7), LISTED_MAX])
    return tuple(
        Task(
            task=task,
            village=village,
            party=party,
            kind=kind,
            words=words,
            due_on=due,
            done=done is not None,
        )
        for task, village, party, kind, words, due, done in rows
    )


def await_papers(actor: Actor, op: Operation, party: str, *, at: datetime) -> None:
    """Have somebody bring what an operation lacks, once the days of an upload are over."""
    day = at.astimezone(CHINA).date()
    due = day + timedelta(days=load_policy("stations").on(day)["upload.days"])
    given = [f"papers/{op.op_id}", "papers", op.kind, due, "service:stations", at]
    query(_MAKE, [*given, actor.institution, party])


def finish(
    actor: Actor,
    task: str,
    *,
    at: datetime,
    villages: Sequence[str] | None = None,
    op_id: str = "",
    note: str = "",
) -> bool:
    """Note a task as done; False where it was done before: then this is a note beside it.

    With `villages` it must be in one of them, and must be there: else `InputError` NO_TASK.
    """
    rows = query(_ONE, [actor.institution, task])
    if not rows or (villages is not None and rows[0][1] not in villages):
        if villages is None:
            return False
        raise InputError("NO_TASK", f"There is no task {task}.", "Sync first.")
    done_at, _, notes = rows[0]
    added = [*json.loads(notes), {"by": actor.by, "at": at.isoformat(), "note": note, "op": op_id}]
    if done_at is not None:
        query(_NOTED, [json.dumps(added, ensure_ascii=False), actor.institution, task])
        return False
    given = [at, actor.by, op_id, json.dumps(added, ensure_ascii=False)]
    query(_DONE, [*given, actor.institution, task])
    return True
