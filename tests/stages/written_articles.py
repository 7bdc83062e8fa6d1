"""Rows of `articles` written by hand."""

from datetime import datetime
from typing import Any

from storage.layout import Layout
from storage.tables import commit_rows, make_frame
from tasks.reading.text import compute_text_digest


def write_row(name: str, text: str | None, published: datetime, **values: Any) -> dict[str, Any]:
    """Writes an article that was captured on the day of its publication, but for what is said of it."""
    return {
        "article_id": name,
        "source": "post",
        "url": f"https://www.post.example/{name}",
        "url_key": f"post.example/{name}",
        "published_at": published,
        "text": text,
        "text_digest": None if text is None else compute_text_digest(text),
        "word_count": len((text or "").split()),
        "capture_id": name,
        "fetched_at": published,
        "first_fetched_at": published,
        "version": 1,
        "reader_version": "test",
        **values,
    }


def put_articles(layout: Layout, *rows: dict[str, Any]) -> None:
    """Puts articles into the archive."""
    commit_rows(layout, {"articles": make_frame("articles", rows)})
