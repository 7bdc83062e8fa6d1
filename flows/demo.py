"""The demo: the nightly job on the sample site, on loopback, without account, server or network."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SAMPLE_SITE = Path(__file__).resolve().parents[1] / "tests" / "sample_site"
ARCHIVE = "archive-demo"
ARTICLE_COLUMNS = ("published_at", "source", "title", "word_count")
INSPECTION_COLUMNS = ("published_on", "kind", "authority", "started_on", "ended_on")
MOST_ROWS = 5
NEXT = """
What to try next (the archive is in {archive}):
  {program} demo
      again: nothing that has not changed is fetched
  INSPECTION_NEWS_ARCHIVE={archive} {program} status
      what the archive holds; `verify` checks that it is whole
  INSPECTION_NEWS_ARCHIVE={archive} INSPECTION_NEWS_SOURCES={sources} {program} reprocess --diff
      every page read again, without network: what would change with another version of the readers
  {python} -c "import polars as pl; print(pl.read_parquet('{archive}/tables/judgements/**/*.parquet'))"
      the grades of the reports, with page and evidence
  {archive}/report/index.html
      what happened, for people; open it in a browser
"""


def run_demo() -> int:
    """Serves the sample site, runs nightly on it and shows a few rows; gives what nightly gives."""
    if not SAMPLE_SITE.is_dir():
        raise ValueError(f"the sample site is not here ({SAMPLE_SITE}): the demo runs in a checkout of the project")
    archive = os.environ.setdefault("INSPECTION_NEWS_ARCHIVE", ARCHIVE)
    os.environ["INSPECTION_NEWS_SOURCES"] = str(SAMPLE_SITE / "sources")
    with serve_sample_site() as address:
        os.environ["INSPECTION_NEWS_CONNECT_TO"] = address
        from flows.commands import run_nightly_command

        status = run_nightly_command(
            [path.stem for path in sorted((SAMPLE_SITE / "sources").glob("*.toml"))], as_json=False
        )
    show_rows("articles", ARTICLE_COLUMNS, "published_at")
    show_rows("inspections", INSPECTION_COLUMNS, "published_on")
    programs = {"program": name_program("inspection-news"), "python": name_program("python")}
    sys.stdout.write(NEXT.format(archive=archive, sources=os.path.relpath(SAMPLE_SITE / "sources"), **programs))
    return status


def name_program(name: str) -> str:
    """Names a program of this environment as it can be typed here."""
    beside = Path(sys.executable).with_name(name)
    return name if shutil.which(name) == str(beside) else os.path.relpath(beside)


@contextmanager
def serve_sample_site() -> Iterator[str]:
    """Serves the sample site in a process of its own; gives its HOST:PORT, and ends it afterwards."""
    command = [sys.executable, str(SAMPLE_SITE / "serve.py"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own program
        try:
            first_line = server.stdout.readline() if server.stdout else ""
            if "http://" not in first_line:
                raise ValueError(f"the sample site did not start: {first_line.strip() or 'it said nothing'}")
            yield first_line.strip().rpartition("//")[2]
        finally:
            server.terminate()


def show_rows(table: str, columns: tuple[str, ...], order: str) -> None:
    """Shows a few rows of a table of the demo's archive, newest first."""
    from flows.console import print_rows
    from flows.settings import Settings
    from storage.tables import scan_table

    newest = scan_table(Settings().layout, table).sort(order, descending=True, nulls_last=True).head(MOST_ROWS)
    rows: list[dict[str, Any]] = newest.select(columns).collect().to_dicts()
    print_rows(f"{table}, the newest {len(rows)}", rows)
