"""Records as JSON has them: the one encoding of what is printed for programs, exported, and kept as JSON.

Pydantic's own encoder writes an instant with Z where our printed and recorded objects have always had +00:00.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any


def plain(value: object) -> Any:
    """A record as an object by the names of its fields, a mapping as an object, tuple and list as a list, days and
    instants in ISO 8601, however deep they lie.

    Raises TypeError for what has no such form.
    """
    match value:
        case None | str() | int() | float():
            return value
        case date():  # instants too
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() | list():
            return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} is not JSON")


def as_json(value: object) -> str:
    """The text of it. Raises ValueError for a number that is none: JSON has no word for that."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False)
