"""Facts that partners tell, and sheets that people import."""

from __future__ import annotations

import base64
from pathlib import Path as Folder
from tempfile import TemporaryDirectory
from typing import Annotated

from annotated_types import MaxLen, MinLen
from ninja import Router
from pydantic import StringConstraints

from suixin.data.errors import InputError
from suixin.service.api.asked import Asked, reads, writes
from suixin.service.api.endpoints.fields import Body, Code, IdInPath, ShortWords, Words
from suixin.service.app import bulk, facts
from suixin.service.app.bulk import DryRun, Import, RefusedRow, Sheet
from suixin.service.app.facts import Loaded, ToldFact
from suixin.service.app.import_kinds import Kind as SheetKind
from suixin.service.app.permits import Act
from suixin.service.app.proposals import Proposal

router = Router(tags=["Facts"])
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}\.(csv|json|jsonl)$")]
Cell = Annotated[str, StringConstraints(max_length=4_000)]
FactRow = Annotated[dict[Code, Cell], MinLen(1), MaxLen(60)]


class Rows(Body):
    """Rows of a feed, every value as text, as docs/feeds.md writes them."""

    rows: Annotated[tuple[FactRow, ...], MinLen(1), MaxLen(10_000)]


class Files(Body):
    """Files of feeds by name, or with `mapping` a platform's own export."""

    files: Annotated[dict[FileName, str], MinLen(1), MaxLen(60)]
    mapping: Code | None = None


class SheetSent(Body):
    """A sheet as it was sent (xlsx or csv, in Base64), and why it is imported."""

    kind: SheetKind
    name: ShortWords
    content_base64: Annotated[
        str,
        StringConstraints(min_length=4, max_length=12_000_000, pattern=r"^[A-Za-z0-9+/]+={0,2}$"),
    ]
    why: Words = "-"


@writes(router, "/facts/{feed}", tuple[ToldFact, ...], Act.LOAD_FACTS)
def tell_facts(asked: Asked, feed: IdInPath, body: Rows) -> tuple[ToldFact, ...]:
    """Tell facts one by one or few at a time; what is wrong is set aside and told back."""
    return facts.tell_facts(asked.caller, feed, body.rows, at=asked.at)


@writes(router, "/feeds", Loaded, Act.LOAD_FACTS)
def load_feeds(asked: Asked, body: Files) -> Loaded:
    """Load files of feeds; every row that is set aside is counted, the first 200 are told."""
    with TemporaryDirectory(prefix="suixin-feeds-") as made:
        for name, text in body.files.items():
            (Folder(made) / name).write_text(text, "utf-8")
        return facts.load_feeds(
            asked.caller, Folder(made), key=asked.key, at=asked.at, mapping=body.mapping
        )


@writes(router, "/imports/check", DryRun, Act.IMPORT, status=200)
def check_import(asked: Asked, body: SheetSent) -> DryRun:
    """Check a sheet, every row of it; nothing is kept."""
    return bulk.dry_run(asked.caller, _sheet(body), at=asked.at)


@writes(router, "/imports", Proposal, Act.IMPORT)
def propose_import(asked: Asked, body: SheetSent) -> Proposal:
    """Propose a sheet whose every row is good; another person agrees."""
    return bulk.propose_import(asked.caller, _sheet(body), key=asked.key, why=body.why, at=asked.at)


@reads(router, "/imports", tuple[Import, ...], Act.IMPORT)
def list_imports(asked: Asked) -> tuple[Import, ...]:
    """The imports there were, newest first: 200 at most."""
    return bulk.imports(asked.caller)


@reads(router, "/imports/{batch}", Import, Act.IMPORT)
def see_import(asked: Asked, batch: IdInPath) -> Import:
    """Where an import stands."""
    return bulk.import_of(asked.caller, batch)


@reads(router, "/imports/{batch}/refused", tuple[RefusedRow, ...], Act.IMPORT)
def list_refused_rows(asked: Asked, batch: IdInPath) -> tuple[RefusedRow, ...]:
    """The rows of an import that could not be done."""
    return bulk.refused_rows(asked.caller, batch)


def _sheet(body: SheetSent) -> Sheet:
    try:
        content = base64.b64decode(body.content_base64, validate=True)
    except ValueError as fault:
        wrong = "content_base64 is no Base64."
        raise InputError("SHEET", wrong, "Send the sheet's bytes in Base64.") from fault
    return Sheet(body.kind, body.name, content)
