"""The contracts as package data: compile `contracts/*.vy`, or hold what is there against it.

`python -m tools.contracts` writes `src/suixin/evidence/chain/contracts/*.json`: ABI, bytecode, the
SHA-256 of the source with all it imports, and the compiler. With `--check` it compiles again and
says what differs. Bytecode that nobody can trace to a source is a rule that nobody has read.
"""

from __future__ import annotations

import json
import re
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from tools.house import ROOT, finish, name_of

SOURCES: Final = ROOT / "contracts"
BUILT: Final = ROOT / "src/suixin/evidence/chain/contracts"
COMPILER, EVM_VERSION, OPTIMIZE = "0.4.3", "paris", "gas"
# EIP-170: what no chain deploys.
RUNTIME_BYTES_MAX: Final = 24_576
_IMPORT = re.compile(r"^import (\w+)$", re.MULTILINE)


def sources() -> list[Path]:
    """The contracts; a name in small letters is a part that contracts import."""
    return sorted(path for path in SOURCES.glob("*.vy") if path.stem[0].isupper())


def parts(source: Path) -> list[Path]:
    """A source and all it imports, in a settled order."""
    found, open_ = {source}, [source]
    while open_:
        for name in _IMPORT.findall(open_.pop().read_text("utf-8")):
            part = SOURCES / f"{name}.vy"
            if part not in found:
                found.add(part)
                open_.append(part)
    return sorted(found)


def source_hash(source: Path) -> str:
    """SHA-256 over names and contents of a source and all it imports."""
    digest = sha256()
    for part in parts(source):
        digest.update(f"{part.name} {sha256(part.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def compiled(source: Path) -> tuple[dict[str, Any], int]:
    """What the package carries of a contract, and the bytes that are deployed."""
    from vyper.compiler import compile_from_file_input
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.compiler.settings import OptimizationLevel, Settings

    bundle = FilesystemInputBundle([SOURCES])
    made = compile_from_file_input(
        bundle.load_file(Path(source.name)),
        input_bundle=bundle,
        settings=Settings(
            optimize=OptimizationLevel.from_string(OPTIMIZE), evm_version=EVM_VERSION
        ),
        output_formats=["abi", "bytecode", "bytecode_runtime"],
    )
    built = {
        "contract": source.stem,
        "compiler": f"vyper {COMPILER}",
        "evm_version": EVM_VERSION,
        "optimize": OPTIMIZE,
        "source_sha256": source_hash(source),
        "abi": made["abi"],
        "bytecode": made["bytecode"],
    }
    return built, len(made["bytecode_runtime"]) // 2 - 1


def text(built: dict[str, Any]) -> str:
    """A build as it is kept."""
    return json.dumps(built, indent=1, sort_keys=True) + "\n"


def faults() -> list[str]:
    """What is not what its source compiles to."""
    import vyper

    if vyper.__version__ != COMPILER:
        return [f"vyper {vyper.__version__} is installed; the contracts want {COMPILER}"]
    found, names = [], set()
    for source in sources():
        built, size = compiled(source)
        path = BUILT / f"{source.stem}.json"
        names.add(path)
        if size > RUNTIME_BYTES_MAX:
            found.append(f"{name_of(source)}: {size} bytes deployed, at most {RUNTIME_BYTES_MAX}")
        if not path.is_file():
            found.append(f"{name_of(path)} is missing: run python -m tools.contracts")
        elif path.read_text("utf-8") != text(built):
            kept = json.loads(path.read_text("utf-8"))
            unlike = ", ".join(sorted(key for key in built if kept.get(key) != built[key]))
            found.append(f"{name_of(path)}: {unlike or 'its form'} is not its source's")
    strays = sorted(set(BUILT.glob("*.json")) - names)
    return found + [f"{name_of(path)} has no source: delete it" for path in strays]


def main() -> None:
    """Write, or with --check compare."""
    if "--check" not in sys.argv[1:]:
        BUILT.mkdir(parents=True, exist_ok=True)
        for source in sources():
            (BUILT / f"{source.stem}.json").write_text(text(compiled(source)[0]), "utf-8")
    finish("contracts", faults())


if __name__ == "__main__":
    main()
