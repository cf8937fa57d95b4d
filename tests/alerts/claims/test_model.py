"""Claim files: what a person writes, and what is said when it cannot be used."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from alerts.claims.model import Claim, ClaimError, load_claim
from alerts.claims.model import load_claims as load_all
from alerts.forms.kinds.comparison import ComparisonTest
from alerts.forms.kinds.level import LevelTest
from alerts.forms.kinds.target_rate import TargetTest
from alerts.forms.kinds.threshold import ThresholdTest
from tests.alerts.conftest import CLAIMS
from tests.looped import for_each

LEVEL = "seed-4-almost-49000-in-custody"
THRESHOLD = "seed-5-above-appropriated"
TARGET = "seed-1-target-3000-arrests"
COMPARISON = "seed-6-roughly-same-as-biden"
FILES = sorted(path for path in CLAIMS.glob("*.toml") if path.name != "benchmarks.toml")


def text_of(claim: str) -> str:
    return (CLAIMS / f"{claim}.toml").read_text("utf-8")


def written(folder: Path, text: str, name: str = LEVEL) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def changed(claim: str, old: str, new: str) -> str:
    text = text_of(claim)
    assert text.count(old) == 1
    return text.replace(old, new)


def load_text(folder: Path, text: str, name: str = LEVEL) -> Claim:
    return load_claim(written(folder, text, name))


def fault(folder: Path, text: str, name: str = LEVEL) -> str:
    path = written(folder, text, name)
    with pytest.raises(ClaimError) as caught:
        load_claim(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


def test_every_shipped_claim_loads() -> None:
    claims, errors = load_all([CLAIMS])
    assert errors == []
    assert {TARGET, LEVEL, THRESHOLD, COMPARISON} <= {claim.id for claim in claims}
    assert [claim.id for claim in claims] == sorted(path.stem for path in FILES)


@for_each("path", lambda: FILES)
def test_a_shipped_claim_says_who_when_where_and_what_it_is_about(path: Path) -> None:
    words = load_claim(path).words
    for said in (words.speaker, words.wording, words.source, words.scope, words.caveat, words.test.because):
        assert said.strip() == said != ""
    assert not any("utm_" in address for address in (words.source, *words.seen_in))
    assert not (words.quote and words.substance)
    assert words.quote or "no words are held" in words.quote_form
    assert words.said_on <= date(2026, 12, 31)


def test_a_claim_as_read() -> None:
    path = CLAIMS / f"{LEVEL}.toml"
    claim = load_claim(path)
    assert (claim.id, claim.words.said_on, claim.text) == (LEVEL, date(2025, 5, 28), path.read_text("utf-8"))
    assert claim.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    # By the end of its day in Washington, four hours behind UTC in May.
    assert claim.on_record_at == datetime(2025, 5, 29, 3, 59, 59, 999999, tzinfo=UTC)
    test = claim.words.test
    assert isinstance(test, LevelTest)
    assert (test.value, test.hedge, test.noise.sigma_14) == (49_000, "almost", 1_197)


def test_each_form_as_read() -> None:
    target = load_claim(CLAIMS / f"{TARGET}.toml").words.test
    threshold = load_claim(CLAIMS / f"{THRESHOLD}.toml").words.test
    comparison = load_claim(CLAIMS / f"{COMPARISON}.toml").words.test
    assert isinstance(target, TargetTest)
    assert isinstance(threshold, ThresholdTest)
    assert isinstance(comparison, ComparisonTest)
    assert (target.value, target.since, target.proxy_share) == (3_000, date(2025, 5, 21), 0.9)
    assert [y.value for y in threshold.yardsticks] == [41_500, 44_000]
    assert threshold.yardsticks[0].until == date(2025, 7, 4)
    assert (comparison.against_fiscal_year, comparison.since) == (2024, date(2025, 1, 26))


def test_the_variation_of_a_window_is_that_of_the_next_shorter_one() -> None:
    test = load_claim(CLAIMS / f"{COMPARISON}.toml").words.test
    assert isinstance(test, ComparisonTest)
    assert [test.noise.cv_of(days) for days in (14, 27, 28, 98, 112, 400)] == [0.116, 0.116, 0.074, 0.03, 0.019, 0.019]
    with pytest.raises(ValueError, match="no variation is known for windows of 13 days"):
        test.noise.cv_of(13)


@pytest.mark.parametrize(
    ("claim", "old", "new", "key", "words"),
    [
        (LEVEL, 'speaker = "Axios"', 'speaker = "Axios"\nspoken = 1', "spoken", "Extra inputs are not permitted"),
        (LEVEL, 'hedge = "almost"', 'hedge = "almost"\nfudge = 2', "test.fudge", "Extra inputs"),
        (LEVEL, "sigma_14 = 1197", "sigma = 1197", "test.noise", "Field required"),
        (LEVEL, 'speaker = "Axios"', "", "speaker", "Field required"),
        (LEVEL, 'speaker = "Axios"', 'speaker = ""', "speaker", "at least 1 character"),
        (LEVEL, "said_on = 2025-05-28", 'said_on = "2025-05-28"', "said_on", "valid date"),
        (LEVEL, 'form = "level"', 'form = "guess"', "test", "'level', 'range', 'threshold'"),
        (LEVEL, 'hedge = "almost"', 'hedge = "approx"', "test.hedge", "unknown hedge 'approx'; known are bare"),
        (
            LEVEL,
            "ice.detained{",
            "ice.detainees{",
            "test.series",
            "names no known metric; nearest: ice.detained_share, ice.detained",
        ),
        (LEVEL, "ice.detained{agency=all, criminality=all}", "ice.detained", "test.series", "names no known metric"),
        (
            LEVEL,
            "ice.detained{agency=all, criminality=all}",
            "ice.detained{agency=all}",
            "test.series",
            "must give every dimension of ice.detained a value: agency, criminality",
        ),
        (
            LEVEL,
            "ice.detained{agency=all, criminality=all}",
            "ice.detained{agency=all, criminality=}",
            "test.series",
            "must give every dimension of ice.detained a value",
        ),
        (
            LEVEL,
            "trac.detained{agency=all, criminality=all}",
            "trac.detained{agency=ICE, criminality=all}",
            "test.stand_in.series",
            "stand_in.series 'trac.detained{agency=ICE, criminality=all}' does not count what ice.detained",
        ),
        (
            LEVEL,
            "trac.detained{agency=all, criminality=all}",
            "ice.atd{technology=all}",
            "test.stand_in.series",
            "comes from the source that it is to stand in for",
        ),
        (LEVEL, "after_days = 45", "after_days = 3", "test.stand_in.after_days", "greater than or equal to 14"),
        (
            LEVEL,
            "ice.detained{agency=all, criminality=all}",
            "ice.detained{criminality=all,agency=all}",
            "test.series",
            "must be written 'ice.detained{agency=all, criminality=all}'",
        ),
        (
            LEVEL,
            "ice.detained{",
            "ice.detained_share{",
            "test.series",
            "is a fraction; a level is a count, a share is made of two counts",
        ),
        (
            LEVEL,
            "ice.detained{agency=all, criminality=all}",
            "ice.removals{group=all}",
            "test.series",
            "counts from 1 October and is no level of one day",
        ),
        (
            TARGET,
            "ice.book_ins{agency=ICE}",
            "ice.detained{agency=all, criminality=all}",
            "test.series",
            "does not count from 1 October, so that no rate and no total comes of it",
        ),
        (LEVEL, "value = 49000", "value = 0", "test.value", "greater than 0"),
        (LEVEL, "value = 49000", "value = inf", "test.value", "finite number"),
        (LEVEL, "value = 49000", 'value = "49000"', "test.value", "valid number"),
        (
            LEVEL,
            "value = 49000",
            'value = 49000\naccept = { because = "I say so" }',
            "test.accept",
            "accept needs low, high or both",
        ),
        (LEVEL, "value = 49000", "value = 49000\naccept = { low = 1 }", "test.accept.because", "Field required"),
        (
            LEVEL,
            "value = 49000",
            'value = 49000\naccept = { low = 9, high = 1, because = "I say so" }',
            "test.accept",
            "accept.low 9 is above accept.high 1",
        ),
        (
            TARGET,
            "value = 3000",
            'value = 3000\naccept = { high = 3000, because = "I say so" }',
            "test.accept",
            "a target is accepted from low on, without high",
        ),
        (
            THRESHOLD,
            'benchmark = "funded_beds"',
            'value = 41500\nwords = "beds"\nsource = "https://example.org/"\nuntil = 2025-07-04',
            "test.yardsticks.0",
            "until needs until_because",
        ),
        (
            THRESHOLD,
            'benchmark = "funded_beds"',
            'value = 0\nwords = "beds"\nsource = "https://example.org/"',
            "test.yardsticks.0.value",
            "greater than 0",
        ),
        (
            THRESHOLD,
            'benchmark = "funded_beds"',
            'value = 41500\nwords = "beds"',
            "test.yardsticks.0.source",
            "Field required",
        ),
        (
            THRESHOLD,
            'benchmark = "funded_beds"',
            'benchmark = "beds"',
            "test.yardsticks.0",
            "benchmark 'beds' is not in benchmarks.toml; known are funded_beds, funded_beds_with_resolution",
        ),
        (
            THRESHOLD,
            "said_on = 2025-05-28",
            "said_on = 2025-07-14",
            "test.yardsticks.0",
            "benchmark 'funded_beds' has no value on 2025-07-14",
        ),
        (
            LEVEL,
            'covers = "people held by ICE"',
            'covers = "people"',
            "covers",
            "'people' is no scope; nearest: people held by ICE, people held whom ICE arrested",
        ),
        (
            LEVEL,
            'covers = "people held by ICE"',
            'covers = "detention capacity"',
            "testability",
            "what is judged on makes it 'proxy' for a claim about 'detention capacity'",
        ),
        (LEVEL, 'testability = "direct"', 'testability = "direct"\nsaid_day = "month"', "said_on", "2025-05-31"),
        (COMPARISON, 'unit = "ratio"', 'unit = "people a day"', "test.unit", "'ratio'"),
        (
            COMPARISON,
            "{ days = 14, cv = 0.116 },",
            "",
            "test.noise.cv",
            "a step for windows of 14 days or less is needed",
        ),
        (LEVEL, "because = \"'Almost'", "why = \"'Almost'", "test.because", "Field required"),
        (
            LEVEL,
            'because = "Standard deviation',
            'reason = "Standard deviation',
            "test.noise.because",
            "Field required",
        ),
        (
            LEVEL,
            "deportations-report/",
            "deportations-report/?utm_source=facebook",
            "seen_in.0",
            "carries the tracking parameter utm_source; cut it off",
        ),
        (
            LEVEL,
            'source = "https://www.axios.com',
            'source = "javascript://www.axios.com',
            "source",
            "is no address; it begins with https://",
        ),
        (LEVEL, f'id = "{LEVEL}"', 'id = "../seed-4"', "id", "should match pattern"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_file_key_and_fault(
    tmp_path: Path, claim: str, old: str, new: str, key: str, words: str
) -> None:
    said = fault(tmp_path, changed(claim, old, new), claim)
    assert said.startswith((f"{key}: ", f"{key}."))
    assert words in said


def test_a_quote_is_kept_short(tmp_path: Path) -> None:
    quote = "almost 49,000 people in ICE custody, according to the latest government data from early May"
    assert load_text(tmp_path, changed(LEVEL, quote, "x" * 300)).words.quote == "x" * 300
    said = fault(tmp_path, changed(LEVEL, quote, "x" * 301))
    assert said.startswith("quote: String should have at most 300 characters")


def test_the_file_is_called_what_the_claim_is_called(tmp_path: Path) -> None:
    said = fault(tmp_path, text_of(LEVEL), "my-claim")
    assert said == f"id: the file must be called {LEVEL}.toml"


def test_several_faults_are_counted(tmp_path: Path) -> None:
    text = changed(LEVEL, 'speaker = "Axios"', "").replace("value = 49000", "")
    assert fault(tmp_path, text) == "speaker: Field required (1 more)"


def test_what_is_not_toml_is_told_with_its_place(tmp_path: Path) -> None:
    assert "(at line 1, column " in fault(tmp_path, "id = almost\n")


def test_what_is_not_utf_8_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'id = "caf\xe9"\n')
    with pytest.raises(ClaimError, match=r"latin\.toml: 'utf-8' codec can't decode"):
        load_claim(path)
    with pytest.raises(ClaimError, match=r"nowhere\.toml.*No such file"):
        load_claim(tmp_path / "nowhere.toml")


def test_one_bad_file_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    written(tmp_path, text_of(LEVEL))
    bad = written(tmp_path, "id = almost\n", "bad")
    claims, errors = load_all([tmp_path])
    assert [claim.id for claim in claims] == [LEVEL]
    (error,) = errors
    assert str(error).startswith(f"{bad}: ")


def test_an_id_in_two_folders_is_an_error_and_the_first_counts(tmp_path: Path) -> None:
    mine = written(tmp_path / "mine", changed(LEVEL, "value = 49000", "value = 60000"))
    claims, errors = load_all([CLAIMS, tmp_path / "mine"])
    assert [str(error) for error in errors] == [f"{mine}: id: {LEVEL} is on record already, in another folder"]
    kept = next(claim for claim in claims if claim.id == LEVEL)
    assert isinstance(kept.words.test, LevelTest)
    assert kept.words.test.value == 49_000


def test_only_toml_files_are_claims_and_a_folder_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("notes", "utf-8")
    assert load_all([tmp_path, tmp_path / "nothing"]) == ([], [])
