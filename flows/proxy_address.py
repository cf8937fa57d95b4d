"""What the address of a proxy may be."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator

_PLACE: Final = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_PLAIN: Final = re.compile(rf"http://{_PLACE}/?")
_WITH_LOGIN: Final = re.compile(rf"http://(?:[^\s/@]+@)?{_PLACE}/?")
_EXAMPLE: Final = "http://proxy.example.org:3128"


def _without_password(address: str) -> str:
    if address and not _PLAIN.fullmatch(address):
        if "@" in address:  # the address is not repeated: it may hold a password
            raise ValueError("holds a user name; put the whole address into a variable and name that as proxy_env")
        raise ValueError(f"{address!r} is no address of a proxy; write it as {_EXAMPLE}")
    return address


ProxyAddress = Annotated[str, AfterValidator(_without_password)]


def is_proxy(address: str) -> bool:
    """Whether an address can be used, be it with user name and password or without."""
    return bool(_WITH_LOGIN.fullmatch(address))
