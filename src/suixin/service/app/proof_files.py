"""What an auditor takes away of a record: the files that `suixin verify` reads, in one archive.

The archive has its own checker beside it, one file of Python, so that nobody who checks needs us.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from suixin.evidence import verifier
from suixin.service.app.evidence import Proved

POLICY_NAME: Final = "parties.policy"
CHECKER_NAME: Final = "verifier.py"
# A file has the same bytes whenever it is made.
_MADE: Final = (1980, 1, 1, 0, 0, 0)
_READ_ME: Final = """\
记录 {index}，{record}

  suixin verify {proof} --entry {entry} --policy {policy}{opening}

没有 suixin，只要 Python 3.11 以上：

  python -I verifier.py {proof} --entry {entry} --policy {policy}{opening}

最后一行是 VALID（没有被改过）、INVALID（改过，哪里不对）或 UNUSABLE（文件不完整）。
不用联网。verifier.py 与 suixin verify 是同一份代码，可以自己从源码核对。

Record {index}, {record}

The first command above checks it with suixin installed; the second with Python 3.11 or newer alone.
The last line is VALID (as it was logged), INVALID and what does not hold, or UNUSABLE (a file is
not whole). No network is asked. verifier.py is the code of suixin verify itself.
{hidden}"""
_HIDDEN: Final = """
这一条涉及个人，原文不在这里；签名、位置与见证照样可以核对。
This record is about a person: what it says is not here; who signed, where it stands and who
cosigned can be checked all the same.
"""


@dataclass(frozen=True, slots=True)
class ProofFiles:
    """The archive, its name, and the two commands that check what is in it."""

    name: str
    content: bytes
    command: str
    alone: str


def proof_files(proved: Proved) -> ProofFiles:
    """Everything that proves a record, as files of one ZIP archive; the same bytes each time."""
    proof, entry = f"{proved.index}.tlog-proof", f"{proved.index}.entry"
    hides = proved.opening is None
    opening = "" if hides else f" --opening {proved.index}.opening"
    told = f"{proof} --entry {entry} --policy {POLICY_NAME}{opening}"
    read_me = _READ_ME.format(
        index=proved.index,
        record=proved.record.hex(),
        proof=proof,
        entry=entry,
        policy=POLICY_NAME,
        opening=opening,
        hidden=_HIDDEN if hides else "",
    )
    files = {
        "README.txt": read_me.encode(),
        proof: proved.proof.encode(),
        entry: proved.entry,
        POLICY_NAME: proved.policy.encode(),
        CHECKER_NAME: Path(verifier.__file__).read_bytes(),
    }
    if proved.opening is not None:
        files[f"{proved.index}.opening"] = proved.opening
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE), content, zipfile.ZIP_DEFLATED)
    return ProofFiles(
        name=f"suixin-{proved.index}.zip",
        content=out.getvalue(),
        command=f"suixin verify {told}",
        alone=f"python -I {CHECKER_NAME} {told}",
    )
