"""What holds for the project as a whole: locked versions, open work, what is written of the commands."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from flows.__main__ import app

PROJECT = Path(__file__).resolve().parents[2]
SHOW_IMPORTS = """
import sys
import flows.__main__ as command_line
sys.argv = ["inspection-news", "--help"]
try:
    command_line.main()
except SystemExit:
    print(sorted({"prefect", "polars", "pydantic", "trafilatura"} & set(sys.modules)), file=sys.stderr)
"""
MODULES = sorted(path for folder in ("flows", "tasks", "storage") for path in (PROJECT / folder).rglob("*.py"))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-scale.lock"])
def test_lock_files_hold_versions_and_hashes_alone(lock: str) -> None:
    """Every package of a lock file is pinned with hashes, and no address stands there."""
    text = (PROJECT / lock).read_text()
    assert "://" not in text
    packages = re.findall(r"^[a-z0-9][^ \n]*", text, re.MULTILINE)
    assert packages
    assert all("==" in package for package in packages)
    assert text.count("--hash=sha256:") >= len(packages)


def test_every_dependency_is_locked() -> None:
    """What pyproject.toml asks for is in the lock file."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[\[<>=]", name)[0].lower().replace("_", "-") for name in project["dependencies"]}
    locked = set(re.findall(r"^([a-z0-9-]+)==", (PROJECT / "requirements.lock").read_text(), re.MULTILINE))
    assert wanted <= locked


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_modules_are_short_and_nothing_is_left_open(path: Path) -> None:
    """No module is over 250 lines, and none holds a reminder of work left undone."""
    text = path.read_text()
    assert len(text.splitlines()) <= 250
    assert not re.search(r"T[O]DO|FIX[M]E|X{3}|NotImplemented[E]rror", text)


def test_every_command_is_documented() -> None:
    """Every command of the command line is told in the README."""
    readme = (PROJECT / "README.md").read_text()
    group = typer.main.get_command(app)
    missing = [name for name in group.commands if f"inspection-news {name}" not in readme]  # type: ignore[attr-defined]
    assert not missing


def test_help_answers_without_prefect() -> None:
    """--help imports neither Prefect nor polars, so that it answers at once."""
    done = subprocess.run([sys.executable, "-c", SHOW_IMPORTS], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert "nightly" in done.stdout
    assert done.stderr.strip() == "[]"
