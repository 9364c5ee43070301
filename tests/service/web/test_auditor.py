"""An auditor finds any record, takes its proof away, and checks it without us."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from people_of_desks import PARTY, People
from typer.testing import CliRunner

from suixin.cli import app
from suixin.service.app import evidence, ledger, log_heads, records
from suixin.service.app.caller import Duty
from suixin.service.app.records import Search
from suixin.service.store.session import acting, query
from tests.service.web.samples_auditor import auditor, samples


@pytest.fixture(scope="module")
def client(people: People) -> Any:
    """The auditor's browser, at an institution that has lent."""
    samples(people)
    return people.client(Duty.AUDITOR)


def taken(client: Any, people: People, record: bytes, to: Path) -> list[str]:
    """A record's files as they are downloaded, unpacked; the arguments of `suixin verify`."""
    answer = client.get(reverse("auditor-proof", args=[record.hex()]))
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(to)
    (proof,) = to.glob("*.tlog-proof")
    told = [str(proof), "--entry", str(proof.with_suffix(".entry"))]
    told += ["--policy", str(to / "parties.policy")]
    opening = proof.with_suffix(".opening")
    return [*told, "--opening", str(opening)] if opening.exists() else told


def told_by(people: People, *, personal: bool) -> bytes:
    """A record that is about a person, or about nobody."""
    if not personal:
        with acting(people.world.actor):
            at = people.world.at
            return evidence.tell(people.world.actor, evidence.Kind.DECISION, {"n": 1}, at=at)
    found = records.records(auditor(people), Search(about=PARTY)).rows
    return next(one.record for one in found if one.personal)


@pytest.mark.parametrize("personal", [True, False], ids=["of a person", "of nobody"])
def test_what_is_downloaded_verifies_and_a_byte_changed_does_not(
    client: Any, people: People, tmp_path: Path, personal: bool
) -> None:
    """The archive's own files, by the command of its page and by its own checker alone."""
    record = told_by(people, personal=personal)
    told = taken(client, people, record, tmp_path)
    assert ("--opening" in told) is not personal
    page = client.get(reverse("auditor-record", args=[record.hex()])).content.decode()
    shown = [Path(one).name if one.startswith("/") else one for one in told]
    assert f"suixin verify {' '.join(shown)}" in page
    runner = CliRunner()
    found = runner.invoke(app, ["verify", *told])
    assert (found.exit_code, found.output.splitlines()[-1]) == (0, "VALID")
    alone = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "verifier.py"), *told],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (alone.returncode, alone.stdout.splitlines()[-1]) == (0, "VALID")
    for name in (told[0], told[2], *told[6:7]):
        path = Path(name)
        whole = path.read_bytes()
        # A letter of the entry's signature, of the proof's hashes, of what the opening holds.
        place = whole.index(b'"sig":"') + 9 if name == told[2] else len(whole) // 2
        letter = b"A" if whole[place : place + 1] != b"A" else b"B"
        path.write_bytes(whole[:place] + letter + whole[place + 1 :])
        found = runner.invoke(app, ["verify", *told])
        assert (found.exit_code, "INVALID" in found.output) == (1, True), (name, found.output)
        path.write_bytes(whole)


def test_the_path_that_is_drawn_ends_at_the_signed_root(client: Any, people: People) -> None:
    """Climbed step by step, from each of several places in the tree."""
    rows = records.records(auditor(people), Search(), limit=40).rows
    assert len(rows) > 5
    for one in rows[:: max(1, len(rows) // 6)]:
        proved = evidence.proof(auditor(people), one.record, at=people.world.at)
        steps = records.climbed(proved)
        root = evidence.heads.read(evidence.note.read(proved.proof.split("\n\n", 1)[1]).text).root
        assert (steps[-1].made if steps else proved.leaf) == root
        page = client.get(reverse("auditor-record", args=[one.record.hex()]))
        assert root.hex() in page.content.decode()


def test_a_record_is_found_by_what_it_is_about(client: Any, people: People) -> None:
    """By agreement, party, day, name and leaf; never what it says of a person."""
    world = people.world
    loan = world.lent(world.register("h-0777"), "sales_flow", 900_000)
    here = auditor(people)
    found = records.records(here, Search(about=loan)).rows
    assert found
    assert all(one.personal for one in found)
    by_party = {one.leaf for one in records.records(here, Search(about="h-0777"), limit=99).rows}
    assert {one.leaf for one in found} <= by_party
    one = found[0]
    for name in (one.record.hex(), one.leaf.hex()):
        assert [r.leaf for r in records.records(here, Search(about=name)).rows] == [one.leaf]
    page = client.get(reverse("auditor-records"), {"q": loan, "kind": "agreement"})
    assert f"#{one.index:,}" in page.content.decode()
    answer = client.get(reverse("auditor-record", args=[one.record.hex()])).content.decode()
    assert "h-0777" not in answer
    assert "900000" not in answer
    nothing = client.get(reverse("auditor-records"), {"q": "a-nowhere"}).content.decode()
    assert "没有这样的记录" in nothing
    wrong = client.get(reverse("auditor-records"), {"since": "2026-07-02", "until": "2026-07-01"})
    assert 'class="errors"' in wrong.content.decode()
    assert client.get(reverse("auditor-record", args=["zz"])).status_code == 404


def test_days_heads_continue_one_another(client: Any, people: People) -> None:
    """Each kept head is the beginning of the next, by proof; a false one is seen."""
    world = people.world
    evidence.sign_head(world.institution, at=world.at)
    world.later(days=1)
    told_by(people, personal=False)
    evidence.sign_head(world.institution, at=world.at)
    found = log_heads.heads_of_days(auditor(people), until=world.day)
    assert [one.continues for one in found[:1]] == [True]
    assert found[0].size > found[1].size
    assert found[0].own
    page = client.get(reverse("auditor-checkpoints")).content.decode()
    assert "日志接得上" in page
    assert found[0].root.hex()[:6] in page
    told = client.get(reverse("auditor-checkpoint", args=[world.day.isoformat()]))
    assert told.content.decode() == found[0].note
    assert client.get(reverse("auditor-checkpoint", args=["2001-01-01"])).status_code == 404


def test_an_export_is_escaped_and_told_to_the_log(client: Any, people: People) -> None:
    """A cell that a spreadsheet would work out is text; the file's digest stands in the log."""
    place, today = reverse("auditor-exports"), people.world.day.isoformat()
    asked = {"since": "2026-06-01", "until": today, "sheet": "postings", "why": "年度审计"}
    answer = client.post(place, asked)
    rows = list(csv.reader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    at = rows[0].index("fen")
    assert len(rows) > 2
    assert sum(int(row[at]) for row in rows[1:]) == 0
    record = bytes.fromhex(answer.headers["X-Suixin-Record"])
    proved = evidence.proof(auditor(people), record, at=people.world.at)
    told = json.loads(records.opened_text(proved))
    assert told["digest"] == answer.headers["X-Suixin-Digest"]
    assert (told["what"], told["rows"], told["why"]) == ("exported", len(rows) - 1, "年度审计")
    for sheet in ("records", "checkpoints", "trial_balance", "rules", "duties"):
        got = client.post(place, {**asked, "sheet": sheet})
        cells = [c for row in csv.reader(io.StringIO(got.content.decode())) for c in row]
        assert len(cells) > 6, sheet
        assert not [c for c in cells if c[:1] in "=+@" and c], sheet
    long = client.post(place, {**asked, "since": "2020-01-01"})
    assert 'class="errors"' in long.content.decode()


def test_the_books_balance_and_a_transaction_is_whole(client: Any, people: People) -> None:
    """Both sides of the trial balance are equal, and equal the sum of what was posted."""
    here = auditor(people)
    found = ledger.trial_balance(here, on=people.world.day)
    with acting(people.world.actor):
        ((debits,),) = query("select sum(fen) filter (where fen > 0) from posting")
    assert found.holds
    assert 0 < found.debit_fen <= debits
    (one, *_) = ledger.entries(here).rows
    page = client.get(reverse("auditor-transaction", args=[one.key])).content.decode()
    assert one.key in page
    assert "总账平" in client.get(reverse("auditor-books")).content.decode()
    assert client.get(reverse("auditor-transaction", args=["nothing"])).status_code == 404


def test_rules_have_every_value_with_its_day(client: Any) -> None:
    """A sheet as of a day marks the value of that day and keeps the others."""
    page = client.get(reverse("auditor-sheet", args=["law"]), {"on": "2024-01-01"})
    text = page.content.decode()
    assert "这一天有效" in text
    assert text.count("<pre") > text.count("tag good")
    assert client.get(reverse("auditor-sheet", args=["nowhere"])).status_code == 404
