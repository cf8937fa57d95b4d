"""The desk's side of the registry: checking files, a new one by asking, versions, the page."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from alerts.claims.draft import as_toml
from alerts.claims.model import faults_of, load_claim
from alerts.claims.shipped import shipped_claims
from alerts.forms.registry import MENU
from figures.periods import Period
from figures.records import Observation, Parsed, Target
from flows.cli import claim_desk
from flows.cli.app import app
from flows.configuration.settings import load_settings
from flows.judging.judge import gather, judge
from flows.pipeline import run_line, usable_claims
from flows.show.claims_page import as_markdown
from replica.editions import edition
from replica.workbooks import build
from storage.engine import open_database, reading, writing
from storage.write import ledger, releases
from tests.alerts.by_hand import held, known
from tests.alerts.conftest import CLAIMS, at

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

LEVEL = "seed-4-almost-49000-in-custody"
DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONRECORD_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "claims").mkdir(parents=True)
    return tmp_path / "home"


def _run(*arguments: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_the_shipped_claims_are_in_order(home: Path) -> None:
    assert _run("claims", "check") == (0, "60 claims, all in order.\n")


def test_every_fault_is_told_with_file_and_line(home: Path) -> None:
    mine = home / "claims"
    text = (CLAIMS / f"{LEVEL}.toml").read_text("utf-8")
    (mine / f"{LEVEL}.toml").write_text(text, "utf-8")
    broken = mine / "my-claim.toml"
    broken.write_text(text.replace("value = 49000", "value = 0").replace('speaker = "Axios"', ""), "utf-8")
    code, told = _run("claims", "check")
    assert code == 1
    assert f"{broken}:1: speaker: Field required Add speaker:" in told
    value = text.splitlines().index("value = 49000") + 1
    assert f"{broken}:{value}: test.value: Input should be greater than 0" in told
    assert f"{mine / LEVEL}.toml:1: id: {LEVEL} is on record twice. Rename one of the files and its id." in told
    assert told.endswith("faults in 3 files.\n")
    assert _run("claims", "check", str(shipped_claims() / f"{LEVEL}.toml")) == (0, "1 claims, all in order.\n")


def test_a_denial_of_what_is_not_on_record(home: Path) -> None:
    text = (CLAIMS / "doj-no-quota.toml").read_text("utf-8").replace("miller-minimum-3000", "miller-9000")
    path = home / "claims" / "doj-no-quota.toml"
    path.write_text(text, "utf-8")
    code, told = _run("claims", "check", str(path))
    assert (code, "'miller-9000' is no claim on record; nearest: miller-minimum-3000" in told) == (1, True)


def test_a_facility_that_does_not_exist_is_a_fault_of_the_file_at_its_line(home: Path) -> None:
    """Once figures of facilities are stored: before that nobody can tell."""
    text = (CLAIMS / "draft-one-facility-above-1000.toml").read_text("utf-8")
    real = home / "claims" / "draft-one-facility-above-1000.toml"
    made_up = home / "claims" / "made-up.toml"
    real.write_text(text, "utf-8")
    made_up.write_text(text.replace("STEWART", "STEWERT").replace(real.stem, made_up.stem), "utf-8")
    assert _run("init", "--contact", "desk@newsroom.example")[0] == 0
    assert _run("claims", "check", str(real), str(made_up)) == (0, "2 claims, all in order.\n")
    facility = "STEWART DETENTION CENTER | LUMPKIN | GA"
    year = Period("fiscal_year_to_date", date(2024, 10, 1), date(2025, 6, 8))
    said = Observation(
        "ice.facility_adp_mandatory", (("facility", facility),), year, 1_200.5, "average people", "reported", "1200.5",
        "xlsx:Facilities FY25!W9", "facility_mandatory", 2025,
    )  # fmt: skip
    with writing(open_database(load_settings().database_url.get_secret_value())) as connection:
        releases.record_document(connection, "a" * 64, 9, "xlsx", at(date(2025, 6, 20)))
        target, seen = Target("", "list.xlsx", "current"), releases.Known(at(date(2025, 6, 20)), "stated", "")
        parsed = Parsed((said,), (), 2025, date(2025, 6, 20))
        releases.store_release(connection, "ice", "a" * 64, target, seen, parsed, 1, at(date(2025, 6, 20)))
    code, told = _run("claims", "check", str(real), str(made_up))
    line = next(n for n, each in enumerate(text.splitlines(), 1) if each.startswith("series = "))
    wrong, right = (
        f"ice.facility_adp_mandatory{{facility={name}}}" for name in (facility.replace("STEWART", "STEWERT"), facility)
    )
    assert told.splitlines()[0] == (
        f"{made_up}:{line}: test.series: {wrong} was never published; nearest: {right}. "
        "`onrecord series --find WORDS` finds series."
    )
    assert (code, len(told.splitlines())) == (1, 2)


def test_a_ratio_of_a_month_to_a_rate_a_day_is_refused(home: Path) -> None:
    text = (CLAIMS / "seed-2-triple-early-days.toml").read_text("utf-8")
    path = home / "claims" / "seed-2-triple-early-days.toml"
    of_a_day, of_a_month = "arrests a day", "arrests in January 2025"
    stated = 'words = "so many"\nvalue = 9000\nsource = "https://desk.example/"\nunit = '
    month_over_day = text.replace("numerator = 3000", 'numerator = 90000\nnumerator_is = "a total"')
    day_over_month = text.replace('benchmark = "ice_posts_january_2025"', f'{stated}"{of_a_month}"')
    for written, unit, numerator in ((month_over_day, of_a_day, "a total"), (day_over_month, of_a_month, "a day")):
        path.write_text(written, "utf-8")
        code, told = _run("claims", "check", str(path))
        line = written.splitlines().index("[[test.baselines]]") + 1
        assert (code, told.splitlines()[0]) == (
            1,
            f"{path}:{line}: test.baselines.0: baselines.0 is in {unit}, the numerator is {numerator}: say in "
            "numerator_is what it is, and set it over a baseline of the same kind",
        )
    path.write_text(text.replace('benchmark = "ice_posts_january_2025"', f'{stated}"{of_a_day}"'), "utf-8")
    assert _run("claims", "check", str(path))[0] == 0


def test_a_path_that_is_not_there(home: Path) -> None:
    from alerts.claims.model import ClaimError

    with pytest.raises(ClaimError, match=r"nowhere: there is no such file or folder"):
        claim_desk.check([home / "nowhere"])


COMMON = {
    "id": "my-claim",
    "title": "A claim",
    "speaker": "Somebody",
    "said_on": "2025-05-28",
    "quote": 'almost 49,000 "people"',
    "quote_form": "seen word for word",
    "source": "https://example.org/",
    "scope": "what is counted",
    "covers": "people held by ICE",
    "caveat": "what to know",
    "because": "why",
    "unit": "people held",
    "value": "49000",
    "hedge": "almost",
    "series": "ice.detained{agency=all, criminality=all}",
    "sigma_14": "1197",
    "benchmark": "funded_beds",
    "words": "what it is called",
    "start": "2025-01-26",
    "end": "2025-05-03",
    "since": "2025-01-26",
    "through": "2025-02-08",
    "proxy_share": "0.9",
    "numerator": "3000",
    "step_noise": "0.1",
    "cv": "0.2",
    "against_fiscal_year": "2024",
    "of": "ice.detained{agency=all, criminality=all}",
    "definition": "no record",
    "direction": "down",
    "verb": "plain",
    "by": "month",
    "side": "highest",
    "kind": "motive",
    "low": "40000",
    "high": "50000",
}
REMOVED = {"series": "ice.removals{group=all}", "covers": "ICE removals", "unit": "removals"}
# What differs for each form: answers by key, a list where a key is asked more than once.
OWN: dict[str, dict[str, str | list[str]]] = {
    "threshold": {"hedge": "more than"},
    "target_rate": REMOVED,  # type: ignore[dict-item]
    "target_total": REMOVED,  # type: ignore[dict-item]
    "cumulative": {**REMOVED, "hedge": "more than"},
    "rate": {**REMOVED, "hedge": "more than"},
    "projection": {**REMOVED, "hedge": "about"},
    "comparison": {**REMOVED, "hedge": "roughly the same"},
    "ratio": {
        "covers": "ICE arrests",
        "value": "3",
        "benchmark": ["ice_posts_january_2025", ""],
        "more baselines": ["y", ""],
        "series": "ice.book_ins{agency=ICE}",
    },
    "trend": {"covers": "border crossings", "series": "ice.book_ins{agency=CBP}"},
    "share": {"value": "54.7"},
    "change": {"value": "-5", "measure": "percent", "unit": "percent", "starts": "2025-01-26, 2025-02-09"},
    "composition": {
        "covers": "removals by place of arrest",
        "series": "ice.book_ins{agency=CBP}",
        "more parts": ["y", ""],
    },
    "not_testable": {"covers": "opinion"},
}


def _typist(form: str, **more: str | list[str]) -> tuple[Callable[[str, str], str], list[str]]:
    """Answers by key; of a list one after the other, the last again."""
    answers: dict[str, str | list[str]] = {**COMMON, "form": form, **OWN.get(form, {}), **more}
    given: dict[str, Iterator[str]] = {k: iter(v) for k, v in answers.items() if isinstance(v, list)}
    asked: list[str] = []

    def ask(key: str, meaning: str) -> str:
        asked.append(key)
        assert len(asked) < 200, f"{key} is asked without end"
        answer = answers.get(key, "")
        return next(given[key], "") if isinstance(answer, list) else answer

    return ask, asked


@pytest.mark.parametrize("form", sorted(MENU))
def test_a_new_claim_of_every_form_passes_the_check(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask, _ = _typist(form)
    assert claim_desk.new(ask, tmp_path) == 0, capsys.readouterr().out
    path = tmp_path / "my-claim.toml"
    assert faults_of(path) == []
    assert load_claim(path).words.test.form == form
    assert [p.name for p in tmp_path.iterdir()] == ["my-claim.toml"]


_FIELDS = st.dictionaries(
    st.text("abcdefgh_", min_size=1, max_size=8),
    st.text(max_size=20) | st.dates() | st.integers(-9, 99) | st.booleans(),
)


@given(_FIELDS, st.lists(_FIELDS.filter(bool), min_size=1, max_size=3))
def test_what_is_written_of_a_claim_is_read_back_as_it_was(fields: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    test = {"form": "level", "value": 49000.0, "cv": 0.096, "over": fields}
    text = as_toml({**fields, "test": {**test, "parts": tuple(parts)}})
    assert tomllib.loads(text) == {**fields, "test": {**test, "parts": parts}}
    assert "value = 49000\n" in text


def test_what_cannot_be_used_is_asked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask, asked = _typist("level", value=["many", "0", "49000"], source=["example.org", "https://example.org/?utm_id=1",
                                                                       "https://example.org/"])  # fmt: skip
    assert claim_desk.new(ask, tmp_path) == 0
    assert (asked.count("value"), asked.count("source")) == (3, 3)
    assert "carries the tracking parameter utm_id; cut it off" in capsys.readouterr().out


def test_answers_that_do_not_fit_together_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask, _ = _typist("range", low="60000")
    assert claim_desk.new(ask, tmp_path) == 1
    assert list(tmp_path.iterdir()) == []
    assert "low 60000 is not below high 50000" in capsys.readouterr().out


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    from alerts.claims.model import ClaimError

    (tmp_path / "my-claim.toml").write_text("mine")
    with pytest.raises(ClaimError, match="is there already"):
        claim_desk.new(_typist("level")[0], tmp_path)
    assert (tmp_path / "my-claim.toml").read_text() == "mine"


def test_new_on_the_command_line(home: Path) -> None:
    order = ("id", "title", "speaker", "said_on", "quote", "quote_form", "source", "scope", "covers", "caveat")
    typed = [*(COMMON[key] for key in order), "not_testable", "why", "motive"]
    code, told = _run("claims", "new", typed="\n".join(typed) + "\n")
    assert code == 0, told
    assert (home / "claims" / "my-claim.toml").exists()
    assert _run("claims", "check")[1] == "61 claims, all in order.\n"


def test_new_from_a_sentence_proposes_and_shows_the_verdict_before_it_writes(
    desk: "Desk", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_HOME", str(desk.settings.home))
    monkeypatch.delenv("ONRECORD_DATABASE_URL", raising=False)
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(date(2025, 5, 23))
    run_line(desk.settings, desk.line, ["ice"])
    own = [COMMON[key] for key in ("id", "title", "speaker", "said_on")]
    rest = [COMMON[key] for key in ("quote_form", "source", "scope")]
    # Accepted as proposed: quote, covers, form, series, unit, value, hedge.
    typed = [*own, "", *rest, "", COMMON["caveat"], "", "why", "", "", "1197", "measured", "", ""]
    sentence = "almost 49,000 people in ICE custody"
    code, told = _run("claims", "new", "--from", sentence, typed="\n".join([*typed, "no"]) + "\n")
    assert (code, "at claim: holds. 48,870 people held on 18 May 2025" in told) == (1, True), told
    assert not (desk.settings.home / "claims" / "my-claim.toml").exists()
    code, told = _run("claims", "new", "--from", sentence, typed="\n".join([*typed, "y"]) + "\n")
    assert code == 0, told
    words = load_claim(desk.settings.home / "claims" / "my-claim.toml").words
    assert (words.quote, words.test.form, words.test.stated) == (sentence, "level", 49_000)


def test_claims_alone_lists(home: Path) -> None:
    code, told = _run("claims", "--json")
    assert code == 0
    assert '"id": "seed-4-almost-49000-in-custody"' in told
    (home / "onrecord.toml").write_text('[claims]\nshipped = ["trac-*"]\n')
    told = _run("claims", "--json")[1]
    assert '"id": "trac-990-july-2025"' in told
    assert "seed-4" not in told


def test_an_edit_of_a_claim_is_another_version_and_rewrites_no_verdict(desk: "Desk", tmp_path: Path) -> None:
    """The verdicts given stay as they were, under the hash of the file that they were given on; new ones follow."""
    for key in ("05232025", "06202025"):
        desk.publisher.publish(edition(key))
    from figures.registry import ICE
    from flows.importing import import_files

    path = tmp_path / edition("05232025").file_name
    path.write_bytes(build(edition("05232025")))
    (claim,) = [c for c in usable_claims(desk.settings) if c.id == LEVEL]
    desk.clock.set(date(2025, 5, 30))
    list(import_files(ICE, [path], {}, [claim], desk.line, [], alert=False, on_error=lambda e: None))
    with reading(desk.line.database) as connection:
        before = ledger.verdicts(connection, history=True)
    text = claim.text.replace('hedge = "almost"', 'hedge = "more than"')
    edited = tmp_path / f"{LEVEL}.toml"
    edited.write_text(text, "utf-8")
    later = at(date(2025, 5, 31))
    judge(desk.line.database, [load_claim(edited)], later, later, [])
    with reading(desk.line.database) as connection:
        after = ledger.verdicts(connection, history=True)
    assert [row for row in after if row["claim_sha256"] == claim.sha256] == before
    new = [row for row in after if row["claim_sha256"] != claim.sha256]
    assert {row["state"] for row in new if row["answer"] == "at_claim"} == {"outside"}
    assert {row["as_of"] for row in new} == {later}


def test_the_page_says_every_answer_with_its_cells_and_is_the_same_again() -> None:
    claims = [load_claim(CLAIMS / f"{name}.toml") for name in (LEVEL, "seed-8-polls-slipping")]
    figures = [
        held(48_870, date(2025, 5, 18), date(2025, 5, 23)),
        held(56_397, date(2025, 6, 15), date(2025, 6, 20)),
    ]
    page = as_markdown(claims, known(figures), at(date(2025, 7, 1)))
    assert "2 claims on 2 releases; the newest is of 20 June 2025." in page
    assert f"| [{LEVEL}](#{LEVEL}) | level | 28 May 2025 | holds | holds | far |" in page
    assert "| standing | far | 56,397 people held | 48,500 to 49,245 (almost:" in page
    assert "| +7,397 | +15.1% | 4.4 |" in page
    assert "FY25_detentionStats06202025.xlsx" in page
    assert "*Not verified:* the exact sentence; which file Axios used." in page
    assert "* standing: It needs a series of polls" in page
    assert "| removals_per_day |" in page
    assert as_markdown(claims, known(figures), at(date(2025, 7, 1))) == page


def test_the_page_in_docs_holds_every_claim_on_record() -> None:
    page = (DOCS / "claims.md").read_text("utf-8")
    ids = {path.stem for path in CLAIMS.glob("*.toml")} - {"benchmarks"}
    assert {line[3:] for line in page.splitlines() if line.startswith("## ")} == {*ids, "Derived series"}


def test_the_series_of_a_claim_are_those_that_are_read(desk: "Desk") -> None:
    every = [load_claim(path) for path in sorted(CLAIMS.glob("*.toml")) if path.name != "benchmarks.toml"]
    with writing(desk.line.database) as connection:
        assert gather(connection, every).figures == {}
    assert {claim.id for claim in every if not claim.needed} == {
        claim.id for claim in every if claim.words.test.form == "not_testable"
    }
    assert replace(every[0], text="").needed == every[0].needed
