"""Settlements of sales: what of them is the merchant's own, and paying it out to him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.lending.transaction import Dimensions
from suixin.service.app.caller import Caller
from suixin.service.app.payments import Paid, PayOrder, paid_under, pay
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import Actor, acting, query

# What is owed to a party stands in 2003. Of a settlement that no day's end has worked yet, the
# agreement has still to take its share; what is on its way to him is his no more.
_OWED: Final = """
    with owed as (
        select party, -sum(fen)::bigint as fen from posting
         where institution_id = %(institution)s and account = '2003' and party <> ''
           and (%(party)s = '' or party = %(party)s)
         group by party having sum(fen) < 0),
    unworked as (
        select a.party_id as party, sum((e.content ->> 'fen')::bigint)::bigint as fen
          from agreement_event as e
          join agreement as a using (institution_id, agreement)
         where e.institution_id = %(institution)s and e.kind = 'Sale'
           and starts_with(e.key, 'settled/')
           and e.booked_on > coalesce((select closed_through from institution
                                        where id = %(institution)s), '-infinity')
         group by a.party_id),
    going as (
        select party_id as party, sum(fen)::bigint as fen from payment
         where institution_id = %(institution)s and from_account = '2003'
           and state in ('pending', 'sent', 'accepted') and replaced_by = ''
         group by party_id)
    select o.party, o.fen, coalesce(u.fen, 0), coalesce(g.fen, 0)
      from owed as o left join unworked as u using (party) left join going as g using (party)
     order by o.party
"""
_PAYEE: Final = """
    select listed from payee
     where institution_id = %s and party_id = %s and blocked_by = '' order by listed_on desc, listed
     limit 1
"""

_ACCOUNTS: Final = """
    select distinct party_id from payee where institution_id = %s and blocked_by = ''
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is owed to a party: in all, what waits for the day's end, what is on its way to it."""

    party: str
    fen: int
    unworked_fen: int
    on_its_way_fen: int

    @property
    def payable_fen(self) -> int:
        """What may be paid out now."""
        return max(0, self.fen - self.unworked_fen - self.on_its_way_fen)


def owed(caller: Caller, *, party: str = "") -> tuple[Owed, ...]:
    """Who is owed money of his own: the rest of settlements, overpayments, shares given back."""
    check_may(caller, Act.SEE_LEDGER)
    return owed_to(caller.actor("looked at what is owed"), party)


def owed_to(actor: Actor, party: str = "") -> tuple[Owed, ...]:
    """What is owed to a party, or to all, for an act that is under way."""
    with acting(actor):
        found = query(_OWED, {"institution": actor.institution, "party": party})
    return tuple(
        Owed(party=name, fen=fen, unworked_fen=unworked, on_its_way_fen=going)
        for name, fen, unworked, going in found
    )


def pay_out(
    actor: Actor, party: str, *, by: tuple[str, str], key: str, on: date, at: datetime
) -> Paid | None:
    """Pay a party what is owed to it, to the account that is listed of it; None: nothing is.

    Within the transaction of the act that decides it; the same key again is the same payment.
    Raises `InputError` as `pay` does, NO_PAYEE where no account of the party is listed.
    """
    with acting(actor):
        query("select pg_advisory_xact_lock(hashtext('suixin.owed'), hashtext(%s))",
              [f"{actor.institution}/{party}"])  # fmt: skip
        known = paid_under(actor, key)
        if known is not None:
            return known
        payable = sum(one.payable_fen for one in owed_to(actor, party))
        if not payable:
            return None
        listed = query(_PAYEE, [actor.institution, party])
        order = PayOrder(
            about=Dimensions(party=party),
            instalment=f"owed/{key}",
            fen=payable,
            payee=listed[0][0] if listed else "",
            purpose="SUPP",
            on=on,
            by=by,
            from_account="2003",
            text="settlement",
        )
        return pay(actor, order, key=key, at=at)


def payable(actor: Actor) -> tuple[Owed, ...]:
    """Who may be paid now: something is owed to him, and an account of his is listed."""
    with acting(actor):
        listed = {party for (party,) in query(_ACCOUNTS, [actor.institution])}
        return tuple(one for one in owed_to(actor) if one.payable_fen and one.party in listed)


def pay_out_all(
    actor: Actor, *, fen: int, by: tuple[str, str], key: str, on: date, at: datetime
) -> tuple[Paid, ...]:
    """Pay everybody what may be paid out to him now: in all `fen`, which is what two people read.

    Those without a listed account wait, and stay in `owed`. Raises `InputError` OTHER_CONTENT where
    it is another sum by now, and as `pay` does.
    """
    with acting(actor):
        query("select pg_advisory_xact_lock(hashtext('suixin.owed'), %s)", [actor.institution])
        ready = payable(actor)
        whole = sum(one.payable_fen for one in ready)
        if whole != fen:
            wrong = f"{Money(whole)} may be paid out now, not {Money(fen)}."
            raise InputError("OTHER_CONTENT", wrong, "Look again, and propose that.")
        made = (
            pay_out(actor, one.party, by=by, key=f"{key}/{one.party}", on=on, at=at)
            for one in ready
        )
        return tuple(one for one in made if one is not None)
