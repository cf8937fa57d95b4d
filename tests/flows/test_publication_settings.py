"""What the law says of a publisher is set in the configuration by whoever has read it again."""

from datetime import date
from pathlib import Path

import pytest

from flows.publication_settings import laws
from flows.settings import SettingsError, load_settings


def _home(tmp_path: Path, text: str) -> Path:
    (tmp_path / "onrecord.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_day_of_the_last_look_is_set_and_the_words_stay(tmp_path: Path) -> None:
    settings = load_settings(_home(tmp_path, "[publication.ice.law]\nchecked = 2026-11-28\n"))
    law = laws(settings.publication)["ice"]
    shipped = laws({})["ice"]
    assert (law.words, law.citation, law.url) == (shipped.words, shipped.citation, shipped.url)
    assert law.checked == date(2026, 11, 28) > shipped.checked
    assert "checked until 28 November 2026" in law.sentence


def test_other_words_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    text = (
        '[publication.ice.law]\nwords = "The law asks for it monthly"\ncitation = "P.L. 120-1"\n'
        'url = "https://www.congress.gov/x"\nchecked = 2027-01-02\n'
    )
    law = laws(load_settings(_home(tmp_path, text)).publication)["ice"]
    assert law.sentence == (
        "The law asks for it monthly (P.L. 120-1; checked until 2 January 2027): https://www.congress.gov/x"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[publication.icee.law]\nchecked = 2026-11-28\n",
            ":1: publication.icee: no law is known for 'icee'; nearest: ice; there is one for ice",
        ),
        (
            '[publication.ice.law]\nchecked = "soon"\n',
            ":2: publication.ice.law.checked: is 'soon'; write a day such as 2026-11-28, without quotation marks",
        ),
        (
            '[publication.ice.law]\nurl = "javascript:alert(1)"\n',
            ":2: publication.ice.law.url: 'javascript:alert(1)' is no http or https address; "
            "write one such as https://www.example.org/page",
        ),
        (
            "[publication.ice.law]\n\ncheckd = 2026-11-28\n",
            ":3: publication.ice.law.checkd: is no setting; did you mean checked?",
        ),
    ],
)
def test_what_cannot_be_used_is_said_by_file_line_and_key(tmp_path: Path, text: str, words: str) -> None:
    home = _home(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        load_settings(home)
    assert str(raised.value) == f"{home / 'onrecord.toml'}{words}"
