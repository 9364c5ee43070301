from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="CaseSeen")


@_attrs_define
class CaseSeen:
    """A case, the working days it has waited, and how often it was raised.

    `payer` and `text` are what the bank told, where the caller may see what is personal.

        Attributes:
            key (str):
            why (str):
            fen (int):
            value_on (datetime.date):
            opened_on (datetime.date):
            working_days (int):
            raised (int):
            payment (str):
            expected (str):
            candidate (str):
            note (str):
            payer (str):
            text (str):
            closed_on (datetime.date | None):
            closed_by (list[str]):
            how (str):
    """

    key: str
    why: str
    fen: int
    value_on: datetime.date
    opened_on: datetime.date
    working_days: int
    raised: int
    payment: str
    expected: str
    candidate: str
    note: str
    payer: str
    text: str
    closed_on: datetime.date | None
    closed_by: list[str]
    how: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        why = self.why

        fen = self.fen

        value_on = self.value_on.isoformat()

        opened_on = self.opened_on.isoformat()

        working_days = self.working_days

        raised = self.raised

        payment = self.payment

        expected = self.expected

        candidate = self.candidate

        note = self.note

        payer = self.payer

        text = self.text

        closed_on: None | str
        if isinstance(self.closed_on, datetime.date):
            closed_on = self.closed_on.isoformat()
        else:
            closed_on = self.closed_on

        closed_by = self.closed_by

        how = self.how

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "why": why,
                "fen": fen,
                "value_on": value_on,
                "opened_on": opened_on,
                "working_days": working_days,
                "raised": raised,
                "payment": payment,
                "expected": expected,
                "candidate": candidate,
                "note": note,
                "payer": payer,
                "text": text,
                "closed_on": closed_on,
                "closed_by": closed_by,
                "how": how,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        why = d.pop("why")

        fen = d.pop("fen")

        value_on = datetime.date.fromisoformat(d.pop("value_on"))

        opened_on = datetime.date.fromisoformat(d.pop("opened_on"))

        working_days = d.pop("working_days")

        raised = d.pop("raised")

        payment = d.pop("payment")

        expected = d.pop("expected")

        candidate = d.pop("candidate")

        note = d.pop("note")

        payer = d.pop("payer")

        text = d.pop("text")

        def _parse_closed_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_on_type_0 = datetime.date.fromisoformat(data)

                return closed_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        closed_on = _parse_closed_on(d.pop("closed_on"))

        closed_by = cast(list[str], d.pop("closed_by"))

        how = d.pop("how")

        case_seen = cls(
            key=key,
            why=why,
            fen=fen,
            value_on=value_on,
            opened_on=opened_on,
            working_days=working_days,
            raised=raised,
            payment=payment,
            expected=expected,
            candidate=candidate,
            note=note,
            payer=payer,
            text=text,
            closed_on=closed_on,
            closed_by=closed_by,
            how=how,
        )

        case_seen.additional_properties = d
        return case_seen

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
