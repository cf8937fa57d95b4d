"""Apprise in a process of its own, which has a proxy in its environment: Apprise knows no other way to name one.

Reads one JSON object on standard input, since others can read arguments, and writes one: {"reason": words} or {}.
"""

import json
import os
import sys

from alerts.channels.apprise_service import NotTakenError, hand_over


def main() -> None:
    job = json.load(sys.stdin)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ[name] = os.environ[name.lower()] = job["proxy"]
    for name in ("NO_PROXY", "no_proxy"):
        os.environ.pop(name, None)
    answer = {}
    try:
        hand_over(job["address"], job["title"], job["body"])
    except NotTakenError as error:
        answer = {"reason": str(error), "permanent": error.permanent}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
