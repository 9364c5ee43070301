"""Sending: what is refused, when it will be paid, the bytes it goes in, and that it goes once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from bank_days import CALM, FIRST, TWO, Days, Wire, at, payee, payment, simulated
from lxml import etree

from suixin.data.errors import DiskError, InputError
from suixin.kernel.policy import load_policy
from suixin.service.rails import pain001
from suixin.service.rails.checks import payee_notes, payment_refusal
from suixin.service.rails.files import read_any
from suixin.service.rails.folder import Folders
from suixin.service.rails.hours import route, takes_large
from suixin.service.rails.ledger import ledger_hash
from suixin.service.rails.pain001 import TransferFile
from suixin.service.rails.payment import (
    PAYMENT_WORDING,
    Batch,
    Payee,
    Payment,
    PaymentRefusal,
    payment_id,
)
from suixin.service.rails.profile import STANDARD
from suixin.service.rails.reading import CHINA
from suixin.service.rails.register import Changes, Tracked
from suixin.service.rails.sending import replaceable

_FOLDER = Path(__file__).parents[2] / "cases"
HOURS: list[dict[str, Any]] = yaml.safe_load((_FOLDER / "rails_hours.yaml").read_text("utf-8"))
PAYEES: list[dict[str, Any]] = yaml.safe_load((_FOLDER / "rails_payees.yaml").read_text("utf-8"))
RAILS = load_policy("rails").on(FIRST)


@pytest.mark.parametrize("case", HOURS, ids=lambda case: case["name"])
def test_hours(case: dict[str, Any]) -> None:
    asked = datetime.fromisoformat(case["at"])
    asked = asked if asked.tzinfo else asked.replace(tzinfo=CHINA)
    rails = load_policy("rails").on(asked.astimezone(CHINA).date())
    found = route(case["fen"], asked, rails, cut_off=simulated().cut_off)
    assert (found.channel, found.on) == (case["by"], case["paid"])
    assert str(case["paid"]) in found.told.en
    assert str(case["paid"]) in found.told.zh


def test_hours_need_an_instant_with_its_offset() -> None:
    with pytest.raises(InputError) as wrong:
        route(1, datetime(2026, 3, 2, 9), RAILS, cut_off=simulated().cut_off)  # noqa: DTZ001
    assert wrong.value.code == "NAIVE_TIME"
    assert takes_large(datetime(2026, 3, 2, 9, 14, tzinfo=UTC), RAILS)  # 17:14 in China.
    assert not takes_large(datetime(2026, 3, 2, 9, 16, tzinfo=UTC), RAILS)


@pytest.mark.mechanism("E03")
@pytest.mark.parametrize("case", PAYEES, ids=lambda case: case["name"])
def test_payees(case: dict[str, Any]) -> None:
    changed = {name: tuple(value) if name == "by" else value
               for name, value in case.get("change", {}).items()}  # fmt: skip
    one = replace(payment(), payee=replace(payee(), **case.get("payee", {})), **changed)
    blocked = (one.payee.listed,) if case.get("blocked") else ()
    found = payment_refusal(one, RAILS, blocked=blocked)
    assert (found.why.value if found else None) == case.get("refused")
    if found is not None:  # No personal number stands in a refusal.
        told = f"{found.found} {found.allowed}"
        assert not any(
            number and number in told for number in (one.payee.account, one.payee.identity)
        )


def test_every_refusal_has_its_words() -> None:
    assert set(PAYMENT_WORDING) == set(PaymentRefusal)


def test_notes_stop_nothing() -> None:
    person = Payee("p-1", "户主", "11010519491231002X", "6222021234567894", "402611000018", True)
    assert payee_notes(person, RAILS, counties={"110105"}) == ()
    assert "county" in payee_notes(person, RAILS, counties={"361128"})[0]
    company = replace(payee(), account="6222021234567895")
    assert "check digit" in payee_notes(company, RAILS)[0]


def written(*payments: Payment, days: dict[str, date] | None = None) -> bytes:
    batch = Batch(payments, at(FIRST))
    return pain001.write(batch, simulated(), days=days or {one.id: FIRST for one in payments})


def test_what_is_written_is_read_back_whole() -> None:
    later = FIRST + timedelta(days=1)
    payments = tuple(payment(n, n * 100 + 1) for n in range(1, 8))
    days = {one.id: later if number % 2 else FIRST for number, one in enumerate(payments)}
    content = written(*payments, days=days)
    found = read_any(content, simulated())
    assert isinstance(found, TransferFile)
    assert {batch.on for batch in found.batches} == {FIRST, later}
    assert {one.id: one.fen for batch in found.batches for one in batch.transfers} == {
        one.id: one.fen for one in payments}  # fmt: skip
    assert found.fen == sum(one.fen for one in payments)
    assert content == written(*payments, days=days)


def test_names_that_mean_something_in_xml_are_words_and_nothing_else() -> None:
    name = 'A&B <Amt Ccy="EUR">9</Amt> 店'
    one = replace(payment(), payee=payee(name=name), text="]]> & <!-- -->")
    found = read_any(written(one), simulated())
    assert isinstance(found, TransferFile)
    (transfer,) = found.batches[0].transfers
    assert (transfer.name, transfer.text, transfer.fen) == (name, one.text, one.fen)


def test_it_is_held_to_the_schema_before_it_goes() -> None:
    for change, place in (
        ({"fen": 0}, "CtrlSum"),
        ({"purpose": "GIFT"}, "Cd"),
        ({"id": "x" * 36}, "InstrId"),
    ):
        with pytest.raises(InputError) as wrong:
            written(replace(payment(), **change), days={change.get("id", payment().id): FIRST})
        assert wrong.value.code == "SCHEMA"
        assert place in wrong.value.message
    with pytest.raises(InputError) as twice:
        written(payment(), payment())
    assert twice.value.code == "SAME_ID"
    with pytest.raises(InputError) as none:
        written()
    assert none.value.code == "EMPTY_BATCH"
    with pytest.raises(InputError) as other:
        pain001.write(Batch((payment(),), at(FIRST)), replace(simulated(), write="pain.001.001.12"),
                      days={payment().id: FIRST})  # fmt: skip
    assert other.value.code == "VERSION"


def test_an_institutions_own_schema_is_asked_too(tmp_path: Path) -> None:
    batch, days = Batch((payment(),), at(FIRST)), {payment().id: FIRST}
    with pytest.raises(InputError) as none:
        pain001.write(batch, simulated(), days=days, schemas=tmp_path)
    assert none.value.code == "NO_SCHEMA"
    strict = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" '
        f'targetNamespace="{STANDARD}pain.001.001.09">'
        '<xs:element name="Document" type="xs:string"/></xs:schema>'
    )
    (tmp_path / "pain.001.001.09.xsd").write_text(strict)
    with pytest.raises(InputError, match=r"not as pain\.001\.001\.09\.xsd has it"):
        pain001.write(batch, simulated(), days=days, schemas=tmp_path)


def test_our_schema_refuses_what_the_plan_does_not_list() -> None:
    content = written(payment())
    for old, new in ((b"CNY", b"EUR"), (b"TRF", b"CHK"), (b">false<", b">true<"),
                     (b"<Purp>", b"<Tax/><Purp>"), (b"CNAPS", b"USABA")):  # fmt: skip
        changed = content.replace(old, new)
        assert changed != content
        with pytest.raises(InputError) as wrong:
            pain001.check(changed)
        assert wrong.value.code == "SCHEMA"
    root = etree.fromstring(content)
    assert root.tag == f"{{{STANDARD}pain.001.001.09}}Document"


def test_a_number_is_one_attempt_at_one_part_of_one_agreement() -> None:
    numbers = {
        payment_id(bank, agreement, part, attempt=attempt, on=FIRST)
        for bank in ("b-1", "b-2") for agreement in ("a-1", "a-11") for part in ("1", "11", "")
        for attempt in (1, 11)
    }  # fmt: skip
    assert len(numbers) == 24
    assert {len(one) for one in numbers} == {34}
    with pytest.raises(InputError):
        payment_id("b-1", "a-1", "1", attempt=0, on=FIRST)


# Once -----------------------------------------------------------------------------------------


def test_the_same_on_another_day_is_the_same_and_is_refused() -> None:
    days = Days.begun(1, CALM)
    days.send([payment(1)])
    later = FIRST + timedelta(days=1)
    receipt = days.desk.submit(Batch((payment(1, on=later), payment(2)), at(later)))
    assert [(id, why.why.value) for id, why in receipt.refused] == [
        (payment(1, on=later).id, "already_sent")]  # fmt: skip
    assert receipt.sent == (payment(2).id,)


def test_what_was_entered_and_not_sent_is_sent() -> None:
    days = Days.begun(1, CALM)
    days.register.take(Changes(payments=(Tracked(payment(1)),)))
    days.send([payment(1)])
    days.settle()
    assert days.register.payments[payment(1).id].state == "settled"


def test_a_statement_of_before_the_day_of_payment_misses_nothing() -> None:
    days = Days.begun(1, {"delay": 10_000, "delay_days": 3})
    days.send([payment(1)], hour=17)  # Too late for today.
    days.close()
    assert days.register.payments[payment(1).id].missed == 0
    days.close()
    assert days.register.payments[payment(1).id].missed == 1


def test_a_payment_of_a_later_day_is_paid_on_that_day() -> None:
    days, later = Days.begun(1, CALM), FIRST + timedelta(days=2)
    days.send([payment(1, on=later), payment(2)])
    days.settle()
    found = [days.register.payments[one.id].value_on for one in (payment(1, on=later), payment(2))]
    assert found == [later, FIRST]


def test_days_go_on() -> None:
    days = Days.begun(1, CALM)
    days.send([payment(1)])
    before = FIRST - timedelta(days=1)
    for again in (
        lambda: days.desk.submit(Batch((payment(2),), at(before))),
        lambda: days.desk.take_in(before),
    ):
        with pytest.raises(InputError) as wrong:
            again()
        assert wrong.value.code == "DATES"
    assert len(days.wire.files) == 1


def test_the_same_twice_in_one_batch_is_sent_once() -> None:
    days = Days.begun(1, CALM)
    later = FIRST + timedelta(days=1)
    receipt = days.desk.submit(Batch((payment(1), payment(1, on=later)), at(FIRST)))
    assert [why.why.value for _, why in receipt.refused] == ["already_sent"]


def test_another_attempt_needs_that_the_first_is_over() -> None:
    days = Days.begun(1, CALM)
    days.send([payment(1)])
    again = payment(1, attempt=2, replaces=payment(1).id)
    receipt = days.desk.submit(Batch((again,), at(FIRST, 10)))
    assert [why.why.value for _, why in receipt.refused] == ["still_open"]
    for replaces in ("", payment(2).id):
        stray = payment(1, attempt=2, replaces=replaces)
        assert days.desk.submit(Batch((stray,), at(FIRST, 10))).refused[0][1].why == "still_open"


def test_what_was_refused_is_paid_under_a_new_number_once() -> None:
    days = Days.begun(1, {"reject": 10_000})
    days.send([payment(1)])
    days.close()
    assert days.register.payments[payment(1).id].state == "rejected"
    days.bank.temper = CALM
    again = payment(1, attempt=2, replaces=payment(1).id)
    days.send([again])
    assert days.register.payments[payment(1).id].replaced_by == again.id
    third = payment(1, attempt=3, replaces=again.id)
    assert days.desk.submit(Batch((third,), at(days.day))).refused[0][1].why == "still_open"
    days.settle()
    assert days.books.balance("1101") == again.fen
    days.hold()


def test_what_nobody_answered_is_paid_again_by_two_people_after_two_statements() -> None:
    days = Days.begun(1, {"lose_status": 10_000, "delay": 10_000, "delay_days": 3})
    first = payment(1)
    while days.bank.quiet or days.bank._orders[first.id].on < FIRST + timedelta(days=3):
        days = Days.begun(days.bank.seed + 1, days.bank.temper)  # A bank that takes three days.
        days.send([first])
    again = payment(1, attempt=2, replaces=first.id)

    def leave(by: tuple[str, str] = TWO) -> None:
        asked = replaceable(
            days.register, days.desk.profile, first.id, by=by, new=again.id, on=days.day
        )
        days.desk.take(asked, days.day)

    days.close()
    with pytest.raises(InputError) as early:
        leave()
    assert early.value.code == "STILL_OPEN"
    days.close()
    with pytest.raises(InputError) as alone:
        leave(("clerk", "clerk"))
    assert alone.value.code == "TWO_PEOPLE"
    leave()
    days.bank.temper = CALM
    days.send([again])
    days.settle()
    # The first was carried out after all: its money waits for a person, and the debt is one.
    assert days.books.balance("1101") == again.fen
    (case,) = days.register.open_cases()
    assert (case.why, case.fen, case.payment) == ("not_awaited", -first.fen, first.id)
    days.hold()


def test_who_came_back_is_paid_again_only_when_two_people_say_so() -> None:
    days = Days.begun(1, {"returned": 10_000})
    days.send([payment(1)])
    days.settle()
    again = payment(1, attempt=2, replaces=payment(1).id)
    days.bank.temper = CALM
    receipt = days.desk.submit(Batch((again,), at(days.day)))
    assert [why.why.value for _, why in receipt.refused] == ["payee_blocked"]
    days.register.unblock(again.payee.listed, by=TWO)
    days.send([again])
    days.settle()
    assert days.register.payments[again.id].state == "settled"
    days.hold()


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("step", ["keep", "take", "hand_over"])
def test_killed_anywhere_and_done_again_there_is_one_payment(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def whole(killed: str) -> Days:
        days = Days.begun(1, CALM)
        batch = Batch((payment(1), payment(2)), at(FIRST))
        if killed:
            owner: Any = days.desk if killed == "take" else Wire
            if killed == "take":
                owner = type(days.desk)
            with monkeypatch.context() as patch:
                patch.setattr(owner, killed, _dies)
                with pytest.raises(Killed):
                    days.desk.submit(batch)
        days.desk.submit(batch)
        assert len(days.wire.files) == 1
        days.deliver(at(FIRST))
        days.settle()
        days.hold()
        return days

    assert ledger_hash(whole(step).books) == ledger_hash(whole("").books)


def _dies(*_: object, **__: object) -> None:
    raise Killed


def test_what_was_not_answered_is_handed_over_again_in_the_same_bytes() -> None:
    days = Days.begun(1, CALM)
    days.desk.submit(Batch((payment(1),), at(FIRST)))
    days.wire.keep("SXBORPHAN", b"<Document/>")  # Kept and never noted: it must not go.
    (name,) = days.wire.handed
    assert days.desk.resume() == (name,)
    days.deliver(at(FIRST))  # The bank reads one file twice, and refuses the second as known.
    days.settle()
    assert days.desk.resume() == ()
    assert days.bank.debited[payment(1).id] == [payment(1).fen]
    days.hold()


def test_folders_keep_bytes_as_they_first_were(tmp_path: Path) -> None:
    bank = Folders(tmp_path)
    bank.keep("SXB1", b"one")
    bank.keep("SXB1", b"one")
    with pytest.raises(InputError) as other:
        bank.keep("SXB1", b"other")
    assert other.value.code == "KEPT"
    with pytest.raises(InputError) as none:
        bank.hand_over("SXB2")
    assert none.value.code == "NOT_KEPT"
    with pytest.raises(InputError) as outside:
        bank.keep("../SXB1", b"one")
    assert outside.value.code == "NAME"
    bank.hand_over("SXB1")
    assert (tmp_path / "outbox" / "SXB1.xml").read_bytes() == b"one"
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "b.xml").write_bytes(b"<Document/>")
    (tmp_path / "inbox" / "b.xml.part").write_bytes(b"<Docu")
    assert [name for name, _ in bank.fetch("")] == ["b.xml"]
    assert bank.fetch("b.xml") == []
    (tmp_path / "kept").rename(tmp_path / "moved")
    (tmp_path / "kept").write_text("a file in the folder's place")
    with pytest.raises(DiskError):
        bank.keep("SXB3", b"three")
