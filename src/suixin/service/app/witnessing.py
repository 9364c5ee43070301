"""The other parties' signatures under an institution's log: asked for, kept, and looked back at.

Where a witness holds more of the log than is here, the database is of a backup: nothing is signed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connections

from suixin.data.errors import InputError
from suixin.evidence import checkpoint as heads
from suixin.evidence import log, note, quorum
from suixin.evidence.cosign import Asked, Collector
from suixin.evidence.fetch import Ask, FetchFault
from suixin.evidence.fetch import ask as fetched
from suixin.evidence.keys import Verifier
from suixin.evidence.merkle import consistency
from suixin.evidence.note import NoteError
from suixin.evidence.policy import Party, Policy, satisfied
from suixin.evidence.quorum import Quorum
from suixin.evidence.witness import origin_id
from suixin.service.app.caller import service_caller
from suixin.service.app.day import CHINA
from suixin.service.app.evidence import keep_head, sign_head
from suixin.service.app.keys import LogKeys, log_keys
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.session import reading

_OK: Final = 200
_NOT_FOUND: Final = 404


def beat(institution: int, *, at: datetime, ask: Ask = fetched) -> tuple[Asked, ...]:
    """Sign what is new and have the day's witnesses cosign it; what came of asking each.

    A head that suffices to proceed, or is final, is kept as the day's. Nobody is asked while a lock
    is held. Raises `InputError` AHEAD, UNSEEN (so few answered that more may have been cosigned
    than is here), `LogFault` BEHIND, FORK.
    """
    keys, on = log_keys(institution), at.astimezone(CHINA).date()
    policy = quorum.in_force(keys.policies, on)
    if not policy.witnesses:
        sign_head(institution, at=at)
        return ()
    of = quorum.of_policy(on, policy, keys.origin)
    store = DatabaseStore(service_caller(institution, "log").actor("asked the witnesses"))
    _look_back(store, keys, of, ask)
    told = sign_head(institution, at=at)
    if told is None:
        return ()

    def prove(old: int, new: int) -> tuple[bytes, ...]:
        # Each witness is asked by a thread, which has a connection of its own.
        own = DatabaseStore(store.actor)
        try:
            with reading(own.actor):
                return consistency(old, new, own.node)
        finally:
            connections.close_all()

    asked = Collector(of.proceed, ask).collect(told, prove)
    signatures = [one.signature for one in asked if one.signature is not None]
    if signatures:
        with store.writing():
            whole = log.cosign(store, signatures, _keys(of.proceed))
            opened = note.open(whole, [keys.log.verifier, *_keys(of.proceed)])
            signed = [one.by for one in opened.signed]
            for kind, wanted in (("proceed", of.proceed), ("final", of.final)):
                if satisfied(wanted, signed, keys.origin):
                    keep_head(store.actor, kind, whole, at)
    return asked


def _look_back(store: DatabaseStore, keys: LogKeys, of: Quorum, ask: Ask) -> None:
    """Before anything is signed: does a witness hold more than is here, or might one?"""
    silent, size = [], store.size()
    for party in of.proceed.witnesses.values():
        try:
            held = _held_by(party, keys, ask)
        except (FetchFault, NoteError):
            silent.append(party)
            continue
        if held > size:
            wrong = f"{party.name} holds {held} entries of {keys.origin}; {size} are here."
            hint = (
                "This database is older: bring back what is missing, docs/witnesses.md tells how."
            )
            raise InputError("AHEAD", wrong, hint)
    if satisfied(of.proceed, [one.key for one in silent if isinstance(one.key, Verifier)]):
        names = ", ".join(sorted(one.name for one in silent))
        wrong = f"Whether more was cosigned than is here is not known: {names} did not answer."
        raise InputError("UNSEEN", wrong, "Ask them; with fewer silent it goes on by itself.")


def _held_by(party: Party, keys: LogKeys, ask: Ask) -> int:
    """The size of the newest head of ours that a witness holds; 0 for none."""
    reply = ask(f"{party.url}/{origin_id(keys.origin)}/checkpoint", None)
    if reply.status == _NOT_FOUND:
        return 0
    if reply.status != _OK or not isinstance(party.key, Verifier):
        raise FetchFault("STATUS", f"{party.name} answers {reply.status}.")
    opened = note.open(reply.body, [keys.log.verifier, party.key])
    found = heads.read(opened.text)
    if {one.by for one in opened.signed} != {keys.log.verifier, party.key}:
        raise FetchFault("STATUS", f"{party.name} shows what it and this log did not sign.")
    return found.size if found.origin == keys.origin else 0


def _keys(policy: Policy) -> list[Verifier]:
    witnesses = policy.witnesses.values()
    return [one.key for one in witnesses if isinstance(one.key, Verifier)]
