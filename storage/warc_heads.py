"""The heads in WARC files that other programs wrote: of a record, and of the HTTP answer in it."""

import re
from io import BytesIO

from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

#: In bytes; no file is longer than what has more digits.
_LENGTH = re.compile(r"[0-9]{1,18}")


class RecordHeadParser(StatusAndHeadersParser):  # type: ignore[misc] # warcio has no types
    """Reads the head of a record, and refuses one that lacks what every whole head has."""

    def parse(self, stream: BufferedReader, full_statusline: bytes | None = None) -> StatusAndHeaders:
        """Raises ArchiveLoadFailed for a head that is not whole."""
        head = super().parse(stream, full_statusline)
        is_exchange = head.get_header("WARC-Type") in ArcWarcRecordLoader.HTTP_RECORDS
        if not _LENGTH.fullmatch(head.get_header("Content-Length", "")):
            raise ArchiveLoadFailed("its head is torn, or has no Content-Length")
        if is_exchange and head.get_header("WARC-Target-URI") is None:
            raise ArchiveLoadFailed("its head is torn, or has no WARC-Target-URI")
        return head


class _WireHeadersParser(StatusAndHeadersParser):  # type: ignore[misc] # see above
    """Reads HTTP headers byte by character, as `storage.records` has them."""

    @staticmethod
    def decode_header(line: bytes) -> str:
        return line.decode("latin-1")


_PARSER = _WireHeadersParser(ArcWarcRecordLoader.HTTP_TYPES, False)  # noqa: FBT003 - warcio's way


def cut_answer(block: bytes) -> tuple[StatusAndHeaders | None, bytes]:
    """Cuts the block of a record into the head of the HTTP answer and its payload; no head where the block is empty."""
    stream = BytesIO(block)
    try:
        return _PARSER.parse(stream), stream.read()
    except EOFError:
        return None, b""
