"""Registers of the county's people and shops as three sources keep them, and who is who in truth.

The station writes in full, the bank masks numbers, the platform spells names in pinyin and masks
telephones. What misleads is planted too: namesakes in a village, a grown child at its parents'
telephone and address, brothers' and sisters' like names, shops at one landlord's telephone, and
telephone numbers that were given to somebody else.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from suixin.county.bits import Bits
from suixin.county.cast import Cast
from suixin.county.registry import village_codes

HEAD = (
    "source", "record_id", "kind", "name", "name_pinyin", "phone", "address", "village_code",
    "identity", "birth_year",
)  # fmt: skip
SOURCES = ("bank", "platform", "station")

# Surname with its pinyin, by how common; then characters of given names.
_SURNAMES = (
    "王 wang", "李 li", "张 zhang", "刘 liu", "陈 chen", "杨 yang", "黄 huang", "赵 zhao", "吴 wu",
    "周 zhou", "徐 xu", "孙 sun", "马 ma", "朱 zhu", "胡 hu", "郭 guo", "何 he", "林 lin", "罗 luo",
    "高 gao", "曾 zeng", "谢 xie", "钟 zhong", "邱 qiu", "赖 lai", "温 wen", "邹 zou", "廖 liao",
)  # fmt: skip
_GIVEN = (
    "伟 wei", "芳 fang", "娜 na", "敏 min", "静 jing", "强 qiang", "磊 lei", "军 jun", "洋 yang",
    "勇 yong", "艳 yan", "杰 jie", "娟 juan", "涛 tao", "明 ming", "超 chao", "秀 xiu", "霞 xia",
    "平 ping", "刚 gang", "桂 gui", "英 ying", "华 hua", "玉 yu", "兰 lan", "春 chun", "梅 mei",
    "建 jian", "国 guo", "志 zhi", "文 wen", "红 hong", "金 jin", "福 fu", "根 gen", "水 shui",
    "生 sheng", "云 yun", "凤 feng", "萍 ping",
)  # fmt: skip
_SAME_SOUND = {"伟": "玮", "芳": "方", "静": "敬", "军": "君", "洋": "阳", "明": "铭", "华": "桦"}
_TRADITIONAL = {"张": "張", "刘": "劉", "陈": "陳", "杨": "楊", "黄": "黃", "赵": "趙", "吴": "吳"}
_VILLAGES = ("石燕", "塘背", "桐坑", "岭下", "柏树", "横江", "上洛", "高圳", "枫林", "竹坝")
_TOWNS = ("长冈", "江背", "古龙", "均村", "兴莲", "良村")
_TRADES = ("土特产", "农资", "茶叶", "米粉", "蜂蜜", "脐橙", "水产", "种子")
_FORMS = ("店", "商店", "经营部", "商行")
_NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Entity:
    """A person or shop as it is, before a source writes it down."""

    entity: str
    kind: str
    name: str
    pinyin: tuple[str, str]  # surname, given
    phone: str
    village: int
    group: int
    house: int
    code: str
    identity: str
    birth_year: int


def write_registers(folder: Path, people: Cast, bits: Bits) -> None:
    """`registers/SOURCE/register.csv` of three sources, and in `truth/` who is who.

    `truth/records.csv` names the subject of each record (`source:record_id`), `truth/same_as.csv`
    every pair of records of one subject.
    """
    bits = bits.within("registers")
    entities = [*_people(people, bits), *_shops(people, bits)]
    rows: list[tuple[str, ...]] = []
    truth: list[tuple[str, str]] = []
    for source in SOURCES:
        held = list(_written(source, entities, bits.within(source)))
        rows += [row for _, row in held]
        truth += [(f"{row[0]}:{row[1]}", entity) for entity, row in held]
        _write(folder / "registers" / source / "register.csv", HEAD, [row for _, row in held])
    truth.sort()
    _write(folder / "truth" / "records.csv", ("record", "subject"), truth)
    _write(folder / "truth" / "same_as.csv", ("from", "to"), _pairs(truth))


def _pairs(truth: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    held: dict[str, list[str]] = {}
    for record, subject in truth:
        held.setdefault(subject, []).append(record)
    found = [(a, b) for keys in held.values() for k, a in enumerate(keys) for b in keys[k + 1 :]]
    return sorted(found)


def _people(people: Cast, bits: Bits) -> list[_Entity]:
    """Head and spouse of every household, and in every sixth a grown child."""
    codes, ids, n = village_codes(people), people.ids.tolist(), people.households
    draw = {name: bits.below(name, 3 * n, high).tolist() for name, high in _DRAWS.items()}
    found: list[_Entity] = []
    for subject in range(n):
        head: _Entity | None = None
        for role in range(3 if subject % 6 == 0 else 2):
            d = {name: values[3 * subject + role] for name, values in draw.items()}
            village = subject // 25
            year = 1956 + d["year"] % 30 + (27 if role == 2 else 0)
            name, pinyin = _name(d)
            person = _Entity(
                entity=ids[n + 2 * subject + role] if role < 2 else f"x-{subject + 1}",
                kind="person",
                name=name,
                pinyin=pinyin,
                phone=_phone(3 * subject + role, d),
                village=village,
                group=1 + subject % 25 // 5,
                house=1 + subject % 25,
                code=codes[village],
                identity=_identity(year, d),
                birth_year=year,
            )
            if head is not None and role == 2:
                person = _child(person, head)
            if head is not None and d["shared"] == 0:
                person = replace(person, phone=head.phone)
            head = head or person
            found.append(person)
    return _misleading(found, draw["kin"])


_DRAWS = {
    "surname": 406, "length": 10, "first": 40, "second": 40, "phone": 10_000, "year": 30,
    "month": 12, "day": 28, "sequence": 1_000, "shared": 7, "kin": 12,
}  # fmt: skip


def _child(child: _Entity, head: _Entity) -> _Entity:
    """A grown child has the head's surname, address, and telephone."""
    name = head.name[0] + child.name[1:]
    return replace(child, name=name, pinyin=(head.pinyin[0], child.pinyin[1]), phone=head.phone)


def _misleading(people: list[_Entity], draw: Sequence[int]) -> list[_Entity]:
    """Some have a namesake nearby; some the next person's old telephone number."""
    made = list(people)
    for k in range(60, len(made), 60):
        twin = made[k - 7]
        made[k] = replace(made[k], name=twin.name, pinyin=twin.pinyin)
    for k in range(45, len(made), 90):
        made[k] = replace(made[k], phone=made[k - 20].phone)
    return made


def _shops(people: Cast, bits: Bits) -> list[_Entity]:
    """A shop of each household that trades; every tenth has its neighbour's telephone and house."""
    codes, n = village_codes(people), people.shops.size
    first, second, trade, phone, number = (
        bits.below(f"shop/{name}", n, high).tolist()
        for name, high in (("a", 40), ("b", 40), ("trade", 8), ("phone", 10_000), ("uscc", 10**8))
    )
    made: list[_Entity] = []
    for k, subject in enumerate(people.shops.tolist()):
        one, two = _GIVEN[first[k]].split(), _GIVEN[second[k]].split()
        village = subject // 25
        shop = _Entity(
            entity=people.ids[subject],
            kind="shop",
            name=f"{one[0]}{two[0]}{_TRADES[trade[k]]}",
            pinyin=("", one[1] + two[1]),
            phone=f"139{k:04}{phone[k]:04}",
            village=village,
            group=1 + subject % 25 // 5,
            house=101 + subject % 25,
            code=codes[village],
            identity=_uscc(f"92360731MA{number[k]:08}"[:17]),
            birth_year=0,
        )
        if k % 10 == 9 and made[-1].village == village:
            near = made[-1]
            shop = replace(shop, phone=near.phone, group=near.group, house=near.house)
        made.append(shop)
    return made


def _written(
    source: str, entities: Sequence[_Entity], bits: Bits
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The rows of a source, in an order that says nothing, each with the subject it is of."""
    n = len(entities)
    kept = bits.chance("kept", n, {"bank": 0.75, "platform": 0.7, "station": 0.95}[source])
    noise = bits.below("noise", n, 1_000).tolist()
    digit = bits.below("digit", n, 10).tolist()
    for place, k in enumerate(bits.order("rows", n).tolist()):
        if kept[k]:
            entity = entities[k]
            row = _row(source, entity, noise[k], digit[k])
            yield entity.entity, (source, f"{place + 1:06}", entity.kind, *row)


def _row(source: str, e: _Entity, noise: int, digit: int) -> tuple[str, ...]:
    year = str(e.birth_year) if e.birth_year else ""
    town, village = _TOWNS[e.village % 6], f"{_VILLAGES[e.village % 10]}村"
    shop_form = _FORMS[noise % 4] if e.kind == "shop" else ""
    if source == "station":
        typed = _typo(e, noise)
        number = e.identity if noise % 10 else ""
        address = f"{village}{_NUMERALS[e.group]}组{e.house}号"
        return typed + shop_form, "", e.phone, address, e.code, number, year
    if source == "bank":
        name = "".join(_TRADITIONAL.get(c, c) for c in e.name) if noise % 12 == 0 else e.name
        number = f"{e.identity[:6]}{'*' * 8}{e.identity[14:]}"
        address = f"江西省赣州市兴国县{town}镇{village}{e.group}组{e.house}号"
        phone = e.phone if noise % 8 else f"135{noise:04}{digit}{e.phone[-3:]}"
        return name + shop_form, "", f"+86 {phone}", address, "", number, ""
    family, given = e.pinyin
    pinyin = f"{given.title()} {family.title()}" if noise % 3 == 0 else f"{family} {given}".upper()
    masked = f"{e.phone[:3]}****{e.phone[-4:]}"
    address = f"兴国县{town}镇{village}{e.group}组{e.house}号".replace("组", "小组")
    if e.kind == "shop":
        return f"兴国县{e.name}{shop_form}", "", masked, address, e.code, "", ""
    return "", pinyin, masked, address, e.code, "", year if noise % 4 else ""


def _typo(e: _Entity, noise: int) -> str:
    """Now and then a character of the same sound stands for the right one."""
    if noise % 25 or e.kind == "shop":
        return e.name
    return e.name[0] + "".join(_SAME_SOUND.get(c, c) for c in e.name[1:])


def _name(d: dict[str, int]) -> tuple[str, tuple[str, str]]:
    # The n-th surname is as common as there are surnames after it: a triangle of 406 places.
    at, left = 0, d["surname"]
    while left >= len(_SURNAMES) - at:
        left -= len(_SURNAMES) - at
        at += 1
    surname = _SURNAMES[at].split()
    given = [_GIVEN[d["first"]].split()]
    given += [_GIVEN[d["second"]].split()] if d["length"] < 8 else []
    written = surname[0] + "".join(g[0] for g in given)
    return written, (surname[1], "".join(g[1] for g in given))


def _phone(k: int, d: dict[str, int]) -> str:
    return f"13{k % 9}{k // 9 % 10_000:04}{d['phone']:04}"


def _identity(year: int, d: dict[str, int]) -> str:
    body = f"360731{year}{d['month'] + 1:02}{d['day'] + 1:02}{d['sequence']:03}"
    total = sum(int(c) * pow(2, 17 - place, 11) for place, c in enumerate(body))
    return body + "10X98765432"[total % 11]


def _uscc(body: str) -> str:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(letters.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + letters[-total % 31]


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
