"""The Splink model: what is compared, in SQL that DuckDB and Spark read alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import log2
from typing import Any

from suixin.data.errors import InputError
from suixin.data.resolve import normal
from suixin.data.resolve.records import Record

Levels = Mapping[str, Mapping[str, Mapping[str, float]]]


def _exchanged(column: str) -> str:
    """Whether two neighbours are exchanged: two edits apart, of the same characters."""
    left, right = f"{column}_l", f"{column}_r"
    return f"(levenshtein({left}, {right}) = 2 and {column}_bag_l = {column}_bag_r)"


_ID_HEAD = "least(length(id_head_l), length(id_head_r))"
_ID_TAIL = "least(length(id_tail_l), length(id_tail_r))"
_SEEN_ALIKE = (
    f"substring(id_head_l, 1, {_ID_HEAD}) = substring(id_head_r, 1, {_ID_HEAD}) and "
    f"substring(id_tail_l, length(id_tail_l) - {_ID_TAIL} + 1, {_ID_TAIL}) = "
    f"substring(id_tail_r, length(id_tail_r) - {_ID_TAIL} + 1, {_ID_TAIL})"
)
# A source without village codes is known by the village's name; two codes that differ are two.
_ONE_VILLAGE = (
    "(village_l = village_r or ((village_l is null or village_r is null) and spoken_l = spoken_r))"
)
_TWO_VILLAGES = "coalesce(village_l <> village_r, false)"
_NO_NAME = "(coalesce(ring_{0}, nick_{0}) is null)"
# A number that is whole and whose check character does not fit may be a slip of the pen.
_UNSURE = (
    "((id_full_l is not null and not id_checked_l) or (id_full_r is not null and not id_checked_r))"
)
_SEEN_BUT_ONE = (
    f"levenshtein(substring(id_head_l, 1, {_ID_HEAD}), substring(id_head_r, 1, {_ID_HEAD})) + "
    f"levenshtein(substring(id_tail_l, length(id_tail_l) - {_ID_TAIL} + 1, {_ID_TAIL}), "
    f"substring(id_tail_r, length(id_tail_r) - {_ID_TAIL} + 1, {_ID_TAIL})) = 1"
)
# Per comparison: when nothing can be said, then each level in the order it is tried, with the
# column whose frequencies tell how telling an agreement is.
_CONDITIONS: Mapping[str, tuple[str, Mapping[str, tuple[str, str | None]]]] = {
    "name": (
        f"{_NO_NAME.format('l')} or {_NO_NAME.format('r')}",
        {
            "exact": ("name_l = name_r", "name"),
            # Characters on one side only: what they are cannot be compared, how they sound can.
            "spelt": ("(name_l is null or name_r is null) and ring_l = ring_r", "ring"),
            "sound": ("ring_l = ring_r", "ring"),
            "near_sound": ("loose_l = loose_r", None),
            "one_character": (
                # Characters, not an edit distance: DuckDB's counts bytes, Spark's characters.
                "surname_l = surname_r and length(name_l) >= 3 and length(name_l) = length(name_r) "
                "and (substring(name_l, 1, length(name_l) - 1) = "
                "substring(name_r, 1, length(name_r) - 1) or "
                "substring(name_l, 3, length(name_l)) = substring(name_r, 3, length(name_r)))",
                None,
            ),
            "pet_name": ("nick_l = nick_r or nick_l = last_r or nick_r = last_l", None),
            "pet_surname": ("nick_l = surname_r or nick_r = surname_l", None),
        },
    ),
    "phone": (
        "phone_key_l is null or phone_key_r is null",
        {
            "exact": ("phone_l = phone_r", "phone"),
            "masked": (
                "phone_key_l = phone_key_r and (phone_l is null or phone_r is null)",
                "phone_key",
            ),
            "one_digit": (
                f"levenshtein(phone_l, phone_r) = 1 or {_exchanged('phone')} or "
                "((phone_l is null or phone_r is null) and "
                f"(levenshtein(phone_key_l, phone_key_r) = 1 or {_exchanged('phone_key')}))",
                None,
            ),
        },
    ),
    "village": (
        "coalesce(village_l, spoken_l, place_l) is null or "
        "coalesce(village_r, spoken_r, place_r) is null or "
        # One is known by its code alone, the other by its name alone.
        "(coalesce(village_l, place_l) is null and coalesce(spoken_r, place_r) is null) or "
        "(coalesce(village_r, place_r) is null and coalesce(spoken_l, place_l) is null)",
        {"exact": (f"{_ONE_VILLAGE} or (place_l = place_r and not {_TWO_VILLAGES})", "spoken")},
    ),
    "house": (
        # A house number says something only within a village, and only where it is written.
        f"numbers_l is null or numbers_r is null or not coalesce({_ONE_VILLAGE}, false) or "
        "(numbers_l <> numbers_r and (numbers_l not like '%|%' or numbers_r not like '%|%'))",
        {"exact": ("numbers_l = numbers_r", None)},
    ),
    "identity": (
        f"id_head_l is null or id_head_r is null or ({_SEEN_ALIKE} and "
        f"{_ID_TAIL} < 4 and {_ID_HEAD} < 14)",
        {
            "exact": ("id_full_l = id_full_r", None),
            "masked": (f"(id_full_l is null or id_full_r is null) and {_SEEN_ALIKE}", None),
            "one_digit": (
                f"{_UNSURE} and (levenshtein(id_full_l, id_full_r) = 1 or {_exchanged('id_full')} "
                f"or ((id_full_l is null or id_full_r is null) and {_SEEN_BUT_ONE}))",
                None,
            ),
        },
    ),
    "birth_year": (
        "birth_year_l is null or birth_year_r is null",
        {
            "exact": ("birth_year_l = birth_year_r", None),
            "next": ("abs(birth_year_l - birth_year_r) = 1", None),
        },
    ),
    "account": (
        "account_l is null or account_r is null",
        {"exact": ("account_l = account_r", "account")},
    ),
}
_BLOCKS = (
    ("id_full",), ("id_tail",), ("phone_key",), ("account",), ("place",), ("ring",),
    ("loose", "village"), ("loose", "spoken"),
)  # fmt: skip
FIELDS = (
    "unique_id", "kind", "name", "sound", "ring", "loose", "surname", "last", "nick", "phone",
    "phone_bag", "phone_key", "phone_key_bag", "place", "numbers", "village", "spoken", "id_full",
    "id_full_bag", "id_head", "id_tail", "id_checked", "birth_year", "account",
)  # fmt: skip
_COUNTED = ("name", "ring", "phone", "phone_key", "account")
_TYPES = {"id_checked": "bool_", "birth_year": "int64"} | dict.fromkeys(
    (f"tf_{column}" for column in (*_COUNTED, "spoken")), "float64"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records as the model sees them: probability, and level and weight per comparison.

    `weights` are binary logarithms of how much likelier one subject makes what was seen; the
    first of them, `prior`, is what is thought before looking.
    """

    one: str
    other: str
    probability: float
    levels: Mapping[str, str]
    weights: Mapping[str, float]


def require_extra() -> None:
    """Raise `InputError` MISSING_EXTRA where Splink or pypinyin is not installed."""
    missing = [name for name in ("splink", "pypinyin", "pyarrow") if find_spec(name) is None]
    if missing:
        raise InputError(
            "MISSING_EXTRA",
            f"Entity resolution needs {missing[0]}.",
            "pip install 'suixin[resolve]'",
        )


def settings(levels: Levels, *, prior: float) -> dict[str, Any]:
    """The model as Splink's settings; `prior` is that two random records are one subject."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": prior,
        "comparisons": [_comparison(name, levels[name]) for name in _CONDITIONS],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": _block("l.kind = r.kind", *(f"l.{c} = r.{c}" for c in columns))}
            for columns in _BLOCKS
        ],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def rows(
    records: Sequence[Record],
    *,
    words: Sequence[str],
    surnames: Mapping[str, str],
    population: int,
    villages: Mapping[str, float],
) -> list[dict[str, Any]]:
    """Each record in the forms that are compared, and how frequent these are.

    A source lists a subject once: as many bear a name as the source that has most of it says, less
    half a subject, as the one looked at is among them. A frequency is over at least `population`
    records, so that a name is not common for standing in a small register. A village is as frequent
    as it is among records whose village is known and `villages["records"]` more, of which it has a
    share of `villages["share"]`.
    """
    made = [_row(record, words, surnames) for record in records]
    sources = [record.source for record in records]
    subjects = max(len(made), population) / max(1, len(set(sources)))
    for column in _COUNTED:
        most: dict[str, int] = {}
        seen = Counter(zip(sources, (row[column] for row in made), strict=True))
        for (_, value), count in seen.items():
            most[value] = max(count, most.get(value, 0))
        for row in made:
            known = row[column] is not None
            row[f"tf_{column}"] = (most[row[column]] - 0.5) / subjects if known else None
    share, more = villages["share"], villages["records"]
    shares = Counter(row["spoken"] for row in made if row["spoken"] is not None)
    total = shares.total() + more
    for row in made:
        known = row["spoken"] is not None
        row["tf_spoken"] = (shares[row["spoken"]] + share * more) / total if known else None
    return made


def predict(
    made: Sequence[Mapping[str, Any]], model: Mapping[str, Any], floor: float
) -> list[Pair]:
    """Pairs of at least `floor` probability, likeliest first."""
    import duckdb
    import pyarrow as pa
    from splink import DuckDBAPI, Linker

    columns = (*FIELDS, *(f"tf_{column}" for column in (*_COUNTED, "spoken")))
    types = {name: getattr(pa, _TYPES.get(name, "string"))() for name in columns}
    table = pa.Table.from_pylist([dict(row) for row in made], schema=pa.schema(types.items()))
    with duckdb.connect() as connection:
        api = DuckDBAPI(connection=connection)
        # A relation of DuckDB's own, so that the same SQL reads it as would on Spark.
        connection.register("registers_in", table)
        connection.execute("CREATE TABLE registers AS SELECT * FROM registers_in")
        frame = api.register(connection.table("registers"))
        linker = Linker(frame, dict(model), log_level=None)
        found = linker.inference.predict(threshold_match_probability=floor, warning_mode="never")
        listed = found.as_record_list()
    prior = float(model["probability_two_random_records_match"])
    pairs = [_pair(row, prior) for row in listed]
    return sorted(pairs, key=lambda pair: (-pair.probability, pair.one, pair.other))


def _comparison(name: str, levels: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    absent, conditions = _CONDITIONS[name]
    made: list[dict[str, Any]] = [
        {"sql_condition": absent, "label_for_charts": "unknown", "is_null_level": True}
    ]
    for level, (condition, frequency) in conditions.items():
        entry: dict[str, Any] = {"sql_condition": condition, "label_for_charts": level}
        if frequency:
            entry |= {
                "tf_adjustment_column": frequency,
                "disable_tf_exact_match_detection": True,
            }
        made.append(entry | _odds(levels[level]))
    made.append({"sql_condition": "ELSE", "label_for_charts": "differs"} | _odds(levels["differs"]))
    return {"output_column_name": name, "comparison_levels": made}


def _odds(level: Mapping[str, float]) -> dict[str, float]:
    return {"m_probability": level["m"], "u_probability": level["u"]}


def _block(*conditions: str) -> str:
    return " and ".join(conditions)


def _row(record: Record, words: Sequence[str], surnames: Mapping[str, str]) -> dict[str, Any]:
    shop = record.kind == "shop"
    text = normal.shop_core(record.name, words) if shop else record.name
    name = normal.name(text, record.name_pinyin, {} if shop else surnames)
    called = normal.phone(record.phone) or ""
    whole = bool(called) and "*" not in called
    # A mask that leaves fewer than three digits in front and four behind tells too little.
    ends = called[:3] + called[-4:]
    key = ends if ends and "*" not in ends else None
    below, numbers, village = normal.place(record.address)
    seen = normal.number(record.identity)
    year = int(record.birth_year) if record.birth_year else normal.birth_year(seen, record.kind)
    return {
        "unique_id": record.key,
        "kind": record.kind,
        "name": name.text,
        "sound": name.sound,
        "ring": normal.ring(name.sound) if name.sound else None,
        "loose": normal.ring(name.loose) if name.loose else None,
        "surname": name.surname,
        "last": name.text[-1] if name.text else None,
        "nick": name.nick,
        "phone": called if whole else None,
        "phone_bag": _bag(called) if whole else None,
        "phone_key": key,
        "phone_key_bag": _bag(key) if key else None,
        "place": below,
        "numbers": numbers,
        "village": record.village_code or None,
        "spoken": village,
        "id_full": seen.full,
        "id_full_bag": _bag(seen.full) if seen.full else None,
        "id_head": seen.head if seen.head or seen.tail else None,
        "id_tail": seen.tail[-4:]
        if seen.tail and not seen.full
        else (seen.full or "")[-4:] or None,
        "id_checked": seen.checked,
        "birth_year": year,
        "account": record.account or None,
    }


def _bag(text: str) -> str:
    return "".join(sorted(text))


def _pair(row: Mapping[str, Any], prior: float) -> Pair:
    one, other = sorted((str(row["unique_id_l"]), str(row["unique_id_r"])))
    levels, weights = {}, {"prior": log2(prior / (1 - prior))}
    for name, (_, conditions) in _CONDITIONS.items():
        gamma = int(row[f"gamma_{name}"])
        if gamma < 0:
            continue
        order = [*conditions, "differs"]
        levels[name] = order[len(order) - 1 - gamma]
        weights[name] = float(row[f"mw_{name}"]) + float(row.get(f"mw_tf_adj_{name}") or 0.0)
    return Pair(one, other, float(row["match_probability"]), levels, weights)
