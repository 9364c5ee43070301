"""A backup comes back whole or not at all; what is damaged, or older than others know, is named."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from evidence_parties import author_key, log_key
from server_folders import server_folder
from stored import DAY, owner_url, url, use
from stored import home as usual

from suixin.data.errors import DiskError, InputError
from suixin.evidence import entry, log
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.entry import Body, Kind
from suixin.evidence.merkle import Head, leaf_hash
from suixin.evidence.note import sign, write
from suixin.lending.accounts import chart_on
from suixin.lending.transaction import Transaction, pair_of
from suixin.service import database as databases
from suixin.service import postgres
from suixin.service.database import OWNER_ALIAS, Database
from suixin.service.home import Home
from suixin.service.keeping.backup import MANIFEST, Manifest, back_up, read
from suixin.service.keeping.held import Held, check_known_head, held
from suixin.service.keeping.restore import restore
from suixin.service.store import models
from suixin.service.store.books import StoredBooks
from suixin.service.store.institutions import open_institution
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.session import Actor

NOW = datetime(2026, 6, 30, 18, tzinfo=UTC)
ENTRIES = 300


@pytest.fixture(scope="module")
def kept(database: Home) -> Database:
    """A database with books and a log whose head is signed."""
    number = open_institution("kept", chart_on(DAY), opened_on=DAY)
    models.Institution.objects.using(OWNER_ALIAS).filter(id=number).update(origin=log_key().name)
    actor, author = Actor(institution=number), author_key("bank")
    books, store = StoredBooks(actor), DatabaseStore(actor)
    with store.writing():
        sealed = []
        for seq in range(ENTRIES):
            books.post(Transaction(f"t-{seq}", DAY, DAY, pair_of("1101", "1002", 500)))
            told = Body(Kind.ORDER, 1_780_000_000, seq, leaf_hash(b"%d" % seq))
            sealed.append(entry.seal(told, author))
        log.append(store, sealed)
    log.checkpoint(store, log_key())
    return Database(url(user=databases.APP), url())


@pytest.fixture(scope="module")
def backup(kept: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    folder = tmp_path_factory.mktemp("kept") / "backup"
    back_up(kept, folder, at=NOW)
    return folder


@pytest.fixture
def fresh() -> Iterator[Home]:
    """An empty home."""
    found = Home(server_folder())
    yield found
    shutil.rmtree(found.folder)


@pytest.fixture
def copy(backup: Path, tmp_path: Path) -> Path:
    """A copy of the backup, to be spoilt."""
    return shutil.copytree(backup, tmp_path / "copy")


def held_in(home: Home) -> Held:
    """What the database of a home holds, while its server is up."""
    reached = postgres.url_of(home, database=databases.NAME)
    with databases.connected(reached) as owner, owner.transaction():
        return held(owner)


def signed(size: int, root: bytes, origin: str = "") -> str:
    """A head as a witness keeps it."""
    text = Checkpoint(origin or log_key().name, Head(size, root)).text
    return write(text, [sign(text, log_key())])


def test_it_comes_back_as_it_was_and_can_be_worked_with(backup: Path, fresh: Home) -> None:
    made = restore(backup, fresh)
    with postgres.start(fresh):
        assert held_in(fresh) == made.held
        with databases.connected(postgres.url_of(fresh, database=databases.NAME)) as owner:
            told = owner.execute("select sum(lines) from transaction").fetchone()
            assert told == (2 * ENTRIES,)
            with pytest.raises(psycopg.IntegrityError, match="stays"):
                owner.execute("delete from posting")
        app = postgres.url_of(fresh, user=databases.APP, database=databases.NAME)
        with psycopg.connect(app) as connection:  # Row security came back too.
            assert connection.execute("select count(*) from posting").fetchone() == (0,)
    assert sorted(path.name for path in fresh.folder.iterdir()) == [
        "database",
        "database.lock",
        "database.log",
    ]


def test_it_tells_what_it_holds_and_that_keys_are_not_in_it(backup: Path) -> None:
    told = json.loads((backup / MANIFEST).read_text())
    (one,) = told["held"]["institutions"]
    assert one["sums"] == [["CNY", 2 * ENTRIES, 0]]
    assert one["size"] == one["signed"] == ENTRIES
    assert told["held"]["tables"]["posting"] == 2 * ENTRIES
    assert "not in it" in told["keys"]
    assert read(backup).digest


def test_what_is_written_meanwhile_is_in_the_next_one(kept: Database, tmp_path: Path) -> None:
    """The numbers of the manifest and the data are of one moment."""
    with psycopg.connect(kept.owner_url, autocommit=True) as owner:
        made = back_up(kept, tmp_path / "one", at=NOW)
        owner.execute("insert into job_note (job, kind) values (1, 'run again')")
        again = back_up(kept, tmp_path / "two", at=NOW)
    assert again.held.tables["job_note"] == made.held.tables["job_note"] + 1


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize(
    ("spoil", "code"), [(_cut, "CUT"), (_flip, "DAMAGED"), (Path.unlink, "MISSING")]
)
def test_a_spoilt_file_is_named_and_nothing_is_put_back(
    copy: Path, fresh: Home, spoil: Callable[[Path], None], code: str
) -> None:
    largest = max((copy / "data").iterdir(), key=lambda path: path.stat().st_size)
    spoil(largest)
    with pytest.raises(InputError, match=largest.name) as wrong:
        restore(copy, fresh)
    assert wrong.value.code == code
    assert not list(fresh.folder.iterdir())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "MANIFEST"),
        ("[]", "MANIFEST"),
        ('{"format": 2}', "FORMAT"),
        ('{"format": 1}', "MANIFEST"),
    ],
)
def test_a_manifest_that_is_none(copy: Path, raw: str, code: str) -> None:
    (copy / MANIFEST).write_text(raw)
    with pytest.raises(InputError) as wrong:
        read(copy)
    assert wrong.value.code == code
    (copy / MANIFEST).unlink()
    with pytest.raises(InputError) as wrong:
        read(copy)
    assert wrong.value.code == "NO_BACKUP"


def test_a_manifest_that_tells_of_another_database(copy: Path, fresh: Home) -> None:
    told = json.loads((copy / MANIFEST).read_text())
    told["held"]["tables"]["posting"] += 1
    (copy / MANIFEST).write_text(json.dumps(told))
    with pytest.raises(InputError, match="posting has 600 rows, not 601") as wrong:
        restore(copy, fresh)
    assert wrong.value.code == "DIFFERS"
    assert not fresh.database.exists()


def test_only_into_what_is_empty(backup: Path, fresh: Home) -> None:
    fresh.database.mkdir()
    (fresh.database / "letters.txt").write_text("dear bank")
    with pytest.raises(InputError) as wrong:
        restore(backup, fresh)
    assert wrong.value.code == "NOT_EMPTY"
    assert (fresh.database / "letters.txt").read_text() == "dear bank"


def test_a_backup_older_than_what_others_signed_is_refused(backup: Path, fresh: Home) -> None:
    with pytest.raises(InputError, match=f"had {ENTRIES + 1} entries") as wrong:
        restore(backup, fresh, [signed(ENTRIES + 1, bytes(32))])
    assert wrong.value.code == "OLDER"
    assert not fresh.database.exists()


def test_a_head_that_others_keep_is_held_against_the_entries(kept: Database) -> None:
    with databases.connected(kept.owner_url) as owner, owner.transaction():
        found = held(owner)
        (one,) = found.institutions
        assert check_known_head(owner, found, one.head) == "kept"
        assert (
            check_known_head(owner, found, signed(0, Head(0, leaf_hash(b"")).root)) if 0 else True
        )
        for told, code in (
            (signed(ENTRIES, bytes(32)), "FORK"),
            (signed(7, bytes(32)), "FORK"),
            (signed(1, bytes(32), "other.example/suixin/1"), "UNKNOWN_LOG"),
        ):
            with pytest.raises(InputError) as wrong:
                check_known_head(owner, found, told)
            assert wrong.value.code == code


def test_a_database_at_odds_with_itself_is_not_passed_on(kept: Database, tmp_path: Path) -> None:
    spoilt = "suixin_spoilt"
    with databases.connected(postgres.url_of(usual())) as owner:
        name = str(psycopg.conninfo.conninfo_to_dict(kept.owner_url)["dbname"])
        connections.close_all()
        owner.execute(f"create database {spoilt} template {name} strategy file_copy")
    try:
        with databases.connected(owner_url(spoilt)) as owner:
            owner.execute("alter table log_entry disable trigger all")
            owner.execute(
                "update log_entry set raw = raw || '\\x00',"
                " leaf = sha256('\\x00'::bytea || raw || '\\x00') where index = 3"
            )
        with pytest.raises(InputError, match="do not lead to the head") as wrong:
            back_up(Database("", owner_url(spoilt)), tmp_path / "spoilt", at=NOW)
        assert wrong.value.code == "LOG"
        assert not (tmp_path / "spoilt").exists()
    finally:
        with databases.connected(postgres.url_of(usual())) as owner:
            owner.execute(f"drop database {spoilt} with (force)")


def test_a_full_disk_leaves_nothing(kept: Database, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(DiskError, match="full"):
            back_up(kept, tmp_path / "full", at=NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())


def test_one_that_is_there_already_is_not_written_over(kept: Database, backup: Path) -> None:
    with pytest.raises(InputError) as wrong:
        back_up(kept, backup, at=NOW)
    assert wrong.value.code == "THERE"


def test_killed_in_the_middle_the_home_is_as_it_was(backup: Path, fresh: Home) -> None:
    command = [sys.executable, "-c", "from suixin.cli import main; main()", "restore"]
    command += ["--from", str(backup), "--home", str(fresh.folder)]
    cut = 0
    for after in (0.05, 0.4, 0.8):
        with subprocess.Popen(command, start_new_session=True) as child:
            until = time.monotonic() + 30
            while not list(fresh.folder.glob("restoring-*/database")) and child.poll() is None:
                assert time.monotonic() < until
                time.sleep(0.01)
            time.sleep(after)
            cut += child.poll() is None
            child.send_signal(signal.SIGKILL)
        if fresh.database.exists():  # It was whole before the kill came.
            assert not list(fresh.folder.glob("restoring-*/database"))
            break
    assert cut
    if not fresh.database.exists():
        restore(backup, fresh)
    with postgres.start(fresh):
        assert held_in(fresh).institutions == read(backup).held.institutions


RELEASED = ("0010_day_end_rules",)


@pytest.mark.parametrize("step", RELEASED)
def test_a_backup_of_an_earlier_form_is_brought_forward(
    kept: Database, fresh: Home, tmp_path: Path, step: str
) -> None:
    name = "suixin_earlier"
    databases.ensure(postgres.url_of(usual()), name)
    use(postgres.url_of(usual(), user=databases.APP, database=name), owner_url(name))
    try:
        executor = MigrationExecutor(connections[OWNER_ALIAS])
        executor.migrate([("store", step)])
        with databases.connected(owner_url(name)) as owner, owner.transaction():
            _enter_books(owner)
        made: Manifest = back_up(Database("", owner_url(name)), tmp_path / "earlier", at=NOW)
    finally:
        connections.close_all()
        with databases.connected(postgres.url_of(usual())) as owner:
            owner.execute(f"drop database {name} with (force)")
        use(kept.url, kept.owner_url)
    restore(tmp_path / "earlier", fresh)
    with postgres.start(fresh):
        found = held_in(fresh)
    assert set(made.held.steps) < set(found.steps)
    assert found.institutions == made.held.institutions
    assert found.institutions[0].sums == (("CNY", 2, 0),)


def _enter_books(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    owner.execute(
        "insert into institution (code, books, opened_on) values ('old', 'lender', '2026-01-01')"
    )
    owner.execute(
        "insert into account (institution_id, code, books, side, zh, en)"
        " select 1, code, 'lender', 'asset', '', '' from unnest(array['1101', '1002']) as a(code)"
    )
    owner.execute("select set_config('suixin.spans', 'on', true)")
    owner.execute(
        "insert into transaction (institution_id, key, standing, value_on, booked_on, lines)"
        " values (1, 't', 'posted', '2026-01-02', '2026-01-02', 2)"
    )
    owner.execute(
        "insert into posting (institution_id, transaction_id, line, account, fen, currency,"
        " agreement, party, sheet, mode, tier, value_on, booked_on)"
        " select 1, t.id, n, (array['1101', '1002'])[n + 1], 5 - 10 * n, 'CNY',"
        " '', '', '', '', '', t.value_on, t.booked_on"
        " from transaction as t, generate_series(0, 1) as n"
    )
