"""The reading of the public scrapers, on the same PDFs: PyPDF2 for the text, tabula for the table of page 1.

They run in a virtual environment that is made for them, with the versions in peers/reports.txt, and need Java: once as
they come, with a Java machine per file, and once with one for all files, which none of them does, but is faster.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from peers_environment import PEERS, make_environment

MODES = {"PyPDF2 and tabula": (), "PyPDF2 and tabula in one Java machine": ("--in-process",)}


def time_peers(files: Sequence[Path]) -> dict[str, float]:
    """Times each way of the peers on some PDFs, in one process; gives PDFs a second.

    Raises RuntimeError where there is no Java, or a peer reads no text or no tables.
    """
    if shutil.which("java") is None:
        raise RuntimeError("tabula needs Java: install a runtime, such as Debian's default-jre-headless")
    python, rates = make_environment("reports.txt"), {}
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "files.txt"
        listed.write_text("\n".join(map(str, files)), encoding="utf-8")
        for name, options in MODES.items():
            command = [python, PEERS / "read_reports.py", listed, *options]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            read = json.loads(done.stdout)
            if not (read["characters"] and read["tables"]):
                raise RuntimeError(f"{name} read {read}, which says nothing of its speed")
            rates[name] = len(files) / read["seconds"]
    return rates
