"""What the head of every page leads to. Only what is there is named."""

from pages.words import Words


def menu(words: Words) -> list[tuple[str, str]]:
    """Address and name, in order."""
    return [
        ("claims/", words.say("Claims")),
        ("series/", words.say("Series")),
        ("facilities/", words.say("Facilities")),
        ("releases/", words.say("Files")),
        ("held/", words.say("Held back")),
        ("corrections/", words.say("Corrections")),
        ("data/", words.say("Data")),
        ("method/", words.say("Method")),
        ("dictionary/", words.say("Dictionary")),
    ]
