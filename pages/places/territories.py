"""The names of states and territories, by the letters that lists of facilities use."""

from typing import Final

from pages.words import Words

# `_` marks a text for the catalogues.
_ = str
TERRITORIES: Final = {
    "AK": _("Alaska"),
    "AL": _("Alabama"),
    "AR": _("Arkansas"),
    "AS": _("American Samoa"),
    "AZ": _("Arizona"),
    "CA": _("California"),
    "CO": _("Colorado"),
    "CT": _("Connecticut"),
    "CU": _("Guantanamo Bay"),
    "DC": _("District of Columbia"),
    "DE": _("Delaware"),
    "FL": _("Florida"),
    "GA": _("Georgia"),
    "GU": _("Guam"),
    "HI": _("Hawaii"),
    "IA": _("Iowa"),
    "ID": _("Idaho"),
    "IL": _("Illinois"),
    "IN": _("Indiana"),
    "KS": _("Kansas"),
    "KY": _("Kentucky"),
    "LA": _("Louisiana"),
    "MA": _("Massachusetts"),
    "MD": _("Maryland"),
    "ME": _("Maine"),
    "MI": _("Michigan"),
    "MN": _("Minnesota"),
    "MO": _("Missouri"),
    "MP": _("Northern Mariana Islands"),
    "MS": _("Mississippi"),
    "MT": _("Montana"),
    "NC": _("North Carolina"),
    "ND": _("North Dakota"),
    "NE": _("Nebraska"),
    "NH": _("New Hampshire"),
    "NJ": _("New Jersey"),
    "NM": _("New Mexico"),
    "NV": _("Nevada"),
    "NY": _("New York"),
    "OH": _("Ohio"),
    "OK": _("Oklahoma"),
    "OR": _("Oregon"),
    "PA": _("Pennsylvania"),
    "PR": _("Puerto Rico"),
    "RI": _("Rhode Island"),
    "SC": _("South Carolina"),
    "SD": _("South Dakota"),
    "TN": _("Tennessee"),
    "TX": _("Texas"),
    "UT": _("Utah"),
    "VA": _("Virginia"),
    "VI": _("U.S. Virgin Islands"),
    "VT": _("Vermont"),
    "WA": _("Washington"),
    "WI": _("Wisconsin"),
    "WV": _("West Virginia"),
    "WY": _("Wyoming"),
}


def territory(letters: str, words: Words) -> str:
    """Its name; the letters themselves where they stand for none that we know."""
    known = TERRITORIES.get(letters)
    return words.say(known) if known else letters or words.say("Elsewhere")
