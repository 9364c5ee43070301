"""One form for what sources write differently: names, telephones, places, masked numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suixin.kernel.identity import BadIdentity, check_resident_id, check_uscc

_TRADITIONAL = (
    "陳陈 張张 劉刘 楊杨 黃黄 趙赵 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 韓韩 馮冯 蕭萧 許许 鄧邓 葉叶 "
    "蘇苏 呂吕 蔣蒋 賈贾 鍾钟 譚谭 陸陆 範范 鄒邹 龍龙 萬万 錢钱 湯汤 賴赖 龔龚 龐庞 魯鲁 嚴严 "
    "顧顾 聶聂 盧卢 藍蓝 蓮莲 麗丽 偉伟 強强 軍军 華华 國国 蘭兰 鳳凤 紅红 東东 興兴 寶宝 貴贵 "
    "勝胜 飛飞 麥麦 農农 產产 莊庄 縣县 鄉乡 鎮镇 組组 號号 門门 園园 鋪铺 記记 場场 "
    "雲云 傑杰 濤涛 靜静 發发 榮荣 輝辉 鵬鹏 艷艳 財财 學学 愛爱 順顺 慶庆 "
    "義义 廣广 銀银 剛刚 陽阳 樹树"
)
_SIMPLE = str.maketrans({pair[0]: pair[1] for pair in _TRADITIONAL.split()})
_HAN = re.compile(r"[㐀-鿿]")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百两]+(?=[组号队栋幢单室层])")
_ABOVE_VILLAGE = re.compile(
    r"^(?:[一-鿿]{2,8}?(?:省|自治区))?(?:[一-鿿]{2,8}?市)?"
    r"(?:[一-鿿]{1,8}?[县区市])?(?:[一-鿿]{1,8}?(?:镇|乡|街道))?"
)
_VILLAGE = re.compile(r"([一-鿿]{1,8}?)(?:村民委员会|村委会|行政村|村)")
_COUNTRY_CODE = re.compile(r"^(?:\+|00)?86(?=1[0-9*]{10}$)")
_ADMIN = re.compile(r"^(?:[一-鿿]{2,4}省)?(?:[一-鿿]{2,3}市)?(?:[一-鿿]{2,3}县)?")
_TONE = re.compile(r"(?<=[a-z])[0-5]")
# What southern speech does not tell apart, and hands therefore write either way.
_LOOSE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"))
_COMPOUND = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "令狐", "慕容"}
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in forms that can be compared; None where its writing does not tell.

    `text` is in Chinese characters, `sound` toneless pinyin, `loose` the same without what southern
    speech does not tell apart, `nick` the telling character of a pet name.
    """

    text: str | None = None
    sound: str | None = None
    loose: str | None = None
    surname: str | None = None
    nick: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """What can be seen of an identity number: all of it, or how it starts and ends."""

    full: str | None = None
    head: str = ""
    tail: str = ""
    checked: bool = False


def folded(text: str) -> str:
    """Half width, simplified characters, no spaces or dots.

    >>> folded("陳　偉"), folded("ＡＢ·１")
    ('陈伟', 'AB1')
    """
    half = unicodedata.normalize("NFKC", text).translate(_SIMPLE)
    return re.sub(r"[\s·•・.,，。、()\-]", "", half)


def phone(text: str) -> str | None:
    """Eleven digits or stars of a mobile number (or a landline's digits); None when none is there.

    >>> phone("+86 138-0013-8000"), phone("138****8000"), phone("１３８00138000"), phone("none")
    ('13800138000', '138****8000', '13800138000', None)
    """
    plain = unicodedata.normalize("NFKC", text).replace("x", "*").replace("X", "*")
    kept = re.sub(r"[^0-9*+]", "", plain)
    kept = _COUNTRY_CODE.sub("", kept).replace("+", "")
    return kept if len(re.sub(r"\*", "", kept)) >= 4 else None


def number(text: str) -> Number:
    """An identity number, whole or masked; a 15-digit one is given its century and check digit.

    >>> number("3301**********1234")
    Number(full=None, head='3301', tail='1234', checked=False)
    >>> number("11010519491231002x").checked
    True
    """
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not plain:
        return Number()
    if "*" in plain:
        return Number(None, plain.split("*")[0], plain.rsplit("*", 1)[1])
    if len(plain) == 15 and plain.isdecimal():
        body = plain[:6] + "19" + plain[6:]
        total = sum(int(d) * pow(2, 17 - k, 11) for k, d in enumerate(body))
        plain = body + "10X98765432"[total % 11]
    return Number(plain, plain, plain, _checked(plain))


def contradict(one: Number, other: Number) -> bool:
    """Whether two numbers cannot be one: whole and different, or different where both can be seen.

    A whole number whose check character does not fit may be a slip of the pen.

    >>> contradict(number("3301**********1234"), number("3301**********1235"))
    True
    """
    if one.full and other.full:
        if one.full == other.full:
            return False
        return (one.checked and other.checked) or _far(one.full, other.full)
    head = min(len(one.head), len(other.head))
    tail = min(len(one.tail), len(other.tail))
    seen = one.head[:head] + one.tail[len(one.tail) - tail :]
    beside = other.head[:head] + other.tail[len(other.tail) - tail :]
    if seen == beside:
        return False
    unsure = any(number.full and not number.checked for number in (one, other))
    return not unsure or _far(seen, beside)


def birth_year(seen: Number, kind: str) -> int | None:
    """The year of birth that a resident id shows.

    >>> birth_year(number("11010519491231002X"), "person")
    1949
    """
    digits = seen.head[6:10]
    plausible = kind == "person" and len(digits) == 4 and digits.isdecimal()
    return int(digits) if plausible and 1900 <= int(digits) <= 2100 else None


def place(text: str) -> tuple[str | None, str | None, str | None]:
    """An address below its township, its numbers, and the name of its village.

    >>> place("江西省赣州市兴国县长冈乡石燕村三组１２号")
    ('石燕村3组12', '3|12', '石燕')
    """
    plain = folded(text)
    if not plain:
        return None, None, None
    plain = _NUMERAL.sub(lambda found: str(_value(found[0])), plain)
    below = _ABOVE_VILLAGE.sub("", plain, count=1) or plain
    village = _VILLAGE.search(below)
    below = re.sub(r"村民委员会|村委会|行政村", "村", below)
    below = re.sub(r"村民小组|小组", "组", below).replace("第", "")
    below = re.sub(r"[号室]$", "", below)
    numbers = "|".join(re.findall(r"[0-9]+", below))
    return below, numbers or None, village[1] if village else None


def shop_core(text: str, words: Sequence[str]) -> str:
    """What of a shop's name tells which shop it is.

    >>> shop_core("兴国县满江红商店", ["商店"])
    '满江红'
    """
    core = _ADMIN.sub("", folded(text), count=1)
    for word in sorted(words, key=len, reverse=True):
        core = core.replace(word, "") if core != word else core
    return core or folded(text)


def name(text: str, pinyin: str, surnames: Mapping[str, str]) -> Name:
    """A name from its characters, its pinyin, or both (`surnames`: readings that differ).

    >>> name("", "Wěi CHEN", {})
    Name(text=None, sound='weichen', loose='weicen', surname=None, nick=None)
    """
    written = folded(text)
    if not _HAN.search(written):
        return _spelt(pinyin or text)
    if len(written) == 2 and written[0] in "小老阿":
        return Name(nick=written[1])
    length = 2 if written[:2] in _COMPOUND and len(written) > 2 else 1
    first, rest = written[:length], written[length:]
    surname = surnames.get(first) or sound_of(first)
    given = sound_of(rest)
    sound = _joined([surname, given])
    return Name(written, sound, _loose(sound), first, None)


def ring(sound: str) -> str:
    """A sound read as a ring, from its alphabetically first turn: either order of names is one.

    Pinyin is often written in one piece, where nothing tells surname from given name.

    >>> ring("zhiqiangchen") == ring("chenzhiqiang"), ring("chenwei") == ring("weichan")
    (True, False)
    """
    return min(sound[k:] + sound[:k] for k in range(len(sound)))


def sound_of(text: str) -> str:
    """Toneless pinyin of characters; other letters as they are.

    >>> sound_of("志强")
    'zhiqiang'
    """
    from pypinyin import Style, lazy_pinyin

    return _plain_pinyin("".join(lazy_pinyin(text, style=Style.NORMAL)))


def _spelt(text: str) -> Name:
    parts = [_plain_pinyin(part) for part in re.split(r"[\s,，·'-]+", text) if part]
    parts = [part for part in parts if part]
    if not parts:
        return Name()
    sound = _joined(parts)
    return Name(None, sound, _loose(sound), None, None)


def _plain_pinyin(text: str) -> str:
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    bare = _TONE.sub("", bare).replace("v", "u")
    return "".join(c for c in bare if c.isalnum())


def _joined(parts: Sequence[str]) -> str:
    # Passports write lü and nü as lyu and nyu. What is written in one piece may also have n before
    # yu by chance (junyun): it is read alike only when the whole is, wherever it came apart.
    return "".join(parts).replace("lyu", "lu").replace("nyu", "nu")


def _loose(sound: str) -> str:
    for full, short in _LOOSE:
        sound = sound.replace(full, short)
    return sound


def _value(numeral: str) -> int:
    """The value of a Chinese numeral below a thousand, or of digits read one by one."""
    if not re.search(r"[十百]", numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit


def _checked(text: str) -> bool:
    for check in (check_resident_id, check_uscc):
        try:
            check(text)
        except BadIdentity:
            continue
        return True
    return False


def _far(one: str, other: str) -> bool:
    """Whether two numbers differ by more than one character or two exchanged neighbours."""
    apart = [k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(apart) > 2:
        return True
    if len(apart) < 2:
        return False
    a, b = apart
    return not (b == a + 1 and one[a] == other[b] and one[b] == other[a])
