"""Two nights on the sample site, against answers written by hand."""

import re
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.addresses import make_url_key
from tests.sample_site.serve import start_server

SITE = Path(__file__).resolve().parents[1] / "sample_site"
EXPECTED = tomllib.loads((SITE / "expected.toml").read_text(encoding="utf-8"))
ENTRIES: list[dict[str, Any]] = [*EXPECTED["article"], *EXPECTED["other"], *EXPECTED["report"]]
SOURCES = [argument for path in sorted((SITE / "sources").glob("*.toml")) for argument in ("--source", path.stem)]


def read(archive: Path, table: str) -> pl.DataFrame:
    """Reads a table by glob."""
    return pl.read_parquet(list((archive / "tables" / table).rglob("*.parquet")), hive_partitioning=False)


@pytest.fixture(scope="module")
def nights(run_command: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The archive's tables after the first and after the second day, and how the runs ended."""
    archive = tmp_path_factory.mktemp("sample") / "archive"
    server = start_server()
    settings = {"archive": archive, "sources": SITE / "sources", "connect_to": f"127.0.0.1:{server.server_port}"}
    found: dict[str, Any] = {"archive": archive}
    try:
        for day in (1, 2):
            server.set_day(day)
            ran = run_command("nightly", "--json", *SOURCES, **settings)
            names = ("addresses", "articles", "inspections", "duplicates", "captures")
            found[f"day {day}"] = {"ran": ran, **{name: read(archive, name) for name in names}}
    finally:
        server.stop()
    return found


def find_row(frame: pl.DataFrame, url: str) -> dict[str, Any] | None:
    """Finds the row of an address."""
    rows = frame.filter(pl.col("url_key") == make_url_key(url)).to_dicts()
    return rows[0] if rows else None


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["url"].split("/", 2)[2])
def test_every_address_ends_as_people_would_have_it(entry: dict[str, Any], nights: dict[str, Any]) -> None:
    """Each address that the site lists ends in the outcome written down for it."""
    row = find_row(nights[f"day {entry.get('day', 1)}"]["addresses"], entry["url"])
    assert row is not None
    assert row["outcome"] == entry["outcome"]


@pytest.mark.parametrize("entry", EXPECTED["article"], ids=lambda entry: entry["url"].split("/", 2)[2])
def test_articles_are_read_exactly(entry: dict[str, Any], nights: dict[str, Any]) -> None:
    """Title, authors, date, section, first and last sentence are as written down, and nothing else is in the text."""
    row = find_row(nights[f"day {entry.get('day', 1)}"]["articles"], entry["url"])
    assert row is not None
    assert (row["title"], row["authors"], row["section"]) == (entry["title"], entry["authors"], entry["section"])
    assert row["published_at"] == entry["published_at"]
    text = re.sub(r"\s+", " ", row["text"])
    assert text.startswith(entry["first_sentence"])
    assert text.endswith(entry["last_sentence"])
    assert [words for words in entry["absent"] if words in text] == []


@pytest.mark.parametrize("entry", EXPECTED["article"], ids=lambda entry: entry["url"].split("/", 2)[2])
def test_structure_captions_and_walls_are_read_exactly(entry: dict[str, Any], nights: dict[str, Any]) -> None:
    """Headings, lists and tables, captions and a wall are as written down; no caption is in the text."""
    row = find_row(nights[f"day {entry.get('day', 1)}"]["articles"], entry["url"])
    assert row is not None
    assert entry.get("markdown", "") in row["markdown"]
    assert row["wall"] == entry.get("wall")
    if "captions" in entry:
        assert (row["captions"], row["image_caption"]) == (entry["captions"], entry["captions"][0])
    assert [caption for caption in row["captions"] if caption in row["text"]] == []


@pytest.mark.parametrize("entry", EXPECTED["report"], ids=lambda entry: entry["url"].split("/", 2)[2])
def test_reports_are_read_exactly(entry: dict[str, Any], nights: dict[str, Any]) -> None:
    """Kind, authority and dates of every report are as written down; a dead file id is no inspection."""
    row = find_row(nights["day 2"]["inspections"], entry["url"])
    assert (row is not None) == (entry["outcome"] == "stored")
    for name in ("kind", "authority", "started_on", "ended_on", "published_on"):
        if row and name in entry:
            assert row[name] == entry[name], name


def test_both_nights_met_their_expectations(nights: dict[str, Any]) -> None:
    """No source failed: exit status 0, twice."""
    assert [nights[f"day {day}"]["ran"].status for day in (1, 2)] == [0, 0]


def test_the_updated_article_keeps_its_older_text(nights: dict[str, Any]) -> None:
    """An article whose text changed is there once, newest text first, with the older text as a version."""
    (entry,) = [entry for entry in EXPECTED["article"] if entry.get("day_2", {}).get("version") == 2]
    before, after = (find_row(nights[f"day {day}"]["articles"], entry["url"]) for day in (1, 2))
    assert before
    assert after
    assert (before["version"], after["version"]) == (1, 2)
    assert after["text"].endswith(entry["day_2"]["last_sentence"])
    older = find_row(read(nights["archive"], "article_versions"), entry["url"])
    assert older
    assert older["text"] == before["text"]
    assert 0 < older["change_share"] < 0.5


def test_the_syndicated_copy_is_marked(nights: dict[str, Any]) -> None:
    """The copy on the other outlet is kept as an article, and paired with its original."""
    duplicates, articles = nights["day 1"]["duplicates"], nights["day 1"]["articles"]
    same_text = duplicates.filter(pl.col("kind") == "same_text")
    assert same_text.height == 1
    sources = dict(articles.select("article_id", "source").iter_rows())
    (pair,) = same_text.to_dicts()
    assert sources[pair["article_id"]] != sources[pair["other_id"]]
    assert (pair["jaccard"], pair["containment"]) == (1.0, 1.0)


def test_robots_txt_is_obeyed(nights: dict[str, Any]) -> None:
    """An address that robots.txt denies has no capture: it was never asked for."""
    denied = {entry["url"] for entry in ENTRIES if entry["outcome"] == "robots_denied"}
    assert denied
    assert denied & set(nights["day 2"]["captures"]["url"]) == set()
