"""A Prefect server with a password, and flow runs of every kind in its record; alive until standard input ends.

python -m tests.flows.scheduling.played_runs HOME PORT. In a process of its own: Prefect is slow to start and warns on
import. Prints one line when all is played: the names of the runs by what was done.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from flows.configuration.settings import Settings, load_settings
from flows.context import Line
from flows.pipeline import clock, open_line
from flows.scheduling.ports import free_port
from flows.scheduling.prefect_home import quiet_prefect, use_prefect_server
from flows.scheduling.server import prefect_server
from replica.editions import edition
from replica.publisher import Publisher
from storage import locks
from storage.engine import writing
from tests.flows.conftest import configure

SECRET = "the password of the mail server"
MAIL = """\
[[channels]]
name = "mail"
kind = "mail"
host = "127.0.0.1"
port = {port}
security = "tls"
sender = "onrecord@localhost"
to = ["desk@localhost"]
username = "onrecord"
password_env = "ONRECORD_MAIL_PASSWORD"
"""


def play(settings: Settings, line: Line, publisher: Publisher) -> dict[str, Any]:
    """The state of each run, by what was done."""
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName
    from prefect.client.schemas.objects import State
    from prefect.flow_engine import run_flow
    from prefect.states import AwaitingRetry

    from flows.scheduling import stage_tasks
    from flows.scheduling.deployments import deployments
    from flows.scheduling.prefect_flows import run, run_as_flow, watch

    for each in deployments(settings):
        each.apply()
    played: dict[str, Any] = {}

    def run_again() -> str:
        """What Retry on the page of the ad hoc run does, and the process that takes it up then."""
        with get_client(sync_client=True) as client:
            (own,) = client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=["run"])))
            client.set_flow_run_state(own.id, AwaitingRetry(), force=True)
            own = client.read_flow_run(own.id)
        state = run_flow(run, flow_run=own, return_type="state")
        assert isinstance(state, State)
        return str(state.name)

    def watched(what: str, source: str) -> None:
        state = watch(source, return_state=True)
        played[what] = str(state.state_details.flow_run_id)

    publisher.publish(edition("05232025"))
    watched("new", "ice")
    watched("unchanged", "ice")
    publisher.publish(edition("08292025"))
    watched("held", "ice")
    holder = locks.Holder.here()
    with writing(line.database) as connection:
        locks.take(connection, "watch:ice", holder, clock(), timedelta(minutes=3))
    watched("busy", "ice")
    with writing(line.database) as connection:
        locks.drop(connection, "watch:ice", holder)
    played["ad hoc"] = [outcome.state for outcome in run_as_flow(settings, line, ["ice", "trac_atd"])]
    played["again"] = run_again()
    (settings.home / "onrecord.toml").write_text(
        (settings.home / "onrecord.toml").read_text().replace("pop_agen_table", "gone").replace("detention-manage", "g")
    )
    watched("failed", "ice")
    watched("partly failed", "trac")

    tries: list[str] = []

    def stumble() -> list[str]:
        tries.append("tried")
        if len(tries) == 1:
            raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))
        return tries

    @flow(name="stumbling")
    def stumbling() -> None:
        stage_tasks.as_tasks(line)("reconcile", stumble)

    stage_tasks.WAITS = {**stage_tasks.WAITS, "reconcile": (0,)}
    state = stumbling(return_state=True)
    played["tries"] = len(tries)
    played["stumbling"] = state.name
    return played


def main(home: Path, port: int) -> None:
    os.environ |= {"ONRECORD_HOME": str(home), "ONRECORD_MAIL_PASSWORD": SECRET}
    with Publisher() as publisher:
        settings = configure(home, publisher.address)
        # A channel with a secret, whose server is away.
        with settings.config_file.open("a") as file:
            file.write(MAIL.format(port=free_port()))
        settings = load_settings(home)
        quiet_prefect(settings, serving=True)
        with prefect_server(port) as server:
            server.wait()
            use_prefect_server(server.api)
            played = play(settings, open_line(settings), publisher)
            sys.stdout.write("PLAYED " + json.dumps(played) + "\n")
            sys.stdout.flush()
            sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
