from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.move import Move
    from ..models.paid import Paid


T = TypeVar("T", bound="PaymentSeen")


@_attrs_define
class PaymentSeen:
    """A payment and every step it made.

    Attributes:
        payment (Paid): Where a payment stands. `value_on` is the day from which it counts, once it settled.
        moves (list[Move]):
    """

    payment: Paid
    moves: list[Move]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.move import Move  # noqa: PLC0415
        from ..models.paid import Paid  # noqa: PLC0415

        payment = self.payment.to_dict()

        moves = []
        for moves_item_data in self.moves:
            moves_item = moves_item_data.to_dict()
            moves.append(moves_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "payment": payment,
                "moves": moves,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.move import Move  # noqa: PLC0415
        from ..models.paid import Paid  # noqa: PLC0415

        d = dict(src_dict)
        payment = Paid.from_dict(d.pop("payment"))

        moves = []
        _moves = d.pop("moves")
        for moves_item_data in _moves:
            moves_item = Move.from_dict(moves_item_data)

            moves.append(moves_item)

        payment_seen = cls(
            payment=payment,
            moves=moves,
        )

        payment_seen.additional_properties = d
        return payment_seen

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
