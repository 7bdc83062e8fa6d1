"""Lists the posts of a WordPress site through its REST API (developer.wordpress.org/rest-api/reference/posts)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, TypeAdapter, ValidationError

from storage.errors import name_first_mistake
from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.dates import parse_w3c
from tasks.discovery.listing import Ask, Listing, ListingError, set_query
from tasks.discovery.markup import join_address, read_fragment
from tasks.sources.methods import Wordpress

PER_PAGE = 100
FIELDS = "link,title,excerpt,date_gmt,modified_gmt"
BAD_REQUEST = 400
PAST_THE_END = "rest_post_invalid_page_number"
#: Looked back beyond the last run, since editors date posts back.
OVERLAP = timedelta(days=1)


class Rendered(BaseModel):
    """A field of a post as HTML."""

    rendered: str


class Post(BaseModel):
    """The fields of a post that are asked for; `_gmt` times are in UTC and state no zone."""

    link: str
    title: Rendered
    excerpt: Rendered | None = None
    date_gmt: str | None = None
    modified_gmt: str | None = None


class Fault(BaseModel):
    """What the API says when it refuses a request."""

    code: str
    message: str = ""


POSTS = TypeAdapter(list[Post])


async def discover_wordpress(
    method: Wordpress, ask: Ask, *, since: datetime | None, until: datetime | None = None, problems: list[ListingError]
) -> AsyncIterator[Listed]:
    """Lists the posts published in a window, since `days` ago where it has no start; each search by itself.

    Pages come oldest first, so that a post published meanwhile moves none to a page that was read already. A search
    that fails is added to the problems.
    """
    after = since - OVERLAP if since else datetime.now(UTC) - timedelta(days=method.days)
    url = set_query(
        method.url,
        per_page=PER_PAGE,
        orderby="date",
        order="asc",
        after=f"{after.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        _fields=FIELDS,
    )
    if until:
        url = set_query(url, before=f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    for query in [set_query(url, search=term) for term in method.search] or [url]:
        try:
            async for listed in _list_pages(query, ask):
                yield listed
        except ListingError as error:
            problems.append(error)


async def _list_pages(query: str, ask: Ask) -> AsyncIterator[Listed]:
    page = 1
    while True:
        listing = await ask(set_query(query, page=page), allow=frozenset({BAD_REQUEST}))
        if listing.status == BAD_REQUEST:
            check_past_the_end(listing)
            return
        posts = parse_posts(listing.body, url=listing.url)
        for post in posts:
            yield post
        pages = listing.headers.get("x-wp-totalpages", "")
        if page >= int(pages) if pages.isdecimal() else len(posts) < PER_PAGE:
            return
        page += 1


def parse_posts(body: bytes, *, url: str) -> list[Listed]:
    """Reads one page of the posts collection; raises ListingError where it is not what the API answers."""
    try:
        posts = POSTS.validate_json(body)
    except ValidationError as error:
        reason = f"no list of WordPress posts: {name_first_mistake(error)}"
        raise ListingError(url, Outcome.UNREADABLE, reason) from error
    return [_make_listed(post, url) for post in posts]


def check_past_the_end(listing: Listing) -> None:
    """Checks that a refusal only means that there are no more pages; raises ListingError for every other."""
    try:
        fault = Fault.model_validate_json(listing.body)
    except ValidationError as error:
        reason = f"400 in no words of WordPress: {name_first_mistake(error)}"
        raise ListingError(listing.url, Outcome.UNREADABLE, reason) from error
    if fault.code != PAST_THE_END:
        raise ListingError(listing.url, Outcome.SERVER_ERROR, f"WordPress refuses: {fault.code}: {fault.message}")


def _make_listed(post: Post, url: str) -> Listed:
    published = parse_w3c(post.date_gmt, UTC)
    modified = parse_w3c(post.modified_gmt, UTC)
    return Listed(
        url=join_address(url, post.link),
        method="wordpress",
        listed_on_url=url,
        title=read_fragment(post.title.rendered),
        summary=read_fragment(post.excerpt.rendered) if post.excerpt else None,
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        modified_at=modified.at if modified else None,
    )
