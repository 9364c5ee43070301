"""A day on the chain: calls out, events back, blocks into the log, three records held together.

Each step is durable before the next begins, and each finds out by itself what is still to do: a
process that is killed anywhere is followed by one that goes on where it stood.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex

from suixin.evidence import checkpoint, note
from suixin.evidence.anchoring import anchoring
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.carrying import Carrier
from suixin.evidence.chain.calls import agreement, anchor
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.outbox import Call, call_id
from suixin.evidence.reconcile import CHAIN, Reconciled
from suixin.lending.product import products_on
from suixin.service.app.caller import Caller
from suixin.service.app.chain.blocks import log_blocks
from suixin.service.app.chain.names import names
from suixin.service.app.chain.outbox import HOUSE, StoredOutbox, keep_blocks, stored_inbox
from suixin.service.app.chain.places import ChainKept, alone, opened, signers
from suixin.service.app.chain.sides import reconciled
from suixin.service.app.chain.telling import FAR, known_agreements, tell_agreement
from suixin.service.app.difference_cases import RULE, KeptCase, as_cases, note_found, open_cases
from suixin.service.app.evidence import sign_head
from suixin.service.app.holds import hold
from suixin.service.app.keys import log_keys
from suixin.service.app.own_sheets import folder_of, own_rules
from suixin.service.home import usual_home
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.session import Actor, acting, reading


@dataclass(frozen=True, slots=True)
class Held:
    """What a day came to: what differs, which cases it opened, and the size that was anchored."""

    reconciled: Reconciled
    opened: tuple[KeptCase, ...]
    anchored: int | None


def day_on_chain(caller: Caller, kept: ChainKept, on: date, *, at: datetime) -> Held:
    """Tell, carry and log what happened by the end of a day, reconcile, and anchor the log's head.

    While a case stands open nothing is anchored; all else goes on. Raises `NodeFault` where a node
    elsewhere does not answer, `InputError` NO_KEY, KEY_SEEN.
    """
    actor, home = caller.actor("held ledger, log and chain together"), usual_home()
    with alone(home, caller.institution), opened(actor, kept) as made:
        keys = signers(home, caller.institution)
        inbox = stored_inbox(actor, depth=kept.depth)
        carrier = Carrier(made, StoredOutbox(actor), keys, inbox)
        carry(actor, carrier, at=at)  # What an earlier run left.
        tell_bounds(actor, carrier, on=on)
        carry(actor, carrier, at=at)
        tell(actor, carrier, on=on)
        carry(actor, carrier, at=at)
        found = reconciled(actor, carrier, on=on)
        new = open_new(caller, found, on=on, at=at)
        size = None if open_cases(actor) else anchor_head(actor, carrier, on=on, at=at)
        return Held(found, new, size)


def carry(actor: Actor, carrier: Carrier, *, at: datetime) -> None:
    """Carry what waits, keep what the blocks said, and append the blocks to the log."""
    carrier.carry()
    keep_blocks(actor, carrier.inbox.blocks())
    if isinstance(carrier.made.chain, EmbeddedChain):
        log_blocks(actor, carrier.made.chain, at=at)


def tell_bounds(actor: Actor, carrier: Carrier, *, on: date) -> None:
    """Inside what a decision approves itself: what the lender's people have set by that day."""
    told, now = bounds_on(actor, on), carrier.made.ask(agreement.bounds())
    if told == now:
        return
    key = f"bounds/{on}/{told.policy.hex()[:16]}"
    act = agreement.SetBounds(told, on)
    carrier.outbox.put(Call(call_id(HOUSE, key), HOUSE, Role.BANK, act, on))


def bounds_on(actor: Actor, on: date) -> agreement.Bounds:
    """The bounds of a day: the largest amount of the rules, the highest rate of a sheet."""
    with reading(actor):
        rules, sheets = own_rules(actor, on), products_on(on, folder_of(actor))
    limit = int(rules["approval.automatic"]["amount_max"])
    rate = max((sheet.rate_max_bps for sheet in sheets.values()), default=0)
    policy = hashlib.sha256(entry_bytes({"limit_fen": limit, "rate_bps": rate})).digest()
    return agreement.Bounds(limit, rate, FAR, policy)


def tell(actor: Actor, carrier: Carrier, *, on: date) -> None:
    """Put into the outbox what happened to each agreement by the end of a day."""
    outbox, known = carrier.outbox, names(actor)
    if not isinstance(outbox, StoredOutbox):
        raise AssertionError("Calls of agreements are kept in the database.")
    bounds = carrier.made.ask(agreement.bounds())
    for one in known_agreements(actor, on=on):
        named = known.get(one.terms.agreement)
        tell_agreement(actor, outbox, one, named, bounds=bounds, on=on)


def open_new(caller: Caller, found: Reconciled, *, on: date, at: datetime) -> tuple[KeptCase, ...]:
    """Open cases of what differs and hold their agreements, in one transaction; the new cases."""
    actor = caller.actor("found a difference")
    with acting(actor):
        new = note_found(actor, found, on=on, at=at)
        if not new:
            return ()
        books = {one.on_chain.of: one.agreement for one in names(actor).values() if one.on_chain}
        for one in new:
            scope = scope_of(one.case.of, books)
            if scope:
                # Neither its name nor its words lead from the agreement to its id.
                reason = f"ledger and chain differ: {one.case.findings[0].fault}"
                told = {"kind": "draw_stopped", "reason": reason, "rule": RULE}
                hold(caller, scope, **told, key=token_hex(16), at=at)
        return new


def scope_of(of: str, books: dict[str, str]) -> str:
    """What a case holds: its agreement, everything where it is of the chain, else nothing."""
    if of == CHAIN:
        return "all"
    return f"agreement:{books[of]}" if of in books else ""


def anchor_head(actor: Actor, carrier: Carrier, *, on: date, at: datetime) -> int | None:
    """Sign the log's head and anchor it; the size, or None where it stands there already."""
    told = sign_head(actor.institution, at=at)
    if told is None:
        return None
    signed, store = checkpoint.read(note.read(told).text), DatabaseStore(actor)
    origin = log_keys(actor.institution).origin
    before = carrier.made.ask(anchor.head(Role.BANK, anchor.origin_id(origin)))
    with reading(actor):
        cases = as_cases(actor, open_cases(actor))
        act = anchoring(cases, store, signed, before, on=on)
    if act is None:
        return None
    key = call_id(HOUSE, f"anchor/{signed.size}/{on}")
    carrier.outbox.put(Call(key, HOUSE, Role.BANK, act, on))
    carry(actor, carrier, at=at)
    return signed.size
