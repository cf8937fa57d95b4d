"""What each table of a release shows, as a hash. The releases that are there get theirs from `onrecord rebuild`."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "print",
        sa.Column("table_id", sa.String(length=80), nullable=False),
        sa.Column("print", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_print_release_id")),
        sa.PrimaryKeyConstraint("table_id", "print", "release_id", name=op.f("pk_print")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_print_release_id"), "print", ["release_id"])
