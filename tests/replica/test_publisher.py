import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
import requests

from replica.editions import edition
from replica.publisher import FILES, PAGE, ROBOTS, TRAC, Publisher
from replica.workbooks import build

MAY = edition("05232025")
JUNE = edition("06052025")
YEAR_END = edition("FY24")


@pytest.fixture
def replica() -> Iterator[Publisher]:
    with Publisher() as publisher:
        publisher.publish(YEAR_END)
        publisher.publish(MAY)
        yield publisher


def _get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=10)


def _raw(replica: Publisher, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", int(replica.address.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def _links(replica: Publisher) -> list[str]:
    return re.findall(r'href="([^"]+)"', _get(replica.address + PAGE).text)


def test_the_page_links_the_year_end_file_before_the_current_one(replica: Publisher) -> None:
    files = replica.address + FILES
    assert _links(replica) == [
        f"{files}Over72HourFacilities.xlsx",
        f"{files}FY24_detentionStats.xlsx",
        f"{files}FY25_detentionStats05232025.xlsx",
        f"{files}visitor-guide.pdf",
    ]


def test_the_page_says_what_is_linked_and_when_it_was_updated(replica: Publisher) -> None:
    answer = _get(replica.address + PAGE)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'Updated: <time datetime="2025-05-23T12:00:00Z">05/23/2025</time>' in answer.text
    assert (
        ">Detention FY 2025 YTD, Alternatives to Detention FY 2025 YTD and Facilities FY 2025 YTD, Footnotes (24 KB)<"
        in answer.text
    )
    assert (
        ">Detention FY 2024, Alternatives to Detention FY 2024 and Facilities FY 2024, Footnotes (24 KB)<"
        in answer.text
    )


def test_what_is_linked_is_the_edition_as_built(replica: Publisher) -> None:
    answer = _get(_links(replica)[2])
    assert answer.status_code == 200
    assert answer.content == build(MAY)
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_publishing_moves_the_link_and_leaves_the_old_file_in_place(replica: Publisher) -> None:
    before = _get(replica.address + PAGE)
    replica.publish(JUNE)
    after = _get(replica.address + PAGE)
    assert _links(replica)[1:3] == [
        f"{replica.address}{FILES}FY24_detentionStats.xlsx",
        f"{replica.address}{FILES}FY25_detentionStats06052025.xlsx",
    ]
    assert before.headers["ETag"] != after.headers["ETag"]
    assert _get(f"{replica.address}{FILES}{MAY.file_name}").content == build(MAY)


def test_the_table_of_trac_grows(replica: Publisher) -> None:
    assert [row["date"] for row in json.loads(_get(replica.address + TRAC).content)] == ["05/18/2025"]
    replica.publish(JUNE)
    assert [row["date"] for row in json.loads(_get(replica.address + TRAC).content)] == ["06/01/2025", "05/18/2025"]


def test_a_file_can_change_under_its_url(replica: Publisher) -> None:
    url = f"{replica.address}{FILES}{MAY.file_name}"
    held = _get(url).headers["ETag"]
    replica.publish(replace(MAY, figures={**MAY.figures, ("removals", "Total", "Total"): 1}))
    answer = _get(url, If_None_Match=held)
    assert answer.status_code == 200
    assert answer.content != build(MAY)
    assert _links(replica).count(url) == 1


@pytest.mark.parametrize("path", [PAGE, TRAC, FILES + MAY.file_name, ROBOTS])
def test_what_is_held_is_not_sent_again(replica: Publisher, path: str) -> None:
    etag = _get(replica.address + path).headers["ETag"]
    for held in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = _get(replica.address + path, If_None_Match=held)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert _get(replica.address + path, If_None_Match='"other"').status_code == 200


def test_last_modified_serves_where_no_etag_is_sent(replica: Publisher) -> None:
    url = replica.address + PAGE
    modified = _get(url).headers["Last-Modified"]
    assert modified == "Fri, 23 May 2025 16:00:00 GMT"
    assert _get(url, If_Modified_Since=modified).status_code == 304
    earlier = format_datetime(datetime(2025, 5, 22, tzinfo=UTC), usegmt=True)
    assert _get(url, If_Modified_Since=earlier).status_code == 200
    assert _get(url, If_Modified_Since="yesterday").status_code == 200
    assert _get(url, If_Modified_Since=modified, If_None_Match='"other"').status_code == 200


def test_head_gives_the_headers_and_no_body(replica: Publisher) -> None:
    url = f"{replica.address}{FILES}{MAY.file_name}"
    head = requests.head(url, timeout=10)
    assert head.status_code == 200
    assert head.headers["Content-Length"] == str(len(build(MAY)))
    assert head.headers["ETag"] == _get(url).headers["ETag"]
    assert _raw(replica, f"HEAD {FILES}{MAY.file_name} HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "path", ["/", "/doclib/detention/", "/doclib/detention/visitor-guide.pdf", "/doclib/detention/<b>.xlsx"]
)
def test_what_was_not_published_is_not_found(replica: Publisher, path: str) -> None:
    answer = _get(replica.address + path)
    assert answer.status_code == 404
    assert "<b>" not in answer.text


def test_the_query_of_a_url_does_not_matter(replica: Publisher) -> None:
    assert _get(f"{replica.address}{FILES}{MAY.file_name}?v=2").content == build(MAY)


def test_robots_are_allowed_where_the_figures_are(replica: Publisher) -> None:
    assert _get(replica.address + ROBOTS).text == "User-agent: *\nDisallow: /admin/\n"


def test_a_name_is_escaped_on_the_page_and_found_under_its_url(replica: Publisher) -> None:
    odd = replace(JUNE, file_name='FY25 <b>"&.xlsx')
    replica.publish(odd)
    page = _get(replica.address + PAGE).text
    assert "<b>" not in page
    link = f"{replica.address}{FILES}FY25%20%3Cb%3E%22%26.xlsx"
    assert link in page
    assert _get(link).content == build(odd)


def test_every_answer_is_counted(replica: Publisher) -> None:
    etag = _get(replica.address + PAGE).headers["ETag"]
    _get(replica.address + PAGE, If_None_Match=etag)
    requests.head(replica.address + TRAC, timeout=10)
    _get(replica.address + "/nowhere?x=1")
    requests.post(replica.address + PAGE, timeout=10)
    assert replica.requests == [
        ("GET", PAGE, 200),
        ("GET", PAGE, 304),
        ("HEAD", TRAC, 200),
        ("GET", "/nowhere?x=1", 404),
        ("POST", PAGE, 501),
    ]


def test_a_request_that_is_no_http_is_counted_and_answered(replica: Publisher) -> None:
    assert b"400" in _raw(replica, "nonsense\r\n\r\n")
    assert [status for _, _, status in replica.requests] == [400]


def test_nothing_is_written_to_the_terminal(replica: Publisher, capfd: pytest.CaptureFixture[str]) -> None:
    _get(replica.address + PAGE)
    _get(replica.address + "/nowhere")
    assert capfd.readouterr() == ("", "")


def test_before_anything_is_published_the_page_links_no_statistics() -> None:
    with Publisher() as publisher:
        page = _get(publisher.address + PAGE)
        assert page.status_code == 200
        assert "detentionStats" not in page.text
        assert "Updated" not in page.text
        assert "Last-Modified" not in page.headers


def test_what_was_published_before_the_start_is_served() -> None:
    publisher = Publisher()
    publisher.publish(MAY)
    with publisher:
        assert _get(publisher.address + FILES + MAY.file_name).status_code == 200


def test_leaving_frees_the_port_and_ends_the_thread() -> None:
    with Publisher() as publisher:
        address = publisher.address
        port = int(address.rpartition(":")[2])
        assert _get(address + PAGE).status_code == 200
    assert "replica" not in {thread.name for thread in threading.enumerate()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with pytest.raises(ConnectionRefusedError):
        connection.request("GET", PAGE)
    with pytest.raises(RuntimeError, match=r"not serving; its address is known inside `with Publisher\(\)"):
        _ = publisher.address


def test_the_port_is_freed_when_the_block_fails() -> None:
    port = 0

    def fail() -> None:
        nonlocal port
        with Publisher() as publisher:
            port = int(publisher.address.rpartition(":")[2])
            raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        fail()
    with socket.socket() as raw, pytest.raises(ConnectionRefusedError):
        raw.connect(("127.0.0.1", port))


def test_several_clients_are_served_at_once(replica: Publisher) -> None:
    port = int(replica.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
        slow.sendall(b"GET " + PAGE.encode())
        assert _get(replica.address + PAGE).status_code == 200
        slow.sendall(b" HTTP/1.0\r\n\r\n")
        assert slow.recv(64).startswith(b"HTTP/1.0 200")
