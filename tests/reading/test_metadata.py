"""What else a page says of its article."""

from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from tasks.reading.article import read_article
from tasks.reading.metadata import find_language
from tasks.reading.page import Article, PageInput, ReadingRules

TEXT = "".join(
    f"<p>Inspectors visited unit {n} of the service in May and found that staff knew the "
    f"children well and kept good records.</p>"
    for n in range(8)
)
WELSH = "".join(
    f"<p>Ymwelodd arolygwyr ag uned {n} y gwasanaeth ym mis Mai a chanfod bod staff yn adnabod "
    f"y plant yn dda ac yn cadw cofnodion da.</p>"
    for n in range(8)
)
URL = "https://www.news.example/care/a-1?page=2"


def read(head: str = "", text: str = TEXT, language: str | None = None, html_attributes: str = "lang=en-GB") -> Article:
    """Reads a page with a head."""
    html = (
        f"<html {html_attributes}><head><title>Service visited</title>{head}</head><body><article>"
        f"<h1>Service visited</h1>{text}</article></body></html>"
    )
    article = read_article(
        PageInput(html.encode(), URL, "utf-8", datetime(2024, 6, 1, tzinfo=UTC)), ReadingRules(language=language)
    )
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    ("canonical", "found"),
    [
        ("https://www.news.example/care/a-1", "https://www.news.example/care/a-1"),
        ("https://news.example/care/a-1", "https://news.example/care/a-1"),
        ("/care/a-1", "https://www.news.example/care/a-1"),
        ("https://www.news.example/", None),
        ("https://other.example/care/a-1", None),
        ("javascript:void(0)", None),
        ("", None),
    ],
)
def test_a_canonical_address_is_of_the_same_site(canonical: str, found: str | None) -> None:
    """It is made absolute; another site's, the home page and what is no address are not believed."""
    assert read(f'<link rel="canonical" href="{canonical}">').canonical_url == found


def test_section_tags_and_image() -> None:
    """Section, tags and lead image come from meta or JSON-LD, the image as an absolute address."""
    meta = read(
        "<meta property=article:section content=Children><meta property=article:tag content=Ofsted>"
        "<meta property=article:tag content='Social work'><meta property=og:image content=/i.jpg>"
    )
    assert (meta.section, meta.tags, meta.image_url) == (
        "Children",
        ("Ofsted", "Social work"),
        "https://www.news.example/i.jpg",
    )
    node = read(
        '<script type="application/ld+json">{"@type":"NewsArticle","articleSection":["Children"],'
        '"keywords":"Ofsted, Social work","image":{"url":"https://img.example/i.jpg"}}</script>'
    )
    assert (node.section, node.tags, node.image_url) == (
        "Children",
        ("Ofsted", "Social work"),
        "https://img.example/i.jpg",
    )


@pytest.mark.parametrize(
    ("contents", "tags"),
    [
        (["Ofsted, Social work; Ofsted"], ("Ofsted", "Social work")),
        (["Jane Doe, MP", "Social work"], ("Jane Doe, MP", "Social work")),
    ],
)
def test_a_comma_parts_tags_only_in_a_list_of_them(contents: list[str], tags: tuple[str, ...]) -> None:
    """One text may list all tags; where each has an element of its own, a comma is part of it."""
    head = "".join(f'<meta property="article:tag" content="{content}">' for content in contents)
    assert read(head).tags == tags


@pytest.mark.parametrize(
    ("listed", "tags"),
    [
        ("Ofsted, 26157981-b4f7-4929-adc1-e860c6f03636, 100312362", ("Ofsted",)),
        ("Category: Schools, NLP Category: Education, NLP Entity Tokens: Leeds, Page Type: Article", ("Schools",)),
        ("subject:Leeds news, path:news, clone:no, topic/inspections", ("Leeds news", "inspections")),
        ("#Ofsted, editors_pick, _Prio_3", ("Ofsted",)),
        ("Nation/World, Inquiry: day one, Time to Talk, Tags: ", ("Nation/World", "Inquiry: day one", "Time to Talk")),
    ],
)
def test_what_a_system_notes_for_itself_is_no_tag(listed: str, tags: tuple[str, ...]) -> None:
    """Numbers, names of fields and what a machine found are left out, and the kind before a tag is cut off."""
    assert read(f'<meta name="keywords" content="{listed}">').tags == tags


def test_the_section_may_be_the_last_breadcrumb() -> None:
    """Breadcrumbs name the section where nothing else does; home and the article itself are none."""
    crumbs = (
        '{"@type":"BreadcrumbList","itemListElement":[{"name":"Home"},'
        '{"item":{"name":"Education"}},{"name":"Service visited"},'
        '{"name":"A service for children was visited by inspectors"}]}'
    )
    assert read(f'<script type="application/ld+json">{crumbs}</script>').section == "Education"


def test_what_the_page_does_not_say_is_missing() -> None:
    """Nothing is made up."""
    article = read()
    assert (article.section, article.tags, article.image_url, article.canonical_url, article.modified_at) == (
        None,
        (),
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("text", "attributes", "configured", "language"),
    [
        (TEXT, "lang=en-GB", None, "en"),
        (TEXT, "", None, "en"),
        (WELSH, "", None, "cy"),
        (WELSH, "lang=en", "cy", "cy"),
        (WELSH, "lang=en", "en", "en"),
        (WELSH, "lang=en", None, "cy"),
        (WELSH, "lang=en-US", None, "cy"),
        (WELSH, "lang=ga", None, "ga"),
        (TEXT, "lang=cy", None, "cy"),
    ],
)
def test_language(text: str, attributes: str, configured: str | None, language: str) -> None:
    """The source's own language comes first, then what the page states, then what the text looks like.

    Over a text in another language, English alone is not believed.
    """
    assert read(text=text, language=configured, html_attributes=attributes).language == language


@pytest.mark.parametrize(("length", "language"), [(239, "en"), (240, "cy")])
def test_a_short_text_does_not_outweigh_what_the_page_states(length: int, language: str) -> None:
    """Two sentences or so are needed to doubt that the text is English."""
    tree = document_fromstring("<html lang=en><body></body></html>")
    text = WELSH.replace("<p>", "").replace("</p>", " ")[:length]
    assert find_language(tree, text, None) == language
