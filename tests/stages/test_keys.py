"""A source that needs a key: asked with it, skipped without it, and the key is archived nowhere."""

import asyncio
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.layout import Layout
from storage.outcomes import Outcome
from storage.tables import read_table
from tasks.discover import ListingAsker, discover_addresses
from tasks.discovery.listing import ListingError
from tasks.fetch import fetch_batch
from tasks.plan import plan_source
from tasks.read import read_batch
from tasks.run import Tally, open_run, report_nothing
from tasks.sources.model import Source
from tasks.web.settings import ClientSettings
from tests.stages.conftest import Site

VARIABLE, SECRET = "INSPECTION_NEWS_CQC_KEY", "a1b2c3d4"
HOST = "api.service.cqc.org.uk"
LOCATION = "/public/v1/locations/1-100"
KEY = f"{HOST}{LOCATION}"
SOURCE = Source.model_validate(
    {
        "name": "cqc",
        "title": "CQC",
        "publisher": "CQC",
        "kind": "inspectorate",
        "inspectorate": "CQC",
        "hosts": [HOST],
        "notes": "written for a test",
        "key": {"host": HOST, "header": "Ocp-Apim-Subscription-Key", "environment": VARIABLE},
        "discover": [{"method": "cqc", "days": 1}],
    }
)


@pytest.fixture
def api(site: Site) -> Site:
    """The API: one location changed, whichever day it is."""
    location = {
        "locationId": "1-100",
        "name": "Elm House",
        "reports": [{"linkId": "a", "reportDate": "2025-10-08"}],
        "currentRatings": {"overall": {"rating": "Good", "reportLinkId": "a", "reportDate": "2025-10-08"}},
    }
    changes = {"page": 1, "totalPages": 1, "changes": ["1-100"]}
    headers = {"Content-Type": "application/json"}
    for days in range(-1, 2):
        day = datetime.now(UTC).date() - timedelta(days=days)
        window = f"startTimestamp={day}T00%3A00%3A00Z&endTimestamp={day + timedelta(days=1)}T00%3A00%3A00Z"
        address = f"/public/v1/changes/location?{window}&page=1&perPage=1000"
        site.pages[address] = 200, headers, json.dumps(changes).encode()
    site.pages[LOCATION] = 200, headers, json.dumps(location).encode()
    return site


def run_night(layout: Layout, site: Site, **keys: str) -> Tally:
    """Runs one night of the source, with these keys."""

    async def run_source() -> Tally:
        settings = ClientSettings(
            "inspection-news/test", f"127.0.0.1:{site.server_port}", pace=0, attempts=1, keys=keys
        )
        async with open_run(layout, "nightly", settings, operator=None, workers=0, report=report_nothing) as run:
            tally = Tally(SOURCE.name, datetime.now(UTC))
            plan = await plan_source(SOURCE, await discover_addresses(SOURCE, run, tally), run, tally)
            if fetched := await fetch_batch(SOURCE, plan.ask, run, tally):
                await read_batch(SOURCE, fetched, run, tally)
            return tally

    return asyncio.run(run_source())


def test_a_location_becomes_an_inspection(tmp_path: Path, api: Site) -> None:
    """With its key the source is asked, and a changed location read into an inspection and its judgement."""
    layout = Layout(tmp_path / "archive")
    tally = run_night(layout, api, **{VARIABLE: SECRET})
    assert (tally.problems, tally.skipped, tally.outcomes) == ([], None, {KEY: Outcome.STORED})
    (inspection,) = read_table(layout, "inspections").to_dicts()
    assert (inspection["kind"], inspection["authority"], inspection["provider_urn"], inspection["inspectorate"]) == (
        "cqc_inspection",
        "Elm House",
        "1-100",
        "CQC",
    )
    (judgement,) = read_table(layout, "judgements").to_dicts()
    assert (judgement["aspect"], judgement["grade"], judgement["inspection_id"]) == (
        "overall",
        "good",
        inspection["inspection_id"],
    )


def test_no_file_of_the_archive_has_the_key(tmp_path: Path, api: Site) -> None:
    """Neither the WARC file nor any table has the key or its header."""
    layout = Layout(tmp_path / "archive")
    run_night(layout, api, **{VARIABLE: SECRET})
    files = [path for path in layout.root.rglob("*") if path.is_file()]
    packed = [gzip.decompress(path.read_bytes()) for path in files if path.suffix == ".gz"]
    assert len(packed) == 1
    assert f"GET {LOCATION} HTTP/1.1".encode() in packed[0]
    written: Any = b"".join([*packed, *(path.read_bytes() for path in files)])
    assert SECRET.encode() not in written
    assert b"subscription-key" not in written.lower()


def test_a_source_without_its_key_is_skipped(tmp_path: Path, api: Site) -> None:
    """Nothing is asked and nothing fails; the tally says which variable is missing."""
    tally = run_night(Layout(tmp_path / "archive"), api)
    assert tally.skipped is not None
    assert tally.skipped.startswith(f"{VARIABLE} is not set: {HOST} wants a key")
    assert (tally.problems, tally.errors, tally.outcomes, tally.found) == ([], [], {}, 0)
    assert not api.requests


def test_what_is_left_open_waits_for_the_key(tmp_path: Path, api: Site) -> None:
    """An address that failed is put off while the key is missing, and taken up again with it."""
    layout = Layout(tmp_path / "archive")
    page, api.pages[LOCATION] = api.pages[LOCATION], (503, {}, b"")
    run_night(layout, api, **{VARIABLE: SECRET})
    asked = api.requests.total()
    assert run_night(layout, api).outcomes == {KEY: Outcome.DEFERRED}
    assert api.requests.total() == asked
    api.pages[LOCATION] = page
    assert run_night(layout, api, **{VARIABLE: SECRET}).outcomes == {KEY: Outcome.STORED}


def test_a_listing_is_not_asked_for_without_its_key(tmp_path: Path, api: Site) -> None:
    """Whoever asks for a listing all the same is told what is missing."""

    async def ask() -> None:
        settings = ClientSettings("inspection-news/test", f"127.0.0.1:{api.server_port}", pace=0)
        layout = Layout(tmp_path / "archive")
        async with open_run(layout, "check", settings, operator=None, workers=0, report=report_nothing) as run:
            await ListingAsker(SOURCE, run)(f"https://{HOST}/public/v1/changes/location")

    with pytest.raises(ListingError, match=f"{VARIABLE} is not set"):
        asyncio.run(ask())
    assert not api.requests
