"""Faults by line: where a key stands in a file, and everything that is wrong with it at once."""

from pathlib import Path

import pytest

from alerts.claims.benchmarks import FILE, read_benchmarks
from alerts.claims.model import faults_of
from alerts.claims.toml_lines import line_of, places
from tests.alerts.conftest import CLAIMS

TEXT = '''\
id = "a"  # first
quote = """
test = "not a key"
"""
seen_in = [
  "one",
  "two",
]

[test]
form = "level"
over = { start = 2025-01-01 }

[test.noise]
cv = [
  { days = 14 },  # comment
  { days = 28 },
]

[[test.parts]]
words = "first"

[[test.parts]]
words = "second"

[test.parts.base]
start = 2025-01-01
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("id",), 1),
        (("quote",), 2),
        (("seen_in",), 5),
        (("seen_in", 0), 6),
        (("seen_in", 1), 7),
        (("test",), 10),
        (("test", "form"), 11),
        (("test", "over", "start"), 12),  # inside one line
        (("test", "noise"), 14),
        (("test", "noise", "cv", 1, "cv"), 17),
        (("test", "noise", "because"), 14),  # not there: its table
        (("test", "parts", 0, "words"), 21),
        (("test", "parts", 1, "words"), 24),
        (("test", "parts", 1, "base", "start"), 27),
        (("nothing",), 1),
    ],
)
def test_where_a_key_stands(place: tuple[str | int, ...], line: int) -> None:
    assert line_of(place, places(TEXT)) == line


def _faults(folder: Path, text: str, name: str = "seed-4-almost-49000-in-custody") -> list[tuple[int, str, str]]:
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return [(f.line, f.key, f"{f.words} {f.advice}".strip()) for f in faults_of(path)]


def _changed(*changes: tuple[str, str], name: str = "seed-4-almost-49000-in-custody") -> str:
    text = (CLAIMS / f"{name}.toml").read_text("utf-8")
    for old, new in changes:
        assert text.count(old) >= 1
        text = text.replace(old, new, 1)
    return text


def test_several_faults_of_one_file_each_with_its_line_and_what_to_do(tmp_path: Path) -> None:
    text = _changed(
        ("almost 49,000 people in ICE custody", "x" * 301),
        ("because = \"'Almost'", "why = \"'Almost'"),
        ("ice.detained{", "ice.detainees{"),
        ("deportations-report/", "deportations-report/?utm_source=facebook"),
        ('caveat = "', 'fudge = "'),
    )
    lines = {line.partition(" = ")[0]: number for number, line in enumerate(text.splitlines(), start=1)}
    found = _faults(tmp_path, text)
    assert [(line, key) for line, key, _ in found] == [
        (lines["quote"], "quote"),
        (lines["seen_in"] + 1, "seen_in.0"),
        (1, "caveat"),
        (lines["[test]"], "test.because"),
        (lines["form"] + 1, "test.series"),
        (lines["why"], "test.why"),
        (lines["fudge"], "fudge"),
    ]
    said = dict(zip((key for _, key, _ in found), (words for *_, words in found), strict=True))
    assert said["quote"].endswith("Quote the words that carry the claim, and no more.")
    assert said["seen_in.0"].endswith("carries the tracking parameter utm_source; cut it off")
    assert "Add because: say why it is so." in said["test.because"]
    assert "names no known metric; nearest: ice.detained_share, ice.detained" in said["test.series"]
    assert "Correct the name or delete the line" in said["fudge"]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('covers = "people held by ICE"', 'covers = "DHS removals"', "testability", "makes it 'none'"),
        ("said_on = 2025-05-28", 'said_on = 2025-05-28\nsaid_day = "month"', "said_on", "the last day of the month"),
        ("value = 49000", "value = ", "", "Invalid value (at line 24"),
        ('form = "level"', 'form = "levels"', "test", "Give test.form one of these; nearest: level."),
    ],
)
def test_one_fault_at_its_key(tmp_path: Path, old: str, new: str, key: str, words: str) -> None:
    text = _changed((old, new))
    ((line, found, said),) = _faults(tmp_path, text)
    assert found == key
    assert words in said
    wanted = f"{key} = " if key and key != "test" else "[test]" if key else "value = "
    assert text.splitlines()[line - 1].startswith(wanted)


def test_a_word_that_may_be_left_out_says_so(tmp_path: Path) -> None:
    """Of every key of that kind: a claim may have no such word."""
    said = "Input should be 'double' or 'triple' Write one of these, or delete the line: word may be left out."
    triple = "seed-2-triple-early-days"
    ((line, key, words),) = _faults(tmp_path, text := _changed(('"triple"', '"twice"'), name=triple), triple)
    assert (text.splitlines()[line - 1], key, words) == ('word = "twice"', "test.word", said)
    change = "kocher-60311-april"
    added = _changed(('form = "change"', 'form = "change"\ndefinition = "guilty"'), name=change)
    assert [words for _, key, words in _faults(tmp_path, added, change) if key == "test.definition"] == [
        "Input should be 'convicted', 'convicted or charged', 'no conviction' or 'no record' "
        "Write one of these, or delete the line: definition may be left out."
    ]


def test_a_benchmark_that_is_not_known_or_not_sourced(tmp_path: Path) -> None:
    name = "seed-5-above-appropriated"
    text = _changed(('benchmark = "funded_beds"', 'benchmark = "beds"'), name=name)
    ((line, key, said),) = _faults(tmp_path, text, name)
    assert (key, text.splitlines()[line - 1]) == ("test.yardsticks.0", "[[test.yardsticks]]")
    assert said.startswith("benchmark 'beds' is not in benchmarks.toml; known are funded_beds")
    (tmp_path / FILE).write_text(
        '[beds]\ntitle = "Beds"\nunit = "beds"\n\n[[beds.steps]]\nsince = 2024-03-23\nvalue = 41500\nwords = "beds"\n'
    )
    ((line, key, said),) = [(f.line, f.key, f.words) for f in faults_of(tmp_path / FILE)]
    assert (line, key) == (5, "beds.steps.0")
    assert said.endswith("the value 41500 is unsourced: give its source (a link) and words for it")


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("[[beds.steps]]\nsince = 2024-03-23\n", "a step without value ends the benchmark: say why in because"),
        ("[[beds.steps]]\nsince = 2024-03-23\nbecause = 'over'\n", "the first has a value"),
        ("", "Field required"),
    ],
)
def test_a_benchmark_s_steps(tmp_path: Path, steps: str, words: str) -> None:
    (tmp_path / FILE).write_text(f'[beds]\ntitle = "Beds"\nunit = "beds"\n\n{steps}')
    (fault,) = faults_of(tmp_path / FILE)
    assert words in fault.words


def test_the_shipped_benchmarks_are_dated_and_sourced() -> None:
    found = read_benchmarks(CLAIMS / FILE)
    assert found.faults == ()
    assert {"funded_beds", "ice_posts_january_2025", "ice_first_100_days"} <= set(found.known)
    assert [step.value for step in found.known["ice_posts_january_2025"].steps] == [919.6]
    assert [step.value for step in found.known["ice_first_100_days"].steps] == [664.6]
    assert all(step.source for each in found.known.values() for step in each.steps if step.value)


def test_one_s_own_benchmarks_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    name = "seed-5-above-appropriated"
    (tmp_path / FILE).write_text(
        '[beds]\ntitle = "Beds"\nunit = "beds"\n[[beds.steps]]\nsince = 2024-03-23\nvalue = 40000\n'
        'words = "40,000 beds"\nsource = "https://example.org/"\n'
        '[[beds.steps]]\nsince = 2025-06-01\nvalue = 50000\nwords = "50,000 beds"\nsource = "https://example.org/"\n'
    )
    text = _changed(('benchmark = "funded_beds"', 'benchmark = "beds"'), name=name)
    assert _faults(tmp_path, text, name) == []
    from alerts.claims.model import load_claim
    from alerts.forms.kinds.threshold import ThresholdTest

    test = load_claim(tmp_path / f"{name}.toml").words.test
    assert isinstance(test, ThresholdTest)
    first, second = test.yardsticks
    assert (first.value, str(first.until), first.until_because) == (
        40_000,
        "2025-05-31",
        "Since 1 June 2025 it is 50,000 beds.",
    )
    assert second.value == 44_000


def test_another_benchmark_is_another_version_of_the_claim(tmp_path: Path) -> None:
    """Whoever corrects a benchmark changes the claims that name it, and no verdict that was given."""
    from alerts.claims.model import load_claim

    name = "seed-5-above-appropriated"
    text = (CLAIMS / f"{name}.toml").read_text("utf-8")
    (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    shipped = load_claim(tmp_path / f"{name}.toml")
    (tmp_path / FILE).write_text((CLAIMS / FILE).read_text("utf-8").replace("41500", "41000"), "utf-8")
    corrected = load_claim(tmp_path / f"{name}.toml")
    assert shipped.sha256 != corrected.sha256
    assert "value=41500.0" in shipped.text
    assert "value=41000.0" in corrected.text


@pytest.mark.parametrize(
    ("old", "new", "nearest"),
    [
        ("hedge = ", "hegde = ", "nearest: hedge"),
        ("speaker = ", "speakr = ", "nearest: speaker"),
        ('"almost"', '"allmost"', "nearest: almost"),
        ('form = "level"', 'form = "levels"', "nearest: level"),
        ('covers = "people held by ICE"', 'covers = "people held by ICe"', "nearest: people held by ICE"),
    ],
)
def test_a_wrong_word_is_told_with_the_nearest_that_there_is(tmp_path: Path, old: str, new: str, nearest: str) -> None:
    text = (CLAIMS / "seed-4-almost-49000-in-custody.toml").read_text("utf-8")
    assert text.count(old) == 1
    path = tmp_path / "seed-4-almost-49000-in-custody.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(nearest in str(fault) for fault in faults_of(path))
