from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.delivery_standing import DeliveryStanding
from typing import cast
import datetime


T = TypeVar("T", bound="Delivery")


@_attrs_define
class Delivery:
    """One event on its way to one subscription, or arrived, or given up.

    Attributes:
        delivery (int):
        subscription (str):
        kind (str):
        subject (str):
        at (datetime.datetime):
        tries (int):
        standing (DeliveryStanding): Where a delivery stands.
        next_at (datetime.datetime | None):
        fault (str):
    """

    delivery: int
    subscription: str
    kind: str
    subject: str
    at: datetime.datetime
    tries: int
    standing: DeliveryStanding
    next_at: datetime.datetime | None
    fault: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        delivery = self.delivery

        subscription = self.subscription

        kind = self.kind

        subject = self.subject

        at = self.at.isoformat()

        tries = self.tries

        standing = self.standing.value

        next_at: None | str
        if isinstance(self.next_at, datetime.datetime):
            next_at = self.next_at.isoformat()
        else:
            next_at = self.next_at

        fault = self.fault

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "delivery": delivery,
                "subscription": subscription,
                "kind": kind,
                "subject": subject,
                "at": at,
                "tries": tries,
                "standing": standing,
                "next_at": next_at,
                "fault": fault,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        delivery = d.pop("delivery")

        subscription = d.pop("subscription")

        kind = d.pop("kind")

        subject = d.pop("subject")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        tries = d.pop("tries")

        standing = DeliveryStanding(d.pop("standing"))

        def _parse_next_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_at = _parse_next_at(d.pop("next_at"))

        fault = d.pop("fault")

        delivery = cls(
            delivery=delivery,
            subscription=subscription,
            kind=kind,
            subject=subject,
            at=at,
            tries=tries,
            standing=standing,
            next_at=next_at,
            fault=fault,
        )

        delivery.additional_properties = d
        return delivery

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
