"""The checks that hold parts against their past: shares, blanks, lines in one another's place, single facilities, years
that are closed. As `checks.catalogue`, which reads them from here.
"""

from checks.declared import Check

PARTS = (
    Check(
        "lines_rotated",
        "holds cells",
        "three rows or columns and more, each of which shows what another of them had",
        {"lines": 3, "beside": 2, "near": 0.2},
        "As for two lines that are exchanged; in a long list, and where a line has one or two figures, only lines "
        "beside each other are asked.",
        "rows that were sorted while their labels were not",
    ),
    Check(
        "part_share",
        "holds cells",
        "a part's share of its total that jumps by more than is usual",
        {
            "counted": 0.65,
            "averaged": 0.75,
            "of_a_day": 0.15,
            "told_counted": 0.15,
            "told_averaged": 0.2,
            "told_of_a_day": 0.04,
            "alone_counted": 0.5,
            "alone_averaged": 0.5,
            "alone_of_a_day": 0.1,
            "times": 2,
            "steps": 3,
            "since": 0.01,
            "people": 200,
            "moved": 500,
            "of": 5000,
        },
        "Of those counted since the edition before at most 48 in 100 stood elsewhere than the share before would put "
        "them (spring of 2021, February 2025), of the people of one day 10 in 100 a fortnight. What is less is told "
        "where it is twice what the part ever did in its fiscal year.",
        "03012021 and 04142021: `Adult` and `FRC` over each other's releases",
    ),
    Check(
        "number_gone_blank",
        "holds cells",
        "a number that becomes blank in a row that stays",
        {"held": 10, "row": 100},
        "Who is no longer counted is counted as 0 or `-`; a cell that is empty says nothing. Guaranteed minimums and "
        "lengths of stay of single places are mostly left blank rightly, and so are rows of few people that are left "
        "blank as a whole: they are told only.",
        "06272022: family units without a number",
    ),
    Check(
        "facility_days",
        "holds cells",
        "a facility whose average times the days of the year implies far fewer days in custody than before, or whose "
        "average grew fivefold within a month",
        {"average": 2, "half": 0.5, "told": 0.9, "days": 200, "grown": 5, "grown_from": 10, "month": 31},
        "Days in custody only add up, place by place. Of 6,000 steps of a place between two editions of a year three "
        "lost 200 days and a tenth of them; from 10 people on none grew threefold in a month. A place that shows the "
        "figures of another to the last digit counts however small it was.",
        "08192022: Orange County in Florida with the 138.76 people of Orange County in New York",
    ),
    Check(
        "facility_share",
        "holds tables",
        "a list of facilities that adds to fewer of all who are held than that of the edition before",
        {"told": 0.02, "held": 0.05},
        "From one edition to the next the list's part of the national average fell by up to 4 points, when large "
        "places were closed and left the list.",
        "08292024: a place for 1,800 left the list",
    ),
    Check(
        "year_end_short",
        "holds tables",
        "a file of a year that is over, with tables that end before the year did",
        {"days": 14},
        "Year-end files are drawn weeks after 30 September and run through it, whole. One that stops short as a whole "
        "is an old edition under a new name: it is right for its day, and told.",
        "11122021: the year-end file of FY2021, through 11 September",
    ),
    Check(
        "closed_year_changed",
        "holds cells",
        "a figure of a year that was stated whole and locked, and changes",
        {},
        "Data are locked at the conclusion of the fiscal year; nothing in a sheet of a year gone by ever moved but by "
        "a fault. What is carried along in a sheet that is not current is told.",
        "FY20 as posted in February 2023",
    ),
    Check(
        "facility_renamed",
        "notes",
        "a facility under a new name: the same city and type as one that left the list, and its average goes on",
        {
            "apart": 0.7,
            "growing": 1.8,
            "same_name": 0.75,
            "lost": 0.1,
            "nearer": 0.2,
            "alike": 0.15,
            "other_type": 0.6,
        },
        "Of 92 renamings at hand 84 go on so, and no two places were taken for one. Where two places of a city would "
        "do, the name that is more alike decides, or nothing.",
        "04122024: `ICA - FARMVILLE` became `PRINCE EDWARD COUNTY (FARMVILLE)`",
    ),
)
