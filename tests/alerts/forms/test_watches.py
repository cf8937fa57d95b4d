"""Watches: a threshold of one's own, in a file of its own, judged and told as any claim."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.claims.model import Claim, faults_of, load_claim, load_claims
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge
from alerts.forms.hysteresis import Position, rules_of, step
from alerts.forms.verdicts import Verdict
from alerts.messages.rendering import as_text
from alerts.messages.words.claim_news import News, desk_message
from figures.records import Figure
from tests.alerts.by_hand import HELD, REMOVALS, count, held
from tests.alerts.conftest import CLAIMS, at, knowledge

PAGE = Path(__file__).parents[3] / "docs" / "claims-files.md"
FIRST = date(2025, 5, 4)


def written(folder: Path, name: str, test: str, **fields: Any) -> Path:
    (folder / "watches").mkdir(exist_ok=True)
    path = folder / "watches" / f"{name}.toml"
    more = "".join(f"{key} = {value}\n" for key, value in fields.items())
    path.write_text(f'id = "{name}"\ntitle = "People held"\nsaid_on = 2025-05-01\n{more}\n[test]\n{test}', "utf-8")
    return path


def of_levels(*values: float) -> tuple[Figure, ...]:
    """Counts a fortnight apart, each public five days after its day."""
    days = [FIRST + timedelta(days=14 * n) for n in range(len(values))]
    return tuple(held(value, day, day + timedelta(days=5)) for value, day in zip(values, days, strict=True))


def standing(claim: Claim, known: Knowledge) -> list[Verdict]:
    """The verdicts at each publication."""
    instants = sorted({f.known_at for figures in known.figures.values() for f in figures})
    return [evaluate(claim, "standing", known.at(instant), instant) for instant in instants]


def told(claim: Claim, verdicts: list[Verdict]) -> list[str]:
    changes: list[str] = []
    position: Position | None = None
    for verdict in verdicts:
        taken = step(position, verdict, rules_of(claim.words.test.form))
        position = taken.position
        changes.append(taken.change)
    return changes


def test_a_series_of_which_no_scope_is_named_can_be_watched(tmp_path: Path) -> None:
    series = 'series = "cbp.encounters{component=ofo, region=northern}"\nunit = "encounters"\n'
    path = written(tmp_path, "ports", f'form = "moves"\n{series}percent = 5\ndays = 62\n')
    assert faults_of(path) == []
    assert load_claim(path).words.covers == "cbp.encounters{component=ofo, region=northern}"


def test_a_change_within_so_many_days_is_told_with_both_figures(tmp_path: Path) -> None:
    unit = 'series = "ice.detained{agency=all, criminality=all}"\nunit = "people held"\n'
    claim = load_claim(written(tmp_path, "held-moves", f'form = "moves"\n{unit}percent = 5\ndays = 28\n'))
    verdicts = standing(claim, knowledge(*of_levels(50_000, 51_000, 51_500, 54_000, 55_000, 54_500, 54_800)))
    assert [v.state for v in verdicts] == [
        "data_missing",
        "data_missing",
        *["quiet", "crossed", "crossed", "quiet", "quiet"],
    ]
    assert verdicts[3].words == "54,000 people held on 15 June 2025, 5.9 % more than the 51,000 of 18 May 2025"
    assert told(claim, verdicts) == ["", "", "", "further_away", "", "", "nearer"]
    down = load_claim(written(tmp_path, "held-falls", f'form = "moves"\n{unit}percent = 5\nside = "down"\n'))
    assert {v.state for v in standing(down, knowledge(*of_levels(50_000, 51_000, 54_000, 60_000)))[2:]} == {"quiet"}
    assert standing(down, knowledge(*of_levels(50_000, 50_000, 47_000)))[-1].words.endswith(
        "6.0 % less than the 50,000 of 4 May 2025"
    )


def test_a_pace_above_a_number_is_told_with_its_days(tmp_path: Path) -> None:
    body = f'form = "passes"\nseries = "{REMOVALS}"\nunit = "removals a day"\nside = "above"\nvalue = 1500\n'
    claim = load_claim(written(tmp_path, "removals-pass", body))
    ends = [date(2025, 1, 4) + timedelta(days=28 * n) for n in range(4)]
    counts = (60_000, 60_000 + 28 * 1400, 60_000 + 28 * 1400 + 28 * 1550, 60_000 + 28 * 1400 + 28 * 3050)
    known = knowledge(*(count(REMOVALS, n, end, end + timedelta(days=5)) for n, end in zip(counts, ends, strict=True)))
    verdicts = standing(claim, known)
    assert [v.state for v in verdicts[1:]] == ["quiet", "crossed", "quiet"]
    assert verdicts[2].words == "1,550.0 removals a day from 2 February 2025 to 1 March 2025, above 1,500"
    assert verdicts[3].words.endswith("not above 1,500")  # the number itself is not above it
    assert [f.value for f in verdicts[2].evidence] == [counts[2], counts[1]]


def test_a_new_record_is_told_once_for_each_rise_and_what_comes_back_is_not_told(tmp_path: Path) -> None:
    body = f'form = "new_record"\nseries = "{HELD}"\nunit = "people held"\nside = "highest"\n'
    claim = load_claim(written(tmp_path, "held-record", body))
    verdicts = standing(claim, knowledge(*of_levels(50_000, 49_000, 51_000, 52_000, 50_500, 50_000, 53_000)))
    assert [v.state for v in verdicts[1:]] == ["quiet", "crossed", "crossed", "quiet", "quiet", "crossed"]
    assert verdicts[2].words == (
        "51,000 people held on 1 June 2025, the highest since 4 May 2025; before it 50,000 of 4 May 2025"
    )
    assert told(claim, verdicts) == ["", "", "further_away", "", "", "", "further_away"]
    assert standing(claim, knowledge(*of_levels(50_000, 50_000)))[-1].state == "quiet"  # an equal value is no record


def test_a_watch_speaks_of_its_figure_and_of_nobody_who_claimed_it(tmp_path: Path) -> None:
    unit = 'series = "ice.detained{agency=all, criminality=all}"\nunit = "people held"\n'
    claim = load_claim(written(tmp_path, "held-moves", f'form = "moves"\n{unit}percent = 5\n'))
    known = knowledge(*of_levels(50_000, 51_000, 54_000))
    verdict = standing(claim, known)[-1]
    message = desk_message(
        [News(claim, replace(verdict, state="crossed"), "further_away", "quiet")], at(date(2025, 6, 6))
    )
    assert message.subject == (
        "54,000 people held on 1 June 2025, 8.0 % more than the 50,000 of 4 May 2025 (watch: People held)"
    )
    text = as_text(message)
    assert "A watch of your own: nobody claimed it. It has crossed its threshold." in text
    assert "Mute: onrecord silence held-moves" in text
    assert not re.search(r"claim(ed)? in substance|When made|Careful: \.", text)
    for answer in ("at_claim", "revised"):
        assert evaluate(claim, answer, known, at(date(2025, 6, 6))).state == "none"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (f'form = "passes"\nseries = "{REMOVALS}"\nunit = "removals"\nside = "above"\nvalue = 1\n', "ends in 'a day'"),
        (f'form = "passes"\nseries = "{HELD}"\nunit = "people a day"\nside = "above"\nvalue = 1\n', "is no pace a day"),
        (f'form = "moves"\nseries = "{HELD}"\nunit = "people"\npercent = 0\n', "greater than 0"),
        (f'form = "level"\nseries = "{HELD}"\nunit = "people"\n', ""),
    ],
)
def test_what_is_wrong_with_a_watch_is_said_with_its_line(tmp_path: Path, test: str, words: str) -> None:
    faults = [str(fault) for fault in faults_of(written(tmp_path, "my-watch", test))]
    assert faults
    assert any(words in fault for fault in faults), faults


def test_a_watch_has_no_speaker_and_lies_with_the_watches(tmp_path: Path) -> None:
    body = f'form = "new_record"\nseries = "{HELD}"\nunit = "people held"\nside = "highest"\n'
    path = written(tmp_path, "my-watch", body, speaker='"Somebody"')
    assert any("speaker belongs to a claim" in str(fault) for fault in faults_of(path))
    claim = (CLAIMS / "seed-4-almost-49000-in-custody.toml").read_text("utf-8")
    path = tmp_path / "seed-4-almost-49000-in-custody.toml"
    path.write_text(claim.partition("[test]")[0] + "[test]\n" + body, "utf-8")
    assert any("put the file into the folder watches" in str(fault) for fault in faults_of(path))


def test_the_files_on_the_page_are_watches_that_work(tmp_path: Path) -> None:
    section = PAGE.read_text("utf-8").partition("## Watches")[2].partition("\n## ")[0]
    files = re.findall(r"```toml\n(.*?)```", section, flags=re.S)
    (tmp_path / "watches").mkdir()
    for text in files:
        name = re.findall(r'^id = "([^"]+)"', text, flags=re.M)[0]
        (tmp_path / "watches" / f"{name}.toml").write_text(text, "utf-8")
    watches, errors = load_claims([tmp_path / "watches"])
    assert errors == []
    assert {watch.words.test.form for watch in watches} == {"moves", "passes", "new_record"}
