"""`suixin backup`, `suixin restore`: the database kept elsewhere and put back, whole or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suixin.cli.common import INPUT_FAULT, AsJson, fail, faults_exit, print_json
from suixin.cli.database import HomeFolder, environment

if TYPE_CHECKING:
    from suixin.service.keeping.backup import Manifest

Heads = Annotated[
    list[Path] | None,
    typer.Option("--head", metavar="FILE", help="A checkpoint that a witness or a mirror keeps."),
]
_KEYS = "Keys are not in it: keep a copy of the folder {} elsewhere."


@faults_exit
def backup(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Not there yet.")],
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a backup of the database, checked, while all goes on. Keys are not in it.

    Example: suixin backup --home bank --to backups/2026-06-30
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service.clock import now
        from suixin.service.database import served
        from suixin.service.keeping.backup import back_up

        with served(kept) as found:
            made = back_up(found, to, at=now())
        if as_json:
            print_json({"folder": str(to), **_told(made)})
            return
        typer.echo(f"{to}: {len(made.files)} files, {made.size_bytes} bytes")
        _tell(made)
        typer.echo(_KEYS.format(kept.keys))


@faults_exit
def restore(
    source: Annotated[Path, typer.Option("--from", metavar="DIR", help="A backup's folder.")],
    home: HomeFolder = None,
    head: Heads = None,
    digest: Annotated[str, typer.Option(help="The digest that backup told, if you kept it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Put a backup back into an empty home or database, and check all of it.

    With --head a backup that is older than what others signed is refused; give one of each log.

    Example: suixin restore --from backups/2026-06-30 --home bank --head witness/checkpoint
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service.keeping.backup import read
        from suixin.service.keeping.restore import restore as put_back

        if digest and read(source).digest != digest:
            wrong = f"{source} is not the backup with that digest."
            fail("DIGEST", wrong, "Take another copy of it.", INPUT_FAULT, as_json=as_json)
        made = put_back(source, kept, [path.read_text("utf-8") for path in head or ()])
        if as_json:
            print_json({"home": str(kept.folder), **_told(made)})
            return
        typer.echo(f"{source} is back, with today's form; all of it was checked.")
        _tell(made)
        if not kept.keys.is_dir():
            typer.echo(f"Put the keys of this service back into {kept.keys} before it is started.")


def _tell(made: Manifest) -> None:
    rows = sum(made.held.tables.values())
    typer.echo(f"of {made.made_at}: {rows} rows, {len(made.held.steps)} steps of form")
    for one in made.held.institutions:
        postings = sum(count for _, count, _ in one.sums)
        typer.echo(f"{one.code}: {postings} postings, in balance; log of {one.size} entries")
    typer.echo(f"digest {made.digest}")


def _told(made: Manifest) -> dict[str, Any]:
    from suixin.service.keeping.held import as_json

    return {
        "made_at": made.made_at,
        "bytes": made.size_bytes,
        "digest": made.digest,
        **as_json(made.held),
    }
