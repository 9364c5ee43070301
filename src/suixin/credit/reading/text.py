"""The texts of a batch as they are read: one string of simplified, lower-case characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

TEXT_MAX: Final = 2_000
"""Characters of a text that are read; the feed holds no more."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts as one string, each ended by a line feed: its characters, and where each text begins.

    `ends` holds the place behind each text's line feed.
    """

    codes: Codes
    starts: Ints
    ends: Ints


def batch_of(texts: Sequence[str | None], reads_as: Codes) -> Batch:
    """Texts as they are read; None is an empty text, and nothing is read beyond `TEXT_MAX`.

    `reads_as` gives for every character the one that it is read as.

    >>> batch = batch_of(["好", None], np.arange(0x110000, dtype=np.uint32))
    >>> batch.codes.tobytes().decode("utf-32-le"), batch.starts.tolist(), batch.ends.tolist()
    ('好\\n\\n', [0, 2], [2, 3])
    """
    held = [(text or "")[:TEXT_MAX] for text in texts]
    ends = np.cumsum([len(text) + 1 for text in held], dtype=np.int64)
    raw = ("\n".join(held) + "\n").encode("utf-32-le", "surrogatepass")
    codes = reads_as[np.frombuffer(raw, np.uint32)]
    starts = np.concatenate([np.zeros(1, np.int64), ends])[: len(held)]
    return Batch(codes=codes, starts=starts, ends=ends)
