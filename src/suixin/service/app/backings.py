"""What a party stands for: what it is asked to sign, what it signed, and who stands with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from suixin.service.app.caller import Caller
from suixin.service.app.parties import acting_for
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import acting, query

_ASKED: Final = """
    select a.application, a.party_id, a.product, a.amount_fen, a."group", a.applied_on,
           (select (b ->> 1)::bigint from jsonb_array_elements(a.backers) as b
             where b ->> 0 = %s)
      from application as a
     where a.institution_id = %s and a.standing = 'accepted'
       and (exists (select from jsonb_array_elements(a.backers) as b where b ->> 0 = %s)
            or (a."group" <> '' and a.party_id = %s))
       and not exists (select from guarantee as g
                        where (g.institution_id, g.application, g.guarantor)
                            = (a.institution_id, a.application, %s))
     order by a.applied_on, a.application
"""
_SIGNED: Final = """
    select g.guarantee, g.kind, g.application, g.of_group, g.debtor, g.cap_fen, g.until,
           g.signed_on, coalesce((select sum(c.asked_fen) from guarantee_call as c
                                   where (c.institution_id, c.agreement, c.guarantor)
                                       = (g.institution_id, a.agreement, g.guarantor)), 0)::bigint
      from guarantee as g
      join application as a
        on (a.institution_id, a.application) = (g.institution_id, g.application)
     where g.institution_id = %s and g.guarantor = %s
     order by g.signed_on desc, g.guarantee
"""
_GROUP: Final = """
    select g.of_group, g.guarantor, max(g.cap_fen), max(g.until)
      from guarantee as g
     where g.institution_id = %s and g.of_group <> '' and g.until >= %s
       and g.of_group in (select m.of_group from guarantee as m
                           where m.institution_id = %s and m.guarantor = %s and m.until >= %s)
     group by g.of_group, g.guarantor order by g.of_group, g.guarantor
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """What a party is asked to stand for; `cap_fen` is None where it says the amount itself."""

    application: str
    debtor: str
    product: str
    amount_fen: int
    group: str
    applied_on: date
    cap_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a party signed to bear, and what it was asked for of that so far (fen)."""

    guarantee: str
    kind: str
    application: str
    group: str
    debtor: str
    cap_fen: int
    until: date
    signed_on: date
    asked_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """One of a group on a day, with the most it bears for another and until when."""

    group: str
    party: str
    cap_fen: int
    until: date


def to_sign(caller: Caller, party: str) -> tuple[ToSign, ...]:
    """What a party is asked to sign, oldest first; raises `InputError` NOT_PERMITTED, NO_PARTY."""
    check_may(caller, Act.SIGN_GUARANTEE)
    actor = acting_for(caller, party, "looked at what he is asked to sign")
    with acting(actor):
        rows = query(_ASKED, [party, actor.institution, party, party, party])
    return tuple(
        ToSign(
            application=name,
            debtor=debtor,
            product=product,
            amount_fen=fen,
            group=group,
            applied_on=on,
            cap_fen=cap,
        )
        for name, debtor, product, fen, group, on, cap in rows
    )


def signed_by(caller: Caller, party: str) -> tuple[Signed, ...]:
    """What a party signed for others, newest first; raises as `to_sign`."""
    check_may(caller, Act.SIGN_GUARANTEE)
    actor = acting_for(caller, party, "looked at what he signed")
    with acting(actor):
        rows = query(_SIGNED, [actor.institution, party])
    return tuple(
        Signed(
            guarantee=name,
            kind=kind,
            application=application,
            group=group,
            debtor=debtor,
            cap_fen=cap,
            until=until,
            signed_on=on,
            asked_fen=asked,
        )
        for name, kind, application, group, debtor, cap, until, on, asked in rows
    )


def groups_of(caller: Caller, party: str, *, on: date) -> tuple[GroupMember, ...]:
    """Everybody in a party's groups on a day; raises as `to_sign`."""
    check_may(caller, Act.SIGN_GUARANTEE)
    actor = acting_for(caller, party, "looked at his group")
    with acting(actor):
        rows = query(_GROUP, [actor.institution, on, actor.institution, party, on])
    return tuple(
        GroupMember(group=group, party=who, cap_fen=cap, until=until)
        for group, who, cap, until in rows
    )
