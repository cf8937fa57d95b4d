"""The configuration that `onrecord init` writes: every setting with its default and what it is for."""

import os
import re
import shutil
import tomllib
from pathlib import Path

import tomli_w

from alerts.claims.toml_lines import places

# The key as the template has it, and whatever stands behind it.
_EMPTY = re.compile(r"""^(\s*contact\s*=\s*)(""|'')""")
_TEXT = """\
# onrecord's configuration. Secrets do not belong here: name the environment variable that holds them.

[fetch]
# Your address. It goes into the User-Agent of every request, so that publishers can reach you. Required.
{contact}
# A file larger than this is refused. The largest that was published has 2 MB; what is allowed here is held in memory.
max_megabytes = 16
attempts = 4
# Private addresses that may be fetched from, such as "127.0.0.1:8000" for a stand-in. None by default.
private_hosts = []
# The proxy that publishers are asked through, where there is one; private_hosts are asked without it. One with a
# password, http://user:password@proxy.example.org:3128, goes whole into an environment variable: name that as proxy_env
# in its place.
# proxy = "http://proxy.example.org:3128"

# [backfill]
# The archive that `onrecord backfill` asks for past editions, and the seconds between two requests.
# address = "https://web.archive.org"
# pause_seconds = 4

# [sources.ice]
# address = "https://www.ice.gov/detain/detention-management"
# enabled = true
# TRAC's sources are trac_population, trac_book_ins, trac_facilities, trac_atd and trac_quickfacts, CBP's cbp_southwest,
# cbp_encounters and cbp_apprehensions; ohss has ended, and its page is looked at once a month.
# [sources.trac_facilities]
# enabled = true
# Each of TRAC's files is asked for once a day, ad hoc runs included; `onrecord run --again` asks all the same.
# once_a_day = true
# What is known of a source better than our looks tell: live, moved, refused, withdrawn, definition changed or ended.
# [sources.trac_atd.stands]
# state = "withdrawn"
# since = 2026-04-12
# evidence = "the table is gone from the publisher's page"

[schedule]
# One look a day; ICE mostly posts on Thursday and Friday evenings, Eastern time.
cron = "15 19 * * *"
timezone = "America/New_York"
deliver_every_minutes = 10
# The weekly digest to the desk: claims nearest to flipping, and proof that we looked.
digest_cron = "0 9 * * 1"
# `onrecord serve` runs a Prefect server here unless PREFECT_API_URL names one.
prefect_port = 4200

# A dead man's switch such as Healthchecks: an https address that is told of each run and calls somebody when it hears
# nothing. The address is a secret; name the environment variable that holds it.
# [heartbeat]
# url_env = "ONRECORD_HEARTBEAT_URL"
# start_and_fail = true    # also ping it with /start and /fail; false for a switch that knows no such thing
# look_within_hours = 36   # `onrecord status` asks for attention when the last good look is older
# proxy = "http://proxy.example.org:3128"    # or proxy_env, as under [fetch]

# What the law says about ICE's report is told with each silence, with the day until which that was checked. Read it
# again, and say so here; other words where it has changed.
# [publication.ice.law]
# checked = 2026-12-31
# words = "The law asks for this report to be updated semimonthly"

# Which of the shipped claims are watched, by their ids; your own in the directory claims/ always are.
# [claims]
# shipped = ["seed-*", "trac-*"]

# Where messages go. `desk` messages are about figures, `ops` messages about pages and faulty releases, `sources`
# messages about publishers that disagree, are late or silent; those go where `ops` goes unless a channel names them.
# `minimum_severity` leaves out what weighs less: "info" (all), "notice", "alert". A figure that moved away from a claim
# or a source that cannot be read is an alert, one that came back or is held back a notice.
# Each may have a proxy or proxy_env of its own, as under [fetch]. Try them with: onrecord channels test

[[channels]]
name = "console"
kind = "console"

# [[channels]]
# name = "desk-slack"
# kind = "slack"
# audience = ["desk"]
# minimum_severity = "alert"
# webhook_env = "ONRECORD_SLACK_WEBHOOK"

# Slack by an app's bot token (scopes chat:write and files:write): its charts are files in the message's thread.
# [[channels]]
# name = "desk-app"
# kind = "slack_app"
# channel = "C0123456789"
# token_env = "ONRECORD_SLACK_TOKEN"

# [[channels]]
# name = "mail"
# kind = "mail"
# audience = ["desk", "ops"]
# host = "smtp.example.org"
# port = 587
# security = "starttls"   # or "tls", or "none" for a server on this machine
# sender = "onrecord@example.org"
# to = ["desk@example.org"]
# username = "onrecord"
# password_env = "ONRECORD_MAIL_PASSWORD"

# Anything that Apprise writes to (https://github.com/caronc/apprise): one service for each channel, plain text.
# [[channels]]
# name = "teams"
# kind = "apprise"
# address_env = "ONRECORD_APPRISE_ADDRESS"

# The static site: made in this folder after each run, for a web server to publish; docs/publishing.md. The folder is a
# link to the newest build, which lies beside it: not in this directory, which nobody else may enter.
# [site]
# folder = "/srv/onrecord/site"
# url = "https://www.example.org/on-the-record/"    # where it can be read; messages then lead to its pages
# name = "On the record"
# contact = "corrections@example.org"
# languages = ["en", "es"]    # the first lies at the root
# ClaimReview signs a rating in a newsroom's name. It is left out unless somebody signs.
# [site.claim_review]
# author = "The Example Times"

# Charts travel within a mail. Slack can show them in the message if a web server publishes a folder:
# [charts]
# folder = "/srv/onrecord-charts"    # not in this directory, which nobody else may enter
# address = "https://charts.example.org/onrecord"
"""


def configuration(contact: str) -> str:
    """The text of a new `onrecord.toml`."""
    return _TEXT.format(contact=_line(contact))


def _line(contact: str) -> str:
    """The line of the file that holds an address."""
    return tomli_w.dumps({"contact": contact}).rstrip("\n")


def contact_into(file: Path, contact: str) -> str:
    """Write an address into the empty key of a configuration that is there already. Returns what was done, in words.

    A key that holds another address is left alone, and where to write this one is said.
    """
    there = f"{file} is there already and is left as it is"
    if not contact:
        return f"{there}."
    text = file.read_bytes().decode("utf-8")
    line = places(text).get(("fetch", "contact"))
    present = tomllib.loads(text).get("fetch", {}).get("contact", "")
    wanted = _line(contact)
    if present == contact:
        return f"{there}: it has this address."
    if line is None:
        return f"{there}: the address was not written. Write it there, under [fetch]: {wanted}"
    lines = text.splitlines(keepends=True)
    filled = _EMPTY.sub(lambda found: found[1] + wanted.removeprefix("contact = "), lines[line - 1], count=1)
    if present or filled == lines[line - 1]:
        why = ", since there is one" if present else ""
        return f"{there}: the address was not written{why}. Write in line {line} there: {wanted}"
    replaced = file.with_name(f".{file.name}-{os.getpid()}")
    replaced.write_bytes("".join([*lines[: line - 1], filled, *lines[line:]]).encode())
    shutil.copymode(file, replaced)
    replaced.replace(file)
    return f"Wrote the address into line {line} of {file}."
