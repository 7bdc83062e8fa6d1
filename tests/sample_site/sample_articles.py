"""Renders the two outlets' articles, each in the chrome that such a site puts around and between the paragraphs."""

import json
from html import escape

from sample_content import Outlet, Page, fill_template, render_paragraphs


def make_url(outlet: Outlet, page: Page) -> str:
    """Returns the full address of a page."""
    return f"https://{outlet.host}{page.path}"


def render_article(outlet: Outlet, page: Page, *, is_amp: bool) -> str:
    """Renders an article in its outlet's chrome."""
    paragraphs = render_paragraphs(page.text)
    others = [other for other in outlet.list_articles() if other.path != page.path and other.day == 1][:4]
    values = {
        "url": make_url(outlet, page),
        "title": escape(page.title),
        "standfirst": escape(page.standfirst),
        "caption": escape(page.caption),
        "authors": escape(" and ".join(page.authors)),
        "author_links": " and ".join(f'<a rel="author" href="/author/{make_slug(a)}/">{a}</a>' for a in page.authors),
        "published": page.published.isoformat(),
        "modified": page.changed.isoformat(),
        "published_day": f"{page.published.day} {page.published:%B %Y}",
        "published_time": f"{page.published:%H:%M} {'BST' if page.published.utcoffset() else 'GMT'}",
        "section": escape(page.section),
        "section_slug": make_slug(page.section),
        "tag_links": ", ".join(f'<a rel="tag" href="/tag/{make_slug(tag)}/">{tag}</a>' for tag in page.tags),
        "related": "\n".join(f'<li><a href="{other.path}">{escape(other.title)}</a></li>' for other in others),
    }
    if outlet.folder == "careworkweekly":
        wall = fill_template("careworkweekly_wall.html") if page.teaser else ""
        extra = {"body": "\n".join(paragraphs), "after_body": wall, "comments": render_comments(page)}
        return fill_template("careworkweekly.html", **values, **extra)
    body = paragraphs if is_amp else insert_adverts(paragraphs, others[0])
    amp_link = f'<link rel="amphtml" href="{values["url"]}/amp">' if page.amp else ""
    extra = {"body": "\n".join(body), "json_ld": make_json_ld(outlet, page), "amp_link": amp_link}
    return fill_template("harbourpost_amp.html" if is_amp else "harbourpost.html", **values, **extra)


def make_slug(text: str) -> str:
    """Makes the part of an address that names a section, a tag or a person."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


def render_comments(page: Page) -> str:
    """Renders the readers' comments of the trade title."""
    if not page.comments:
        return ""
    count = {1: "One Response to", 2: "2 Responses to"}[len(page.comments)]
    entries = "".join(
        f'<li class="comment"><article><footer><cite class="fn">{comment["name"]}</cite> <time datetime="'
        f'{comment["when"].isoformat()}">{comment["when"]:%d %B %Y at %H:%M}</time></footer>'
        f"<p>{escape(comment['text'])}</p></article></li>\n"
        for comment in page.comments
    )
    return f'<h4>{count} {escape(page.title)}</h4>\n<ol class="commentlist">\n{entries}</ol>'


def insert_adverts(paragraphs: list[str], other: Page) -> list[str]:
    """Puts between the paragraphs what the regional paper puts there."""
    read_more = fill_template("harbourpost_read_more.html", url=other.path, title=escape(other.title))
    body = list(paragraphs)
    for position in range(len(body) - 1, 3, -4):
        body.insert(position, fill_template("harbourpost_advert.html"))
    body.insert(2, read_more)
    body.insert(7, fill_template("harbourpost_newsletter.html"))
    return body


def make_json_ld(outlet: Outlet, page: Page) -> str:
    """Makes the structured data of the regional paper's articles."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "description": page.standfirst,
        "datePublished": page.published.isoformat(),
        "dateModified": page.changed.isoformat(),
        "mainEntityOfPage": make_url(outlet, page),
        "articleSection": page.section,
        "keywords": list(page.tags),
        "author": [{"@type": "Person", "name": author} for author in page.authors],
        "publisher": {"@type": "Organization", "name": outlet.name},
        "image": f"https://{outlet.host}/webimg/lead.jpg",
    }
    return json.dumps(data, ensure_ascii=False)
