"""`suixin chain …`: run a log's blocks as another party, and see how a chain stands."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suixin.cli.common import AsJson, OnOrToday, a_folder, faults_exit, print_json
from suixin.cli.database import HomeFolder, environment

if TYPE_CHECKING:
    from suixin.evidence.chain.deployment import Deployment
    from suixin.evidence.chain.port import Head


@faults_exit
def chain_replay(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="Folder of a log, or of a mirror.")],
    chain: Annotated[
        Path,
        typer.Option(
            "--chain", parser=a_folder, metavar="DIR", help="Your own chain; begun if none."
        ),
    ],
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Your own keys, not those in the folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the blocks of a log on a chain of your own: exit 0 only if each comes out as it says.

    The log's folder is audited first. Blocks that the chain has already are passed over, so the
    same command goes on where it stopped.

    Example: suixin chain replay mirror/logs/bank --chain chain/ --policy parties.policy
    """
    from suixin.data.errors import InputError
    from suixin.evidence.chain.embedded import EmbeddedChain
    from suixin.evidence.chain.mirror import replay
    from suixin.evidence.policy import parse

    if not log.is_dir():
        raise InputError("NO_FOLDER", f"{log} is no folder.", "Name a log's, or a mirror's.")
    trusted = None if policy is None else parse(_read(policy))
    with EmbeddedChain(chain) as own, _bar(quiet=as_json) as told:
        before = own.head().number
        head = replay(log, own, trusted, told)
    if as_json:
        print_json({"replayed": head.number - before, **_told(head)})
    else:
        typer.echo(f"{head.number - before} blocks replayed; every header came out as it says")
        _say(head)


@faults_exit
def chain_open(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The institution's code.")],
    url: Annotated[str, typer.Option(help="A node elsewhere; else the chain is embedded.")] = "",
    parties: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where its Parties stand, with --url.")
    ] = "",
    depth: Annotated[int, typer.Option(help="Blocks until one is final there.", min=0)] = 0,
    on: OnOrToday = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> None:
    """Open an institution's chain, on which its days are anchored. The same again changes nothing.

    Example: suixin chain open county-bank --home bank
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service.database import served

        with served(kept):
            from suixin.service.app.anchoring import open_chain
            from suixin.service.identity.callers import today
            from suixin.service.store.institutions import numbered
            from suixin.service.store.migrating import migrate

            migrate()
            number, day = numbered(code), on or today()
            place = open_chain(number, kept, on=day, url=url, parties_at=parties, depth=depth)
    if as_json:
        print_json({"institution": code, "parties": place})
    else:
        typer.echo(f"The chain of {code} is open; its Parties stand at {place}.")


@faults_exit
def chain_show(
    chain: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of an embedded chain.")],
    as_json: AsJson = False,
) -> None:
    """How a chain stands: its head, who holds which role, what is in force, and sums.

    Example: suixin chain show chain/
    """
    from suixin.data.errors import InputError
    from suixin.evidence.chain.codec import contract
    from suixin.evidence.chain.deployment import Deployment
    from suixin.evidence.chain.embedded import EmbeddedChain

    if not (chain / "chain.db").is_file():
        raise InputError(
            "NO_CHAIN", f"There is no chain in {chain}.", "Replay a log's blocks first."
        )
    with EmbeddedChain(chain) as own:
        head = own.head()
        founded = contract("Parties").events  # A stranger's contract may have said something first.
        heard = (one for one in own.events() if one.topics and one.topics[0] in founded)
        first = next(heard, None)
        found = {} if first is None else _standing(Deployment(own, first.address))
    if as_json:
        print_json({**_told(head), **found})
        return
    _say(head)
    for name, value in found.items():
        if isinstance(value, dict):
            typer.echo(f"{name}:")
            for key, one in value.items():
                typer.echo(f"  {key:<14}{one}")
        else:
            typer.echo(f"{name}: {value}")


def _standing(made: Deployment) -> dict[str, Any]:
    """What the contracts in force hold, worked out from events alone."""
    from suixin.evidence.chain.state import rebuild
    from suixin.evidence.chain.state.agreement import AgreementState
    from suixin.evidence.chain.state.group import GroupState
    from suixin.evidence.chain.state.parties import PartiesState
    from suixin.evidence.chain.state.pool import PoolState

    found: dict[str, Any] = {}
    states = rebuild(made.events())
    for state in states.values():
        if isinstance(state, PartiesState):
            found["roles"] = {role.name.lower(): key for role, key in state.keys.items()}
            found["in force"] = {place.name.lower(): at for place, at in state.places.items()}
            found["stopped"] = state.stopped
            in_force = set(state.places.values())
    for address, state in states.items():
        if address not in in_force:
            continue
        if isinstance(state, AgreementState):
            known = state.records.values()
            found["agreements"] = dict(Counter(one.status.name.lower() for one in known))
            found["outstanding fen"] = sum(one.outstanding for one in known)
        elif isinstance(state, GroupState):
            groups = state.groups.values()
            found["groups"] = dict(Counter(one.status.name.lower() for one in groups))
        elif isinstance(state, PoolState):
            held = state.fund.balances[: state.fund.size]
            found["tiers fen"] = {str(number): fen for number, fen in enumerate(held)}
            found["queued fen"] = sum(one.queued for one in state.claims.values())
    return found


def _read(path: Path) -> bytes:
    from suixin.data.errors import InputError

    try:
        return path.read_bytes()
    except FileNotFoundError as fault:
        raise InputError("NO_FILE", f"{path} is not there.", "Name the policy's file.") from fault


def _told(head: Head) -> dict[str, Any]:
    return {"block": head.number, "hash": head.hash.hex(), "state_root": head.state_root.hex()}


def _say(head: Head) -> None:
    typer.echo(f"block {head.number} {head.hash.hex()}")
    typer.echo(f"state root {head.state_root.hex()}")


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr of the entries that are audited; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, size: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("entries", total=None)
        yield lambda done, size: progress.update(task, completed=done, total=size)
