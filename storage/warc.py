"""The WARC files: the answers as they came, appended and never changed; `warc_read` reads them back.

A file is `<name>.warc.gz.open` while its run appends to it, under a lock of the system's that ends with the process,
and is renamed when it is closed. What a killed run leaves is closed, at its last whole record, by `close_torn_files`.
"""

import fcntl
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.durable import name_file, sync_path
from storage.errors import DamagedError
from storage.layout import Layout
from storage.records import EarlierPayload, Exchange, WarcPosition
from storage.warc_digests import digest_payload
from storage.warc_read import OPEN_SUFFIX, ArchivedRecord, check_warc, iterate_members, iterate_records, read_answer
from storage.warc_records import build_records, build_warcinfo

__all__ = [
    "ArchivedRecord",
    "WarcWriter",
    "check_warc",
    "close_torn_files",
    "digest_payload",
    "iterate_records",
    "read_answer",
]


class WarcWriter:
    """Appends exchanges to the WARC files of one run; used by one thread at a time.

    A file is started by the first exchange, and the next one when it has reached `limit_bytes`. `software` and
    `operator` (who answers for the crawler, with an address) go into each file's first record.
    """

    def __init__(
        self, layout: Layout, prefix: str, *, day: date, software: str, operator: str, limit_bytes: int = 1_000_000_000
    ) -> None:
        """Prepares a writer; no file is made yet."""
        self._layout = layout
        self._prefix = prefix
        self._day = day
        self._software = software
        self._operator = operator
        self._limit_bytes = limit_bytes
        self._serial = 0
        self._filename = ""
        self._file: FileIO | None = None

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the file."""
        self.close()

    def append(
        self, exchange: Exchange, *, metadata: Mapping[str, str], earlier: EarlierPayload | None = None
    ) -> WarcPosition:
        """Appends the records of one exchange and returns the position of the one that stands for it.

        That is the response, the revisit for a 304 or where `earlier` holds the payload, or the metadata record of a
        failure. It can be read back at once, but survives a crash of the machine only after `flush`.

        Raises ValueError where the request time has no zone, or `earlier` holds another payload than the answer has;
        OSError where the file cannot grow: it then ends before this exchange.
        """
        records = build_records(exchange, metadata=metadata, earlier=earlier)
        offset = _append_whole(self._prepare_file(), b"".join(record.content for record in records))
        first = records[0]
        return WarcPosition(self._filename, offset, len(first.content), first.record_id, first.payload_digest)

    def flush(self) -> None:
        """Makes what was appended durable."""
        if self._file:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Makes the file durable and gives it its final name."""
        if self._file is None:
            return
        path = self._layout.warc / self._filename
        with self._file as file:
            os.fsync(file.fileno())
            # The lock is given up after the rename, so nobody takes the file for one that a killed run left.
            if file.tell():
                _finish_name(path)
            else:
                _name_open(path).unlink()
        self._file = None

    def _prepare_file(self) -> FileIO:
        if self._file and self._file.tell() >= self._limit_bytes:
            self.close()
        while self._file is None:
            self._serial += 1
            self._filename = self._layout.warc_filename(self._prefix, self._day, self._serial)
            self._file = _create_file(self._layout.warc / self._filename)
        if not self._file.tell():
            name = Path(self._filename).name
            _append_whole(self._file, build_warcinfo(name, software=self._software, operator=self._operator).content)
        return self._file


def close_torn_files(layout: Layout) -> list[Path]:
    """Closes the files that killed runs left open, each cut at its last whole record; returns their final paths.

    A file that a living process appends to is left alone. One without a whole record goes.

    Raises DamagedError where a file has both names.
    """
    closed = []
    for opened in sorted(layout.warc.glob(f"**/*.warc.gz{OPEN_SUFFIX}")):
        final = opened.with_name(opened.name.removesuffix(OPEN_SUFFIX))
        if _close_torn_file(opened, final):
            closed.append(final)
    return closed


def _close_torn_file(opened: Path, final: Path) -> bool:
    with suppress(FileNotFoundError), opened.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if not opened.exists():
            return False
        if final.exists():
            raise DamagedError(f"{opened} and {final} both exist; look into them and move one away")
        end = 0
        with suppress(DamagedError):
            for member in iterate_members(file, str(opened)):
                end = member.offset + member.length
        if end == 0:
            opened.unlink()
            return False
        file.truncate(end)
        os.fsync(file.fileno())
        _finish_name(final)
        return True
    return False


def _append_whole(file: FileIO, content: bytes) -> int:
    """Appends all of a content, or nothing where the disk has no room for it; gives where it begins."""
    offset, rest = file.tell(), memoryview(content)
    try:
        with name_file(Path(str(file.name))):
            while rest:
                rest = rest[file.write(rest) :]
    except OSError:
        file.truncate(offset)
        file.seek(offset)
        raise
    return offset


def _name_open(final: Path) -> Path:
    return final.with_name(final.name + OPEN_SUFFIX)


def _finish_name(final: Path) -> None:
    _name_open(final).rename(final)
    sync_path(final.parent)


def _create_file(path: Path) -> FileIO | None:
    """Creates the open file of a name and locks it; None where the name is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = _name_open(path)
    try:
        file = opened.open("xb", buffering=0)
    except FileExistsError:
        return None
    fcntl.flock(file, fcntl.LOCK_EX)
    if os.fstat(file.fileno()).st_nlink == 0:  # taken for a torn file and removed before the lock was held
        file.close()
        return None
    if path.exists():
        opened.unlink()
        file.close()
        return None
    return file
