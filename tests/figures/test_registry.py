"""The registry and the catalogue fit: each metric names a source that there is, each source publishes some."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from checks.declared import checks_of
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import Metric
from figures.publication import Rhythm
from figures.records import Publisher, Source, Stand
from figures.registry import PUBLISHERS, SOURCES
from figures.registry_faults import registry_faults
from figures.scopes import HELD, ITS_OWN, whole
from flows.cli import app
from flows.configuration.template import configuration

ROOT = Path(__file__).parents[2]


def test_each_metric_is_of_a_source_that_there_is_and_each_source_with_a_headline_has_metrics() -> None:
    assert {metric.source for metric in METRICS.values()} == {s.id for s in SOURCES.values() if s.headline}


def test_a_source_without_a_headline_checks_another_and_is_not_imported() -> None:
    (checking,) = [source for source in SOURCES.values() if not source.headline]
    assert (checking.id, checking.metrics, checking.dated) == ("cbp_southwest", (), None)


def test_each_source_is_of_one_publisher_and_names_a_metric_of_its_own_as_its_headline() -> None:
    published = [source for sources in PUBLISHERS.values() for source in sources]
    assert sorted(published) == sorted(SOURCES)
    for source in SOURCES.values():
        if source.headline:
            assert METRICS[source.headline].source == source.id


def test_no_metric_is_anybodys_by_default() -> None:
    with pytest.raises(TypeError, match="source"):
        Metric("ice.made_up", "people", "made up", "Nobody says whose it is.", ())  # type: ignore[call-arg]


def test_every_entry_is_whole_and_what_it_names_is_there() -> None:
    assert registry_faults() == []
    for source in SOURCES.values():
        assert source.parser >= 1, source.id
        assert all(check.name and callable(check.ask) for check in checks_of(source.id)), source.id
        assert len(checks_of(source.id)) >= len(source.checks), source.id


def _with(**changes: object) -> list[str]:
    made = replace(SOURCES["cbp_encounters"], **changes)  # type: ignore[arg-type]
    return registry_faults({**SOURCES, made.id: made})


def _ruled(**changes: object) -> list[str]:
    rules = SOURCES["ice"].by.rules
    assert rules is not None
    return _with(by=Publisher("x", "X", replace(rules, law=None, **changes)))  # type: ignore[arg-type]


def test_an_entry_that_lacks_something_is_told_with_what_to_write() -> None:
    assert _with(checks=()) == [
        "The source 'cbp_encounters' has no checks: name the modules of checks/ that look at each of its documents "
        "under `checks`."
    ]
    assert _with(by=Publisher("x", "X", None)) == [
        "The source 'cbp_encounters' has no rhythm: say under `rules` of 'x' when a release is due and late, or "
        "declare that it has ended."
    ]
    ended = Stand("ended", date(2026, 1, 1), "its page says so")
    assert _with(by=Publisher("x", "X", None), declared=ended) == []
    assert "'cbp_encounters' has no metric 'cbp.encounter', which is its headline; nearest: cbp.encounters" in "".join(
        _with(headline="cbp.encounter")
    )
    assert "has no metric '', which is its headline" in "".join(_with(headline=""))
    assert "has no metric 'cbp.encounters', which is its headline" in "".join(_with(metrics=()))
    assert "lists metrics that name another source: ohss.arrests" in "".join(_with(metrics=SOURCES["ohss"].metrics))
    assert _with(scopes={}) == [
        "The source 'cbp_encounters' has no scope for 'cbp.encounters', its headline: say under `scopes` what its "
        "series count, ITS_OWN where no other metric counts the same."
    ]
    assert "has scopes of 'cbp.encounter', which is no metric of its own; nearest: cbp.encounters" in "".join(
        _with(scopes={"cbp.encounters": ITS_OWN, "cbp.encounter": ITS_OWN})
    )
    assert "has 'border crossing' as a scope of 'cbp.encounters', which is none; nearest: border crossings" in "".join(
        _with(scopes={"cbp.encounters": whole("border crossing")})
    )
    assert (
        "tells scopes of 'cbp.encounters' apart by agency, which does not fit: its dimensions are component"
        in "".join(_with(scopes={"cbp.encounters": HELD}))
    )
    assert "'x' has no rhythm: `declared` or `monthly`" in "".join(_ruled(declared=None, turn=None))
    assert "'x' is late before it is due" in "".join(_ruled(declared=Rhythm(3, 2, "wrong")))
    assert "'x' follows 'ise', which is no publisher; nearest: ice" in "".join(_ruled(follows="ise"))


def test_no_command_starts_with_an_entry_that_lacks_something(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = replace(SOURCES["ohss"], checks=())
    monkeypatch.setattr(app, "registry_faults", lambda: registry_faults({made.id: made}))
    monkeypatch.setattr(sys, "argv", ["onrecord", "--version"])
    with pytest.raises(SystemExit) as caught:
        app.main()
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("The source 'ohss' has no checks: name the modules")
    assert "Nothing was started." in said


def test_the_template_of_the_configuration_names_every_source() -> None:
    text = configuration("a@b.example")
    assert [id_ for id_ in SOURCES if id_ not in text] == []


def _reader(source: Source) -> str:
    """The module of a source's reader."""
    (name,) = {cell.cell_contents for cell in source.version.__closure__ or ()}  # type: ignore[attr-defined]
    return f"scrapers.{name}"


def _imports(module: str, seen: set[str]) -> Iterator[str]:
    """What a module of the scrapers imports of them, however far away."""
    spec = find_spec(module)
    if module in seen or spec is None or not spec.origin:
        return
    seen.add(module)
    for node in ast.walk(ast.parse(Path(spec.origin).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("scrapers."):
            yield node.module
            yield from _imports(node.module, seen)


def test_readers_of_different_sources_do_not_know_each_other() -> None:
    counting = [source for source in SOURCES.values() if source.headline]  # one that checks another is read as that one
    readers = {_reader(source) for source in SOURCES.values()}
    assert len(readers) == len(counting)
    for reader in readers:
        import_module(reader)
        assert not (set(_imports(reader, set())) & readers - {reader}), reader
