"""The tables. Everything is appended; what is derived from the archive can be rebuilt, verdicts and messages cannot.

Instants are UTC. A release is one set of bytes that a source published; the same bytes under another name are not
another release, other bytes under the same name are. Why `observation` is as it is: docs/storage.md.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

# The migration that this code is written for; a test compares it with the newest one in storage/migrations.
REVISION = "0050"


class Instant(TypeDecorator[datetime]):
    """A moment with its zone: refused without one, stored and returned as UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; pass aware moments only")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Every request, failures and `not modified` included: the proof that we looked.
fetch = Table(
    "fetch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(40), nullable=False),
    Column("url", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column(
        "outcome", String(20), nullable=False
    ),  # new | unchanged | not_modified | failed | absent (a robots.txt) | not_asked
    Column("status", Integer),
    Column("sha256", String(64)),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("detail", Text, nullable=False, default=""),
    Index(None, "url", "at"),
)

document = Table(
    "document",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media", String(10), nullable=False),
    Column("archived_at", Instant, nullable=False),
)

release = Table(
    "release",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(40), nullable=False),
    Column("sha256", String(64), ForeignKey("document.sha256"), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("role", String(20), nullable=False),  # current | year_end
    Column("known_at", Instant, nullable=False),
    Column("known_by", String(20), nullable=False),  # figures.records.KnownBy
    Column("known_detail", Text, nullable=False),
    Column("fiscal_year", Integer),
    Column("run_date", Date),
    Column("modified_at", Instant),
    Column("state", String(10), nullable=False),  # accepted | held
    Column("parser", Integer, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    # Its place among the releases of its source, from 1, in the order in which the public could read them.
    Column("position", Integer, nullable=False),
    # The fiscal years under which its figures are filed.
    Column("years", JSON, nullable=False),
    UniqueConstraint("source", "sha256"),
    Index(None, "source", "known_at"),
    Index(None, "source", "position"),
    Index(None, "source", "fiscal_year", "position"),
)

# Every name and address under which the bytes of a release were seen.
release_name = Table(
    "release_name",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("release_id", Integer, ForeignKey("release.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("known_by", String(20), nullable=False),
    Column("known_detail", Text, nullable=False),
    Column("role", String(20), nullable=False),
    UniqueConstraint("release_id", "name", "url"),
)

# What is said once and pointed at: each has a digest of its content, by which it is found.
metric = Table(
    "metric",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", BigInteger, nullable=False, unique=True),
    Column("source", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("dims", JSON, nullable=False),  # the names of its dimensions, in order
    Index(None, "name"),
)

series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", BigInteger, nullable=False, unique=True),
    Column("metric_id", Integer, ForeignKey("metric.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("dims", JSON(none_as_null=True)),  # name to value; only where the key does not spell them out without doubt
    Index(None, "metric_id"),
)

period = Table(
    "period",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", BigInteger, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("start_day", Date),
    Column("end_day", Date),
)

# A table of a sheet with the dates that are stated for it.
block = Table(
    "block",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", BigInteger, nullable=False, unique=True),
    Column("table_id", String(80), nullable=False),
    Column("form", String(4), nullable=False),  # cell | row | sum | text: how row and column make the locator
    Column("sheet", Text, nullable=False),
    Column("period_locator", Text, nullable=False),
    Column("fiscal_year", Integer),
    Column("run_date", Date),
    Index(None, "sheet"),
)

text = Table(
    "text",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", BigInteger, nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

# Every figure of every release, whether it changed or not. The key files it by fiscal year: a release is written next
# to its like and touches nothing of the years before; a series is read by a seek for each year.
observation = Table(
    "observation",
    metadata,
    Column("fiscal_year", SmallInteger, primary_key=True, autoincrement=False),  # encoding.row_values.filing_year
    Column("series_id", Integer, primary_key=True, autoincrement=False),
    Column("slot", Integer, primary_key=True, autoincrement=False),  # encoding.row_values.slot
    Column("release_id", Integer, ForeignKey("release.id"), primary_key=True, autoincrement=False),
    Column("block_id", Integer, primary_key=True, autoincrement=False),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("col", SmallInteger, primary_key=True, autoincrement=False),
    Column("period_id", Integer, nullable=False),
    Column("value", Float(53)),
    Column("status", SmallInteger, nullable=False),  # its place in encoding.row_values.STATUSES
    Column("text_id", Integer),  # what the cell showed, where that is not simply the value
    Column("last", Integer),  # of a sum of rows the last of them; `row` is the first, `col` how many they are
    sqlite_with_rowid=False,
)

# Which part of which tables a release states: what it leaves out of that, it has dropped.
coverage = Table(
    "coverage",
    metadata,
    Column("table_id", String(80), primary_key=True),
    Column("fiscal_year", SmallInteger, primary_key=True, autoincrement=False),  # as in `observation`
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),  # its place in encoding.row_values.KINDS
    Column("release_id", Integer, ForeignKey("release.id"), primary_key=True, autoincrement=False),
    Column("first", Integer, nullable=False),  # the lowest and the highest slot
    Column("last", Integer, nullable=False),
    Column("cells", Integer, nullable=False),
    Index(None, "release_id"),
    sqlite_with_rowid=False,
)

# What each table of a release shows, as a hash (figures.fingerprints): one published again is found by it.
print_ = Table(
    "print",
    metadata,
    Column("table_id", String(80), primary_key=True),
    Column("print", String(64), primary_key=True),
    Column("release_id", Integer, ForeignKey("release.id"), primary_key=True, autoincrement=False),
    Index(None, "release_id"),
    sqlite_with_rowid=False,
)

# A longer id is not looked into: no facility's name, city and state come to as much.
LONGEST_NAME = 300
# Names in a list of facilities that stand for a facility of an earlier edition: `own` is the id that the name would
# have by itself, `facility` the one under which the release's figures are filed. Derived, as figures are.
facility_name = Table(
    "facility_name",
    metadata,
    Column("release_id", Integer, ForeignKey("release.id"), primary_key=True, autoincrement=False),
    Column("own", String(LONGEST_NAME), primary_key=True),
    Column("facility", Text, nullable=False),
    Column("cell", Text, nullable=False),  # where the name stands
    Column("because", Text, nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(40), nullable=False),
    Column("release_id", Integer, ForeignKey("release.id")),
    Column("stage", String(20), nullable=False),  # discover | fetch | parse | document | history
    Column("check", String(60), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("scope_kind", String(10), nullable=False),  # release | table | cells
    Column("scope", JSON, nullable=False),
    Column("expected", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Instant, nullable=False),
    # A hold ends by a person's decision (`decision`), or because a later release settled it.
    Column("lifted_at", Instant),
    Column("lifted_by", Text),
    Column("lifted_because", Text),
    Index(None, "release_id"),
    Index(None, "source", "severity"),
)

# What a person decided about a finding, with all that says which finding it was: findings are derived anew, decisions
# are not. Nothing here is deleted; a decision that is over says since when, by whom and why.
decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),  # unhold | acknowledge
    Column("finding_id", Integer, nullable=False),  # its number when it was decided on
    Column("source", String(40), nullable=False),
    Column("release_id", Integer, ForeignKey("release.id")),
    Column("stage", String(20), nullable=False),
    Column("check", String(60), nullable=False),
    Column("scope_kind", String(10), nullable=False),
    Column("scope", JSON, nullable=False),
    Column("expected", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Date),  # its last day, in Washington
    Column("ended_at", Instant),
    Column("ended_by", Text),
    Column("ended_because", Text),
    # From which instant on verdicts are still to be judged again because of it; empty when that is done.
    Column("judge_from", Instant),
    Index(None, "release_id"),
)

# That a run came to its end: the sources whose last look failed, and what came of telling a dead man's switch.
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("looked_at", JSON, nullable=False),
    Column("failed", JSON, nullable=False),
    Column("ping", String(10), nullable=False),  # none | sending | sent | failed
    Column("detail", Text, nullable=False, default=""),
)

claim = Table(
    "claim",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# Appended only: a later row for the same claim, answer and instant replaces the earlier one for readers.
verdict = Table(
    "verdict",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("claim_id", String(120), nullable=False),
    Column("claim_sha256", String(64), nullable=False),
    Column("answer", String(20), nullable=False),  # at_claim | revised | standing
    Column("as_of", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("state", String(40), nullable=False),
    Column("underlying", String(40), nullable=False),  # the state that a hold does not move
    Column("edition", String(40), nullable=False),  # last day of the newest period judged on
    Column("calm", Integer, nullable=False),  # clean editions in a row that came nearer
    Column("told", Float(53)),  # relative deviation when the desk was last told
    Column("measured", Float(53)),
    Column("accept_low", Float(53)),
    Column("accept_high", Float(53)),
    Column("gap", Float(53)),
    Column("deviation", Float(53)),
    Column("z", Float(53)),
    Column("rule", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("readings", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("reached", JSON, nullable=False, default=list),  # states safely reached by the two newest clean editions
    Column("size", Float(53)),  # how far off, by the measure that the state follows
    Column("nearness", Float(53)),  # 1 at the threshold of the next further state
    Column("moved_by", String(20), nullable=False, default=""),  # alerts.forms.causes.Mover
    Column("cause", JSON, nullable=False, default=dict),  # what moved it: words, release, cells before and after
    Index(None, "claim_id", "answer", "as_of"),
)

# On what a claim was judged at an instant: a digest of every figure and hold that it may rest on, where it changed.
judged = Table(
    "judged",
    metadata,
    Column("claim_id", String(120), primary_key=True),
    Column("as_of", Instant, primary_key=True),
    Column("basis", String(64), nullable=False),
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("audience", String(10), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("quiet", String(60), nullable=False, default=""),  # why it is kept and not sent; '' when it is sent
)

# What a message says of which claim, and whether it still stands.
notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("message.id"), nullable=False),
    Column("place", Integer, nullable=False),  # of its item in the message, from 0
    Column("news", String(64), nullable=False),  # digest of claim, answer, change, state and cells
    Column("claim_id", String(120), nullable=False),
    Column("claim_sha256", String(64), nullable=False),
    Column("answer", String(20), nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("change", String(20), nullable=False),
    Column("state", String(40), nullable=False),
    Column("floor", Float(53), nullable=False),  # what the size must have reached, where that was the news
    Column("undone_at", Instant),
    Column("undone_because", Text, nullable=False, default=""),
    Column("correction_id", Integer, ForeignKey("message.id")),
    Index(None, "claim_id"),
    Index(None, "message_id"),
    Index(None, "news"),
)

# The cells that a message rests on: it is not sent while one of them is held.
message_cell = Table(
    "message_cell",
    metadata,
    Column("message_id", Integer, ForeignKey("message.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # of the item
    Column("release_id", Integer, ForeignKey("release.id"), primary_key=True),
    Column("locator", String(300), primary_key=True),
    Column("table_id", String(80), nullable=False),
)

# What somebody has seen (ack, of one claim) or does not want to hear (silence, of all that a matcher fits).
mute = Table(
    "mute",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(10), nullable=False),  # ack | silence
    Column("matcher", Text, nullable=False),  # of an ack the claim's id
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("until", Instant),
    Column("state", String(40), nullable=False, default=""),  # of an ack: the state that was seen
    Column("size", Float(53)),  # and how far off it was
    Column("ended_at", Instant),
    Column("ended_because", Text, nullable=False, default=""),
)

# A channel that refused us for good: nothing is given to it until somebody mends it.
outlet = Table(
    "outlet",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("disabled_at", Instant),  # None once it is enabled again
    Column("because", Text, nullable=False),
    Column("settings", String(200), nullable=False),  # salted digest of its settings then; others enable it
    Column("changed_at", Instant, nullable=False),
    Column("changed_because", Text, nullable=False, default=""),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("message.id"), nullable=False),
    Column("channel", String(80), nullable=False),
    # pending | sending | sent | left_out | failed | withheld (rests on held figures; the next judging says) | withdrawn
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("claimed_at", Instant),
    UniqueConstraint("message_id", "channel"),
    Index(None, "state", "next_try_at"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", Integer, ForeignKey("delivery.id"), nullable=False),
    Column("at", Instant, nullable=False),
    # sent | left_out | failed | unanswered | refused | withheld | withdrawn
    Column("outcome", String(20), nullable=False),
    Column("detail", Text, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(40), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", String(20), nullable=False),  # running | new | unchanged | failed
    Column("detail", Text, nullable=False, default=""),
    # Who made it: host, version of the program, digests of its configuration and of its claims; '' where unknown.
    Column("host", String(255), nullable=False, default="", server_default=""),
    Column("version", String(40), nullable=False, default="", server_default=""),
    Column("configuration", String(64), nullable=False, default="", server_default=""),
    Column("claims", String(64), nullable=False, default="", server_default=""),
    Index(None, "source", "started_at"),
)

lock = Table(
    "lock",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Instant, nullable=False),
)
