"""The forms that a claim may have: each is registered here, once."""

from collections.abc import Mapping
from typing import Annotated, get_args

from pydantic import Field

from alerts.forms.form import Form
from alerts.forms.kinds.change import ChangeTest
from alerts.forms.kinds.comparison import ComparisonTest
from alerts.forms.kinds.composition import CompositionTest
from alerts.forms.kinds.level import LevelTest
from alerts.forms.kinds.not_testable import NotTestableTest
from alerts.forms.kinds.projection import ProjectionTest
from alerts.forms.kinds.range import RangeTest
from alerts.forms.kinds.ratio import RatioTest
from alerts.forms.kinds.record import RecordTest
from alerts.forms.kinds.share import ShareTest
from alerts.forms.kinds.target_level import TargetLevelTest
from alerts.forms.kinds.target_rate import TargetTest
from alerts.forms.kinds.target_total import TargetTotalTest
from alerts.forms.kinds.threshold import ThresholdTest
from alerts.forms.kinds.total import TotalTest
from alerts.forms.kinds.trend import TrendTest
from alerts.forms.kinds.watch_moves import MovesTest
from alerts.forms.kinds.watch_passes import PassesTest
from alerts.forms.kinds.watch_record import NewRecordTest

# In the order of the menu.
Test = Annotated[
    LevelTest
    | RangeTest
    | ThresholdTest
    | RecordTest
    | TargetTest
    | TargetTotalTest
    | TargetLevelTest
    | RatioTest
    | ComparisonTest
    | TrendTest
    | ChangeTest
    | ShareTest
    | TotalTest
    | ProjectionTest
    | CompositionTest
    | NotTestableTest
    | MovesTest
    | PassesTest
    | NewRecordTest,
    Field(discriminator="form"),
]
FORMS: Mapping[str, type[Form]] = {name: form for form in get_args(get_args(Test)[0]) for name in form.MENU}
# What a claim may be, with what each is for; a watch is written by hand.
MENU: Mapping[str, str] = {
    name: words for form in FORMS.values() if not form.IS_WATCH for name, words in form.MENU.items()
}
