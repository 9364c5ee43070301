"""Community engagement: what counts, of whom, and how it adds up (cases/engagement_parts.yaml)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.engagement import PARTS, measure
from suixin.credit.index import Measures, index, part_rules
from suixin.credit.subject import subjects_of
from suixin.data.feed import FEEDS
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

LOCAL = timezone(timedelta(hours=8))
DAY = date(2026, 6, 30)
POLICY = load_policy("engagement").on(DAY)
RULES = part_rules(POLICY["engagement.parts"])
CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/engagement_parts.yaml").read_text("utf-8")
)
NEIGHBOURS = [f"n{i}" for i in range(1, 10)]
JOINED = date(2025, 1, 10)
OPENED = datetime(2024, 1, 1, 9, tzinfo=LOCAL)


@dataclass
class Village:
    """A village group written into a folder: the household `home` and its neighbours."""

    folder: Any
    tag: str = ""  # Sets this village's parties and group apart from another's.
    consents: bool = True
    until: dict[str, Any] = field(default_factory=dict)  # party: when its consent was revoked
    sent: int = 0

    def party(self, name: str, kind: str = "person", *, consents: bool = True, **more: Any) -> None:
        if "household_id" in more:
            more["household_id"] += self.tag
        self.folder.party(name + self.tag, kind, **more)
        if self.consents and consents:
            self.grant(name)

    def grant(self, name: str, kinds: str = "messages;memberships", **more: Any) -> None:
        given = {
            "consent": f"k-{name}{self.tag}", "party": name + self.tag, "purpose": "credit",
            "receiver": "bank", "kinds": kinds, "from": date(2024, 1, 1), "until": date(2027, 1, 1),
            "revoked_at": self.until.get(name),
        }  # fmt: skip
        self.folder.add("consents", OPENED, name + self.tag, **{**given, **more})

    def settle(self) -> Village:
        """The household and nine neighbours, all in the village's group."""
        self.folder.connect("messages", "memberships")
        self.household()
        for neighbour in NEIGHBOURS:
            self.party(neighbour)
        for member in ("wife", "man", *NEIGHBOURS):
            self.joins(member)
        return self

    def household(self) -> None:
        self.party("home", "household", consents=False)
        self.party("wife", household_id="home")
        self.party("man", household_id="home")

    def joins(self, name: str, group: str = "village", on: date = JOINED, **more: Any) -> None:
        party = name + self.tag
        row = {"consent": f"k-{party}", "group": group + self.tag, "party": party, "from": on}
        self.folder.add("memberships", on, party, role="member", **{**row, **more})

    def says(self, who: str, at: str, group: str = "village", **more: Any) -> None:
        """One message (or `times` of them) at `06-28 09:00` of 2026."""
        when = datetime.strptime(f"2026-{at}", "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)
        for name in ("message_id", "in_reply_to", "reply_author"):
            if name in more:
                more[name] += self.tag
        for _ in range(more.pop("times", 1)):
            self.sent += 1
            sender = who + self.tag
            message = {
                "message_id": f"m{self.sent}{self.tag}", "group": group + self.tag, "kind": "chat",
                "sender": sender, "consent": f"k-{sender}", "sent_at": when,
            }  # fmt: skip
            self.folder.add("messages", when, sender, **{**message, **more})

    def measured(self, on: date = DAY) -> tuple[Measures, dict[str, int]]:
        with read_feeds(self.folder.write()) as feeds:
            known = feeds.on(on)
            subjects = subjects_of(known, feeds.connection)
            rows = {subject: row for row, subject in enumerate(subjects.ids)}
            return measure(known, subjects, load_policy("engagement").on(on)), rows

    def home(self, on: date = DAY) -> dict[str, float]:
        """What was measured of the household: a part's x by its name, its n as `part.n`."""
        found, rows = self.measured(on)
        return of_row(found, rows["home" + self.tag])


def of_row(found: Measures, row: int) -> dict[str, float]:
    x = {part: float(found.x[part][row]) for part in PARTS}
    return x | {f"{part}.n": float(found.n[part][row]) for part in PARTS}


@pytest.fixture
def village(folder: Any) -> Village:
    return Village(folder).settle()


@pytest.fixture(scope="module")
def table(
    make_folder: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, float]]:
    """Every case is a village of one county."""
    folder = make_folder(tmp_path_factory.mktemp("villages"))
    names = {"id": "message_id", "answers": "in_reply_to", "author": "reply_author"}
    for number, case in enumerate(CASES):
        village = Village(folder, f"@{number}").settle()
        for message in case["messages"]:
            village.says(**{names.get(key, key): value for key, value in message.items()})
    found, rows = Village(folder).measured()
    return {
        case["name"]: of_row(found, rows[f"home@{number}"]) for number, case in enumerate(CASES)
    }


@pytest.mark.mechanism("G01")
@pytest.mark.mechanism("B05")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_a_chat_adds_up_to(case: dict[str, Any], table: dict[str, dict[str, float]]) -> None:
    found = table[case["name"]]
    expected = case.get("x", {}) | {f"{part}.n": n for part, n in case.get("n", {}).items()}
    assert {name: found[name] for name in expected} == {
        name: pytest.approx(worth(figure), abs=1e-12) for name, figure in expected.items()
    }


def worth(figure: float | str) -> float:
    """A figure of a case, or the sum that stands for it."""
    return float(eval(str(figure), {"ln": math.log, "log10": math.log10, "__builtins__": {}}))


@pytest.mark.mechanism("G01")
def test_worked_example_of_the_formulas() -> None:
    """Last message 2 d ago, 27 days, 14 repliers, .45 of 16, 45 min of 30, 4 relays, 12 of 40 …"""
    x = {
        "recency": 100 * 2**-0.2, "active": 27 / 90, "repliers": 100 * math.log(15) / math.log(31),
        "reciprocity": 0.45, "delay": math.log10(45), "relays": 4, "influence": 100 * 11.5 / 40,
        "breadth": 2, "tenure": 14,
    }  # fmt: skip
    n = dict.fromkeys(PARTS, 0.0) | {"reciprocity": 16, "delay": 30, "influence": 40}
    one = np.ones(1)
    found = index(
        Measures(
            "engagement", True,
            {part: value * one for part, value in x.items()},
            {part: value * one for part, value in n.items()},
            dict.fromkeys(PARTS, one > 0),
        ),
        RULES,
    )  # fmt: skip
    in_order = [87.06, 60, 78.86, 61.43, 64.80, 54.17, 33.00, 50, 54.17]
    assert [rule.part for rule in RULES] == list(PARTS)
    assert found.points[0].round(2).tolist() == in_order
    assert found.value.tolist() == [69.0132]


@pytest.mark.parametrize(
    ("joined", "counts"), [(date(2026, 6, 16), True), (date(2026, 6, 17), False)]
)
def test_a_member_weighs_from_the_fourteenth_day(
    village: Village, joined: date, counts: bool
) -> None:
    village.party("newcomer")
    village.joins("newcomer", on=joined)
    village.says("wife", "06-28 09:00", message_id="q")
    village.says("newcomer", "06-28 09:10", in_reply_to="q")
    assert (village.home()["repliers"] > 0) is counts


@pytest.mark.parametrize(("members", "counts"), [(8, True), (7, False)])
def test_a_group_weighs_from_eight_consenting_members(
    folder: Any, members: int, counts: bool
) -> None:
    village = Village(folder)
    village.household()
    village.joins("wife")
    for neighbour in NEIGHBOURS[: members - 1]:
        village.party(neighbour)
        village.joins(neighbour)
    for silent in NEIGHBOURS[members - 1 :]:
        village.party(silent, consents=False)
        village.folder.add(
            "memberships", JOINED, silent, consent=f"k-{silent}", group="village", party=silent,
            role="member", **{"from": JOINED},
        )  # fmt: skip
    village.says("wife", "06-28 09:00")
    found = village.home()
    assert (found["recency"] > 0, found["active"] > 0, found["tenure"] > 0) == (counts,) * 3


def test_whoever_left_the_group_no_longer_counts(village: Village) -> None:
    village.party("leaver")
    village.joins("leaver", until=date(2026, 6, 29))
    village.says("wife", "06-20 09:00", message_id="q")
    village.says("leaver", "06-20 09:10", in_reply_to="q")
    assert village.home(date(2026, 6, 29))["repliers"] > 0
    assert village.home(date(2026, 6, 30))["repliers"] == 0


@pytest.mark.mechanism("B05")
def test_no_text_of_a_message_can_be_held() -> None:
    """The feed has no field for words, and a file that brings some is refused."""
    feed = FEEDS["messages"]
    assert not [field.name for field in feed.columns if field.type == "text"]
    assert {"text", "content", "正文"} <= set(feed.forbidden)


@pytest.mark.mechanism("B05")
def test_a_revoked_consent_is_out_of_everyones_numbers(folder: Any) -> None:
    """From that second the member's messages are gone, and every answer to or by him."""
    village = Village(folder, until={"n1": datetime(2026, 6, 29, 12, tzinfo=LOCAL)})
    village.household()
    for neighbour in NEIGHBOURS:
        village.party(neighbour)
    for member in ("wife", *NEIGHBOURS):
        village.joins(member)
    village.says("wife", "06-20 09:00", message_id="q")
    village.says("n1", "06-20 09:10", message_id="a", in_reply_to="q")
    village.says("n2", "06-20 09:20", in_reply_to="q")
    village.says("wife", "06-20 09:30", in_reply_to="a")
    before, after = village.home(date(2026, 6, 28)), village.home(date(2026, 6, 29))
    assert before["repliers"] == pytest.approx(100 * math.log(3) / math.log(31))
    assert (before["reciprocity.n"], before["delay.n"]) == (2, 1)
    assert after["repliers"] == pytest.approx(100 * math.log(2) / math.log(31))
    assert (after["reciprocity.n"], after["delay.n"]) == (1, 0)
    assert after["influence.n"] == before["influence.n"] - 1


@pytest.mark.mechanism("B05")
def test_without_a_consent_the_index_is_missing_not_nought(folder: Any) -> None:
    village = Village(folder)
    folder.connect("messages", "memberships")
    village.household()
    village.party("quiet", "household", consents=False)
    found, rows = village.measured()
    assert found.connected
    assert not any(present[rows["quiet"]] for present in found.present.values())
    assert all(present[rows["home"]] for present in found.present.values())


def test_the_consent_of_a_household_covers_its_members(folder: Any) -> None:
    village = Village(folder)
    folder.party("home", "household")
    village.grant("home")
    for member in [f"child{i}" for i in range(8)]:
        folder.party(member, household_id="home")
        folder.add(
            "memberships", JOINED, member, consent="k-home", group="village", party=member,
            role="member", **{"from": JOINED},
        )  # fmt: skip
    village.says("child0", "06-28 09:00", consent="k-home")
    assert village.home()["recency"] == pytest.approx(100 * 2**-0.2)


def test_a_consent_to_something_else_opens_no_chat(folder: Any) -> None:
    village = Village(folder)
    folder.connect("messages", "memberships")
    folder.party("home", "household")
    village.grant("home", kinds="orders;order_messages")
    found, rows = village.measured()
    assert not found.present["recency"][rows["home"]]


def test_without_a_register_a_consent_named_on_the_row_is_taken_as_stated(folder: Any) -> None:
    village = Village(folder, consents=False)
    village.household()
    for neighbour in NEIGHBOURS:
        village.party(neighbour)
    for member in ("wife", *NEIGHBOURS):
        village.joins(member)
    village.says("wife", "06-28 09:00")
    found, rows = village.measured()
    assert found.present["recency"][rows["home"]]
    assert found.x["recency"][rows["home"]] == pytest.approx(100 * 2**-0.2)


def test_without_messages_nothing_is_known(folder: Any) -> None:
    folder.party("home", "household")
    found, rows = Village(folder).measured()
    assert not found.connected
    value = index(found, RULES)
    assert np.isnan(value.value[rows["home"]])


def test_a_group_without_a_roster_knows_a_member_from_the_first_message(folder: Any) -> None:
    village = Village(folder)
    village.household()
    for neighbour in NEIGHBOURS:
        village.party(neighbour)
        village.says(neighbour, "05-01 09:00", group="archive")
    village.says("wife", "04-20 09:00", group="archive")
    village.says("wife", "06-28 09:00", group="archive")
    found = village.home()
    assert (found["tenure"], found["recency"]) == (2, pytest.approx(100 * 2**-0.2))
    assert found["influence.n"] == 10


class TestRepliesInferred:
    """A source that never links a reply: the next message soon after answers the one before."""

    @pytest.fixture
    def archive(self, village: Village) -> Village:
        village.says("wife", "06-28 09:00", source="wecom")
        village.says("n1", "06-28 09:10", source="wecom")
        return village

    def test_it_counts_half_and_the_file_says_so(self, archive: Village) -> None:
        found, rows = archive.measured()
        assert found.flags["REPLIES_INFERRED"].tolist() == [
            subject == "home" for subject in sorted(rows)
        ]
        home = archive.home()
        assert home["repliers"] == pytest.approx(100 * math.log(1.5) / math.log(31))
        assert home["reciprocity.n"] == 0.5

    def test_after_ten_minutes_nobody_was_answered(self, village: Village) -> None:
        village.says("wife", "06-28 09:00", source="wecom")
        village.says("n1", "06-28 09:11", source="wecom")
        assert village.home()["repliers"] == 0

    def test_it_answers_only_the_author_before_it(self, archive: Village) -> None:
        archive.says("n2", "06-28 09:11", source="wecom")
        assert archive.home()["repliers"] == pytest.approx(100 * math.log(1.5) / math.log(31))

    def test_one_link_in_a_source_and_none_is_inferred_there(self, archive: Village) -> None:
        archive.says("n3", "05-01 09:00", source="wecom", in_reply_to="lost", reply_author="n4")
        found, _ = archive.measured()
        assert not found.flags["REPLIES_INFERRED"].any()
        assert archive.home()["repliers"] == 0

    def test_a_source_with_links_beside_it_stays_as_it_is(self, archive: Village) -> None:
        archive.says("wife", "06-29 09:00", source="lark", message_id="q")
        archive.says("n5", "06-29 09:05", source="lark", in_reply_to="q")
        archive.says("n6", "06-29 09:06", source="lark")
        assert archive.home()["repliers"] == pytest.approx(100 * math.log(2.5) / math.log(31))


def test_a_future_message_changes_nothing(village: Village) -> None:
    village.says("wife", "06-20 09:00", message_id="q")
    before = village.home()
    village.says("wife", "07-01 00:00")
    village.says("n1", "07-02 09:00", in_reply_to="q")
    after = village.home()
    assert [repr(v) for v in before.values()] == [repr(v) for v in after.values()]


@pytest.mark.mechanism("G01")
def test_influence_is_where_a_member_stands_among_the_groups_members(village: Village) -> None:
    """Nine answer the household once each; nobody answers them."""
    village.says("wife", "06-28 09:00", message_id="q")
    for neighbour in NEIGHBOURS:
        village.says(neighbour, "06-28 10:00", in_reply_to="q")
    found = village.home()
    assert found["influence.n"] == 10  # the household is one of ten
    assert found["influence"] == 95.0  # above nine, and half of itself


def test_groups_are_averaged_by_own_messages(village: Village) -> None:
    """Loudest where it is least heard: three messages in the market, one in the village."""
    village.says("wife", "06-28 09:00", message_id="q")
    village.says("n1", "06-28 09:10", in_reply_to="q")
    for member in ("wife", *NEIGHBOURS[:7]):
        village.joins(member, group="market")
    village.says("wife", "06-27 09:00", group="market", times=3)
    village.says("n1", "06-27 09:10", group="market", message_id="w")
    for neighbour in NEIGHBOURS[1:7]:
        village.says(neighbour, "06-27 10:00", group="market", in_reply_to="w")
    found = village.home()
    in_market = 100 * (0 + 7 / 2) / 8  # seven share the bottom
    assert found["influence"] == pytest.approx((95.0 + 3 * in_market) / 4)
    assert found["influence.n"] == pytest.approx((10 + 3 * 8) / 4)


def test_the_same_feeds_give_the_same_bytes(village: Village) -> None:
    for turn in range(6):
        village.says("wife", f"06-{10 + turn} 09:00", message_id=f"q{turn}")
        for i, neighbour in enumerate(NEIGHBOURS):
            village.says(neighbour, f"06-{10 + turn} 1{i}:00", in_reply_to=f"q{turn}")
    (first, _), (second, _) = village.measured(), village.measured()
    for part in PARTS:
        assert first.x[part].tobytes() == second.x[part].tobytes()
        assert first.n[part].tobytes() == second.n[part].tobytes()
