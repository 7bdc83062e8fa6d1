"""The deployment on a real Prefect server: its schedule really makes runs, and `up` has the automation that it says."""

import asyncio
import os
import subprocess
import sys
import time
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.up import AUTOMATION, PROJECT, ensure_automation

WAIT_S = 60


@pytest.fixture(scope="module")
def deployed(prefect_environment: dict[str, str]) -> dict[str, str]:
    """A server on which `prefect deploy --all` has run as the README says."""
    for arguments in (
        ["work-pool", "create", "local-process", "--type", "process", "--overwrite"],
        ["deploy", "--all"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
            env={**os.environ, **prefect_environment},
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return prefect_environment


async def read_runs() -> list[Any]:
    """Reads the runs of the nightly deployment."""
    async with get_client() as client:
        named = DeploymentFilter(name=DeploymentFilterName(any_=["nightly"]))
        return list(await client.read_flow_runs(deployment_filter=named))


def test_the_schedule_makes_runs_at_two_in_london(deployed: dict[str, str]) -> None:
    """The server makes runs ahead, each at 02:00 in London, whatever that is in UTC."""
    with temporary_settings({PREFECT_API_URL: deployed["PREFECT_API_URL"]}):
        end = time.monotonic() + WAIT_S
        while not (runs := asyncio.run(read_runs())) and time.monotonic() < end:
            time.sleep(0.5)
    assert runs
    for run in runs:
        assert run.state.type is StateType.SCHEDULED
        london = run.expected_start_time.in_timezone("Europe/London")
        assert (london.hour, london.minute) == (2, 0)


def test_the_automation_is_there_once(deployed: dict[str, str]) -> None:
    """However often `up` starts, there is one automation, on, that marks lost runs as crashed."""

    async def read() -> list[Any]:
        for _ in range(2):
            await ensure_automation()
        async with get_client() as client:
            return list(await client.read_automations_by_name(AUTOMATION))

    with temporary_settings({PREFECT_API_URL: deployed["PREFECT_API_URL"]}):
        (automation,) = asyncio.run(read())
    assert automation.enabled
    assert automation.actions[0].state is StateType.CRASHED
