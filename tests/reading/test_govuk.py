"""Reading documents of GOV.UK's Content API."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.outcomes import Outcome
from tasks.reading.govuk import read_content, read_text
from tasks.reading.page import Article, Rejected
from tasks.reading.text import compute_text_digest

URL = "https://www.gov.uk/api/content/government/news/a-visit"
FETCHED_AT = datetime(2026, 11, 1, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "base_path": "/government/news/a-visit",
    "schema_name": "news_article",
    "document_type": "news_story",
    "title": "A visit to a nursery",
    "description": "What inspectors saw.",
    "locale": "en",
    "first_published_at": "2026-03-01T09:30:00.000+00:00",
    "public_updated_at": "2026-06-02T10:04:05+01:00",
    "details": {"body": '<div class="govspeak"><p>Inspectors visited.</p></div>'},
    "links": {},
}


def read(**more: Any) -> Article | Rejected:
    """Reads the document with some fields replaced; None takes a field away."""
    document = {name: value for name, value in (DOCUMENT | more).items() if value is not None}
    return read_content(json.dumps(document).encode(), url=URL, fetched_at=FETCHED_AT)


def read_article(**more: Any) -> Article:
    """Reads a document that is an article."""
    article = read(**more)
    assert isinstance(article, Article)
    return article


def test_reads_a_document() -> None:
    """Every column that the API states comes from it; what it does not state is missing."""
    assert read() == Article(
        title="A visit to a nursery",
        standfirst="What inspectors saw.",
        authors=(),
        published_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        published_source="govuk",
        published_precision="second",
        published_zone="stated",
        modified_at=datetime(2026, 6, 2, 9, 4, 5, tzinfo=UTC),
        modified_source="govuk",
        modified_precision="second",
        section="news_story",
        tags=(),
        language="en",
        image_url=None,
        canonical_url="https://www.gov.uk/government/news/a-visit",
        text="Inspectors visited.",
        markdown="Inspectors visited.",
        text_digest=compute_text_digest("Inspectors visited."),
        word_count=2,
    )


def test_what_is_not_stated_is_null() -> None:
    """A document of a schema and a text alone is an article, with nothing made up."""
    names = ("base_path", "title", "description", "locale", "first_published_at", "public_updated_at", "links")
    article = read_article(**dict.fromkeys(names))
    stated = {name for name in Article.__slots__ if getattr(article, name) not in (None, ())}
    assert stated == {"section", "text", "markdown", "text_digest", "word_count"}


@pytest.mark.parametrize(
    ("first_published_at", "first_public_at", "public_updated_at", "published", "modified"),
    [
        pytest.param("2026-03-01T09:30:00Z", None, None, "2026-03-01T09:30", None, id="published"),
        pytest.param("2026-03-01T09:30:00Z", "2026-02-01T09:30:00Z", None, "2026-02-01T09:30", None, id="moved later"),
        pytest.param("2026-02-01T09:30:00Z", "2026-03-01T09:30:00Z", None, "2026-02-01T09:30", None, id="shown later"),
        pytest.param(None, "2019-07-01T10:30:00+01:00", None, "2019-07-01T09:30", None, id="old name"),
        pytest.param(None, None, "2019-07-01T09:30:00Z", None, "2019-07-01T09:30", id="updated only"),
        pytest.param(
            "2019-07-01T09:30:06Z", None, "2019-07-01T09:30:02Z", "2019-07-01T09:30:06", None,
            id="updated seconds before",
        ),
        pytest.param(
            "2019-07-01T09:30:00Z", None, "2018-07-01T09:30:00Z", "2019-07-01T09:30", None, id="updated a year before"
        ),
        pytest.param("2027-01-01T00:00:00Z", None, "2027-01-01T00:00:00Z", None, None, id="after the capture"),
        pytest.param("1900-01-01T00:00:00Z", None, None, None, None, id="before the web"),
    ],
)  # fmt: skip
def test_reads_the_dates(
    first_published_at: str | None, first_public_at: str | None, public_updated_at: str | None, published: str | None,
    modified: str | None,
) -> None:  # fmt: skip
    """Dates are instants in UTC; one that cannot be is null, as is a change before the publication."""
    details = DOCUMENT["details"] | ({"first_public_at": first_public_at} if first_public_at else {})
    article = read_article(
        first_published_at=first_published_at, public_updated_at=public_updated_at, details=details
    )  # fmt: skip
    for found, source, expected in (
        (article.published_at, article.published_source, published),
        (article.modified_at, article.modified_source, modified),
    ):
        assert found == (datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None)
        assert source == ("govuk" if expected else None)


@pytest.mark.parametrize(
    ("stated", "published", "precision", "zone"),
    [
        pytest.param(["2012-11-01T00:00:00Z"], "2012-11-01T00:00:00+00:00", "day", None, id="midnight"),
        pytest.param(["2012-05-22T01:00:00+01:00"], "2012-05-22T00:00:00+00:00", "day", None, id="midnight in UTC"),
        pytest.param(["2012-05-21T23:00:00Z"], "2012-05-22T00:00:00+00:00", "day", None, id="midnight in London"),
        pytest.param(["2012-05-22T00:00:01Z"], "2012-05-22T01:00:01+01:00", "second", "stated", id="a second later"),
        pytest.param(
            ["2012-05-22T09:30:04Z", "2012-05-22T00:00:00+01:00"], "2012-05-22T10:30:04+01:00", "second", "stated",
            id="day and time",
        ),
        pytest.param(
            ["2012-05-22T09:30:04Z", "2012-05-21T00:00:00Z"], "2012-05-21T00:00:00+00:00", "day", None,
            id="earlier day",
        ),
    ],
)  # fmt: skip
def test_midnight_is_a_day(stated: list[str], published: str, precision: str, zone: str | None) -> None:
    """Midnight, in UTC or London, is how a day is written; a time of that day makes it more precise."""
    dates = dict(zip(("first_published_at", "first_public_at"), [*stated, None], strict=False))
    details = DOCUMENT["details"] | {"first_public_at": dates["first_public_at"]}
    article = read_article(first_published_at=dates["first_published_at"], details=details)
    assert article.published_at is not None
    assert article.published_at.isoformat() == published
    assert (article.published_precision, article.published_zone) == (precision, zone)


@pytest.mark.parametrize(
    ("first_published_at", "note", "at", "source"),
    [
        (None, "First published.", "2015-07-09T08:17:10+00:00", "change_history"),
        ("2016-02-29T09:24:10Z", "First published.", "2015-07-09T08:17:10+00:00", "change_history"),
        ("2015-07-09T09:17:10Z", "First published.", "2015-07-09T09:17:10+00:00", "govuk"),
        ("2015-07-09T08:17:10Z", "First published.", "2015-07-09T08:17:10+00:00", "govuk"),
        ("2016-02-29T09:24:10Z", "Added a link.", "2016-02-29T09:24:10+00:00", "govuk"),
        (None, "Added a link.", None, None),
    ],
)
def test_the_change_history_tells_of_the_publication(
    first_published_at: str | None, note: str, at: str | None, source: str | None
) -> None:
    """Its entry of the first publication dates a document that has no other date, or a later one."""
    history = [
        {"note": "First seen.", "public_timestamp": "2016-03-01T10:00:00Z"},
        {"note": note, "public_timestamp": "2015-07-09T09:17:10+01:00"},
    ]
    article = read_article(
        first_published_at=first_published_at, details=DOCUMENT["details"] | {"change_history": history}
    )
    expected = datetime.fromisoformat(at) if at else None
    assert (article.published_at, article.published_source) == (expected, source)


@pytest.mark.parametrize(
    ("titles", "without_profile", "authors", "roles"),
    [
        (["The Rt Hon Jane  Doe MP"], None, ("The Rt Hon Jane Doe MP",), (None,)),
        (["Sir John Roe", "Jane Doe OBE"], None, ("Sir John Roe", "Jane Doe OBE"), (None, None)),
        ([], "Her Majesty the Queen", ("Her Majesty the Queen",), (None,)),
        ([], "Dame Jane Doe, Chief Inspector of Schools", ("Dame Jane Doe",), ("Chief Inspector of Schools",)),
        ([], "Jane Doe, HMCI", ("Jane Doe, HMCI",), (None,)),
        ([], "Director of Schools, John Roe", ("Director of Schools, John Roe",), (None,)),
        ([], " ", (), ()),
        ([], None, (), ()),
    ],
)
def test_speakers_are_authors(
    titles: list[str], without_profile: str | None, authors: tuple[str, ...], roles: tuple[str | None, ...]
) -> None:
    """Who spoke or wrote is named as the site prints it, with titles and honours; only a role behind a comma parts."""
    article = read_article(
        links={"speaker": [{"title": title} for title in titles]},
        details=DOCUMENT["details"] | {"speaker_without_profile": without_profile},
    )
    assert (article.authors, article.author_roles) == (authors, roles)


LEAD = {"type": "lead", "sources": {"s960": "https://assets.example/s960.jpg", "s300": "https://assets.example/s.jpg"}}


@pytest.mark.parametrize(
    ("details", "image_url"),
    [
        ({"image": {"url": "https://assets.example/a.jpg", "alt_text": ""}}, "https://assets.example/a.jpg"),
        ({"image": {"url": "/government/uploads/a.jpg"}}, "https://www.gov.uk/government/uploads/a.jpg"),
        ({"images": [{"type": "govspeak", "sources": {}}, LEAD]}, "https://assets.example/s960.jpg"),
        ({"image": {"url": None}, "images": []}, None),
        ({"images": [{"type": "govspeak", "sources": {"s960": "https://assets.example/b.jpg"}}]}, None),
    ],
)
def test_reads_the_lead_image(details: dict[str, Any], image_url: str | None) -> None:
    """The lead image comes from either field, absolute; pictures within the text are none."""
    assert read_article(details=DOCUMENT["details"] | details).image_url == image_url


def test_reads_captions() -> None:
    """What is printed below the lead image and the pictures of the text are captions, each once, and no text."""
    figure = '<figure class="image embedded"><img src="a.jpg"><figcaption><p>A  nursery</p></figcaption></figure>'
    image = {"url": "https://assets.example/a.jpg", "caption": "A visit.", "credit": "Crown copyright"}
    article = read_article(details={"body": f"{figure}<p>Inspectors came.</p>{figure}", "image": image})
    assert (article.captions, article.image_caption) == (
        ("A visit. Crown copyright", "A nursery"),
        "A visit. Crown copyright",
    )
    assert article.text == "Inspectors came."
    lead = LEAD | {"caption": "The lead"}
    assert read_article(details=DOCUMENT["details"] | {"images": [lead]}).image_caption == "The lead"


def test_reads_the_structure() -> None:
    """Headings have their level, lists their numbers and tables their header; links are the site's."""
    body = (
        "<h2>Who</h2><ol><li>one<ul><li><a href='/ofsted'>inner</a></li></ul></li><li>two</li></ol>"
        "<table><thead><tr><th>Area</th><th>Grade</th></tr></thead><tr><td>Care<br>homes</td><td></td></tr></table>"
    )
    assert read_article(details={"body": body}).markdown == (
        "## Who\n\n1. one\n   - [inner](https://www.gov.uk/ofsted)\n2. two\n\n"
        "| Area | Grade |\n| --- | --- |\n| Care homes |  |"
    )


@pytest.mark.parametrize(("locale", "language"), [("cy", "cy"), ("es-419", "es"), ("zh-hk", "zh")])
def test_the_language_is_the_locales(locale: str, language: str) -> None:
    """A locale's region is left out."""
    assert read_article(locale=locale).language == language


def test_topics_are_tags() -> None:
    """The taxons that a document is tagged with are its tags, in order; organisations are none."""
    links = {
        "taxons": [{"title": "Nurseries", "base_path": "/nurseries"}, {"title": "Inspections"}],
        "organisations": [{"title": "Ofsted"}],
    }
    assert read_article(links=links).tags == ("Nurseries", "Inspections")


def test_a_notice_of_withdrawal_is_no_text() -> None:
    """The text of a withdrawn document is what it was; why it was withdrawn is not part of it."""
    notice = {"explanation": "<p>Out of date.</p>", "withdrawn_at": "2026-07-01T10:00:00Z"}
    assert read_article(withdrawn_notice=notice).text == "Inspectors visited."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            [
                {"content_type": "text/govspeak", "content": "Some *text*."},
                {"content_type": "text/html", "content": "<p>Some <em>text</em>.</p>"},
            ],
            "Some text.",
            id="several media types",
        ),
        pytest.param("<p>One\n line.</p>\n<p>Another.</p>", "One line.\n\nAnother.", id="paragraphs"),
        pytest.param("No element at all", "No element at all", id="bare text"),
        pytest.param("<p>Below:</p><ul><li>one</li><li><p>two</p></li></ul>", "Below:\n\n- one\n- two", id="list"),
        pytest.param("<ol><li>one<ul><li>inner</li></ul></li></ol>", "- one\n- inner", id="nested list"),
        pytest.param("<h2 id='a'><span>1. </span>Head</h2><p>Text.</p>", "1. Head\n\nText.", id="heading"),
        pytest.param("<p>One<br>\ntwo</p>", "One\n\ntwo", id="line break"),
        pytest.param("<blockquote><p>Good.</p></blockquote>", "Good.", id="quotation"),
        pytest.param("<p><abbr title='x'>HMI</abbr>’s <a href='/'>report</a>.</p>", "HMI’s report.", id="inline"),
        pytest.param(
            "<table><thead><tr><th>Area</th><th>Grade</th></tr></thead><tbody><tr><td>Care<br>homes</td>"
            "<td><p>Good</p></td></tr></tbody></table>",
            "Area | Grade\nCare homes | Good",
            id="table",
        ),
        pytest.param(
            '<p>Seen<sup id="fnref:1"><a class="footnote" href="#fn:1">1</a></sup>.</p><div class="footnotes"><ol>'
            '<li id="fn:1"><p>In May. <a class="reversefootnote" href="#fnref:1">↩</a></p></li></ol></div>',
            "Seen.\n\n- In May.",
            id="footnotes",
        ),
        pytest.param(
            '<section class="attachment embedded"><div class="attachment-thumb">cover</div><div '
            'class="attachment-details"><h2 class="title">Guide</h2><p class="metadata">PDF, 2MB</p><div '
            'class="accessibility-warning"><h2>May not be suitable</h2></div></div></section><p>After.</p>',
            "Guide\n\nAfter.",
            id="attachment",
        ),
        pytest.param(
            '<figure class="image embedded"><img src="a.jpg"><figcaption>A nursery</figcaption></figure><p>Text.</p>'
            "<script>x()</script><!-- y -->",
            "Text.",
            id="pictures and scripts",
        ),
        pytest.param('<div class="call-to-action"><p>Apply now.</p></div>', "Apply now.", id="call to action"),
    ],
)
def test_reads_the_text(body: Any, text: str) -> None:
    """Paragraphs, lists, headings, quotations and tables are kept; what serves the page is not."""
    assert read_article(details={"body": body}).text == text


@pytest.mark.parametrize(
    ("more", "outcome", "reason", "title"),
    [
        pytest.param(
            {"schema_name": "organisation", "title": "Ofsted"}, Outcome.NOT_AN_ARTICLE, "schema 'organisation'",
            "Ofsted", id="organisation",
        ),
        pytest.param(
            {"schema_name": "redirect", "title": None, "details": None}, Outcome.NOT_AN_ARTICLE, "schema 'redirect'",
            None, id="redirect",
        ),
        pytest.param(
            {"schema_name": "gone", "title": None, "details": {}}, Outcome.NOT_AN_ARTICLE, "schema 'gone'", None,
            id="gone",
        ),
        pytest.param(
            {"details": {"attachments": [{"title": "Guide"}], "documents": ["<section></section>"]}},
            Outcome.NOT_AN_ARTICLE, "no text in details.body", DOCUMENT["title"], id="attachments only",
        ),
        pytest.param(
            {"details": {"body": "<div> <p></p>\n</div>"}}, Outcome.NOT_AN_ARTICLE, "no text in details.body",
            DOCUMENT["title"], id="empty",
        ),
        pytest.param(
            {"details": {"body": [{"content_type": "text/govspeak", "content": "Text."}]}}, Outcome.NOT_AN_ARTICLE,
            "no text in details.body", DOCUMENT["title"], id="no HTML",
        ),
        pytest.param({"schema_name": None}, Outcome.UNREADABLE, "schema_name Field required", None, id="no schema"),
        pytest.param({"details": {"body": 7}}, Outcome.UNREADABLE, "details.body", None, id="other body"),
        pytest.param(
            {"first_published_at": "2026-03-01T09:30:00"}, Outcome.UNREADABLE, "first_published_at", None, id="no zone"
        ),
    ],
)  # fmt: skip
def test_what_is_no_article_says_why(more: dict[str, Any], outcome: Outcome, reason: str, title: str | None) -> None:
    """Who or where something is, a document without text, and what the API never says end with a reason."""
    rejected = read(**more)
    assert isinstance(rejected, Rejected)
    assert (rejected.outcome, rejected.title) == (outcome, title)
    assert reason in rejected.reason


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[]", json.dumps(DOCUMENT).encode()[:-9], b"\xff\xfe{"])
def test_what_is_no_json_is_unreadable(body: bytes) -> None:
    """A page in place of JSON, and JSON that is cut short, are told as such."""
    rejected = read_content(body, url=URL, fetched_at=FETCHED_AT)
    assert isinstance(rejected, Rejected)
    assert rejected.outcome is Outcome.UNREADABLE
    assert rejected.reason.startswith("no document of GOV.UK's Content API")


def test_every_recorded_document_is_read(shared: Path) -> None:
    """Documents with a body are articles with a title and a date; organisations and bodiless ones are not."""
    paths = sorted((shared / "recorded_web" / "govuk").glob("*.json"))
    assert paths
    for path in paths:
        document = json.loads(path.read_bytes())
        found = read_content(path.read_bytes(), url=URL, fetched_at=FETCHED_AT)
        has_text = bool(document["details"].get("body")) and document["schema_name"] != "organisation"
        assert isinstance(found, Article) == has_text, path.name
        assert found.title == " ".join(document["title"].split())
        if isinstance(found, Article):
            assert found.published_at or found.modified_at
            assert "\n\n\n" not in found.text
            notice = (document.get("withdrawn_notice") or {}).get("explanation", "")
            assert not notice or read_text(notice).plain not in found.text
