"""The virtual environments that peers run in, made from the versions in a file of tests/benchmarks/peers."""

import hashlib
import subprocess
import tempfile
import venv
from pathlib import Path

PEERS = Path(__file__).with_name("peers")


def make_environment(requirements: str) -> Path:
    """Makes the environment of a file of versions, unless an earlier run did; gives its Python."""
    file = PEERS / requirements
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"inspection-news-peers-{digest}"
    python, made = folder / "bin" / "python", folder / "made"
    if not made.exists():
        venv.create(folder, with_pip=True, clear=True, upgrade_deps=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", file], check=True)
        made.touch()
    return python
