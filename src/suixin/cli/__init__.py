"""The command: `suixin …`. It reads arguments, calls the library and prints; no rule lives here.

Exit codes: 0 done, 1 the input is at fault, 2 wrong usage, 3 the environment is at fault,
130 stopped by Ctrl-C. One module a noun; `common` holds what all of them share.
"""

from __future__ import annotations

import sys

import typer

from suixin.cli import (
    audit,
    backup,
    chain,
    county,
    credit,
    database,
    day_end,
    demo,
    experiment,
    feeds,
    gaming,
    history,
    imports,
    live,
    log,
    log_entries,
    monitor,
    people,
    policy,
    quote,
    rails,
    reconcile,
    resolve,
    reviews,
    train,
    up,
    verify,
    weights,
    witness,
)
from suixin.cli.common import USAGE_FAULT, print_json


def group(parent: typer.Typer, name: str, told: str) -> typer.Typer:
    """A group of commands under one noun, told by --help."""
    made = typer.Typer(help=told, no_args_is_help=True)
    parent.add_typer(made, name=name)
    return made


app = typer.Typer(
    name="suixin",
    help="Suixin 穗信: trade facts become credit, credit becomes money, and all can be proved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(credit.score)
app.command()(credit.explain)
app.command()(demo.demo)
app.command("demo-codes")(demo.demo_codes)
app.command()(gaming.gaming)
app.command()(monitor.monitor)
app.command()(quote.quote)
app.command()(quote.products)
app.command()(verify.verify)
app.command()(audit.audit)
app.command()(reconcile.reconcile)
app.command()(reviews.reviews)
app.command()(day_end.day_end)
app.command()(up.up)
app.command()(backup.backup)
app.command()(backup.restore)

of_feeds = group(app, "feeds", "Canonical feeds: check them, or make them from an export.")
of_feeds.command("check")(feeds.feeds_check)
of_feeds.command("map")(feeds.feeds_map)
of_feeds.command("resolve")(resolve.feeds_resolve)

of_policy = group(app, "policy", "Dated policy values with their references.")
of_policy.command("show")(policy.policy_show)
of_policy.command("check")(policy.policy_check)

of_weights = group(app, "weights", "Weights of the indices: proposed by one, adopted by another.")
of_weights.command("outcomes")(weights.weights_outcomes)
of_weights.command("propose")(weights.weights_propose)
of_weights.command("approve")(weights.weights_approve)
of_weights.command("show")(weights.weights_show)

of_training = group(app, "train", "An institution's own models, from its own outcomes.")
of_training.command("scorecard")(train.train_scorecard)
of_training.command("challenger")(train.train_challenger)
of_training.command("calibration")(train.train_calibration)
of_training.command("again")(train.train_again)
of_training.command("reviews")(reviews.train_reviews)

of_model = group(app, "model", "Sealed models: show, check, score with, propose and promote them.")
of_model.command("show")(train.model_show)
of_model.command("check")(train.model_check)
of_model.command("score")(train.model_score)
of_model.command("propose")(train.model_propose)
of_model.command("promote")(train.model_promote)

of_history = group(app, "history", "Past scores as they were known on any day.")
of_history.command("add")(history.history_add)
of_history.command("show")(history.history_show)

of_live = group(app, "live", "Live slots: sessions run again from their events.")
of_live.command("replay")(live.live_replay)

of_log = group(app, "log", "An institution's own log, and the parties that see it only grows.")
of_log.command("init")(log.log_init)
of_log.command("serve")(log.log_serve)
of_log.command("rekey")(log.log_rekey)
of_log.command("succeed")(log.log_succeed)
of_log.command("keygen")(log_entries.log_keygen)
of_log.command("admit")(log_entries.log_admit)
of_log.command("append")(log_entries.log_append)
of_log.command("erase")(log_entries.log_erase)
of_log.command("sign")(log_entries.log_sign)
of_log.command("prove")(log_entries.log_prove)
of_log.command("show")(log_entries.log_show)

of_witness = group(app, "witness", "Witness another party's log, and keep a copy of it.")
of_witness.command("init")(witness.witness_init)
of_witness.command("serve")(witness.witness_serve)
of_witness.command("monitor")(witness.witness_monitor)
of_witness.command("sign")(witness.witness_sign)
of_witness.command("decide")(witness.witness_decide)
of_witness.command("thaw")(witness.witness_thaw)

of_rails = group(app, "rails", "A bank's files, when an amount is paid, and a bank to try.")
of_rails.command("check")(rails.rails_check)
of_rails.command("when")(rails.rails_when)
of_rails.command("simulate")(rails.rails_simulate)

of_case = group(app, "case", "Cases that differences open, and two people close.")
of_case.command("list")(reconcile.case_list)
of_case.command("close")(reconcile.case_close)

of_chain = group(app, "chain", "The contracts' chain: run a log's blocks, see how it stands.")
of_chain.command("open")(chain.chain_open)
of_chain.command("replay")(chain.chain_replay)
of_chain.command("show")(chain.chain_show)

of_database = group(app, "database", "The service's database: embedded, or any by DATABASE_URL.")
of_database.command("serve")(database.database_serve)
of_database.command("migrate")(database.database_migrate)
of_database.command("check")(database.database_check)

of_institution = group(app, "institution", "Institutions: each with its books, keys and log.")
of_institution.command("open")(people.institution_open)

of_people = group(app, "people", "Who signs in: the first administrators, and who may do what.")
of_people.command("first")(people.people_first)
of_people.command("matrix")(people.people_matrix)

of_import = group(app, "import", "Sheets of parties, agreements and receipts, by two people.")
of_import.command("parties")(imports.import_parties)
of_import.command("agreements")(imports.import_agreements)
of_import.command("receipts")(imports.import_receipts)
of_import.command("confirm")(imports.import_confirm)

of_county = group(app, "county", "The seeded demonstration county.")
of_county.command("make")(county.county_make)
of_county.command("score")(county.county_score)

of_experiment = group(app, "experiment", "What the method can show on seeded data, and how surely.")
of_experiment.command("ablation")(experiment.experiment_ablation)
of_experiment.command("learning-curve")(experiment.experiment_learning_curve)
of_experiment.command("closed-loop")(experiment.experiment_closed_loop)


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
