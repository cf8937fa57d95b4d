"""A message as a mail. Text and HTML say the same; the same news always has the same Message-ID.

Each chart travels as a part of the mail beside the HTML, so that nothing is loaded from anywhere.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, getaddresses
from typing import Final

from alerts.messages.charts import png
from alerts.messages.invisible_characters import harmless
from alerts.messages.message import DeliveryError, Message
from alerts.messages.rendering import as_html, as_text

_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
_SUBJECT: Final = 250


def compose(message: Message, channel: str, sender: str, to: Sequence[str], at: datetime) -> EmailMessage:
    """The mail with its headers, a text and an HTML part. DeliveryError when an address is none."""
    mail = EmailMessage(policy=SMTP)
    origin = mailbox(channel, sender)
    domain = origin[1].rpartition("@")[2]
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:40]
    mail["From"] = formataddr(origin)
    mail["To"] = ", ".join(formataddr(mailbox(channel, each)) for each in to)
    subject = harmless(message.subject)
    mail["Subject"] = subject if len(subject) <= _SUBJECT else f"{subject[:_SUBJECT].rstrip()}…"
    mail["Date"] = format_datetime(at.astimezone(UTC))
    mail["Message-ID"] = f"<onrecord.{digest}@{domain}>"
    mail["List-Id"] = f"onrecord {message.audience} <{message.audience}.onrecord.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Onrecord-Key"] = harmless(message.key)
    mail["X-Onrecord-Severity"] = message.severity
    _dress(mail, message, f"{digest}@{domain}")
    return mail


def _dress(mail: EmailMessage, message: Message, names_end: str) -> None:
    """The text, the HTML and, beside it, its charts, each under a name that ends so."""
    # Not every server takes lines of any length or bytes above 127.
    mail.set_content(as_text(message), cte="quoted-printable")
    shown = message.items[:1] if message.items and message.items[0].lead else message.items  # of claims the first
    charts = {place: item.chart for place, item in enumerate(shown) if item.chart}
    names = {place: f"chart.{place + 1}.{names_end}" for place in charts}
    html = as_html(message, {place: f"cid:{name}" for place, name in names.items()})
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    page = next(part for part in mail.iter_parts() if part.get_content_subtype() == "html")
    for place, chart in charts.items():
        filename = f"chart-{place + 1}.png"
        cid = f"<{names[place]}>"
        page.add_related(png(chart), "image", "png", cid=cid, filename=filename, disposition="inline")


def mailbox(channel: str, address: str) -> tuple[str, str]:
    """Name and address, with nothing in them that could add a header or a second address."""
    found = getaddresses([address])
    if len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]) or harmless(address) != address:
        raise DeliveryError(
            f"{channel}: {harmless(address)!r} is no mail address; write user@host or Name <user@host>",
            permanent=True,
        )
    return found[0]
