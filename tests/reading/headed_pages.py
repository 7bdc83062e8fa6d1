"""Pages that are written for tests: a head and a header over the paragraphs of one article."""

from datetime import UTC, datetime

from tasks.reading.article import read_article
from tasks.reading.page import Article, PageInput, ReadingRules

FIRST = (
    "Inspectors visited the first unit of the service in May and found that staff knew the "
    "children well and kept good records."
)
TEXT = f"<p>{FIRST}</p>" + "".join(
    f"<p>In unit {n} of the service staff asked for help early when something was amiss, and "
    f"managers were quick to give it.</p>"
    for n in range(6)
)


def read(head: str = "", header: str = "", listed: str | None = None, url: str = "https://news.example/a") -> Article:
    """Reads a page made of a head, a header and paragraphs."""
    html = (
        f"<html lang=en><head>{head}</head><body><main><article><header>{header}</header>"
        f"{TEXT}</article></main></body></html>"
    )
    page = PageInput(html.encode(), url, "utf-8", datetime(2024, 6, 1, tzinfo=UTC), listed_title=listed)
    article = read_article(page, ReadingRules(publisher="Northmoor Gazette"))
    assert isinstance(article, Article)
    return article


def state(headline: str = "", **meta: str) -> str:
    """States titles in a head: in JSON-LD, in `<title>` and in meta elements, with `_` for the colon of a name."""
    json_ld = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{headline}"}}</script>'
    elements = [
        f"<title>{text}</title>" if name == "title" else f"<meta property={name.replace('_', ':')} content='{text}'>"
        for name, text in meta.items()
    ]
    return "".join([json_ld if headline else "", *elements])
