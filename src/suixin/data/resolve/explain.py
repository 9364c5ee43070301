"""Why two records are one subject, in words that repeat nothing of what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suixin.data.resolve.cluster import Held, Link, Why
from suixin.data.resolve.model import Pair

_FIELDS = {
    "prior": ("事先", "before looking"),
    "name": ("姓名", "name"),
    "phone": ("电话", "telephone"),
    "village": ("村", "village"),
    "house": ("门牌号", "house number"),
    "identity": ("证件号码", "identity number"),
    "birth_year": ("出生年", "year of birth"),
    "account": ("账户", "account"),
}
_LEVELS = {
    "exact": ("相同", "the same"),
    "spelt": ("与拼音相符", "fits the pinyin"),
    "sound": ("读音相同", "sounds the same"),
    "near_sound": ("读音相近", "sounds alike"),
    "one_character": ("差一个字", "one character differs"),
    "pet_name": ("小名相符", "a pet name that fits"),
    "pet_surname": ("以姓相称", "called by the surname"),
    "masked": ("可见部分相同", "the same where both can be seen"),
    "one_digit": ("差一位", "one digit differs"),
    "next": ("差一年", "a year apart"),
    "differs": ("不同", "differs"),
}
_WHY = {
    Why.BELOW: ("把握不足，待人工核对", "not likely enough to merge unasked"),
    Why.NAMES: (
        "姓名不符，家人也会同址同号",
        "the names do not agree, and a household shares telephone and address",
    ),
    Why.NUMBERS: (
        "合并后会有两个不同的证件号码",
        "merged, one subject would have two identity numbers",
    ),
    Why.TWICE: (
        "同一来源会有两条记录，也可能是同村同名的两个人",
        "one source would list it twice, and two of one name in a village look so",
    ),
    Why.DECIDED: ("人工判定不是同一主体", "a person decided that they are not one"),
}


def explain(link: Link) -> dict[str, Any]:
    """A link as data: who decided, or each comparison's weight (log2), heaviest first."""
    told: dict[str, Any] = {"from": link.one, "to": link.other, "confidence": link.bps}
    if link.decision is not None:
        who = link.decision
        told["decided"] = {"on": str(who.decided_on), "by": who.decided_by, "reason": who.reason}
    if link.pair is not None:
        return told | _seen(link.pair)
    if link.decision is None:
        told |= {"zh": "经由其他记录相连", "en": "by way of other records that match both"}
    return told


def explain_held(held: Held) -> dict[str, Any]:
    """A pair that waits for a person, as data: why, and what was seen."""
    zh, en = _WHY[held.why]
    told = _seen(held.pair)
    bps = int(held.pair.probability * 10_000)
    return {
        "from": held.pair.one, "to": held.pair.other, "confidence": min(9_999, bps),
        "why": str(held.why), **told, "zh": f"{zh}：{told['zh']}", "en": f"{en}: {told['en']}",
    }  # fmt: skip


def _seen(pair: Pair) -> dict[str, Any]:
    compared = sorted(pair.levels, key=lambda name: (-abs(pair.weights[name]), name))
    steps: list[Mapping[str, Any]] = [{"field": "prior", "weight": round(pair.weights["prior"], 2)}]
    steps += [
        {"field": n, "level": pair.levels[n], "weight": round(pair.weights[n], 2)} for n in compared
    ]
    return {"steps": steps, "zh": _words(pair, compared, 0), "en": _words(pair, compared, 1)}


def _words(pair: Pair, compared: list[str], language: int) -> str:
    parts = [
        f"{_FIELDS[n][language]}{'' if language == 0 else ' '}"
        f"{_LEVELS[pair.levels[n]][language]} ({pair.weights[n]:+.1f})"
        for n in compared
    ]
    return ("；", "; ")[language].join(parts)
