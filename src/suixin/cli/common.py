"""What every command shares: its arguments, its exit codes, and how a fault is told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer

INPUT_FAULT, USAGE_FAULT, ENVIRONMENT_FAULT, INTERRUPTED = 1, 2, 3, 130


def a_day(text: str | date) -> date:
    """A day as typed, or wrong usage that says how to write one."""
    try:
        return date.fromisoformat(str(text))
    except ValueError as fault:
        wrong = f"{str(text)!r} is no day; write it as YYYY-MM-DD, such as 2026-06-30."
        raise typer.BadParameter(wrong) from fault


def a_folder(text: str | Path) -> Path:
    """A folder to write to, or wrong usage where a file stands in its way: told before the work."""
    path = Path(text)
    there = next((place for place in (path, *path.parents) if os.access(place, os.F_OK)), None)
    if there is not None and not there.is_dir():
        raise typer.BadParameter(f"{there} is a file; name a folder to write to.")
    return path


Folder = Annotated[Path, typer.Argument(help="Folder of feeds (or of an export, with --mapping).")]
On = Annotated[date, typer.Option("--on", parser=a_day, metavar="DAY", help="As of this day.")]
OnOrToday = Annotated[
    date | None,
    typer.Option("--on", parser=a_day, metavar="DAY", help="As of this day; today if none."),
]
Out = Annotated[
    Path,
    typer.Option(
        "--out", parser=a_folder, metavar="DIR", help="Folder to write to; whole or not at all."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
Households = Annotated[int, typer.Option(min=50, help="How many households, 50 or more.")]
Mapped = Annotated[str | None, typer.Option("--mapping", help="A platform's export, by mapping.")]
Policies = Annotated[
    Path | None, typer.Option("--policies", help="Folder of YAML that overrides packaged policy.")
]


class Language(StrEnum):
    """Which language a file is told in."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


P = ParamSpec("P")
R = TypeVar("R")


def faults_exit(command: Callable[P, R]) -> Callable[P, R]:
    """Turn faults of input and environment into a line on stderr and the exit code they have."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from suixin.data.errors import DiskError, InputError
        from suixin.kernel.parameter import NotInForce
        from suixin.kernel.policy import PolicyError

        as_json = bool(kwargs.get("as_json"))
        try:
            return command(*args, **kwargs)
        except InputError as fault:
            fail(fault.code, fault.message, fault.hint, INPUT_FAULT, as_json=as_json)
        except PolicyError as fault:
            notes = getattr(fault, "__notes__", [])
            fail("BAD_POLICY", str(fault), " ".join(notes), INPUT_FAULT, as_json=as_json)
        except _loaded("suixin.data.sources", "MappingError") as fault:
            fail("BAD_MAPPING", str(fault), "", INPUT_FAULT, as_json=as_json)
        except (NotInForce, NotADirectoryError) as fault:
            code = "NOT_IN_FORCE" if isinstance(fault, NotInForce) else "NO_FOLDER"
            fail(code, str(fault), "", INPUT_FAULT, as_json=as_json)
        except DiskError as fault:
            fail("DISK", fault.message, fault.hint, ENVIRONMENT_FAULT, as_json=as_json)
        except _loaded("duckdb", "Error") as fault:
            from duckdb import Error

            from suixin.data.write import is_disk_fault, no_room

            if not isinstance(fault, Error) or not is_disk_fault(fault):
                raise
            full = no_room(fault)
            fail("DISK", full.message, full.hint, ENVIRONMENT_FAULT, as_json=as_json)
        except PermissionError as fault:
            message = f"{fault.filename} may not be opened."
            fail(
                "NOT_PERMITTED", message, "Allow it, or name another.", INPUT_FAULT, as_json=as_json
            )
        except (KeyboardInterrupt, RuntimeError) as stop:
            # In the middle of a query the database tells Ctrl-C as a RuntimeError.
            if isinstance(stop, RuntimeError) and str(stop) != "Query interrupted":
                raise
            fail("INTERRUPTED", "Stopped by Ctrl-C.", "", INTERRUPTED, as_json=as_json)

    return run


def _loaded(module: str, name: str) -> tuple[type[Exception], ...]:
    """A fault of a module that takes long to load, or nothing where nobody has loaded it.

    So a witness starts without the database, which it never asks.
    """
    found = getattr(sys.modules.get(module), name, None)
    return () if found is None else (found,)


def fail(code: str, message: str, hint: str, status: int, *, as_json: bool) -> NoReturn:
    """Say what was wrong and what to do, and leave."""
    if as_json:
        print_json({"error": {"code": code, "message": message, "hint": hint}})
    else:
        typer.secho(f"{code}: {message}", fg="red", err=True)
        if hint:
            typer.echo(hint, err=True)
    raise typer.Exit(status)


def print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))
