"""Articles written for these tests, each with the event that it tells of, and an archive to put them into."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.tables import make_frame
from tasks.reading.text import compute_text_digest

ARTICLES = Path(__file__).with_name("articles.toml")
FIRST_DAY = datetime(2025, 1, 20, 9, tzinfo=UTC)

Group = Callable[[pl.DataFrame], set[frozenset[str]]]


@pytest.fixture(scope="session")
def texts() -> pl.DataFrame:
    """The articles as a table of texts, with the `event` of each."""
    articles = tomllib.loads(ARTICLES.read_text(encoding="utf-8"))["article"]
    rows = [
        {
            "article_id": f"{number:016x}",
            "event": article["event"],
            "title": article["title"],
            "text": " ".join(article["text"].split()),
            "published_at": FIRST_DAY + timedelta(days=article["days"]),
        }
        for number, article in enumerate(articles)
    ]
    return pl.DataFrame(rows)


@pytest.fixture(scope="session")
def group() -> Group:
    """Groups the identifiers of a table by its last column: two tables with the same groups are the same stories."""

    def make(table: pl.DataFrame) -> set[frozenset[str]]:
        grouped = table.group_by(table.columns[-1]).agg("article_id")
        return {frozenset(ids) for ids in grouped["article_id"]}

    return make


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """The layout of an archive that does not exist yet."""
    return Layout(tmp_path / "archive")


@pytest.fixture(scope="session")
def make_articles() -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Makes rows of `articles` from a table of texts."""

    def make(texts: pl.DataFrame) -> pl.DataFrame:
        return make_frame("articles", [_make_article(row) for row in texts.drop("event").iter_rows(named=True)])

    return make


def _make_article(row: dict[str, Any]) -> dict[str, Any]:
    key = f"post.example/{row['article_id']}"
    return row | {
        "source": "post",
        "url": f"https://{key}",
        "url_key": key,
        "text_digest": compute_text_digest(row["text"]),
        "capture_id": row["article_id"],
        "fetched_at": FIRST_DAY,
        "first_fetched_at": FIRST_DAY,
        "version": 1,
        "reader_version": "test",
    }
