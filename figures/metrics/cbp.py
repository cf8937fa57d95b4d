"""What CBP publishes of the border: encounters in CSV files, and the page's table of Border Patrol apprehensions."""

from figures.metrics.metric import Metric

_SUM = (
    "CBP prints no totals: a figure is the sum of the published rows that its locator names. Encounters are events, "
    "not people; Title 42 expulsions are among them from 21 March 2020 to 11 May 2023."
)
_BORDER_PATROL = (
    "The press mostly means Border Patrol in the southwest by `crossings`: `component=usbp`, `region=southwest`. That "
    "count includes people arrested in the interior, whom only `cbp.apprehensions` tells apart."
)
_ENCOUNTERS = "cbp_encounters"

METRICS: tuple[Metric, ...] = (
    Metric(
        "cbp.encounters",
        "encounters",
        "encounters",
        "encounters of CBP by component (Border Patrol, Office of Field Operations) and land border region",
        ("component", "region"),
        parts=("component", "region"),
        partial=("component", "region"),  # the files by state know no component, those of the southwest no other region
        caveat=f"{_SUM} {_BORDER_PATROL}",
        source=_ENCOUNTERS,
    ),
    Metric(
        "cbp.encounters_by_demographic",
        "encounters",
        "encounters",
        "encounters of CBP by demographic group and land border region",
        ("demographic", "region"),
        parts=("demographic", "region"),
        partial=("region",),
        caveat=f"{_SUM} `unaccompanied` is `UC / Single Minors` in the files of FY2020 to FY2024 and `UAC` since.",
        source=_ENCOUNTERS,
    ),
    Metric(
        "cbp.encounters_by_authority",
        "encounters",
        "encounters",
        "encounters of CBP by title of authority (Title 8, Title 42), component and land border region",
        ("authority", "component", "region"),
        parts=("authority", "component", "region"),
        partial=("component", "region"),
        caveat=_SUM,
        source=_ENCOUNTERS,
    ),
    Metric(
        "cbp.encounters_by_sector",
        "encounters",
        "Border Patrol encounters",
        "encounters of Border Patrol by sector",
        ("sector",),
        caveat=f"{_SUM} A sector without an encounter in a month has no row, and no figure.",
        source=_ENCOUNTERS,
    ),
    Metric(
        "cbp.apprehensions",
        "apprehensions",
        "Border Patrol apprehensions",
        "apprehensions by Border Patrol at entry and at large",
        ("region", "where"),
        caveat=(
            "`at_large` are people who had reached their destination or overstayed: arrests in the interior. "
            "Nationwide is more than southwest and northern together. Split since October 2023 only."
        ),
        source="cbp_apprehensions",
    ),
)
