"""`suixin up`: the whole service in one command, until it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from suixin.cli.common import AsJson, faults_exit, print_json
from suixin.cli.database import HomeFolder, environment

if TYPE_CHECKING:
    from suixin.service.running.up import Line

Port = Annotated[int, typer.Option(min=0, max=65534, help="Where people reach it; 0: any.")]
Host = Annotated[str, typer.Option(help="127.0.0.1 is this machine alone.")]
EventsPort = Annotated[
    int | None,
    typer.Option("--events-port", min=0, max=65535, help="For server-sent events; --port + 1."),
]
Workers = Annotated[int, typer.Option(min=1, max=64, help="How many web processes.")]
Bank = Annotated[bool, typer.Option("--simulated-bank", help="With a bank that is played.")]


@faults_exit
def up(
    home: HomeFolder = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    events_port: EventsPort = None,
    workers: Workers = 2,
    simulated_bank: Bank = False,
    as_json: AsJson = False,
) -> None:
    """Run the service until Ctrl-C: its database, web processes, workers. A line each as it is up.

    With --json a JSON object a line.

    Example: suixin up --home bank --port 8000
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service.running.up import Plan
        from suixin.service.running.up import up as run

        plan = Plan(
            home=kept,
            host=host,
            port=port,
            events_port=events_port if events_port is not None else port and port + 1,
            workers=workers,
            bank=simulated_bank,
        )
        run(plan, tell_json if as_json else tell)


def tell(line: Line) -> None:
    """A line for people as something happens."""
    if (line.name, line.state) == ("service", "ready"):
        typer.echo(f"Ready: {line.told}")
    else:
        typer.echo(f"{line.name[0].upper()}{line.name[1:]} {line.told}.")


def tell_json(line: Line) -> None:
    """The same for a machine."""
    print_json({"name": line.name, "state": line.state, "told": line.told})
