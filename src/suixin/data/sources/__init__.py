"""Sources: a platform's own export becomes canonical feeds, by a declarative mapping in YAML.

The mappings that ship stand beside this file; docs/mappings.md teaches how to write one.
"""

from __future__ import annotations

from suixin.data.sources.apply import (
    MapResult,
    apply,
    hash_key_of,
    key_of_export,
    map_folder,
    read_export,
)
from suixin.data.sources.mapping import Mapping, MappingError
from suixin.data.sources.written import load_mapping, mappings

__all__ = [
    "MapResult",
    "Mapping",
    "MappingError",
    "apply",
    "hash_key_of",
    "key_of_export",
    "load_mapping",
    "map_folder",
    "mappings",
    "read_export",
]
