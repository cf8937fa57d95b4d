"""What an object storage does wrong, in words: what was found and what to do.

Only the status and the code of an answer are told. Its text may be anything, and may repeat what was asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_CODE = re.compile(r"[A-Za-z0-9.]{1,60}")
ABSENT = frozenset({"NoSuchKey", "404"})
# 409: somebody else stores under the same name at this moment.
THERE_ALREADY = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile of the SDK's"

# What is said of a fault, by the service's code, the status of HTTP or the exception's type: the first that fits.
_SAID: Sequence[tuple[frozenset[str], str]] = (
    (
        frozenset({"NoSuchBucket"}),
        "there is no bucket {bucket} at {service}. Mend the address, or make the bucket and bring the files back into "
        "it: onrecord archive copy --from COPY.",
    ),
    (
        frozenset(
            {
                "AccessDenied",
                "403",
                "401",
                "InvalidAccessKeyId",
                "SignatureDoesNotMatch",
                "ExpiredToken",
                "InvalidToken",
            }
        ),
        f"{{answered}}: it refused us. Look at the credentials ({_CREDENTIALS}); they must be allowed to read, write "
        "and list in {bucket} (s3:GetObject, s3:PutObject, s3:ListBucket).",
    ),
    (
        frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "500", "502", "503", "504"}),
        "{answered}, also when asked again. Nothing is lost; the next run asks anew.",
    ),
    (
        frozenset({"BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest"}),
        "{answered}: the bytes were altered on their way, and were not stored. The next run tries again.",
    ),
    (
        frozenset({"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "ProfileNotFound"}),
        f"the SDK found no credentials. Set {_CREDENTIALS}, where onrecord runs.",
    ),
    (
        frozenset({"ConnectTimeoutError", "ReadTimeoutError", "AioReadTimeoutError", "FSTimeoutError", "TimeoutError"}),
        "{service} did not answer in time, also when asked again. Nothing is lost; the next run asks anew. Look at the "
        "network where this stays.",
    ),
    (
        frozenset({"EndpointConnectionError", "ConnectionError", "ConnectionClosedError", "ProxyConnectionError"}),
        "could not connect to {service}. Look at endpoint_url and the network; the next run asks anew.",
    ),
    (
        frozenset({"ClientPayloadError", "IncompleteRead", "IncompleteReadError", "ResponseStreamingError"}),
        "{service} broke off in the middle of its answer, also when asked again. The next run asks anew.",
    ),
)


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
    answered = f"{service} answered {' '.join(told)}" if told else f"{service} failed with {cause.kind}"
    found = {cause.code, cause.status, cause.kind}
    words = next(
        (words for those, words in _SAID if those & found), "{answered}. `onrecord doctor --online` says more."
    )
    return words.format(bucket=bucket, service=service, answered=answered)
