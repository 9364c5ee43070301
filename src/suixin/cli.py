"""The command: `suixin …`. It reads arguments, calls the library and prints; no rule lives here.

Exit codes: 0 done, 1 the input is at fault, 2 wrong usage, 3 the environment is at fault,
130 stopped by Ctrl-C.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer

INPUT_FAULT, USAGE_FAULT, ENVIRONMENT_FAULT, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="suixin",
    help="Suixin 穗信: from a folder of trade facts to explained credit files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
feeds_app = typer.Typer(help="Canonical feeds: check them, or make them from an export.")
policy_app = typer.Typer(help="Dated policy values with their references.")
county_app = typer.Typer(help="The seeded demonstration county.")
for name, group in (("feeds", feeds_app), ("policy", policy_app), ("county", county_app)):
    group.info.no_args_is_help = True
    app.add_typer(group, name=name)


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
        from suixin.data.sources import MappingError
        from suixin.data.write import room_to_work
        from suixin.kernel.parameter import NotInForce
        from suixin.kernel.policy import PolicyError

        as_json = bool(kwargs.get("as_json"))
        try:
            with room_to_work():
                return command(*args, **kwargs)
        except InputError as fault:
            fail(fault.code, fault.message, fault.hint, INPUT_FAULT, as_json=as_json)
        except PolicyError as fault:
            notes = getattr(fault, "__notes__", [])
            fail("BAD_POLICY", str(fault), " ".join(notes), INPUT_FAULT, as_json=as_json)
        except MappingError as fault:
            fail("BAD_MAPPING", str(fault), "", INPUT_FAULT, as_json=as_json)
        except (NotInForce, NotADirectoryError) as fault:
            code = "NOT_IN_FORCE" if isinstance(fault, NotInForce) else "NO_FOLDER"
            fail(code, str(fault), "", INPUT_FAULT, as_json=as_json)
        except DiskError as fault:
            fail("DISK", fault.message, fault.hint, ENVIRONMENT_FAULT, as_json=as_json)
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


@feeds_app.command("check")
@faults_exit
def feeds_check(
    folder: Folder,
    strict: Annotated[bool, typer.Option(help="Exit 1 when anything was set aside.")] = False,
    mapping: Mapped = None,
    as_json: AsJson = False,
) -> None:
    """Validate a folder: how many rows of each feed are good, how many set aside, and why.

    Example: suixin feeds check county/
    """
    from suixin.data.read import read_feeds
    from suixin.tables import show_counts, show_notes, show_set_aside, steps

    with steps(1, quiet=as_json) as step:
        step("reading")
        feeds = read_feeds(folder, mapping=mapping)
    with feeds:
        aside = len(feeds.quarantine)
        if as_json:
            counts = {name: asdict(count) for name, count in feeds.counts.items()}
            rows = [asdict(row) for row in feeds.quarantine[:1000]]
            print_json({"feeds": counts, "set_aside": aside, "rows": rows, "notes": feeds.notes})
        else:
            show_counts(feeds.counts)
            show_set_aside(feeds.quarantine.kinds())
            show_notes(feeds.notes)
    if strict and aside:
        raise typer.Exit(INPUT_FAULT)


@feeds_app.command("map")
@faults_exit
def feeds_map(
    mapping: Annotated[str, typer.Argument(help="Mapping by name, or a YAML file of your own.")],
    folder: Folder,
    out: Out,
    hash_key: Annotated[
        Path | None, typer.Option(help="File whose bytes key the hashes of open ids.")
    ] = None,
    merchant: Annotated[str | None, typer.Option(help="Who sells, where no file says so.")] = None,
    as_json: AsJson = False,
) -> None:
    """Turn a platform's own export into canonical feeds, with what was seen beside them.

    Example: suixin feeds map kuaishou export/ --out feeds/
    """
    from suixin.data.sources import hash_key_of, map_folder
    from suixin.tables import show_counts, show_notes, steps

    key = hash_key_of(hash_key, folder)
    with steps(1, quiet=as_json) as step:
        step("mapping")
        found = map_folder(mapping, folder, out, hash_key=key, merchant=merchant)
    if as_json:
        counts = {name: asdict(count) for name, count in found.counts.items()}
        files = list(found.files)
        told = {"set_aside": found.set_aside, "notes": found.notes}
        print_json({"out": out, "files": files, "feeds": counts, **told})
        return
    show_counts(found.counts)
    show_notes(found.notes)
    typer.echo(f"written: {out}")


@app.command()
@faults_exit
def score(
    folder: Folder,
    on: On,
    out: Out,
    mapping: Mapped = None,
    product: Annotated[str | None, typer.Option(help="Product sheet (default: the first).")] = None,
    policies: Policies = None,
    previous: Annotated[
        Path | None, typer.Option(help="scores.csv of 30 days ago: limits rise from these.")
    ] = None,
    pages: Annotated[
        int, typer.Option(min=0, help="Most subjects with a page of their own.")
    ] = 2_000,
    as_json: AsJson = False,
) -> None:
    """Score every subject and write scores.csv, scores.parquet, report.html and quarantine.csv.

    Example: suixin score county/ --on 2026-06-30 --out scores/
    """
    from suixin.run import run_score
    from suixin.tables import show_book, show_left_out, steps

    begun = time.monotonic()
    with steps(4, quiet=as_json) as step:
        book, seconds = run_score(
            folder, out, on=on, mapping=mapping, product=product, policies=policies,
            previous=previous, pages=pages, step=step,
        )  # fmt: skip
    if as_json:
        aside = sum(row.rows for row in book.set_aside)
        told = {"set_aside": aside, "notes": book.notes, "signs": book.signs_count}
        print_json({"out": out, "subjects": len(book), **told, **seconds})
        return
    show_book(book)
    show_left_out(book, out / "quarantine.csv")
    typer.echo(f"{len(book)} subjects in {time.monotonic() - begun:.1f} s: {out / 'report.html'}")


@app.command()
@faults_exit
def explain(
    folder: Folder,
    on: On,
    subject: Annotated[str, typer.Option("--subject", help="Whose credit file.")],
    mapping: Mapped = None,
    policies: Policies = None,
    language: Annotated[Language, typer.Option(help="zh, en or both.")] = Language.BOTH,
    as_json: AsJson = False,
) -> None:
    """Tell one credit file in words and numbers.

    Example: suixin explain county/ --on 2026-06-30 --subject m-0001
    """
    from suixin.credit.score import score as score_feeds
    from suixin.data.errors import InputError
    from suixin.data.read import read_feeds, today_in_china
    from suixin.tables import steps

    with steps(2, quiet=as_json) as step:
        step("reading")
        with read_feeds(folder, mapping=mapping, today=max(on, today_in_china())) as feeds:
            step("scoring")
            book = score_feeds(feeds, on=on, policies=policies)
    if subject not in book:
        raise InputError("NO_SUCH_SUBJECT", book.nearest(subject))
    file = book[subject]
    if as_json:
        print_json(asdict(file))
    else:
        typer.echo(file.explain(language.value))


@policy_app.command("show")
@faults_exit
def policy_show(
    name: Annotated[str, typer.Argument(help="A policy, or one parameter of it.")],
    on: On,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Show the values in force on a day, each with the text that set it.

    Example: suixin policy show terms --on 2026-06-30
    """
    from suixin.credit.sheets import named

    found = named(name, on, policies)
    if as_json:
        print_json({key: asdict(setting) for key, setting in found.items()})
        return
    for key, setting in found.items():
        typer.secho(key, bold=True)
        typer.echo(f"  {json.dumps(setting.value, ensure_ascii=False, default=list)}")
        typer.echo(f"  since {setting.since}, {setting.confidence}: {setting.reference}")


@policy_app.command("check")
@faults_exit
def policy_check(
    folder: Annotated[Path, typer.Argument(help="Folder of an institution's policy YAML.")],
    as_json: AsJson = False,
) -> None:
    """Check an institution's overrides: every fault with its file and line.

    Example: suixin policy check our-policies/
    """
    from suixin.kernel.policy import check_policies

    faults = check_policies(folder)
    if as_json:
        print_json(
            {"faults": [{"file": f.file, "line": f.line, "message": f.message} for f in faults]}
        )
    else:
        for fault in faults:
            typer.echo(str(fault), err=True)
        typer.echo("no fault" if not faults else f"{len(faults)} faults")
    if faults:
        raise typer.Exit(INPUT_FAULT)


@county_app.command("make")
@faults_exit
def county_make(
    out: Out,
    households: Households = 300,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 1,
    orders: Annotated[
        int | None, typer.Option(min=1, help="So many orders, for benchmarks.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the seeded demonstration county, with its planted truths beside it.

    Example: suixin county make --households 300 --seed 1 --out county/
    """
    from suixin.county.make import make_county
    from suixin.tables import steps

    with steps(1, quiet=as_json) as step:
        step("making the county")
        made = make_county(households, seed, out, orders=orders)
    if as_json:
        print_json({"out": out, "households": made.households, "rows": dict(made.rows)})
        return
    for feed, rows in made.rows.items():
        typer.echo(f"{feed:<22}{rows:>12,}")
    typer.echo(f"written: {out}")


@app.command()
@faults_exit
def demo(
    out: Out = Path("demo"),
    households: Households = 300,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Make a county, score it, and hold what was found against what was planted.

    Example: suixin demo
    """
    from suixin.run import run_demo
    from suixin.tables import show_book, show_kinds, steps

    with steps(5, quiet=as_json) as step:
        book, kinds = run_demo(out, households=households, seed=seed, step=step)
    report = out / "scores" / "report.html"
    if as_json:
        planted = [{**asdict(k), "recall": k.recall, "precision": k.precision} for k in kinds]
        print_json({"subjects": len(book), "planted": planted, "report": report})
        return
    show_book(book)
    show_kinds(kinds)
    typer.echo(f"report: {report.resolve()}")


def main() -> None:
    """Run the command; where JSON is asked for, wrong usage is told as one JSON object too."""
    if "--json" not in sys.argv:
        app()
    # Whatever typer raises wrong usage as, in any of its releases: what BadParameter is one of.
    wrong_usage: tuple[type[typer.BadParameter], ...] = typer.BadParameter.__bases__
    try:
        status = app(standalone_mode=False)
    except wrong_usage as fault:
        hint = "suixin --help, or --help after a command, tells what may be given."
        error = {"code": "USAGE", "message": fault.format_message(), "hint": hint}
        print_json({"error": error})
        status = USAGE_FAULT
    sys.exit(status)
