"""Slack by an app's token and by a webhook, with charts, against a stand-in that keeps Slack's limits."""

import logging
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from alerts.channels.pictures import PublishedCharts
from alerts.channels.slack import SlackWebhook
from alerts.channels.slack_app import SlackApp
from alerts.claims.claim_text import LONGEST_QUOTE
from alerts.messages.charts import described, png
from alerts.messages.message import DeliveryError, Message
from alerts.messages.rendering import as_text
from tests.alerts.messages.test_rendering import CHART, CHARTED, ITEM, MESSAGE, PROOF
from tests.alerts.slack import API, TOKEN, WEBHOOK, Slack, faults


@pytest.fixture
def slack(httpserver: HTTPServer) -> Slack:
    return Slack(httpserver)


def app(slack: Slack, **changes: object) -> SlackApp:
    channel = SlackApp("desk-app", "C0123456789", TOKEN, api=slack.server.url_for(API))
    return replace(channel, **changes)  # type: ignore[arg-type]


def webhook(slack: Slack, charts: PublishedCharts | None = None) -> SlackWebhook:
    return SlackWebhook("desk-slack", slack.server.url_for(WEBHOOK), charts=charts)


def failure(channel: SlackApp, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(message)
    return caught.value


def test_the_message_goes_first_and_its_chart_into_its_thread(slack: Slack) -> None:
    assert app(slack).send(CHARTED) == ""
    assert slack.calls == ["chat.postMessage", "files.getUploadURLExternal", "upload", "files.completeUploadExternal"]
    (message,) = slack.messages
    assert message["channel"] == "C0123456789"
    assert message["blocks"][-1]["elements"][-1]["text"] == "key: claim:0123abcd"
    assert slack.files == [png(CHART)]
    assert slack.forms == [{"filename": "chart.png", "length": str(len(png(CHART))), "alt_txt": described(CHART)}]
    assert slack.completed == [
        {
            "files": [{"id": "F0123456789", "title": "Moved far from the claim"}],
            "channel_id": "C0123456789",
            "thread_ts": "1750000000.000100",
        }
    ]


def test_without_charts_it_is_one_call(slack: Slack) -> None:
    assert app(slack).send(MESSAGE) == ""
    assert slack.calls == ["chat.postMessage"]


@pytest.mark.parametrize(
    ("method", "answer", "reason"),
    [
        ("files.getUploadURLExternal", "missing_scope", "Slack answered missing_scope: the app needs the scopes"),
        ("upload", "500", "the upload was answered with status 500"),
        ("files.completeUploadExternal", "internal_error", "Slack answered internal_error"),
    ],
)
def test_a_chart_that_slack_does_not_take_is_said_in_the_thread_and_sends_nothing_twice(
    slack: Slack, method: str, answer: str, reason: str
) -> None:
    slack.fails[method] = answer
    left_out = app(slack).send(CHARTED)
    assert left_out.startswith(f"a chart was not attached, its words are in the thread: {reason}")
    first, second = slack.messages
    assert "blocks" in first
    assert (second["thread_ts"], second["text"]) == ("1750000000.000100", described(CHART))
    assert second["mrkdwn"] is False


@pytest.mark.parametrize(
    ("code", "permanent", "words"),
    [
        ("channel_not_found", True, "Slack answered channel_not_found: the channel does not exist or the app is not"),
        ("token_revoked", True, "Slack answered token_revoked: the token was revoked; make a new one"),
        ("ratelimited", False, "Slack answered ratelimited"),
        ("internal_error", False, "Slack answered internal_error"),
        ("a_code_of_tomorrow", True, "Slack answered a_code_of_tomorrow"),
        ("<script>", False, "Slack answered 200 without a reason"),
    ],
)
def test_slacks_own_reasons(slack: Slack, code: str, permanent: bool, words: str) -> None:
    slack.fails["chat.postMessage"] = code
    error = failure(app(slack))
    assert str(error).startswith(f"desk-app: {words}")
    assert error.permanent is permanent
    assert slack.files == []


def test_the_token_is_never_said_nor_logged(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    channel = app(slack)
    channel.send(CHARTED)
    slack.fails["chat.postMessage"] = "not_authed"
    error = failure(channel)
    wrong = failure(app(slack, token="xoxb-s3cret-of-another"))
    told = repr(channel) + repr(error) + "".join(traceback.format_exception(error)) + repr(wrong)
    told += "\n".join(r.getMessage() for r in caplog.records if r.name not in ("werkzeug", "matplotlib.font_manager"))
    assert "s3cret" not in told
    assert "invalid_auth: the token is wrong" in str(wrong)


@pytest.mark.parametrize("token", ["xoxb s3cret", "xoxb-s3cret\r\nX-Evil: 1", "xoxb-s3crét"])
def test_a_token_that_no_header_holds_is_refused_before_anything_is_sent(slack: Slack, token: str) -> None:
    error = failure(app(slack, token=token))
    assert "the token holds characters that no token has" in str(error)
    assert error.permanent
    assert "s3cr" not in str(error)
    assert slack.calls == []


def test_nothing_is_uploaded_to_an_address_that_is_not_slacks(slack: Slack, httpserver: HTTPServer) -> None:
    channel = app(slack)
    for address in ("http://evil.example/upload", "https://evil.example/slack.com", "file:///etc/passwd", "https://["):
        httpserver.clear_all_handlers()
        httpserver.expect_request(f"{API}/chat.postMessage").respond_with_json({"ok": True, "ts": "1.2"})
        httpserver.expect_request(f"{API}/files.getUploadURLExternal").respond_with_json(
            {"ok": True, "upload_url": address, "file_id": "F1"}
        )
        assert "Slack named no address of its own to upload to" in channel.send(CHARTED)


def test_only_https_is_asked(slack: Slack) -> None:
    error = failure(app(slack, api="http://slack.example/api"))
    assert (str(error), error.permanent) == ("desk-app: Slack is asked over https only", True)


def test_an_answer_that_is_not_slacks(httpserver: HTTPServer) -> None:
    httpserver.expect_request(f"{API}/chat.postMessage").respond_with_data("<html>hotel</html>", status=503)
    channel = SlackApp("desk-app", "C1", TOKEN, api=httpserver.url_for(API))
    error = failure(channel)
    assert str(error) == "desk-app: status 503 with an answer that is none of Slack's"
    assert not error.permanent


# Published charts


def test_published_charts_are_shown_by_their_address(slack: Slack, tmp_path: Path) -> None:
    charts = PublishedCharts(tmp_path / "www", "https://charts.example/onrecord/")
    assert webhook(slack, charts).send(CHARTED) == ""
    assert app(slack, charts=charts).send(CHARTED) == ""
    (file,) = (tmp_path / "www").iterdir()  # the same chart, the same file
    assert file.read_bytes() == png(CHART)
    assert file.stat().st_mode & 0o777 == 0o644
    for message in slack.messages:
        (image,) = [block for block in message["blocks"] if block["type"] == "image"]
        assert image == {
            "type": "image",
            "image_url": f"https://charts.example/onrecord/{file.name}",
            "alt_text": described(CHART),
        }
    assert slack.files == []


def test_a_chart_that_slack_cannot_fetch_costs_the_picture_and_not_the_news(slack: Slack, tmp_path: Path) -> None:
    slack.unreachable = True
    charts = PublishedCharts(tmp_path, "https://intern.example")
    left_out = webhook(slack, charts).send(CHARTED)
    assert left_out == "without its charts: Slack could not fetch them; is the address of [charts] public?"
    (message,) = slack.messages
    assert all(block["type"] != "image" for block in message["blocks"])
    app(slack, charts=charts).send(CHARTED)  # an app uploads it instead
    assert slack.files == [png(CHART)]


def test_a_folder_that_cannot_be_written_costs_the_picture_and_not_the_news(slack: Slack, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    left_out = webhook(slack, PublishedCharts(tmp_path / "taken" / "www", "https://charts.example")).send(CHARTED)
    assert left_out.startswith(f"without its charts: {tmp_path / 'taken' / 'www'} cannot be written")
    assert len(slack.messages) == 1


# Slack's limits


def longest(words: str) -> Message:
    """Thirty claims moved by one release, each as long as a claim may be, on forty cells, with a chart."""
    quote = (words * LONGEST_QUOTE)[:LONGEST_QUOTE]
    facts = tuple((f"Reading {n}", words * 60) for n in range(12))
    proofs = tuple(replace(PROOF, figure=f"{n:,} people", cell=f"xlsx:Detention FY25!F{n}") for n in range(40))
    item = replace(ITEM, claim=quote, facts=facts, proofs=proofs, caveat=words * 100, chart=CHART, said=words * 40)
    return replace(MESSAGE, subject=words * 40, items=(item,) * 30)


@pytest.mark.parametrize("words", ["deportations & removals ", "<!channel> ", "\U0001f6d1", "wordwithoutanyend", "<>&"])
def test_the_longest_message_is_within_slacks_limits_and_says_what_it_leaves_out(
    slack: Slack, tmp_path: Path, words: str
) -> None:
    message = longest(words)
    assert webhook(slack, PublishedCharts(tmp_path, "https://charts.example/" + "x" * 1_500)).send(message) == ""
    assert app(slack).send(message) == ""
    assert slack.refused == []
    texts = [
        t["text"] for block in slack.messages[0]["blocks"] for t in block.get("elements", [block.get("text")]) if t
    ]
    items = sum(text == ITEM.heading for text in texts)
    assert 1 <= items < 30
    assert len(slack.files) == items
    assert f"{30 - items} more items not shown here; onrecord verdicts shows them all." in texts
    assert texts.count("35 more cells not shown here; onrecord verdicts shows them all.") == items
    assert "Shortened (…) to fit here; in full: onrecord messages." in texts
    assert texts[-1] == "key: claim:0123abcd"
    assert len(as_text(message)) > 100_000  # the mail has it all


def test_the_stand_in_refuses_what_slack_refuses(slack: Slack) -> None:
    from alerts.messages.slack_blocks import as_slack

    good = as_slack(MESSAGE)
    assert faults(good) == []
    section = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3_001, "emoji": False}}
    assert faults({**good, "blocks": [section]}) == ["section of 3001"]
    assert faults({**good, "blocks": good["blocks"] * 10})[0] == f"{len(good['blocks']) * 10} blocks"
    assert faults({**good, "text": "x" * 4_001}) == ["fallback"]
    shout = {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}
    assert faults({**good, "blocks": [shout]}) == ["markup: <!channel>"]
    loud = {"type": "section", "text": {"type": "plain_text", "text": "<b>", "emoji": False}}
    assert faults({**good, "blocks": [loud]}) == ["not escaped: <b>"]
