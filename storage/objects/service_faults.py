"""What an object storage does wrong, in words: what was found and what to do.

Only the status and the code of an answer are told. Its text may be anything, and may repeat what was asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_CODE = re.compile(r"[A-Za-z0-9.]{1,60}")
NO_BUCKET = "NoSuchBucket"
ABSENT = frozenset({"NoSuchKey", "404"})
# 409: somebody else stores under the same name at this moment.
THERE_ALREADY = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile of the SDK's"
_STRAINED = frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "500", "502", "503", "504"})
_REFUSED = frozenset(
    {"AccessDenied", "403", "401", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}
)
# What the SDK raises by itself, by the name of the exception.
_SILENT = frozenset(
    {"ConnectTimeoutError", "ReadTimeoutError", "FSTimeoutError", "TimeoutError", "AioReadTimeoutError"}
)
_UNREACHABLE = frozenset(
    {"EndpointConnectionError", "ConnectionError", "ConnectionClosedError", "ProxyConnectionError"}
)
_NO_CREDENTIALS = frozenset({"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "ProfileNotFound"})
_CUT_OFF = frozenset({"ClientPayloadError", "IncompleteRead", "IncompleteReadError", "ResponseStreamingError"})


@dataclass(frozen=True, slots=True)
class Cause:
    """`kind` is the exception's type, `code` the service's own word for the fault, `status` that of HTTP; or ''."""

    kind: str
    code: str
    status: str


def cause_of(error: BaseException) -> Cause:
    """The answer behind an exception. s3fs keeps the SDK's exception, which has the answer, as its cause."""
    for each in (error, error.__cause__):
        answer = getattr(each, "response", None)
        if isinstance(answer, Mapping):
            code = str(answer.get("Error", {}).get("Code", ""))
            status = str(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
            return Cause(type(each).__name__, code if _CODE.fullmatch(code) else "", status)
    return Cause(type(error).__name__, "", "")


def fault_words(cause: Cause, bucket: str, endpoint_url: str) -> str:
    service = endpoint_url or "the object storage"
    told = dict.fromkeys(filter(None, (cause.status, cause.code)))
    answered = f"{service} answered {' '.join(told) or cause.kind}"
    match cause:
        case Cause(code="NoSuchBucket"):
            return (
                f"there is no bucket {bucket} at {service}. Mend the address, or make the bucket and bring the files "
                "back into it: `onrecord archive copy` or `onrecord restore` from a copy that you hold."
            )
        case Cause(code=code, status=status) if code in _REFUSED or status in _REFUSED:
            return (
                f"{answered}: it refused us. Look at the credentials ({_CREDENTIALS}); they must be allowed to read, "
                f"write and list in {bucket} (s3:GetObject, s3:PutObject, s3:ListBucket)."
            )
        case Cause(code=code, status=status) if code in _STRAINED or status in _STRAINED:
            return f"{answered}, also when asked again. Nothing is lost; the next run asks anew."
        case Cause(code="BadDigest" | "XAmzContentSHA256Mismatch" | "InvalidDigest"):
            return f"{answered}: the bytes were altered on their way, and were not stored. The next run tries again."
        case Cause(kind=kind) if kind in _NO_CREDENTIALS:
            return f"the SDK found no credentials. Set {_CREDENTIALS}, where onrecord runs."
        case Cause(kind=kind) if kind in _SILENT:
            return (
                f"{service} did not answer in time, also when asked again. Nothing is lost; the next run asks anew. "
                "Look at the network where this stays."
            )
        case Cause(kind=kind) if kind in _UNREACHABLE:
            return f"could not connect to {service}. Look at endpoint_url and the network; the next run asks anew."
        case Cause(kind=kind) if kind in _CUT_OFF:
            return f"{service} broke off in the middle of its answer, also when asked again. The next run asks anew."
        case _:
            return f"{answered}. `onrecord doctor --online` looks closer."
