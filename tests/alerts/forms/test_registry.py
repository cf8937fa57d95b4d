"""A form is one class in one module, and is registered once."""

import ast
import re
from pathlib import Path

from alerts.forms.registry import FORMS

ROOT = Path(__file__).parents[3]
KINDS = ROOT / "alerts" / "forms" / "kinds"
MODULES = [path for name in ("alerts", "flows", "checks", "storage") for path in (ROOT / name).rglob("*.py")]


def test_each_module_of_a_form_holds_one_form() -> None:
    modules = {form.__module__.rpartition(".")[2] for form in FORMS.values()}
    assert modules == {path.stem for path in KINDS.glob("*.py") if path.stem != "__init__"}
    assert len(modules) == len(set(FORMS.values()))


def test_nobody_but_the_registry_knows_a_form_by_its_name() -> None:
    """So that a new form takes its module, a line of the registry and its test."""
    asks = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if "alerts.forms.kinds" in path.read_text("utf-8") and path.parent != KINDS
    }
    assert asks == {"alerts/forms/registry.py"}
    of_others = [
        path.name
        for path in KINDS.glob("*.py")
        if re.search(r"^from alerts\.forms\.kinds", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert of_others == []


def test_nothing_is_asked_of_a_test_that_its_class_does_not_have() -> None:
    found = [
        path.name
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("getattr", "hasattr")
        and "test" in ast.unparse(node.args[0])
    ]
    assert found == []


def test_each_form_says_what_it_is_for_and_what_it_means() -> None:
    assert all(form.MENU[name] and form.__doc__ for name, form in FORMS.items())
