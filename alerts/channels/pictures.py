"""Charts as files in a folder that a web server publishes, for readers that fetch pictures by address."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from alerts.messages.charts import png
from alerts.messages.message import Message
from alerts.messages.slack_blocks import items_shown


@dataclass(frozen=True, slots=True)
class PublishedCharts:
    """What is written to `folder` can be read at `address`."""

    folder: Path
    address: str

    def publish(self, message: Message) -> tuple[dict[int, str], str]:
        """The address of each shown item's chart by the place of the item, and why there is none for some, or "".

        A file is named by the hash of what it holds: the same chart has the same address, and nobody guesses it.
        """
        pictures: dict[int, str] = {}
        for position, item in enumerate(message.items[: items_shown(message)]):
            if item.chart is None:
                continue
            content = png(item.chart)
            name = f"{hashlib.sha256(content).hexdigest()[:40]}.png"
            try:
                _write(self.folder / name, content)
            except OSError as error:
                return pictures, f"without its charts: {self.folder} cannot be written ({error.strerror or error})"
            pictures[position] = f"{self.address.rstrip('/')}/{name}"
        return pictures, ""


@dataclass(frozen=True, slots=True)
class SitePictures:
    """The charts of the claims' pages, in the `folder` of a site that can be read at `address`, which ends with "/"."""

    folder: Path
    address: str

    def publish(self, message: Message) -> tuple[dict[int, str], str]:
        """As `PublishedCharts.publish`; nothing is written. Only a page's chart that is the message's own is shown: one
        that has moved on says something else than the words beside it. The address changes with the picture.
        """
        pictures: dict[int, str] = {}
        for position, item in enumerate(message.items[: items_shown(message)]):
            if item.chart is None or not item.claim_id:
                continue
            content = png(item.chart)
            name = f"claims/{item.claim_id}/chart.png"
            try:
                is_ours = (self.folder / name).read_bytes() == content
            except OSError:
                is_ours = False
            if not is_ours:
                return pictures, "without its charts: the site shows others now"
            pictures[position] = f"{self.address}{name}?{hashlib.sha256(content).hexdigest()[:12]}"
        return pictures, ""


Charts = PublishedCharts | SitePictures


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a web server may be reading."""
    if path.exists():
        return
    if not path.parent.exists():
        path.parent.mkdir(parents=True)
        path.parent.chmod(0o755)  # our own files are for nobody else; these are
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)
