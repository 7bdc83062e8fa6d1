"""Reads captures into tables: articles, inspections and their judgements, or rejections with their reason."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from storage.addresses import make_identifier, make_url_key
from storage.outcomes import Outcome
from storage.records import Row
from storage.tables import make_frame, scan_table
from tasks.captures import Capture, load_captures
from tasks.plan import note_failure
from tasks.reading.capture import READER_VERSION, ArchivedJob, Expectation, Hints, Reading, read_capture
from tasks.reading.page import Article, Rejected
from tasks.reading.report import Report
from tasks.reading.workers import Failure
from tasks.rules import make_rules
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.versions import supersede_article


@dataclass(slots=True)
class Rows:
    """The rows that a batch of readings adds to each table."""

    articles: dict[str, Row] = field(default_factory=dict)
    article_versions: list[Row] = field(default_factory=list)
    inspections: dict[str, Row] = field(default_factory=dict)
    judgements: list[Row] = field(default_factory=list)
    rejections: list[Row] = field(default_factory=list)

    def make_frames(self) -> dict[str, pl.DataFrame]:
        """Makes a frame per table."""
        lists: dict[str, Iterable[Row]] = {
            "articles": self.articles.values(),
            "article_versions": self.article_versions,
            "inspections": self.inspections.values(),
            "judgements": self.judgements,
            "rejections": self.rejections,
        }
        return {table: make_frame(table, rows) for table, rows in lists.items()}


async def read_batch(source: Source, addresses: Sequence[Row], run: Run, tally: Tally) -> None:
    """Reads the captures of a batch of addresses and commits what they say; the tally takes each outcome."""
    captures = load_captures(run.layout, [row["capture_id"] for row in addresses])
    # An address that is the page's own comes before one that only redirects to it, which is then a duplicate.
    ordered = sorted(addresses, key=lambda row: (is_redirected(row, captures), row["url_key"]))
    jobs = [make_job(source, row, captures[row["capture_id"]], run) for row in ordered]
    readings = await asyncio.to_thread(lambda: list(run.readers.read(read_capture, jobs)))
    known = find_known(run, [make_identifier(make_url_key(job.expected.url)) for job in jobs])
    rows = Rows()
    for address, job, reading in zip(ordered, jobs, readings, strict=True):
        outcome, reason = keep_reading(source, address, job, reading, known, rows)
        note_outcome(address, outcome, reason, job.expected.fetched_at)
        tally.outcomes[address["url_key"]] = outcome
        run.report(source.name, "read", 1, 0)
    await run.commit({**rows.make_frames(), "addresses": make_frame("addresses", ordered)})


def is_redirected(address: Row, captures: Mapping[str, Capture]) -> bool:
    """Tells whether an address led to another one."""
    final_key: str = make_url_key(captures[address["capture_id"]].url)
    return final_key != str(address["url_key"])


def make_job(source: Source, address: Row, capture: Capture, run: Run) -> ArchivedJob:
    """Makes the job of reading an address's capture by the rules of its day."""
    expected = Expectation(
        url=capture.url,
        fetched_at=capture.fetched_at,
        media_type=address["media_type"],
        rules=make_rules(source, capture.fetched_at.date()),
        terms=tuple(source.relevance.terms),
        must_be_relevant=source.relevance.required,
        hints=Hints(
            title=address["listed_title"],
            published_at=address["listed_published_at"],
            published_precision=address["listed_published_precision"],
            method=address["method"],
            link_text=address["link_text"],
            provider_name=address["provider_name"],
        ),
    )
    return ArchivedJob(
        run.layout.root, capture.capture_id, capture.warc_filename, capture.warc_record_offset, expected
    )


def find_known(run: Run, identifiers: Sequence[str]) -> dict[str, Row]:
    """Finds the articles and inspections that the archive has already under these identifiers."""
    known: dict[str, Row] = {}
    for table, key in (("articles", "article_id"), ("inspections", "inspection_id")):
        found = scan_table(run.layout, table).filter(pl.col(key).is_in(identifiers)).collect()
        known |= {row[key]: row for row in found.iter_rows(named=True)}
    return known


def keep_reading(
    source: Source, address: Row, job: ArchivedJob, reading: Reading | Failure, known: dict[str, Row], rows: Rows
) -> tuple[Outcome, str | None]:
    """Keeps what was read as rows; gives the address's outcome and, where it is no success, the reason."""
    if isinstance(reading, Failure):
        reading = Reading(Rejected(Outcome.UNREADABLE, reading.reason, None))
    base = describe_job(source, job)
    content = reading.content
    if isinstance(content, Rejected):
        return _reject(rows, base, reading, content.outcome, content.reason, content.title)
    if isinstance(content, Report):
        return _keep_report(source, address, content, base, known, rows)
    if reading.stage == "relevance":
        reason = f"score {reading.relevance.score:.2f}" if reading.relevance else "no score"
        return _reject(rows, base, reading, Outcome.NOT_RELEVANT, reason, content.title)
    return _keep_article(source, address, content, reading, base, known, rows)


def describe_job(source: Source, job: ArchivedJob) -> Row:
    """Describes where a reading comes from: the columns that all tables of readings share."""
    return {
        "source": source.name,
        "url": job.expected.url,
        "url_key": make_url_key(job.expected.url),
        "capture_id": job.capture_id,
        "fetched_at": job.expected.fetched_at,
        "reader_version": READER_VERSION,
    }


def note_outcome(address: Row, outcome: Outcome, reason: str | None, read_at: datetime) -> None:
    """Notes in an address's row what became of it."""
    if outcome is Outcome.BLOCKED:
        note_failure(address, outcome, reason, read_at)
    else:
        address |= {"outcome": str(outcome), "outcome_reason": reason}


def _reject(
    rows: Rows, base: Row, reading: Reading, outcome: Outcome, reason: str, title: str | None
) -> tuple[Outcome, str]:
    measured = reading.relevance
    published = reading.content.published_at if isinstance(reading.content, Article) else None
    rows.rejections.append(
        {
            **base,
            "stage": reading.stage,
            "outcome": str(outcome),
            "reason": reason,
            "title": title,
            "published_at": published,
            "relevance_score": measured.score if measured else None,
            "relevance_terms": list(measured.terms) if measured else None,
        }
    )
    return outcome, reason


def _keep_report(
    source: Source, address: Row, report: Report, base: Row, known: dict[str, Row], rows: Rows
) -> tuple[Outcome, str | None]:
    identifier = make_identifier(base["url_key"])
    if identifier in rows.inspections:
        return Outcome.DUPLICATE, f"leads to {base['url']}"
    earlier = known.get(identifier)
    values: dict[str, Any] = asdict(report)
    judgements = values.pop("judgements")
    rows.inspections[identifier] = {
        **base,
        **values,
        "inspection_id": identifier,
        "inspectorate": source.inspectorate,
        "link_text": address["link_text"],
        "provider_name": address["provider_name"],
        "provider_urn": address["provider_urn"],
        "provider_region": address["provider_region"],
        "first_fetched_at": earlier["first_fetched_at"] if earlier else base["fetched_at"],
    }
    shared = {
        "inspection_id": identifier,
        "capture_id": base["capture_id"],
        "reader_version": base["reader_version"],
    }
    rows.judgements += [{**shared, **judgement} for judgement in judgements]
    return Outcome.STORED, None


def _keep_article(
    source: Source, address: Row, article: Article, reading: Reading, base: Row, known: dict[str, Row], rows: Rows
) -> tuple[Outcome, str | None]:
    identifier = make_identifier(base["url_key"])
    earlier = known.get(identifier)
    if identifier in rows.articles or (earlier and base["url_key"] != address["url_key"]):
        return Outcome.DUPLICATE, f"leads to {base['url']}"
    if earlier and earlier["text_digest"] == article.text_digest:
        return Outcome.UNCHANGED, None
    row = {
        **base,
        **asdict(article),
        "article_id": identifier,
        "publisher": source.publisher,
        "relevance_score": reading.relevance.score if reading.relevance else None,
        "relevance_terms": list(reading.relevance.terms) if reading.relevance else None,
        "first_fetched_at": base["fetched_at"],
        "version": 1,
    }
    if earlier:
        rows.article_versions.append(supersede_article(earlier, row))
    rows.articles[identifier] = row
    return Outcome.STORED, None
