from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.problem_errors_item import ProblemErrorsItem


T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """What went wrong (RFC 9457); `code` is the rule, named in docs/api.md.

    Attributes:
        type_ (str): Where the code is documented.
        title (str):
        title_zh (str):
        title_en (str):
        status (int):
        code (str):
        detail (str):
        hint (str):
        instance (str): The id of the request.
        errors (list[ProblemErrorsItem]):
    """

    type_: str
    title: str
    title_zh: str
    title_en: str
    status: int
    code: str
    detail: str
    hint: str
    instance: str
    errors: list[ProblemErrorsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.problem_errors_item import ProblemErrorsItem  # noqa: PLC0415

        type_ = self.type_

        title = self.title

        title_zh = self.title_zh

        title_en = self.title_en

        status = self.status

        code = self.code

        detail = self.detail

        hint = self.hint

        instance = self.instance

        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "title": title,
                "title_zh": title_zh,
                "title_en": title_en,
                "status": status,
                "code": code,
                "detail": detail,
                "hint": hint,
                "instance": instance,
                "errors": errors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.problem_errors_item import ProblemErrorsItem  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        title_zh = d.pop("title_zh")

        title_en = d.pop("title_en")

        status = d.pop("status")

        code = d.pop("code")

        detail = d.pop("detail")

        hint = d.pop("hint")

        instance = d.pop("instance")

        errors = []
        _errors = d.pop("errors")
        for errors_item_data in _errors:
            errors_item = ProblemErrorsItem.from_dict(errors_item_data)

            errors.append(errors_item)

        problem = cls(
            type_=type_,
            title=title,
            title_zh=title_zh,
            title_en=title_en,
            status=status,
            code=code,
            detail=detail,
            hint=hint,
            instance=instance,
            errors=errors,
        )

        problem.additional_properties = d
        return problem

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
