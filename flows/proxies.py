"""Proxies as the configuration names them, for publishers, for each channel and for the heartbeat."""

from flows.proxy_address import is_proxy
from flows.settings import ChannelSettings, FetchSettings, HeartbeatSettings, SettingsError, secret


def proxy_of(part: FetchSettings | HeartbeatSettings | ChannelSettings, who: str) -> str:
    """The address of a proxy, perhaps with a password; "" where none is named.

    Raises SettingsError when it cannot be used, in words without it.
    """
    if part.proxy and part.proxy_env:
        raise SettingsError(f"{who}: proxy and proxy_env are both set; remove the one that is not meant")
    if not part.proxy_env:
        return part.proxy
    try:
        address = secret(part.proxy_env, who).get_secret_value()
    except SettingsError:
        raise SettingsError(f"{who}: proxy_env names the variable {part.proxy_env}, which is not set") from None
    if not is_proxy(address):
        raise SettingsError(
            f"{who}: what {part.proxy_env} holds is no proxy; write it as http://user:password@proxy.example.org:3128"
        )
    return address
