"""What can go wrong between a publisher and an observation.

FetchError          a request failed; `transient` says whether trying again may help
  BlockedError      the publisher refused us, or served a page for people in place of the file
  NotAskedError     no request was made: the publisher's robots.txt could not be read, so that its wish is not known
    DisallowedError the publisher's robots.txt asks us not to
NotReadableError    the bytes are not what their name says (not a workbook, not JSON)
  NotAnEditionError a workbook in which nothing is recognised: it is none of the publisher's editions
DriftError          the document is readable, but not laid out as declared
"""


class FetchError(Exception):
    def __init__(
        self,
        message: str,
        *,
        transient: bool,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.transient = transient
        self.status = status
        self.retry_after = retry_after


class BlockedError(FetchError):
    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message, transient=False, status=status)


class NotAskedError(FetchError):
    """Without a status: the address itself has said nothing."""


class DisallowedError(NotAskedError):
    def __init__(self, message: str) -> None:
        super().__init__(message, transient=False)


class NotReadableError(Exception):
    """The bytes cannot be opened at all."""


class NotAnEditionError(NotReadableError):
    """A file that can be opened, and is something else than what the source publishes."""


class DriftError(Exception):
    """The layout is not the declared one: what was looked for, where, and what was there."""

    def __init__(self, where: str, expected: str, found: str) -> None:
        super().__init__(f"{where}: expected {expected}, found {found}")
        self.where = where
        self.expected = expected
        self.found = found
