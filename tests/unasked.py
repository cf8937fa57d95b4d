"""Publishers that a test has no stand-in for are not asked."""

from figures.registry import BORDER

WITHOUT_BORDER = "".join(f"[sources.{source.id}]\nenabled = false\n" for source in BORDER)
