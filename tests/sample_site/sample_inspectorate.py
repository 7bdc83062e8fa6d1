"""Answers for the inspectorate: its search, its provider pages and the host of its PDFs."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from sample_content import CONTENT, HERE, fill_template, read_content
from sample_outlets import HTML, Answer, make_http_date

PAGES_HOST, FILES_HOST = "reports.inspectorate.example", "files.inspectorate.example"
ROBOTS = {PAGES_HOST: "User-agent: *\nDisallow: /search/advanced\n", FILES_HOST: "User-agent: *\nDisallow: /drafts/\n"}
MOST_ROWS = 100


@dataclass(frozen=True)
class Publication:
    """One link on a provider's page; a dead one has no file."""

    file_id: str
    urn: str
    link_text: str
    published: date
    file: str | None = None


@cache
def load_publications() -> tuple[Publication, ...]:
    """Loads the links of all provider pages, newest first."""
    spec = tomllib.loads((CONTENT / "inspectorate" / "providers.toml").read_text(encoding="utf-8"))
    publications = [Publication(**link) for link in spec["dead_link"]]
    for path in (CONTENT / "inspectorate").glob("*.md"):
        details, _ = read_content(path)
        named = {key: details[key] for key in ("file_id", "urn", "link_text", "published")}
        publications.append(Publication(**named, file=f"{path.stem}.pdf"))
    return tuple(sorted(publications, key=lambda publication: publication.published, reverse=True))


@cache
def load_providers() -> tuple[dict[str, Any], ...]:
    """Loads the providers, by name, each with the day of its latest report."""
    spec = tomllib.loads((CONTENT / "inspectorate" / "providers.toml").read_text(encoding="utf-8"))
    latest = {publication.urn: publication.published for publication in reversed(load_publications())}
    return tuple(provider | {"latest": latest.get(provider["urn"])} for provider in spec["provider"])


def answer_inspectorate(host: str, path: str, query: dict[str, str]) -> Answer:
    """Answers a request for one of the inspectorate's hosts."""
    if path == "/robots.txt":
        return Answer(200, {"Content-Type": "text/plain"}, ROBOTS[host].encode())
    if host == FILES_HOST and path.startswith("/v1/file/"):
        return answer_file(path.removeprefix("/v1/file/"))
    if host == PAGES_HOST and path == "/search":
        return answer_search(query)
    if host == PAGES_HOST and path.startswith("/provider/44/"):
        return answer_provider(path.removeprefix("/provider/44/"))
    return Answer(404, HTML, fill_template("not_found.html").encode())


def answer_search(query: dict[str, str]) -> Answer:
    """Answers with one page of results: by name, or by the latest report where `sort=date`."""
    start, rows = int(query.get("start") or 0), min(int(query.get("rows") or 10), MOST_ROWS)
    found = [provider for provider in load_providers() if query.get("q", "").lower() in provider["name"].lower()]
    if query.get("sort") == "date":
        found.sort(key=lambda found: found["latest"] or date.min, reverse=query.get("order", "desc") == "desc")
    following = escape("?" + urlencode(query | {"start": start + rows, "rows": rows}))
    next_link = f'<a class="pagination__next" href="{following}">Next</a>' if start + rows < len(found) else ""
    results = "".join(map(render_result, found[start : start + rows]))
    return Answer(
        200, HTML, fill_template("search.html", total=str(len(found)), results=results, next_link=next_link).encode()
    )


def render_result(provider: dict[str, Any]) -> str:
    """Renders one result; the rating and the latest report may be missing."""
    rating = f"<li>Rating: <strong>{provider['rating']}</strong></li>" if "rating" in provider else ""
    day = provider["latest"]
    latest = f"<li>Latest report: <strong><time>{write_day(day)}</time></strong></li>" if day else ""
    named = {key: escape(provider[key]) for key in ("urn", "name", "region")}
    return fill_template("search_result.html", rating=rating, latest=latest, **named)


def write_day(day: date) -> str:
    """Writes a day as the inspectorate's pages do: 5 July 2024 is `05 July 2024`."""
    return f"{day:%d %B %Y}"


def answer_provider(urn: str) -> Answer:
    """Answers with a provider's page, or 404."""
    provider = next((provider for provider in load_providers() if provider["urn"] == urn), None)
    if provider is None:
        return Answer(404, HTML, fill_template("not_found.html").encode())
    reports = "".join(
        fill_template(
            "provider_report.html",
            day=write_day(publication.published),
            link_text=escape(publication.link_text),
            name=escape(provider["name"]),
            url=f"https://{FILES_HOST}/v1/file/{publication.file_id}",
        )
        for publication in load_publications()
        if publication.urn == urn
    )
    named = {key: escape(provider[key]) for key in ("urn", "name", "region")}
    return Answer(200, HTML, fill_template("provider.html", reports=reports, **named).encode())


def answer_file(file_id: str) -> Answer:
    """Answers with a PDF; an unknown or dead file answers 200 with a page, as the original does."""
    found = next((publication for publication in load_publications() if publication.file_id == file_id), None)
    if found is None or found.file is None:
        return Answer(200, HTML, fill_template("report_not_found.html").encode())
    published = datetime.combine(found.published, time(9), tzinfo=UTC)
    headers = {"Content-Type": "application/pdf", "Last-Modified": make_http_date(published)}
    return Answer(200, headers, (HERE / "reports" / found.file).read_bytes())
