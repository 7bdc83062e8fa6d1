"""What Prefect is told to print in a run whose terminal is left to progress bars."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.environment import DEFAULTS

PROJECT = Path(__file__).resolve().parents[2]
LOOK = """
from flows.environment import prepare_environment
prepare_environment(is_quiet=True)
import logging
from prefect.logging.configuration import setup_logging
setup_logging()
for name in ("prefect.server.services.task_run_recorder", "prefect.flow_runs", "prefect.task_runs", "uvicorn.error"):
    print(name, logging.getLogger(name).isEnabledFor(logging.ERROR))
"""


def test_a_quiet_run_tells_its_own_errors_and_not_those_of_the_temporary_server() -> None:
    """What the server's services stumble over is no news for a user; what stops a flow, a task or its start is."""
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=quiet, cwd=PROJECT, capture_output=True, text=True, check=True
    )
    told = dict(line.split() for line in done.stdout.splitlines())
    assert told.pop("prefect.server.services.task_run_recorder") == "False"
    assert set(told.values()) == {"True"}


def name_settings(settings: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Names Prefect's settings in a TOML table as the environment does, with their values."""
    for name, value in settings.items():
        variable = f"{prefix}_{name.upper()}"
        if isinstance(value, Mapping):
            yield from name_settings(value, variable)
        else:
            yield variable, str(value).lower()


def test_the_projects_settings_are_those_of_the_commands() -> None:
    """What Prefect reads in the project's folder, for its own commands, is what ours set wherever they run."""
    stated = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["prefect"]
    assert dict(name_settings(stated, "PREFECT")) == {
        name: value for name, value in DEFAULTS.items() if name.startswith("PREFECT_")
    }
