"""Who made a run: its host, the version of the program, digests of its configuration and of its claims."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0020"


def upgrade() -> None:
    for name, length in (("host", 255), ("version", 40), ("configuration", 64), ("claims", 64)):
        op.add_column("run", sa.Column(name, sa.String(length), nullable=False, server_default=""))
