import pytest

from scrapers.robots import MAX_BYTES, forbidding, robots_url, rules_for

URL = "https://tracreports.org/immigration/detentionstats/facilities.json"


def _forbids(text: str, url: str = URL) -> str:
    rule = forbidding(rules_for(text.encode()), url)
    return rule.words if rule else ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("User-agent: *\nDisallow:", ""),
        ("User-agent: *\nDisallow: /cgi-bin/", ""),
        ("User-agent: *\nDisallow: /", "Disallow: /"),
        ("User-agent: *\nDisallow: /immigration/", "Disallow: /immigration/"),
        ("user-agent : *\r\ndisallow:/immigration # all of it", "Disallow: /immigration"),
        ("User-agent: *\nDisallow: /*.json$", "Disallow: /*.json$"),
        ("User-agent: *\nDisallow: /*.xml$", ""),
        ("User-agent: *\nDisallow: /*/facilities", "Disallow: /*/facilities"),
        ("User-agent: *\nDisallow: /immigration$", ""),
        ("User-agent: *\nDisallow: /*a*a*a*b", ""),
        # The longest match decides, whatever the order; of two as long the one that allows.
        ("User-agent: *\nDisallow: /\nAllow: /immigration/", ""),
        ("User-agent: *\nAllow: /immigration/\nDisallow: /immigration/detentionstats/", "Disallow: /immigration/d"),
        ("User-agent: *\nDisallow: /immigration\nAllow: /immigration", ""),
        # A group that names us counts alone; groups of one name are one.
        ("User-agent: *\nDisallow: /\nUser-agent: OnRecord/2\nDisallow: /x", ""),
        ("User-agent: onrecord\nDisallow: /\nUser-agent: *\nDisallow:", "Disallow: /"),
        ("User-agent: other\nUser-agent: onrecord\nDisallow: /imm\n\nUser-agent: *\nAllow: /", "Disallow: /imm"),
        ("User-agent: onrecord\nDisallow: /x\nUser-agent: onrecord\nDisallow: /imm", "Disallow: /imm"),
        ("User-agent: onrecorder\nDisallow: /", ""),
        # What is no rule is passed over.
        ("Disallow: /", ""),
        ("<html><body>User-agent</body></html>", ""),
        ("Sitemap: x\nUser-agent: *\nCrawl-delay: 5\nDisallow: /imm", "Disallow: /imm"),
        ("\ufeffUser-agent: *\nDisallow: /%69mmigration/", "Disallow: /%69mmigration/"),
    ],
)
def test_what_a_robots_txt_forbids_us(text: str, words: str) -> None:
    found = _forbids(text)
    assert found.startswith(words)
    assert bool(found) == bool(words)


def test_robots_txt_itself_may_always_be_asked_for() -> None:
    assert _forbids("User-agent: *\nDisallow: /", "https://tracreports.org/robots.txt") == ""


def test_a_query_is_part_of_the_path() -> None:
    assert _forbids("User-agent: *\nDisallow: /*?v=", URL + "?v=2") == "Disallow: /*?v="
    assert _forbids("User-agent: *\nDisallow: /*?v=") == ""


def test_where_robots_txt_lies() -> None:
    assert robots_url("https://user:secret@tracreports.org:8443/a/b?c") == "https://tracreports.org:8443/robots.txt"


def test_a_pattern_of_many_stars_is_read_at_once() -> None:
    assert _forbids("User-agent: *\nDisallow: /" + "*a" * 5000 + "$", "https://x/" + "a" * 4000) == ""


def test_bytes_that_are_no_text_forbid_nothing() -> None:
    assert rules_for(bytes(range(256)) * 10) == ()


def test_a_long_file_is_read_to_the_last_whole_line_before_the_limit() -> None:
    """Half a rule would forbid more than the publisher asks, or allow it."""
    head = b"User-agent: *\nDisallow: /secret\n"
    rest = b"Disallow: /" + b"a" * 20
    room = MAX_BYTES - len(head) - len(b"Disallow: /")
    filled = head + b"#" * (room - 1) + b"\n" + rest
    assert filled[:MAX_BYTES].endswith(b"\nDisallow: /")
    assert [rule.pattern for rule in rules_for(filled)] == ["/secret"]
    whole = head + b"#" * (room - 1) + b"\nDisallow: /"
    assert len(whole) == MAX_BYTES
    assert [rule.pattern for rule in rules_for(whole)] == ["/secret", "/"]
