"""`suixin people …`, `suixin institution …`: who works here, entered by the machine's owner."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, OnOrToday, faults_exit, print_json
from suixin.cli.database import HomeFolder, environment

Institution = Annotated[
    str, typer.Option("--institution", metavar="CODE", help="The institution's code.")
]


@faults_exit
def people_first(
    institution: Institution,
    name: Annotated[str, typer.Option(help="The person's name, as on his papers.")],
    sign_in: Annotated[
        str, typer.Option(metavar="NAME", help="What he signs in with, before @CODE.")
    ] = "administrator",
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> None:
    """Enter one of the first two administrators, or give him a new link; the link is shown once.

    Example: suixin people first --institution county-bank --name 管理员甲 --home bank
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service.database import served

        with served(kept):
            from suixin.service import clock
            from suixin.service.store.migrating import migrate

            migrate()
            from suixin.service.identity.first import enter_administrator
            from suixin.service.identity.secret import ensure_secret

            ensure_secret(kept)
            made = enter_administrator(institution, sign_in, name, at=clock.now())
    address = os.environ.get("SUIXIN_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
    link = f"{address}/accounts/welcome/?link={made.link}"
    if as_json:
        print_json({"username": made.username, "link": link, "until": made.until.isoformat()})
        return
    typer.echo(f"{name} signs in as {made.username}, after choosing a password here:")
    typer.echo(f"  {link}")
    typer.echo(f"The link is used once, until {made.until:%Y-%m-%d %H:%M} UTC; it is kept nowhere.")


@faults_exit
def people_matrix(
    markdown: Annotated[bool, typer.Option(help="As a table of Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print who may do what: every act by every duty, and who must agree to it.

    Example: suixin people matrix
    """
    with environment(None, as_json=as_json):
        from suixin.service.app.matrix import MARKS, matrix

        told = matrix()
    if as_json:
        print_json(
            {"duties": list(told.duties), "acts": {act: dict(row) for act, row in told.rows}}
        )
        return
    for line in told.lines(markdown=markdown):
        typer.echo(line)
    typer.echo(MARKS)


@faults_exit
def institution_open(
    code: Annotated[str, typer.Argument(help="Its code: small letters, digits, dashes.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    domain: Annotated[
        str, typer.Option(help="Its domain, which its log is named by: bank.example.cn.")
    ],
    books: Annotated[str, typer.Option(help="lender, fund or co_op.")] = "lender",
    on: OnOrToday = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> None:
    """Open an institution: its books, its keys and its log. The same again changes nothing.

    Example: suixin institution open county-bank --name 县农商行 --domain bank.example.cn
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service.database import served

        with served(kept):
            from suixin.service.store.migrating import migrate

            migrate()
            number = _opened(kept.folder, code, name, (domain, books), on)
    if as_json:
        print_json({"institution": code, "number": number})
    else:
        typer.echo(f"{code} is open. Enter its two administrators: suixin people first --help")


def _opened(home: Path, code: str, name: str, told: tuple[str, str], on: date | None) -> int:
    from suixin.lending.accounts import chart_on
    from suixin.service.app.evidence import open_log
    from suixin.service.home import Home
    from suixin.service.identity.callers import today
    from suixin.service.identity.names import checked_code
    from suixin.service.store.institutions import open_institution

    domain, books = told
    day = on or today()
    number = open_institution(
        checked_code(code), chart_on(day), opened_on=day, name=name, books=books
    )
    open_log(number, domain, Home(home))
    return number
