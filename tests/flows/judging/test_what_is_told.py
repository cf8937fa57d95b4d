"""The past played again as a desk would have read it: each message is true of its own figures, in every form.

What must be in a message is worked out here from the verdict's numbers, and looked for in the text, the HTML and the
Slack blocks; nothing is asked of the code that made the sentences.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from bs4 import BeautifulSoup

from alerts.claims.model import load_claims
from alerts.messages.message import Message
from alerts.messages.rendering import as_html, as_text
from alerts.messages.slack_blocks import as_slack, slack_thread
from alerts.messages.words.claim_news import News
from figures.registry import ICE
from flows.importing import import_files, read_manifest
from flows.judging.replay import Told, alerts
from replica.editions import edition, editions
from replica.workbooks import build
from tests.alerts.conftest import CLAIMS
from tests.alerts.messages.test_rendering import assert_slack_takes, rich, texts
from tests.flows.judging.test_replay import LONG_AGO, NOW, Home

TOP, ALL, USUALLY = 90, 250, 200
MADE = re.compile(
    r"(When made it was (not )?right|When made it could not be judged|Whether it was right when made |"
    r"As of when it was made, it |A goal is neither right nor wrong when set|"
    r"How it did when it was made was not judged here)"
)
# Words of ours that no reader knows. File names and what was quoted may hold anything.
NEVER = re.compile(
    r"\b(drifting|editions?|grains?|bound respected|superseded|quality hold|underlying|holds marginal)\b"
)


@pytest.fixture(scope="module")
def replica_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("told")
    home = Home(root)
    for each in editions():
        (root / each.file_name).write_bytes(build(edition(each.key)))
    _take(home, root, {})
    return home


@pytest.fixture(scope="module")
def real_home(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Home:
    home = Home(tmp_path_factory.mktemp("told"))
    _take(home, shared_data / "ice", read_manifest(shared_data / "ice" / "manifest.csv"))
    return home


def _take(home: Home, folder: Path, manifest: Any) -> None:
    """Import the workbooks, and ask every claim that is shipped."""
    home.claims, errors = load_claims([CLAIMS])
    assert errors == []
    faults: list[Exception] = []
    paths = sorted(folder.rglob("*.xlsx"))
    list(import_files(ICE, paths, manifest, home.claims, home.line, [], alert=False, on_error=faults.append))
    assert faults == []


def test_every_message_of_the_replica_is_true_of_its_figures(replica_home: Home) -> None:
    assert _checked(replica_home.told(NOW)) >= 3


@pytest.mark.slow
def test_every_message_of_the_65_workbooks_is_true_of_its_figures(real_home: Home) -> None:
    assert _checked(real_home.told(NOW)) >= 8


def test_no_message_of_recovery_goes_out_while_the_gap_grows(replica_home: Home) -> None:
    _no_recovery_while_the_gap_grows(replica_home.told(NOW))


@pytest.mark.slow
def test_no_message_of_recovery_goes_out_while_the_gap_of_the_65_workbooks_grows(real_home: Home) -> None:
    _no_recovery_while_the_gap_grows(real_home.told(NOW))


def _no_recovery_while_the_gap_grows(told: list[Told]) -> None:
    for news in (news for each in told for news in each.news):
        if news.change == "nearer" and news.previous and news.verdict.difference is not None:
            stated = (news.verdict.measured or 0.0) - news.verdict.difference
            now, before = news.verdict.difference, news.previous[0] - stated
            if news.claim.words.test.form.startswith("target"):
                now, before = min(now, 0.0), min(before, 0.0)  # more than the goal is no gap
            assert abs(now) <= abs(before) + 1e-9, news.claim.id


def test_what_is_checked_here_can_fail(replica_home: Home) -> None:
    """The same messages with another figure, another side, or another unit are found out."""
    told = replica_home.told(NOW)
    first = next(each for each in told if "above" in each.message.subject and "%" in each.message.subject)
    for wrong in (
        lambda text: re.sub(r"\d(?=,\d{3})", "9", text, count=1),
        lambda text: text.replace("above", "below").replace(" more ", " fewer "),
        lambda text: re.sub(r"(\d) % above", r"\1 points above", text),
    ):
        with pytest.raises(AssertionError):
            _sentence(first.news[0], wrong(first.message.subject), short=True)


def _checked(told: list[Told]) -> int:
    """Check every message; how many there were."""
    assert alerts([], LONG_AGO) == []
    lengths = []
    for each in told:
        message = each.message
        text, html, slack = as_text(message), _html(message), _slack(message)
        _one_message(message, each.news, text)
        first = message.items[0]
        for shown in (text, html, slack):
            assert first.lead in shown
            assert MADE.search(shown), shown
            assert f"onrecord silence {each.news[0].claim.id} " in shown
            assert all(item.brief in shown for item in message.items[1:])
            _own_words_only(shown, each.news)
        lengths.append(len(text.split()))
    assert median(lengths) <= USUALLY, sorted(lengths)
    return len(told)


def _one_message(message: Message, news: tuple[News, ...], text: str) -> None:
    top, found, _ = text.partition("\nDetails\n")
    assert found
    assert len(top.split()) <= TOP, (len(top.split()), top)
    assert len(text.split()) <= ALL, (len(text.split()), text)
    _sentence(news[0], message.subject, short=True)
    for item, each in zip(message.items, news, strict=True):
        _sentence(each, item.lead, short=False)
        if "  " not in item.brief:
            _direction(each, item.brief, _deciding(each))


def _deciding(news: News) -> float | None:
    """The figure that the state follows: of a target the window of four weeks, else what was measured."""
    if news.claim.words.test.form.startswith("target"):
        windows = [each.measured for each in news.verdict.readings if each.name.startswith("newest window")]
        return windows[0] if windows else news.verdict.measured
    return news.verdict.measured


def _sentence(news: News, said: str, *, short: bool) -> None:
    """The new figure, the claim's own, who said it, and the difference on the right side and in the right unit."""
    value, claim = _deciding(news), news.claim
    assert claim.words.speaker.partition(" (")[0].split()[0] in said
    if value is None:
        return
    if claim.words.test.form == "composition":
        numbers = [f"{each.measured:+.0f} %" for each in news.verdict.readings]
    elif claim.words.test.form == "trend":
        numbers = [f"{abs(value):.1f} %", " up " if value > 0 else " down "]
    else:
        numbers = [_number(value, claim.words.test.unit)]
    stated = getattr(claim.words.test, "value", None)
    if stated is not None and claim.words.test.form not in ("cumulative", "record"):
        numbers.append(f"{stated:g} %" if claim.words.test.unit == "percent" else f"{stated:,.0f}")
    assert [number for number in numbers if number not in said] == [], (numbers, said)
    _direction(news, said, value)


def _number(value: float, unit: str) -> str:
    if unit == "ratio":
        return f"{value:.3f} times"
    if unit == "percent":
        return f"{value:.1f} %"
    return f"{value:,.1f}" if unit.endswith("a day") else f"{value:,.0f}"


def _direction(news: News, said: str, value: float | None) -> None:
    """`15 % above`, `15.6 points below`, `7,397 more (+15 %)`, `7.1 % less`: each is what the numbers come to."""
    verdict, in_points = news.verdict, news.claim.words.test.unit == "percent"
    if verdict.difference is None or verdict.measured is None or value is None:
        return
    stated = verdict.measured - verdict.difference
    off = value - stated
    for size, unit, side in re.findall(r"([\d,.]+) (%|points) (above|below|more|less)\b", said):
        assert (side in ("above", "more")) == (off > 0), said
        expected = abs(off) if unit == "points" else abs(100 * off / stated)
        assert float(size.replace(",", "")) == pytest.approx(expected, abs=0.51 if expected >= 10 else 0.051), said
        assert (unit == "points") == in_points, said
    for size, side, sign in re.findall(r"([\d,.]+) (more|fewer) \((.)", said):
        assert (side == "more", sign) == (off > 0, "+" if off > 0 else "−"), said
        assert float(size.replace(",", "")) == pytest.approx(abs(off), abs=0.51), said
    for share in re.findall(r"([\d.]+) % of the goal", said):
        assert float(share) == pytest.approx(100 * value / stated, abs=0.51), said


def _own_words_only(shown: str, news: tuple[News, ...]) -> None:
    for each in news:
        for quoted in (each.claim.words.quote, each.claim.words.title):
            shown = shown.replace(quoted, "")
    assert not NEVER.search(shown), NEVER.search(shown)


def _html(message: Message) -> str:
    page = BeautifulSoup(as_html(message), "html.parser")
    return "\n".join(_lines(page))


def _lines(page: BeautifulSoup) -> Iterator[str]:
    for tag in page.find_all(["h1", "p", "blockquote"]):
        yield " ".join(tag.get_text(" ", strip=True).split()).replace(" :", ":")


def _slack(message: Message) -> str:
    """What the desk sees of an app's message with its thread."""
    payload, thread = as_slack(message, details_in_thread=True), slack_thread(message)
    assert_slack_takes(payload)
    assert_slack_takes(thread)
    shown = [rich(payload), *(text["text"] for each in (payload, thread) for text in texts(each))]
    return "\n".join(shown).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
