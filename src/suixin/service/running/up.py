"""`suixin up`: the database, its form, web processes, workers; watched until somebody stops it.

Every process ends with this one, however this one ends. One that dies is started again; one that
dies again and again is given up, and with the last web process or the database all is stopped.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Final

from suixin.evidence.disk import disk_faults
from suixin.service import database, postgres
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home
from suixin.service.running import child, ports
from suixin.service.running.begun import METRICS_FOLDER
from suixin.service.running.child import Child, Program
from suixin.service.running.logs import LOG_FILE, private

DEATHS_MAX: Final = 5  # So many within the window, and it is given up.
WINDOW_SECONDS: Final = 60.0
RESTS: Final = (0.0, 0.5, 1.0, 2.0, 4.0)
START_SECONDS: Final = 120.0
STOP_SECONDS: Final = 30.0
LOG_BYTES_MAX: Final = 50_000_000
_TICK: Final = 0.1
WEB: Final = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to run, and where. `bank` adds the simulated bank; port 0 is any that is free."""

    home: Home
    host: str = "127.0.0.1"
    port: int = 8000
    events_port: int = 8001
    workers: int = 2
    bank: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What is told as it happens: who, and what became of it."""

    name: str
    told: str
    state: str  # ready, died, given up, stopping, stopped


Tell = Callable[[Line], None]


def up(plan: Plan, tell: Tell, *, stop: Event | None = None) -> None:
    """Run the service until `stop`, Ctrl-C or SIGTERM. From the main thread alone.

    Raises `EnvironmentFault`: as the database does, PORT_TAKEN, PORT_NOT_PERMITTED, HOST,
    NOT_READY (a process did not become ready), GIVEN_UP (it died again and again).
    """
    asked = stop or Event()
    with ExitStack() as stack:
        stack.enter_context(_signals(asked))
        held = ports.kept(plan.host, plan.port, plan.events_port)
        port, events_port = stack.enter_context(held)
        plan = replace(plan, port=port, events_port=events_port)
        running = Running(plan, tell, asked)
        stack.callback(running.end)
        running.begin()
        if running.await_ready():
            tell(Line("service", address(plan), "ready"))
            running.watch()


def address(plan: Plan) -> str:
    """Where people reach it.

    >>> from pathlib import Path
    >>> address(Plan(home=Home(Path("/srv/bank")), host="0.0.0.0", port=80))
    'http://127.0.0.1:80'
    """
    host = _reached(plan)
    return f"http://{f'[{host}]' if ':' in host else host}:{plan.port}"


def _reached(plan: Plan) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(plan.host, plan.host)


def programs(plan: Plan) -> tuple[Program, ...]:
    """The processes there are, in the order in which they are started; loads the whole service."""
    from django.db import connections
    from django.urls import get_resolver

    from suixin.service.jobs import worker
    from suixin.service.running import bank, upkeep
    from suixin.service.running.serve import serve

    import_module("suixin.service.wsgi")
    import_module("suixin.service.jobs.tasks")
    len(get_resolver().url_patterns)
    connections.close_all()  # None is shared by two processes.
    pages = partial(serve, "pages", plan.host, plan.port)
    found = [Program(f"{WEB} {n + 1}", "suixin-web", pages) for n in range(plan.workers)]
    events = partial(serve, "events", plan.host, plan.events_port)
    found.append(Program("events", "suixin-events", events))
    for queue in ("quick", "long"):
        found.append(Program(f"jobs, {queue}", f"suixin-j-{queue}", partial(worker.main, queue)))
    found.append(Program("upkeep", "suixin-upkeep", partial(upkeep.run, upkeep.STEPS)))
    if plan.bank:
        found.append(Program("simulated bank", "suixin-bank", bank.main))
    return tuple(found)


@dataclass(slots=True)
class Running:
    """What runs: the database's server where it is ours, and the processes."""

    plan: Plan
    tell: Tell
    stop: Event
    server: postgres.Server | None = None
    children: list[Child] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    due: list[tuple[float, Program]] = field(default_factory=list)
    deaths: dict[str, deque[float]] = field(default_factory=dict)
    log: int = -1

    def begin(self) -> None:
        """The database, today's form, then the processes."""
        home = self.plan.home
        # Before anything is imported that reads them.
        os.environ["SUIXIN_HOME"] = str(home.folder)
        os.environ["SUIXIN_EVENTS_PORT"] = str(self.plan.events_port)
        os.environ[METRICS_FOLDER] = str(home.metrics)
        os.environ[LOG_FILE] = str(home.service_log)
        self._database()
        with disk_faults(home.folder):
            _empty(home.metrics)
            private(home.service_log)
            self.log = os.open(home.service_log, os.O_WRONLY | os.O_APPEND)
        self._form()
        for program in programs(self.plan):
            self._start(program)

    def _database(self) -> None:
        if os.environ.get("DATABASE_URL"):
            found = database.located()
            database.checked(found.owner_url)
            told = "a server that somebody else looks after answers"
        else:
            self.server = _started(self.plan.home)
            database.ensure(self.server.url, database.NAME)
            told = f"is up in {self.plan.home.database}"
        self.tell(Line("database", told, "ready"))

    def _form(self) -> None:
        from suixin.service.identity.secret import ensure_secret

        ensure_secret(self.plan.home)
        from suixin.service.store.migrating import migrate

        applied = migrate()
        told = f"{len(applied)} steps were taken" if applied else "is today's"
        self.tell(Line("form", told, "ready"))

    def _start(self, program: Program) -> None:
        self.children.append(child.start(program, self.log))

    def await_ready(self) -> bool:
        """Until each process said that it is ready and the port answers; False where stopped."""
        until = time.monotonic() + START_SECONDS
        while not self.stop.is_set():
            self._look()
            ready = not self.due and all(one.ready for one in self.children)
            if ready and _answers(_reached(self.plan), self.plan.port):
                return True
            if time.monotonic() > until:
                late = ", ".join(one.program.name for one in self.children if not one.ready)
                wrong = f"Not ready after {START_SECONDS:.0f} seconds: {late or 'the port'}."
                hint = f"What they say stands in {self.plan.home.service_log}."
                raise EnvironmentFault("NOT_READY", wrong, hint)
            self.stop.wait(_TICK)
        return False

    def watch(self) -> None:
        """Until somebody stops it."""
        while not self.stop.wait(_TICK):
            self._look()
            self._turn_log()

    def _look(self) -> None:
        """Hear who became ready, bury who died, and start again who is due."""
        self._look_at_database()
        for one in list(self.children):
            if one.heard_ready():
                self.tell(Line(one.program.name, "is ready", "ready"))
            why = one.ended()
            if why is not None:
                self.children.remove(one)
                one.end()
                self._died(one.program.name, why)
                if one.program.name not in self.gone:
                    self.due.append((self._rest(one.program.name), one.program))
        now = time.monotonic()
        for due in [found for found in self.due if found[0] <= now]:
            self.due.remove(due)
            self._start(due[1])

    def _look_at_database(self) -> None:
        server = self.server
        if server is None or server.child.poll() is None:
            return
        why = child.why(server.child.returncode)
        server.stop()
        self.server = None
        self._died("database", why)
        for rest in RESTS:
            if self.stop.wait(rest):
                return
            try:
                self.server = _started(self.plan.home)
            except EnvironmentFault as fault:  # There may soon be room on the disk again.
                wrong = fault
                self.tell(Line("database", f"does not start: {fault.message}", "died"))
            else:
                self.tell(Line("database", f"is up in {self.plan.home.database}", "ready"))
                return
        raise wrong

    def _died(self, name: str, why: str) -> None:
        """Tell it; too often within the window, and it is given up."""
        now = time.monotonic()
        deaths = self.deaths.setdefault(name, deque(maxlen=DEATHS_MAX))
        deaths.append(now)
        often = len(deaths) == DEATHS_MAX and now - deaths[0] < WINDOW_SECONDS
        if not often:
            self.tell(Line(name, f"{why}; it is started again", "died"))
            return
        self.tell(Line(name, f"{why}, {DEATHS_MAX} times in a minute: given up", "given up"))
        self.gone.append(name)
        webs = {f"{WEB} {n + 1}" for n in range(self.plan.workers)}
        if name == "database" or webs <= set(self.gone):
            wrong = f"{name} {why}, {DEATHS_MAX} times within a minute."
            log = self.plan.home.log if name == "database" else self.plan.home.service_log
            raise EnvironmentFault("GIVEN_UP", wrong, f"What it said stands in {log}.")

    def _rest(self, name: str) -> float:
        """When to start it again: at once at first, then later and later."""
        now = time.monotonic()
        lately = sum(now - death < WINDOW_SECONDS for death in self.deaths[name])
        return now + RESTS[min(lately, len(RESTS)) - 1]

    def _turn_log(self) -> None:
        """Begin the log anew when it is long; each process sees that and follows."""
        log = self.plan.home.service_log
        if os.fstat(self.log).st_size > LOG_BYTES_MAX:
            log.replace(log.with_suffix(".log.1"))
            private(log)
            os.close(self.log)
            self.log = os.open(log, os.O_WRONLY | os.O_APPEND)

    def end(self) -> None:
        """Stop all: the processes first, each ending what it is at, then the database."""
        if not self.children and self.server is None:
            return
        self.tell(Line("service", "stops", "stopping"))
        for one in self.children:
            one.tell_to_stop()
        until = time.monotonic() + STOP_SECONDS
        while any(one.ended() is None for one in self.children) and time.monotonic() < until:
            time.sleep(0.02)
        for one in self.children:
            one.end()
        self.children.clear()
        if self.server is not None:
            self.server.stop()
            self.server = None
        if self.log >= 0:
            os.close(self.log)
            self.log = -1
        self.tell(Line("service", "has stopped", "stopped"))


def _started(home: Home) -> postgres.Server:
    """The embedded server. Its lock is the launcher's alone: what is forked lets go of it."""
    server = postgres.start(home)
    os.register_at_fork(after_in_child=server.lock.close)
    return server


@contextmanager
def _signals(stop: Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM ask to stop; asked twice changes nothing."""

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {one: signal.signal(one, asked) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _empty(folder: Path) -> None:
    """What processes that are gone counted is not counted on."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)


def _answers(host: str, port: int) -> bool:
    asked = http.client.HTTPConnection(host, port, timeout=5)
    try:
        asked.request("GET", "/health")
        return asked.getresponse().status == 200
    except (http.client.HTTPException, OSError):
        return False
    finally:
        asked.close()
