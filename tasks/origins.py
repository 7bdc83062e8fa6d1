"""Which listed address a capture was asked for, and what its listing said of it then."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby

import polars as pl

from storage.addresses import make_url_key
from storage.layout import Layout
from storage.records import Exchange, Row
from storage.tables import scan_table
from storage.warc_metadata import read_metadata
from tasks.web.errors import RefusedAddressError
from tasks.web.redirects import get_redirect_target

#: The columns of an address that its listing fills, and the fields of the metadata record that keep them.
NOTED = {
    "method": "discovery-method",
    "listed_title": "listed-title",
    "listed_published_at": "listed-published",
    "listed_published_precision": "listed-published-precision",
    "link_text": "link-text",
    "provider_name": "provider-name",
    "provider_urn": "provider-urn",
    "provider_region": "provider-region",
}

#: Run, source and url_key of a page, and what led there: when, and the url_key that had been asked for.
Redirects = dict[tuple[str, str, str], list[tuple[datetime, str]]]


def find_redirects(layout: Layout) -> Redirects:
    """Finds where redirects led from the addresses asked for, each list in order of time."""
    columns = ["run_id", "source", "url", "url_key", "fetched_at", "fetch_status", "fetch_redirect"]
    hops = scan_table(layout, "captures").filter(
        pl.col("purpose") == "page", pl.col("fetch_redirect").is_not_null(), pl.col("outcome").is_null()
    )
    found: Redirects = {}
    for hop in hops.sort("fetched_at", "capture_id").select(columns).collect().iter_rows(named=True):
        if target := _find_target(hop):
            before = found.get((hop["run_id"], hop["source"], hop["url_key"]))
            asked = before[-1][1] if before else hop["url_key"]
            found.setdefault((hop["run_id"], hop["source"], target), []).append((hop["fetched_at"], asked))
    return found


def find_origins(
    captures: Sequence[Row], addresses: Mapping[tuple[str, str], Row], redirects: Redirects
) -> dict[str, Row]:
    """Finds the row of the address that each capture was asked for, by capture_id; one that has none is left out.

    `captures` are in order of time, `addresses` by source and url_key. A redirect and the first capture of its target
    after it belong together; what no redirect led to is the address's own page.
    """
    origins = {row["capture_id"]: row for row in addresses.values()}
    for (run_id, source, key), group in groupby(sorted(captures, key=_get_page), key=_get_page):
        pages = list(group)
        own = addresses.get((source, key))
        left = [row for row in pages if own is None or row["capture_id"] != own["capture_id"]]
        for led_at, asked in redirects.get((run_id, source, key), ()):
            page = next((row for row in left if row["fetched_at"] >= led_at), None)
            if page:
                left.remove(page)
                _note(origins, page, addresses.get((source, asked)))
        for page in left:
            _note(origins, page, own)
    return origins


def recall_listing(layout: Layout, address: Row, capture: Row) -> Row:
    """Gives an address's row as it was when the capture was made, by what was noted beside it.

    What listings say changes from night to night; the page was read with what they said then.
    """
    end = capture["warc_record_offset"] + capture["warc_record_length"]
    fields = read_metadata(layout, capture["warc_filename"], end, capture["capture_id"])
    if fields is None:
        return address
    # A field has its spaces squeezed, so the row's own value is the better one where it may be the same.
    noted = {column: fields.get(name) for column, name in NOTED.items() if fields.get(name) != _write(address[column])}
    if moment := noted.get("listed_published_at"):
        return {**address, **noted, "listed_published_at": datetime.fromisoformat(moment)}
    return {**address, **noted}


def list_asked_keys(captures: Sequence[Row], redirects: Redirects) -> Iterator[str]:
    """Lists the url_keys that captures may have been asked under: their own, and those that redirected to them."""
    for row in captures:
        yield row["url_key"]
        yield from (asked for _, asked in redirects.get(_get_page(row), ()))


def _find_target(hop: Row) -> str | None:
    headers = (("Location", hop["fetch_redirect"]),)
    exchange = Exchange(hop["url"], hop["fetched_at"], (), status=hop["fetch_status"], response_headers=headers)
    with suppress(RefusedAddressError):
        target = get_redirect_target(exchange)
        return make_url_key(str(target)) if target else None
    return None


def _get_page(capture: Row) -> tuple[str, str, str]:
    return capture["run_id"], capture["source"], capture["url_key"]


def _note(origins: dict[str, Row], capture: Row, address: Row | None) -> None:
    if address:
        origins.setdefault(capture["capture_id"], address)


def _write(value: object) -> str | None:
    text = value.isoformat() if isinstance(value, datetime) else str(value or "")
    return " ".join(text.split()) or None
