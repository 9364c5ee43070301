"""Credit files as they are kept: versions that are added to, read as of a day and a moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from pydantic import TypeAdapter

from suixin.credit.file import CreditFile
from suixin.data.errors import InputError
from suixin.service.app.due import subject_of
from suixin.service.store.session import Actor, acting, query, reading

FOREVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_FILES: Final = TypeAdapter(CreditFile)
_COLUMNS: Final = """subject, version, as_of, recorded_at, source, digest, content, record"""
_LAST: Final = f"""
    select {_COLUMNS} from credit_file
     where institution_id = %s and subject = %s and as_of <= %s and recorded_at <= %s
     order by as_of desc, version desc limit 1
"""
_HISTORY: Final = f"""
    select {_COLUMNS} from credit_file
     where institution_id = %s and subject = %s and version > %s order by version limit %s
"""
_ADD: Final = """
    with told as (
        select * from unnest(%s::text[], %s::text[], %s::int[], %s::text[], %s::bigint[],
                             %s::int[], %s::int[], %s::text[], %s::text[])
            as t(subject, status, score, grade, limit_fen, rate_bps, completeness_bps, content,
                 digest)),
    last as (
        select distinct on (f.subject) f.subject, f.version, f.as_of, f.digest
          from credit_file as f join told on told.subject = f.subject
         where f.institution_id = %s order by f.subject, f.version desc)
    insert into credit_file (institution_id, subject, product, version, as_of, recorded_at, source,
                             status, score, grade, limit_fen, rate_bps, completeness_bps, content,
                             digest, record)
    select %s, told.subject, %s, coalesce(last.version, 0) + 1, %s, %s, %s, told.status, told.score,
           told.grade, told.limit_fen, told.rate_bps, told.completeness_bps, told.content::jsonb,
           told.digest, %s
      from told left join last using (subject)
     where last.digest is distinct from told.digest or last.as_of <> %s
    returning subject
"""
_THEN: Final = """
    select distinct on (subject) subject, content -> 'terms_by_product' from credit_file
     where institution_id = %s and as_of <= %s and (%s = '' or subject = %s)
     order by subject, as_of desc, version desc
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version of a credit file under a product, and by what it was kept.

    `source` is `batch`, a scoring of all, or `refresh`, of one subject from its own facts; `feeds`
    are those that it was made of (E11): of the whole file all, of a product's own those of its
    sheet and those that hold the facts to; `digest` is the SHA-256 of the whole as it is kept,
    in hex; `record` names the log's entry that commits to it.
    """

    product: str
    version: int
    recorded_at: datetime
    source: str
    feeds: tuple[str, ...]
    digest: str
    record: str
    file: CreditFile

    @property
    def subject(self) -> str:
        return self.file.subject

    @property
    def as_of(self) -> date:
        return self.file.as_of

    @property
    def status(self) -> str:
        return self.file.status

    @property
    def grade(self) -> str | None:
        return self.file.grade

    @property
    def score(self) -> int | None:
        return self.file.score

    @property
    def limit_fen(self) -> int:
        return self.file.terms.limit_fen

    @property
    def target_fen(self) -> int:
        return self.file.terms.target_fen

    @property
    def rate_bps(self) -> int | None:
        return self.file.terms.rate_bps

    @property
    def refusal(self) -> str:
        refusal = self.file.terms.refusal
        return "" if refusal is None else refusal.value

    @property
    def flags(self) -> tuple[str, ...]:
        return self.file.flags

    @property
    def signs(self) -> tuple[str, ...]:
        return self.file.signs

    @property
    def completeness_bps(self) -> int:
        """The share of the composite's weight that rests on connected feeds (C04)."""
        return self.file.facts.completeness_bps


@dataclass(frozen=True, slots=True)
class Drafted:
    """A file to keep, from all feeds, and its like under every product, of its sheet's feeds.

    `feeds` are those there are; `reads` by product those that may be read for it.
    """

    file: CreditFile
    own: Mapping[str, CreditFile]
    reads: Mapping[str, Set[str]]


def keep(
    actor: Actor,
    drafts: Sequence[Drafted],
    *,
    feeds: Sequence[str],
    source: str,
    record: bytes,
    at: datetime,
) -> tuple[str, ...]:
    """Add a version of each file that says otherwise than the last; whose files those are.

    All are of one day. A part of the transaction under way.
    """
    if not drafts:
        return ()
    rows = [_row(draft, feeds) for draft in drafts]
    columns = [list(column) for column in zip(*rows, strict=True)]
    first, who = drafts[0].file, actor.institution
    given = [first.terms.product, first.as_of, at, source, record, first.as_of]
    with acting(actor):
        return tuple(subject for (subject,) in query(_ADD, [*columns, who, who, *given]))


def digest_of(drafts: Sequence[Drafted], feeds: Sequence[str]) -> str:
    """One SHA-256 over those of many files, in the order of their subjects."""
    told = sorted((draft.file.subject, _row(draft, feeds)[-1]) for draft in drafts)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def last_file(
    actor: Actor, party_id: str, product: str, *, on: date, known_at: datetime = FOREVER
) -> Kept | None:
    """The last version of a party's file as of a day, by what was known at a moment."""
    with reading(actor):
        subject = subject_of(actor, party_id)
        for row in query(_LAST, [actor.institution, subject, on, known_at]):
            return _kept(row, product)
    return None


def own_files(actor: Actor, subject: str, *, on: date) -> dict[str, Kept]:
    """The last version of a subject's file as of a day, whole (under "") and by product."""
    with reading(actor):
        for row in query(_LAST, [actor.institution, subject, on, FOREVER]):
            products = ("", *json.loads(row[6])["own"])
            return {product: _kept(row, product) for product in products}
    return {}


def files_after(
    actor: Actor, party_id: str, product: str, *, version: int, limit: int
) -> tuple[Kept, ...]:
    """Versions of a party's file after one, oldest first."""
    with reading(actor):
        given = [actor.institution, subject_of(actor, party_id), version, limit]
        return tuple(_kept(row, product) for row in query(_HISTORY, given))


def limits_then(actor: Actor, *, on: date, subject: str = "") -> dict[str, dict[str, int]]:
    """The limits as of a day in fen, by product and subject; of all subjects, or of one."""
    found: dict[str, dict[str, int]] = {}
    with reading(actor):
        for whose, told in query(_THEN, [actor.institution, on, subject, subject]):
            for product, terms in json.loads(told).items():
                found.setdefault(product, {})[whose] = terms["limit_fen"]
    return found


def _plain(file: CreditFile) -> dict[str, Any]:
    found: dict[str, Any] = _FILES.dump_python(replace(file, policies=()), mode="json")
    return found


def _row(draft: Drafted, feeds: Sequence[str]) -> tuple[Any, ...]:
    file = draft.file
    whole = _plain(file)
    content = {
        "file": whole,
        "terms_by_product": {product: _plain(own)["terms"] for product, own in draft.own.items()},
        "feeds": sorted(feeds),
        # What is otherwise than in the whole file.
        "own": {
            product: {
                "feeds": sorted(draft.reads[product] & set(feeds)),
                "said": {k: v for k, v in _plain(own).items() if v != whole[k]},
            }
            for product, own in draft.own.items()
        },
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (
        file.subject,
        file.status,
        file.score,
        file.grade or "",
        file.terms.limit_fen,
        file.terms.rate_bps,
        file.facts.completeness_bps,
        text,
        hashlib.sha256(text.encode()).hexdigest(),
    )


def _kept(row: tuple[Any, ...], product: str) -> Kept:
    _, version, _, recorded_at, source, digest, content, record = row
    told = json.loads(content)
    said, feeds = told["file"], told["feeds"]
    if product:
        if product not in told["own"]:
            wrong = f"There is no product {product}."
            raise InputError("NO_SUCH_PRODUCT", wrong, f"Products: {', '.join(told['own'])}.")
        own = told["own"][product]
        said, feeds = {**said, **own["said"]}, own["feeds"]
    file = _FILES.validate_python(said)
    return Kept(
        product=file.terms.product,
        version=version,
        recorded_at=recorded_at,
        source=source,
        feeds=tuple(feeds),
        digest=digest,
        record="" if record is None else bytes(record).hex(),
        file=file,
    )
