"""A stand-in for Slack that keeps its published limits: what breaks one is refused as Slack refuses it.

https://docs.slack.dev/reference/block-kit/blocks and /reference/methods/chat.postMessage
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

WEBHOOK = "/services/T0000/B0000/s3cretTokenOfSlack"
API = "/api"
TOKEN = "xoxb-s3cret-token-of-the-app"
UPLOAD = "/upload/v1/s3cretPathOfTheUpload"
LIMITS = {"header": 150, "section": 3_000, "context": 3_000}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def faults(payload: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse, and what would act in Slack: markup of others, mentions, previews."""
    blocks = payload.get("blocks", [])
    found = [] if 1 <= len(blocks) <= 50 else [f"{len(blocks)} blocks"]
    found += [fault for block in blocks for fault in _of_block(block)]
    texts = [text for block in blocks for text in _texts(block)]
    found += [f"markup: {t['text']}" for t in texts if t["type"] == "mrkdwn" and not _our_link(t["text"])]
    found += [f"not escaped: {t['text'][:80]}" for t in texts if t["type"] == "plain_text" and not _escaped(t["text"])]
    found += ["emoji"] if any(t.get("emoji") for t in texts if t["type"] == "plain_text") else []
    found += ["fallback"] if not 1 <= units(payload.get("text", "")) <= 4_000 else []
    found += ["fallback not escaped"] if not _escaped(payload.get("text", "")) else []
    found += ["previews"] if payload.get("unfurl_links") is not False else []
    found += ["fallback is markup"] if payload.get("mrkdwn") is not False else []
    found += ["too much in all"] if sum(units(t["text"]) for t in texts) > 12_000 else []
    return found


def _of_block(block: Mapping[str, Any]) -> list[str]:
    kind = block["type"]
    if kind == "image":
        fits = 1 <= units(block["alt_text"]) <= 2_000 and 1 <= len(block["image_url"]) <= 3_000
        return [] if fits else ["image"]
    if kind == "rich_text":
        return [] if all(0 < units(text) <= 3_000 for text in _rich(block)) else ["rich_text"]
    if kind not in LIMITS:
        return [f"unknown block {kind}"]
    texts = _texts(block)
    found = [] if 1 <= len(texts) <= 10 else [f"{len(texts)} elements"]
    return found + [f"{kind} of {units(t['text'])}" for t in texts if not 1 <= units(t["text"]) <= LIMITS[kind]]


def _texts(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    if block["type"] in ("image", "rich_text"):
        return []
    return list(block["elements"]) if block["type"] == "context" else [block["text"]]


def _rich(block: Mapping[str, Any]) -> list[str]:
    """The words of rich text, which are shown as they are: only texts, no mention and no link."""
    found = [element for section in block["elements"] for element in section["elements"]]
    assert {section["type"] for section in block["elements"]} == {"rich_text_section"}
    assert {element["type"] for element in found} == {"text"}
    return [element["text"] for element in found]


def _our_link(text: str) -> bool:
    return bool(re.fullmatch(r"<https?://[^<>|\s\"`]+\|(source|file) at [A-Za-z0-9.:-]+>", text))


def _escaped(text: str) -> bool:
    return not re.search(r"[<>]|&(?!amp;|lt;|gt;)", text)


@dataclass
class Slack:
    """What Slack got, and how it is to answer: `fails` by the name of a method, `unreachable` pictures are refused."""

    server: HTTPServer
    fails: dict[str, str] = field(default_factory=dict)
    unreachable: bool = False
    messages: list[dict[str, Any]] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    completed: list[dict[str, Any]] = field(default_factory=list)
    refused: list[list[str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request(WEBHOOK, method="POST").respond_with_handler(self._webhook)
        self.server.expect_request(re.compile(f"{API}/.*"), method="POST").respond_with_handler(self._api)
        self.server.expect_request(UPLOAD, method="POST").respond_with_handler(self._upload)

    def _takes(self, payload: dict[str, Any]) -> bool:
        found = faults(payload) if "blocks" in payload else []
        pictures = any(block["type"] == "image" for block in payload.get("blocks", []))
        if found or (pictures and self.unreachable):
            self.refused.append(found)
            return False
        self.messages.append(payload)
        return True

    def _webhook(self, request: Request) -> Response:
        return Response("ok") if self._takes(request.get_json()) else Response("invalid_blocks", 400)

    def _api(self, request: Request) -> Response:
        method = request.path.removeprefix(f"{API}/")
        self.calls.append(method)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _no("invalid_auth")
        if method in self.fails:
            return _no(self.fails[method])
        if method == "chat.postMessage":
            return (
                _yes(channel="C0123456789", ts="1750000000.000100")
                if self._takes(request.get_json())
                else _no("invalid_blocks")
            )
        if method == "files.getUploadURLExternal":
            self.forms.append(request.form.to_dict())
            return _yes(upload_url=self.server.url_for(UPLOAD), file_id="F0123456789")
        self.completed.append(request.get_json())
        return _yes(files=[{"id": "F0123456789"}])

    def _upload(self, request: Request) -> Response:
        self.calls.append("upload")
        self.files.append(request.get_data())
        return Response(f"OK - {len(self.files[-1])}", int(self.fails.get("upload", "200")))


def _yes(**said: Any) -> Response:
    return Response(json.dumps({"ok": True, **said}), content_type="application/json")


def _no(code: str) -> Response:
    return Response(json.dumps({"ok": False, "error": code}), content_type="application/json")
