"""Replays archived pages with pywb, a web archive's player, and compares each with what is archived, by SHA-256.

    python tests/benchmarks/replay_with_pywb.py [ARCHIVE ...]

Makes a virtual environment in a temporary folder, installs pywb into it from the package index, and lets it index and
serve the WARC files of each archive. Without an archive, two are made of the sample site: of a night on it, and of an
import of that night's WARC files. Ends with status 1 where a page or a report differs, or an archive has neither.
"""

import argparse
import hashlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from storage.layout import Layout
from storage.tables import scan_table
from storage.warc import read_answer

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "tests" / "sample_site"
#: pywb needs pkg_resources, which newer setuptools have no more.
PACKAGES = ["pywb==2.10.0", "setuptools<81"]
START_S = 60
EACH = 3


def main() -> int:
    """Replays some pages and some reports of each archive, and prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", type=Path, nargs="*", metavar="ARCHIVE")
    given = parser.parse_args().archives
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        archives = [path.absolute() for path in given] or make_archives(folder)
        programs = install(folder / "venv")
        for number, archive in enumerate(archives):
            index(programs, folder, f"archive{number}", Layout(archive))
        with serve(programs, folder) as port:
            same = [
                replay(port, f"archive{number}", Layout(archive), media_type)
                for number, archive in enumerate(archives)
                for media_type in ("text/html", "application/pdf")
            ]
    return 0 if all(same) else 1


def make_archives(folder: Path) -> list[Path]:
    """Makes an archive of a night on the sample site, and one of its WARC files imported."""
    own, imported = folder / "own", folder / "imported"
    with subprocess.Popen([sys.executable, SAMPLE / "serve.py"], stdout=subprocess.PIPE, text=True) as site:
        try:
            assert site.stdout is not None
            address = site.stdout.readline().strip().rpartition("//")[2]
            run(own, address, "nightly")
            run(imported, address, "backfill", "--via", "warc", str(own / "warc"))
        finally:
            site.terminate()
    return [own, imported]


def run(archive: Path, address: str, *arguments: str) -> None:
    """Runs a command of the project on an archive; raises CalledProcessError where it fails."""
    named = {"ARCHIVE": str(archive), "CONNECT_TO": address, "SOURCES": str(SAMPLE / "sources")}
    environment = {**os.environ, **{f"INSPECTION_NEWS_{name}": value for name, value in named.items()}}
    sources = [part for path in sorted((SAMPLE / "sources").glob("*.toml")) for part in ("--source", path.stem)]
    command = [sys.executable, "-m", "flows", *arguments, *sources]
    subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, check=True)


def install(folder: Path) -> Path:
    """Installs pywb into an environment of its own; gives the folder of its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return programs


def index(programs: Path, folder: Path, collection: str, layout: Layout) -> None:
    """Lets pywb take the WARC files of an archive into a collection."""
    files = sorted(layout.warc.rglob("*.warc.gz"))
    manager = [programs / "wb-manager"]
    subprocess.run([*manager, "init", collection], cwd=folder, check=True, capture_output=True)
    subprocess.run([*manager, "add", collection, *files], cwd=folder, check=True, capture_output=True)


@contextmanager
def serve(programs: Path, folder: Path) -> Iterator[int]:
    """Serves the collections on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [programs / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port, server)
            yield port
        finally:
            server.terminate()


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Waits until the port answers; raises RuntimeError where it does not."""
    end = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("pywb did not start")


def replay(port: int, collection: str, layout: Layout, media_type: str) -> bool:
    """Replays some captures of a media type, and prints for each whether it is what is archived."""
    chosen = (
        scan_table(layout, "captures")
        .filter(
            pl.col("purpose") == "page",
            pl.col("content_mime_type") == media_type,
            pl.col("warc_record_type") == "response",
            pl.col("outcome").is_null(),
        )
        .sort("url", "fetched_at")
        .group_by("url", maintain_order=True)
        .first()
        .head(EACH)
        .collect()
    )
    if chosen.is_empty():
        print(f"{collection}: no {media_type} in the archive")
        return False
    same = []
    for row in chosen.iter_rows(named=True):
        archived = read_answer(layout, row["warc_filename"], row["warc_record_offset"]).body
        played = play(port, f"/{collection}/{row['fetched_at']:%Y%m%d%H%M%S}id_/{row['url']}")
        same.append(hashlib.sha256(archived).digest() == hashlib.sha256(played).digest())
        kind = "imported" if row["imported_from"] else "own"
        digest = hashlib.sha256(played).hexdigest()[:12]
        print(
            f"{'same' if same[-1] else 'DIFFERS'}  {kind:8}  {media_type}  {len(played)} bytes  {digest}  {row['url']}"
        )
    return all(same)


def play(port: int, path: str) -> bytes:
    """Asks pywb for a capture as it was sent, and reads the answer as it comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate"})
    body = connection.getresponse().read()
    connection.close()
    return body


if __name__ == "__main__":
    raise SystemExit(main())
