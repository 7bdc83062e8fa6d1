"""JSON-LD as outlets write it."""

import pytest
from lxml import html

from tasks.reading.structured_data import find_article, get_text, read_structured_data

URL = "https://news.example/a"


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"NewsArticle","headline":"Council visited"}',
        '[{"@type":"WebSite","name":"Gazette"},{"@type":"NewsArticle","headline":"Council visited"}]',
        '{"@graph":[{"@type":"WebPage"},{"@type":["Article","NewsArticle"],"headline":"Council visited"}]}',
        '{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","headline":"Council visited"}}',
        '{"@type":"NewsArticle","headline":"Council\nvisited"}',
        '{"@type":"NewsArticle","headline":"Council visited",}',
        '<!-- {"@type":"NewsArticle","headline":"Council visited"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"Council visited"}\n//]]>',
        '{"@type":"NewsArticle","headline":"Council &amp; visited"};'.replace("&amp; ", ""),
        '{"@type":"ReportageNewsArticle","url":"http://www.news.example/a/","headline":"Council visited"}',
        '{"@type":"NewsArticle","mainEntityOfPage":{"@id":"https://news.example/a#x"},"headline":"Council visited"}',
        '[{"@type":"NewsArticle","url":"http://[","@id":"https://news.example/a","headline":"Council visited"},{}]',
    ],
)
def test_the_article_is_found_in_any_form(script: str) -> None:
    """Lists, graphs, nesting and the usual mistakes of JSON-LD do not hide the article."""
    tree = html.document_fromstring(f'<script type="application/ld+json">{script}</script><p>x')
    assert get_text(find_article(read_structured_data(tree), URL), "headline") == "Council visited"


def test_several_articles_of_other_pages_are_none() -> None:
    """A list of teasers does not describe the page."""
    nodes = [{"@type": "NewsArticle", "url": f"https://news.example/{name}", "headline": name} for name in ("b", "c")]
    assert find_article(nodes, URL) is None


def test_text_is_without_entities() -> None:
    """Text that was escaped once too often is plain."""
    assert get_text({"headline": "Children&amp;#39;s  services"}, "headline") == "Children's services"
