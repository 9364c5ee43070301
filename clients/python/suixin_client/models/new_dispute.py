from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_dispute_about import NewDisputeAbout
from ..types import UNSET, Unset


T = TypeVar("T", bound="NewDispute")


@_attrs_define
class NewDispute:
    """What a party disputes, in words; `about_id` names the thing.

    Attributes:
        about (NewDisputeAbout):
        words (str):
        about_id (str | Unset):  Default: ''.
    """

    about: NewDisputeAbout
    words: str
    about_id: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        about = self.about.value

        words = self.words

        about_id = self.about_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "about": about,
                "words": words,
            }
        )
        if about_id is not UNSET:
            field_dict["about_id"] = about_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        about = NewDisputeAbout(d.pop("about"))

        words = d.pop("words")

        about_id = d.pop("about_id", UNSET)

        new_dispute = cls(
            about=about,
            words=words,
            about_id=about_id,
        )

        return new_dispute
