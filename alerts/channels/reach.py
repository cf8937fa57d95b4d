"""Whether a host that is asked over HTTP can be reached: it is greeted, and nothing is sent."""

from urllib.parse import urlsplit

from alerts.channels.unlogged import through, unlogged

SECONDS = 10.0


def reach_web(url: str, proxy: str = "", ca_file: str = "") -> str:
    """Why the host of a secret address cannot be reached, in words without it; "" when it answers.

    Its front page is asked for, without what is secret in the address.
    """
    import requests  # takes long, and settings are read by every command
    from urllib3.exceptions import HTTPError

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
