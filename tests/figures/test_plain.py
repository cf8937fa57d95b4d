"""The one encoding of records."""

import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest

from figures.plain import as_json, plain


@dataclass(frozen=True, slots=True)
class Inner:
    day: date
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: tuple[Inner, ...]
    more: MappingProxyType[str, object]
    nothing: None = None


def test_records_days_and_mappings_become_objects_however_deep_they_lie() -> None:
    record = Outer(
        "é", (Inner(date(2025, 5, 23), ("A!B1",)),), MappingProxyType({"at": datetime(2025, 5, 23, tzinfo=UTC)})
    )
    expected = {
        "name": "é",
        "inner": [{"day": "2025-05-23", "cells": ["A!B1"]}],
        "more": {"at": "2025-05-23T00:00:00+00:00"},
        "nothing": None,
    }
    assert plain(record) == expected
    assert json.loads(as_json([record])) == [expected]
    assert "é" in as_json(record)


def test_what_has_no_form_in_json_is_refused() -> None:
    for odd in ({1}, b"x", object(), Inner):
        with pytest.raises(TypeError, match="is not JSON"):
            as_json({"odd": [odd]})
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json([math.nan])
