"""Bytes as they must not come: pieces cut out, put in, doubled, exchanged, by a random number of a fixed seed."""

import random

HOSTILE = (
    b"\x00", b'"', b'""', b",", b"\n", b"\r", b"<table>", b"</table>", b"</td>", b"<td>", b"<tr>", b"<!--", b"-1", b"0",
    b"999999999", b"1e5", b"1,234", b".5", b"=1+1", b"\xc2\xb2", b"\xd9\xa1", b"\xff", b"\xe2\x80\xae", b"&#48;",
    b"&nbsp;", b"http://[", b"%00", b"\xef\xbb\xbf", b"FYTD", b"2026 (FYTD)", b"2025", b"SEP", b"09/44/2026",
    b'colspan="99999999"', b'rowspan="3"', b"<base href='https://evil.example/'>", b"<?xml version='1.0'?>",
)  # fmt: skip
MOST_CHANGES = (1, 1, 1, 2, 3, 8)


def mutated(content: bytes, dice: random.Random) -> bytes:
    """The bytes after one to eight changes."""
    for _ in range(dice.choice(MOST_CHANGES)):
        content = _changed(content, dice)
    return content


def _changed(content: bytes, dice: random.Random) -> bytes:
    if not content:
        return dice.choice(HOSTILE)
    at, other = dice.randrange(len(content)), dice.randrange(len(content))
    kind = dice.randrange(6)
    if kind == 0:
        return content[:at] + content[at + dice.choice((1, 5, 40, 400)) :]
    if kind == 1:
        return content[:at] + dice.choice(HOSTILE) + content[at:]
    if kind == 2:
        return content[:at] + dice.choice(HOSTILE) + content[at + dice.choice((1, 3, 8)) :]
    if kind == 3:
        return content[:at] + content[other : other + dice.choice((3, 20, 200))] + content[at:]
    if kind == 4:
        return content[:at]
    lines = content.split(b"\n")
    first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)
