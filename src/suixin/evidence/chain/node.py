"""Asking a node: questions in JSON-RPC over one HTTP connection that is kept open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from suixin.evidence.chain.port import NodeFault
from suixin.evidence.nesting import too_deep

SECONDS_MAX: Final = 30.0  # For one answer.
ANSWER_BYTES_MAX: Final = 100_000_000
# Questions in one message.
_BATCH: Final = 100
_STATUS_OK: Final = 200
_JSON: Final = {"Content-Type": "application/json"}

Question = tuple[str, list[Any]]
Answer = dict[str, Any]


class Node:
    """A node of a chain at an http or https address; raises `NodeFault` where it is none."""

    def __init__(self, url: str) -> None:
        parts, kinds = urlsplit(url), {"http": HTTPConnection, "https": HTTPSConnection}
        # Path and question may hold a key: they are never told.
        self.url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        try:
            port = parts.port
        except ValueError:
            port = None
            kinds.clear()
        if parts.scheme not in kinds or not parts.hostname:
            raise NodeFault(f"{self.url} is no http or https address.", "Give a node's address.")
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._line = kinds[parts.scheme](parts.hostname, port, timeout=SECONDS_MAX)

    def close(self) -> None:
        """End the connection; the next question opens another."""
        self._line.close()

    def ask(self, method: str, *given: Any) -> Any:
        """One answer; raises `NodeFault` where the node has none."""
        (answer,) = self.answers([(method, list(given))])
        if "error" in answer:
            raise NodeFault(f"The node refuses {method}: {said(answer['error'])}.")
        return answer.get("result")

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        """Answers in the order of the questions, each with a result or an error."""
        found: list[Answer] = []
        for start in range(0, len(questions), _BATCH):
            found += self._some(questions[start : start + _BATCH])
        return found

    def _some(self, questions: Sequence[Question]) -> list[Answer]:
        message: list[Answer] = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": given}
            for number, (method, given) in enumerate(questions)
        ]
        alone = len(message) == 1  # Not every node takes several questions at once.
        raw = self._posted(json.dumps(message[0] if alone else message).encode())
        try:
            text = raw.decode("utf-8")
            told = None if too_deep(text) else json.loads(text)
        except ValueError as fault:
            raise NodeFault(f"{self.url} answers no JSON.", "Give a node's address.") from fault
        told = [told] if alone else told
        if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
            raise NodeFault(f"{self.url} answers not as a node does.", "Give a node's address.")
        by_id = {one.get("id"): one for one in told}
        silent = {"error": {"message": "it does not say why"}}
        return [by_id.get(number, silent) for number in range(len(questions))]

    def _posted(self, body: bytes) -> bytes:
        """The body of an answer; a connection that the node has closed is opened once more."""
        for again in (False, True):
            try:
                self._line.request("POST", self._path, body, _JSON)
                response = self._line.getresponse()
                found: bytes = response.read(ANSWER_BYTES_MAX + 1)
            except (OSError, HTTPException) as fault:
                self._line.close()
                if again or isinstance(fault, TimeoutError):
                    wrong = f"{self.url} does not answer: {fault}."
                    raise NodeFault(
                        wrong, "Is the node running, and is the address its own?"
                    ) from fault
                continue
            if response.status != _STATUS_OK or len(found) > ANSWER_BYTES_MAX:
                self._line.close()
                wrong = f"{self.url} answers {response.status} with {len(found):,} bytes."
                raise NodeFault(wrong, "Give a node's address.")
            return found
        raise AssertionError("Asked twice, answered never.")


def said(error: Any) -> str:
    """What a node says is wrong.

    >>> said({"code": -32000, "message": "nonce too low"})
    'nonce too low'
    """
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)
