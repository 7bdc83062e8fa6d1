"""Pages written for the tests of the article reader, and their reading."""

from datetime import UTC, datetime

from tasks.reading.article import read_article
from tasks.reading.page import Article, PageInput, ReadingRules, Rejected

FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = "".join(
    f"<p>Inspectors visited unit {n} of the service in May and found that staff knew the "
    f"children well, kept good records, "
    f"and asked for help early when something was amiss.</p>"
    for n in range(8)
)


def read(
    html: str, rules: ReadingRules | None = None, url: str = "https://news.example/care/a-1"
) -> Article | Rejected:
    """Reads a page."""
    return read_article(PageInput(html.encode(), url, "utf-8", FETCHED), rules or ReadingRules())


def read_text(inner: str, rules: ReadingRules | None = None, head: str = "") -> str:
    """Reads the text of a page whose article element holds the given markup."""
    article = read(
        (
            f"<html lang=en><head><title>Service visited</title>{head}</head><body><main><article>"
            f"{inner}</article></main></body></html>"
        ),
        rules,
    )
    assert isinstance(article, Article), article
    return article.text
