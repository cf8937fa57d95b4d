"""Proxies as the configuration names them, for publishers, for each channel and for the heartbeat."""

from alerts.channels.channel_settings import Proxied, is_proxy
from flows.configuration.settings import SettingsError, secret


def proxy_of(part: Proxied, who: str) -> str:
    """The address of a proxy, perhaps with a password; "" where none is named.

    Raises SettingsError when it cannot be used, in words without it.
    """
    if not part.proxy_env:
        return part.proxy
    address = secret(part.proxy_env, f"{who}: proxy_env").get_secret_value()
    if not is_proxy(address):
        raise SettingsError(
            f"{who}: proxy_env: what the environment variable holds is no proxy; write it as "
            "http://user:password@proxy.example.org:3128"
        )
    return address
