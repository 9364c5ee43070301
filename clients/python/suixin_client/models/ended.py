from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.ended_counts import EndedCounts


T = TypeVar("T", bound="Ended")


@_attrs_define
class Ended:
    """A day that is closed.

    `worked` are agreements to which something happened, `refused` (agreement, event) what they
    did not take; `digest` covers all balances and the contributions. `counts` tell how the
    agreements are graded and what waits on clearing accounts.

        Attributes:
            day (datetime.date):
            worked (int):
            contributions (int):
            contributions_digest (str):
            digest (str):
            refused (list[list[str]]):
            counts (EndedCounts):
    """

    day: datetime.date
    worked: int
    contributions: int
    contributions_digest: str
    digest: str
    refused: list[list[str]]
    counts: EndedCounts
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.ended_counts import EndedCounts  # noqa: PLC0415

        day = self.day.isoformat()

        worked = self.worked

        contributions = self.contributions

        contributions_digest = self.contributions_digest

        digest = self.digest

        refused = []
        for refused_item_data in self.refused:
            refused_item = []
            for refused_item_item_data in refused_item_data:
                refused_item_item: str
                refused_item_item = refused_item_item_data
                refused_item.append(refused_item_item)

            refused.append(refused_item)

        counts = self.counts.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "day": day,
                "worked": worked,
                "contributions": contributions,
                "contributions_digest": contributions_digest,
                "digest": digest,
                "refused": refused,
                "counts": counts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ended_counts import EndedCounts  # noqa: PLC0415

        d = dict(src_dict)
        day = datetime.date.fromisoformat(d.pop("day"))

        worked = d.pop("worked")

        contributions = d.pop("contributions")

        contributions_digest = d.pop("contributions_digest")

        digest = d.pop("digest")

        refused = []
        _refused = d.pop("refused")
        for refused_item_data in _refused:
            refused_item = []
            _refused_item = refused_item_data
            for refused_item_item_data in _refused_item:

                def _parse_refused_item_item(data: object) -> str:
                    return cast(str, data)

                refused_item_item = _parse_refused_item_item(refused_item_item_data)

                refused_item.append(refused_item_item)

            refused.append(refused_item)

        counts = EndedCounts.from_dict(d.pop("counts"))

        ended = cls(
            day=day,
            worked=worked,
            contributions=contributions,
            contributions_digest=contributions_digest,
            digest=digest,
            refused=refused,
            counts=counts,
        )

        ended.additional_properties = d
        return ended

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
