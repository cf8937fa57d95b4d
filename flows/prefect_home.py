"""Prefect's environment: its files in our directory, its telemetry off, and a password for the server that we start.

Whoever can speak to a Prefect server can make its runner execute code as our user, so our own lets nobody in without
the password. Everything here is to be called before Prefect is first imported, and what the operator has set stands.
"""

import os
import secrets
import stat
from pathlib import Path
from urllib.parse import quote

from flows.settings import Settings, SettingsError

LOGIN = "prefect-login"
_LEASES_ON_DISK = "prefect.server.concurrency.lease_storage.filesystem"
_SHORTEST = 24


def prefect_api_url() -> str:
    """The Prefect server that the operator has named; '' when there is none."""
    return os.environ.get("PREFECT_API_URL", "")


def use_prefect_server(url: str) -> None:
    """Make Prefect, and the flow runs it starts, speak to this server."""
    os.environ["PREFECT_API_URL"] = url


def quiet_prefect(settings: Settings, *, serving: bool = False) -> None:
    """Keep Prefect's files in our directory, its telemetry off, and whatever server we start to ourselves.

    A server that is `serving` asks for the password in our directory; the one that Prefect itself starts for a run, on
    any port, for one that ends with the run.
    """
    port = settings.schedule.prefect_port
    if "PREFECT_HOME" not in os.environ:
        _keep_files_in(settings.home / "prefect")
    wanted = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # An ephemeral server on a fresh home takes its time to make its tables.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
        # In memory, which is Prefect's default, a power cut in mid-run would take a deployment's only slot for good.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": _LEASES_ON_DISK,
        # Prefect's own page, and requests from no other.
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
    }
    for name, value in wanted.items():
        os.environ.setdefault(name, value)
    # Prefect's own client takes a proxy from the environment, and would ask it for a server on this machine.
    for name in ("NO_PROXY", "no_proxy"):
        before = os.environ.get(name, "")
        os.environ[name] = f"{before},127.0.0.1,localhost" if before else "127.0.0.1,localhost"
    if not prefect_api_url():  # the password of our own server is for no other
        _lock(prefect_login(settings.home) if serving else _new_login())


def only_own_prefect(settings: Settings) -> None:
    """As `quiet_prefect`, whatever is set of Prefect outside: for a run that must touch nothing but `settings.home`."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    quiet_prefect(settings)


def _keep_files_in(folder: Path) -> None:
    os.environ["PREFECT_HOME"] = str(folder)
    # Its page is put together at the first start; where we are installed nobody may write.
    page = folder / "ui"
    page.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PREFECT_UI_STATIC_DIRECTORY", str(page))
    database = folder / "prefect.db"
    named = {"PREFECT_API_DATABASE_CONNECTION_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL"} & os.environ.keys()
    if quote(str(database)) != str(database) and not named:
        # Prefect puts the path into an address as it is, where % and ? mean something else.
        os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{quote(str(database))}"


def _lock(login: str) -> None:
    """One password for server, runner and client, in the environment alone: others can read arguments and logs."""
    server, client = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"
    login = os.environ.get(server) or os.environ.get(client) or login
    os.environ.setdefault(server, login)
    os.environ.setdefault(client, login)


def _new_login() -> str:
    return f"onrecord:{secrets.token_urlsafe(32)}"


def prefect_login(home: Path) -> str:
    """`user:password` of the Prefect server that we start, from a file of mode 600 that is made when there is none.

    Raises SettingsError when others may read the file, or when it holds no password.
    """
    file = home / LOGIN
    remedy = "Delete it: the next `onrecord serve` makes a new one."
    try:
        if not file.exists():
            _make(file)
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise SettingsError(f"{file} holds the password of the Prefect server and can be read by others. {remedy}")
        login = file.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read or made: {error.strerror or error}") from error
    if len(login.partition(":")[2]) < _SHORTEST or not login.isascii() or not login.isprintable():
        raise SettingsError(
            f"{file} does not hold user:password with a password of {_SHORTEST} signs or more. {remedy}"
        )
    return login


def _make(file: Path) -> None:
    """Whole or not at all, and one for two processes that make it at the same moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(_new_login() + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return  # another process was first; its password is the one
    finally:
        draft.unlink()
