"""What is known of an applicant on a day, as the checks ask for it: his file, consents, debts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.crop_calendar import CropRules, harvest_due
from suixin.lending.hold import Hold
from suixin.service.app import lake
from suixin.service.app.credit_files import last_file
from suixin.service.app.standings import owed_by_product
from suixin.service.store.session import Actor, acting, query

_PARTY: Final = """
    select p.village_code,
           exists (select from personal_field as f
                    where (f.institution_id, f.party_id) = (p.institution_id, p.party_id)
                      and f.name in ('resident_id', 'uscc'))
      from party as p where p.institution_id = %s and p.party_id = %s
"""
_CONSENTS: Final = """
    select distinct purpose from consent
     where institution_id = %s and party_id = %s and since <= %s and until >= %s
       and revoked_at is null
"""
_HOLDS: Final = """
    select kind, scope, since, reason, rule, until from hold
     where institution_id = %s and scope = any (%s) and since <= %s
       and (until is null or until >= %s)
     order by since, id
"""
_PENDING: Final = """
    select coalesce(sum(amount_fen), 0)::bigint from application
     where institution_id = %s and party_id = %s and application <> %s
       and (%s = '' or product = %s) and standing in ('accepted', 'ready')
       and not exists (select from agreement_event as e
                        where e.institution_id = application.institution_id
                          and e.agreement = application.agreement and e.kind = 'Draw')
"""
_LIMIT: Final = """
    select to_fen from limit_change
     where institution_id = %s and party_id = %s and product = %s and on_day <= %s
     order by on_day desc limit 1
"""


# What changes whenever a fact comes, is taken back, or a consent to read one changes.
_KNOWN: Final = """
    select current_database(),
           (select max(number) from fact_batch where institution_id = %(institution)s),
           (select max(loaded_at) from fact_batch where institution_id = %(institution)s),
           (select max(id) from fact where institution_id = %(institution)s),
           (select count(*) from fact_gone where institution_id = %(institution)s),
           (select max(id) from consent where institution_id = %(institution)s),
           (select count(*) from consent
             where institution_id = %(institution)s and revoked_at is not null),
           (select max(id) from party where institution_id = %(institution)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What a decision reads of a kept credit file; `feeds` are those it was made of."""

    as_of: date
    grade: str | None
    score: int | None
    limit_fen: int
    target_fen: int
    rate_bps: int | None
    refusal: str
    flags: tuple[str, ...]
    signs: tuple[str, ...]
    feeds: tuple[str, ...]
    digest: str


def latest_file(actor: Actor, party: str, product: str, *, on: date) -> File | None:
    """The party's newest credit file for a product as of a day."""
    kept = last_file(actor, party, product, on=on)
    if kept is None:
        return None
    return File(
        as_of=kept.as_of,
        grade=kept.grade,
        score=kept.score,
        limit_fen=kept.limit_fen,
        target_fen=kept.target_fen,
        rate_bps=kept.rate_bps,
        refusal=kept.refusal,
        flags=kept.flags,
        signs=kept.signs,
        feeds=kept.feeds,
        digest=kept.digest,
    )


def rows_about(
    actor: Actor, feeds: Sequence[str], party: str, *, on: date
) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """The rows of some feeds that name a party, as known on a day under consents in force.

    Times are epoch seconds, and days are counted from 1970-01-01. Read once as long as no fact
    comes and no consent changes: one case asks the same several times.
    """
    with acting(actor):
        (known,) = query(_KNOWN, {"institution": actor.institution})
    return _rows_about(actor.institution, tuple(feeds), party, on, known)


@lru_cache(maxsize=256)
def _rows_about(
    institution: int, feeds: tuple[str, ...], party: str, on: date, known: tuple[object, ...]
) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """`known` stands for all that the rows depend on beside what is asked."""
    return lake.rows_about(Actor(institution=institution, by="case"), feeds, party, on=on)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What a decision rests on: the credit file, consents in force, debts here, holds (fen).

    `pending_fen` was accepted and is not paid out yet; `limit_fen` is the limit in force, None
    where the file was refused one.
    """

    party: str
    village_code: str
    identity_proved: bool
    consents: frozenset[str]
    file: File
    limit_fen: int | None
    owed: Mapping[str, int]
    pending_fen: int
    pending_here_fen: int
    holds: tuple[Hold, ...]

    @property
    def owed_fen(self) -> int:
        """All he owes here, paid out or about to be."""
        return sum(self.owed.values()) + self.pending_fen

    def limit_left_fen(self, product: str) -> int | None:
        """What is left of the limit under a product; None where there is none."""
        if self.limit_fen is None:
            return None
        return max(0, self.limit_fen - self.owed.get(product, 0) - self.pending_here_fen)

    def told(self) -> dict[str, Any]:
        """What a decision keeps of its facts."""
        return {
            "file": self.file.digest,
            "as_of": self.file.as_of,
            "grade": self.file.grade or "",
            "score": self.file.score or 0,
            "flags": list(self.file.flags),
            "signs": list(self.file.signs),
            "limit_fen": self.limit_fen or 0,
            "owed_fen": self.owed_fen,
        }


def case_facts(
    actor: Actor, party: str, product: str, *, on: date, application: str = ""
) -> CaseFacts:
    """The facts as of a day; `application` is the one asked for, which is not counted as pending.

    Raises `InputError` NO_PARTY, NO_FILE (the party was never scored for the product).
    """
    with acting(actor):
        found = query(_PARTY, [actor.institution, party])
        if not found:
            raise InputError("NO_PARTY", f"There is no party {party}.", "Check the id.")
        ((village, proved),) = found
        file = latest_file(actor, party, product, on=on)
        if file is None:
            wrong = f"{party} has no credit file for {product}."
            raise InputError("NO_FILE", wrong, "Load facts and score first.")
        consents = query(_CONSENTS, [actor.institution, party, on, on])
        pending = [actor.institution, party, application]
        ((whole,),) = query(_PENDING, [*pending, "", ""])
        ((here,),) = query(_PENDING, [*pending, product, product])
        return CaseFacts(
            party=party,
            village_code=village,
            identity_proved=proved,
            consents=frozenset(purpose for (purpose,) in consents),
            file=file,
            limit_fen=_limit(actor, party, product, file, on),
            owed=owed_by_product(actor, party, on=on),
            pending_fen=whole,
            pending_here_fen=here,
            holds=holds_on(actor, party, product, on=on),
        )


def harvest_due_of(actor: Actor, party: str, crop: str, *, on: date) -> date | None:
    """When a loan for a crop in a party's village is due; None where its calendar tells none."""
    with acting(actor):
        ((village, _),) = query(_PARTY, [actor.institution, party])
    rules = CropRules.from_policy(
        load_policy("categories").on(on), load_policy("crop_calendar").on(on)
    )
    return harvest_due(crop, on, rules, village_code=village)


def holds_on(
    actor: Actor, party: str, product: str, agreement: str = "", *, on: date
) -> tuple[Hold, ...]:
    """The holds that stand on new money of a party, a product or an agreement on a day."""
    scopes = ["all", f"party:{party}", f"product:{product}"]
    if agreement:
        scopes.append(f"agreement:{agreement}")
    with acting(actor):
        rows = query(_HOLDS, [actor.institution, scopes, on, on])
    return tuple(
        Hold(kind, scope, since, reason, rule, until)
        for kind, scope, since, reason, rule, until in rows
    )


def _limit(actor: Actor, party: str, product: str, file: File, on: date) -> int | None:
    """The limit as it moved over time; before its first move, what the file offers."""
    moved = query(_LIMIT, [actor.institution, party, product, on])
    fen = moved[0][0] if moved else file.limit_fen
    return None if file.refusal and not fen else fen
