"""robots.txt as RFC 9309 reads it: the groups that name us, else those for all, and of their rules the longest match.

Not `urllib.robotparser`: up to Python 3.13 it takes the first match and no `*` or `$` inside a path, and would fetch
what `Disallow: /*.json$` asks robots to leave alone.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

AGENT = "onrecord"
MAX_BYTES = 512 * 1024  # RFC 9309 asks for 500 KiB at least; what lies beyond is not read
_TOKEN = re.compile(r"[A-Za-z_-]+")
_LINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Rule:
    """`allow` what the pattern matches, or not."""

    allow: bool
    pattern: str

    @property
    def words(self) -> str:
        return f"{'Allow' if self.allow else 'Disallow'}: {self.pattern}"


def robots_url(url: str) -> str:
    """Where the site of an address keeps its robots.txt."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"


def rules_for(content: bytes, agent: str = AGENT) -> tuple[Rule, ...]:
    """The rules that a robots.txt has for us. Lines that are none are passed over, as the standard asks.

    One that is longer than `MAX_BYTES` is read to the last whole line before: half a rule would forbid or allow more.
    """
    groups: dict[str, list[Rule]] = {}
    named: list[str] = []
    in_rules = False
    lines = _LINE.split(content[:MAX_BYTES].decode("utf-8-sig", "replace"))
    for line in lines if len(content) <= MAX_BYTES else lines[:-1]:
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            named = [] if in_rules else named
            in_rules = False
            token = _TOKEN.match(value)
            named.append(token[0].lower() if token else value)
            groups.setdefault(named[-1], [])
        elif key in ("allow", "disallow"):
            in_rules = True
            for name in named if value else ():
                groups[name].append(Rule(key == "allow", value))
    return tuple(groups.get(agent.lower(), groups.get("*", [])))


def forbidding(rules: tuple[Rule, ...], url: str) -> Rule | None:
    """The rule that asks us to leave an address alone; None when it may be asked for."""
    parts = urlsplit(url)
    path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
    if path == "/robots.txt":
        return None
    matching = [rule for rule in rules if _matches(rule.pattern, path)]
    longest = max(matching, key=lambda rule: (len(rule.pattern), rule.allow), default=None)
    return longest if longest is not None and not longest.allow else None


def _matches(pattern: str, path: str) -> bool:
    """`*` stands for anything, `$` for the end. Piece by piece: a regular expression could be made to run for ever."""
    to_end = pattern.endswith("$")
    first, *others = (unquote(piece) for piece in pattern.removesuffix("$").split("*"))
    if not path.startswith(first):
        return False
    if not others:
        return not to_end or path == first
    at = len(first)
    last = others.pop()
    for piece in others:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if to_end:
        return path.endswith(last) and len(path) - len(last) >= at
    return path.find(last, at) >= 0
