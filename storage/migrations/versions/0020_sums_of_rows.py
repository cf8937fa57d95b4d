"""The last row of a sum of rows, beside the first: a figure of CBP's is a sum, whose locator names both."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("observation", sa.Column("last", sa.Integer()))
