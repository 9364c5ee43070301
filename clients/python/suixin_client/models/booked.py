from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.posted_line import PostedLine


T = TypeVar("T", bound="Booked")


@_attrs_define
class Booked:
    """A transaction as it was entered; `number` is its place in the books.

    Attributes:
        number (int):
        key (str):
        standing (str):
        value_on (datetime.date):
        booked_on (datetime.date):
        text (str):
        reverses (str):
        corrects (str):
        postings (list[PostedLine]):
    """

    number: int
    key: str
    standing: str
    value_on: datetime.date
    booked_on: datetime.date
    text: str
    reverses: str
    corrects: str
    postings: list[PostedLine]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.posted_line import PostedLine  # noqa: PLC0415

        number = self.number

        key = self.key

        standing = self.standing

        value_on = self.value_on.isoformat()

        booked_on = self.booked_on.isoformat()

        text = self.text

        reverses = self.reverses

        corrects = self.corrects

        postings = []
        for postings_item_data in self.postings:
            postings_item = postings_item_data.to_dict()
            postings.append(postings_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "key": key,
                "standing": standing,
                "value_on": value_on,
                "booked_on": booked_on,
                "text": text,
                "reverses": reverses,
                "corrects": corrects,
                "postings": postings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.posted_line import PostedLine  # noqa: PLC0415

        d = dict(src_dict)
        number = d.pop("number")

        key = d.pop("key")

        standing = d.pop("standing")

        value_on = datetime.date.fromisoformat(d.pop("value_on"))

        booked_on = datetime.date.fromisoformat(d.pop("booked_on"))

        text = d.pop("text")

        reverses = d.pop("reverses")

        corrects = d.pop("corrects")

        postings = []
        _postings = d.pop("postings")
        for postings_item_data in _postings:
            postings_item = PostedLine.from_dict(postings_item_data)

            postings.append(postings_item)

        booked = cls(
            number=number,
            key=key,
            standing=standing,
            value_on=value_on,
            booked_on=booked_on,
            text=text,
            reverses=reverses,
            corrects=corrects,
            postings=postings,
        )

        booked.additional_properties = d
        return booked

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
