"""Keeps what was read: which rows a reading makes, and which outcome that is for its address."""

from dataclasses import asdict, fields
from typing import NamedTuple

import polars as pl

from storage.addresses import make_identifier, make_url_key
from storage.outcomes import Outcome
from storage.records import Row
from storage.tables import make_frame
from tasks.reading.capture import READER_VERSION, ArchivedJob, Reading
from tasks.reading.page import Article, Rejected
from tasks.reading.report import Report
from tasks.reading.report_listing import compare_with_listing
from tasks.reading.workers import Failure
from tasks.sources.model import Source
from tasks.versions import supersede_article

ARTICLE_COLUMNS = [field.name for field in fields(Article)]


class Kept(NamedTuple):
    """What became of an address by what was read there; `reason` says why where that is no success."""

    outcome: Outcome
    reason: str | None = None


class Harvest:
    """The rows that a batch of readings of one source adds to the tables.

    `known` has the articles and inspections that the archive holds already under the batch's identifiers.
    """

    def __init__(self, source: Source, known: dict[str, Row]) -> None:
        """Starts without rows."""
        self._source, self._known = source, known
        self.rows: dict[str, dict[str, Row]] = {
            table: {} for table in ("articles", "article_versions", "inspections", "judgements", "rejections")
        }

    @property
    def inspection_ids(self) -> list[str]:
        """The inspections that were read anew: their older judgements no longer stand."""
        return list(self.rows["inspections"])

    def make_frames(self) -> dict[str, pl.DataFrame]:
        """Makes a frame per table."""
        return {table: make_frame(table, rows.values()) for table, rows in self.rows.items()}

    def keep(self, address: Row, job: ArchivedJob, reading: Reading | Failure) -> Kept:
        """Keeps one reading, as an article, an inspection or a rejection."""
        if isinstance(reading, Failure):
            reading = Reading(Rejected(Outcome.UNREADABLE, reading.reason))
        origin = self._describe_origin(job)
        content = reading.content
        if isinstance(content, Report):
            return self._keep_report(address, origin, content)
        memory = job.expected.rules.memory
        origin["memory_version"] = memory.version if memory else None
        if isinstance(content, Rejected):
            return self._reject(origin, reading, Kept(content.outcome, content.reason))
        if reading.stage == "relevance":
            score = reading.relevance.score if reading.relevance else 0.0
            return self._reject(origin, reading, Kept(Outcome.NOT_RELEVANT, f"relevance score {score:.2f}"))
        return self._keep_article(address, origin, content, reading)

    def _describe_origin(self, job: ArchivedJob) -> Row:
        return {
            "source": self._source.name,
            "url": job.expected.url,
            "url_key": make_url_key(job.expected.url),
            "capture_id": job.capture_id,
            "fetched_at": job.expected.fetched_at,
            "reader_version": READER_VERSION,
        }

    def _reject(self, origin: Row, reading: Reading, kept: Kept) -> Kept:
        measured, content = reading.relevance, reading.content
        self.rows["rejections"][origin["capture_id"]] = {
            **origin,
            "stage": reading.stage,
            "outcome": str(kept.outcome),
            "reason": kept.reason,
            "title": content.title,
            "published_at": content.published_at if isinstance(content, Article) else None,
            "relevance_score": measured.score if measured else None,
            "relevance_terms": list(measured.terms) if measured else None,
        }
        return kept

    def _compare(self, address: Row, origin: Row, text_digest: str, table: str) -> Kept | None:
        """Compares with what the archive, or this batch, has of the same page; None where the reading is new."""
        identifier = make_identifier(origin["url_key"])
        earlier = self._known.get(identifier)
        is_older = earlier is not None and origin["fetched_at"] < earlier["fetched_at"]
        is_same = earlier is not None and earlier["text_digest"] == text_digest
        if identifier not in self.rows[table] and not is_same and not is_older:
            return None
        is_own = earlier is not None and earlier["source"] == origin["source"]
        if is_own and origin["url_key"] == address["url_key"]:
            return Kept(Outcome.UNCHANGED)
        return Kept(Outcome.DUPLICATE, f"leads to {origin['url']}")

    def _keep_report(self, address: Row, origin: Row, report: Report) -> Kept:
        identifier = make_identifier(origin["url_key"])
        earlier = self._known.get(identifier)
        if kept := self._compare(address, origin, report.text_digest, "inspections"):
            return kept
        values = asdict(compare_with_listing(report, address, on=origin["fetched_at"].date()))
        for judgement in values.pop("judgements"):
            self.rows["judgements"][f"{identifier} {judgement['aspect']}"] = {
                **judgement,
                "inspection_id": identifier,
                "capture_id": origin["capture_id"],
                "reader_version": origin["reader_version"],
            }
        self.rows["inspections"][identifier] = {
            **origin,
            **values,
            "inspection_id": identifier,
            "inspectorate": self._source.inspectorate,
            **{name: address[name] for name in ("link_text", "provider_name", "provider_urn", "provider_region")},
            "first_fetched_at": earlier["first_fetched_at"] if earlier else origin["fetched_at"],
        }
        return Kept(Outcome.STORED)

    def _keep_article(self, address: Row, origin: Row, article: Article, reading: Reading) -> Kept:
        identifier = make_identifier(origin["url_key"])
        earlier = self._known.get(identifier)
        if kept := self._compare(address, origin, article.text_digest, "articles"):
            return kept
        row = {
            **origin,
            **{name: getattr(article, name) for name in ARTICLE_COLUMNS},
            "article_id": identifier,
            "publisher": self._source.publisher,
            "relevance_score": reading.relevance.score if reading.relevance else None,
            "relevance_terms": list(reading.relevance.terms) if reading.relevance else None,
            "first_fetched_at": origin["fetched_at"],
            "version": 1,
        }
        if earlier:
            self.rows["article_versions"][identifier] = supersede_article(earlier, row)
        self.rows["articles"][identifier] = row
        return Kept(Outcome.STORED)
