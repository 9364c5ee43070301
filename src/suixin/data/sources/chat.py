"""Chat: that a message was sent, by whom, where and when. What it said is never read."""

from __future__ import annotations

from dataclasses import dataclass

from suixin.data.sources.facts import Fact, Facts, secret
from suixin.data.sources.rows import Rows, short
from suixin.kernel.day import date_of, local_day


@dataclass(frozen=True, slots=True)
class Message:
    """A message's metadata; `at` is None where a sheet gives no time."""

    group: str
    sender: str
    at: int | None
    kind: str
    fact: Fact


def add_messages(facts: Facts, rows: Rows) -> list[Message]:
    """Rows of `messages`: each message once, none by a member who disagrees to the archive."""
    silent = _silent(facts)
    seen: set[str] = set()
    found: list[Message] = []
    for fact in facts["message"]:
        if fact.unknown is not None:
            wrong, expected = fact.unknown.wrong, fact.unknown.expected
            row = fact.aside("messages", "kind", "UNKNOWN_STATUS", wrong, expected)
            rows.set_aside.append(row)
            continue
        kind, group, at = str(fact["kind"]), fact["group"], fact["at"]
        sender = rows.party(group or "", fact["sender"])
        if kind in ("none", "agrees", "disagrees") or group is None or sender is None:
            continue
        if fact["message"] in seen or _is_silent(silent, secret(fact["sender"]), at):
            continue
        seen.add(fact["message"])
        found.append(Message(group, sender, at, kind, fact))
        if at is None:
            row = fact.aside("messages", "sent_at", "MISSING_VALUE", None, "a time")
            rows.set_aside.append(row)
            continue
        own = {
            "message_id": short(fact["message"]),
            "group": group,
            "sender": sender,
            "kind": kind,
            "sent_at": at,
        }
        rows.add("messages", fact, sender, (at, fact.exported or at), own)
    return found


def _silent(facts: Facts) -> dict[str, list[tuple[int, bool]]]:
    """Members by when they disagreed (True) and agreed again (False)."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for fact in facts["message"]:
        if fact["kind"] in ("agrees", "disagrees") and fact["at"] is not None:
            member = secret(fact["member"]) or secret(fact["sender"]) or ""
            found.setdefault(member, []).append((fact["at"], fact["kind"] == "disagrees"))
    return {member: sorted(turns) for member, turns in found.items()}


def _is_silent(
    silent: dict[str, list[tuple[int, bool]]], member: str | None, at: int | None
) -> bool:
    turns = [said for time, said in silent.get(member or "", ()) if at is not None and time <= at]
    return bool(turns) and turns[-1]


def add_memberships(facts: Facts, rows: Rows, messages: list[Message]) -> None:
    """Rows of `memberships`; a list without a group id is of the one room its people are in."""
    rooms: dict[str, set[str]] = {}
    for message in messages:
        rooms.setdefault(message.group, set()).add(secret(message.fact["sender"]) or "")
    for fact in facts["membership"]:
        members = [member for member in fact.lists.get("members", ()) if member.get("member")]
        names = {member["member"] for member in members}
        fitting = [room for room, people in sorted(rooms.items()) if people <= names]
        group = fact["group"] or (fitting[0] if len(fitting) == 1 else None)
        if group is None:
            row = fact.aside("memberships", "group", "MISSING_VALUE", None, "a group id, or one "
                             "room whose members these are")  # fmt: skip
            rows.set_aside.append(row)
            continue
        for member in members:
            since, until = member.get("from"), member.get("until")
            if since is None:
                continue
            own = {
                "group": group,
                "party": member["member"],
                "from": date_of(local_day(since)).isoformat(),
                "until": None if until is None else date_of(local_day(until)).isoformat(),
                "role": "admin" if member["member"] == fact["leader"] else "member",
            }
            rows.add("memberships", fact, member["member"], (since, since), own)
