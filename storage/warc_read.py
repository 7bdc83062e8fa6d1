"""Reading WARC files back: one answer by its position, or all records with what is wrong with them."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from storage.errors import ArchiveError, DamagedError
from storage.layout import Layout
from storage.records import ArchivedAnswer
from storage.warc_digests import digest_payload

#: A WARC file has this behind its name while a run appends to it.
OPEN_SUFFIX = ".open"

_BLOCK_BYTES = 1 << 16
_GZIP = zlib.MAX_WBITS | 16
_RECORD_END = b"\r\n\r\n"
#: What warcio raises where a record's head has no address, or a digest that is none.
_HEAD_ERRORS = (AttributeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Member:
    """One gzip member of a file: offset and length in the file, in bytes, and what it unpacks to."""

    offset: int
    length: int
    content: bytes


@dataclass(frozen=True, slots=True)
class ArchivedRecord:
    """One record of a WARC file: where it lies, what its headers say, and what is wrong with it.

    Identifiers are `urn:uuid:…`, digests `sha1:` and base32.
    """

    offset: int
    length: int
    record_type: str
    record_id: str
    url: str | None
    payload_digest: str | None
    problems: tuple[str, ...]


def read_answer(layout: Layout, filename: str, offset: int) -> ArchivedAnswer:
    """Reads one response back by its position, also from a file that a run still appends to.

    Headers are as archived; the body is as it came over the wire, still under its Content-Encoding. For a revisit, ask
    with the position of the record that has the payload.

    Raises DamagedError where the file is missing or the record is not whole, ArchiveError where it is no response.
    """
    with open_warc(layout, filename) as file:
        file.seek(offset)
        member = next(iterate_members(file, filename), None)
    if member is None:
        raise DamagedError(f"{filename}: there is no record at {offset}, where the file ends")
    record = _parse_record(member, filename)
    if record.rec_type != "response" or not record.http_headers:
        raise ArchiveError(f"{filename}: the record at {offset} is a {record.rec_type}, not a response")
    if not _is_whole(member, record):
        problems = tuple(_find_problems(member, _parse_record(member, filename, check_digests=True)))
        if problems:
            raise DamagedError(f"{filename}: the record at {offset}: {'; '.join(problems)}")
    return ArchivedAnswer(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        fetched_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
        status=int(record.http_headers.get_statuscode()),
        headers=record.http_headers.headers,
        body=record.raw_stream.read(),
    )


def open_warc(layout: Layout, filename: str) -> BinaryIO:
    """Opens a WARC file by its name under the warc folder, closed or still being written.

    Raises DamagedError where it is missing.
    """
    closed = layout.warc / filename
    # The closed name comes again last: the file may be renamed between the first two.
    for path in (closed, closed.with_name(closed.name + OPEN_SUFFIX), closed):
        if path.exists():
            try:
                return path.open("rb")
            except FileNotFoundError:
                continue
    raise DamagedError(f"{closed} is missing, and so is {closed.name}{OPEN_SUFFIX}")


def check_warc(path: Path) -> list[str]:
    """Lists what is wrong with a WARC file, each with its offset; empty where the file is whole."""
    problems = []
    try:
        for record in iterate_records(path):
            problems += [f"the record at {record.offset}: {problem}" for problem in record.problems]
    except DamagedError as error:
        problems.append(str(error).removeprefix(f"{path}: "))
    return problems


def iterate_records(path: Path) -> Iterator[ArchivedRecord]:
    """Reads all records of a WARC file in order, checking lengths and digests.

    Raises DamagedError at the first gzip member that is torn, changed, no record, or lacks what every record has.
    """
    with path.open("rb") as file:
        for member in iterate_members(file, str(path)):
            record = _parse_record(member, str(path), check_digests=True)
            headers = record.rec_headers
            yield ArchivedRecord(
                offset=member.offset,
                length=member.length,
                record_type=record.rec_type,
                record_id=headers.get_header("WARC-Record-ID").strip("<>"),
                url=headers.get_header("WARC-Target-URI"),
                payload_digest=headers.get_header("WARC-Payload-Digest"),
                problems=tuple(_find_problems(member, record)),
            )


def iterate_members(file: BinaryIO, name: str) -> Iterator[Member]:
    """Unpacks the gzip members of a file from where it stands.

    Raises DamagedError, naming the file and the offset, at the first member that is torn or changed.
    """
    offset = file.tell()
    pending = file.read(_BLOCK_BYTES)
    while pending:
        unpacker = isal_zlib.decompressobj(_GZIP)
        parts: list[bytes] = []
        length = 0
        while not unpacker.eof:
            if not pending:
                raise DamagedError(f"{name}: the record at {offset} is torn: the file ends within it")
            try:
                parts.append(unpacker.decompress(pending))
            except isal_zlib.error as error:  # type: ignore[misc] # its stub has an instance there
                raise DamagedError(f"{name}: the record at {offset} cannot be unpacked: {error}") from error
            length += len(pending) - len(unpacker.unused_data)
            pending = unpacker.unused_data or file.read(_BLOCK_BYTES)
        yield Member(offset, length, b"".join(parts))
        offset += length


def _parse_record(member: Member, name: str, *, check_digests: bool = False) -> ArcWarcRecord:
    try:
        record = next(iter(ArchiveIterator(BytesIO(member.content), check_digests=check_digests)), None)
    except (ArchiveLoadFailed, *_HEAD_ERRORS) as error:
        raise DamagedError(f"{name}: at {member.offset} is no WARC record: {error}") from error
    if record is None:
        raise DamagedError(f"{name}: at {member.offset} is no WARC record")
    missing = _find_missing(member, record)
    if missing:
        raise DamagedError(f"{name}: the record at {member.offset} has no {missing}")
    return record


def _find_missing(member: Member, record: ArcWarcRecord) -> str | None:
    """Finds what the record lacks of that which every record has (ISO 28500:2017, 4 and 5)."""
    if _RECORD_END not in member.content:
        return "CRLF at the ends of its lines"
    if not record.rec_headers.get_header("WARC-Record-ID"):
        return "WARC-Record-ID"
    try:
        datetime.fromisoformat(record.rec_headers.get_header("WARC-Date", ""))
    except ValueError:
        return "readable WARC-Date"
    return None


def _is_whole(member: Member, record: ArcWarcRecord) -> bool:
    """Tells at a glance that a record is what it says: one digest over all of it, where warcio takes two."""
    block, stated = _get_block(member), record.rec_headers.get_header("WARC-Block-Digest")
    return bool(len(block) == record.length and digest_payload(block) == stated)


def _get_block(member: Member) -> bytes:
    return member.content[member.content.index(_RECORD_END) + len(_RECORD_END) : -len(_RECORD_END)]


def _find_problems(member: Member, record: ArcWarcRecord) -> Iterator[str]:
    try:
        record.raw_stream.read()
    except _HEAD_ERRORS as error:
        yield f"its digests could not be checked: {error}"
        return
    if len(_get_block(member)) != record.length:
        yield "its length is not the Content-Length"
    yield from record.digest_checker.problems
    if record.digest_checker.passed is None and record.rec_type != "revisit":
        yield "its digests could not be checked"
