"""Proxies, each a real one on loopback: publishers, every kind of channel and the heartbeat are reached through it.

Names such as www.ice.example are known to the proxy alone, as it is where only the proxy may look names up.
"""

import contextlib
import re
import ssl
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
import trustme
from pytest_httpserver import HTTPServer

from alerts.channels.apprise_service import AppriseService
from alerts.channels.channel_settings import Channel
from alerts.channels.dead_man import DeadMan
from alerts.channels.mail import Mail
from alerts.channels.slack import SlackWebhook
from alerts.channels.slack_app import SlackApp
from alerts.messages.message import DeliveryError
from figures.registry import BORDER, TRAC
from flows.cli.care.reachable import report
from flows.configuration.settings import Settings, SettingsError, load_settings
from flows.heartbeat import begin
from flows.notifying.configured_channels import Unusable, build_channels
from flows.pipeline import fetch_policy, open_line, run_line
from replica.editions import edition
from replica.workbooks import build
from scrapers.errors import FetchError
from scrapers.web.fetch import Policy, fetch
from tests.alerts.channels.test_channels import MESSAGE, PASSWORD, Office, Post, free_port
from tests.proxy import Proxy, loopback_proxy

LOGIN = "desk:s3cret%21"
NOON = datetime(2025, 5, 24, 12, tzinfo=UTC)


def policy(proxy: str, *private_hosts: str) -> Policy:
    return Policy("onrecord/test", attempts=1, private_hosts=frozenset(private_hosts), proxy=proxy)


def configured(home: Path, text: str) -> Settings:
    (home / "onrecord.toml").write_text(text, encoding="utf-8")
    return load_settings(home)


@pytest.fixture
def proxy(httpserver: HTTPServer) -> Iterator[Proxy]:
    """A proxy that asks for a log-in and knows where publisher.example is."""
    names = ("www.publisher.example", "hooks.example", "slack.example")
    inside = {name: (httpserver.host, httpserver.port) for name in names}
    with loopback_proxy("desk:s3cret!", inside) as running:
        yield running


def test_a_look_goes_through_the_proxy_robots_included(
    tmp_path: Path, httpserver: HTTPServer, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = "/doclib/detention/FY25_detentionStats05232025.xlsx"
    page = f'<html><body><a href="{file}">Detention FY 2025 YTD</a></body></html>'
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/detain").respond_with_data(page, content_type="text/html")
    httpserver.expect_request(file).respond_with_data(build(edition("05232025")), content_type="application/zip")
    monkeypatch.setenv("ONRECORD_PROXY", proxy.with_login(LOGIN))
    own = "http://www.publisher.example"
    text = f'[fetch]\nproxy_env = "ONRECORD_PROXY"\n[sources.ice]\naddress = "{own}/detain"\n'
    settings = configured(tmp_path, text)
    (outcome,) = run_line(settings, open_line(settings, lambda: NOON), ["ice"])
    assert (outcome.state, outcome.notes) == ("new", ())
    assert proxy.asked == [f"GET {own}{path}" for path in ("/robots.txt", "/detain", file)]
    assert "s3cret" not in repr(settings) + repr(fetch_policy(settings))


def test_https_is_tunnelled_and_the_certificate_is_the_publishers_own(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("www.publisher.example").configure_cert(context)  # of an authority that nobody knows
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=context) as server, loopback_proxy() as proxy:
        proxy.inside["www.publisher.example"] = ("127.0.0.1", server.port)
        with pytest.raises(FetchError, match="certificate could not be verified"):
            fetch("https://www.publisher.example/f", "json", None, policy(proxy.address))
        assert server.log == []
    assert proxy.asked == ["CONNECT www.publisher.example:443"]


def test_hosts_of_our_own_are_asked_directly_and_no_proxy_is_asked_for_any_other_inside(
    httpserver: HTTPServer, proxy: Proxy
) -> None:
    httpserver.expect_request("/f").respond_with_data(b"{}")
    url, host = httpserver.url_for("/f"), f"{httpserver.host}:{httpserver.port}"
    through = proxy.with_login(LOGIN)
    assert fetch(url, "json", None, policy(through, host)).content == b"{}"
    for inside in (url, "http://127.0.0.1/f", "http://[::1]/f", "http://10.0.0.1/f", "http://169.254.169.254/f"):
        with pytest.raises(FetchError, match="private address"):
            fetch(inside, "json", None, policy(through))
    httpserver.expect_request("/g").respond_with_data("", 302, {"Location": "http://127.0.0.1/secret"})
    with pytest.raises(FetchError, match="private address"):
        fetch("http://www.publisher.example/g", "json", None, policy(through))
    assert proxy.asked == ["GET http://www.publisher.example/g"]


def test_a_proxy_that_refuses_or_is_gone_is_told_without_its_password(proxy: Proxy) -> None:
    cases = {
        proxy.with_login("desk:s3cret-wrong"): "the proxy did not let us through (status 407)",
        f"http://desk:s3cret@127.0.0.1:{free_port()}": "could not connect to the proxy",
    }
    for address, words in cases.items():
        with pytest.raises(FetchError, match=re.escape(words)) as caught:
            fetch("https://www.publisher.example/f", "json", None, policy(address))
        assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    assert proxy.refused == ["CONNECT www.publisher.example:443"]


def _sent(channel: Channel) -> str:
    """What went wrong, or "" for nothing."""
    try:
        channel.send(MESSAGE)
    except DeliveryError as error:
        said, told = str(error), "".join(traceback.format_exception(error))
    else:
        said = told = ""
    assert "s3cret" not in told + repr(channel)
    return said


def test_slack_is_reached_through_the_proxy(httpserver: HTTPServer, proxy: Proxy) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    httpserver.expect_request("/api/chat.postMessage").respond_with_json({"ok": True, "channel": "C1", "ts": "1"})
    through, own = proxy.with_login(LOGIN), httpserver.url_for("")
    assert _sent(SlackWebhook("desk", own + "/hook", proxy=through)) == ""
    assert _sent(SlackApp("desk", "C1", "xoxb-1", api=own + "/api", proxy=through)) == ""
    assert proxy.asked == [f"POST {own}/hook", f"POST {own}/api/chat.postMessage"]
    refused = SlackWebhook("desk", "https://hooks.example/hook", proxy=proxy.with_login("desk:s3cret-wrong"))
    assert "through the proxy" in _sent(refused)
    assert proxy.refused == ["CONNECT hooks.example:443"]


def test_apprise_is_reached_through_the_proxy(httpserver: HTTPServer, proxy: Proxy) -> None:
    httpserver.expect_ordered_request("/hook", method="POST").respond_with_data("ok")
    httpserver.expect_ordered_request("/hook", method="POST").respond_with_data("no", status=500)
    through = proxy.with_login(LOGIN)
    assert _sent(AppriseService("teams", "json://hooks.example/hook", through)) == ""
    assert "500" in _sent(AppriseService("teams", "json://hooks.example/hook", through))
    assert proxy.asked == ["POST http://hooks.example/hook"] * 2
    assert "no one address that Apprise knows" in _sent(AppriseService("teams", "nothing", through))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it does, from the first byte
@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_mail_is_sent_through_the_proxy(
    tmp_path: Path, proxy: Proxy, security: Literal["starttls", "tls", "none"]
) -> None:
    post, authority = Post(), trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with contextlib.ExitStack() as closing:
        port = Office(authority, tmp_path / "ca.pem", closing).serve(post, security, login=security != "none")
        login = {"username": "desk", "password": PASSWORD} if security != "none" else {}
        refusal = f"mail: 127.0.0.1:{port}: the proxy did not let us through (status 407)"
        for through, words in ((proxy.with_login(LOGIN), ""), (proxy.with_login("desk:s3cret-wrong"), refusal)):
            channel = Mail(
                "mail",
                "127.0.0.1",
                port,
                "onrecord@example.org",
                ("desk@example.org",),
                security=security,
                ca_file=str(tmp_path / "ca.pem"),
                proxy=through,
                **login,
            )
            assert _sent(channel) == words
    assert len(post.mails) == 1
    assert proxy.asked == proxy.refused == [f"CONNECT 127.0.0.1:{port}"]


def test_the_heartbeat_goes_through_the_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("switch.example").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("ONRECORD_TEST_HEARTBEAT", "https://switch.example/s3cret")
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=context) as server, loopback_proxy() as proxy:
        server.expect_request("/s3cret/start").respond_with_data("OK")
        proxy.inside["switch.example"] = ("127.0.0.1", server.port)
        text = f'[heartbeat]\nurl_env = "ONRECORD_TEST_HEARTBEAT"\nca_file = "{tmp_path / "ca.pem"}"\n'
        settings = configured(tmp_path, f'{text}proxy = "{proxy.address}"\n')
        assert begin(settings) == ""
        assert [request.path for request, _ in server.log] == ["/s3cret/start"]
    assert proxy.asked == ["CONNECT switch.example:443"]
    with pytest.raises(DeliveryError, match="no connection through the proxy"):
        DeadMan("https://switch.example/s3cret", proxy=proxy.address).ping("start")


def test_each_channel_has_the_proxy_that_is_named_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOOK": "https://hooks.slack.com/x", "PROXY": "http://desk:s3cret@p.example:3128"}.items():
        monkeypatch.setenv(name, value)
    hook = '[[channels]]\nkind = "slack"\nwebhook_env = "HOOK"\n'
    settings = configured(
        tmp_path,
        f'{hook}name = "one"\nproxy = "http://q.example:8080"\n{hook}name = "two"\nproxy_env = "PROXY"\n'
        f'{hook}name = "three"\n{hook}name = "four"\nproxy_env = "UNSET"\n',
    )
    built = build_channels(settings)
    found = {name: channel.proxy for name, channel in built.items() if isinstance(channel, SlackWebhook)}
    assert found == {"one": "http://q.example:8080", "two": "http://desk:s3cret@p.example:3128", "three": ""}
    assert built["four"] == Unusable("four", "channel 'four': proxy_env: the environment variable UNSET is not set")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            'proxy = "proxy.example:3128"',
            "fetch.proxy: 'proxy.example:3128' is no address of a proxy; write it",
        ),
        ('proxy = "socks5://proxy.example"', "is no address of a proxy"),
        ('proxy = "http://desk:s3cret@p.example"', "fetch.proxy: holds a user name; put the whole address into a"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_when_it_is_read(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)) as caught:
        configured(tmp_path, f"[fetch]\n{line}\n")
    assert "s3cret" not in str(caught.value)


def test_a_proxy_that_is_named_twice_or_holds_no_address_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROXY", "s3cret")
    with pytest.raises(SettingsError, match="fetch: proxy_env: what the environment variable holds is no") as caught:
        fetch_policy(configured(tmp_path, '[fetch]\nproxy_env = "PROXY"\n'))
    assert "s3cret" not in str(caught.value)
    with pytest.raises(SettingsError, match=r"onrecord.toml:2: fetch.proxy_env: is set beside proxy; delete"):
        configured(tmp_path, '[fetch]\nproxy_env = "PROXY"\nproxy = "http://p.example"\n')
    for secret in ("http://desk:s3cret@p.example:3128", "s3cret-in-small-letters"):
        with pytest.raises(SettingsError) as caught:
            fetch_policy(configured(tmp_path, f'[fetch]\nproxy_env = "{secret}"\n'))
        assert "s3cret" not in str(caught.value)


def test_doctor_says_what_can_be_reached_and_sends_nothing(
    tmp_path: Path,
    httpserver: HTTPServer,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/", method="HEAD").respond_with_data("", status=302)
    gone, hooks = f"http://127.0.0.1:{free_port()}", f"http://{httpserver.host}:{httpserver.port}"
    secrets = {
        "PROXY": proxy.with_login(LOGIN),
        "HOOK": f"{hooks}/s3cret",
        "GONE": f"{gone}/s3cret",
        "TEAMS": "json://x",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    post = Post()
    with contextlib.ExitStack() as closing:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        port = Office(authority, tmp_path / "ca.pem", closing).serve(post)
        mail = f'kind = "mail"\nhost = "127.0.0.1"\nport = {port}\nsender = "a@example.org"\nto = ["b@example.org"]\n'
        settings = configured(
            tmp_path,
            '[fetch]\nproxy_env = "PROXY"\n'
            '[sources.ice]\naddress = "http://www.publisher.example/detain"\n'
            '[backfill]\naddress = "http://archive.invalid"\n'
            + "".join(f"[sources.{source.id}]\nenabled = false\n" for source in (*TRAC, *BORDER))
            + '[[channels]]\nname = "hook"\nkind = "slack"\nwebhook_env = "HOOK"\nproxy_env = "PROXY"\n'
            '[[channels]]\nname = "gone"\nkind = "slack"\nwebhook_env = "GONE"\n'
            '[[channels]]\nname = "teams"\nkind = "apprise"\naddress_env = "TEAMS"\n'
            f'[[channels]]\nname = "post"\n{mail}ca_file = "{tmp_path / "ca.pem"}"\nproxy_env = "PROXY"\n'
            f'[[channels]]\nname = "unsure"\n{mail}'
            '[heartbeat]\nurl_env = "GONE"\n',
        )
        assert report(settings) == 4
    said = capfd.readouterr().out
    assert "ok     online www.publisher.example\n" in said
    assert "fault  online archive.invalid: " in said
    assert "ok     online channel hook\n" in said
    assert "fault  online channel gone: no connection (ConnectionError)\n" in said
    assert "note   online channel teams: try it by `onrecord channels test teams`\n" in said
    assert "ok     online channel post\n" in said
    assert "fault  online channel unsure: the certificate of " in said
    assert "fault  online heartbeat: no connection" in said
    assert "s3cret" not in said
    assert f"HEAD {hooks}/" in proxy.asked
    assert post.mails == []
