"""All of it on one machine: Prefect's server, the work pool, the deployments, a worker, the automation for lost runs.

Server and worker are processes of their own, in sessions of their own, so that Ctrl-C reaches this program alone and
they are stopped in order: the worker first, then the server.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flows.console import OUT
from flows.environment import prepare_environment
from flows.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]
POOL = "local-process"
AUTOMATION = "Lost runs are crashed"
SERVER_START_S = 120
STOP_S = 20
#: Runs beat every 30 s; one that has not for three beats is lost.
HEARTBEAT_S = 30


def run_up() -> int:
    """Starts everything, waits for Ctrl-C, and stops everything; gives 1 where a part stopped by itself."""
    if not (PROJECT / "prefect.yaml").is_file():
        raise ValueError(f"no prefect.yaml in {PROJECT}: `up` runs in a checkout of the project")
    Settings().make_client_settings()
    prepare_environment(is_quiet=False)
    port = os.environ.setdefault("PREFECT_SERVER_API_PORT", "4200")
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    os.environ["PROJECT_DIR"] = str(PROJECT)
    os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT_S))
    check_port(int(port))
    for stopping in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stopping, signal.default_int_handler)
    try:
        with start_prefect("server", "start", "--host", "127.0.0.1", "--port", port) as server:
            wait_for_server(server)
            run_prefect("work-pool", "create", POOL, "--type", "process", "--overwrite")
            run_prefect("deploy", "--all")
            asyncio.run(ensure_automation())
            with start_prefect("worker", "start", "--pool", POOL, "--limit", "4") as worker:
                OUT.print(f"up: http://127.0.0.1:{port} shows the runs; Ctrl-C stops everything", soft_wrap=True)
                return watch({"server": server, "worker": worker})
    except KeyboardInterrupt:
        OUT.print("stopped")
        return 0


def check_port(port: int) -> None:
    """Checks that no other server has the port: it would be deployed into. Raises RuntimeError where one has."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise RuntimeError(
                f"port {port} is taken ({error.strerror}); PREFECT_SERVER_API_PORT names another one"
            ) from error


@contextmanager
def start_prefect(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Starts a Prefect command in a session of its own, and stops it, with all that it started, at the end."""
    with subprocess.Popen(make_command(arguments), cwd=PROJECT, start_new_session=True) as process:  # noqa: S603 - ours
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stops a process: asks it first, and ends its whole session where it does not go."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def run_prefect(*arguments: str) -> None:
    """Runs a Prefect command to its end; raises RuntimeError where it fails."""
    done = subprocess.run(make_command(arguments), cwd=PROJECT, stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise RuntimeError(f"`prefect {' '.join(arguments)}` failed with status {done.returncode}")


def make_command(arguments: tuple[str, ...]) -> list[str]:
    """Makes the command line of a Prefect command in this environment."""
    return [sys.executable, "-m", "prefect", "--no-prompt", *arguments]


def wait_for_server(server: subprocess.Popen[bytes]) -> None:
    """Waits until the server answers; raises RuntimeError where it stops or takes too long."""
    from prefect.client.orchestration import get_client

    async def answers() -> bool:
        async with get_client() as client:
            return await client.api_healthcheck() is None

    end = time.monotonic() + SERVER_START_S
    while server.poll() is None and time.monotonic() < end:
        if asyncio.run(answers()):
            return
        time.sleep(0.5)
    raise RuntimeError("Prefect's server did not start; is its port taken? PREFECT_SERVER_API_PORT names another one")


async def ensure_automation() -> None:
    """Makes sure that there is an automation that marks a run as crashed when its heartbeats stop."""
    from prefect.automations import Automation, EventTrigger, Posture
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState

    automation = Automation(
        name=AUTOMATION,
        description="A run whose process is gone sends no heartbeat: without this it would say Running for ever.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *(f"prefect.flow-run.{end}" for end in ENDS)},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=3 * HEARTBEAT_S),
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="no heartbeat: its process is gone")],
    )
    async with get_client() as client:
        for existing in await client.read_automations_by_name(AUTOMATION):
            await client.delete_automation(existing.id)
    await automation.acreate()


ENDS = ("Completed", "Failed", "Cancelled", "Crashed")


def watch(processes: dict[str, subprocess.Popen[bytes]]) -> int:
    """Watches until Ctrl-C; gives 1 where a process stops by itself."""
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                OUT.print(f"the {name} stopped by itself, with status {process.returncode}")
                return 1
        time.sleep(1)
