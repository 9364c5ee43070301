from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.payment_state import PaymentState
from typing import cast
import datetime


T = TypeVar("T", bound="Paid")


@_attrs_define
class Paid:
    """Where a payment stands. `value_on` is the day from which it counts, once it settled.

    Attributes:
        id (str):
        agreement (str):
        party (str):
        instalment (str):
        attempt (int):
        fen (int):
        payee (str):
        purpose (str):
        on (datetime.date):
        from_account (str):
        state (PaymentState): Where a payment stands; rejected and returned are final, and payable under a new id.
        pay_on (datetime.date | None):
        value_on (datetime.date | None):
        reason (str):
        cancel (str):
        replaced_by (str):
        file (str):
        line (str):
    """

    id: str
    agreement: str
    party: str
    instalment: str
    attempt: int
    fen: int
    payee: str
    purpose: str
    on: datetime.date
    from_account: str
    state: PaymentState
    pay_on: datetime.date | None
    value_on: datetime.date | None
    reason: str
    cancel: str
    replaced_by: str
    file: str
    line: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        agreement = self.agreement

        party = self.party

        instalment = self.instalment

        attempt = self.attempt

        fen = self.fen

        payee = self.payee

        purpose = self.purpose

        on = self.on.isoformat()

        from_account = self.from_account

        state = self.state.value

        pay_on: None | str
        if isinstance(self.pay_on, datetime.date):
            pay_on = self.pay_on.isoformat()
        else:
            pay_on = self.pay_on

        value_on: None | str
        if isinstance(self.value_on, datetime.date):
            value_on = self.value_on.isoformat()
        else:
            value_on = self.value_on

        reason = self.reason

        cancel = self.cancel

        replaced_by = self.replaced_by

        file = self.file

        line = self.line

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "agreement": agreement,
                "party": party,
                "instalment": instalment,
                "attempt": attempt,
                "fen": fen,
                "payee": payee,
                "purpose": purpose,
                "on": on,
                "from_account": from_account,
                "state": state,
                "pay_on": pay_on,
                "value_on": value_on,
                "reason": reason,
                "cancel": cancel,
                "replaced_by": replaced_by,
                "file": file,
                "line": line,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        agreement = d.pop("agreement")

        party = d.pop("party")

        instalment = d.pop("instalment")

        attempt = d.pop("attempt")

        fen = d.pop("fen")

        payee = d.pop("payee")

        purpose = d.pop("purpose")

        on = datetime.date.fromisoformat(d.pop("on"))

        from_account = d.pop("from_account")

        state = PaymentState(d.pop("state"))

        def _parse_pay_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                pay_on_type_0 = datetime.date.fromisoformat(data)

                return pay_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        pay_on = _parse_pay_on(d.pop("pay_on"))

        def _parse_value_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                value_on_type_0 = datetime.date.fromisoformat(data)

                return value_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        value_on = _parse_value_on(d.pop("value_on"))

        reason = d.pop("reason")

        cancel = d.pop("cancel")

        replaced_by = d.pop("replaced_by")

        file = d.pop("file")

        line = d.pop("line")

        paid = cls(
            id=id,
            agreement=agreement,
            party=party,
            instalment=instalment,
            attempt=attempt,
            fen=fen,
            payee=payee,
            purpose=purpose,
            on=on,
            from_account=from_account,
            state=state,
            pay_on=pay_on,
            value_on=value_on,
            reason=reason,
            cancel=cancel,
            replaced_by=replaced_by,
            file=file,
            line=line,
        )

        paid.additional_properties = d
        return paid

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
