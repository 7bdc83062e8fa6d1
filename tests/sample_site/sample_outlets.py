"""Answers for the two news outlets: robots.txt, feed, sitemaps, the WordPress interface and the pages themselves."""

import gzip
import json
import math
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import NamedTuple
from zlib import crc32

from sample_articles import make_url, render_article
from sample_content import Day, Outlet, Page, fill_template, load_outlet

FOLDERS = {"www.careworkweekly.example": "careworkweekly", "www.harbourpost.example": "harbourpost"}
FEED_SIZE = {"careworkweekly": 10, "harbourpost": 20}
FEED_QUERY = {"careworkweekly": "", "harbourpost": "?utm_source=rss&utm_medium=feed"}
HTML = {"Content-Type": "text/html; charset=UTF-8"}
XML = {"Content-Type": "application/xml; charset=UTF-8"}
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SITEMAP_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Answer(NamedTuple):
    """An answer before the server adds what concerns the connection."""

    status: int
    headers: dict[str, str]
    body: bytes


def make_http_date(when: datetime) -> str:
    """Writes an instant as HTTP and RSS do."""
    return format_datetime(when.astimezone(UTC), usegmt=True)


def answer_outlet(host: str, path: str, query: dict[str, str], day: Day) -> Answer:
    """Answers a request for a news outlet."""
    outlet = load_outlet(FOLDERS[host], day)
    if path == "/robots.txt":
        return Answer(200, {"Content-Type": "text/plain; charset=utf-8"}, outlet.robots.lstrip().encode())
    if path == ("/feed/" if outlet.folder == "careworkweekly" else "/rss"):
        return answer_feed(outlet)
    if "sitemap" in path:
        return answer_sitemap(outlet, path)
    if path == "/wp-json/wp/v2/posts" and outlet.folder == "careworkweekly":
        return answer_posts(outlet, query)
    return answer_page(outlet, path)


def answer_feed(outlet: Outlet) -> Answer:
    """Answers with the newest pages as RSS."""
    pages = outlet.list_pages("feed")[: FEED_SIZE[outlet.folder]]
    items = "".join(
        f"<item><title>{escape(page.title)}</title>"
        f"<link>{escape(make_url(outlet, page) + FEED_QUERY[outlet.folder])}</link>"
        f'<guid isPermaLink="false">{make_url(outlet, page)}</guid><pubDate>{make_http_date(page.published)}</pubDate>'
        f"<description>{escape(page.standfirst or page.title)}</description></item>\n"
        for page in pages
    )
    body = (
        f'{XML_HEAD}\n<rss version="2.0"><channel><title>{outlet.name}</title><link>https://{outlet.host}/</link>'
        f"<description>{outlet.name}, an invented title</description>\n{items}</channel></rss>\n"
    )
    newest = make_http_date(max(page.changed for page in pages))
    return Answer(200, {"Content-Type": "application/rss+xml; charset=UTF-8", "Last-Modified": newest}, body.encode())


def answer_sitemap(outlet: Outlet, path: str) -> Answer:
    """Answers with the index or one of its parts: by month and gzip (Harbour Post), or by type as WordPress does."""
    parts: dict[str, list[Page]] = {}
    for page in outlet.list_pages("sitemap"):
        monthly = f"/sitemap-{page.published:%Y-%m}.xml.gz"
        by_type = "/post-sitemap.xml" if page.text or page.location else "/page-sitemap.xml"
        parts.setdefault(monthly if outlet.folder == "harbourpost" else by_type, []).append(page)
    if path == ("/sitemap.xml" if outlet.folder == "harbourpost" else "/sitemap_index.xml"):
        rows = [(f"https://{outlet.host}{part}", max(page.changed for page in pages)) for part, pages in parts.items()]
        return Answer(200, XML, make_sitemap("sitemapindex", "sitemap", rows))
    if path not in parts:
        return Answer(404, HTML, fill_template("not_found.html").encode())
    rows = [
        (make_url(outlet, page) + end, page.changed) for page in parts[path] for end in ("", "/amp")[: 1 + page.amp]
    ]
    body = make_sitemap("urlset", "url", rows)
    if path.endswith(".gz"):
        return Answer(200, {"Content-Type": "application/gzip"}, gzip.compress(body, mtime=0))
    return Answer(200, XML, body)


def make_sitemap(root: str, element: str, rows: list[tuple[str, datetime]]) -> bytes:
    """Makes a sitemap or a sitemap index."""
    inside = "".join(
        f"<{element}><loc>{escape(url)}</loc><lastmod>{changed.isoformat()}</lastmod></{element}>\n"
        for url, changed in rows
    )
    return f"{XML_HEAD}\n<{root} {SITEMAP_SPACE}>\n{inside}</{root}>\n".encode()


def answer_posts(outlet: Outlet, query: dict[str, str]) -> Answer:
    """Answers as WordPress's REST interface does for posts, with its totals and its two kinds of 400."""
    json_type = {"Content-Type": "application/json; charset=UTF-8"}
    page_number, per_page = int(query.get("page", "1")), int(query.get("per_page", "10"))
    if not 1 <= per_page <= 100:
        return Answer(400, json_type, make_rest_error("rest_invalid_param", "Invalid parameter(s): per_page"))
    found = [page for page in outlet.list_pages("wordpress") if matches_query(page, query)]
    found.sort(key=lambda page: page.published, reverse=query.get("order", "desc") == "desc")
    page_count = math.ceil(len(found) / per_page)
    if page_number > max(page_count, 1):
        message = "The page number requested is larger than the number of pages available."
        return Answer(400, json_type, make_rest_error("rest_post_invalid_page_number", message))
    totals = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(page_count)}
    posts = [make_post(outlet, page) for page in found[(page_number - 1) * per_page : page_number * per_page]]
    fields = query["_fields"].split(",") if "_fields" in query else None
    rows = [{name: value for name, value in post.items() if not fields or name in fields} for post in posts]
    return Answer(200, json_type | totals, json.dumps(rows, ensure_ascii=False).encode())


def make_rest_error(code: str, message: str) -> bytes:
    """Makes the body of a 400 of WordPress's REST interface."""
    return json.dumps({"code": code, "message": message, "data": {"status": 400}}).encode()


def matches_query(page: Page, query: dict[str, str]) -> bool:
    """Tells whether a post is within `after`, `before`, `modified_after` and `modified_before` and has every word."""
    published, changed = page.published.astimezone(UTC), page.changed.astimezone(UTC)
    words = query.get("search", "").lower().split()
    content = f"{page.title} {page.standfirst} {page.text}".lower()
    return (
        ("after" not in query or published > read_instant(query["after"]))
        and ("before" not in query or published < read_instant(query["before"]))
        and ("modified_after" not in query or changed > read_instant(query["modified_after"]))
        and ("modified_before" not in query or changed < read_instant(query["modified_before"]))
        and all(word in content for word in words)
    )


def read_instant(text: str) -> datetime:
    """Reads an ISO 8601 instant; one without a zone is taken as UTC."""
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def make_post(outlet: Outlet, page: Page) -> dict[str, object]:
    """Makes the object that WordPress gives for a post; `date` is local time, `date_gmt` is UTC."""
    return {
        "id": crc32(page.path.encode()),
        "date": page.published.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_gmt": page.published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "modified": page.changed.strftime("%Y-%m-%dT%H:%M:%S"),
        "modified_gmt": page.changed.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "status": "publish",
        "type": "post",
        "link": make_url(outlet, page),
        "title": {"rendered": escape(page.title)},
        "excerpt": {"rendered": f"<p>{escape(page.standfirst)}</p>\n", "protected": False},
    }


def answer_page(outlet: Outlet, path: str) -> Answer:
    """Answers with the page at that path, or 404."""
    is_amp = path.endswith("/amp")
    page = next((page for page in outlet.pages if page.path == path.removesuffix("/amp")), None)
    if page is None or (is_amp and not page.amp):
        return Answer(404, HTML, fill_template("not_found.html").encode())
    if page.location:
        return Answer(page.status, HTML | {"Location": page.location}, b"")
    body = render_article(outlet, page, is_amp=is_amp) if page.text else fill_template(page.template)
    return Answer(page.status, HTML | {"Last-Modified": make_http_date(page.changed)}, body.encode())
