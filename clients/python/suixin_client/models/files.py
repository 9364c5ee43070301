from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.files_files import FilesFiles


T = TypeVar("T", bound="Files")


@_attrs_define
class Files:
    """Files of feeds by name, or with `mapping` a platform's own export.

    Attributes:
        files (FilesFiles):
        mapping (None | str | Unset):
    """

    files: FilesFiles
    mapping: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.files_files import FilesFiles  # noqa: PLC0415

        files = self.files.to_dict()

        mapping: None | str | Unset
        if isinstance(self.mapping, Unset):
            mapping = UNSET
        else:
            mapping = self.mapping

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "files": files,
            }
        )
        if mapping is not UNSET:
            field_dict["mapping"] = mapping

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.files_files import FilesFiles  # noqa: PLC0415

        d = dict(src_dict)
        files = FilesFiles.from_dict(d.pop("files"))

        def _parse_mapping(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        mapping = _parse_mapping(d.pop("mapping", UNSET))

        files = cls(
            files=files,
            mapping=mapping,
        )

        return files
