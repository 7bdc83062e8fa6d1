"""Every table of the archive: columns, types, units, descriptions, keys and partitions, each said once.

The data package, the dictionary in the report and the tests are made from these. The tables of inspections, of runs,
and those that are derived are in the files storage/*_schemas.py.
"""

from storage.columns import Table, day, flag, instant, integer, number, text, texts
from storage.inspection_schemas import INSPECTION_LINKS, INSPECTIONS, JUDGEMENTS
from storage.likeness_schemas import OVERLAPS, SKETCHES
from storage.passage_schemas import FINGERPRINTS, PASSAGE_MATCHES, PASSAGES
from storage.run_schemas import BACKFILL_UNITS, RUNS, SOURCE_RUNS
from storage.story_schemas import STORIES, STORY_LINKS, STORY_TERMS

ADDRESSES = Table(
    "addresses",
    "one address that a source's discovery listed, what the listing says of it, and what last became of it",
    ("source", "url_key"),
    (
        text("source", "name of the source that lists it"),
        text("url_key", "the address without scheme, www., tracking parameters and fragment"),
        text("url", "the address as it was listed", required=True),
        text(
            "method",
            "how it was found: feed, sitemap, wordpress, listing, pages, govuk, ofsted, cqc, or a backfill's way",
        ),
        text("listed_on_url", "the feed, sitemap or page that lists it"),
        instant("first_listed_at", "when it was listed first", required=True),
        text("listed_title", "title in the listing"),
        text("listed_summary", "summary in the listing"),
        instant("listed_published_at", "publication as the listing says it"),
        text("listed_published_precision", "second, minute, day, month or year"),
        instant("listed_modified_at", "last change as the listing says it"),
        text("media_type", "what is expected there: text/html, application/pdf, or application/json of an API"),
        text("link_text", "text of the link on an inspectorate's page: names the report's kind"),
        text("provider_name", "inspected body, as the inspectorate's page names it"),
        text("provider_urn", "unique reference number of the inspected body, as its page states it"),
        text("provider_region", "region of the inspected body, as its page states it"),
        instant("asked_at", "when it was asked for last"),
        text("capture_id", "the capture that holds its newest payload"),
        text("outcome", "what became of it when it was asked for last; null while its capture waits to be read"),
        text("outcome_reason", "why, in words, where the outcome is no success"),
        integer("failures", "runs in a row that failed to fetch it", "runs", required=True),
        instant("next_try_at", "not asked for again before this, after a failure"),
    ),
    partition_by=("first_listed_at",),
)

CAPTURES = Table(
    "captures",
    "one answer, or failure, to one request, or one answer that somebody else got and archived",
    ("capture_id",),
    (
        text("capture_id", "the identifier of the WARC record, without `urn:uuid:`"),
        text("run_id", "the run that asked, or that imported it", required=True),
        text("source", "the source it was asked for; null for robots.txt, which all sources share"),
        text("purpose", "page, listing or robots", required=True),
        text("url", "the address asked for", required=True),
        text("url_key", "the address without scheme, www., tracking parameters and fragment", required=True),
        text("url_host_name", "host of the address"),
        instant("fetched_at", "when it was asked for, by whoever asked", required=True),
        integer("fetch_status", "HTTP status; null where no answer came", "HTTP status code"),
        text("fetch_redirect", "where the answer redirects to"),
        text("content_digest", "SHA-1 of the payload in base32, as in WARC-Payload-Digest"),
        text("content_mime_type", "media type that the server sent"),
        text("content_mime_detected", "media type that the first bytes show, Content-Encoding undone"),
        text("content_charset", "character set that the server sent"),
        integer("content_length", "length of the payload as it came", "bytes"),
        text("content_truncated", "why the payload was cut: length, disconnect, time, unspecified"),
        text("etag", "ETag header, for asking conditionally; null in what was imported"),
        text("last_modified", "Last-Modified header, for asking conditionally; null in what was imported"),
        text("warc_filename", "WARC file, relative to the warc folder", required=True),
        integer("warc_record_offset", "start of the record's gzip member", "bytes", required=True),
        integer("warc_record_length", "length of the record's gzip member", "bytes", required=True),
        text("warc_record_type", "response, revisit, or metadata for a failure", required=True),
        text("refers_to_capture_id", "the capture that holds the payload of this revisit"),
        text("outcome", "null for a usable answer, else the outcome that the answer or failure means"),
        text("error", "what failed, in words"),
        integer("duration_ms", "from the request to the last byte", "milliseconds"),
        text("imported_from", "address in a web archive, or file and offset, that it was taken from; null for our own"),
    ),
    partition_by=("fetched_at",),
)

_ARTICLE_COLUMNS = (
    text("article_id", "stable identifier, made from url_key"),
    text("source", "name of the source it was fetched for", required=True),
    text("publisher", "who publishes the source"),
    text("url", "the address it was read from, after redirects", required=True),
    text("url_key", "that address without scheme, www., tracking parameters and fragment", required=True),
    text("canonical_url", "the canonical address that the page states"),
    text("title", "headline, without the site's name"),
    text("standfirst", "the summary under the headline"),
    texts("authors", "people who wrote it, as named, in order; empty where the page names none"),
    texts("author_roles", "role of each author, in the same order; null where the page states none"),
    texts("author_organisations", "agencies, desks and outlets that the page credits, apart from people"),
    instant("published_at", "publication; midnight UTC where only the day is known"),
    text("published_source", "its place: json-ld, meta, time, byline, markup, url, govuk, change_history or a listing"),
    text("published_precision", "second, minute or day"),
    text("published_zone", "stated, or assumed from the source's time zone; null where only the day is known"),
    instant("modified_at", "last change, as the page says it"),
    text("modified_source", "where that date stands"),
    text("modified_precision", "second, minute or day"),
    text("section", "section of the outlet"),
    texts("tags", "tags or keywords of the page"),
    text("language", "language of the text, ISO 639-1"),
    text("image_url", "lead image, as the page states it (og:image, JSON-LD)"),
    text("image_caption", "its caption and credit as printed; null where no caption is clearly its own"),
    texts("captions", "captions of the article's own pictures as printed, in order, each once; never part of `text`"),
    text("text", "the article, paragraphs apart by one empty line"),
    text("markdown", "the same words as CommonMark, with headings, lists, quotes, tables (GitHub's) and links"),
    text("text_digest", "SHA-256 of the text with case, spaces and punctuation levelled"),
    integer("word_count", "words of the text", "words"),
    text("wall", "what the page asks for before the rest: paywall or registration; null where nothing says so"),
    number("relevance_score", "how much it is about an inspection of a public service, 0 to 1", "score"),
    texts("relevance_terms", "the terms that say so, as matched"),
    text("capture_id", "the capture it was read from", required=True),
    instant("fetched_at", "when that capture was made", required=True),
    instant("first_fetched_at", "when the article was captured first", required=True),
    integer("version", "1 for the first text, one more for each text that replaced it", "count", required=True),
    text("reader_version", "name and version of the reader", required=True),
    text("memory_version", "version of the site's memory that it was read with; null where none holds"),
)

ARTICLES = Table(
    "articles",
    "one article, in its newest text",
    ("article_id",),
    _ARTICLE_COLUMNS,
    partition_by=("published_at", "first_fetched_at"),
)

ARTICLE_VERSIONS = Table(
    "article_versions",
    "one superseded text of an article",
    ("article_id", "version"),
    (
        *_ARTICLE_COLUMNS,
        instant("superseded_at", "when the capture that replaced it was made", required=True),
        number("change_share", "share of the words that the newer text changed, 0 to 1", "share"),
    ),
    partition_by=("published_at", "first_fetched_at"),
)

DUPLICATES = Table(
    "duplicates",
    "one pair of articles that say the same, or that only a template joins (is_template)",
    ("article_id", "other_id"),
    (
        text("article_id", "the copy"),
        text("other_id", "the original: the stated address, else published, then fetched first, then fullest"),
        text("kind", "same_address, same_text, near or contained", required=True),
        number("jaccard", "shared word-3-shingles of all, 0 to 1; null where an address joins unlike texts", "share"),
        number("containment", "shared word-3-shingles of those of the shorter text, 0 to 1; null likewise", "share"),
        flag("is_template", "whether only a template joins the two: they look alike and are no copies"),
    ),
)

REJECTIONS = Table(
    "rejections",
    "one page that was read and is not kept",
    ("capture_id",),
    (
        text("capture_id", "the capture it was read from"),
        text("source", "name of the source it was fetched for", required=True),
        text("url", "the address it was read from, after redirects", required=True),
        text("url_key", "that address without scheme, www., tracking parameters and fragment", required=True),
        text("stage", "payload, read or relevance", required=True),
        text("outcome", "the outcome it ended in", required=True),
        text("reason", "why, in words", required=True),
        text("title", "title, where one was read"),
        instant("published_at", "publication, where it was read"),
        number("relevance_score", "the relevance score, where it was measured", "score"),
        texts("relevance_terms", "the terms that were matched"),
        instant("fetched_at", "when the capture was made", required=True),
        text("reader_version", "name and version of the reader", required=True),
        text("memory_version", "version of the site's memory that it was read with; null where none holds"),
    ),
    partition_by=("fetched_at",),
)

SITE_MEMORIES = Table(
    "site_memories",
    "what recurs in the texts of one site's pages, and is left out of those first captured from a day on",
    ("host", "holds_from"),
    (
        text("host", "the site, as url_key names it"),
        day("holds_from", "the first day (UTC) of those for which it holds; the site's next memory ends them"),
        text("version", "digest of the host and the lines: the same memory has the same version", required=True),
        texts("lines", "digests of the lines, in order"),
        integer("pages", "how many pages, each with a text of its own, it was learned from", "pages", required=True),
        instant("captures_until", "when the newest capture was made that it was learned from", required=True),
        instant("learned_at", "when it was learned", required=True),
        text("reader_version", "name and version of the reader that read these captures", required=True),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ADDRESSES, CAPTURES, ARTICLES, ARTICLE_VERSIONS, INSPECTIONS, INSPECTION_LINKS, JUDGEMENTS, DUPLICATES,
        SKETCHES, OVERLAPS, STORIES, STORY_TERMS, STORY_LINKS, PASSAGES, FINGERPRINTS, PASSAGE_MATCHES, REJECTIONS,
        SITE_MEMORIES, RUNS, SOURCE_RUNS, BACKFILL_UNITS,
    )
}  # fmt: skip
