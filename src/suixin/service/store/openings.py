"""What the log's entries hide, in the database: sealed under a person's key where it is of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from secrets import token_bytes
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Opening, read_opening
from suixin.service.store import models
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.person_keys import about, made_key, person_key
from suixin.service.store.sealing import NONCE_BYTES, opened, sealed
from suixin.service.store.session import Actor, acting, query

_PUT: Final = """
    insert into opening (institution_id, leaf, party_id, kept) values (%s, %s, %s, %s)
    on conflict (institution_id, leaf)
    do update set party_id = excluded.party_id, kept = excluded.kept
"""
_PUT_ALL: Final = """
    insert into opening (institution_id, leaf, party_id, kept)
    select %s, * from unnest(%s::bytea[], %s::text[], %s::bytea[])
"""


class StoredOpenings:
    """One row an entry, by its leaf hash, as `suixin.evidence.openings` has one file.

    Put it in the transaction that appends the entry: without it the entry says nothing.
    """

    def __init__(self, actor: Actor, ring: KeyRing) -> None:
        self.actor = actor
        self.ring = ring

    def put(self, leaf: bytes, opening: Opening, *, party_id: str = "") -> None:
        """Keep an opening; with `party_id` it goes with that person. Raises `InputError` ERASED."""
        with acting(self.actor):
            kept = bytes(opening)
            if party_id:
                key, _ = made_key(self.actor, self.ring, party_id)
                nonce = token_bytes(NONCE_BYTES)
                kept = sealed(key, kept, about=self._about(leaf, party_id), nonce=nonce)
            query(_PUT, [self.actor.institution, leaf, party_id, kept])

    def keys_of(self, parties: Iterable[str]) -> dict[str, bytes]:
        """The keys of persons, made where there were none, each once and in one order.

        Raises `InputError` ERASED.
        """
        wanted = sorted(set(parties) - {""})
        return {one: made_key(self.actor, self.ring, one)[0] for one in wanted}

    def put_all(
        self, told: Sequence[tuple[bytes, Opening, str]], keys: Mapping[str, bytes]
    ) -> None:
        """Keep openings of new entries, each with whose it is, under keys that `keys_of` gave."""
        rows = []
        for leaf, opening, party_id in told:
            kept = bytes(opening)
            if party_id:
                about_it, nonce = self._about(leaf, party_id), token_bytes(NONCE_BYTES)
                kept = sealed(keys[party_id], kept, about=about_it, nonce=nonce)
            rows.append((leaf, party_id, kept))
        query(_PUT_ALL, [self.actor.institution, *map(list, zip(*rows, strict=True))])

    def get(self, leaf: bytes) -> Opening:
        """What was kept; raises `InputError` NO_OPENING where it is not there, or is erased."""
        where = {"institution_id": self.actor.institution, "leaf": leaf}
        with acting(self.actor):
            for row in models.Opening.objects.filter(**where):
                kept = bytes(row.kept)
                if not row.party_id:
                    return read_opening(kept)
                found = person_key(self.actor, self.ring, row.party_id)
                if found is not None:
                    about_it = self._about(leaf, row.party_id)
                    return read_opening(opened(found[0], kept, about=about_it))
        wrong = f"There is no opening of entry {leaf.hex()}."
        raise InputError("NO_OPENING", wrong, "It was erased, or is kept elsewhere.")

    def of_person(self, party_id: str) -> Iterator[tuple[bytes, Opening]]:
        """What is kept of a person, each with its leaf, under his one key; nothing once erased."""
        told = "select leaf, kept from opening where institution_id = %s and party_id = %s"
        with acting(self.actor):
            rows = query(told, [self.actor.institution, party_id])
            found = person_key(self.actor, self.ring, party_id) if rows else None
        if found is None:
            return
        for leaf, kept in rows:
            about_it = self._about(leaf, party_id)
            yield leaf, read_opening(opened(found[0], bytes(kept), about=about_it))

    def forget(self, leaf: bytes) -> bool:
        """Delete an opening; whether there was one. Then log `entry.erase`."""
        with acting(self.actor):
            told = "delete from opening where institution_id = %s and leaf = %s returning true"
            return bool(query(told, [self.actor.institution, leaf]))

    def _about(self, leaf: bytes, party_id: str) -> str:
        return f"{about(self.actor, party_id)}/opening/{leaf.hex()}"
