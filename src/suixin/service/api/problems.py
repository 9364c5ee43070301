"""What went wrong, as RFC 9457 has it: which rule, what was wrong, what was expected, what to do.

One table (`problems.yaml`) gives each of our codes its status and its title in both languages. The
domain knows nothing of HTTP; a code that is not in the table is an input at fault, 422.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.http import HttpRequest, HttpResponse

from suixin.data.errors import InputError, shown

MEDIA_TYPE: Final = "application/problem+json"
TYPES_AT: Final = "/api/v1/problems/"
TABLE: Final = Path(__file__).with_name("problems.yaml")
_UNLISTED: Final = 422


@dataclass(frozen=True, slots=True)
class Known:
    """One code of ours: its status, and what it is called in both languages."""

    code: str
    status: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One value that was wrong: where it stands, what is wrong, what was expected."""

    where: str
    wrong: str
    expected: str = ""


class Problem(Exception):
    """A request that is not answered as asked: a code of the table, and what is wrong with it."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        hint: str = "",
        *,
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.hint = hint
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


@cache
def table() -> Mapping[str, Known]:
    """Every code that has a status of its own, by name.

    >>> table()["NO_PARTY"].status, table()["NOT_PERMITTED"].status
    (404, 403)
    """
    rows = yaml.safe_load(TABLE.read_text("utf-8"))
    return {
        code: Known(code, status, *words)
        for status, codes in rows.items()
        for code, words in codes.items()
    }


def known(code: str) -> Known:
    """A code's row; one that the table has not is an input at fault."""
    return table().get(code) or Known(
        code, _UNLISTED, "所请求的内容不符合规则", "A rule refuses it"
    )


def of_error(error: InputError) -> Problem:
    """A refusal of the domain, as a problem."""
    return Problem(error.code, error.message, error.hint)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer that tells a problem, its title in the language that was asked for."""
    row = known(problem.code)
    language = told_language(request)
    body: dict[str, Any] = {
        "type": f"{TYPES_AT}{row.code}",
        "title": row.zh if language == "zh" else row.en,
        "title_zh": row.zh,
        "title_en": row.en,
        "status": row.status,
        "code": row.code,
        "detail": problem.detail or row.en,
        "hint": problem.hint,
        "instance": getattr(request, "request_id", ""),
        "errors": [
            {"where": one.where, "wrong": one.wrong, "expected": one.expected}
            for one in problem.errors
        ],
    }
    made = HttpResponse(
        json.dumps(body, ensure_ascii=False), content_type=MEDIA_TYPE, status=row.status
    )
    made["Content-Language"] = "zh-Hans" if language == "zh" else "en"
    made["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        made[name] = value
    return made


def told_language(request: HttpRequest) -> str:
    """`en` where English is asked for first, else `zh`."""
    asked = request.headers.get("Accept-Language", "").strip().lower()
    return "en" if asked.startswith("en") else "zh"


def of_validation(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """What a body, a path or a query has wrong, value by value, without repeating the values.

    >>> of_validation([{"loc": ("body", "body", "amount_fen"), "type": "greater_than", "msg":
    ...                "Input should be greater than 0"}]).errors[0]
    Wrong(where='body.amount_fen', wrong='greater_than', expected='Input should be greater than 0')
    """
    told = tuple(
        Wrong(
            where=shown(".".join(str(part) for part in _place(one.get("loc", ()))), 200),
            wrong=str(one.get("type", "value_error")),
            expected=shown(one.get("msg", ""), 300),
        )
        for one in errors[:20]
    )
    first = f"{told[0].where}: {told[0].expected}." if told else "The request does not fit."
    hint = "Correct what `errors` names; /api/v1/openapi.json tells what each value must be."
    return Problem("INVALID", first, hint, errors=told)


def _place(loc: Sequence[object]) -> Sequence[object]:
    """Where a value stands, without the library's own name for the whole body."""
    return [loc[0], *loc[2:]] if len(loc) > 2 and loc[0] == "body" else loc
