"""Write clients/openapi.json from the API's endpoints, and clients/python from that.

`python -m tools.api_client` writes both; with `--check` it only says what is not current. A client
written by hand would drift from the service, and a partner would hear of it in the night.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.house import ROOT, finish, name_of

SCHEMA = ROOT / "clients" / "openapi.json"
PACKAGE = ROOT / "clients" / "python" / "suixin_client"
CONFIG = ROOT / "clients" / "python" / "generator.yaml"


def schema_text() -> str:
    """The schema as the service tells it, without a service."""
    os.environ.setdefault("SUIXIN_HOME", tempfile.gettempdir())
    from suixin.service.ready import ready

    ready()
    from suixin.service.api.main import api

    told = api().get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def generated(schema: str, folder: Path) -> Path:
    """The client's package, made anew in a folder."""
    source = folder / "openapi.json"
    source.write_text(schema, "utf-8")
    made = folder / "suixin_client"
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    command += ["--path", str(source), "--output-path", str(made), "--config", str(CONFIG)]
    command += ["--overwrite", "--fail-on-warning"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    told = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    if told.returncode:
        raise SystemExit(f"The client cannot be made:\n{told.stdout}{told.stderr}")
    for cache in made.rglob("__pycache__"):
        shutil.rmtree(cache)
    for cache in made.rglob(".ruff_cache"):
        shutil.rmtree(cache)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def main() -> None:
    """Write, or with --check compare."""
    schema, faults = schema_text(), []
    check = "--check" in sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="suixin-client-") as made:
        package = generated(schema, Path(made))
        if check:
            if not SCHEMA.is_file() or SCHEMA.read_text("utf-8") != schema:
                faults.append(f"{name_of(SCHEMA)} is not current: run python -m tools.api_client")
            if contents(package) != (contents(PACKAGE) if PACKAGE.is_dir() else {}):
                faults.append(f"{name_of(PACKAGE)} is not current: run python -m tools.api_client")
        else:
            SCHEMA.parent.mkdir(parents=True, exist_ok=True)
            SCHEMA.write_text(schema, "utf-8")
            shutil.rmtree(PACKAGE, ignore_errors=True)
            shutil.copytree(package, PACKAGE)
    finish("api_client", faults)


if __name__ == "__main__":
    main()
