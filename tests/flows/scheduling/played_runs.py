"""A Prefect server with a password, and flow runs of every kind in its record; alive until standard input ends.

python -m tests.flows.scheduling.played_runs HOME PORT. In a process of its own: Prefect is slow to start and warns on
import. Prints one line when all is played: the names of the runs by what was done.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

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
    """The runs by what was done, and what came of the rest."""
    from flows.scheduling.deployments import deployments
    from flows.scheduling.prefect_flows import run_as_flow, watch

    for each in deployments(settings):
        each.apply()
    played: dict[str, Any] = {}

    def watched(what: str, source: str) -> None:
        state = watch(source, return_state=True)
        played[what] = str(state.state_details.flow_run_id)

    publisher.publish(edition("05232025"))
    watched("new", "ice")
    began = clock()
    watched("unchanged", "ice")
    played["overtaken"] = _overtaken(line, began)
    publisher.publish(edition("08292025"))
    watched("held", "ice")
    holder = locks.Holder.here()
    with writing(line.database) as connection:
        locks.take(connection, "watch:ice", holder, clock(), timedelta(minutes=3))
    watched("busy", "ice")
    with writing(line.database) as connection:
        locks.drop(connection, "watch:ice", holder)
    played["ad hoc"] = [outcome.state for outcome in run_as_flow(settings, line, ["ice", "trac_atd"])]
    played["again"] = _run_again()
    text = settings.config_file.read_text()
    settings.config_file.write_text(text.replace("pop_agen_table", "gone").replace("detention-manage", "gone"))
    watched("failed", "ice")
    watched("partly failed", "trac")
    played["tries"], played["stumbling"] = _stumbled(line)
    return played


def _overtaken(line: Line, began: datetime) -> dict[str, bool]:
    """Of some runs whether a look at ICE since `began` overtook them."""
    from prefect.client.schemas.objects import FlowRun

    from flows.scheduling.prefect_flows import is_overtaken

    due = FlowRun(flow_id=uuid4(), auto_scheduled=True, run_count=1, expected_start_time=began)
    later = due.model_copy(update={"expected_start_time": clock()})
    return {
        "was due before the look": is_overtaken(due, line, ["ice"]),
        "is due since": is_overtaken(later, line, ["ice"]),
        "of a source that was not looked at": is_overtaken(due, line, ["ice", "trac_atd"]),
        "started by a person": is_overtaken(due.model_copy(update={"auto_scheduled": False}), line, ["ice"]),
        "started again": is_overtaken(due.model_copy(update={"run_count": 2}), line, ["ice"]),
    }


def _run_again() -> str:
    """What Retry on the page of the ad hoc run does, and the process that takes it up then. The state it ends in."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName
    from prefect.client.schemas.objects import State
    from prefect.flow_engine import run_flow
    from prefect.states import AwaitingRetry

    from flows.scheduling.prefect_flows import run

    with get_client(sync_client=True) as client:
        (own,) = client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=["run"])))
        client.set_flow_run_state(own.id, AwaitingRetry(), force=True)
        own = client.read_flow_run(own.id)
    state = run_flow(run, flow_run=own, return_type="state")
    assert isinstance(state, State)
    return str(state.name)


def _stumbled(line: Line) -> tuple[int, str]:
    """A stage that cannot reach the database at first: how often it was tried, and the state of its run."""
    from prefect import flow

    from flows.scheduling.stage_tasks import as_tasks

    tries: list[str] = []

    def stumble() -> list[str]:
        tries.append("tried")
        if len(tries) == 1:
            raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))
        return tries

    @flow(name="stumbling")
    def stumbling() -> None:
        as_tasks(line, {"reconcile": (0,)})("reconcile", stumble)

    state = stumbling(return_state=True)
    return len(tries), str(state.name)


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
