"""Names of facilities that stand for a facility of an earlier edition."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "facility_name",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("own", sa.String(300), nullable=False),
        sa.Column("facility", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_facility_name_release_id")),
        sa.PrimaryKeyConstraint("release_id", "own", name=op.f("pk_facility_name")),
    )
