"""The client and its schema are those of the service as it stands."""

from __future__ import annotations

from pathlib import Path

from tools import api_client


def test_the_schema_and_the_client_are_current(tmp_path: Path) -> None:
    schema = api_client.schema_text()
    hint = "run python -m tools.api_client"
    assert api_client.SCHEMA.read_text("utf-8") == schema, hint
    made = api_client.contents(api_client.generated(schema, tmp_path))
    assert made == api_client.contents(api_client.PACKAGE), hint
