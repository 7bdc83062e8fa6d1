"""Where everything lies in an archive.

    archive/
      warc/2026/11/21/nightly-<run>-00001.warc.gz   the answers as they came; `.open` is appended while a run writes it
      tables/<table>/year=2019/month=07/data.parquet   one file per partition of a large table
      tables/<table>/data.parquet                      a small table is one file
      checksums/<table>.sha256                         the SHA-256 of each file of a table, for `sha256sum --check`
      report/index.html                                what happened, for people
      datapackage.json                                 what is here, for machines
      .staging/<commit>/                               a commit under way; gone once it is done
      .staging/<commit>/journal.json                   present from the moment the commit must be finished
      .lock                                            held by the one process that commits
      .live/<run>                                      held by each run while it lives

A run that was killed leaves at most a `.open` WARC file, a folder under `.staging` and its file in `.live`: whoever
opens the archive next closes the first at its last whole record, finishes or drops the second, and marks the run.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """Every path of one archive, from its root."""

    root: Path

    @property
    def warc(self) -> Path:
        """The folder of all WARC files."""
        return self.root / "warc"

    @property
    def tables(self) -> Path:
        """The folder of all tables."""
        return self.root / "tables"

    def checksums(self, table: str) -> Path:
        """The file with the checksums of one table's files."""
        return self.root / "checksums" / f"{table}.sha256"

    @property
    def staging(self) -> Path:
        """The folder of commits under way."""
        return self.root / ".staging"

    @property
    def lock(self) -> Path:
        """The file that the committing process locks."""
        return self.root / ".lock"

    @property
    def live_runs(self) -> Path:
        """The folder of the files that living runs lock."""
        return self.root / ".live"

    @property
    def report(self) -> Path:
        """The page that tells people what happened."""
        return self.root / "report" / "index.html"

    @property
    def datapackage(self) -> Path:
        """The description of all tables for machines."""
        return self.root / "datapackage.json"

    def warc_filename(self, prefix: str, day: date, serial: int) -> str:
        """Names a WARC file, relative to the warc folder."""
        return f"{day:%Y/%m/%d}/{prefix}-{serial:05d}.warc.gz"

    def table(self, name: str) -> Path:
        """The folder of one table."""
        return self.tables / name

    def partition(self, name: str, year: int | None, month: int | None) -> Path:
        """The file of one partition, or of a whole small table where year and month are None."""
        folder = self.table(name)
        if year is not None and month is not None:
            folder = folder / f"year={year:04d}" / f"month={month:02d}"
        return folder / "data.parquet"
