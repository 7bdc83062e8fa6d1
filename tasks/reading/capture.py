"""Reads one archived capture, in a worker process: payload, then article or report, then relevance."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from storage.layout import Layout
from storage.warc import read_answer
from tasks.reading.article import read_article
from tasks.reading.cqc import read_location
from tasks.reading.govuk import read_content
from tasks.reading.page import Article, PageInput, ReadingRules, Rejected
from tasks.reading.pdf import PdfError
from tasks.reading.relevance import Relevance, score_relevance
from tasks.reading.report import Report, read_report
from tasks.web.body import decode_body, read_content_type
from tasks.web.errors import FetchError
from tasks.web.payload import judge_payload

READER_VERSION = "inspection-news-reader 9"


@dataclass(frozen=True, slots=True)
class Hints:
    """What the listing said of an address; the page's own word goes before it, but for a report's publication."""

    title: str | None = None
    published_at: datetime | None = None
    published_precision: str | None = None
    method: str | None = None
    link_text: str | None = None
    provider_name: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a body is expected to be, and by which rules it is read."""

    url: str
    fetched_at: datetime
    media_type: Literal["text/html", "application/pdf", "application/json"]
    rules: ReadingRules = field(default_factory=ReadingRules)
    terms: tuple[str, ...] = ()
    must_be_relevant: bool = True
    hints: Hints = Hints()


@dataclass(frozen=True, slots=True)
class ArchivedJob:
    """A capture to read: where its payload lies, and what is expected there."""

    root: Path
    capture_id: str
    filename: str
    offset: int
    expected: Expectation


@dataclass(frozen=True, slots=True)
class BodyJob:
    """A body to read, transfer encodings undone, with the Content-Type that came with it."""

    body: bytes
    content_type: str | None
    expected: Expectation


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a capture: an article, a report, or the reason why it is neither."""

    content: Article | Report | Rejected
    stage: Literal["payload", "read", "relevance"] = "read"
    relevance: Relevance | None = None


def read_capture(job: ArchivedJob) -> Reading:
    """Reads an archived capture; raises ArchiveError where the WARC file does not hold it."""
    try:
        body = load_body(job)
    except FetchError as error:
        return Reading(Rejected(error.outcome, str(error), None), "payload")
    return read_body(body)


def load_body(job: ArchivedJob) -> BodyJob:
    """Loads the body of an archived capture.

    Raises ArchiveError where the WARC file does not hold it, FetchError where it cannot be unpacked.
    """
    archived = read_answer(Layout(job.root), job.filename, job.offset)
    return BodyJob(decode_body(archived.body, archived.headers), archived.header("Content-Type"), job.expected)


def read_body(job: BodyJob) -> Reading:
    """Reads a body as what it is expected to be."""
    sent, charset = read_content_type(job.content_type)
    expected = job.expected
    verdict = judge_payload(job.body, sent=sent, expected=expected.media_type, url=expected.url)
    if verdict:
        return Reading(Rejected(verdict[0], verdict[1], None), "payload")
    if expected.media_type == "application/pdf":
        return _read_report(job.body, expected)
    if expected.hints.method == "cqc":
        return Reading(read_location(job.body, fetched_at=expected.fetched_at))
    return _read_article(job.body, charset, expected)


def _read_report(body: bytes, expected: Expectation) -> Reading:
    hints = expected.hints
    try:
        report = read_report(
            body,
            link_text=hints.link_text,
            provider_name=hints.provider_name,
            published_on=hints.published_at.date() if hints.published_at else None,
            fetched_at=expected.fetched_at,
        )
    except PdfError as error:
        return Reading(Rejected(error.outcome, error.reason, None))
    return Reading(report)


def _read_article(body: bytes, charset: str | None, expected: Expectation) -> Reading:
    if expected.media_type == "application/json":
        article = read_content(body, url=expected.url, fetched_at=expected.fetched_at)
    else:
        article = read_article(_make_page(body, charset, expected), expected.rules)
    if isinstance(article, Rejected):
        return Reading(article)
    relevance = score_relevance(article.title, article.standfirst, article.text, expected.terms)
    if expected.must_be_relevant and not relevance.is_relevant:
        return Reading(article, "relevance", relevance)
    return Reading(article, "read", relevance)


def _make_page(body: bytes, charset: str | None, expected: Expectation) -> PageInput:
    hints = expected.hints
    return PageInput(
        body=body,
        url=expected.url,
        charset=charset,
        fetched_at=expected.fetched_at,
        listed_title=hints.title,
        listed_published_at=hints.published_at,
        listed_published_precision=hints.published_precision,
        listed_method=hints.method,
    )
