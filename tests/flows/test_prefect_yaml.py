"""prefect.yaml: Prefect ignores a misspelt key in silence, so each key is held against Prefect's own model."""

import importlib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.client.schemas.schedules import CronSchedule

PREFECT_YAML = Path(__file__).resolve().parents[2] / "prefect.yaml"
DEPLOYMENT_KEYS = {
    "name", "version", "tags", "description", "schedules", "concurrency_limit", "flow_name", "entrypoint",
    "parameters", "enforce_parameter_schema", "work_pool", "build", "push", "pull", "triggers", "sla",
}  # fmt: skip
POOL_KEYS = {"name", "work_queue_name", "job_variables"}


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The file, parsed."""
    parsed: dict[str, Any] = yaml.safe_load(PREFECT_YAML.read_text())
    return parsed


def test_every_key_is_one_that_prefect_reads(spec: dict[str, Any]) -> None:
    """No deployment has a key that Prefect would ignore."""
    assert set(spec) <= {"name", "pull", "build", "push", "definitions", "deployments", "prefect-version"}
    for deployment in spec["deployments"]:
        assert set(deployment) <= DEPLOYMENT_KEYS
        assert set(deployment["work_pool"]) <= POOL_KEYS
        assert set(deployment.get("concurrency_limit", {})) <= set(ConcurrencyLimitConfig.model_fields)
        for schedule in deployment["schedules"]:
            assert set(schedule) - {"slug", "active"} <= set(CronSchedule.model_fields)


def test_nightly_runs_at_two_in_london_one_at_a_time(spec: dict[str, Any]) -> None:
    """The nightly deployment has its schedule, in a zone that exists, and waits for a run that is still going."""
    (nightly,) = [deployment for deployment in spec["deployments"] if deployment["name"] == "nightly"]
    (schedule,) = nightly["schedules"]
    assert (schedule["cron"], schedule["active"]) == ("0 2 * * *", True)
    assert ZoneInfo(schedule["timezone"]).key == "Europe/London"
    assert nightly["concurrency_limit"]["limit"] == 1
    assert nightly["concurrency_limit"]["collision_strategy"] == "ENQUEUE"


def test_every_entrypoint_is_a_flow(spec: dict[str, Any]) -> None:
    """Entrypoints are dotted names of flows: a path would put flows/ first on sys.path."""
    for deployment in spec["deployments"]:
        module, _, name = deployment["entrypoint"].rpartition(".")
        assert isinstance(getattr(importlib.import_module(module), name), Flow)


def test_every_parameter_is_described(spec: dict[str, Any]) -> None:
    """The form that Prefect's UI shows says of each parameter what it is."""
    for deployment in spec["deployments"]:
        module, _, name = deployment["entrypoint"].rpartition(".")
        parameters = getattr(importlib.import_module(module), name).parameters.properties
        assert parameters
        assert all(parameter.get("description") for parameter in parameters.values()), name
