"""Whether a channel's server can be reached: it is spoken to, and nothing is sent."""

import smtplib
from contextlib import closing
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from alerts.channels.mail import Mail, connected, secured, tls_context, why_not
from alerts.channels.unlogged import through, unlogged
from alerts.message import DeliveryError

SECONDS = 10.0


def reach_web(url: str, proxy: str = "", ca_file: str = "") -> str:
    """Why the host of a secret address cannot be reached, in words without it; "" when it answers.

    Its front page is asked for, without what is secret in the address.
    """
    try:
        parts = urlsplit(url)
        front = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
        with unlogged(), requests.Session() as session:
            session.trust_env = False
            session.proxies = through(proxy)
            with session.head(front, timeout=SECONDS, allow_redirects=False, verify=ca_file or True) as answer:
                status = answer.status_code
    except requests.exceptions.ProxyError:
        return "no connection through the proxy; is it up, and does it let us through?"
    except requests.exceptions.SSLError:
        return "the certificate was not accepted"
    except requests.Timeout:
        return f"no answer within {SECONDS:g} s"
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        return f"no connection ({type(error).__name__})"
    # A proxy answers so in a host's place; any other answer is the host's own.
    return f"answers with status {status}" if status == 407 or status >= 500 else ""


def reach_mail(channel: Mail) -> str:
    """Why a mail server cannot be reached, "" when it answers and, where that is set, encrypts. No log-in is tried."""
    try:
        context = tls_context(channel)
        with closing(connected(channel, context)) as smtp:
            secured(channel, smtp, context)
            smtp.quit()
    except DeliveryError as error:
        return str(error)
    except (smtplib.SMTPException, OSError) as error:
        return why_not(channel, error)[0]
    return ""
