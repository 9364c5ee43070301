"""An institution's own sheets: the values it has set over ours, as the library reads them.

They are written out as a folder whose name is of its content, which the library overlays on its own
and holds to the same form; so every rule reads an institution's value as it reads ours.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from suixin.data.errors import InputError
from suixin.evidence.disk import disk_faults
from suixin.kernel import policy as packaged
from suixin.kernel.parameter import Parameter, Setting
from suixin.kernel.policy import PolicyError, PolicyOn, check_policies, load_policy, read_policy
from suixin.lending.product import Product, check_products, product_on
from suixin.service.home import usual_home
from suixin.service.store.session import Actor, acting, query

PRODUCTS: Final = "products/"
PACKAGED: Final = Path(packaged.__file__).parents[1] / "policies"
_CHANGES: Final = """
    select sheet, parameter, since, value, reference, agreed from policy_change
     where institution_id = %s order by sheet, parameter, since
"""
_trying: ContextVar[Path | None] = ContextVar("trying", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value that is to hold from a day on. `value` is written as in a sheet (YAML)."""

    sheet: str
    parameter: str
    value: str
    since: date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A value that an institution has set; `value` is JSON, `agreed` its proposal."""

    sheet: str
    parameter: str
    since: date
    value: str
    reference: str
    agreed: str


def own_product(actor: Actor, name: str, day: date) -> Product:
    """A product as an institution's own sheet has it on a day; raises as `product_on`."""
    return product_on(name, day, folder_of(actor))


def own_rules(actor: Actor, day: date) -> PolicyOn:
    """The rules of origination as an institution has set them on a day."""
    return load_policy("origination", folder_of(actor)).on(day)


def folder_of(actor: Actor) -> Path | None:
    """The folder of an institution's own sheets; None where it has set nothing."""
    tried = _trying.get()
    if tried is not None:
        return tried
    own = own_values(actor)
    return _written_out(actor.institution, own) if own else None


@contextmanager
def trying(actor: Actor, change: Change, *, since: date) -> Iterator[None]:
    """For the while, an institution's sheets as if a change had held from a day on.

    Raises `InputError` as `change_policy` does.
    """
    with tempfile.TemporaryDirectory(prefix="suixin-policy-") as made:
        folder = Path(made)
        own = [one for one in own_values(actor) if not is_of(change, one) or one.since < since]
        _write(folder, [*own, as_own(change, since)])
        _check_folder(folder)
        token = _trying.set(folder)
        try:
            yield
        finally:
            _trying.reset(token)


def _check_folder(folder: Path) -> None:
    faults: list[PolicyError] = check_policies(folder)
    if (folder / "products").is_dir():
        faults += check_products(folder)
    if faults:
        raise InputError("BAD_POLICY", f"It does not fit: {faults[0].message}.", "Correct it.")


def parameters_of(name: str) -> Mapping[str, Parameter]:
    """The parameters of a sheet as we ship it."""
    if name.startswith(PRODUCTS):
        return read_policy(PACKAGED / f"{name}.yaml").parameters
    return load_policy(name).parameters


def own_values(actor: Actor) -> tuple[Own, ...]:
    with acting(actor):
        rows = query(_CHANGES, [actor.institution])
    return tuple(
        Own(
            sheet=sheet,
            parameter=parameter,
            since=since,
            value=value,
            reference=reference,
            agreed=agreed,
        )
        for sheet, parameter, since, value, reference, agreed in rows
    )


def parsed(change: Change) -> Any:
    try:
        return yaml.safe_load(change.value)
    except yaml.YAMLError as fault:
        wrong = f"The value of {change.parameter} cannot be read."
        raise InputError(
            "VALUE", wrong, "Write it as in the sheet: 500, or {a: 1, b: 2}."
        ) from fault


def as_json(value: Any) -> str:
    """A value as JSON, the same for the same value."""
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as fault:
        wrong = "The value holds what no sheet holds."
        raise InputError("VALUE", wrong, "Give numbers, texts, lists and tables.") from fault


def as_own(change: Change, since: date) -> Own:
    return Own(
        sheet=change.sheet,
        parameter=change.parameter,
        since=since,
        value=as_json(parsed(change)),
        reference=change.reference.strip(),
        agreed="",
    )


def is_of(change: Change, one: Own) -> bool:
    return (one.sheet, one.parameter) == (change.sheet, change.parameter)


def subject_of(change: Change) -> str:
    return f"{change.sheet}/{change.parameter}"


def settings_of(name: str, parameter: str, own: Sequence[Own]) -> tuple[tuple[Setting, bool], ...]:
    """A parameter over time: ours up to the institution's first own value, then its own."""
    mine = [one for one in own if (one.sheet, one.parameter) == (name, parameter)]
    ours = parameters_of(name)[parameter].settings
    kept = [(one, False) for one in ours if not mine or one.since < mine[0].since]
    return (
        *kept,
        *(
            (Setting(one.since, json.loads(one.value), one.reference, "house"), True)
            for one in mine
        ),
    )


def plain_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain_value(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


class _Dumper(yaml.SafeDumper):
    """Writes every value out: a sheet is read line by line."""

    def ignore_aliases(self, data: Any) -> bool:
        """No short forms."""
        return True


def _written_out(institution: int, own: Sequence[Own]) -> Path:
    """The folder of these values; its name is of its content, so it is written once for ever."""
    whole = json.dumps([[one.sheet, one.parameter, f"{one.since}", one.value] for one in own])
    digest = hashlib.sha256(whole.encode()).hexdigest()[:32]
    folder = usual_home().folder / "policies" / str(institution) / digest
    if not folder.is_dir():
        with disk_faults(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
            _write(part, own)
            try:
                part.rename(folder)
            except OSError:
                shutil.rmtree(part)
                if not folder.is_dir():
                    raise
    return folder


def _write(folder: Path, own: Sequence[Own]) -> None:
    for name in dict.fromkeys(one.sheet for one in own):
        changed = {one.parameter for one in own if one.sheet == name}
        path = folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        # A product's sheet stands alone; of a policy only what is changed is overlaid.
        wanted = parameters_of(name) if name.startswith(PRODUCTS) else changed
        told = {parameter: _sheet_entry(name, parameter, own) for parameter in wanted}
        text = yaml.dump(told, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
        path.write_text(text, "utf-8")


def _sheet_entry(name: str, parameter: str, own: Sequence[Own]) -> dict[str, object]:
    told = parameters_of(name)[parameter]
    return {
        "description": told.description,
        "unit": told.unit,
        "values": {
            setting.since: {
                "value": _unfrozen(setting.value),
                "reference": setting.reference,
                "confidence": setting.confidence,
            }
            for setting, _ in settings_of(name, parameter, own)
        },
    }


def _unfrozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _unfrozen(item) for key, item in value.items()}
    return [_unfrozen(item) for item in value] if isinstance(value, tuple | list) else value
