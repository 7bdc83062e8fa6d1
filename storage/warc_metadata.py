"""What was noted beside an archived answer: the fields of its metadata record."""

from itertools import islice

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from storage.errors import DamagedError
from storage.layout import Layout
from storage.warc_read import open_warc

#: The request, where one was sent from here, and the metadata follow their answer.
RECORDS_BESIDE = 2


def read_metadata(layout: Layout, filename: str, end: int, capture_id: str) -> dict[str, str] | None:
    """Reads the fields noted beside an answer whose record ends at `end`, in bytes; None where there are none.

    Raises DamagedError where the file is missing, or what follows the answer is no record.
    """
    with open_warc(layout, filename) as file:
        file.seek(end)
        try:
            for record in islice(ArchiveIterator(file), RECORDS_BESIDE):
                concurrent_to = record.rec_headers.get_header("WARC-Concurrent-To")
                if record.rec_type == "metadata" and concurrent_to == f"<urn:uuid:{capture_id}>":
                    return _parse_fields(record.raw_stream.read().decode())
        except ArchiveLoadFailed as error:
            raise DamagedError(f"{filename}: what follows the record that ends at {end}: {error}") from error
    return None


def _parse_fields(content: str) -> dict[str, str]:
    pairs = (line.partition(": ") for line in content.splitlines())
    return {name: value for name, _, value in pairs}
