"""A WARC file of anybody's as plain bytes: gzip members and chunks are undone, and damage is told."""

import zlib
from collections import deque
from io import BytesIO
from typing import BinaryIO, Protocol

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader

from storage.errors import DamagedError

_BLOCK_BYTES = 1 << 16
_GZIP = zlib.MAX_WBITS | 16
_MAGIC = b"\x1f\x8b"
#: How a WARC record begins, and so much of a gzip member as surely unpacks to that.
_BEGIN = b"WARC/"
_LOOK_BYTES = 1 << 12


class Readable(Protocol):
    """What bytes can be read from, such as a file; fewer than were asked for are no sign of its end, none are."""

    def read(self, size: int = -1, /) -> bytes:
        """Reads at most so many bytes."""
        ...


class PlainStream:
    """The plain bytes of a file that may be gzip; knows where in the file each gzip member begins.

    Reading raises DamagedError, naming the file and the offset of the member, where one is torn or changed; after that
    `find_next` leads on. `position` counts the plain bytes that were read.
    """

    def __init__(self, file: Readable | BinaryIO, name: str) -> None:
        """Begins at the file's start; `name` is what the file is called in errors."""
        self._file, self._name = file, name
        self._pending = file.read(_BLOCK_BYTES)
        self._is_packed = self._pending.startswith(_MAGIC)
        self._unpacker: zlib._Decompress | None = None
        self._packed = self.position = 0
        #: Where the gzip member begins that last could not be unpacked.
        self.spoilt: int | None = None
        #: Where members begin: in the plain bytes, and in the file.
        self._members: deque[tuple[int, int]] = deque()

    def read(self, size: int = _BLOCK_BYTES) -> bytes:
        """Reads at most so many plain bytes; none at the end."""
        content = self._read_member(size) if self._is_packed else self._take(size)
        self.position += len(content)
        return content

    def locate(self, position: int) -> int:
        """Locates a plain byte in the file: its own offset, or that of its gzip member. Positions only go on."""
        if not self._is_packed:
            return position
        while len(self._members) > 1 and self._members[1][0] <= position:
            self._members.popleft()
        return self._members[0][1] if self._members else 0

    def find_next(self) -> int | None:
        """Goes to the next gzip member that begins as a WARC record does; gives its offset, None where there is none.

        A file that is not packed has none: whatever looks like a record there may stand in a payload.
        """
        if not self._is_packed:
            return None
        last = self._members[-1][1] if self._members else -1
        self._unpacker = None
        self._drop(max(0, last + 1 - self._packed))
        while len(self._look_ahead()) >= len(_MAGIC):
            start = self._pending.find(_MAGIC)
            if start == 0 and _opens_record(self._pending):
                return self._packed
            # The last byte may be the first of what is looked for.
            self._drop(start or 1 if start >= 0 else len(self._pending) - 1)
        return None

    def _look_ahead(self) -> bytes:
        while len(self._pending) < _LOOK_BYTES and (more := self._file.read(_BLOCK_BYTES)):
            self._pending += more
        return self._pending

    def _drop(self, size: int) -> None:
        self._pending = self._pending[size:]
        self._packed += size

    def _read_member(self, size: int) -> bytes:
        while self._pending or self._fill():
            if self._unpacker is None:
                self._unpacker = zlib.decompressobj(_GZIP)
                self._members.append((self.position, self._packed))
            content = self._unpack(self._unpacker, size)
            if self._unpacker.eof:
                self._unpacker = None
            if content:
                return content
        if self._unpacker is not None:
            raise DamagedError(f"{self._name}: the record at {self._members[-1][1]} is torn: the file ends within it")
        return b""

    def _unpack(self, unpacker: "zlib._Decompress", size: int) -> bytes:
        before = len(self._pending)
        try:
            content = unpacker.decompress(self._pending, size)
        except zlib.error as error:
            self.spoilt = self._members[-1][1]
            raise DamagedError(f"{self._name}: the record at {self.spoilt} cannot be unpacked: {error}") from error
        self._pending = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        self._packed += before - len(self._pending)
        return content

    def _take(self, size: int) -> bytes:
        if not self._pending:
            self._fill()
        content, self._pending = self._pending[:size], self._pending[size:]
        return content

    def _fill(self) -> bool:
        self._pending = self._file.read(_BLOCK_BYTES)
        return bool(self._pending)


def is_warc(file: Readable) -> bool:
    """Tells whether a file begins as a WARC file does, packed or not; or goes on so where its beginning is damaged."""
    plain = PlainStream(file, "")
    try:
        return plain.read().lstrip().startswith(_BEGIN)
    except DamagedError:
        return plain.find_next() is not None


def join_chunks(block: bytes) -> tuple[bytes, bool]:
    """Joins the chunks of a payload (RFC 9112, section 7.1), and tells whether it came to its end.

    A payload that is not in chunks, though its headers say so, is given as it is: many programs join them beforehand.
    """
    try:
        return ChunkedDataReader(BytesIO(block), raise_exceptions=True).read(), True
    except ChunkedDataException:
        body: bytes = ChunkedDataReader(BytesIO(block)).read()
        return body, body == block


def _opens_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(_GZIP).decompress(packed, len(_BEGIN)) == _BEGIN
    except zlib.error:
        return False
