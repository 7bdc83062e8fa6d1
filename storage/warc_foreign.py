"""Reading WARC files that other programs wrote, record by record: archives of other crawlers, of wget, of browsers.

Our own files are read by `warc_read`, which knows that each record is one small gzip member. Others may not be packed,
or packed as a whole, have payloads in chunks, header fields of their own, and records of any size.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders

from storage.errors import DamagedError, name_first
from storage.records import Exchange, Truncation
from storage.warc_digests import is_digest_of
from storage.warc_heads import RecordHeadParser, cut_answer
from storage.warc_unpack import PlainStream, Readable, join_chunks

#: Answers over this are skipped: no page is as large, and what is read is held in memory.
LARGEST_BLOCK = 50_000_000
OK = 200
TRUNCATIONS: dict[str, Truncation] = {"length": "length", "disconnect": "disconnect", "time": "time"}
_BLOCK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A page as somebody else got it; `offset` is where its record begins in the file, or the record's gzip member.

    `payload_digest` is as the record states it; null where it states none.
    """

    exchange: Exchange
    offset: int
    payload_digest: str | None


class ForeignWarc:
    """A WARC file that is gone through once, for its good answers from addresses that are wanted.

    `skipped` counts the other answers of wanted addresses, and all of those that are not wanted, by reason.
    `find_payload` finds the earlier record that a revisit refers to, by payload digest.
    """

    def __init__(
        self,
        file: Readable,
        name: str,
        *,
        wants: Callable[[str], bool],
        find_payload: Callable[[str], ForeignRecord | None] = lambda _digest: None,
    ) -> None:
        """Begins at the file's start; `name` is what the file is called in errors."""
        self._file, self._name = file, name
        self._wants, self._find_payload = wants, find_payload
        self.skipped: Counter[str] = Counter()

    def __iter__(self) -> Iterator[ForeignRecord]:
        """Reads on to the next page.

        Where a file in gzip members is torn or changed, it goes on at the next member behind what was read, and any
        other ends there. After the last page it raises DamagedError, which names the file, how much was damaged, and
        where the first few losses are.
        """
        plain = PlainStream(self._file, self._name)
        damages: list[str] = []
        is_over = False
        while not is_over:
            try:
                yield from self._read_pages(plain)
                is_over = True
            except DamagedError as error:
                end = plain.find_next()
                is_over = end is None
                lost = "all that follows" if is_over else f"what lies up to {end}"
                damages.append(f"{str(error).removeprefix(f'{self._name}: ')}, and {lost} is lost")
        if damages:
            raise DamagedError(f"{self._name}: {name_first(damages)}")

    def _read_pages(self, plain: PlainStream) -> Iterator[ForeignRecord]:
        # The checksum of a gzip member comes behind its page, so each page is held until what follows is read.
        held: ForeignRecord | None = None
        try:
            for record, offset in _iterate_records(plain, self._name):
                if held:
                    yield held
                held = self._read_wanted(record, offset)
        except DamagedError:
            if held and held.offset != plain.spoilt:
                yield held
            raise
        if held:
            yield held

    def _read_wanted(self, record: ArcWarcRecord, offset: int) -> ForeignRecord | None:
        if record.rec_type not in ("response", "revisit"):
            return None
        try:
            return self._read_answer(record, offset)
        except _SkipError as reason:
            self.skipped[str(reason)] += 1
            return None

    def _read_answer(self, record: ArcWarcRecord, offset: int) -> ForeignRecord:
        headers = record.rec_headers
        self._check_head(headers, record.length)
        captured_at = _read_instant(headers.get_header("WARC-Date"))
        block = b"".join(_read_blocks(record, offset, self._name))
        head, payload = cut_answer(block)
        if head is not None and head.get_statuscode() != str(OK):
            raise _SkipError(f"status {head.get_statuscode()}")
        digest = headers.get_header("WARC-Payload-Digest")
        if record.rec_type == "revisit":
            earlier = self._find_payload(digest) if digest else None
            if earlier is None:
                raise _SkipError("revisit of a payload that is not here")
            return ForeignRecord(_make_revisit(headers, head, captured_at, earlier.exchange), offset, digest)
        if head is None:
            raise _SkipError("without an HTTP answer")
        body, is_whole = join_chunks(payload) if _is_chunked(head) else (payload, True)
        # Some programs digest the payload with its chunks, others without.
        is_payload = not digest or is_digest_of(digest, body) or is_digest_of(digest, payload)
        if not is_payload or not is_digest_of(headers.get_header("WARC-Block-Digest", ""), block):
            raise _SkipError("not what its digest says")
        truncated = read_truncation(headers.get_header("WARC-Truncated")) or (None if is_whole else "disconnect")
        return ForeignRecord(_make_exchange(headers, head, captured_at, body, truncated), offset, digest)

    def _check_head(self, headers: StatusAndHeaders, length: int) -> None:
        if not self._wants(headers.get_header("WARC-Target-URI", "")):
            raise _SkipError("not wanted")
        if headers.get_header("WARC-Segment-Number"):
            raise _SkipError("in segments")
        if length > LARGEST_BLOCK:
            raise _SkipError(f"over {LARGEST_BLOCK} bytes")


class _SkipError(Exception):
    """An answer that is no page to import; the message is the reason."""


def read_truncation(stated: str | None) -> Truncation | None:
    """Reads why a payload was cut, as WARC-Truncated says it: `unspecified` for what it does not know."""
    return TRUNCATIONS.get(stated.lower(), "unspecified") if stated else None


def _iterate_records(plain: PlainStream, name: str) -> Iterator[tuple[ArcWarcRecord, int]]:
    begin = plain.position
    reader = BufferedReader(plain, block_size=_BLOCK_BYTES)
    loader = ArcWarcRecordLoader(arc2warc=False)
    loader.warc_parser = RecordHeadParser(loader.WARC_TYPES)
    while line := _read_first_line(reader):
        offset = plain.locate(begin + reader.tell() - reader.rem_length() - len(line))
        try:
            record = loader.parse_record_stream(reader, line, "warc", no_record_parse=True)
        except ArchiveLoadFailed as error:
            raise DamagedError(f"{name}: at {offset} is no whole WARC record: {str(error).strip()}") from error
        except EOFError as error:
            raise DamagedError(f"{name}: the record at {offset} is torn: the file ends within it") from error
        yield record, offset
        for _ in _read_blocks(record, offset, name):
            pass


def _read_first_line(reader: BufferedReader) -> bytes:
    """Reads the next line that is not blank; empty at the end of the file."""
    line: bytes = reader.readline()
    while line and not line.strip():
        line = reader.readline()
    return line


def _read_blocks(record: ArcWarcRecord, offset: int, name: str) -> Iterator[bytes]:
    yield from iter(lambda: record.raw_stream.read(_BLOCK_BYTES), b"")
    if record.raw_stream.limit:
        raise DamagedError(f"{name}: the record at {offset} is torn: the file ends within it")


def _is_chunked(head: StatusAndHeaders) -> bool:
    coding: str = head.get_header("Transfer-Encoding", "")
    return coding.strip().lower() == "chunked"


def _read_instant(text: str | None) -> datetime:
    try:
        instant = datetime.fromisoformat(text or "")
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _SkipError("without a time")


def _make_exchange(
    record: StatusAndHeaders, head: StatusAndHeaders, captured_at: datetime, body: bytes, truncated: Truncation | None
) -> Exchange:
    return Exchange(
        url=record.get_header("WARC-Target-URI"),
        requested_at=captured_at,
        request_headers=(),
        status=OK,
        reason=head.statusline.partition(" ")[2],
        protocol=record.get_header("WARC-Protocol", ""),
        response_headers=tuple(head.headers),
        body=body,
        truncated=truncated,
        ip_address=record.get_header("WARC-IP-Address"),
    )


def _make_revisit(
    record: StatusAndHeaders, head: StatusAndHeaders | None, captured_at: datetime, earlier: Exchange
) -> Exchange:
    """Makes the exchange of a revisit: its own address and time, the earlier payload, and the headers that it has."""
    if head is not None:
        return _make_exchange(record, head, captured_at, earlier.body, earlier.truncated)
    return replace(
        earlier,
        url=record.get_header("WARC-Target-URI"),
        requested_at=captured_at,
        ip_address=record.get_header("WARC-IP-Address"),
    )
