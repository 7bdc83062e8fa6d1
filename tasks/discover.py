"""Discovers a source's addresses: asks its listings, politely and conditionally, and joins what they say."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from storage.addresses import find_url_key, make_url_key
from storage.errors import ArchiveError
from storage.outcomes import Outcome
from storage.records import Answer, Exchange, Headers, Listed
from storage.warc import read_answer
from tasks.captures import Capture, find_captures
from tasks.check import find_last_success
from tasks.discovery.listing import Listing, ListingError
from tasks.discovery.methods import discover
from tasks.fetch import WHOLE_EVERY, choose_validators, is_of
from tasks.keys import explain_missing_key
from tasks.reach import find_reach
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.web.body import decode_body


async def discover_addresses(
    source: Source, run: Run, tally: Tally, *, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Listed]:
    """Asks every listing of a source; gives what they list by url_key.

    Listings that can be asked by date are asked for a window, which begins with the last success where none is given;
    the others give all they have. A listing that fails becomes a problem of the tally and does not stop the others. A
    source that lacks its key is skipped.
    """
    tally.skipped = explain_missing_key(source, run)
    if tally.skipped:
        return {}
    listed: dict[str, Listed] = {}
    ask = ListingAsker(source, run)
    since = since or await asyncio.to_thread(find_last_success, run.layout, source.name, before=run.started_at)
    for method in source.discover:
        problems: list[ListingError] = []
        try:
            async for found in discover(method, source, ask, problems=problems, since=since, until=until):
                add_listed(listed, found)
                run.report(source.name, "discover", 1, 0)
        except ListingError as error:
            problems.append(error)
        tally.problems += [str(problem) for problem in problems]
    tally.reach = find_reach(source, list(listed.values()), run.started_at)
    wanted = {key: found for key, found in listed.items() if source.wants(found.url)}
    tally.found = len(wanted)
    return wanted


def add_listed(listed: dict[str, Listed], found: Listed) -> None:
    """Adds an address; where it is listed already, what the first listing did not say is filled in.

    An address that has no host is left out: no request can be made of it.
    """
    key = find_url_key(found.url)
    if key is None:
        return
    first = listed.get(key)
    if first is None:
        listed[key] = found
        return
    missing = {name: getattr(found, name) for name in found.__slots__ if getattr(first, name) is None}
    if first.published_at is not None:
        missing.pop("published_precision", None)
    modified = [moment for moment in (first.modified_at, found.modified_at) if moment]
    listed[key] = replace(first, **{**missing, "modified_at": max(modified, default=None)})


def lower_names(headers: Headers) -> dict[str, str]:
    """Makes headers a mapping, by their names in lower case."""
    return {name.lower(): value for name, value in headers}


class ListingAsker:
    """Asks for one source's listings: from the archive where it is fresh enough, else conditionally from the site."""

    def __init__(self, source: Source, run: Run) -> None:
        """Asks on behalf of a source in a run."""
        self._source, self._run = source, run
        self._captures: dict[str, Capture] | None = None

    async def __call__(
        self, url: str, *, changed_at: datetime | None = None, allow: frozenset[int] = frozenset()
    ) -> Listing:
        """Hands a listing back; raises ListingError where neither the site nor the archive has it."""
        if reason := explain_missing_key(self._source, self._run):
            raise ListingError(url, Outcome.BLOCKED, reason)
        if urlsplit(url).path == "/robots.txt":
            return await self._list_sitemaps(url)
        earlier = await self._find_earlier(url)
        archived = self._read_archived(url, earlier) if earlier else None
        now = datetime.now(UTC)
        is_recent = earlier is not None and now - earlier.observed_at < WHOLE_EVERY
        if archived and earlier and is_recent and changed_at and changed_at < earlier.observed_at:
            return archived
        answer = await self._fetch(url, earlier if archived else None)
        if answer.outcome is Outcome.UNCHANGED and archived:
            return archived
        status = answer.exchange.status if answer.exchange else None
        if answer.outcome is not None and status not in allow:
            raise ListingError(url, answer.outcome, answer.reason or "")
        assert answer.exchange is not None  # noqa: S101 - an answer without an outcome has an exchange
        headers = lower_names(answer.exchange.response_headers)
        return Listing(answer.final_url, answer.exchange.status or 0, answer.body, answer.media_type, headers)

    async def _find_earlier(self, url: str) -> Capture | None:
        if self._captures is None:
            self._captures = await asyncio.to_thread(
                find_captures, self._run.layout, source=self._source.name, purpose="listing"
            )
        return self._captures.get(make_url_key(url))

    async def _list_sitemaps(self, url: str) -> Listing:
        """The client has each host's robots.txt already: it is not asked for again as a listing."""
        lines = [f"Sitemap: {sitemap}" for sitemap in await self._run.client.list_sitemaps(url)]
        return Listing(url, 200, "\n".join(lines).encode(), "text/plain", {})

    async def _fetch(self, url: str, earlier: Capture | None) -> Answer:
        source, run = self._source, self._run

        def record(exchange: Exchange) -> None:
            same_address = earlier if is_of(earlier, exchange.url) else None
            run.recorder.record(exchange, source=source.name, purpose="listing", earlier=same_address)

        return await run.client.fetch(
            url,
            hosts=source.allowed_hosts,
            interval_s=source.pace.interval_s,
            concurrency=source.pace.concurrency,
            validators=choose_validators(earlier, url),
            record=record,
            key=source.key,
        )

    def _read_archived(self, url: str, capture: Capture) -> Listing | None:
        """Reads a listing back; none where its WARC file is lost or damaged, of which `verify` tells."""
        try:
            archived = read_answer(self._run.layout, capture.warc_filename, capture.warc_record_offset)
        except ArchiveError:
            return None
        body = decode_body(archived.body, archived.headers)
        return Listing(url, archived.status, body, capture.content_mime_type, lower_names(archived.headers))
