"""How ICE laid out its workbook, by the edition in which a layout was first seen: blocks, footnotes, the ATD sheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from replica.blocks import ADULTS, ADULTS_NONCITIZENS, FAMILIES, Block
from replica.notes import NOTES_2025_01, NOTES_2025_02, NOTES_2025_05, NOTES_EOFY2024, Note

AGENCY = "U.S. Immigration and Customs Enforcement"
STATUTE = (
    "These statistics are made available to the public pursuant to the Fiscal Year 2020 "
    "Department of Homeland Security Appropriations Bill."
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of the detention sheet and the sentences of the footnotes."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]


# `eofy2024` is the year-end file of October 2024.
LAYOUTS: Mapping[str, Layout] = {
    "eofy2024": Layout(ADULTS_NONCITIZENS, NOTES_EOFY2024),
    "2025-01": Layout(ADULTS_NONCITIZENS, NOTES_2025_01),
    "2025-02": Layout(ADULTS, NOTES_2025_02),
    "2025-05": Layout(FAMILIES, NOTES_2025_05),
}
