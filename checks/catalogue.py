"""The checks that hold an edition against the ones before it: what each catches, its limits, why these, and who taught
them. The limits are read from here and stand nowhere else; docs/trust-gate.md lists them.
"""

from collections.abc import Mapping

from checks.catalogue_parts import PARTS
from checks.declared import Check as Check

_ALL = (
    Check(
        "run_date_back",
        "holds the release",
        "queries run before those of an edition published earlier, of the same fiscal year",
        {},
        "Each edition is drawn anew, so its queries are run later; re-issues within days keep the date.",
        "11122021 shows the sheet of 16 September",
    ),
    Check(
        "same_as_before",
        "holds tables",
        "a table that repeats an older edition figure for figure under a later run date",
        {"numbers": 8},
        "Of the tables named in figures/prints.py none stood still between two runs since 2019 but through a fault; "
        "fewer than eight numbers may be equal by chance.",
        "10012021 and 09152022 show sheets of May 2021",
    ),
    Check(
        "same_figures",
        "tells",
        "a release that says what one before it said, figure for figure, in other bytes",
        {},
        "A file that was saved or put out again is no news: it ends no silence, and no step of a revision is counted.",
        "04122023b differs from 04122023 in no cell",
    ),
    Check(
        "date_in_future",
        "holds tables",
        "a block that runs through a day after its publication",
        {},
        "Nobody can have counted it.",
        "12072023: areas of ATD a year ahead",
    ),
    Check(
        "run_date_gap",
        "holds tables",
        "a query dated before the day it covers, or long after",
        {"days": 14},
        "Queries are run one to three days after the last day they cover, six at a year's end.",
        "footnotes are typed by hand: `09/022/2025`",
    ),
    Check(
        "cumulative_falls",
        "holds tables",
        "a count since 1 October that falls",
        {"total": 0, "agency": 50},
        "Totals never fell within a fiscal year in 149 editions but through a wrong or stale sheet; an agency's part "
        "falls by a few when people are coded anew.",
        "060921: the sheet of another year",
    ),
    Check(
        "part_falls",
        "tells",
        "a part of another count since 1 October that falls by as much as an agency's may not",
        {},
        "Rows are labelled anew now and then, and the total stays right.",
        "03012021 to 02282023: `Adult` and `FRC` over each other's figures",
    ),
    Check(
        "date_stands_still",
        "holds tables",
        "a count that moves while its block still states the day of the edition before",
        {"people": 50},
        "Closed periods move by up to 50 people a step; more is a new count under an old day.",
        "08292025: removals +16,918 through the same 9 August",
    ),
    Check(
        "block_behind",
        "holds tables",
        "a count that moved though its block's day lies before that of the other counts of its sheet",
        {"days": 3},
        "The blocks of one sheet are drawn together; in 2022 some ran to the Monday, others to the Saturday.",
        "08292025",
    ),
    Check(
        "pace_beyond_usual",
        "holds cells",
        "a count since 1 October that grew, a day, otherwise than the intervals before and the other flows let expect",
        {
            "factor": 2,
            "old": 4,
            "recent": 120,
            "times": 4,
            "noise": 0.116,
            "drift": 0.0155,
            "weeks": 8,
            "steps": 6,
            "ratios": 4,
            "enough": 3,
            "alike": 0.35,
            "gap": 45,
            "intervals": 10,
            "young": 5,
        },
        "Removals varied by 11.6 % from fortnight to fortnight in FY2024, and the world moved them by a third in eight "
        "weeks of 2023: four times both, and at most a factor of two, beyond the interval before, the last eight weeks "
        "and what the other flows suggest. Sound editions used up to 0.6 of that, also where others were left out. "
        "Book-ins and book-outs have sums of their own: a factor of two, and only against the other flows. After 120 "
        "days without an edition what is known of a pace is old.",
        "391,980 removals for 319,980",
    ),
    Check(
        "count_stands_still",
        "holds cells",
        "a count since 1 October that is what it was, to the digit, under a later day",
        {"days": 5},
        "Hundreds are counted each day; the table of removals is too small for `same_as_before`.",
        "removals left at the count of the edition before",
    ),
    Check(
        "count_is_another",
        "holds cells",
        "removals that are another count of their sheet to the digit",
        {"least": 1000},
        "In 2024 book-outs and removals differed by less than either varies; no two were ever equal.",
        "a neighbour's cell",
    ),
    Check(
        "lines_exchanged",
        "holds cells",
        "two rows or columns whose figures stand in each other's place: total unchanged, parts crosswise",
        {
            "figures": 3,
            "apart": 0.25,
            "nearer": 0.5,
            "near": 0.3,
            "near_few": 0.1,
            "few_days": 45,
            "long": 40,
            "restated": 0.05,
            "exact_from": 20,
        },
        "In a fortnight a row or column moves by under a tenth as a whole (median), over ten weeks of 2021 it "
        "doubled. Exchanged ones are both far from themselves and twice as near to each other; what is restated of a "
        "closed period is so to the digit. In a long list only neighbours are compared: of a hundred rows two resemble "
        "each other by chance; so do single figures over a season.",
        "FY20 as posted in February 2023: `Adult` and `FRC` in each other's row",
    ),
    Check(
        "agency_share",
        "holds cells",
        "the convicted share of an agency's people held that jumps while the total does not",
        {"points": 0.25},
        "The share moves by a few points a month: it is an average over tens of thousands of people.",
        "a re-issue of December 2024 that did nothing but put two columns back in their places",
    ),
    Check(
        "lines_shifted",
        "holds cells",
        "figures of neighbouring rows or columns, each of which stands one row or column away from its label",
        {"lines": 3, "apart": 0.25, "near": 0.1},
        "One line may resemble its neighbour by chance; three in a row that are their neighbours' old figures and far "
        "from their own are not.",
        "02142025: a row of facilities slipped by a cell",
    ),
    Check(
        "line_scaled",
        "holds cells",
        "a row or column that is ten, a hundred or a thousand times what it was, or that part of it",
        {"decades": 0.15, "share": 0.6, "alone": 20, "row": 4},
        "As a whole a row or column at most tripled between two sound editions; a decimal slip moves it by ten. A "
        "single cell counts from 20 on.",
        "08192022: guaranteed minimums without their closing zeros",
    ),
    Check(
        "bed_days_shrink",
        "holds tables",
        "facilities whose averages times the days of the year imply fewer days in custody than were counted before",
        {"fall": 0.001},
        "Days in custody since 1 October only add up (TRAC's test of 18 July 2025), but for a revision of one in a "
        "thousand; in sound editions they grew by at least half of what the days alone give, though places leave the "
        "list.",
        "10012021: the list of May 2021, 42 % fewer",
    ),
    Check(
        "facilities_gone",
        "holds tables",
        "facilities that are gone from the list together",
        {"share": 0.01, "large": 2, "together": 10, "places": 0.2},
        "A large place may close or be renamed between two editions, the others that leave are small: without the two "
        "largest they held at most one person in two hundred, one place in six left, and no more than eight stood one "
        "below the other.",
        "01062021: a list of every place ever used",
    ),
    Check(
        "table_gone",
        "tells",
        "a table of the edition before that is not there any more, with what its figures were",
        {},
        "Tables come and go without a word; nothing is left to hold, but it is news.",
        "02012024: final releases, replaced by book-outs",
    ),
    Check(
        "stock_and_flow",
        "tells",
        "people held that change by other than book-ins less book-outs",
        {"a_day": -16, "people": 800, "days": 14},
        "Over 35 fortnights since February 2024 the rest is -221 with a spread of 262 (transfers and late entries); "
        "800 is three spreads, and grows as the square root of time. Before, releases and removals leave out other "
        "ways out: 62 to 6,482 a fortnight, no measure of anything.",
        "08292025: +1,281 in four weeks",
    ),
    Check(
        "average_jumps",
        "holds cells",
        "a national average that is several times that of the month before, in one document",
        {"factor": 3},
        "People held and their length of stay changed by under a half from month to month since 2019. Lengths of stay "
        "of a month that runs are low at first, so that only rises are looked at.",
        "a slip of the decimal point moves every cell of a month",
    ),
    Check(
        "running_month",
        "tells",
        "book-ins of the running month that come at another pace than the month before",
        {"factor": 2, "days": 4},
        "Changes of policy moved the pace by half (1.54 in May 2023, 1.47 in June 2025); the first days of a month "
        "hang on the weekday (0.37).",
        "months that were posted under their neighbour's label",
    ),
    Check(
        "revised_beyond_usual",
        "tells",
        "closed periods that move by more than their series was ever used to",
        {
            "fresh_months": 1,
            "fresh": 0.03,
            "old": 0.01,
            "fresh_others": 0.05,
            "old_others": 0.02,
            "root": 4,
            "spread": 5,
            "steps": 6,
            "unknown": 2,
            "recoded": 100,
            "closed_days": 500,
        },
        "Closed months move by tenths of a percent, by up to 2 % in the first edition after their end; lengths of "
        "stay by twice that. Small parts move by more: each series is measured against five times the mean of its "
        "own earlier steps, and a count against four times its square root.",
        "01202022 cut October to December by 5 to 11 %, unannounced",
    ),
)
CHECKS: Mapping[str, Check] = {check.name: check for check in (*_ALL, *PARTS)}


def limit(check: str, name: str) -> float:
    return CHECKS[check].limits[name]
