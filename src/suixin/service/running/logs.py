"""The service's log: one JSON object a line, in which nothing personal can stand.

A line has the fields of `FIELDS` alone, each held to its form; whatever else is said, words of
libraries and of exceptions too, is dropped and counted. An exception is its type and our line.
"""

from __future__ import annotations

import logging
import logging.config
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final

import structlog

from suixin.service.faults import place_of

LOG_FILE: Final = "SUIXIN_LOG"
_TASK: Final = re.compile(r"[a-z][a-z_-]{0,60}")
_ROUTE: Final = re.compile(r"[\w./<>:^$?()\[\]\\+*|-]{0,200}", re.ASCII)
_EXCEPTION: Final = re.compile(r"[A-Za-z_][A-Za-z_.]{0,120}")
_PLACE: Final = re.compile(r"suixin[a-z0-9_.]{0,120}:[0-9]{1,5}")
_CODE: Final = re.compile(r"[A-Z][A-Z_]{0,40}")
_REQUEST: Final = re.compile(r"[0-9a-f]{32}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LEVELS: Final = frozenset({"debug", "info", "warning", "error", "critical"})
_LONGEST_RUN: Final = 6  # An identity number, a telephone or a bank card has more digits.


def _text(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def _whole(below: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and 0 <= value < below


FIELDS: Final[Mapping[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "at": _text(re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z", re.ASCII)),
        "level": lambda value: value in _LEVELS,
        "event": _text(re.compile(r"[a-z][a-z_.]{0,80}")),
        "process": _whole(10_000_000),
        "request": _text(_REQUEST),
        "institution": _whole(1_000_000),
        "route": lambda value: _text(_ROUTE)(value) and not _digits(value),
        "method": lambda value: value in _METHODS,
        "status": _whole(600),
        "seconds": lambda value: isinstance(value, float) and 0 <= value < 1_000_000,
        "task": _text(_TASK),
        "job": _whole(10_000_000_000),
        "attempts": _whole(1_000),
        "code": _text(_CODE),
        "exception": _text(_EXCEPTION),
        "place": _text(_PLACE),
        "dropped": _whole(1_000),
    }
)


def _digits(value: str) -> bool:
    return re.search(rf"[0-9]{{{_LONGEST_RUN + 1},}}", value) is not None


def only_allowed(
    _logger: object, _method: str, told: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Keep the fields that may be told, in their form; count the others.

    >>> only_allowed(None, "info", {"event": "signed_in", "who": "王小二", "status": 200})
    {'event': 'signed_in', 'status': 200, 'dropped': 1}
    """
    kept = {name: value for name, value in told.items() if name in FIELDS and FIELDS[name](value)}
    if len(kept) < len(told):
        kept["dropped"] = len(told) - len(kept)
    return kept


def of_exception(
    _logger: object, _method: str, told: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception as its type and the line of ours that raised it, without what it says."""
    given = told.pop("exc_info", None)
    fault = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(fault, BaseException):
        told["exception"] = type(fault).__name__
        place = place_of(fault)
        if place:
            told["place"] = place
    return told


def of_library(
    _logger: object, _method: str, told: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A library's line as the name of its logger: its words are its own."""
    record, ours = told.pop("_record"), told.pop("_from_structlog")
    if not ours:
        kept = {name: told[name] for name in ("level", "at", "exc_info") if name in told}
        return {**kept, "event": record.name.lower()}
    return told


_COMMON: Final[tuple[Any, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
)
_LAST: Final[tuple[Any, ...]] = (
    of_exception,
    only_allowed,
    structlog.processors.JSONRenderer(),
)


def log_to_file() -> None:
    """Write what is told from here on to the file that `SUIXIN_LOG` names, or to standard error."""
    told = os.environ.get(LOG_FILE)
    handler: logging.Handler = logging.StreamHandler()
    if told:
        from logging.handlers import WatchedFileHandler

        handler = WatchedFileHandler(told, encoding="utf-8")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_COMMON, processors=[of_library, *_LAST]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("django", "django.server", "django.request", "procrastinate", "axes"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # What it tells of each job and each poll is counted by us.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_COMMON, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _told
    threading.excepthook = _told_of_thread


def _told(kind: type[BaseException], fault: BaseException, _trace: TracebackType | None) -> None:
    """What ends a process is told as its type and line; its words may be about a person."""
    structlog.get_logger("suixin").critical("process.ended", exc_info=(kind, fault, _trace))


def _told_of_thread(told: threading.ExceptHookArgs) -> None:
    structlog.get_logger("suixin").critical("thread.ended", exc_info=told.exc_value)


def private(path: Path) -> None:
    """Make a file that its owner alone may read, where it is not there yet."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
