"""The count of complex blocks sees what it has to."""

from pathlib import Path

from tests.complexity import faults

_LINES = "x = 1\n" * 400


def _function(name: str, ways: int) -> str:
    return f"def {name}(a):\n    return {' or '.join(['a'] * ways)}\n"


def test_a_block_that_is_too_complex_is_named(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    for ways, found in ((15, []), (16, ["module.py:2 f has complexity 16; at most 15 is allowed"])):
        module.write_text("\n" + _function("f", ways) + _LINES * 2)
        assert faults([module], root=tmp_path) == found


def test_too_many_complex_blocks_are_counted_and_listed(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(_function("f", 11) + _function("g", 10) + _LINES * 2)
    assert faults([module], root=tmp_path) == []
    module.write_text(_function("f", 11) + _function("g", 12) + _LINES * 2)
    said = faults([module], root=tmp_path)
    assert said[0] == "2 blocks are above 10, which is 2.49 per 1,000 of 804 lines; at most 1 are allowed:"
    assert said[1:] == ["   12  module.py:3 g", "   11  module.py:1 f"]
