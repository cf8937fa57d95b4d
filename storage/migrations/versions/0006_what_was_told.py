"""What moved a verdict, what each message says of which claim and rests on, mutes, and channels that refused."""

import sqlalchemy as sa
from alembic import op

from storage.schema import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for column in (
        sa.Column("reached", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("size", sa.Float(53)),
        sa.Column("nearness", sa.Float(53)),
        sa.Column("moved_by", sa.String(20), nullable=False, server_default=""),
        sa.Column("cause", sa.JSON(), nullable=False, server_default="{}"),
    ):
        op.add_column("verdict", column)
    op.create_table(
        "judged",
        sa.Column("claim_id", sa.String(120), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("basis", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "as_of", name=op.f("pk_judged")),
    )
    _create_notices()
    op.create_table(
        "mute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("matcher", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("until", Instant()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("size", sa.Float(53)),
        sa.Column("ended_at", Instant()),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mute")),
    )
    op.create_table(
        "outlet",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("disabled_at", Instant()),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("settings", sa.String(200), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_outlet")),
    )


def _create_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("news", sa.String(64), nullable=False),
        sa.Column("claim_id", sa.String(120), nullable=False),
        sa.Column("claim_sha256", sa.String(64), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("change", sa.String(20), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("floor", sa.Float(53), nullable=False),
        sa.Column("undone_at", Instant()),
        sa.Column("undone_because", sa.Text(), nullable=False),
        sa.Column("correction_id", sa.Integer()),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_notice_message_id")),
        sa.ForeignKeyConstraint(["correction_id"], ["message.id"], name=op.f("fk_notice_correction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    for name in ("claim_id", "message_id", "news"):
        op.create_index(op.f(f"ix_notice_{name}"), "notice", [name])
    op.create_table(
        "message_cell",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("locator", sa.String(300), nullable=False),
        sa.Column("table_id", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_cell_message_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_message_cell_release_id")),
        sa.PrimaryKeyConstraint("message_id", "place", "release_id", "locator", name=op.f("pk_message_cell")),
    )
