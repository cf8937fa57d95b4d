"""What series count, by name: the words in which claims and figures are held against each other.

A source's entry in `figures/registry.py` says for its metrics of which scope their series are. How far one scope speaks
of another is said where claims are: `alerts/claims/scopes.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Everything that a claim may be about, and what it means. A metric of the catalogue is a scope of its own, too.
SCOPES: Mapping[str, str] = {
    "people held by ICE": "people in ICE detention on one day, whichever agency arrested them",
    "people held whom ICE arrested": "people in ICE detention on one day whom ICE arrested",
    "people held whom CBP arrested": "people in ICE detention on one day whom CBP arrested",
    "detention capacity": "people that could be held at a time, whether or not the beds are filled",
    "ICE arrests": "administrative arrests by ICE; published by day nowhere",
    "ICE book-ins": "people that ICE arrested and booked into its detention",
    "CBP book-ins": "people that CBP arrested and that were booked into ICE detention",
    "book-ins of both agencies": "people booked into ICE detention; what TRAC calls arrests",
    "ICE removals": "removals by ICE, with returns and expulsions that ICE processed",
    "DHS removals": "removals by ICE, CBP and the Coast Guard",
    "DHS removals and returns": "removals and returns by every agency of DHS",
    "DHS departures": "removals, returns and estimated departures of people's own accord",
    "removals by place of arrest": "ICE removals split into border and interior arrests; not published",
    "border crossings": "people whom Border Patrol met at the southwest border, between ports of entry: what is mostly "
    "meant; those whom it arrested in the interior are among them",
    "CBP encounters": "people whom CBP met nationwide, at ports of entry and between them",
    "CBP encounters in the southwest": "people whom CBP met at the southwest border, at and between ports of entry",
    "Border Patrol encounters": "people whom Border Patrol met nationwide",
    "DHS arrests": "arrests by every agency of DHS; what is counted as one is stated nowhere",
    "opinion": "what people think",
    "policy": "what was ordered, intended or meant",
}


@dataclass(frozen=True, slots=True)
class Scopes:
    """What the series of a metric count: `names` of scopes by the members of the dimensions `by`.

    A series whose members are not among them counts what no other does. Without names the metric is a scope of its own.
    """

    names: Mapping[tuple[str, ...], str]
    by: tuple[str, ...] = ()

    def of(self, metric: str, dims: Mapping[str, str], series: str) -> str:
        """The scope of a series of a metric with some dimensions."""
        if not self.by:
            return self.names.get((), metric)
        return self.names.get(tuple(dims.get(name, "") for name in self.by), series)


ITS_OWN = Scopes({})
HELD = Scopes(
    {
        ("ICE",): "people held whom ICE arrested",
        ("CBP",): "people held whom CBP arrested",
        ("all",): "people held by ICE",
    },
    by=("agency",),
)
BOOKED_IN = Scopes(
    {("ICE",): "ICE book-ins", ("CBP",): "CBP book-ins", ("all",): "book-ins of both agencies"},
    by=("agency",),
)
MET = Scopes(
    {
        ("usbp", "southwest"): "border crossings",
        ("all", "all"): "CBP encounters",
        ("all", "southwest"): "CBP encounters in the southwest",
        ("usbp", "all"): "Border Patrol encounters",
    },
    by=("component", "region"),
)


def whole(name: str) -> Scopes:
    """Every series of a metric is of one scope."""
    return Scopes({(): name})
