"""A new claim's file, from answers one by one: which fields a form needs, what each means, and the TOML of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

import tomli_w
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from alerts.claims.benchmarks import RAISED
from alerts.claims.claim_text import ClaimText
from alerts.claims.parts import Benchmarked, Variation
from alerts.claims.scopes import TESTABILITY, relation
from alerts.forms.derived_series import usual_variation
from alerts.forms.registry import FORMS, MENU
from figures.scopes import SCOPES

# ask(key, what it means) -> what was typed.
Ask = Callable[[str, str], str]
Tell = Callable[[str], None]

ASKED = ("id", "title", "speaker", "said_on", "quote", "substance", "quote_form", "source", "scope", "covers", "caveat")
MEANING: Mapping[str, str] = {
    "id": "short name, also of the file: small letters, digits, hyphens",
    "title": "headline of a message about it",
    "speaker": "who said it, and to whom",
    "said_on": "day it became public, YYYY-MM-DD",
    "quote": "its words, at most 300 characters; leave empty where none are held",
    "substance": "what was said, in your words; only where no quote is held",
    "quote_form": "how the words are known, such as: seen word for word in a copy",
    "source": "link to the original, without tracking parameters",
    "scope": "what exactly is counted, by which agency",
    "covers": f"the scope by name: {', '.join(SCOPES)}",
    "caveat": "what a reader must know beside every verdict",
    "because": "why the interval or the reading is what it is; of what cannot be tested, why not",
    "series": "the series it is judged by, as `onrecord series` lists it",
    "of": "the whole, such as ice.detained{agency=all, criminality=all}",
    "unit": "what the number counts, such as people held",
    "value": "the number that was said",
    "hedge": "the word before it: bare when there is none, or exactly, about, almost, more than, at least, ...",
    "sigma_14": "standard deviation of 14-day changes in the 18 months before the claim",
    "cv": "coefficient of variation of the rate over 14 days, such as 0.096",
    "since": "the first day, YYYY-MM-DD",
    "start": "the first day, YYYY-MM-DD",
    "end": "the last day, YYYY-MM-DD",
    "through": "the day through which the figures ran that it was worked out from, YYYY-MM-DD",
    "proxy_share": "the smallest share of the claimed quantity that the series counts, 1 for all of it",
    "numerator": "the number that is set over the baselines",
    "definition": "whom the share counts: convicted, convicted or charged, no conviction, no record",
    "direction": "up or down",
    "verb": "plain, slightly, significantly, plummet or soar",
    "by": "month or instant",
    "step_noise": "usual relative movement of one step, such as 0.157",
    "side": "highest or lowest",
    "against_fiscal_year": "the fiscal year it is set against, such as 2024",
    "kind": "motive, cause, instruction, poll, single day, capacity, self-deportation",
    "benchmark": "a name in benchmarks.toml, or empty to give something else",
    "words": "what it is called in a sentence",
}


def draft(ask: Ask, tell: Tell) -> dict[str, Any]:
    """Ask for everything a claim of the chosen form needs; each answer is asked again until it can be used."""
    data: dict[str, Any] = {}
    for key in ASKED:
        if key == "substance" and data["quote"]:
            continue
        data[key] = _value(key, ClaimText.model_fields[key], ask, tell)
    data["test"] = _test(_form(ask, tell), ask, tell)
    series = _judged_by(data["test"])
    data["testability"] = TESTABILITY[relation(series, data["covers"])] if series else "none"
    return {key: value for key, value in data.items() if value != ""}


def _form(ask: Ask, tell: Tell) -> str:
    menu = "; ".join(f"{name}: {words}" for name, words in MENU.items())
    while (form := ask("form", menu)) not in MENU:
        tell(f"{form!r} is no form.")
    return form


def _test(form: str, ask: Ask, tell: Tell) -> dict[str, Any]:
    """What the form needs, and what it asks for besides."""
    model = FORMS[form]
    test: dict[str, Any] = {"form": form}
    for name, field in model.model_fields.items():
        if name != "form" and (field.is_required() or name in model.ASKED):
            test[name] = _answer(name, field, test, ask, tell)
    return test


def _judged_by(test: Mapping[str, Any]) -> str:
    """The series of a test, or the first of its entries; "" where no series can test it."""
    entries = (*test.get("baselines", ()), *test.get("parts", ()))
    first = next((entry["series"] for entry in entries if "series" in entry), "")
    return str(test.get("series") or test.get("of") or first)


def _answer(name: str, field: FieldInfo, test: Mapping[str, Any], ask: Ask, tell: Tell) -> Any:
    kind: Any = field.annotation
    if kind is Variation:
        return _variation(str(test.get("series", "")), ask, tell)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _fields(kind, ask, tell)
    if get_origin(kind) is tuple and isinstance(get_args(kind)[0], type):
        entry = get_args(kind)[0]
        if issubclass(entry, BaseModel):
            return tuple(_entries(name, entry, ask, tell))
    literals = get_args(kind)
    if get_origin(kind) is not tuple and len(literals) == 1 and isinstance(literals[0], str):
        return literals[0]  # only one word is possible
    return _value(name, field, ask, tell)


def _fields(model: type[BaseModel], ask: Ask, tell: Tell) -> dict[str, Any]:
    return {n: _answer(n, f, {}, ask, tell) for n, f in model.model_fields.items() if f.is_required()}


def _entries(name: str, model: type[BaseModel], ask: Ask, tell: Tell) -> Iterator[dict[str, Any]]:
    while True:
        benchmark = ask("benchmark", MEANING["benchmark"]) if issubclass(model, Benchmarked) else ""
        if benchmark:
            yield {"benchmark": benchmark}
        else:
            entry = _fields(model, ask, tell)
            if issubclass(model, Benchmarked):
                entry |= {n: _answer(n, _of(model, n), {}, ask, tell) for n in model.ELSE}
            yield entry
        if ask(f"more {name}", "y for another one, empty for no more").strip().lower() not in ("y", "yes"):
            return


def _of(model: type[BaseModel], name: str) -> FieldInfo:
    """An optional field as if it were required."""
    field = model.model_fields[name]
    kinds = [kind for kind in get_args(field.annotation) if kind is not type(None)]
    return FieldInfo.from_annotation(kinds[0])


def _variation(series: str, ask: Ask, tell: Tell) -> dict[str, Any]:
    measured = [(days, usual_variation(series, days)) for days in (14, 28, 56, 84, 112)]
    if all(cv for _, cv in measured):
        steps = tuple({"days": days, "cv": cv} for days, cv in measured)
        return {"because": "Variation of these rates over windows of fiscal year 2024.", "cv": steps}
    cv = _checked("cv", float, ask, tell)
    return {"because": _checked("because", Annotated[str, *_text()], ask, tell), "cv": ({"days": 14, "cv": cv},)}


def _text() -> list[Any]:
    return ClaimText.model_fields["title"].metadata


def _value(name: str, field: FieldInfo, ask: Ask, tell: Tell) -> Any:
    kind: Any = field.annotation
    return _checked(
        name, Annotated[kind, *field.metadata] if field.metadata else kind, ask, tell, field.description or ""
    )


def _checked(name: str, kind: Any, ask: Ask, tell: Tell, meaning: str = "") -> Any:
    """One answer, asked until it fits; several are typed with commas between them."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    several = get_origin(get_args(kind)[0] if get_origin(kind) is Annotated else kind) is tuple
    while True:
        said = ask(name, meaning or MEANING.get(name, "")).strip()
        typed: object = tuple(each.strip() for each in said.split(",") if each.strip()) if several else said
        try:
            return adapter.validate_python(typed)  # dates and numbers from their text
        except ValidationError as error:
            tell(error.errors()[0]["msg"].removeprefix(RAISED))


def as_toml(data: Mapping[str, Any]) -> str:
    """A claim's fields as the text of its file."""
    return tomli_w.dumps({key: _with_whole_numbers(value) for key, value in data.items()})


def _with_whole_numbers(value: Any) -> Any:
    """A whole number as a person writes it, 49000 and not 49000.0, however deep it lies."""
    if isinstance(value, Mapping):
        return {key: _with_whole_numbers(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_with_whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
