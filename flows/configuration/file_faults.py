"""What is wrong with a configuration file: each fault with its line, what was found, and what to write."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from alerts.channels.channel_table import CHANNELS, channel_keys, kinds_with
from alerts.claims.toml_lines import Place, line_of, places
from figures.naming import nearest, or_nearest

_RAISED = "Value error, "  # what pydantic sets before the words of our own checks
_BOUNDS = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text, in quotation marks",
    "date": "a day such as 2026-11-28, without quotation marks",
}


class _Text(NamedTuple):
    """What a file may say, and what it says."""

    model: type[BaseModel]
    content: Mapping[str, Any]


def unreadable(file: Path, error: OSError | ValueError) -> str:
    """Why a file could not be read as TOML, with its line where the fault has one."""
    match error:
        case tomllib.TOMLDecodeError():
            words, _, at = str(error).partition(" (at line ")
            line = at.partition(",")[0]
            where = f"{file}:{line}" if line.isdecimal() else f"{file}"
            return f"{where}: this is no TOML: {words}; every line is [table], [[table]] or key = value"
        case UnicodeDecodeError():
            return f"{file}: byte {error.start} is no UTF-8; save the file as UTF-8"
        case OSError():
            return f"{file}: cannot be read: {error.strerror or error}"
        case _:
            return f"{file}: cannot be read: {error}"


def faults(file: Path, text: str, error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Every fault of a file, in the order of its lines: `FILE:LINE: key: what is wrong; what to write`."""
    lines = places(text)
    found = sorted({_fault(each, lines, _Text(model, tomllib.loads(text))) for each in error.errors(include_url=False)})
    return [f"{file}:{line}: {words}" for line, words in found]


def _fault(error: ErrorDetails, lines: Mapping[Place, int], text: _Text) -> tuple[int, str]:
    place = tuple(part for part in error["loc"] if part != "[key]")
    words = error["msg"].removeprefix(_RAISED) if error["type"] == "value_error" else _words(error, place, text)
    # A fault of several keys together begins with the one to look at.
    named = (*place, *(int(part) if part.isdecimal() else part for part in words.partition(" ")[0].split(".")))
    if named in lines:
        place, words = named, words.partition(" ")[2]
    return line_of(place, lines), f"{_key(place)}: {words}"


def _key(place: Sequence[str | int]) -> str:
    return ".".join(part for part in place if isinstance(part, str)) or "the file"


def _words(error: ErrorDetails, place: Place, text: _Text) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(place, text)
    if kind == "missing":
        return f"is missing; add a line {place[-1]} = ..."
    if kind in ("tuple_type", "list_type"):
        return _no_list(place, value)
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"must be a table; write [{_key(place)}] on a line of its own, with one bracket on each side"
    shown = f"is {value!r}; " if _may_be_told(place, value) else ""
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{shown}write a number that is {words} {context[name]}"
    if kind == "literal_error":
        allowed = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        near = or_nearest(str(value), allowed)
        return f"{shown}write one of {', '.join(allowed)}{near}"
    if kind == "string_pattern_mismatch":
        return f"{shown}write 1 to 60 letters, digits, - and _"
    return f"{shown}write {_KINDS.get(kind.partition('_')[0], 'another value')}"


def _may_be_told(place: Place, value: object) -> bool:
    """Whether a value is surely no secret that was written in the wrong place."""
    return not str(place[-1]).endswith("_env") and isinstance(value, str | int | float) and "://" not in str(value)


def _no_list(place: Place, value: object) -> str:
    key = place[-1]
    if isinstance(value, dict):
        return f"must be a list of tables; write [[{key}]], with two brackets on each side, before each of them"
    entry = value if isinstance(value, str) else "..."
    return f'must be a list, also where it has one entry; write {key} = ["{entry}"]'


def _unknown(place: Place, text: _Text) -> str:
    """An unknown key is told by the nearest; what it holds may be a secret, and is not told."""
    key = str(place[-1])
    is_of_a_channel = place[0] == "channels" and len(place) > 1
    if is_of_a_channel and (owners := kinds_with(key)):
        kind = text.content["channels"][place[1]].get("kind", "")
        of = f", not {kind}" if kind in CHANNELS else ""
        return f"is for channels of kind {' or '.join(owners)}{of}; delete the line"
    known = channel_keys() if is_of_a_channel else list(_table_at(place[:-1], text.model).model_fields)
    if near := nearest(key, known, 1):
        (meant,) = near
        secret = meant.endswith("_env") and not key.endswith("_env")
        hint = ", and the name of the environment variable that holds the secret, not the secret itself"
        return f"is no setting; did you mean {meant}?" + (f" Write {meant}{hint}." if secret else "")
    return _elsewhere(key, text) or f"is no setting; there are {', '.join(known)}"


def _elsewhere(key: str, text: _Text) -> str:
    """Where a key belongs that stands in the wrong table; "" for one that no table has."""
    tables = [f"[{name}]" for name, other in _sections(text.model) if name and key in other.model_fields]
    return f"is no setting here; it belongs under {' or '.join(tables)}" if tables else ""


def _table_at(place: Place, model: type[BaseModel]) -> type[BaseModel]:
    """What may stand in a table. Names of one's own, as of a source, and numbers in a list lead no deeper."""
    for part in place:
        model = dict(_sections(model)).get(str(part), model)
    return model


def _sections(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The tables of the file, or of a table of it, by name; itself as ""."""
    yield "", model
    for name, each in model.model_fields.items():
        for kind in (each.annotation, *get_args(each.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield name, kind
