"""Frozen pages are read as on the day they were frozen: a change of reader, selector or rule shows here."""

import json
from pathlib import Path

import pytest

from flows.console import write_value
from flows.read import describe_reading, make_job
from tasks.reading.capture import read_body
from tasks.sources.load import load_sources
from tests.sources.frozen_pages import load_page

TESTS = Path(__file__).resolve().parents[1]
PAGES = TESTS / "pages"
ANSWERS = sorted(PAGES.glob("*/*.json"))


def test_there_are_frozen_pages() -> None:
    """The pages are where the tests look for them."""
    assert ANSWERS


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: str(path.relative_to(PAGES)))
def test_a_frozen_page_is_read_as_it_was(answer: Path) -> None:
    """Every value that was frozen with the page is read from it again; columns that came later may have any value."""
    body, page = load_page(answer)
    sources = load_sources((TESTS / "sample_site" / "sources",))
    reading = read_body(make_job(body, page.url, page.fetched_at, sources, page.content_type))
    described = json.loads(json.dumps(describe_reading(reading), default=write_value))
    assert {name: described.get(name) for name in page.answer} == page.answer
